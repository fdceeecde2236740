//! The page: verdict first, then what needs attention, then everything that stands behind it.

use super::{accounts, approach, findings, steps, style, timeline, tree, verification};
use crate::json::{ReportStop, replay, stops};
use crate::places::Names;
use crate::summary::{AccountStatus, RunResult, Summary};
use crate::{runbook, words};
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use orgkit_model::{AccountId, Approval, Entry, Opening, Run, StepClass, StepRecord, StepState};
use std::collections::BTreeSet;

/// What every section is made from.
pub(super) struct Context<'a> {
    pub(super) run: &'a Run,
    pub(super) opening: &'a Opening,
    pub(super) summary: &'a Summary,
    pub(super) names: Names,
    pub(super) stops: Vec<ReportStop>,
    /// The accounts that the plan moves.
    pub(super) moving: BTreeSet<&'a AccountId>,
}

impl Context<'_> {
    /// Whether there are so many accounts that long lists start closed.
    pub(super) fn is_large(&self) -> bool {
        self.opening.plan.placements.len() > 40
    }

    /// An account's name over its id.
    pub(super) fn account(&self, account: &AccountId) -> Markup {
        markup! {
            @if let Some(name) = self.names.name(account) { span.name { (name) } " " }
            code { (account) }
        }
    }
}

/// Text with its `quoted` parts set as code.
pub(super) fn prose(text: &str) -> Markup {
    let parts: Vec<_> = text.split('`').collect();
    if parts.len() % 2 == 0 {
        return markup! { (text) };
    }
    markup! { @for (place, part) in parts.iter().enumerate() { @if place % 2 == 1 { code { (part) } } @else { (part) } } }
}

