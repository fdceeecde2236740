//! Templates: which resources one makes in an account.
//!
//! JSON templates only: of `Resources`, with `Ref` and `Fn::Sub` of parameters and pseudo parameters. YAML is kept and deploys nothing;
//! so do other functions, mappings and conditions: what they stand in stays as it is written.

use super::invalid;
use crate::ApiError;
use crate::ids::uuid_of;
use orgkit_model::AccountId;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The property that holds the physical name, for the types whose name is also the primary identifier that Cloud Control has
/// [CloudFormation Template Reference]. Other types get a name of CloudFormation's making.
const NAMES: [(&str, &str); 10] = [
    ("AWS::CloudTrail::Trail", "TrailName"),
    ("AWS::Config::ConfigRule", "ConfigRuleName"),
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::Events::Rule", "Name"),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::S3::BucketPolicy", "Bucket"),
    ("AWS::SSM::Parameter", "Name"),
];

/// One resource of a template, for one account and region.
pub(super) struct Planned {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) properties: Map<String, Value>,
    /// Whether it stays when its stack goes (`DeletionPolicy: Retain`).
    pub(super) retained: bool,
}

/// Where a template is deployed, and with what.
pub(super) struct Context<'a> {
    pub(super) account: &'a AccountId,
    pub(super) region: &'a str,
    /// The stack's name and ARN.
    pub(super) stack: (&'a str, &'a str),
    pub(super) parameters: &'a BTreeMap<String, String>,
}

/// Refuses text that is neither a JSON object nor, by its first letter, YAML.
pub(super) fn check(body: &str) -> Result<(), ApiError> {
    if !body.trim_start().starts_with('{') {
        return if body.trim().is_empty() { Err(invalid("Template format error: it is empty.")) } else { Ok(()) };
    }
    let document: Value = serde_json::from_str(body).map_err(|_| invalid("Template format error: JSON not well-formed."))?;
    match document.get("Resources").and_then(Value::as_object) {
        Some(resources) if !resources.is_empty() => Ok(()),
        _ => Err(invalid("Template format error: At least one Resources member must be defined.")),
    }
}

/// What a template makes; nothing for YAML.
pub(super) fn resources(body: &str, context: &Context<'_>) -> Vec<Planned> {
    let Ok(document) = serde_json::from_str::<Value>(body) else { return Vec::new() };
    let defaults = document.get("Parameters").and_then(Value::as_object);
    let default = |name: &str| Some(defaults?.get(name)?.get("Default")?.as_str()?.to_owned());
    let text = |name: &str| match name {
        "AWS::AccountId" => Some(context.account.to_string()),
        "AWS::Region" => Some(context.region.to_owned()),
        "AWS::Partition" => Some("aws".to_owned()),
        "AWS::URLSuffix" => Some("amazonaws.com".to_owned()),
        "AWS::StackName" => Some(context.stack.0.to_owned()),
        "AWS::StackId" => Some(context.stack.1.to_owned()),
        _ => context.parameters.get(name).cloned().or_else(|| default(name)),
    };
    let resources = document.get("Resources").and_then(Value::as_object).into_iter().flatten();
    let planned = |(logical, resource): (&String, &Value)| {
        let kind = resource.get("Type")?.as_str()?.to_owned();
        let resolved = resolve(resource.get("Properties").unwrap_or(&Value::Null), &text);
        let properties = resolved.as_object().cloned().unwrap_or_default();
        let named = NAMES.iter().find(|(of, _)| *of == kind).and_then(|(_, property)| properties.get(*property)?.as_str());
        let name = named.map_or_else(|| made_name(context.stack.0, logical, context.stack.1), str::to_owned);
        let retained = resource.get("DeletionPolicy").and_then(Value::as_str) == Some("Retain");
        Some(Planned { kind, name, properties, retained })
    };
    resources.filter_map(planned).collect()
}

/// `<stack>-<logical id>-<random>`, in 64 letters, which is what IAM takes.
fn made_name(stack: &str, logical: &str, seed: &str) -> String {
    let random = uuid_of(&format!("{seed}/{logical}")).replace('-', "").to_uppercase();
    let (random, stack) = (random.get(..12).unwrap_or_default(), stack.get(..24).unwrap_or(stack));
    format!("{stack}-{}-{random}", logical.get(..24).unwrap_or(logical))
}

/// A value with its `Ref`s and `Fn::Sub`s replaced.
fn resolve(value: &Value, text: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| resolve(item, text)).collect(),
        Value::Object(members) => {
            let only = members.iter().next().filter(|_| members.len() == 1);
            match only {
                Some((name, Value::String(to))) if name == "Ref" => text(to).map_or_else(|| value.clone(), Value::String),
                Some((name, Value::String(pattern))) if name == "Fn::Sub" => Value::String(substitute(pattern, text)),
                _ => Value::Object(members.iter().map(|(name, item)| (name.clone(), resolve(item, text))).collect()),
            }
        }
        other => other.clone(),
    }
}

/// A pattern with each `${name}` replaced that has a value.
fn substitute(pattern: &str, text: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            out.push_str("${");
            rest = after;
            continue;
        };
        match text(name) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&format!("${{{name}}}")),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}
