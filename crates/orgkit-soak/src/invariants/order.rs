//! In which order things may be done, and who has to agree.

use super::Verdict;
use crate::stage::{Book, Standing, Told};
use jiff::Timestamp;
use orgkit_model::{Action, Event, StepId};
use orgkit_world::World;

/// What an event begins or ends of a step.
fn step_of(event: &Event) -> Option<&StepId> {
    match event {
        Event::Intent { step } | Event::Done { step, .. } => Some(step),
        _ => None,
    }
}

/// 6. What is carried out is a part of the approved plan, and everything before it is done.
pub(super) fn approved_and_in_order(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Appended(_, entry) = told else { return Ok(()) };
    if let Event::Approved { digest, .. } = &entry.event
        && digest != &book.digest
    {
        return Err("another plan was approved".to_owned());
    }
    let Some(id) = step_of(&entry.event) else { return Ok(()) };
    if !book.ledger.approved {
        return Err(format!("`{id}` before the plan was approved"));
    }
    let step = book.ledger.index.place(id).and_then(|place| book.ledger.index.steps.get(place));
    let Some(step) = step else { return Err(format!("`{id}` is not in the plan")) };
    match step.after.iter().find(|before| !book.ledger.is_done(before)) {
        Some(before) => Err(format!("`{id}` comes before `{before}` is done")),
        None => Ok(()),
    }
}

/// 16. What a wave needs of the quotas is set aside before its first step.
pub(super) fn quota_reserved(book: &Book, told: &Told<'_>, world: &World, now: Timestamp) -> Verdict {
    match told {
        Told::Appended(_, entry) => {
            let Some(id) = step_of(&entry.event) else { return Ok(()) };
            let wave = book.ledger.index.place(id).and_then(|place| book.ledger.index.waves.get(place)).copied();
            let Some(wave) = wave.and_then(|wave| book.opening_plan.waves.get(wave)) else { return Ok(()) };
            match book.ledger.begun.get(&wave.name) {
                None => Err(format!("`{id}` of wave {}, which has not begun", wave.name)),
                Some(_) => Ok(()),
            }
        }
        Told::Answered(seen, true) if seen.call.operation == "InviteAccountToOrganization" => {
            match world.places(&book.opening_plan.target, now) {
                Some((quota, taken)) if taken > quota => Err(format!("{taken} places are taken of {quota}")),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// 18. The state of an account goes only where the plan's steps lead, and nothing leaves `stuck` without a person.
pub(super) fn along_the_graph(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Appended(_, entry) = told else { return Ok(()) };
    let (id, begins) = match &entry.event {
        Event::Intent { step } | Event::Undoing { step } => (step, true),
        Event::Done { step, .. } | Event::Observed { step, .. } | Event::Undone { step, .. } => (step, false),
        _ => return Ok(()),
    };
    let Some(standing) = book.ledger.line(id).map(|line| line.standing) else { return Ok(()) };
    let undoing = matches!(entry.event, Event::Undoing { .. } | Event::Undone { .. });
    match standing {
        Standing::Stuck => Err(format!("`{id}` goes on, and no person has cleared it")),
        Standing::Done if !undoing => Err(format!("`{id}` goes on after it was done")),
        Standing::Seen(true) if begins && !undoing => Err(format!("`{id}` is begun after it was seen to hold")),
        Standing::Undone if !begins => Err(format!("`{id}` ends after it was undone")),
        _ => Ok(()),
    }
}

/// 19. After the point of no return an account goes only forward, and nobody is taken out of the target.
pub(super) fn no_way_back(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    match told {
        Told::Appended(_, entry) => {
            let (Event::Undoing { step } | Event::Undone { step, .. }) = &entry.event else { return Ok(()) };
            let account = book.ledger.index.place(step).and_then(|place| book.ledger.index.steps.get(place)?.account.clone());
            match account.filter(|account| book.ledger.is_past_return(account)) {
                Some(account) => Err(format!("`{step}` is undone, and {account} is past the point of no return")),
                None => Ok(()),
            }
        }
        Told::Asked(seen) if matches!(seen.call.operation.as_str(), "RemoveAccountFromOrganization" | "LeaveOrganization") => {
            Err(format!("{} by {}: no approved return asks for it", seen.call.operation, seen.caller.account))
        }
        _ => Ok(()),
    }
}

/// 20. A wave begins when those before it are done or excused, and is no larger than planned.
pub(super) fn wave_by_wave(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Appended(_, entry) = told else { return Ok(()) };
    let Some(id) = step_of(&entry.event) else { return Ok(()) };
    let index = &book.ledger.index;
    let Some(place) = index.place(id) else { return Ok(()) };
    let wave = index.waves.get(place).copied().unwrap_or_default();
    let before = index.waves.iter().take_while(|earlier| **earlier < wave).count();
    if let Some(open) = (0..before).find(|place| !book.ledger.is_settled(*place)) {
        let open = index.steps.get(open).map(|step| step.id.to_string()).unwrap_or_default();
        return Err(format!("`{id}` of a later wave before `{open}` is done"));
    }
    let planned = book.opening_plan.waves.get(wave);
    let joins = index.steps.get(place).is_some_and(|step| matches!(step.action, Action::Invite | Action::Accept));
    let inside = planned.is_none_or(|planned| {
        let account = index.steps.get(place).and_then(|step| step.account.as_ref());
        account.is_none_or(|account| planned.accounts.contains(account))
    });
    if joins && !inside {
        return Err(format!("`{id}` moves an account that is not of its wave"));
    }
    Ok(())
}
