//! What goes before a change, and what after.

use super::Verdict;
use crate::stage::{Book, Standing, Told};
use jiff::Timestamp;
use orgkit_model::{Action, Event, StepClass, StepResult};
use orgkit_world::World;

/// 5. No change without a durable intent of the generation that makes it.
pub(super) fn intent_first(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Asked(seen) = told else { return Ok(()) };
    if book.caller < book.lease {
        let under_way = book.ledger.under_way(seen, book.caller);
        return if under_way { Ok(()) } else { Err(format!("generation {} makes a change that it never intended", book.caller)) };
    }
    let steps = book.ledger.steps_for(seen);
    if steps.is_empty() {
        return Err(format!("{} {} by {}: no step intends it", seen.call.operation, seen.call.input, seen.caller.account));
    }
    let lines = steps.iter().filter_map(|place| book.ledger.lines.get(*place));
    let by_caller = lines.into_iter().any(|line| line.standing == Standing::Undoing || line.intended_by.last() == Some(&book.caller));
    if by_caller { Ok(()) } else { Err(format!("generation {} makes a change that another one intended", book.caller)) }
}

/// 8. What was intended and has no outcome is not done again before a read has shown that it was not done.
pub(super) fn look_before_repeating(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    match told {
        Told::Appended(_, entry) => {
            let Event::Intent { step } = &entry.event else { return Ok(()) };
            let Some(line) = book.ledger.line(step) else { return Ok(()) };
            let unknown =
                line.standing == Standing::Intended || matches!(line.standing, Standing::Failed(orgkit_model::ErrorClass::Ambiguous));
            if unknown {
                return Err(format!("`{step}` is intended again, and nothing was written down since"));
            }
            match (line.acted, line.read) {
                (Some(acted), read) if read.is_none_or(|read| read < acted) => {
                    Err(format!("`{step}` is intended again, and nobody has looked since it may have been done"))
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// 9. Success is written down only after a read has shown it.
pub(super) fn success_is_seen(book: &Book, told: &Told<'_>, _world: &World, _now: Timestamp) -> Verdict {
    let Told::Appended(_, entry) = told else { return Ok(()) };
    let Event::Done { step: id, result: StepResult::Acted | StepResult::AlreadyThere | StepResult::Proven } = &entry.event else {
        return Ok(());
    };
    let Some((step, line)) =
        book.ledger.index.place(id).and_then(|place| Some((book.ledger.index.steps.get(place)?, book.ledger.lines.get(place)?)))
    else {
        return Err(format!("`{id}` is done and not in the plan"));
    };
    let gate = step.class == StepClass::Human || matches!(step.action, Action::Gate(_));
    if !gate && line.standing != Standing::Seen(true) {
        return Err(format!("`{id}` is done, and the record before it does not show that its goal holds"));
    }
    match (line.acted, line.read) {
        _ if gate => Ok(()),
        (_, None) => Err(format!("`{id}` is done, and no read told about it")),
        (Some(acted), Some(read)) if read < acted => Err(format!("`{id}` is done, and nobody has looked since the change")),
        _ => Ok(()),
    }
}
