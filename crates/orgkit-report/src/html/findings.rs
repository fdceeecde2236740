//! What was wrong or could not be looked at, the worst first, with what to do about it and where it rests.

use super::page::{Context, prose};
use crate::findings_text::SEVERITIES;
use crate::words;
use maud::{Markup, html};
use orgkit_model::{Finding, Severity, Status};
use std::collections::BTreeMap;

/// Findings that say the same of several things.
type Same<'a> = BTreeMap<(&'a str, &'a str, &'a str), Vec<&'a Finding>>;

/// The findings by severity.
pub(super) fn section(context: &Context<'_>) -> Markup {
    let open = &context.summary.findings;
    let passed = context.opening.findings.iter().filter(|finding| finding.status == Status::Pass).count();
    html! {
        @if open.is_empty() { p.quiet { "Nothing was found." } }
        @if passed > 0 { p.quiet { (words::count(passed, "check")) " passed." } }
        @for severity in SEVERITIES {
            @let group: Vec<&Finding> = open.iter().filter(|finding| finding.severity == severity).collect();
            @if !group.is_empty() { (of_severity(context, severity, &group)) }
        }
    }
}

fn of_severity(context: &Context<'_>, severity: Severity, group: &[&Finding]) -> Markup {
    let mut same: Same<'_> = BTreeMap::new();
    for finding in group {
        same.entry((&finding.code, &finding.title, &finding.remedy)).or_default().push(finding);
    }
    let tone = match severity {
        Severity::Critical | Severity::High => "bad",
        Severity::Medium => "warn",
        Severity::Low | Severity::Informational => "idle",
    };
    html! {
        h3.severity { span.tag.(tone) { (severity.as_str()) } span.meta { (words::count(group.len(), "finding")) } }
        @for ((code, title, remedy), findings) in &same {
            article.card {
                header { h4 { (prose(title)) } p.meta { code { (code) } } }
                p { strong { "Remedy. " } (prose(remedy)) }
                (subjects(context, findings))
            }
        }
    }
}

fn subjects(context: &Context<'_>, findings: &[&Finding]) -> Markup {
    let list = html! { ul.plain { @for finding in findings { (subject(context, finding)) } } };
    if findings.len() <= 5 {
        return list;
    }
    html! { details { summary { "Found in " (words::count(findings.len(), "place")) } (list) } }
}

fn subject(context: &Context<'_>, finding: &Finding) -> Markup {
    html! {
        li {
            p {
                (context.account(&finding.account))
                @if let Some(region) = &finding.region { " · " (region) }
                @if finding.blocks_move { " " span.tag.bad { "blocks the move" } }
                @if finding.status == Status::Undetermined { " " span.tag.warn { "could not look" } }
            }
            @if !finding.subject.is_empty() { p { code.long { (finding.subject) } } }
            @if !finding.evidence.is_empty() {
                details {
                    summary { "Evidence" }
                    ul.evidence {
                        @for evidence in &finding.evidence {
                            li {
                                code { (evidence.call) } " in " (evidence.account)
                                @if let Some(region) = &evidence.region { ", " (region) }
                                ": " (evidence.name) @if !evidence.pointer.is_empty() { " " code { (evidence.pointer) } }
                                " is " code { (evidence.observed) }
                            }
                        }
                    }
                }
            }
        }
    }
}
