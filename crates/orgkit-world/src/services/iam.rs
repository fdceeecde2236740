//! AWS Identity and Access Management (botocore `iam/2010-05-08`): roles, policies and the account's authorization details.

use super::own;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::format::iso;
use crate::ids::iam_id;
use crate::page::Paging;
use crate::world::{ADMINISTRATOR_ACCESS, AccountRecord, ManagedPolicy, Role, World};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "iam",
    signing_name: "iam",
    actions: "iam",
    model: "iam/2010-05-08",
    protocol: Protocol::Query { namespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
    faults: Faults::QUERY,
    operations: &[
        read("GetAccountAuthorizationDetails", authorization_details),
        read("GetRole", get_role),
        read("ListRoles", list_roles),
        change("CreateRole", create_role),
        change("UpdateAssumeRolePolicy", update_trust),
        change("AttachRolePolicy", attach_role_policy),
    ],
};

/// What stays as it is when IAM writes a policy document: the unreserved characters of RFC 3986.
const DOCUMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How IAM pages its lists: 100 items unless told, 1,000 at most.
const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "MaxItems", token: "Marker", usual: 100, most: 1000, bad_token: "ValidationError" }
}

/// `GetAccountAuthorizationDetails`: users, roles and policies, counted together into pages. Of AWS's own policies only
/// `AdministratorAccess` is listed.
pub(crate) fn authorization_details(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let filter = request.texts("Filter");
    let wanted = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let mut all = Vec::new();
    let mut add = |list: &str, value: Value| all.push(json!([list, value]));
    if wanted("User") {
        add("UserDetailList", administrator(account));
    }
    if wanted("Role") {
        account.roles.values().for_each(|role| add("RoleDetailList", role_detail(role)));
    }
    if wanted("LocalManagedPolicy") {
        account.policies.values().for_each(|policy| add("Policies", policy_detail(account, policy)));
    }
    if wanted("AWSManagedPolicy") {
        add("Policies", administrator_access(account));
    }
    let (page, marker) = paging("GetAccountAuthorizationDetails", "").cut(request, all)?;
    let mut lists: Map<String, Value> =
        ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"].map(|list| (list.to_owned(), json!([]))).into_iter().collect();
    for item in page {
        if let Value::Array(pair) = item
            && let [Value::String(list), value] = pair.as_slice()
            && let Some(Value::Array(members)) = lists.get_mut(list)
        {
            members.push(value.clone());
        }
    }
    Ok(truncated(lists, marker))
}

/// `ListRoles`.
pub(crate) fn list_roles(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let prefix = request.text("PathPrefix").unwrap_or("/");
    let roles = account.roles.values().filter(|role| role.path.starts_with(prefix)).map(role_shape).collect();
    let (page, marker) = paging("ListRoles", "Roles").cut(request, roles)?;
    Ok(truncated(Map::from_iter([("Roles".to_owned(), Value::Array(page))]), marker))
}

fn truncated(mut output: Map<String, Value>, marker: Option<String>) -> Value {
    output.insert("IsTruncated".to_owned(), marker.is_some().into());
    output.extend(marker.map(|marker| ("Marker".to_owned(), marker.into())));
    Value::Object(output)
}

/// `GetRole`.
pub(crate) fn get_role(world: &World, request: &Request<'_>) -> Answer {
    let name = request.required("RoleName")?;
    let role = own(world, request)?.roles.get(name).ok_or_else(|| no_role(name))?;
    Ok(json!({ "Role": role_shape(role) }))
}

/// `CreateRole`.
pub(crate) fn create_role(world: &mut World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let (name, path) = (request.required("RoleName")?, request.text("Path").unwrap_or("/"));
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if !(1..=64).contains(&name.len()) || !name.bytes().all(is_name) {
        return Err(request.invalid("INVALID_PATTERN", "The specified value for roleName is invalid.".to_owned()));
    }
    if !path.starts_with('/') || !path.ends_with('/') {
        return Err(request.invalid("INVALID_PATTERN", "The specified value for path is invalid.".to_owned()));
    }
    if account.roles.contains_key(name) {
        let message = format!("Role with name {name} already exists.");
        return Err(ApiError::new("EntityAlreadyExists", message).with_status(409));
    }
    let trust = trust_document(request.required("AssumeRolePolicyDocument")?)?;
    let created = Role::new(&account.id, name, path, &trust, request.now).map_err(|_| malformed())?;
    let role = Role {
        description: request.text("Description").map(str::to_owned),
        max_session: request.number("MaxSessionDuration").unwrap_or(created.max_session).clamp(3600, 43_200),
        ..created
    };
    let output = json!({ "Role": role_shape(&role) });
    if let Some(account) = world.accounts.get_mut(&request.caller.account) {
        account.roles.insert(name.to_owned(), role);
    }
    Ok(output)
}

/// `UpdateAssumeRolePolicy`.
pub(crate) fn update_trust(world: &mut World, request: &Request<'_>) -> Answer {
    let trust = trust_document(request.required("PolicyDocument")?)?;
    let document = serde_json::from_str(&trust).map_err(|_| malformed())?;
    let role = role_mut(world, request)?;
    (role.trust, role.trust_document) = (trust, document);
    Ok(json!({}))
}

