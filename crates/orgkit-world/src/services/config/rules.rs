//! Organization rules: AWS Config rules that an account deploys to every member of its organization.

use super::organization::{DEPLOYMENT, Deployment, deploy, may_administer, reaching, speaks_for, trust};
use super::{invalid_value, nothing, paging, place};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::World;
use serde_json::{Value, json};

/// The members of the input that say what a rule is; each rule has one of them.
const KINDS: [&str; 3] = ["OrganizationManagedRuleMetadata", "OrganizationCustomRuleMetadata", "OrganizationCustomPolicyRuleMetadata"];

/// `PutOrganizationConfigRule`: makes a rule, or changes the one of that name. It reaches the members at once; AWS takes minutes.
pub(super) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let name = request.required("OrganizationConfigRuleName")?;
    let given: Vec<(&str, &Value)> = KINDS.iter().filter_map(|kind| Some((*kind, request.input.get(*kind)?))).collect();
    let [(kind, metadata)] = given[..] else {
        return Err(invalid_value("Give one of the kinds of metadata: managed, custom or custom policy."));
    };
    let organization = speaks_for(world, request, DEPLOYMENT)?;
    trust(world, &organization, DEPLOYMENT, request);
    let id = deploy(world, request, |state| &mut state.rules, name, json!({ kind: metadata }));
    Ok(json!({ "OrganizationConfigRuleArn": arn(request, name, &id) }))
}

/// `DescribeOrganizationConfigRules`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    may_administer(world, request)?;
    let wanted = request.texts("OrganizationConfigRuleNames");
    let known = world.services.config.rules.get(&place(request));
    if wanted.iter().any(|name| known.is_none_or(|known| !known.contains_key(*name))) {
        return Err(no_rule());
    }
    let listed = known.into_iter().flatten().filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()));
    paging("DescribeOrganizationConfigRules", "OrganizationConfigRules")
        .page(request, listed.map(|(name, rule)| shape(request, name, rule)).collect())
}

/// `DeleteOrganizationConfigRule`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    may_administer(world, request)?;
    let name = request.required("OrganizationConfigRuleName")?;
    let known = world.services.config.rules.get_mut(&place(request));
    known.and_then(|known| known.remove(name)).ok_or_else(no_rule)?;
    Ok(nothing())
}

/// `DescribeConfigRules`: the rules that the caller has from its organization.
pub(super) fn describe_deployed(world: &World, request: &Request<'_>) -> Answer {
    let rules = reaching(world, request, &world.services.config.rules);
    let shapes: Vec<Value> = rules.into_iter().map(|(name, rule)| deployed_shape(request, name, rule)).collect();
    let wanted = request.texts("ConfigRuleNames");
    let named = |shape: &Value, name: &str| shape.get("ConfigRuleName").and_then(Value::as_str) == Some(name);
    if wanted.iter().any(|name| !shapes.iter().any(|shape| named(shape, name))) {
        return Err(ApiError::new("NoSuchConfigRuleException", "The ConfigRule provided in the request is invalid."));
    }
    let listed = shapes.into_iter().filter(|shape| wanted.is_empty() || wanted.iter().any(|name| named(shape, name))).collect();
    crate::page::Paging { limit: "", usual: 25, most: 25, ..paging("DescribeConfigRules", "ConfigRules") }.page(request, listed)
}

/// A rule in a member; its name is the organization rule's with a suffix [AWS Config Developer Guide,
/// config-rule-multi-account-deployment].
fn deployed_shape(request: &Request<'_>, name: &str, rule: &Deployment) -> Value {
    let [managed, custom, _] = KINDS;
    let member = |kind: &str, name: &str| rule.settings.get(kind).and_then(|metadata| metadata.get(name)).cloned();
    let source = if let Some(identifier) = member(managed, "RuleIdentifier") {
        json!({ "Owner": "AWS", "SourceIdentifier": identifier })
    } else if let Some(function) = member(custom, "LambdaFunctionArn") {
        json!({ "Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function })
    } else {
        json!({ "Owner": "CUSTOM_POLICY" })
    };
    let prefix = format!("arn:aws:config:{}:{}", request.region, request.caller.account);
    json!({
        "ConfigRuleName": format!("OrgConfigRule-{name}-{}", rule.id),
        "ConfigRuleArn": format!("{prefix}:config-rule/aws-service-rule/{DEPLOYMENT}/config-rule-{}", rule.id),
        "ConfigRuleId": format!("config-rule-{}", rule.id),
        "Source": source,
        "ConfigRuleState": "ACTIVE",
        "CreatedBy": DEPLOYMENT,
    })
}

fn shape(request: &Request<'_>, name: &str, rule: &Deployment) -> Value {
    let mut shape = json!({
        "OrganizationConfigRuleName": name,
        "OrganizationConfigRuleArn": arn(request, name, &rule.id),
        "ExcludedAccounts": rule.excluded,
        "LastUpdateTime": epoch(rule.updated_at),
    });
    if let (Some(settings), Some(members)) = (rule.settings.as_object(), shape.as_object_mut()) {
        members.extend(settings.clone());
        // The policy itself has an operation of its own.
        if let Some(policy) = members.get_mut("OrganizationCustomPolicyRuleMetadata").and_then(Value::as_object_mut) {
            policy.remove("PolicyText");
        }
    }
    shape
}

fn arn(request: &Request<'_>, name: &str, id: &str) -> String {
    format!("arn:aws:config:{}:{}:organization-config-rule/{name}-{id}", request.region, request.caller.account)
}

fn no_rule() -> ApiError {
    ApiError::new("NoSuchOrganizationConfigRuleException", "The organization rule does not exist.")
}
