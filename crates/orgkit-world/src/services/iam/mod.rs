//! AWS Identity and Access Management (botocore `iam/2010-05-08`): roles, users, policies, service-linked roles, the policy simulator, and
//! centralized root access.

mod aws_managed;
mod details;
mod documents;
mod policies;
mod principals;
mod role_policies;
mod roles;
mod root_access;
pub(crate) mod service_linked;
mod shapes;
mod simulate;
mod simulation;
mod state;
mod summary;
mod users;

pub(crate) use aws_managed::TASK_POLICIES;
pub(crate) use documents::permissions_text;
pub(crate) use principals::{Identity, document, identity, owner_of_key, role_of_arn, tags};
pub(crate) use root_access::{Feature, may_manage_root};
pub(crate) use state::{State, build};

use super::own;
use crate::ApiError;
use crate::call::Request;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::page::Paging;
use crate::world::{AccountRecord, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde_json::{Map, Value};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "iam",
    signing_name: "iam",
    actions: "iam",
    model: "iam/2010-05-08",
    protocol: Protocol::Query { namespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
    faults: Faults::QUERY,
    operations: &[
        read("GetAccountAuthorizationDetails", details::get)
            .rules("users, roles, policies in use; pages count them together", "IAM API Reference, GetAccountAuthorizationDetails"),
        read("GetAccountSummary", summary::get).rules("counts, quotas, root credentials", "IAM API Reference, GetAccountSummary"),
        read("ListAccountAliases", summary::aliases).rules("no account has an alias", "IAM API Reference, ListAccountAliases"),
        read("GetRole", roles::get).rules("documents are percent-encoded", "IAM API Reference, GetRole"),
        read("ListRoles", roles::list).rules("path prefix, pages", "IAM API Reference, ListRoles"),
        change("CreateRole", roles::create).rules(
            "names, paths, trust policy, session length, boundary, tags, quotas",
            "IAM API Reference, CreateRole; IAM User Guide, reference_iam-quotas",
        ),
        change("DeleteRole", roles::delete).rules("no policies left; service-linked roles stay", "IAM API Reference, DeleteRole"),
        change("UpdateAssumeRolePolicy", roles::update_trust)
            .rules("trust policy; protected roles stay as they are", "IAM API Reference, UpdateAssumeRolePolicy"),
        change("AttachRolePolicy", role_policies::attach).rules(
            "known policies, ten a role, protected roles",
            "IAM API Reference, AttachRolePolicy; IAM User Guide, reference_iam-quotas",
        ),
        change("DetachRolePolicy", role_policies::detach).rules("what is attached; protected roles", "IAM API Reference, DetachRolePolicy"),
        read("ListAttachedRolePolicies", role_policies::list_attached)
            .rules("path prefix, pages", "IAM API Reference, ListAttachedRolePolicies"),
        change("PutRolePolicy", role_policies::put).rules(
            "document, 10,240 characters a role, protected roles",
            "IAM API Reference, PutRolePolicy; IAM User Guide, reference_iam-quotas",
        ),
        read("GetRolePolicy", role_policies::get).rules("documents are percent-encoded", "IAM API Reference, GetRolePolicy"),
        read("ListRolePolicies", role_policies::list).rules("pages", "IAM API Reference, ListRolePolicies"),
        change("DeleteRolePolicy", role_policies::delete).rules("what is there; protected roles", "IAM API Reference, DeleteRolePolicy"),
        change("CreatePolicy", policies::create)
            .rules("names, document, 6,144 characters, quota", "IAM API Reference, CreatePolicy; IAM User Guide, reference_iam-quotas"),
        read("GetPolicy", policies::get).rules("the account's own and AWS's", "IAM API Reference, GetPolicy"),
        read("GetPolicyVersion", policies::get_version).rules("documents are percent-encoded", "IAM API Reference, GetPolicyVersion"),
        read("ListPolicies", policies::list).rules("scope, path prefix, attached or not, pages", "IAM API Reference, ListPolicies"),
        change("CreatePolicyVersion", policies::create_version)
            .rules("five versions, default version", "IAM API Reference, CreatePolicyVersion; IAM User Guide, reference_iam-quotas"),
        change("DeletePolicy", policies::delete).rules("not while attached, no other versions", "IAM API Reference, DeletePolicy"),
        change("DeletePolicyVersion", policies::delete_version).rules("not the default version", "IAM API Reference, DeletePolicyVersion"),
        read("ListUsers", users::list).rules("path prefix, pages", "IAM API Reference, ListUsers"),
        read("GetUser", users::get).rules("the caller when no name is given", "IAM API Reference, GetUser"),
        change("CreateServiceLinkedRole", service_linked::create).rules(
            "path and name by service, one a service",
            "IAM API Reference, CreateServiceLinkedRole; IAM User Guide, id_roles_create-service-linked-role",
        ),
        read("SimulatePrincipalPolicy", simulate::principal).rules(
            "identity policies, boundary, SCPs with conditions, resource policy, context",
            "IAM API Reference, SimulatePrincipalPolicy",
        ),
        read("SimulateCustomPolicy", simulate::custom)
            .rules("given policies, boundary, levels of SCPs, resource policy, context", "IAM API Reference, SimulateCustomPolicy"),
        read("ListOrganizationsFeatures", root_access::list)
            .rules("management account or delegated administrator, trusted access", "IAM API Reference, ListOrganizationsFeatures"),
        change("EnableOrganizationsRootCredentialsManagement", root_access::enable_credentials).rules(
            "management account or delegated administrator, trusted access, all features",
            "IAM API Reference, EnableOrganizationsRootCredentialsManagement",
        ),
        change("EnableOrganizationsRootSessions", root_access::enable_sessions).rules(
            "management account or delegated administrator, trusted access, all features",
            "IAM API Reference, EnableOrganizationsRootSessions",
        ),
        change("DisableOrganizationsRootCredentialsManagement", root_access::disable_credentials).rules(
            "management account or delegated administrator, trusted access",
            "IAM API Reference, DisableOrganizationsRootCredentialsManagement",
        ),
        change("DisableOrganizationsRootSessions", root_access::disable_sessions)
            .rules("management account or delegated administrator, trusted access", "IAM API Reference, DisableOrganizationsRootSessions"),
    ],
};

/// The name of the administrator that every account has.
pub(crate) const ADMINISTRATOR: &str = "admin";

/// An account has joined an organization: Organizations makes the role that it works through there, if it is not there yet
/// [Organizations User Guide, orgs_integrate_services-using_slrs].
pub(crate) fn joined(world: &mut World, account: &AccountId, now: Timestamp) {
    if let Some(record) = world.accounts.get_mut(account) {
        service_linked::ensure(record, service_linked::ORGANIZATIONS, now);
    }
}

/// An account is leaving an organization. With its management account the organization's features go.
pub(crate) fn left(world: &mut World, account: &AccountId, organization: &OrganizationId) {
    if world.organizations.get(organization).is_some_and(|record| &record.management == account) {
        world.services.iam.features.remove(organization);
    }
}

/// The ARN of what a call is about [Service Authorization Reference, list_awsidentityandaccessmanagementiam]; `None` for `*`.
pub(crate) fn resource(world: &World, request: &Request<'_>, operation: &str) -> Option<String> {
    let account = &request.caller.account;
    let record = world.accounts.get(account)?;
    if let Some(name) = request.text("RoleName") {
        let path = request.text("Path").unwrap_or("/");
        let role = record.roles.get(name).filter(|_| operation != "CreateRole");
        return Some(role.map_or_else(|| format!("arn:aws:iam::{account}:role{path}{name}"), |role| role.arn.clone()));
    }
    match operation {
        "GetUser" => Some(users::arn_asked(world, request)),
        "CreatePolicy" => {
            Some(format!("arn:aws:iam::{account}:policy{}{}", request.text("Path").unwrap_or("/"), request.text("PolicyName")?))
        }
        "CreateServiceLinkedRole" => service_linked::arn(account, request.text("AWSServiceName")?),
        "SimulatePrincipalPolicy" => request.text("PolicySourceArn").map(str::to_owned),
        _ => request.text("PolicyArn").map(str::to_owned),
    }
}

/// The caller's account, to change it.
fn own_mut<'w>(world: &'w mut World, request: &Request<'_>) -> Result<&'w mut AccountRecord, ApiError> {
    let account = &request.caller.account;
    world.accounts.get_mut(account).ok_or_else(|| crate::error::account_not_found(account))
}

/// A page of a list, in the form that all lists of IAM have: 100 items unless told, 1,000 at most.
fn page(request: &Request<'_>, list: &'static str, items: &'static str, all: Vec<Value>) -> Result<Value, ApiError> {
    let paging = Paging { list, items, limit: "MaxItems", token: "Marker", usual: 100, most: 1000, bad_token: "ValidationError" };
    let (page, marker) = paging.cut(request, all)?;
    Ok(truncated(Map::from_iter([(items.to_owned(), Value::Array(page))]), marker))
}

fn truncated(mut output: Map<String, Value>, marker: Option<String>) -> Value {
    output.insert("IsTruncated".to_owned(), marker.is_some().into());
    output.extend(marker.map(|marker| ("Marker".to_owned(), marker.into())));
    Value::Object(output)
}

/// What IAM does not find.
fn no_such_entity(message: String) -> ApiError {
    ApiError::new("NoSuchEntity", message).with_status(404)
}

/// A quota that a call would exceed [IAM User Guide, reference_iam-quotas].
fn exceeds(quota: &str, limit: usize) -> ApiError {
    ApiError::new("LimitExceeded", format!("Cannot exceed quota for {quota}: {limit}")).with_status(409)
}

/// A value that does not have the form that IAM asks for.
fn invalid(request: &Request<'_>, member: &str) -> ApiError {
    request.invalid("INVALID_PATTERN", format!("The specified value for {member} is invalid."))
}

/// A name of the input: letters, digits and a few signs.
fn name<'a>(request: &Request<'a>, member: &str, longest: usize) -> Result<&'a str, ApiError> {
    let name = request.required(member)?;
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if (1..=longest).contains(&name.len()) && name.bytes().all(is_good) { Ok(name) } else { Err(invalid(request, member)) }
}

/// The path of the input; `/` when it is left out.
fn path<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    let path = request.text("Path").unwrap_or("/");
    if path.starts_with('/') && path.ends_with('/') && path.len() <= 512 { Ok(path) } else { Err(invalid(request, "path")) }
}
