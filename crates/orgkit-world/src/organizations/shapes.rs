//! The shapes of the API: what the world's records look like in answers.

use crate::catalog::PolicyKind;
use crate::format::{epoch, iso};
use crate::world::{
    AccountRecord, HandshakeKind, HandshakeRecord, Membership, OrganizationRecord, PolicyRecord, ResourcePolicyRecord, UnitRecord,
};
use jiff::Timestamp;
use orgkit_model::{ParentId, UnitId};
use serde_json::{Value, json};

/// The start of the ARNs of an organization: `arn:aws:organizations::<management account>`.
fn arn(organization: &OrganizationRecord, rest: &str) -> String {
    format!("arn:aws:organizations::{}:{rest}", organization.management)
}

/// `Organization`.
pub(crate) fn organization(organization: &OrganizationRecord, management: Option<&AccountRecord>) -> Value {
    json!({
        "Id": organization.id,
        "Arn": arn(organization, &format!("organization/{}", organization.id)),
        "FeatureSet": organization.feature_set,
        "MasterAccountArn": account_arn(organization, organization.management.as_str()),
        "MasterAccountId": organization.management,
        "MasterAccountEmail": management.map(|account| account.email.as_str()).unwrap_or_default(),
        // Only service control policies are ever listed here; the API reference points to `ListRoots` instead.
        "AvailablePolicyTypes": policy_types(organization, |kind| kind == PolicyKind::ServiceControlPolicy),
    })
}

/// The ARN of an account.
pub(crate) fn account_arn(organization: &OrganizationRecord, account: &str) -> String {
    arn(organization, &format!("account/{}/{account}", organization.id))
}

/// `Account`. Its `Status` was retired on 2026-09-09; `State` took its place.
pub(crate) fn account(organization: &OrganizationRecord, account: &AccountRecord, membership: &Membership, now: Timestamp) -> Value {
    json!({
        "Id": account.id,
        "Arn": account_arn(organization, account.id.as_str()),
        "Email": account.email,
        "Name": account.name,
        "State": account.state(now),
        "Paths": [account_path(organization, account, membership)],
        "JoinedMethod": membership.method,
        "JoinedTimestamp": epoch(membership.joined_at),
    })
}

/// The path of an account in its organization: `o-…/r-…/ou-…/111122223333/`.
pub(crate) fn account_path(organization: &OrganizationRecord, account: &AccountRecord, membership: &Membership) -> String {
    format!("{}/{}/{}/", organization.id, organization.path_to(&membership.parent).join("/"), account.id)
}

/// `Root`.
pub(crate) fn root(organization: &OrganizationRecord) -> Value {
    json!({
        "Id": organization.root,
        "Arn": arn(organization, &format!("root/{}/{}", organization.id, organization.root)),
        "Name": "Root",
        "PolicyTypes": policy_types(organization, |_| true),
    })
}

fn policy_types(organization: &OrganizationRecord, is_shown: impl Fn(PolicyKind) -> bool) -> Vec<Value> {
    let shown = organization.enabled.iter().filter(|kind| is_shown(**kind));
    shown.map(|kind| json!({ "Type": kind, "Status": "ENABLED" })).collect()
}

/// `OrganizationalUnit`.
pub(crate) fn unit(organization: &OrganizationRecord, id: &UnitId, unit: &UnitRecord) -> Value {
    json!({
        "Id": id,
        "Arn": unit_arn(organization, id.as_str()),
        "Name": unit.name,
        "Path": format!("{}/{}/", organization.id, organization.path_to(&ParentId::from(id.clone())).join("/")),
    })
}

/// The ARN of a unit.
pub(crate) fn unit_arn(organization: &OrganizationRecord, id: &str) -> String {
    arn(organization, &format!("ou/{}/{id}", organization.id))
}

/// The ARN of a root.
pub(crate) fn root_arn(organization: &OrganizationRecord) -> String {
    arn(organization, &format!("root/{}/{}", organization.id, organization.root))
}