/// `AttachRolePolicy`: a policy of the account, or one of AWS's own.
pub(crate) fn attach_role_policy(world: &mut World, request: &Request<'_>) -> Answer {
    let policy = request.required("PolicyArn")?.to_owned();
    let known = policy.starts_with("arn:aws:iam::aws:policy/") || own(world, request)?.policies.contains_key(&policy);
    let role = role_mut(world, request)?;
    if !known {
        let message = format!("Policy {policy} does not exist or is not attachable.");
        return Err(ApiError::new("NoSuchEntity", message).with_status(404));
    }
    role.attached.insert(policy);
    Ok(json!({}))
}

fn role_mut<'w>(world: &'w mut World, request: &Request<'_>) -> Result<&'w mut Role, ApiError> {
    let name = request.required("RoleName")?;
    let account = world.accounts.get_mut(&request.caller.account);
    let role = account.and_then(|account| account.roles.get_mut(name)).ok_or_else(|| no_role(name))?;
    if role.path.starts_with("/aws-reserved/") || role.path.starts_with("/aws-service-role/") {
        let message = format!("Cannot perform the operation on the protected role '{name}'.");
        return Err(ApiError::new("UnmodifiableEntity", message));
    }
    Ok(role)
}

/// A trust policy: JSON with at least one statement.
fn trust_document(text: &str) -> Result<String, ApiError> {
    let document: Value = serde_json::from_str(text).map_err(|_| malformed())?;
    if crate::authorize::statements(&document).is_empty() { Err(malformed()) } else { Ok(text.to_owned()) }
}

fn malformed() -> ApiError {
    ApiError::new("MalformedPolicyDocument", "This policy contains invalid Json")
}

fn no_role(name: &str) -> ApiError {
    ApiError::new("NoSuchEntity", format!("The role with name {name} cannot be found.")).with_status(404)
}

fn encoded(document: &str) -> String {
    utf8_percent_encode(document, DOCUMENT).to_string()
}

fn role_shape(role: &Role) -> Value {
    let mut shape = json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": iso(role.created_at),
        "AssumeRolePolicyDocument": encoded(&role.trust),
        "MaxSessionDuration": role.max_session,
    });
    if let (Some(description), Some(members)) = (&role.description, shape.as_object_mut()) {
        members.insert("Description".to_owned(), description.as_str().into());
    }
    shape
}

fn role_detail(role: &Role) -> Value {
    let inline: Vec<Value> =
        role.inline.iter().map(|(name, document)| json!({ "PolicyName": name, "PolicyDocument": encoded(document) })).collect();
    let attached: Vec<Value> = role.attached.iter().map(|arn| json!({ "PolicyName": last_part(arn), "PolicyArn": arn })).collect();
    json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": iso(role.created_at),
        "AssumeRolePolicyDocument": encoded(&role.trust),
        "InstanceProfileList": [],
        "RolePolicyList": inline,
        "AttachedManagedPolicies": attached,
        "Tags": [],
    })
}

/// The account's administrator, whose keys [`crate::keys_of`] gives.
fn administrator(account: &AccountRecord) -> Value {
    json!({
        "Path": "/",
        "UserName": "admin",
        "UserId": iam_id("AIDA", account.id.as_str()),
        "Arn": format!("arn:aws:iam::{}:user/admin", account.id),
        "CreateDate": iso(account.created_at),
        "GroupList": [],
        "AttachedManagedPolicies": [{ "PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR_ACCESS }],
        "Tags": [],
    })
}

fn policy_detail(account: &AccountRecord, policy: &ManagedPolicy) -> Value {
    managed_policy(&policy.name, &policy.arn, attachments(account, &policy.arn), &iso(policy.created_at), &policy.document)
}

fn administrator_access(account: &AccountRecord) -> Value {
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let count = attachments(account, ADMINISTRATOR_ACCESS) + 1;
    managed_policy("AdministratorAccess", ADMINISTRATOR_ACCESS, count, "2015-02-06T18:39:46Z", document)
}

fn attachments(account: &AccountRecord, arn: &str) -> usize {
    account.roles.values().filter(|role| role.attached.contains(arn)).count()
}

fn managed_policy(name: &str, arn: &str, attachments: usize, created: &str, document: &str) -> Value {
    json!({
        "PolicyName": name,
        "PolicyId": iam_id("ANPA", arn),
        "Arn": arn,
        "Path": path_of(arn),
        "DefaultVersionId": "v1",
        "AttachmentCount": attachments,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": true,
        "CreateDate": created,
        "UpdateDate": created,
        "PolicyVersionList": [
            { "Document": encoded(document), "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": created },
        ],
    })
}

/// The path of a policy: what stands between `policy` and its name.
fn path_of(arn: &str) -> &str {
    let whole = arn.split_once(":policy").map_or("/", |(_, whole)| whole);
    whole.rfind('/').and_then(|last| whole.get(..=last)).unwrap_or("/")
}

fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}
