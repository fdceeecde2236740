//! The shapes of the API: what IAM's records look like in answers.

use super::aws_managed::AwsManaged;
use super::state::User;
use crate::format::iso;
use crate::ids::iam_id;
use crate::world::{AccountRecord, ManagedPolicy, Role, World};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What stays as it is when IAM writes a policy document: the unreserved characters of RFC 3986.
const DOCUMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A document as IAM writes it.
pub(super) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, DOCUMENT).to_string()
}

/// `Role`, without the members that only a single role has.
fn role_base(role: &Role) -> Value {
    let mut shape = json!({
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": iso(role.created_at),
        "AssumeRolePolicyDocument": encoded(&role.trust),
    });
    put_boundary(&mut shape, role.boundary.as_deref());
    shape
}

/// `Role`.
pub(super) fn role(role: &Role) -> Value {
    let mut shape = role_base(role);
    if let Some(members) = shape.as_object_mut() {
        members.insert("MaxSessionDuration".to_owned(), role.max_session.into());
        members.extend(role.description.iter().map(|text| ("Description".to_owned(), text.as_str().into())));
        if !role.tags.is_empty() {
            members.insert("Tags".to_owned(), tags(&role.tags));
        }
    }
    shape
}

/// `RoleDetail`.
pub(super) fn role_detail(role: &Role) -> Value {
    let mut shape = role_base(role);
    if let Some(members) = shape.as_object_mut() {
        members.insert("InstanceProfileList".to_owned(), json!([]));
        members.insert("RolePolicyList".to_owned(), inline(&role.inline));
        members.insert("AttachedManagedPolicies".to_owned(), attached(role.attached.iter()));
        members.insert("Tags".to_owned(), tags(&role.tags));
    }
    shape
}

/// `User`.
pub(super) fn user(user: &User) -> Value {
    let mut shape = json!({
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": user.arn,
        "CreateDate": iso(user.created_at),
    });
    put_boundary(&mut shape, user.boundary.as_deref());
    shape
}

/// `UserDetail`.
pub(super) fn user_detail(record: &User) -> Value {
    let mut shape = user(record);
    if let Some(members) = shape.as_object_mut() {
        members.insert("GroupList".to_owned(), json!([]));
        members.insert("UserPolicyList".to_owned(), inline(&record.inline));
        members.insert("AttachedManagedPolicies".to_owned(), attached(record.attached.iter()));
        members.insert("Tags".to_owned(), tags(&record.tags));
    }
    shape
}

fn put_boundary(shape: &mut Value, boundary: Option<&str>) {
    if let (Some(arn), Some(members)) = (boundary, shape.as_object_mut()) {
        let boundary = json!({ "PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn });
        members.insert("PermissionsBoundary".to_owned(), boundary);
    }
}

fn inline(policies: &BTreeMap<String, String>) -> Value {
    policies.iter().map(|(name, document)| json!({ "PolicyName": name, "PolicyDocument": encoded(document) })).collect()
}

/// `AttachedPolicy`, of each.
pub(super) fn attached<'a>(arns: impl Iterator<Item = &'a String>) -> Value {
    arns.map(|arn| json!({ "PolicyName": last_part(arn), "PolicyArn": arn })).collect()
}

fn tags(tags: &BTreeMap<String, String>) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// `Policy` of a customer managed policy.
pub(super) fn policy(world: &World, account: &AccountRecord, policy: &ManagedPolicy) -> Value {
    let updated = policy.versions.values().map(|version| version.created_at).max().unwrap_or(policy.created_at);
    let mut shape = json!({
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": format!("v{}", policy.default),
        "AttachmentCount": attachments(world, account, &policy.arn),
        "PermissionsBoundaryUsageCount": boundaries(world, account, &policy.arn),
        "IsAttachable": true,
        "CreateDate": iso(policy.created_at),
        "UpdateDate": iso(updated),
    });
    if let (Some(description), Some(members)) = (&policy.description, shape.as_object_mut()) {
        members.insert("Description".to_owned(), description.as_str().into());
    }
    shape
}

/// `Policy` of an AWS-managed policy.
pub(super) fn aws_policy(world: &World, account: &AccountRecord, policy: &AwsManaged) -> Value {
    let arn = policy.arn();
    json!({
        "PolicyName": policy.name,
        "PolicyId": iam_id("ANPA", &arn),
        "Path": policy.path,
        "DefaultVersionId": policy.version,
        "AttachmentCount": attachments(world, account, &arn),
        "PermissionsBoundaryUsageCount": boundaries(world, account, &arn),
        "IsAttachable": true,
        "CreateDate": policy.created,
        "UpdateDate": policy.updated,
        "Arn": arn,
    })
}

/// `PolicyVersion` of a version of a customer managed policy.
pub(super) fn version(policy: &ManagedPolicy, number: u32, with_document: bool) -> Option<Value> {
    let version = policy.versions.get(&number)?;
    let mut shape = json!({
        "VersionId": format!("v{number}"),
        "IsDefaultVersion": number == policy.default,
        "CreateDate": iso(version.created_at),
    });
    if let (true, Some(members)) = (with_document, shape.as_object_mut()) {
        members.insert("Document".to_owned(), encoded(&version.document).into());
    }
    Some(shape)
}

/// `PolicyVersion` of the one version of an AWS-managed policy that is known.
pub(super) fn aws_version(policy: &AwsManaged, document: &str) -> Value {
    json!({
        "Document": encoded(document),
        "VersionId": policy.version,
        "IsDefaultVersion": true,
        "CreateDate": policy.updated,
    })
}

/// How many users and roles have a policy attached.
pub(super) fn attachments(world: &World, account: &AccountRecord, arn: &str) -> usize {
    let roles = account.roles.values().filter(|role| role.attached.contains(arn)).count();
    roles + super::users::all(world, account).filter(|user| user.attached.contains(arn)).count()
}

/// How many users and roles have a policy as their permissions boundary.
pub(super) fn boundaries(world: &World, account: &AccountRecord, arn: &str) -> usize {
    let roles = account.roles.values().filter(|role| role.boundary.as_deref() == Some(arn)).count();
    roles + super::users::all(world, account).filter(|user| user.boundary.as_deref() == Some(arn)).count()
}
