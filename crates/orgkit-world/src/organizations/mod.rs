//! AWS Organizations: its operations, one file a group. The rules are those of the API reference (botocore `organizations/2016-11-28`) and of
//! the Organizations User Guide; each operation raises only errors that it declares.

pub(crate) mod accept;
pub(crate) mod answer;
pub(crate) mod delegated;
pub(crate) mod handshakes;
pub(crate) mod invite;
pub(crate) mod organization;
pub(crate) mod policies;
pub(crate) mod policy_targets;
pub(crate) mod policy_types;
pub(crate) mod resources;
pub(crate) mod shapes;
pub(crate) mod tree;
pub(crate) mod units;

use crate::ApiError;
use crate::call::Request;
use crate::catalog::{Faults, Protocol, Service, change, read};
use orgkit_model::PolicyType;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// AWS Organizations.
pub(crate) const SERVICE: Service = Service {
    name: "organizations",
    signing_name: "organizations",
    actions: "organizations",
    model: "organizations/2016-11-28",
    protocol: Protocol::Json { target: "AWSOrganizationsV20161128" },
    faults: Faults {
        invalid: "InvalidInputException",
        throttled: ("TooManyRequestsException", 400),
        internal: "ServiceException",
        message: "Message",
        ..Faults::JSON
    },
    operations: &[
        read("DescribeOrganization", organization::describe),
        change("CreateOrganization", organization::create),
        change("DeleteOrganization", organization::delete),
        read("ListAccounts", tree::list_accounts),
        read("DescribeAccount", tree::describe_account),
        read("ListRoots", tree::list_roots),
        read("ListParents", tree::list_parents),
        read("ListChildren", tree::list_children),
        read("ListAccountsForParent", tree::list_accounts_for_parent),
        change("MoveAccount", tree::move_account),
        read("ListOrganizationalUnitsForParent", units::list_for_parent),
        read("DescribeOrganizationalUnit", units::describe),
        change("CreateOrganizationalUnit", units::create),
        change("UpdateOrganizationalUnit", units::update),
        change("DeleteOrganizationalUnit", units::delete),
        change("InviteAccountToOrganization", invite::invite),
        read("DescribeHandshake", handshakes::describe),
        read("ListHandshakesForOrganization", handshakes::list_for_organization),
        read("ListHandshakesForAccount", handshakes::list_for_account),
        change("AcceptHandshake", accept::accept),
        change("DeclineHandshake", answer::decline),
        change("CancelHandshake", answer::cancel),
        change("LeaveOrganization", organization::leave),
        change("RemoveAccountFromOrganization", organization::remove_account),
        read("ListPolicies", policies::list),
        read("DescribePolicy", policies::describe),
        change("CreatePolicy", policies::create),
        change("UpdatePolicy", policies::update),
        change("DeletePolicy", policies::delete),
        change("AttachPolicy", policy_targets::attach),
        change("DetachPolicy", policy_targets::detach),
        read("ListPoliciesForTarget", policy_targets::list_policies),
        read("ListTargetsForPolicy", policy_targets::list_targets),
        change("EnablePolicyType", policy_types::enable),
        change("DisablePolicyType", policy_types::disable),
        read("ListDelegatedAdministrators", delegated::list_administrators),
        read("ListDelegatedServicesForAccount", delegated::list_services),
        change("RegisterDelegatedAdministrator", delegated::register),
        change("DeregisterDelegatedAdministrator", delegated::deregister),
        read("ListAWSServiceAccessForOrganization", delegated::list_access),
        change("EnableAWSServiceAccess", delegated::enable_access),
    ],
};

/// A limit of the organization that a call would exceed, or a rule that it would break.
fn constraint(reason: &'static str, message: &str) -> ApiError {
    ApiError::new("ConstraintViolationException", message).because(reason)
}

/// A rule about invitations that a call would break.
fn handshake_constraint(reason: &'static str, message: &str) -> ApiError {
    ApiError::new("HandshakeConstraintViolationException", message).because(reason)
}

/// The answer of an operation that has no output.
fn nothing() -> Value {
    Value::Object(Map::new())
}

/// The policy types of the API (botocore shape `PolicyType`) that this simulation does not keep policies of.
const OTHER_POLICY_TYPES: [&str; 13] = [
    "TAG_POLICY",
    "BACKUP_POLICY",
    "AISERVICES_OPT_OUT_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "SECURITYHUB_POLICY",
    "SECURITYHUB_CSPM_POLICY",
    "INSPECTOR_POLICY",
    "UPGRADE_ROLLOUT_POLICY",
    "BEDROCK_POLICY",
    "S3_POLICY",
    "NETWORK_SECURITY_DIRECTOR_POLICY",
    "GUARDDUTY_POLICY",
];

/// The policy type that a member of the input names; `None` for one that AWS has and this simulation does not keep.
fn policy_type(request: &Request<'_>, name: &str) -> Result<Option<PolicyType>, ApiError> {
    match request.required(name)? {
        "SERVICE_CONTROL_POLICY" => Ok(Some(PolicyType::ServiceControlPolicy)),
        "RESOURCE_CONTROL_POLICY" => Ok(Some(PolicyType::ResourceControlPolicy)),
        other if OTHER_POLICY_TYPES.contains(&other) => Ok(None),
        _ => Err(request.invalid("INVALID_ENUM_POLICY_TYPE", format!("{name} is not a policy type."))),
    }
}

/// The member `Tags` of an input.
fn tags(request: &Request<'_>) -> Result<BTreeMap<String, String>, ApiError> {
    let mut tags = BTreeMap::new();
    for tag in request.input.get("Tags").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| tag.get(name).and_then(Value::as_str);
        let (Some(key), Some(value)) = (text("Key"), text("Value")) else {
            return Err(request.invalid("INVALID_LIST_MEMBER", "A tag needs Key and Value.".to_owned()));
        };
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(request.invalid("DUPLICATE_TAG_KEY", format!("Tag key `{key}` is there twice.")));
        }
    }
    Ok(tags)
}

/// A name of the input within its length.
fn name<'a>(request: &Request<'a>, member: &str) -> Result<&'a str, ApiError> {
    let name = request.required(member)?;
    match name.chars().count() {
        0 => Err(request.invalid("MIN_LENGTH_EXCEEDED", format!("{member} must have at least 1 character."))),
        1..=128 => Ok(name),
        _ => Err(request.invalid("MAX_LENGTH_EXCEEDED", format!("{member} must have at most 128 characters."))),
    }
}
