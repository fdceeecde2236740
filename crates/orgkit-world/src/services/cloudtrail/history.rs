//! What happened in the simulated AWS itself, as the event history tells it: accounts that join and leave, and the changes of organizations
//! that a migration is made of.

use crate::call::{Answer, Principal, Request};
use crate::catalog::Operation;
use crate::format::iso;
use crate::ids::uuid_of;
use crate::world::{Event, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, JoinedMethod, OrganizationId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// Where the events of Organizations are recorded [CloudTrail User Guide, cloudtrail-concepts].
const REGION: &str = "us-east-1";
/// How many events an account's history keeps at most, so that worlds do not grow without end.
const MOST: usize = 20_000;
/// The calls that are recorded: the changes that a migration makes or watches for.
const RECORDED: [&str; 8] = [
    "AcceptHandshake",
    "CancelHandshake",
    "DeclineHandshake",
    "DeleteOrganization",
    "InviteAccountToOrganization",
    "LeaveOrganization",
    "MoveAccount",
    "RemoveAccountFromOrganization",
];

/// The histories by account, oldest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    histories: BTreeMap<AccountId, VecDeque<Recorded>>,
    /// How many events there were, which tells them apart.
    count: u64,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Recorded {
    number: u64,
    at: Timestamp,
    entry: Entry,
}

/// What an event tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Entry {
    /// A call of Organizations.
    Call { operation: String, caller: Box<Principal>, input: Value },
    /// An account joined the organization of the account whose history it is.
    Joined { account: AccountId, organization: OrganizationId, method: JoinedMethod },
    /// An account left it.
    Departed { account: AccountId, organization: OrganizationId },
}

/// Records a call that succeeded in the caller's history, if it is of a kind that is recorded.
pub(crate) fn record(world: &mut World, operation: &Operation, request: &Request<'_>, answer: &Answer) {
    if answer.is_err() || request.service.name != "organizations" || !RECORDED.contains(&operation.name) {
        return;
    }
    let caller = request.caller.clone();
    let entry = Entry::Call { operation: operation.name.to_owned(), caller: Box::new(caller), input: request.input.clone() };
    add(world, &request.caller.account, request.now, entry);
}

/// Puts an event into an account's history.
pub(super) fn add(world: &mut World, account: &AccountId, at: Timestamp, entry: Entry) {
    let state = &mut world.services.cloudtrail;
    state.count += 1;
    let history = state.histories.entry(account.clone()).or_default();
    if history.len() >= MOST {
        history.pop_front();
    }
    history.push_back(Recorded { number: state.count, at, entry });
}

/// An account's events in a region from `since` to `until`, both included.
pub(super) fn events<'w>(
    world: &'w World,
    account: &'w AccountId,
    region: &str,
    since: Timestamp,
    until: Timestamp,
) -> impl Iterator<Item = Event> + 'w {
    let history = world.services.cloudtrail.histories.get(account).filter(|_| region == REGION);
    let in_time = history.into_iter().flatten().filter(move |recorded| since <= recorded.at && recorded.at <= until);
    in_time.map(|recorded| recorded.event(account))
}

impl Recorded {
    fn event(&self, account: &AccountId) -> Event {
        let id = uuid_of(&format!("history/{account}/{}", self.number));
        let (name, kind, identity, more) = match &self.entry {
            Entry::Call { operation, caller, input } => (
                operation.as_str(),
                "AwsApiCall",
                identity(caller),
                [("requestParameters", input.clone()), ("responseElements", Value::Null)],
            ),
            Entry::Joined { account, organization, method } => {
                let details =
                    json!({ "organizationId": organization, "accountId": account, "joinedMethod": method, "joinedTime": iso(self.at) });
                (
                    "AccountJoinedOrganization",
                    "AwsServiceEvent",
                    service(),
                    [("requestParameters", Value::Null), ("serviceEventDetails", details)],
                )
            }
            Entry::Departed { account, organization } => {
                // `LEFT` is what AWS names for accounts that leave and for the management account of a deleted organization; what it is for
                // those that are removed is unconfirmed.
                let details = json!({ "organizationId": organization, "accountId": account, "departureMethod": "LEFT", "departureTime": iso(self.at) });
                (
                    "AccountDepartedOrganization",
                    "AwsServiceEvent",
                    service(),
                    [("requestParameters", Value::Null), ("serviceEventDetails", details)],
                )
            }
        };
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": identity,
            "eventTime": iso(self.at),
            "eventSource": "organizations.amazonaws.com",
            "eventName": name,
            "awsRegion": REGION,
            "sourceIPAddress": if kind == "AwsApiCall" { "192.0.2.10" } else { "organizations.amazonaws.com" },
            "userAgent": if kind == "AwsApiCall" { "aws-sdk" } else { "organizations.amazonaws.com" },
            "eventID": id,
            "readOnly": false,
            "eventType": kind,
            "managementEvent": true,
            "recipientAccountId": account,
            "eventCategory": "Management",
        });
        if let Some(members) = record.as_object_mut() {
            members.extend(more.map(|(name, value)| (name.to_owned(), value)));
        }
        Event { at: self.at, id, record }
    }
}

/// Who called [CloudTrail User Guide, cloudtrail-event-reference-user-identity].
fn identity(caller: &Principal) -> Value {
    let kind = if caller.role.is_some() { "AssumedRole" } else { "IAMUser" };
    let mut identity = json!({ "type": kind, "principalId": caller.user_id, "arn": caller.arn, "accountId": caller.account });
    if let (Some(role), Some(members)) = (&caller.role, identity.as_object_mut()) {
        let id = caller.user_id.split(':').next().unwrap_or_default();
        let name = role.rsplit('/').next().unwrap_or(role);
        let issuer = json!({ "type": "Role", "principalId": id, "arn": role, "accountId": caller.account, "userName": name });
        members.insert("sessionContext".to_owned(), json!({ "sessionIssuer": issuer }));
    }
    identity
}

/// Organizations itself.
fn service() -> Value {
    json!({ "type": "AWSService", "invokedBy": "organizations.amazonaws.com" })
}
