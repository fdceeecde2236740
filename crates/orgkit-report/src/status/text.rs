//! The status for people: a screen at most.

use super::{Standing, Status, StatusCounts, StatusQuestion, StatusStep};
use crate::paint::{Paint, line};
use crate::words;
use std::fmt::Write as _;

/// How many lines a list has before the rest is counted.
const SHOWN: usize = 5;

/// How a migration stands, what a person is asked, and what to type.
pub fn status_text(status: &Status, paint: Paint) -> String {
    let mut out = String::new();
    line!(out, "{}", headline(status, paint));
    if let Some(wave) = &status.wave {
        let done = wave.steps.saturating_sub(wave.left);
        line!(out, "  wave      {} of {}, {}: {done} of {} done", wave.number, wave.of, wave.name, words::count(wave.steps, "step"));
    }
    line!(out, "  steps     {}", counts(status.steps));
    line!(out, "  accounts  {}", counts(status.accounts));
    if let Some(last) = &status.last {
        line!(out, "  last      {}  {}", words::time(last.at), words::clean(&last.what));
    }
    if let Some(reason) = &status.stopped {
        line!(out, "  stopped   {}", words::clean(reason));
    }
    list(&mut out, "Under way", &status.doing, doing);
    list(&mut out, "A person is asked to", &status.questions, question);
    list(&mut out, "Stuck", &status.stuck, question);
    match (&status.next, status.standing) {
        (None, _) | (_, Standing::Running) => {}
        (Some(next), _) => line!(out, "\nGo on with: {}", paint.bold(next)),
    }
    out
}

fn headline(status: &Status, paint: Paint) -> String {
    let what = match &status.rehearsal {
        Some(world) => format!("Rehearsal of {}", words::clean(world)),
        None => "Migration".to_owned(),
    };
    let how = match status.standing {
        Standing::Running => paint.green("running"),
        Standing::Finished => paint.green("finished"),
        Standing::Stopped if status.running.is_none() => paint.yellow("not finished; whether a run goes on is not known"),
        Standing::Stopped => paint.yellow("stopped"),
        Standing::Waiting => paint.yellow("waits for a person"),
        Standing::Stuck => paint.red("stuck: a person is needed"),
    };
    let mut who = Vec::new();
    if status.standing == Standing::Running {
        let holder = status.holder.as_deref().unwrap_or_default();
        who.extend((!holder.is_empty()).then(|| format!("held by {}", words::clean(holder))));
        // A holder is named with its process.
        who.extend(status.process.map(|process| format!("process {process}")).filter(|process| !holder.ends_with(process.as_str())));
    }
    who.extend((status.generation > 1).then(|| format!("run {}", status.generation)));
    let who = if who.is_empty() { String::new() } else { format!(" ({})", who.join(", ")) };
    format!("{what}: {how}{who}")
}

fn counts(counts: StatusCounts) -> String {
    let mut parts = vec![format!("{} of {} done", counts.done, counts.total)];
    let others = [
        (counts.begun, "under way"),
        (counts.waiting, "waiting for a person"),
        (counts.stuck, "stuck"),
        (counts.excused, "left out"),
        (counts.left, "left"),
    ];
    parts.extend(others.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")));
    parts.join(", ")
}

fn list<T>(out: &mut String, title: &str, all: &[T], show: impl Fn(&mut String, &T)) {
    if all.is_empty() {
        return;
    }
    line!(out, "\n{title}:");
    all.iter().take(SHOWN).for_each(|one| show(out, one));
    if let Some(more) = all.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        line!(out, "  and {more} more, which `--output json` lists");
    }
}

fn doing(out: &mut String, step: &StatusStep) {
    let why = if step.why.is_empty() { String::new() } else { format!(": {}", words::clean(&step.why)) };
    let since = step.since.map_or_else(String::new, |since| format!(", since {}", words::time(since)));
    let until = step.until.map_or_else(String::new, |until| format!(", not before {}", words::time(until)));
    line!(out, "  {}{why}{since}{until}", step.step);
}

fn question(out: &mut String, question: &StatusQuestion) {
    line!(out, "  {}", words::clean(&question.question));
    for step in &question.runbook {
        line!(out, "    - {}", words::clean(step));
    }
    line!(out, "    {}", question.command);
}
