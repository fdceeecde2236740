//! Proofs: rules that run again on what is there once an account has joined.

use super::RuleRunner;
use super::judge::Judge;
use super::scene::Scene;
use crate::AssessError;
use orgkit_model::{AccountId, Collection, Fact, Proof};
use orgkit_plugin_host::FactIndex;
use serde_json::json;
use std::collections::BTreeSet;

/// The account itself, as a subject.
const ACCOUNT: &str = "organizations:DescribeAccount";

impl RuleRunner {
    /// What the rules that are marked as proofs say of an account, from facts that were read just now.
    pub fn proofs(&self, facts: &[Fact], collections: &[Collection], account: &AccountId) -> Result<Vec<Proof>, AssessError> {
        let scene = self.proof_scene(facts, collections, account);
        let mut proofs = Vec::new();
        for rule in self.packs.rules().iter().filter(|rule| rule.proof) {
            for verdict in Judge::new(self, rule, &scene)?.account(account) {
                let title = verdict.title(rule, &scene.index);
                proofs.push(Proof { rule: rule.id.clone(), account: account.clone(), status: verdict.status(), title });
            }
        }
        proofs.sort_by(|a, b| (&a.rule, &a.title).cmp(&(&b.rule, &b.title)));
        Ok(proofs)
    }

    fn proof_scene(&self, facts: &[Fact], collections: &[Collection], account: &AccountId) -> Scene {
        let mut facts = facts.to_vec();
        if !facts.iter().any(|fact| fact.kind == ACCOUNT && &fact.account == account) {
            // The rules are asked about the account, which is there whatever was read of it.
            let (kind, name) = (ACCOUNT.to_owned(), account.to_string());
            facts.push(Fact { account: account.clone(), region: None, kind, name, doc: json!({ "Id": account }) });
        }
        let regions: BTreeSet<String> = collections.iter().filter_map(|look| look.region.clone()).collect();
        Scene {
            index: FactIndex::new(&facts, collections),
            run_id: String::new(),
            snapshot_id: String::new(),
            snapshot_time: String::new(),
            phase: "proof".to_owned(),
            regions: regions.into_iter().collect(),
            target: None,
            target_management: self.target_management.clone(),
            moving: vec![(account.clone(), None)],
        }
    }
}