/// The report on a journal. An entry that cannot follow what came before it is said so at the top; the rest of the page then rests on the
/// entries before it.
pub fn html(entries: &[Entry]) -> String {
    let (run, corrupt) = replay(entries);
    let summary = Summary::of(&run, None);
    let (title, body) = match (&run.opening, &summary) {
        (Some(opening), Some(summary)) => {
            let moving = opening.plan.placements.iter().map(|placement| &placement.account).collect();
            let stops = stops(entries, run.last_seq);
            let context = Context { run: &run, opening, summary, names: Names::of(opening), stops, moving };
            (summary.verdict(), report(&context, corrupt.as_deref()))
        }
        _ => ("The journal is empty".to_owned(), empty(corrupt.as_deref())),
    };
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · orgkit" }
                style { (PreEscaped(style::CSS)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

fn empty(corrupt: Option<&str>) -> Markup {
    markup! {
        header.page { div.wrap { p.eyebrow { "orgkit report" } h1 { "The journal is empty" } p.lead { "No run began: there is nothing to report." } } }
        main.wrap { (corrupted(corrupt)) }
    }
}

fn corrupted(corrupt: Option<&str>) -> Markup {
    markup! {
        @if let Some(why) = corrupt {
            section.notice.bad {
                h2 { "The journal is corrupt" }
                p { (why) ". What follows rests on the entries before it." }
            }
        }
    }
}

fn report(context: &Context<'_>, corrupt: Option<&str>) -> Markup {
    let sections = [
        ("approach", "Approach", approach::section(context)),
        ("organizations", "Before and after", tree::section(context)),
        ("timeline", "Timeline", timeline::section(context)),
        ("accounts", "Accounts", accounts::section(context)),
        ("findings", "Findings", findings::section(context)),
        ("gates", "Gates", approach::gates(context)),
        ("steps", "Steps", steps::section(context)),
        ("verification", "Verification", verification::section(context)),
        ("record", "Record", record(context)),
    ];
    markup! {
        (head(context))
        nav.toc aria-label="Contents" { div.wrap { ol { @for (id, title, _) in &sections { li { a href={ "#" (id) } { (title) } } } } } }
        main.wrap {
            (corrupted(corrupt))
            (trouble(context))
            @for (id, title, content) in &sections {
                section id=(id) aria-labelledby={ (id) "-title" } {
                    h2 id={ (id) "-title" } { (title) }
                    (content)
                }
            }
        }
        footer { div.wrap { p { "Made by orgkit from the journal alone: the same journal gives the same page, byte for byte." } } }
    }
}

fn head(context: &Context<'_>) -> Markup {
    let (summary, run) = (context.summary, context.run);
    let tone = match summary.result {
        RunResult::Completed => "ok",
        RunResult::Stopped => "warn",
        RunResult::Stuck => "bad",
    };
    let sources: Vec<_> = summary.source_organizations.iter().map(|source| source.id.to_string()).collect();
    markup! {
        header.page {
            div.wrap {
                p.eyebrow {
                    span { "orgkit report" }
                    @if let Some(world) = &summary.rehearsal { span.tag { "rehearsal in the world " (world) } }
                }
                h1 class=(tone) { (summary.verdict()) "." }
                p.lead {
                    @if !sources.is_empty() { "From " (words::list(&sources)) " into " } @else { "Into " }
                    (summary.target_organization)
                    @if let Some((from, to)) = run.span {
                        ", " (words::time(from)) " to " (words::time(to)) " (" (words::duration(from, to))
                        @if summary.rehearsal.is_some() { " of virtual time" }
                        ")"
                    }
                    "."
                }
                (figures(context))
            }
        }
    }
}

/// The numbers that people ask for first.
fn figures(context: &Context<'_>) -> Markup {
    let summary = context.summary;
    let of_class = |class: StepClass| context.opening.plan.steps().filter(move |step| step.class == class);
    let passed = of_class(StepClass::PointOfNoReturn).filter(|step| context.run.record(&step.id).is_some_and(StepRecord::is_done)).count();
    let gates = of_class(StepClass::Human).count();
    let asked = of_class(StepClass::Human).filter(|step| context.run.record(&step.id).is_some_and(StepRecord::is_done)).count();
    let gate_word = if summary.assumptions.is_empty() { "gates passed" } else { "gates assumed" };
    let figures = [
        ("accounts moved", summary.count(AccountStatus::Migrated), Some(summary.accounts.len())),
        ("steps done", summary.steps.done, Some(summary.steps.total)),
        ("points of no return passed", passed, Some(of_class(StepClass::PointOfNoReturn).count())),
        (gate_word, asked, Some(gates)),
        ("findings", summary.findings.len(), None),
    ];
    markup! {
        dl.figures {
            @for (label, number, of) in figures {
                div {
                    dt { (label) }
                    dd { (number) @if let Some(of) = of.filter(|of| *of > 0) { span.of { " of " (of) } } }
                }
            }
        }
    }
}

/// What stands in the way, first of all.
fn trouble(context: &Context<'_>) -> Markup {
    let failed: Vec<_> = context
        .opening
        .plan
        .steps()
        .filter_map(|step| match context.run.record(&step.id).map(|record| &record.state) {
            Some(StepState::Failed { class, code, message }) => Some((step, *class, code, message)),
            _ => None,
        })
        .collect();
    markup! {
        @if !failed.is_empty() {
            section.notice.bad aria-label="What failed" {
                h2 { @if failed.len() == 1 { "A step failed" } @else { (failed.len()) " steps failed" } }
                @for (step, class, code, message) in failed {
                    h3 { (prose(&step.title)) }
                    p { code { (code) } ": " (prose(message)) " (" (words::error_class(class)) ")" }
                    p { (prose(&runbook(step, class))) }
                }
            }
        } @else if let Some(reason) = &context.run.stopped {
            section.notice.warn aria-label="Why it stopped" {
                h2 { "It stopped and can be resumed" }
                p { (prose(reason)) }
            }
        }
    }
}

/// Where this page comes from.
fn record(context: &Context<'_>) -> Markup {
    let (run, plan) = (context.run, &context.opening.plan);
    let approval = match run.approval {
        None => "not approved",
        Some(Approval::Rehearsal) => "a rehearsal needs no approval",
        Some(Approval::NothingToDo) => "there was nothing to approve",
        Some(Approval::Typed) => "a person typed the target organization's id and the number of accounts",
        Some(Approval::Digest) => "a script passed the plan's digest",
    };
    markup! {
        dl.pairs {
            dt { "Approval" } dd { (approval) }
            dt { "Journal" } dd { (words::count(usize::try_from(run.last_seq).unwrap_or(usize::MAX), "entry")) ", written by " (words::count(usize::try_from(run.generation).unwrap_or(usize::MAX), "run")) }
            @for stop in &context.stops { dt { "Stopped" } dd { (words::time(stop.at)) ": " (prose(&stop.reason)) } }
            dt { "Plan" } dd { code.long { @if let Some(digest) = &run.plan_digest { (digest) } } }
            dt { "Estate" } dd { code.long { (plan.estate) } }
            dt { "Packs" } dd { code.long { (plan.packs) } }
        }
    }
}
