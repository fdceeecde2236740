//! What the file says of the calls that were made in an account.

use super::check::Check;
use super::derive::is_service;
use super::error::{WorldError, WorldProblem};
use super::source::at;
use super::{AccountSpec, ActivitySpec};
use orgkit_model::AccountId;

/// Where a person's or a program's calls come from when the world file does not say. [RFC 5737]
pub(crate) const ADDRESS: &str = "192.0.2.10";

/// Services that have one endpoint for all regions. Their calls are recorded in `us-east-1`
/// [CloudTrail User Guide, cloudtrail-concepts-global-service-events].
const GLOBAL: [&str; 4] = ["cloudfront.amazonaws.com", "iam.amazonaws.com", "organizations.amazonaws.com", "route53.amazonaws.com"];

/// Checks what was called in one account.
pub(super) fn activity(check: &Check<'_>, index: usize, account: &AccountSpec) -> Result<(), WorldError> {
    for (number, call) in account.activity.iter().enumerate() {
        let refuse = |key: &str, message: String, hint| {
            Err(check.fail(at!["accounts", index, "activity", number, key], WorldProblem::Contradiction { message, hint }))
        };
        check.region(at!["accounts", index, "activity", number, "region"], &call.region)?;
        if let Some(document) = &call.request_parameters {
            check.json(at!["accounts", index, "activity", number, "request_parameters"], document)?;
        }
        if !is_caller(&call.principal) {
            let message = format!("`{}` is no caller that CloudTrail records", call.principal);
            return refuse(
                "principal",
                message,
                "write the ARN of a role, a user or a root user, or a service such as `lambda.amazonaws.com`",
            );
        }
        if !is_service(&call.event_source) {
            let message = format!("`{}` is no event source", call.event_source);
            return refuse("event_source", message, "write the service as CloudTrail does, such as `ec2.amazonaws.com`");
        }
        if !is_recorded_in(&call.event_source, &call.region) {
            let message = format!("`{}` was called in `{}`", call.event_source, call.region);
            return refuse("region", message, "CloudTrail records calls of global services in `us-east-1`");
        }
        if let Some((key, message)) = times(account, call) {
            return refuse(key, message, "a call is made once or more, first before last, and not before its account was there");
        }
    }
    Ok(())
}

/// Whether calls of a service can be recorded in a region.
pub(super) fn is_recorded_in(service: &str, region: &str) -> bool {
    region == "us-east-1" || !GLOBAL.contains(&service)
}

/// What is wrong with how often and when.
fn times(account: &AccountSpec, call: &ActivitySpec) -> Option<(&'static str, String)> {
    let first = call.first_days.unwrap_or(call.last_days);
    if call.times == 0 {
        return Some(("times", format!("`{}` was called 0 times", call.event_name)));
    }
    if first < call.last_days {
        return Some(("first_days", format!("`{}` was called for the first time after the last", call.event_name)));
    }
    let key = if call.first_days.is_some() { "first_days" } else { "last_days" };
    (first > account.age_days).then(|| (key, format!("`{}` was called before account `{}` was there", call.event_name, account.id)))
}

/// A service principal, or the ARN of a role, a user or a root user.
pub(super) fn is_caller(principal: &str) -> bool {
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    let ["arn", "aws", "iam", "", account, who] = parts.as_slice() else { return is_service(principal) };
    let named = |prefix: &str| who.strip_prefix(prefix).is_some_and(|name| !name.is_empty());
    account.parse::<AccountId>().is_ok() && (*who == "root" || named("role/") || named("user/"))
}
