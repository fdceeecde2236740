//! What a world file says about closures, quotas and bills, once all organizations are there.

use super::build::{BuildError, Builder};
use super::{HandshakeKind, HandshakeRecord, OrganizationRecord, Participant, Sender, Standing, TransferRecord, World};
use crate::worldfile::OrganizationSpec;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use orgkit_model::{HandshakeId, HandshakeState};

impl Builder<'_> {
    /// Fills the books of all organizations.
    pub(super) fn books(&self, world: &mut World) -> Result<(), BuildError> {
        for account in world.accounts.values() {
            world.departures.extend(account.standing.ends_at().map(|ends_at| (ends_at, account.id.clone())));
            let organization = account.membership.as_ref().and_then(|place| world.organizations.get_mut(&place.organization));
            if let (Standing::Closed { at }, Some(organization)) = (&account.standing, organization) {
                organization.ledger.closures.push(*at);
            }
        }
        for spec in &self.file.organizations {
            if let Some(organization) = world.organizations.get_mut(&spec.id) {
                organization.ledger.inbound_transfers = usize::try_from(spec.billing_transfers.inbound_quota).unwrap_or(usize::MAX);
                organization.ledger.govcloud = spec.govcloud;
            }
            self.bill(world, spec)?;
        }
        Ok(())
    }

    /// The transfer of an organization's bill, which began two months ago.
    fn bill(&self, world: &mut World, spec: &OrganizationSpec) -> Result<(), BuildError> {
        let Some(payer) = &spec.billing_transfers.paid_by else {
            return Ok(());
        };
        let nothing = || BuildError::NoSuchPlace { organization: spec.id.to_string(), place: payer.to_string() };
        let (from, to) = (world.organizations.get(&spec.id), world.organizations.get(payer).ok_or_else(nothing)?);
        let (source, target) = (participant(world, from.ok_or_else(nothing)?), participant(world, to));
        let name = world.accounts.get(&target.account).map(|account| account.name.clone()).unwrap_or_default();
        let sender = Sender { account: target.account.clone(), email: target.email.clone(), name, feature_set: to.feature_set.clone() };
        let start = month_of(self.ago(60));
        let handshake: HandshakeId = world.ids.id("h-", 12).map_err(|_| nothing())?;
        let transfer = format!("rt-{}", world.ids.take(12));
        let (requested_at, expires_at) = (self.ago(90), self.ago(75));
        world.handshakes.insert(HandshakeRecord {
            id: handshake.clone(),
            organization: payer.clone(),
            sender,
            recipient: Some(source.account.clone()),
            email: None,
            notes: None,
            requested_at,
            expires_at,
            answer: Some((HandshakeState::Accepted, requested_at)),
            kind: HandshakeKind::TransferResponsibility { transfer: transfer.clone(), start },
        });
        let record = TransferRecord { id: transfer.clone(), name: "billing".to_owned(), source, target, start, end: None, handshake };
        world.transfers.insert(transfer, record);
        Ok(())
    }
}

fn participant(world: &World, organization: &OrganizationRecord) -> Participant {
    let email = world.accounts.get(&organization.management).map(|account| account.email.clone()).unwrap_or_default();
    Participant { organization: organization.id.clone(), account: organization.management.clone(), email }
}

/// The beginning of the month that a time is in.
fn month_of(at: Timestamp) -> Timestamp {
    let first = TimeZone::UTC.to_datetime(at).date().first_of_month();
    TimeZone::UTC.to_timestamp(first.to_datetime(jiff::civil::Time::midnight())).unwrap_or(at)
}
