//! Asks checks about accounts, and never lets "could not look" be a pass.

use super::RuleRunner;
use super::scene::Scene;
use super::wording::Verdict;
use crate::AssessError;
use orgkit_model::{AccountId, Estate, Finding, Status};
use orgkit_packs::{Of, Rule, RuleKind, Scope};
use orgkit_plugin_host::{Component, FactRef, Gap, PluginError, RawFinding};
use std::collections::{BTreeMap, BTreeSet};

/// Subjects in one call.
const BATCH: usize = 256;

/// A rule that failed so often is not asked any more in the run.
const FAILURES: u32 = 3;

impl RuleRunner {
    /// What checks and log checks of a phase find in an estate, all accounts that are to move or only some.
    pub fn findings(&self, estate: &Estate, phase: &str, accounts: Option<&BTreeSet<AccountId>>) -> Result<Vec<Finding>, AssessError> {
        let scene = Scene::of_estate(estate, phase);
        let mut findings = Vec::new();
        let checks = self.rules(RuleKind::Check).chain(self.rules(RuleKind::LogCheck));
        for rule in checks.filter(|rule| rule.phases.iter().any(|runs| runs == phase)) {
            let mut judge = Judge::new(self, rule, &scene)?;
            for account in scene.accounts(rule.subjects.of) {
                if rule.subjects.of == Of::Moving && accounts.is_some_and(|only| !only.contains(&account)) {
                    continue;
                }
                let verdicts = judge.account(&account);
                let told = verdicts.into_iter().filter(|verdict| matches!(verdict.status(), Status::Fail | Status::Undetermined));
                findings.extend(told.map(|verdict| verdict.into_finding(rule, &scene.index)));
            }
        }
        sort_findings(&mut findings);
        Ok(findings)
    }
}

/// Brings findings into their order: by account, the worst first.
pub fn sort_findings(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (&a.account, b.severity).cmp(&(&b.account, a.severity)).then_with(|| a.cmp(b)));
}

/// One rule over the accounts of a scene.
pub(super) struct Judge<'a> {
    runner: &'a RuleRunner,
    rule: &'a Rule,
    component: &'a Component,
    scene: &'a Scene,
    params: String,
    failures: u32,
}

impl<'a> Judge<'a> {
    pub(super) fn new(runner: &'a RuleRunner, rule: &'a Rule, scene: &'a Scene) -> Result<Self, AssessError> {
        Ok(Self { runner, rule, component: runner.component(rule)?, scene, params: rule.params.to_string(), failures: 0 })
    }

    /// The verdicts about everything that the rule is asked about in an account.
    pub(super) fn account(&mut self, account: &AccountId) -> Vec<Verdict> {
        let kinds = &self.rule.subjects.kinds;
        let index = &self.scene.index;
        let subjects: Vec<FactRef> = kinds.iter().flat_map(|kind| index.of_kind(kind, Some(account))).copied().collect();
        let mut verdicts: Vec<Verdict> = self.unseen(account).into_iter().map(|gap| Verdict::unseen(account, gap)).collect();
        let hidden = self.hidden(account);
        for batch in subjects.chunks(BATCH) {
            match self.ask(account, batch) {
                Ok(findings) => verdicts.extend(complete(batch, findings, hidden.as_ref())),
                Err(reason) => verdicts.push(Verdict::failed(account, &self.rule.subjects.kinds, reason)),
            }
        }
        verdicts
    }

    /// Where there may be subjects that nobody saw.
    fn unseen(&self, account: &AccountId) -> Vec<Gap> {
        let (index, subjects) = (&self.scene.index, &self.rule.subjects);
        let gaps = |kind: &String| match subjects.scope {
            Scope::Account => index.gaps(kind, Some(account), None),
            // Elsewhere it need not have been looked for; a kind that nobody looked for at all is told once.
            Scope::Organization => {
                let first = self.scene.moving.first().is_some_and(|(first, _)| first == account);
                let mut gaps = index.gaps(kind, None, None);
                gaps.retain(|gap| gap.account == account.as_str() || (gap.account.is_empty() && first));
                gaps
            }
            Scope::Optional => Vec::new(),
        };
        subjects.kinds.iter().flat_map(gaps).collect()
    }

    /// The first thing that the rule reads and nobody could look at: with it a pass is none.
    fn hidden(&self, account: &AccountId) -> Option<Gap> {
        let index = &self.scene.index;
        let own = self.rule.reads_in(Scope::Account).flat_map(|kind| index.gaps(kind, Some(account), None));
        let common = self.rule.reads_in(Scope::Organization).flat_map(|kind| index.gaps(kind, None, None));
        own.chain(common).next()
    }

    fn ask(&mut self, account: &AccountId, batch: &[FactRef]) -> Result<Vec<RawFinding>, String> {
        if self.failures >= FAILURES {
            return Err(format!("the rule failed {FAILURES} times and was not asked again"));
        }
        self.call(account, batch).map_err(|error| {
            self.failures += 1;
            chain(&error)
        })
    }

    fn call(&self, account: &AccountId, batch: &[FactRef]) -> Result<Vec<RawFinding>, PluginError> {
        let context = self.scene.context(self.runner, self.rule, account);
        let index = &self.scene.index;
        if self.rule.kind == RuleKind::Check {
            return Ok(self.component.check(&context, &self.params, index, batch)?.value);
        }
        let mut findings = Vec::new();
        for subject in batch {
            findings.extend(self.component.assess_route(&context, &self.params, index, *subject)?.value);
        }
        Ok(findings)
    }
}

/// Gives every subject a verdict: silence is "undetermined", and so is a pass where something was hidden.
fn complete(batch: &[FactRef], findings: Vec<RawFinding>, hidden: Option<&Gap>) -> Vec<Verdict> {
    let mut by_subject: BTreeMap<FactRef, Vec<RawFinding>> = batch.iter().map(|subject| (*subject, Vec::new())).collect();
    for finding in findings {
        by_subject.entry(finding.about).or_default().push(finding);
    }
    let mut verdicts = Vec::new();
    for (subject, findings) in by_subject {
        if findings.is_empty() {
            verdicts.push(Verdict::silent(subject));
        }
        verdicts.extend(findings.into_iter().map(|finding| match (finding.status, hidden) {
            (Status::Pass, Some(gap)) => Verdict::hidden(finding, gap),
            _ => Verdict::said(finding),
        }));
    }
    verdicts
}

/// An error with all that lies under it, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut under = error.source();
    while let Some(source) = under {
        text = format!("{text}: {source}");
        under = source.source();
    }
    text
}
