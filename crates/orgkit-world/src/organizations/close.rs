//! `CloseAccount`.

use super::{constraint, nothing, tree};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::error::account_not_found;
use crate::world::{CLOSING_TAKES, OrganizationRecord, World};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountState;

/// How many closures may be under way at a time [Organizations User Guide, orgs_reference_limits, 2026-10].
const AT_A_TIME: usize = 3;
/// The window over which closures are counted, and how many there may be in it: 20 % of the members, but at least 250 and at most 1,000
/// (botocore `organizations/2016-11-28`, operation `CloseAccount`).
const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);
const LEAST: usize = 250;
const MOST: usize = 1_000;

/// The account is `PENDING_CLOSURE` at once, `SUSPENDED` a few minutes later, and leaves the organization after 90 days.
pub(crate) fn close(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let id = tree::account_id(request)?;
    if organization.feature_set != "ALL" {
        return Err(constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE", "The organization must have all features enabled."));
    }
    let (record, _) = world.member(&organization.id, id.as_str()).ok_or_else(|| account_not_found(&id))?;
    if organization.management == id {
        return Err(constraint("CANNOT_CLOSE_MANAGEMENT_ACCOUNT", "You can't close the management account."));
    }
    match record.state(request.now) {
        AccountState::Active => {}
        AccountState::PendingActivation => {
            return Err(constraint("ACCOUNT_CREATION_NOT_COMPLETE", "The account isn't fully active yet."));
        }
        AccountState::PendingClosure => {
            return Err(ApiError::new("ConflictException", "The account is being closed already."));
        }
        AccountState::Suspended | AccountState::Closed => {
            return Err(ApiError::new("AccountAlreadyClosedException", "You attempted to close an account that is already closed."));
        }
    }
    check_limits(organization, request.now)?;
    let organization = organization.id.clone();
    let closures = &mut world.organization_mut(&organization)?.ledger.closures;
    closures.retain(|at| request.now.duration_since(*at) < WINDOW);
    closures.push(request.now);
    world.close(&id, request.now);
    Ok(nothing())
}

fn check_limits(organization: &OrganizationRecord, now: Timestamp) -> Result<(), ApiError> {
    let within = |window: SignedDuration| organization.ledger.closures.iter().filter(|at| now.duration_since(**at) < window).count();
    if within(CLOSING_TAKES) >= AT_A_TIME {
        let message = "You have exceeded the number of accounts that you can close at a time.";
        return Err(constraint("CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED", message));
    }
    let members = organization.members.len().saturating_sub(1);
    if within(WINDOW) >= (members / 5).clamp(LEAST, MOST) {
        return Err(constraint("CLOSE_ACCOUNT_QUOTA_EXCEEDED", "You have exceeded the close account quota for the past 30 days."));
    }
    Ok(())
}
