//! From the component's exports to [`Policy`].

use crate::bindings::exports::orgkit::policy::{check, enrollment, route_check, step};
use crate::{Change, Context, Decision, Finding, Policy, RuleError, Subject};
use std::marker::PhantomData;

/// Serves the exports of all rule kinds with one [`Policy`].
pub struct Adapter<P>(PhantomData<P>);

impl<P: Policy> check::Guest for Adapter<P> {
    fn evaluate(ctx: Context, params: String, batch: Vec<Subject>) -> Result<Vec<Finding>, RuleError> {
        P::check(&ctx, &params, &batch)
    }
}

impl<P: Policy> route_check::Guest for Adapter<P> {
    fn assess(ctx: Context, params: String, account: Subject) -> Result<Vec<Finding>, RuleError> {
        P::route_check(&ctx, &params, &account)
    }
}

impl<P: Policy> step::Guest for Adapter<P> {
    fn plan(ctx: Context, params: String, target: Subject) -> Result<Vec<Change>, RuleError> {
        P::step(&ctx, &params, &target)
    }
}

impl<P: Policy> enrollment::Guest for Adapter<P> {
    fn decide(ctx: Context, params: String, account: Subject) -> Result<Decision, RuleError> {
        P::enrollment(&ctx, &params, &account)
    }
}
