//! The closing summary of a run on a terminal.

use crate::paint::{Paint, line};
use crate::places::Names;
use crate::summary::{AccountResult, AccountStatus, Assumption, RunResult, Summary};
use crate::{findings_text, runbook, words};
use comfy_table::{ContentArrangement, Table, presets};
use orgkit_model::{AccountId, Opening, Run, StepState};
use std::collections::BTreeMap;
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
    accepted(&mut out, summary, paint);
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
        AccountStatus::Excused => "excused",
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
    const SHOWN: usize = 5;
    line!(out, "{}", paint.yellow("Assumed in a person's place (the real migration will ask):"));
    let names: BTreeMap<_, _> = summary.accounts.iter().map(|account| (&account.id, account.name.as_str())).collect();
    for (assumed, accounts) in alike(&summary.assumptions) {
        line!(out, "  {} {}", paint.sign(crate::paint::Sign::Gate), words::clean(&assumed.question));
        let named = |id: &&AccountId| words::clean(names.get(*id).copied().unwrap_or(id.as_str()));
        let mut whose: Vec<String> = accounts.iter().take(SHOWN).map(named).collect();
        whose.extend(accounts.len().checked_sub(SHOWN).filter(|more| *more > 0).map(|more| format!("{more} more")));
        if accounts.len() > 1 || whose.iter().any(|name| !assumed.question.contains(name.as_str())) {
            line!(out, "    {}", whose.join(", "));
        }
        line!(out, "    {}", paint.dim(&assumed.assumption));
    }
}

/// Assumptions in their order, those with the same words once, with the accounts that they are about.
fn alike(assumptions: &[Assumption]) -> Vec<(&Assumption, Vec<&AccountId>)> {
    let mut places = BTreeMap::new();
    let mut groups: Vec<(&Assumption, Vec<&AccountId>)> = Vec::new();
    for assumed in assumptions {
        let place = *places.entry((&assumed.question, &assumed.assumption)).or_insert_with(|| {
            groups.push((assumed, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, accounts)) = groups.get_mut(place) {
            accounts.extend(&assumed.account);
        }
    }
    groups
}

fn accepted(out: &mut String, summary: &Summary, paint: Paint) {
    if summary.accepted.is_empty() {
        return;
    }
    line!(out, "{}", paint.yellow("Accepted by name:"));
    for one in &summary.accepted {
        let name = summary.accounts.iter().find(|account| account.id == one.account).map_or("", |account| account.name.as_str());
        line!(out, "  {} {} ({}): {}", paint.sign(crate::paint::Sign::Gate), words::clean(name), one.account, words::clean(&one.title));
        line!(out, "    {}", paint.dim(&words::clean(&one.because)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Ending, journal, large};

    fn closing(entries: &[orgkit_model::Entry], next: Option<&str>) -> String {
        let run = Run::replay(entries).unwrap();
        let summary = Summary::of(&run, Some(("journal.sqlite", "report.html"))).unwrap();
        closing_text(&run, &summary, next, Paint::plain())
    }

    #[test]
    fn a_finished_run() {
        insta::assert_snapshot!(closing(&journal(Ending::Finished), None), @r"
        Rehearsal completed: 4 of 4 accounts moved and the old organization deleted.
        27 of 27 steps done in 3 h 2 min of virtual time.

          account       name                                           was         status    unit
          111111111111  oldcorp-management                             management  migrated  Workloads/Production
          222222222222  payments-production                            member      migrated  Workloads/Production
          333333333333  legacy-reporting                               member      migrated  Workloads/Development
          444444444444  sandbox-of-the-data-science-team-in-frankfurt  standalone  migrated  Sandbox

        Joined in this order: sandbox-of-the-data-science-team-in-frankfurt → payments-production → legacy-reporting → oldcorp-management
        Old organization o-oldcorp001: deleted
        Assumed in a person's place (the real migration will ask):
          ? Reinstate legacy-reporting through AWS Support before its 90 days are over (2026-04-11).
            AWS Support reinstated the account
        Accepted by name:
          ? payments-production (222222222222): role/night-saver will no longer be allowed config:StopConfigurationRecorder
            retired in March, ticket 42
        Findings from before the move: 1 high, 1 medium, 1 low (1 blocks a move)
        Journal: journal.sqlite
        Report: report.html
        ");
    }

    #[test]
    fn a_stuck_run_says_what_failed_and_what_to_do() {
        insta::assert_snapshot!(closing(&journal(Ending::Stuck), Some("orgkit migrate --resume")), @r"
        Rehearsal stuck: 3 of 4 accounts moved and 1 failed.
        20 of 27 steps done in 2 h 38 min of virtual time.

          account       name                                           was         status    unit
          111111111111  oldcorp-management                             management  failed    Root
          222222222222  payments-production                            member      migrated  Workloads/Production
          333333333333  legacy-reporting                               member      migrated  Workloads/Development
          444444444444  sandbox-of-the-data-science-team-in-frankfurt  standalone  migrated  Sandbox

        Joined in this order: sandbox-of-the-data-science-team-in-frankfurt → payments-production → legacy-reporting
        Failed: delete the organization o-oldcorp001  o-oldcorp001/delete
          OrganizationNotEmptyException: the organization still contains 1 account (refused)
          AWS said no, and trying again changes nothing: look with `aws organizations list-accounts` as account 111111111111, remove the cause, then resume.
        Stopped: `o-oldcorp001/delete` failed
        Old organization o-oldcorp001: not deleted
        Assumed in a person's place (the real migration will ask):
          ? Reinstate legacy-reporting through AWS Support before its 90 days are over (2026-04-11).
            AWS Support reinstated the account
        Accepted by name:
          ? payments-production (222222222222): role/night-saver will no longer be allowed config:StopConfigurationRecorder
            retired in March, ticket 42
        Findings from before the move: 1 high, 1 medium, 1 low (1 blocks a move)
        Journal: journal.sqlite
        Report: report.html
        Next: orgkit migrate --resume
        ");
    }

    #[test]
    fn gates_with_the_same_words_are_told_once_with_their_accounts() {
        let run = Run::replay(&journal(Ending::Finished)).unwrap();
        let mut summary = Summary::of(&run, None).unwrap();
        let first = summary.assumptions[0].clone();
        let same = |account: &str, question: &str| {
            let (account, question) = (Some(account.parse().unwrap()), question.to_owned());
            Assumption { account, question, assumption: "remedied".to_owned(), ..first.clone() }
        };
        summary.assumptions =
            vec![same("222222222222", "remedy this"), same("444444444444", "accept that"), same("333333333333", "remedy this")];
        summary.assumptions.extend((0..9).map(|number| same(&format!("50000000000{number}"), "look at it")));
        let text = closing_text(&run, &summary, None, Paint::plain());
        let told: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("Assumed")).skip(1).take(9).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
          ? remedy this
            payments-production, legacy-reporting
            remedied
          ? accept that
            sandbox-of-the-data-science-team-in-frankfurt
            remedied
          ? look at it
            500000000000, 500000000001, 500000000002, 500000000003, 500000000004, 4 more
            remedied
        ");
    }

    #[test]
    fn a_large_run_shows_a_table_that_can_be_read() {
        let text = closing(&large(1000), None);
        assert!(text.contains("… and 940 more: all of them stand in the report."));
        assert!(text.contains("workload-0000 → workload-0001") && text.contains("→ 988 more\n"), "{text}");
    }
}
