//! What a wave needs of AWS's quotas, set aside before its first account is invited.

use super::Work;
use crate::{Clock, Ended, ExecuteError, Gates, JournalStore, Witness};
use jiff::{SignedDuration, Timestamp};
use orgkit_cloud::{CloudChange, CloudError, ErrorClass};
use orgkit_model::{AccountId, Action, Event, Handshake, HandshakeState, Reserved, Step, Wave};
use std::collections::BTreeSet;

/// Invitations count for so long, accepted ones aside [Organizations User Guide, orgs_reference_limits, 2026-08].
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// At least so many invitations may be sent in a day; more where the account quota is higher
/// [Organizations User Guide, orgs_reference_limits, 2026-08].
const INVITATIONS: u32 = 20;

/// What was found, or when to look again.
enum Room {
    Reserved(Reserved),
    NotBefore(Timestamp),
    TooFew { seats: u32, free: u32 },
}

impl<C: CloudChange, K: Clock, G: Gates, W: Witness, S: JournalStore> Work<'_, C, K, G, W, S> {
    /// Begins a wave: sets aside what it needs, or waits for it.
    pub(super) async fn begin(&self, wave: &Wave) -> Result<Option<Ended>, ExecuteError> {
        if self.journal.run().begun.contains_key(&wave.name) {
            return Ok(None);
        }
        let invites: Vec<&Step> = wave.steps.iter().filter(|step| step.action == Action::Invite && !self.is_done(&step.id)).collect();
        let Some(first) = invites.first().filter(|step| step.by == self.site.plan.target_management) else {
            self.write(Event::Began { wave: wave.name.clone(), reserved: None }).await?;
            return Ok(None);
        };
        let mut waits = self.waits();
        loop {
            let room = match self.room(&invites).await {
                Ok(room) => room,
                Err(error) if error.class == ErrorClass::Retry && waits.tries + 1 < self.on.tuning.tries => {
                    waits.tries += 1;
                    match self.pause(first, &error.message, &mut waits).await {
                        Some(ended) => return Ok(Some(ended)),
                        None => continue,
                    }
                }
                Err(error) if error.class == ErrorClass::Credentials => {
                    return Ok(Some(Ended::Credentials { step: first.id.clone(), message: error.to_string() }));
                }
                Err(error) => return Ok(Some(Ended::Stopped { reason: format!("could not see what is left of the quotas: {error}") })),
            };
            match room {
                Room::Reserved(reserved) => {
                    self.write(Event::Began { wave: wave.name.clone(), reserved: Some(reserved) }).await?;
                    return Ok(None);
                }
                Room::NotBefore(until) => {
                    let reason = "the invitations of the last 24 hours to fall due";
                    if let Some(ended) = self.stay(first, until, reason).await {
                        return Ok(Some(ended));
                    }
                }
                Room::TooFew { seats, free } => {
                    let reason = format!(
                        "wave {} needs {seats} more accounts in {}, and its quota leaves {free}: have the quota \"Default maximum number of accounts\" raised",
                        wave.name, self.site.plan.target
                    );
                    return Ok(Some(Ended::Stopped { reason }));
                }
            }
        }
    }

    async fn room(&self, invites: &[&Step]) -> Result<Room, CloudError> {
        let plan = self.site.plan;
        let target = &plan.target_management;
        let members: BTreeSet<AccountId> = self.on.cloud.accounts(target).await?.into_iter().map(|account| account.id).collect();
        let sent = self.on.cloud.invitations_sent(target).await?;
        let wanted: Vec<&AccountId> =
            invites.iter().filter_map(|step| step.account.as_ref()).filter(|account| !members.contains(*account)).collect();
        let is_own = |handshake: &&Handshake| wanted.iter().any(|account| self.site.is_ours(handshake, account));
        let open = |handshake: &&Handshake| handshake.state == HandshakeState::Open;
        let foreign = sent.iter().filter(open).filter(|handshake| !is_own(handshake)).count();
        let seats = count(wanted.len());
        let free = plan.account_quota.map(|quota| quota.saturating_sub(count(members.len() + foreign)));
        if let Some(free) = free.filter(|free| *free < seats) {
            return Ok(Room::TooFew { seats, free });
        }
        let since = self.on.clock.now().saturating_sub(DAY).unwrap_or(Timestamp::MIN);
        let counted =
            |handshake: &&Handshake| handshake.state != HandshakeState::Accepted && handshake.requested.is_some_and(|at| at > since);
        let mut due: Vec<Timestamp> = sent.iter().filter(counted).filter_map(|handshake| handshake.requested).collect();
        due.sort();
        let left = INVITATIONS.max(plan.account_quota.unwrap_or(0)).saturating_sub(count(due.len()));
        // Accepted invitations do not count: no more are open at once than there are lanes.
        let needed = seats.min(count(self.on.tuning.concurrency));
        match due.first() {
            Some(first) if left < needed => Ok(Room::NotBefore(first.saturating_add(DAY).unwrap_or(Timestamp::MAX))),
            _ => Ok(Room::Reserved(Reserved { seats, free_seats: free, invitations_left: left })),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
