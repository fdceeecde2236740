//! From the SDK's types to the model's. A member that AWS documents as always present and that is missing, or a value that the model
//! does not know, makes the answer malformed: orgkit does not guess.

use aws_sdk_organizations::types as sdk;
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use orgkit_model::{
    Account, AccountState, Handshake, HandshakeState, JoinedMethod, Organization, OrganizationId, ParentId, Policy, PolicyType, Unit,
};
use std::str::FromStr;

/// An answer that lacks a member or has a value that the model does not know.
#[derive(Debug, thiserror::Error)]
#[error("the answer's `{member}` is {what}")]
pub(crate) struct Malformed {
    member: &'static str,
    what: String,
}

/// The member, or what is wrong with the answer.
pub(crate) fn need<T>(member: &'static str, value: Option<T>) -> Result<T, Malformed> {
    value.ok_or_else(|| Malformed { member, what: "missing".to_owned() })
}

/// The member parsed, or what is wrong with the answer.
pub(crate) fn parse<T: FromStr>(member: &'static str, value: Option<&str>) -> Result<T, Malformed> {
    let text = need(member, value)?;
    text.parse().map_err(|_| Malformed { member, what: format!("`{text}`, which orgkit does not know") })
}

/// The value that a name of the API stands for.
fn named<T: Copy>(member: &'static str, value: Option<&str>, names: &[(&str, T)]) -> Result<T, Malformed> {
    let text = need(member, value)?;
    let found = names.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| Malformed { member, what: format!("`{text}`, which orgkit does not know") })
}

pub(crate) fn organization(from: &sdk::Organization) -> Result<Organization, Malformed> {
    Ok(Organization {
        id: parse("Organization.Id", from.id())?,
        management_account: parse("Organization.MasterAccountId", from.master_account_id())?,
        feature_set: need("Organization.FeatureSet", from.feature_set())?.as_str().to_owned(),
    })
}

/// `State`, or `Status` where the answer is of the time before it. [Organizations API Reference, `Account`]
fn state_name(from: &sdk::Account) -> Option<&str> {
    from.state().map(sdk::AccountState::as_str).or_else(|| from.status().map(sdk::AccountStatus::as_str))
}

pub(crate) fn account(from: &sdk::Account) -> Result<Account, Malformed> {
    const STATES: [(&str, AccountState); 5] = [
        ("PENDING_ACTIVATION", AccountState::PendingActivation),
        ("ACTIVE", AccountState::Active),
        ("SUSPENDED", AccountState::Suspended),
        ("PENDING_CLOSURE", AccountState::PendingClosure),
        ("CLOSED", AccountState::Closed),
    ];
    const METHODS: [(&str, JoinedMethod); 2] = [("INVITED", JoinedMethod::Invited), ("CREATED", JoinedMethod::Created)];
    let method = from.joined_method().map(|method| named("Account.JoinedMethod", Some(method.as_str()), &METHODS));
    Ok(Account {
        id: parse("Account.Id", from.id())?,
        name: from.name().unwrap_or_default().to_owned(),
        state: named("Account.State", state_name(from), &STATES)?,
        joined_method: method.transpose()?,
        joined_at: from.joined_timestamp().and_then(timestamp),
    })
}

pub(crate) fn unit(from: &sdk::OrganizationalUnit, parent: &ParentId) -> Result<Unit, Malformed> {
    Ok(Unit {
        id: parse("OrganizationalUnit.Id", from.id())?,
        name: need("OrganizationalUnit.Name", from.name())?.to_owned(),
        parent: parent.clone(),
    })
}

pub(crate) fn policy(from: &sdk::Policy, kind: PolicyType, mut targets: Vec<String>) -> Result<Policy, Malformed> {
    let summary = need("Policy.PolicySummary", from.policy_summary())?;
    targets.sort();
    Ok(Policy {
        id: parse("PolicySummary.Id", summary.id())?,
        name: need("PolicySummary.Name", summary.name())?.to_owned(),
        kind,
        aws_managed: summary.aws_managed(),
        content: need("Policy.Content", from.content())?.to_owned(),
        targets,
    })
}

