//! The closing summary of a run on a terminal.

use crate::paint::{Paint, line};
use crate::places::Names;
use crate::summary::{AccountResult, AccountStatus, RunResult, Summary};
use crate::{findings_text, runbook, words};
use comfy_table::{ContentArrangement, Table, presets};
use orgkit_model::{Opening, Run, StepState};
use std::fmt::Write as _;

/// What came of a run: accounts, order, old organizations, assumptions, findings, and where to read more. `next` is the command that goes
/// on with a run that is not completed.
pub fn closing_text(run: &Run, summary: &Summary, next: Option<&str>, paint: Paint) -> String {
    let mut out = String::new();
    let verdict = format!("{}.", summary.verdict());
    let verdict = match summary.result {
        RunResult::Completed => paint.green(&verdict),
        RunResult::Stopped => paint.yellow(&verdict),
        RunResult::Stuck => paint.red(&verdict),
    };
    line!(out, "{verdict}");
    if let Some((from, to)) = run.span {
        let clock = if summary.rehearsal.is_some() { " of virtual time" } else { "" };
        let steps = &summary.steps;
        line!(out, "{}", paint.dim(&format!("{} of {} steps done in {}{clock}.", steps.done, steps.total, words::duration(from, to))));
    }
    line!(out);
    accounts(&mut out, summary, paint);
    if let Some(opening) = &run.opening {
        order(&mut out, opening, summary, paint);
        trouble(&mut out, run, opening, paint);
    }
    for source in &summary.source_organizations {
        line!(out, "Old organization {}: {}", source.id, if source.deleted { "deleted" } else { "not deleted" });
    }
    assumptions(&mut out, summary, paint);
    let open: Vec<_> = summary.findings.iter().collect();
    line!(out, "Findings from before the move: {}", findings_text::counts(&open));
    for (name, path) in [("Journal", &summary.journal), ("Report", &summary.report)] {
        if let Some(path) = path {
            line!(out, "{name}: {}", words::clean(path));
        }
    }
    if let Some(next) = next {
        line!(out, "Next: {}", paint.bold(next));
    }
    out
}

/// The rows of the account table are capped so that a terminal can still be scrolled; what needs attention comes first.
const ROWS: usize = 60;

fn accounts(out: &mut String, summary: &Summary, paint: Paint) {
    let mut rows: Vec<&AccountResult> = summary.accounts.iter().collect();
    if rows.is_empty() {
        return;
    }
    if rows.len() > ROWS {
        rows.sort_by_key(|account| std::cmp::Reverse(account.status));
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["account", "name", "was", "status", "unit"]);
    for account in rows.iter().take(ROWS) {
        let unit = account.unit.as_deref().unwrap_or("-");
        let status = status(account.status);
        table.add_row([account.id.as_str(), &words::clean(&account.name), words::was(account.was), status, &words::clean(unit)]);
    }
    for row in table.to_string().lines() {
        line!(out, " {}", row.trim_end());
    }
    if rows.len() > ROWS {
        line!(out, " {}", paint.dim(&format!("… and {} more: all of them stand in the report.", rows.len() - ROWS)));
    }
    line!(out);
}

/// How far an account has come, as a word.
pub(crate) fn status(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Migrated => "migrated",
        AccountStatus::Joined => "joined",
        AccountStatus::Pending => "pending",
        AccountStatus::Failed => "failed",
    }
}

fn order(out: &mut String, opening: &Opening, summary: &Summary, paint: Paint) {
    const SHOWN: usize = 12;
    if summary.order.is_empty() {
        return;
    }
    let names = Names::of(opening);
    let name = |id| names.name(id).map_or_else(|| format!("{id}"), words::clean);
    let mut joined: Vec<_> = summary.order.iter().take(SHOWN).map(name).collect();
    if summary.order.len() > SHOWN {
        joined.push(format!("{} more", summary.order.len() - SHOWN));
    }
    line!(out, "Joined in this order: {}", joined.join(&format!(" {} ", paint.arrow())));
}

fn trouble(out: &mut String, run: &Run, opening: &Opening, paint: Paint) {
    for step in opening.plan.steps() {
        if let Some(StepState::Failed { class, code, message }) = run.record(&step.id).map(|record| &record.state) {
            line!(out, "{} {}  {}", paint.red("Failed:"), words::clean(&step.title), paint.dim(&step.id.0));
            line!(out, "  {} ({})", words::clean(&format!("{code}: {message}")), words::error_class(*class));
            line!(out, "  {}", runbook(step, *class));
        }
    }
    for wrong in run.verification.iter().flat_map(|last| &last.accounts).filter(|seen| !seen.ok) {
        line!(out, "{} account {}: {}", paint.red("Not as planned:"), wrong.account, words::clean(&wrong.detail));
    }
    if let Some(reason) = &run.stopped {
        line!(out, "Stopped: {}", words::clean(reason));
    }
}

fn assumptions(out: &mut String, summary: &Summary, paint: Paint) {
    if summary.assumptions.is_empty() {
        return;
    }
    line!(out, "{}", paint.yellow("Assumed in a person's place (the real migration will ask):"));
    for assumed in &summary.assumptions {
        line!(out, "  {} {}", paint.sign(crate::paint::Sign::Gate), words::clean(&assumed.question));
        line!(out, "    {}", paint.dim(&assumed.assumption));
    }
}
