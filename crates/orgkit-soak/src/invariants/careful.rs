//! What an account must not lose on its way.

use super::Verdict;
use crate::stage::{Book, Told};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, Action};
use orgkit_sim::Seen;
use orgkit_world::World;

/// How long ago the way in may have been used when an account accepts: as long as a role session lasts.
const EXERCISED: SignedDuration = SignedDuration::from_hours(1);

/// The account that is about to change its organization.
fn accepting<'a>(told: &Told<'a>) -> Option<&'a AccountId> {
    match told {
        Told::Asked(seen) if seen.call.operation == "AcceptHandshake" => Some(&seen.caller.account),
        _ => None,
    }
}

/// 10. Before an account accepts, the new management account has gone in by a way that depends neither on the old management account nor on
///     Identity Center, and not long ago.
pub(super) fn no_lock_out(book: &Book, told: &Told<'_>, _world: &World, now: Timestamp) -> Verdict {
    let Some(account) = accepting(told) else { return Ok(()) };
    if book.ledger.has_done(account, |action| matches!(action, Action::OpenAccess { .. })) != Some(true) {
        return Err(format!("{account} accepts, and no way in was opened and seen"));
    }
    match book.exercised.get(account) {
        None => Err(format!("{account} accepts, and its way in was never used")),
        Some(at) if now.duration_since(*at) > EXERCISED => Err(format!("{account} accepts, and its way in was last used at {at}")),
        Some(_) => Ok(()),
    }
}

/// 11. An account stays in the target's root no longer than until its next step: nothing else is done for it before it is moved on.
pub(super) fn root_is_left(book: &Book, told: &Told<'_>, world: &World, _now: Timestamp) -> Verdict {
    let Told::Asked(seen) = told else { return Ok(()) };
    let about = book.ledger.index.about(seen);
    let accounts = about.iter().filter_map(|place| book.ledger.index.steps.get(*place)?.account.as_ref());
    let account = accounts.into_iter().find(|account| book.at_root.contains_key(*account));
    let Some(account) = account else { return Ok(()) };
    let still = world.home(account).is_some_and(|home| home.parent.is_some_and(|parent| parent.as_str().starts_with("r-")));
    let moves_on = matches!(seen.call.operation.as_str(), "MoveAccount" | "AcceptHandshake") || seen.caller.account != *account;
    if still && !moves_on {
        return Err(format!("{account} is in the target's root, and {} comes before it is moved", seen.call.operation));
    }
    Ok(())
}

/// 12. A policy that names the new organization names the old one, too, until the accounts were verified.
pub(super) fn both_organization_ids(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Asked(seen) = told else { return Ok(()) };
    if seen.call.service == "organizations" || book.ledger.verified {
        return Ok(());
    }
    let Some((source, _)) = book
        .opening_plan
        .sources
        .iter()
        .find(|(id, _)| book.homes.iter().any(|(account, home)| account == &seen.caller.account && home.as_ref() == Some(id)))
    else {
        return Ok(());
    };
    let text = seen.call.input.to_string();
    if text.contains("PrincipalOrg") && text.contains(book.opening_plan.target.as_str()) && !text.contains(source.as_str()) {
        return Err(format!("{} leaves {source} out before anything was verified", seen.call.operation));
    }
    Ok(())
}

/// 13. What StackSets deployed in an account is still there after it has changed its organization.
pub(super) fn nothing_destroyed(book: &Book, told: &Told<'_>, world: &World, _now: Timestamp) -> Verdict {
    let Told::Answered(seen, true) = told else { return Ok(()) };
    if seen.call.operation != "AcceptHandshake" {
        return Ok(());
    }
    let account = &seen.caller.account;
    let (before, after) = (book.deployed.get(account).copied().unwrap_or_default(), world.deployed_in(account));
    if after < before {
        return Err(format!("{account} had {before} things of StackSets and has {after}"));
    }
    Ok(())
}

/// 14. An account that shares with its organization moves only when that was met: kept, bridged, or left to a person's word.
pub(super) fn shares_are_met(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Some(account) = accepting(told).filter(|account| book.sharing.contains(*account)) else { return Ok(()) };
    let index = &book.ledger.index;
    let met = index.steps.iter().filter(|step| step.id.0.starts_with(account.as_str()) && step.id.0.contains("share"));
    let mut any = false;
    for step in met {
        any = true;
        if !book.ledger.is_done(&step.id) {
            return Err(format!("{account} accepts before `{}`", step.id));
        }
    }
    let accepted = book.opening_plan.accepted.iter().any(|one| &one.account == account);
    if any || accepted { Ok(()) } else { Err(format!("{account} shares with its organization, and the plan has no step for it")) }
}

/// 15. A delegated administrator is replaced or deregistered before it accepts.
pub(super) fn no_delegation_left(_book: &Book, told: &Told<'_>, world: &World, _now: Timestamp) -> Verdict {
    let Some(account) = accepting(told) else { return Ok(()) };
    match world.delegations(account) {
        0 => Ok(()),
        services => Err(format!("{account} accepts while it administers {services} services")),
    }
}

/// What later events are judged by.
pub(crate) fn remember(book: &mut Book, told: &Told<'_>, world: &World, now: Timestamp) {
    let Told::Answered(seen, true) = told else { return };
    match seen.call.operation.as_str() {
        "AcceptHandshake" if is_in_target(book, seen, world) => {
            book.at_root.insert(seen.caller.account.clone(), now);
        }
        "MoveAccount" => {
            let moved = seen.call.input.get("AccountId").and_then(serde_json::Value::as_str).and_then(|id| id.parse().ok());
            if let Some(account) = moved {
                let account: AccountId = account;
                book.at_root.remove(&account);
            }
        }
        _ => {}
    }
}

fn is_in_target(book: &Book, seen: &Seen<'_>, world: &World) -> bool {
    world.home(&seen.caller.account).and_then(|home| home.organization) == Some(&book.opening_plan.target)
}