pub(crate) fn handshake(from: &sdk::Handshake) -> Result<Handshake, Malformed> {
    const STATES: [(&str, HandshakeState); 6] = [
        ("REQUESTED", HandshakeState::Requested),
        ("OPEN", HandshakeState::Open),
        ("CANCELED", HandshakeState::Canceled),
        ("ACCEPTED", HandshakeState::Accepted),
        ("DECLINED", HandshakeState::Declined),
        ("EXPIRED", HandshakeState::Expired),
    ];
    let party = |kind: &sdk::HandshakePartyType| from.parties().iter().find(|party| party.r#type() == kind).map(sdk::HandshakeParty::id);
    let notes = from.resources().iter().find(|resource| resource.r#type() == Some(&sdk::HandshakeResourceType::Notes));
    Ok(Handshake {
        id: parse("Handshake.Id", from.id())?,
        state: named("Handshake.State", from.state().map(sdk::HandshakeState::as_str), &STATES)?,
        organization: party(&sdk::HandshakePartyType::Organization).and_then(organization_party),
        account: party(&sdk::HandshakePartyType::Account).and_then(|id| id.parse().ok()),
        notes: notes.and_then(|resource| resource.value()).map(str::to_owned),
        requested: from.requested_timestamp().and_then(timestamp),
    })
}

/// The id of an ORGANIZATION party, which is accepted with and without its `o-`.
fn organization_party(id: &str) -> Option<OrganizationId> {
    id.parse().or_else(|_| format!("o-{id}").parse()).ok()
}

/// A time of the SDK's as the model has it.
pub(crate) fn timestamp(from: &DateTime) -> Option<Timestamp> {
    // The JSON protocols carry seconds with a fraction, which the SDK reads as a double: only milliseconds are what was meant.
    let millis = i64::from(from.subsec_nanos().saturating_add(500_000) / 1_000_000);
    Timestamp::from_millisecond(from.secs().checked_mul(1000)?.checked_add(millis)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_state_before_status_and_refuses_what_it_does_not_know() {
        let base = sdk::Account::builder().id("111122223333").name("shop");
        let closed = base.clone().state(sdk::AccountState::Closed).joined_method(sdk::AccountJoinedMethod::Created).build();
        assert_eq!(account(&closed).unwrap().state, AccountState::Closed);
        assert_eq!(account(&closed).unwrap().joined_method, Some(JoinedMethod::Created));
        let odd = base.clone().state(sdk::AccountState::from("FROZEN")).build();
        assert_eq!(account(&odd).unwrap_err().to_string(), "the answer's `Account.State` is `FROZEN`, which orgkit does not know");
        assert_eq!(account(&base.build()).unwrap_err().to_string(), "the answer's `Account.State` is missing");
    }

    #[test]
    fn a_handshake_names_its_organization_and_account_by_party() {
        let party = |kind, id: &str| sdk::HandshakeParty::builder().r#type(kind).id(id).build().unwrap();
        let notes = sdk::HandshakeResource::builder().r#type(sdk::HandshakeResourceType::Notes).value("orgkit:1:2").build();
        let from = sdk::Handshake::builder()
            .id("h-1234567890")
            .state(sdk::HandshakeState::Open)
            .parties(party(sdk::HandshakePartyType::Account, "111122223333"))
            .parties(party(sdk::HandshakePartyType::Organization, "o-a1b2c3d4e5"))
            .resources(notes)
            .build();
        let seen = handshake(&from).unwrap();
        assert_eq!(seen.organization.unwrap().as_str(), "o-a1b2c3d4e5");
        assert_eq!(seen.account.unwrap().as_str(), "111122223333");
        assert_eq!(seen.notes.as_deref(), Some("orgkit:1:2"));
    }
}
