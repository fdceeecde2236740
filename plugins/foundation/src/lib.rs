//! The rules of the foundation policy pack, all in one component: `ctx.rule` says which is asked.

mod baseline;
mod commitments;
mod deny_list;
mod documents;
mod identity_center;
mod org_id_conditions;
mod organization_trail;
mod organizations;
mod placement;
mod ram_org_shares;
mod stack_set_retention;

use orgkit_policy_sdk::{Change, Context, Decision, Finding, Policy, RuleError, Subject, no_such_rule};

struct Foundation;

impl Policy for Foundation {
    fn check(ctx: &Context, params: &str, batch: &[Subject]) -> Result<Vec<Finding>, RuleError> {
        match ctx.rule.as_str() {
            "org-id-conditions" => org_id_conditions::check(ctx, params, batch),
            "ram-org-shares" => Ok(ram_org_shares::check(batch)),
            "stack-set-retention" => Ok(stack_set_retention::check(batch)),
            "identity-center" => Ok(identity_center::check(batch)),
            "commitments" => commitments::check(ctx, params, batch),
            "baseline" => baseline::check(ctx, params, batch),
            _ => Err(no_such_rule(ctx)),
        }
    }

    fn route_check(ctx: &Context, params: &str, account: &Subject) -> Result<Vec<Finding>, RuleError> {
        match ctx.rule.as_str() {
            "organization-trail" => organization_trail::assess(params, account),
            _ => Err(no_such_rule(ctx)),
        }
    }

    fn step(ctx: &Context, params: &str, target: &Subject) -> Result<Vec<Change>, RuleError> {
        match ctx.rule.as_str() {
            "deny-list" => deny_list::plan(ctx, params, target),
            _ => Err(no_such_rule(ctx)),
        }
    }

    fn enrollment(ctx: &Context, params: &str, account: &Subject) -> Result<Decision, RuleError> {
        match ctx.rule.as_str() {
            "placement" => placement::decide(params, account),
            _ => Err(no_such_rule(ctx)),
        }
    }
}

orgkit_policy_sdk::export!(Foundation);
