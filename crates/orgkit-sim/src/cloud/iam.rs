//! IAM: principals and policies of an account, with their documents.

use super::convert::text;
use super::facts::{At, document, fact, picked};
use orgkit_cloud::{CloudError, FactDoc};
use serde_json::{Value, json};

/// The lists of the answer, with the members that their documents keep.
const LISTS: [(&str, &[&str]); 4] = [
    ("RoleDetailList", &["Path", "RoleName", "RoleId", "Arn", "CreateDate", "PermissionsBoundary"]),
    ("UserDetailList", &["Path", "UserName", "UserId", "Arn", "CreateDate", "GroupList", "PermissionsBoundary"]),
    ("GroupDetailList", &["Path", "GroupName", "GroupId", "Arn", "CreateDate"]),
    (
        "Policies",
        &["PolicyName", "PolicyId", "Arn", "Path", "DefaultVersionId", "AttachmentCount", "PermissionsBoundaryUsageCount", "CreateDate"],
    ),
];

/// One document per role, user, group and customer managed policy, named by its ARN.
pub(super) fn authorization_details(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let ask = at.ask("iam", "GetAccountAuthorizationDetails");
    let mut input = json!({ "Filter": ["Role", "User", "Group", "LocalManagedPolicy"] });
    let mut facts = Vec::new();
    loop {
        let page = at.cloud.read(&ask, &input)?;
        for (list, members) in LISTS {
            let items = page.get(list).and_then(Value::as_array).into_iter().flatten();
            facts.extend(items.map(|item| fact(text(item, "Arn"), doc(list, item, members))));
        }
        match text(&page, "Marker") {
            Some(marker) if page.get("IsTruncated").and_then(Value::as_bool) == Some(true) => input["Marker"] = marker.into(),
            _ => return Ok(facts),
        }
    }
}

fn doc(list: &str, item: &Value, members: &[&str]) -> Value {
    let mut doc = picked(item, members);
    let items = |member: &str| item.get(member).and_then(Value::as_array).cloned().unwrap_or_default();
    let all = |member: &str, one: &dyn Fn(&Value) -> Value| Value::Array(items(member).iter().map(one).collect());
    if list == "Policies" {
        doc["PolicyVersionList"] = all("PolicyVersionList", &|version| {
            let mut shape = picked(version, &["VersionId"]);
            shape["IsDefaultVersion"] = version.get("IsDefaultVersion").cloned().unwrap_or(false.into());
            put(&mut shape, "Document", document(version.get("Document")));
            shape
        });
        return doc;
    }
    doc["AttachedManagedPolicies"] = all("AttachedManagedPolicies", &|policy| picked(policy, &["PolicyName", "PolicyArn"]));
    let inline = |policy: &Value| {
        let mut shape = picked(policy, &["PolicyName"]);
        put(&mut shape, "PolicyDocument", document(policy.get("PolicyDocument")));
        shape
    };
    let tags = || all("Tags", &|tag| picked(tag, &["Key", "Value"]));
    match list {
        "RoleDetailList" => {
            doc["RolePolicyList"] = all("RolePolicyList", &inline);
            put(&mut doc, "AssumeRolePolicyDocument", document(item.get("AssumeRolePolicyDocument")));
            doc["Tags"] = tags();
        }
        "UserDetailList" => {
            doc["UserPolicyList"] = all("UserPolicyList", &inline);
            doc["Tags"] = tags();
        }
        _ => doc["GroupPolicyList"] = all("GroupPolicyList", &inline),
    }
    doc
}

fn put(shape: &mut Value, member: &str, value: Option<Value>) {
    if let Some(value) = value {
        shape[member] = value;
    }
}
