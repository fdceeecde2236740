//! AWS Organizations: its operations, one file a group. The rules are those of the API reference (botocore `organizations/2016-11-28`) and of
//! the Organizations User Guide; each operation raises only errors that it declares.

pub(crate) mod accept;
pub(crate) mod all_features;
pub(crate) mod answer;
pub(crate) mod billing;
pub(crate) mod billing_transfers;
pub(crate) mod close;
pub(crate) mod create_account;
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
pub(crate) mod resources;
pub(crate) mod shapes;
pub(crate) mod tags;
pub(crate) mod tree;
pub(crate) mod trusted;
pub(crate) mod units;

use crate::ApiError;
use crate::call::Request;
use crate::catalog::{Faults, PolicyKind, Protocol, Service, change, read};
use crate::world::OrganizationRecord;
use serde_json::{Map, Value};
use tags::tags;

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
        read("DescribeOrganization", organization::describe).rules(
            "any account of an organization may ask",
            "Organizations API Reference, DescribeOrganization",
        ),
        change("CreateOrganization", organization::create).rules(
            "a standalone account with a payment method; with all features SCPs are enabled at once",
            "Organizations API Reference, CreateOrganization",
        ),
        change("DeleteOrganization", organization::delete).rules(
            "no members left, closed ones included; no billing transfer under way; irreversible",
            "Organizations User Guide, orgs_manage_org_delete",
        ),
        change("EnableAllFeatures", all_features::enable).rules(
            "only from consolidated billing, once at a time, up to 5,000 accounts; invited members have 90 days to approve",
            "Organizations User Guide, orgs_manage_org_support-all-features",
        ),
        read("ListAccounts", tree::list_accounts).rules(
            "management account and delegated administrators; accounts closed for good are gone",
            "Organizations API Reference, ListAccounts",
        ),
        read("DescribeAccount", tree::describe_account).rules(
            "management account and delegated administrators; the state follows the time",
            "Organizations API Reference, DescribeAccount",
        ),
        change("CreateAccount", create_account::create).rules(
            "asynchronous; five at a time; quota, e-mail address and payment method decide; access role; not while the organization initializes",
            "Organizations API Reference, CreateAccount",
        ),
        change("CreateGovCloudAccount", create_account::create_govcloud).rules(
            "as CreateAccount; only if the management account has a partner in AWS GovCloud (US)",
            "Organizations API Reference, CreateGovCloudAccount",
        ),
        read("DescribeCreateAccountStatus", create_account::describe_status).rules(
            "account or reason only once finished",
            "Organizations API Reference, DescribeCreateAccountStatus",
        ),
        read("ListCreateAccountStatus", create_account::list_statuses).rules(
            "filter by state",
            "Organizations API Reference, ListCreateAccountStatus",
        ),
        change("CloseAccount", close::close).rules(
            "all features; not the management account; three at a time, 20 % (250 to 1,000) in 30 days; suspended for 90 days, then gone",
            "Organizations API Reference, CloseAccount",
        ),
        read("ListRoots", tree::list_roots).rules(
            "there is one root",
            "Organizations API Reference, ListRoots",
        ),
        read("ListParents", tree::list_parents).rules(
            "there is one parent",
            "Organizations API Reference, ListParents",
        ),
        read("ListChildren", tree::list_children).rules(
            "accounts or units directly below",
            "Organizations API Reference, ListChildren",
        ),
        read("ListAccountsForParent", tree::list_accounts_for_parent).rules(
            "accounts directly below",
            "Organizations API Reference, ListAccountsForParent",
        ),
        change("MoveAccount", tree::move_account).rules(
            "the source must be where the account is; the destination must be elsewhere; closed accounts move too",
            "Organizations API Reference, MoveAccount",
        ),
        read("ListOrganizationalUnitsForParent", units::list_for_parent).rules(
            "units directly below",
            "Organizations API Reference, ListOrganizationalUnitsForParent",
        ),
        read("DescribeOrganizationalUnit", units::describe).rules(
            "management account and delegated administrators",
            "Organizations API Reference, DescribeOrganizationalUnit",
        ),
        change("CreateOrganizationalUnit", units::create).rules(
            "names unique among siblings; five levels, 2,000 units; tags",
            "Organizations User Guide, orgs_reference_limits",
        ),
        change("UpdateOrganizationalUnit", units::update).rules(
            "names unique among siblings",
            "Organizations API Reference, UpdateOrganizationalUnit",
        ),
        change("DeleteOrganizationalUnit", units::delete).rules(
            "only an empty one",
            "Organizations API Reference, DeleteOrganizationalUnit",
        ),
        change("InviteAccountToOrganization", invite::invite).rules(
            "account quota with open invitations, daily quota, one open invitation per target, 7 days of age for members of other organizations, verified e-mail address, payment method, not while all features are being enabled",
            "Organizations User Guide, orgs_manage_accounts_invites and orgs_account_migration",
        ),
        change("InviteOrganizationToTransferResponsibility", billing::invite).rules(
            "between management accounts; start at the first of a month, accepted 24 hours before; inbound quota 0 by default; one transfer per pair",
            "Billing User Guide, orgs_transfer_billing-send-invitation",
        ),
        read("DescribeHandshake", handshakes::describe).rules(
            "parties only; finished handshakes for 30 days; a management account does not see invitations",
            "Organizations API Reference, DescribeHandshake",
        ),
        read("ListHandshakesForOrganization", handshakes::list_for_organization).rules(
            "what was sent; filter by action or parent, not both",
            "Organizations API Reference, ListHandshakesForOrganization",
        ),
        read("ListHandshakesForAccount", handshakes::list_for_account).rules(
            "what was received; a management account does not see invitations",
            "Organizations API Reference, ListHandshakesForAccount",
        ),
        change("AcceptHandshake", accept::accept).rules(
            "the recipient only; direct transfer between organizations: 4 days of age if created, no delegated administrator, LeaveOrganization allowed, same seller, not right after another change; billing transfers: one outbound, no chains",
            "Organizations User Guide, orgs_account_migration",
        ),
        change("DeclineHandshake", answer::decline).rules(
            "the recipient only, while open",
            "Organizations API Reference, DeclineHandshake",
        ),
        change("CancelHandshake", answer::cancel).rules(
            "the sender only, while open; approvals are cancelled with the request that they belong to",
            "Organizations API Reference, CancelHandshake",
        ),
        change("LeaveOrganization", organization::leave).rules(
            "not the management account or a delegated administrator; 4 days of age if created; phone verified and payment method",
            "Organizations API Reference, LeaveOrganization",
        ),
        change("RemoveAccountFromOrganization", organization::remove_account).rules(
            "as LeaveOrganization; closed accounts stay",
            "Organizations API Reference, RemoveAccountFromOrganization",
        ),
        read("ListInboundResponsibilityTransfers", billing_transfers::list_inbound).rules(
            "invitations and transfers in which the organization pays",
            "Billing User Guide, orgs_transfer_billing-view-transfer",
        ),
        read("ListOutboundResponsibilityTransfers", billing_transfers::list_outbound).rules(
            "invitations and transfers in which the organization's bill is paid",
            "Billing User Guide, orgs_transfer_billing-view-transfer",
        ),
        read("DescribeResponsibilityTransfer", billing_transfers::describe).rules(
            "either side",
            "Organizations API Reference, DescribeResponsibilityTransfer",
        ),
        change("UpdateResponsibilityTransfer", billing_transfers::update).rules(
            "a new name while it is offered or accepted",
            "Organizations API Reference, UpdateResponsibilityTransfer",
        ),
        change("TerminateResponsibilityTransfer", billing_transfers::terminate).rules(
            "either side; at the end of a month; cannot be undone",
            "Billing User Guide, orgs_transfer_billing-stop-transfer",
        ),
        change("TagResource", tags::tag).rules(
            "accounts, root, units, policies, transfers; 50 tags, lengths and letters of keys and values, aws: is reserved",
            "Organizations API Reference, TagResource",
        ),
        change("UntagResource", tags::untag).rules(
            "aws: is reserved; unknown keys are ignored",
            "Organizations API Reference, UntagResource",
        ),
        read("ListTagsForResource", tags::list).rules(
            "management account and delegated administrators",
            "Organizations API Reference, ListTagsForResource",
        ),
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

/// A name of the input within its length.
fn name<'a>(request: &Request<'a>, member: &str) -> Result<&'a str, ApiError> {
    let name = request.required(member)?;
    match name.chars().count() {
        0 => Err(request.invalid("MIN_LENGTH_EXCEEDED", format!("{member} must have at least 1 character."))),
        1..=128 => Ok(name),
        _ => Err(request.invalid("MAX_LENGTH_EXCEEDED", format!("{member} must have at most 128 characters."))),
    }
}
