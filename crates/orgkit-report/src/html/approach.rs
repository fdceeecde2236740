//! Why it was done this way: the decision with its reasons, and the questions that only a person can answer.

use super::page::{Context, prose};
use crate::words;
use maud::{Markup, html};
use orgkit_model::{Action, Approach, Gate, Reason, Step, StepResult, StepState};

/// The approach and why.
pub(super) fn section(context: &Context<'_>) -> Markup {
    let decision = &context.opening.plan.decision;
    html! {
        p.big { (sentence(decision.taken)) }
        @if decision.recommended != decision.taken {
            p.callout.warn { "The evidence speaks for another: " (words::approach(decision.recommended)) ". It was overruled." }
        }
        @if !decision.reasons.is_empty() {
            ul.reasons { @for reason in &decision.reasons { (one(reason, decision.taken)) } }
        }
        @if !context.opening.plan.left_out.is_empty() {
            h3 { "Left where they are" }
            ul.plain { @for left in &context.opening.plan.left_out { li { (context.account(&left.account)) ": " (prose(&left.why)) } } }
        }
    }
}

fn sentence(approach: Approach) -> String {
    let phrase = words::approach(approach);
    let mut chars = phrase.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

fn one(reason: &Reason, taken: Approach) -> Markup {
    html! {
        li {
            p.question { (prose(&reason.question)) }
            p.answer {
                (prose(&reason.answer))
                @if reason.speaks_for.contains(&taken) { " " span.tag.ok { "speaks for it" } }
                @else if !reason.speaks_for.is_empty() { " " span.tag.warn { "speaks for another" } }
            }
            @if !reason.evidence.is_empty() {
                details { summary { "Evidence" } ul.evidence { @for line in &reason.evidence { li { (prose(line)) } } } }
            }
        }
    }
}

/// The gates: what a person was asked, and what came of it.
pub(super) fn gates(context: &Context<'_>) -> Markup {
    let gates: Vec<_> = context
        .opening
        .plan
        .steps()
        .filter_map(|step| match &step.action {
            Action::Gate(gate) => Some((step, gate)),
            _ => None,
        })
        .collect();
    html! {
        @if gates.is_empty() { p.quiet { "The plan asks nothing of a person." } }
        @if !context.summary.assumptions.is_empty() {
            p.callout.warn {
                "This rehearsal passed " (words::count(context.summary.assumptions.len(), "gate"))
                " on an assumption. The real migration stops there and asks."
            }
        }
        @for (step, gate) in gates { (one_gate(context, step, gate)) }
        @if !context.opening.plan.accepted.is_empty() {
            h3 { "Accepted by name" }
            ul.plain {
                @for one in &context.opening.plan.accepted {
                    li { (context.account(&one.account)) ": " (prose(&one.title)) " — " (prose(&one.because)) }
                }
            }
        }
    }
}

fn one_gate(context: &Context<'_>, step: &Step, gate: &Gate) -> Markup {
    html! {
        article.card {
            header {
                h3 { (prose(&step.title)) }
                p.meta { @if let Some(account) = &step.account { (context.account(account)) " · " } (words::gate(gate.kind)) }
            }
            p { (prose(&gate.question)) }
            @match context.run.record(&step.id).map(|record| &record.state) {
                Some(StepState::Done(StepResult::Assumed { assumption })) => { p { span.tag.warn { "assumed" } " " (assumption) } }
                Some(StepState::Done(StepResult::PassedBy { note })) => { p { span.tag.ok { "passed by a person" } " " (note) } }
                Some(StepState::Done(_)) => { p { span.tag.ok { "already there" } } }
                _ => { p { span.tag { "not reached yet" } } }
            }
            @if !gate.evidence.is_empty() {
                details { summary { "Evidence" } ul.evidence { @for line in &gate.evidence { li { (prose(line)) } } } }
            }
        }
    }
}
