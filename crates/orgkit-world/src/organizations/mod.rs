//! AWS Organizations: its operations, one file a group. The rules are those of the API reference (botocore `organizations/2016-11-28`) and of
//! the Organizations User Guide; each operation raises only errors that it declares.

pub(crate) mod accept;
pub(crate) mod answer;
pub(crate) mod delegated;
pub(crate) mod delegation;
pub(crate) mod effective;
pub(crate) mod handshakes;
pub(crate) mod invite;
pub(crate) mod organization;
pub(crate) mod policies;
pub(crate) mod policy_targets;
pub(crate) mod policy_types;
pub(crate) mod resource_policy;
pub(crate) mod shapes;
pub(crate) mod tree;
pub(crate) mod trusted;
pub(crate) mod units;

use crate::ApiError;
use crate::call::Request;
use crate::catalog::{Faults, PolicyKind, Protocol, Service, change, read};
use crate::world::OrganizationRecord;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(crate) use units::MAX_UNIT_DEPTH;

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
        read("ListOrganizationalUnitsForParent", units::list_for_parent).rules(
            "readers: management, delegated administrators, resource policy; pages, some empty",
            "Organizations API Reference, ListOrganizationalUnitsForParent",
        ),
        read("DescribeOrganizationalUnit", units::describe).rules(
            "readers: management, delegated administrators, resource policy",
            "Organizations API Reference, DescribeOrganizationalUnit",
        ),
        change("CreateOrganizationalUnit", units::create).rules(
            "names unique among siblings; 5 levels; 2,000 units; default policies attached",
            "Organizations User Guide, orgs_reference_limits",
        ),
        change("UpdateOrganizationalUnit", units::update)
            .rules("names unique among siblings", "Organizations API Reference, UpdateOrganizationalUnit"),
        change("DeleteOrganizationalUnit", units::delete)
            .rules("only without accounts and units; its attachments go", "Organizations API Reference, DeleteOrganizationalUnit"),
        change("InviteAccountToOrganization", invite::invite),
        read("DescribeHandshake", handshakes::describe),
        read("ListHandshakesForOrganization", handshakes::list_for_organization),
        read("ListHandshakesForAccount", handshakes::list_for_account),
        change("AcceptHandshake", accept::accept),
        change("DeclineHandshake", answer::decline),
        change("CancelHandshake", answer::cancel),
        change("LeaveOrganization", organization::leave),
        change("RemoveAccountFromOrganization", organization::remove_account),
        read("ListPolicies", policies::list)
            .rules("all 15 types; AWS's own policies; pages, some empty", "Organizations API Reference, ListPolicies"),
        read("DescribePolicy", policies::describe)
            .rules("readers: management, delegated administrators, resource policy", "Organizations API Reference, DescribePolicy"),
        change("CreatePolicy", policies::create).rules(
            "all 15 types; size, grammar, inheritance operators; unique names; number per type; management or resource policy",
            "Organizations User Guide, orgs_reference_limits, policy-operators",
        ),
        change("UpdatePolicy", policies::update)
            .rules("as CreatePolicy; AWS's own policies cannot change", "Organizations API Reference, UpdatePolicy"),
        change("DeletePolicy", policies::delete).rules("only a detached one; not AWS's own", "Organizations API Reference, DeletePolicy"),
        change("AttachPolicy", policy_targets::attach).rules(
            "type enabled; number per target; once; all features; order kept for merging",
            "Organizations User Guide, orgs_reference_limits",
        ),
        change("DetachPolicy", policy_targets::detach)
            .rules("the last SCP and AWS's own RCP stay; all features", "Organizations API Reference, DetachPolicy"),
        read("ListPoliciesForTarget", policy_targets::list_policies)
            .rules("what is attached directly; pages, some empty", "Organizations API Reference, ListPoliciesForTarget"),
        read("ListTargetsForPolicy", policy_targets::list_targets)
            .rules("pages, some empty", "Organizations API Reference, ListTargetsForPolicy"),
        change("EnablePolicyType", policy_types::enable).rules(
            "all features; trusted access where the type needs it; AWS's own policy attached everywhere; done at once",
            "Organizations API Reference, EnablePolicyType",
        ),
        change("DisablePolicyType", policy_types::disable)
            .rules("attachments of the type are lost; policies stay; done at once", "Organizations API Reference, DisablePolicyType"),
        read("ListDelegatedAdministrators", delegated::list_administrators)
            .rules("of one service or all; pages, some empty", "Organizations API Reference, ListDelegatedAdministrators"),
        read("ListDelegatedServicesForAccount", delegated::list_services)
            .rules("registered members only", "Organizations API Reference, ListDelegatedServicesForAccount"),
        change("RegisterDelegatedAdministrator", delegated::register).rules(
            "known services that support it; trusted access first; active members; number per service; all features",
            "Organizations User Guide, orgs_integrate_services_list",
        ),
        change("DeregisterDelegatedAdministrator", delegated::deregister)
            .rules("one service; registered only", "Organizations API Reference, DeregisterDelegatedAdministrator"),
        read("ListAWSServiceAccessForOrganization", trusted::list).rules(
            "readers: management, delegated administrators, resource policy",
            "Organizations API Reference, ListAWSServiceAccessForOrganization",
        ),
        change("EnableAWSServiceAccess", trusted::enable)
            .rules("known services; all features; repeatable", "Organizations User Guide, orgs_integrate_services_list"),
        change("DisableAWSServiceAccess", trusted::disable).rules(
            "not while the service's policy type is enabled or it has delegated administrators; repeatable",
            "Organizations API Reference, DisableAWSServiceAccess",
        ),
        read("DescribeEffectivePolicy", effective::describe).rules(
            "the 13 management types; inheritance operators, child control, order of attachment; any member for itself",
            "Organizations User Guide, policy-operators, inheritance-examples",
        ),
        read("ListAccountsWithInvalidEffectivePolicy", effective::list_invalid)
            .rules("backup plans that lack parts or have too many rules", "Organizations User Guide, invalid-policy-alerts"),
        read("ListEffectivePolicyValidationErrors", effective::list_errors).rules(
            "backup plans that lack parts or have too many rules; contributing policies",
            "Organizations User Guide, invalid-policy-alerts",
        ),
        change("PutResourcePolicy", resource_policy::put).rules(
            "40,000 characters; grammar; members as principals; supported actions, resources and policy types",
            "Organizations User Guide, orgs_delegate_policies",
        ),
        read("DescribeResourcePolicy", resource_policy::describe)
            .rules("readers: management, delegated administrators, resource policy", "Organizations API Reference, DescribeResourcePolicy"),
        change("DeleteResourcePolicy", resource_policy::delete)
            .rules("management account only", "Organizations API Reference, DeleteResourcePolicy"),
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

/// Refuses what an organization with consolidated billing alone cannot do.
fn need_all_features(organization: &OrganizationRecord) -> Result<(), ApiError> {
    if organization.feature_set == "ALL" {
        return Ok(());
    }
    Err(constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE", "The organization must have all features enabled."))
}

/// The policy type that a member of the input names.
fn policy_type(request: &Request<'_>, name: &str) -> Result<PolicyKind, ApiError> {
    let invalid = || request.invalid("INVALID_ENUM_POLICY_TYPE", format!("{name} is not a policy type."));
    PolicyKind::parse(request.required(name)?).ok_or_else(invalid)
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
