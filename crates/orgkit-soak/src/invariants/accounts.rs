//! Where accounts are, and how they may come there.

use super::Verdict;
use crate::stage::{Book, Told};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountState, HandshakeId, JoinedMethod, Was};
use orgkit_sim::Seen;
use orgkit_world::World;
use serde_json::Value;

/// How long an invitation must still be good when an account leaves for it.
const DOOR: SignedDuration = SignedDuration::from_hours(1);
/// The strictest age that AWS documents for accounts that an organization created
/// [Organizations User Guide, orgs_account_migration and orgs_reference_limits, 2026-08].
const YOUNGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// 1. The accounts of sources, target and none are never more, fewer, or listed twice.
pub(super) fn conservation(book: &Book, told: &Told<'_>, world: &World, _now: Timestamp) -> Verdict {
    let Told::Answered(..) = told else { return Ok(()) };
    let mut homes = 0;
    for home in world.homes() {
        homes += usize::from(home.organization.is_some());
        if book.everybody.binary_search(home.account).is_err() {
            return Err(format!("{} was not there at the beginning", home.account));
        }
    }
    let listed = world.listed().count();
    let here = world.homes().count();
    match (here == book.everybody.len(), listed == homes) {
        (true, true) => Ok(()),
        (false, _) => Err(format!("{here} accounts, {} at the beginning", book.everybody.len())),
        (true, false) => Err(format!("organizations list {listed} accounts, and {homes} say that they are in one")),
    }
}

/// 2. An account is in exactly one place. What orgkit does never leaves a member standing alone.
pub(super) fn single_home(book: &Book, told: &Told<'_>, world: &World, _now: Timestamp) -> Verdict {
    let Told::Answered(seen, _) = told else { return Ok(()) };
    for (account, _) in book.homes.iter().filter(|(_, before)| before.is_some()) {
        let stands_alone = world.home(account).is_none_or(|home| home.organization.is_none());
        let was_member = || book.opening_plan.placements.iter().any(|one| &one.account == account && one.was == Was::Member);
        if stands_alone && was_member() {
            return Err(format!("{account} stands alone after {} by {}", seen.call.operation, seen.caller.account));
        }
    }
    Ok(())
}

/// 3. Nobody leaves or is removed without an open invitation to the target that is good for some time yet.
pub(super) fn no_leave_without_a_door(book: &Book, told: &Told<'_>, world: &World, now: Timestamp) -> Verdict {
    let Told::Asked(seen) = told else { return Ok(()) };
    let leaver = match seen.call.operation.as_str() {
        "LeaveOrganization" => seen.caller.account.as_str(),
        "RemoveAccountFromOrganization" => seen.call.input.get("AccountId").and_then(Value::as_str).unwrap_or_default(),
        _ => return Ok(()),
    };
    let mut doors = world.open_invitations(&book.opening_plan.target, now);
    let good = doors.any(|door| door.account.is_some_and(|id| id.as_str() == leaver) && door.expires_at.duration_since(now) > DOOR);
    if good { Ok(()) } else { Err(format!("{leaver} leaves with no invitation open")) }
}

/// 4. Management accounts and accounts that are not active are never moved; the seller of record stays the same.
pub(super) fn only_those_who_may_move(book: &Book, told: &Told<'_>, world: &World, now: Timestamp) -> Verdict {
    let Told::Answered(seen, true) = told else { return Ok(()) };
    if seen.call.operation != "AcceptHandshake" {
        return Ok(());
    }
    let account = &seen.caller.account;
    let before = book.homes.iter().find(|(id, _)| id == account).and_then(|(_, organization)| organization.as_ref());
    if book.opening_plan.sources.iter().any(|(source, management)| management == account && before == Some(source)) {
        return Err(format!("{account} accepted while it managed its organization"));
    }
    if world.state_of(account, now) != Some(AccountState::Active) {
        return Err(format!("{account} moved and is not active"));
    }
    if !world.same_seller(account, &book.opening_plan.target_management) {
        return Err(format!("{account} was sold by another seller"));
    }
    Ok(())
}

/// 7. At most one invitation of an account is open, and only orgkit's own are accepted, cancelled or declined.
pub(super) fn own_invitations(book: &Book, told: &Told<'_>, world: &World, now: Timestamp) -> Verdict {
    match told {
        Told::Asked(seen) if matches!(seen.call.operation.as_str(), "AcceptHandshake" | "CancelHandshake" | "DeclineHandshake") => {
            own(book, seen, world, now)
        }
        Told::Answered(seen, _) if seen.call.operation == "InviteAccountToOrganization" => {
            let mut invited: Vec<_> = world.open_invitations(&book.opening_plan.target, now).filter_map(|one| one.account).collect();
            invited.sort();
            match invited.windows(2).find(|pair| pair.first() == pair.last()) {
                Some(pair) => Err(format!("{pair:?} has two open invitations")),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn own(book: &Book, seen: &Seen<'_>, world: &World, now: Timestamp) -> Verdict {
    let id = seen.call.input.get("HandshakeId").and_then(Value::as_str).unwrap_or_default();
    let invitation = id.parse::<HandshakeId>().ok().and_then(|id| {
        world.invitation(&id, now).map(|one| (one.organization == &book.opening_plan.target, one.notes.unwrap_or_default().to_owned()))
    });
    let marker = format!("orgkit:{}:", book.digest.short());
    match invitation {
        Some((true, notes)) if notes.contains(&marker) => Ok(()),
        Some((true, _)) => Err(format!("{id} was not sent by this plan")),
        Some((false, _)) => Err(format!("{id} is of another organization")),
        None => Err(format!("{id} is no invitation")),
    }
}

/// 17. A member that its organization created is as old as the strictest documented limit before it moves.
pub(super) fn old_enough(book: &Book, told: &Told<'_>, world: &World, now: Timestamp) -> Verdict {
    let Told::Asked(seen) = told else { return Ok(()) };
    let mover = match seen.call.operation.as_str() {
        "AcceptHandshake" => Some(seen.caller.account.clone()),
        "InviteAccountToOrganization" => seen.call.input.pointer("/Target/Id").and_then(Value::as_str).and_then(|id| id.parse().ok()),
        _ => None,
    };
    let Some(home) = mover.as_ref().and_then(|account| world.home(account)) else { return Ok(()) };
    let created_here = matches!(home.joined, Some((JoinedMethod::Created, _))) && home.organization != Some(&book.opening_plan.target);
    let manages = world.manages(home.account);
    if created_here && !manages && now.duration_since(home.created_at) < YOUNGEST {
        return Err(format!("{} was created at {}", home.account, home.created_at));
    }
    Ok(())
}
