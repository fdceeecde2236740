//! IAM: principals and policies of an account, with their documents.

use super::Ask;
use super::doc::{json, list, object, text, time};
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, EntityType, GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, Tag, UserDetail,
};
use orgkit_cloud::{CloudError, FactDoc};
use serde_json::Value;

/// One document per role, user, group and customer managed policy, named by its ARN.
pub(super) async fn authorization_details(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: aws_sdk_iam::Client = ask.cloud.client(ask.by, None).await?;
    let kinds = [EntityType::Role, EntityType::User, EntityType::Group, EntityType::LocalManagedPolicy];
    let mut facts = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let call = || client.get_account_authorization_details().set_filter(Some(kinds.to_vec())).set_marker(marker.clone()).send();
        let page = ask.cloud.reading(ask.by, ask.kind, call).await?;
        facts.extend(page.role_detail_list().iter().map(|role| fact(role.arn(), role_doc(role))));
        facts.extend(page.user_detail_list().iter().map(|user| fact(user.arn(), user_doc(user))));
        facts.extend(page.group_detail_list().iter().map(|group| fact(group.arn(), group_doc(group))));
        facts.extend(page.policies().iter().map(|policy| fact(policy.arn(), policy_doc(policy))));
        marker = page.marker().map(str::to_owned);
        if !page.is_truncated() || marker.is_none() {
            return Ok(facts);
        }
    }
}

fn fact(arn: Option<&str>, doc: Value) -> FactDoc {
    FactDoc { name: arn.unwrap_or_default().to_owned(), doc }
}

fn role_doc(role: &RoleDetail) -> Value {
    object([
        ("Path", text(role.path())),
        ("RoleName", text(role.role_name())),
        ("RoleId", text(role.role_id())),
        ("Arn", text(role.arn())),
        ("CreateDate", time(role.create_date())),
        ("AssumeRolePolicyDocument", json(role.assume_role_policy_document())),
        ("RolePolicyList", inline(role.role_policy_list())),
        ("AttachedManagedPolicies", attached(role.attached_managed_policies())),
        ("PermissionsBoundary", boundary(role.permissions_boundary())),
        ("Tags", tags(role.tags())),
    ])
}

fn user_doc(user: &UserDetail) -> Value {
    object([
        ("Path", text(user.path())),
        ("UserName", text(user.user_name())),
        ("UserId", text(user.user_id())),
        ("Arn", text(user.arn())),
        ("CreateDate", time(user.create_date())),
        ("UserPolicyList", inline(user.user_policy_list())),
        ("GroupList", list(user.group_list().iter().map(|group| Value::from(group.as_str())))),
        ("AttachedManagedPolicies", attached(user.attached_managed_policies())),
        ("PermissionsBoundary", boundary(user.permissions_boundary())),
        ("Tags", tags(user.tags())),
    ])
}

fn group_doc(group: &GroupDetail) -> Value {
    object([
        ("Path", text(group.path())),
        ("GroupName", text(group.group_name())),
        ("GroupId", text(group.group_id())),
        ("Arn", text(group.arn())),
        ("CreateDate", time(group.create_date())),
        ("GroupPolicyList", inline(group.group_policy_list())),
        ("AttachedManagedPolicies", attached(group.attached_managed_policies())),
    ])
}

fn policy_doc(policy: &ManagedPolicyDetail) -> Value {
    let versions = policy.policy_version_list().iter().map(|version| {
        object([
            ("Document", json(version.document())),
            ("VersionId", text(version.version_id())),
            ("IsDefaultVersion", Some(Value::from(version.is_default_version()))),
        ])
    });
    object([
        ("PolicyName", text(policy.policy_name())),
        ("PolicyId", text(policy.policy_id())),
        ("Arn", text(policy.arn())),
        ("Path", text(policy.path())),
        ("DefaultVersionId", text(policy.default_version_id())),
        ("AttachmentCount", policy.attachment_count().map(Value::from)),
        ("PermissionsBoundaryUsageCount", policy.permissions_boundary_usage_count().map(Value::from)),
        ("CreateDate", time(policy.create_date())),
        ("PolicyVersionList", list(versions)),
    ])
}

fn inline(policies: &[PolicyDetail]) -> Option<Value> {
    let one =
        |policy: &PolicyDetail| object([("PolicyName", text(policy.policy_name())), ("PolicyDocument", json(policy.policy_document()))]);
    list(policies.iter().map(one))
}

fn attached(policies: &[AttachedPolicy]) -> Option<Value> {
    let one = |policy: &AttachedPolicy| object([("PolicyName", text(policy.policy_name())), ("PolicyArn", text(policy.policy_arn()))]);
    list(policies.iter().map(one))
}

fn boundary(boundary: Option<&AttachedPermissionsBoundary>) -> Option<Value> {
    boundary.map(|boundary| {
        object([
            ("PermissionsBoundaryType", text(boundary.permissions_boundary_type().map(|kind| kind.as_str()))),
            ("PermissionsBoundaryArn", text(boundary.permissions_boundary_arn())),
        ])
    })
}

fn tags(tags: &[Tag]) -> Option<Value> {
    list(tags.iter().map(|tag| object([("Key", text(Some(tag.key()))), ("Value", text(Some(tag.value())))])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as value;

    #[test]
    fn a_role_has_its_documents_parsed() {
        let role = RoleDetail::builder()
            .role_name("deploy")
            .arn("arn:aws:iam::111122223333:role/deploy")
            .assume_role_policy_document("%7B%22Statement%22%3A%5B%5D%7D")
            .role_policy_list(PolicyDetail::builder().policy_name("inline").policy_document("oops").build())
            .attached_managed_policies(AttachedPolicy::builder().policy_name("p").policy_arn("arn:p").build())
            .build();
        assert_eq!(
            role_doc(&role),
            value!({
                "RoleName": "deploy",
                "Arn": "arn:aws:iam::111122223333:role/deploy",
                "AssumeRolePolicyDocument": {"Statement": []},
                "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": "oops"}],
                "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:p"}],
                "Tags": [],
            })
        );
    }
}
