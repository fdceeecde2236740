//! Every step with its evidence, by wave and account.

use super::page::{Context, prose};
use crate::plan_text::groups;
use crate::words;
use maud::{Markup, html};
use orgkit_model::{AccountId, Proof, Status, Step, StepClass, StepRecord, StepResult, StepState, Wave};

/// The waves with their steps.
pub(super) fn section(context: &Context<'_>) -> Markup {
    html! {
        @for (number, wave) in context.opening.plan.waves.iter().enumerate() {
            h3.wave id={ "wave-" (number + 1) } { span.number { (number + 1) } " " (wave.name) }
            (of_wave(context, wave))
        }
    }
}

fn of_wave(context: &Context<'_>, wave: &Wave) -> Markup {
    html! {
        @if wave.steps.is_empty() { p.quiet { "No steps." } }
        @for (account, steps) in groups(wave) { (of_account(context, account, &steps)) }
    }
}

fn of_account(context: &Context<'_>, account: Option<&AccountId>, steps: &[&Step]) -> Markup {
    let records: Vec<_> = steps.iter().filter_map(|step| Some((*step, context.run.record(&step.id)?))).collect();
    let done = records.iter().filter(|(_, record)| record.is_done()).count();
    let failed = records.iter().any(|(_, record)| matches!(record.state, StepState::Failed { .. }));
    let tone = if failed {
        "bad"
    } else if done == steps.len() {
        "ok"
    } else {
        "idle"
    };
    let open = failed || (!context.is_large() && records.len() <= 4);
    html! {
        details.steps open[open] {
            summary {
                @match account {
                    Some(account) => (context.account(account)),
                    None => { span.name { "organization" } " " code { (steps.first().map_or(context.opening.plan.target.as_str(), |step| words::organization(&context.opening.plan, step))) } }
                }
                " " span.tag.(tone) { (done) " of " (words::count(steps.len(), "step")) @if failed { ", one failed" } }
            }
            table.stack {
                thead { tr { th scope="col" { "Step" } th scope="col" { "State" } th scope="col" { "What was seen" } th scope="col" { "When" } } }
                tbody { @for (step, record) in records { (row(step, record)) } }
            }
        }
    }
}

fn row(step: &Step, record: &StepRecord) -> Markup {
    html! {
        tr {
            th scope="row" {
                span.name { (prose(&step.title)) }
                span.meta { (prose(&step.because)) }
                @if step.class != StepClass::Reversible { span.tag.(if step.class == StepClass::PointOfNoReturn { "bad" } else { "warn" }) { (words::class(step.class)) } }
            }
            td data-label="State" { span.tag.(tone(&record.state)) { (words::state(&record.state)) } (outcome(record)) }
            td data-label="Seen" {
                @if let Some(seen) = &record.seen { span { (prose(seen)) } } @else { "–" }
                @if !record.calls.is_empty() { span.meta { @for call in &record.calls { code { (call) } " " } } }
                (proofs(&record.proofs))
            }
            td data-label="When" {
                @match (record.began, record.ended) {
                    (Some(began), Some(ended)) => { (words::time(began)) span.meta { "took " (words::duration(began, ended)) } }
                    (Some(began), None) => { (words::time(began)) span.meta { "not done" } }
                    (None, _) => "–",
                }
            }
        }
    }
}

fn outcome(record: &StepRecord) -> Markup {
    html! {
        @match &record.state {
            StepState::Failed { code, message, .. } => { span.meta { code { (code) } ": " (prose(message)) } }
            StepState::Done(StepResult::PassedBy { note }) => { span.meta { (note) } }
            StepState::Done(StepResult::Assumed { assumption }) => { span.meta { (assumption) } }
            _ => {}
        }
        @if record.intents > 1 { span.meta { "tried " (record.intents) " times" } }
    }
}

/// The verdicts of rules that ran as proof.
pub(super) fn proofs(proofs: &[Proof]) -> Markup {
    html! {
        @if !proofs.is_empty() {
            ul.proofs {
                @for proof in proofs {
                    @let tone = match proof.status { Status::Pass => "ok", Status::Fail => "bad", Status::Undetermined => "warn", Status::NotApplicable => "idle" };
                    li { span.tag.(tone) { (words::status(proof.status)) } " " (prose(&proof.title)) " " code { (proof.rule) } }
                }
            }
        }
    }
}

fn tone(state: &StepState) -> &'static str {
    match state {
        StepState::Failed { .. } => "bad",
        StepState::Done(StepResult::Assumed { .. })
        | StepState::Intended
        | StepState::Observed { holds: false }
        | StepState::Undoing { .. } => "warn",
        StepState::Done(_) | StepState::Observed { holds: true } => "ok",
        StepState::Waiting | StepState::Undone => "idle",
    }
}
