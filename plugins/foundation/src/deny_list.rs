//! The deny-list: service control policies for the root, and a stricter one for Sandbox.

use orgkit_policy_sdk::serde_json::{Value, json};
use orgkit_policy_sdk::{Change, Context, RuleError, Subject, extra, parse_params, templates};

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Params {
    /// Put before each policy's name.
    name_prefix: String,
    /// The unit that the common policies are attached to; empty for the root.
    unit: Vec<String>,
    /// The unit with the stricter policy; empty for none.
    sandbox_unit: Vec<String>,
    /// The regions that may be used; empty for those that were discovered.
    regions: Vec<String>,
    /// Actions of global services, which have to stay allowed everywhere.
    global_actions: Vec<String>,
    /// Roles that the policies do not bind, by name.
    exempt_roles: Vec<String>,
}

pub(crate) fn plan(ctx: &Context, params: &str, target: &Subject) -> Result<Vec<Change>, RuleError> {
    let params: Params = parse_params(params)?;
    let exempt: Vec<String> = params.exempt_roles.iter().map(|role| format!("arn:{}:iam::*:role/{role}", ctx.partition)).collect();
    let exempt = ("exempt-roles", Value::from(exempt));
    let mut changes = vec![
        change(target, &params, "deny-leave", &params.unit, &[&exempt])?,
        change(target, &params, "protect-baseline", &params.unit, &[&exempt])?,
        change(target, &params, "deny-public-s3", &params.unit, &[&exempt])?,
    ];
    let regions = regions(ctx, &params);
    if !regions.is_empty() {
        let vars = [&exempt, &("regions", Value::from(regions)), &("global-actions", Value::from(params.global_actions.clone()))];
        changes.push(change(target, &params, "deny-regions", &params.unit, &vars)?);
    }
    if !params.sandbox_unit.is_empty() {
        changes.push(change(target, &params, "sandbox", &params.sandbox_unit, &[&exempt])?);
    }
    Ok(changes)
}

fn regions(ctx: &Context, params: &Params) -> Vec<String> {
    if params.regions.is_empty() {
        extra(ctx, "regions").unwrap_or_default().split(',').filter(|region| !region.is_empty()).map(str::to_owned).collect()
    } else {
        params.regions.clone()
    }
}

fn change(target: &Subject, params: &Params, template: &str, unit: &[String], vars: &[&(&str, Value)]) -> Result<Change, RuleError> {
    let vars: Vec<(String, String)> = vars.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
    let content = templates::render(template, &vars).map_err(RuleError::Failed)?;
    let args = json!({
        "name": format!("{}{template}", params.name_prefix),
        "type": "SERVICE_CONTROL_POLICY",
        "content": content,
        "unit": unit,
    });
    Ok(Change {
        key: template.to_owned(),
        action: "organizations.policy.ensure@1".to_owned(),
        account: target.account.clone(),
        region: None,
        args: args.to_string(),
        expects: Vec::new(),
        after: Vec::new(),
        code: template.to_owned(),
        extra: Vec::new(),
    })
}
