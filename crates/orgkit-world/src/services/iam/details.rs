//! `GetAccountAuthorizationDetails`: users, roles and policies, counted together into pages.

use super::{aws_managed, document, own, shapes, truncated, users};
use crate::call::{Answer, Request};
use crate::page::Paging;
use crate::world::{AccountRecord, World};
use serde_json::{Map, Value, json};

const PAGES: Paging = Paging {
    list: "GetAccountAuthorizationDetails",
    items: "",
    limit: "MaxItems",
    token: "Marker",
    usual: 100,
    most: 1000,
    bad_token: "ValidationError",
};

/// `GetAccountAuthorizationDetails`. Of AWS's own policies those are listed that somebody has, as far as they are known.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let filter = request.texts("Filter");
    let wanted = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let mut all = Vec::new();
    let mut add = |list: &str, value: Value| all.push(json!([list, value]));
    if wanted("User") {
        users::all(world, account).for_each(|user| add("UserDetailList", shapes::user_detail(&user)));
    }
    if wanted("Role") {
        account.roles.values().for_each(|role| add("RoleDetailList", shapes::role_detail(role)));
    }
    if wanted("LocalManagedPolicy") {
        own_policies(world, account).into_iter().for_each(|policy| add("Policies", policy));
    }
    if wanted("AWSManagedPolicy") {
        aws_policies(world, account).into_iter().for_each(|policy| add("Policies", policy));
    }
    let (page, marker) = PAGES.cut(request, all)?;
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

/// The account's own policies with their versions.
fn own_policies(world: &World, account: &AccountRecord) -> Vec<Value> {
    let detail = |policy| {
        let mut shape = shapes::policy(world, account, policy);
        let versions: Vec<Value> = policy.versions.keys().rev().filter_map(|number| shapes::version(policy, *number, true)).collect();
        put_versions(&mut shape, versions);
        shape
    };
    account.policies.values().map(detail).collect()
}

/// The known policies of AWS's own that a user or role of the account has.
fn aws_policies(world: &World, account: &AccountRecord) -> Vec<Value> {
    let in_use = aws_managed::POLICIES.iter().filter(|policy| shapes::attachments(world, account, &policy.arn()) > 0);
    let detail = |policy: &aws_managed::AwsManaged| {
        let mut shape = shapes::aws_policy(world, account, policy);
        let document = document(world, &account.id, &policy.arn()).unwrap_or(policy.document);
        put_versions(&mut shape, vec![shapes::aws_version(policy, document)]);
        shape
    };
    in_use.map(detail).collect()
}

fn put_versions(shape: &mut Value, versions: Vec<Value>) {
    if let Some(members) = shape.as_object_mut() {
        members.insert("PolicyVersionList".to_owned(), versions.into());
    }
}