/// `Parent`: a root or a unit.
pub(crate) fn parent(parent: &ParentId) -> Value {
    let kind = if parent.as_str().starts_with("r-") { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
    json!({ "Id": parent, "Type": kind })
}

/// The ARN of a policy.
pub(crate) fn policy_arn(organization: &OrganizationRecord, policy: &PolicyRecord) -> String {
    let kind = policy.kind.as_str().to_ascii_lowercase();
    if policy.aws_managed {
        format!("arn:aws:organizations::aws:policy/{kind}/{}", policy.id)
    } else {
        arn(organization, &format!("policy/{}/{kind}/{}", organization.id, policy.id))
    }
}

/// `PolicySummary`.
pub(crate) fn policy_summary(organization: &OrganizationRecord, policy: &PolicyRecord) -> Value {
    json!({
        "Id": policy.id,
        "Arn": policy_arn(organization, policy),
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.kind,
        "AwsManaged": policy.aws_managed,
    })
}

/// `Policy`.
pub(crate) fn policy(organization: &OrganizationRecord, policy: &PolicyRecord) -> Value {
    json!({ "PolicySummary": policy_summary(organization, policy), "Content": policy.content })
}

/// `ResourcePolicy`.
pub(crate) fn resource_policy(organization: &OrganizationRecord, policy: &ResourcePolicyRecord) -> Value {
    let arn = arn(organization, &format!("resourcepolicy/{}/{}", organization.id, policy.id));
    json!({ "ResourcePolicySummary": { "Id": policy.id, "Arn": arn }, "Content": policy.content })
}

/// `Handshake`, as both parties see it.
pub(crate) fn handshake(handshake: &HandshakeRecord, now: Timestamp) -> Value {
    let action = handshake.kind.action();
    let (kind, recipient) = match (&handshake.email, &handshake.recipient) {
        (Some(email), _) => ("EMAIL", email.clone()),
        (None, recipient) => ("ACCOUNT", recipient.as_ref().map(ToString::to_string).unwrap_or_default()),
    };
    let mut parties = vec![json!({ "Id": handshake.organization, "Type": "ORGANIZATION" })];
    // The management account's own question has no other party than its organization.
    if !matches!(handshake.kind, HandshakeKind::EnableAllFeatures { .. }) {
        parties.push(json!({ "Id": recipient, "Type": kind }));
    }
    let mut resources = resources(handshake, json!({ "Type": kind, "Value": recipient }));
    resources.extend(handshake.notes.iter().map(|notes| json!({ "Type": "NOTES", "Value": notes })));
    json!({
        "Id": handshake.id,
        "Arn": format!(
            "arn:aws:organizations::{}:handshake/{}/{}/{}",
            handshake.sender.account, handshake.organization, action.to_lowercase(), handshake.id
        ),
        "Action": action,
        "State": handshake.state(now),
        "RequestedTimestamp": epoch(handshake.requested_at),
        "ExpirationTimestamp": epoch(handshake.expires_at),
        "Parties": parties,
        "Resources": resources,
    })
}

/// The resources of a handshake, the notes left out.
fn resources(handshake: &HandshakeRecord, recipient: Value) -> Vec<Value> {
    let (organization, sender) = (&handshake.organization, &handshake.sender);
    match &handshake.kind {
        HandshakeKind::Invite { .. } => vec![
            json!({
                "Type": "ORGANIZATION",
                "Value": organization,
                "Resources": [
                    { "Type": "MASTER_EMAIL", "Value": sender.email },
                    { "Type": "MASTER_NAME", "Value": sender.name },
                    { "Type": "ORGANIZATION_FEATURE_SET", "Value": sender.feature_set },
                ],
            }),
            recipient,
        ],
        HandshakeKind::EnableAllFeatures { .. } => vec![json!({ "Type": "ORGANIZATION", "Value": organization })],
        HandshakeKind::ApproveAllFeatures { parent } => vec![
            json!({ "Type": "PARENT_HANDSHAKE", "Value": parent }),
            json!({ "Type": "ORGANIZATION", "Value": organization }),
            recipient,
        ],
        HandshakeKind::TransferResponsibility { transfer, start } => vec![
            json!({ "Type": "RESPONSIBILITY_TRANSFER", "Value": transfer }),
            json!({ "Type": "TRANSFER_TYPE", "Value": "BILLING" }),
            json!({ "Type": "TRANSFER_START_TIMESTAMP", "Value": iso(*start) }),
            json!({
                "Type": "MANAGEMENT_ACCOUNT",
                "Value": sender.account,
                "Resources": [
                    { "Type": "MANAGEMENT_EMAIL", "Value": sender.email },
                    { "Type": "MANAGEMENT_NAME", "Value": sender.name },
                ],
            }),
            recipient,
        ],
    }
}
