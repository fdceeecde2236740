//! A case as `orgkit policy simulate` reads it, without unknown keys.

use crate::Failure;
use orgkit_iam::{Context, ContextValue, Document, Level, Policies, Policy, Principal, Request};
use serde_json::Value;

/// A request and the policies that speak about it.
pub(crate) struct Case {
    pub(crate) policies: Policies,
    pub(crate) request: Request,
}

impl Case {
    pub(crate) fn read(case: &Value) -> Result<Self, Failure> {
        Ok(Self { policies: policies(case)?, request: request(&case["request"])? })
    }
}

/// The policies of a case.
pub(crate) fn policies(case: &Value) -> Result<Policies, Failure> {
    Ok(Policies {
        scps: levels(&case["scpChain"])?,
        rcps: levels(&case["rcpChain"])?,
        identity: list(&case["identityPolicies"])?,
        boundary: one(&case["permissionBoundary"])?,
        session: one(&case["sessionPolicy"])?.into_iter().collect(),
        resource: one(&case["resourcePolicy"])?,
        endpoint: list(&case["vpcEndpointPolicies"])?,
    })
}

/// A request of a case.
pub(crate) fn request(request: &Value) -> Result<Request, Failure> {
    let action = request["action"].as_str().ok_or("a request without an action")?;
    let mut context = Context::new();
    for (key, value) in request["context"].as_object().into_iter().flatten() {
        context.set(key, context_value(value));
    }
    Ok(Request {
        resource: request["resource"].as_str().unwrap_or("*").to_owned(),
        resource_account: request["resourceAccount"].as_str().map(str::to_owned),
        wildcard_only_action: request["wildcardOnlyAction"].as_bool().unwrap_or_default(),
        context,
        ..Request::new(Principal::parse(request["principal"].as_str().unwrap_or("*")), action)
    })
}

fn context_value(value: &Value) -> ContextValue {
    match value {
        Value::Array(list) => ContextValue::Many(list.iter().map(scalar).collect()),
        one => ContextValue::One(scalar(one)),
    }
}

fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn levels(chain: &Value) -> Result<Vec<Level>, Failure> {
    let levels = chain.as_array().into_iter().flatten();
    levels
        .map(|level| Ok(Level { target: level["target"].as_str().unwrap_or_default().into(), policies: list(&level["policies"])? }))
        .collect()
}

fn list(documents: &Value) -> Result<Vec<Policy>, Failure> {
    documents.as_array().into_iter().flatten().map(policy).collect()
}

fn one(document: &Value) -> Result<Option<Policy>, Failure> {
    if document.is_null() { Ok(None) } else { policy(document).map(Some) }
}

fn policy(document: &Value) -> Result<Policy, Failure> {
    Ok(Policy::new("", Document::parse(&document.to_string())?))
}
