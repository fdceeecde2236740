//! The waves on a time axis. Bars are drawn without text, so that they stretch to any width; a line in a bar is an account that joined.

use super::page::Context;
use crate::summary::WaveResult;
use crate::words;
use jiff::Timestamp;
use maud::{Markup, html};
use orgkit_model::{Action, StepRecord, Wave};

/// With more accounts than this in a wave, the lines would hide the bar and are left out.
const LINES: usize = 40;
/// The width of a bar's own coordinates.
const UNITS: i64 = 1000;

/// The waves with their times.
pub(super) fn section(context: &Context<'_>) -> Markup {
    let Some(span) = context.run.span else { return html! {} };
    let waves = context.opening.plan.waves.iter().zip(&context.summary.waves);
    html! {
        @if context.summary.rehearsal.is_some() { p.quiet { "Times are the simulation's virtual time." } }
        ol.timeline {
            @for (number, (wave, result)) in waves.enumerate() { (row(context, span, number + 1, wave, result)) }
        }
        p.axis aria-hidden="true" { span { (words::time(span.0)) } span { (words::time(span.1)) } }
    }
}

fn row(context: &Context<'_>, span: (Timestamp, Timestamp), number: usize, wave: &Wave, result: &WaveResult) -> Markup {
    html! {
        li {
            p.label {
                a href={ "#wave-" (number) } { span.number { (number) } " " (wave.name) }
                span.meta {
                    @if wave.name != wave.phase.as_str() { (wave.phase.as_str()) " · " }
                    @if wave.accounts.is_empty() { (words::count(result.steps, "step")) } @else { (words::count(wave.accounts.len(), "account")) }
                }
            }
            (bar(context, span, wave, result))
            p.times {
                @match (result.began, result.ended) {
                    (Some(began), Some(ended)) => { (clock(span.0, began)) " to " (clock(span.0, ended)) span.meta { (words::duration(began, ended)) } }
                    (Some(began), None) => { "since " (clock(span.0, began)) span.meta { (result.done) " of " (words::count(result.steps, "step")) " done" } }
                    (None, _) => { span.meta { "not begun" } }
                }
            }
        }
    }
}

fn bar(context: &Context<'_>, span: (Timestamp, Timestamp), wave: &Wave, result: &WaveResult) -> Markup {
    let joins = wave.steps.iter().filter(|step| step.action == Action::Accept).filter_map(|step| context.run.record(&step.id));
    let joins: Vec<_> =
        joins.filter(|record| record.is_done()).filter_map(|record: &StepRecord| record.ended).map(|at| place(span, at)).collect();
    html! {
        svg.bar viewBox={ "0 0 " (UNITS) " 16" } preserveAspectRatio="none" aria-hidden="true" {
            rect.track x="0" y="7" width=(UNITS) height="2" {}
            @if let Some(began) = result.began {
                @let from = place(span, began).min(UNITS - 6);
                @let to = place(span, result.ended.unwrap_or(span.1)).max(from + 6);
                rect.(if result.ended.is_some() { "done" } else { "open" }) x=(from) y="1" width=(to - from) height="14" rx="2" {}
            }
            @for x in joins.iter().filter(|_| joins.len() <= LINES) { rect.join x=(*x - 1) y="1" width="2" height="14" {} }
        }
    }
}

/// Where a time stands in a span, from 0 to [`UNITS`].
fn place((from, to): (Timestamp, Timestamp), at: Timestamp) -> i64 {
    let whole = (to.as_millisecond() - from.as_millisecond()).max(1);
    let part = (at.as_millisecond() - from.as_millisecond()).clamp(0, whole);
    // The widest span that a timestamp allows is below 2^50 ms, so the product stays within 64 bits.
    part * UNITS / whole
}

/// The time of day, with its date when it is another day than `from`.
fn clock(from: Timestamp, at: Timestamp) -> String {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    if day(from) == day(at) { at.strftime("%H:%M:%S").to_string() } else { at.strftime("%m-%d %H:%M").to_string() }
}
