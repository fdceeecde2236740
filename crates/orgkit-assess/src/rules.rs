//! Runs the rules of packs over facts: findings, proofs, placements and proposals come out.

mod judge;
mod placements;
mod proofs;
mod proposals;
mod scene;
mod wording;

pub use judge::sort_findings;
pub use placements::PlacementDecision;
pub use proposals::PolicyProposal;

use crate::AssessError;
use orgkit_model::{AccountId, Digest, FactKind};
use orgkit_packs::{ComponentFile, PackSet, Rule, RuleKind};
use orgkit_plugin_host::{Component, Host, Limits, Templates};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The rules of packs with their components, compiled.
#[derive(Debug)]
pub struct RuleRunner {
    packs: Arc<PackSet>,
    /// By pack and name.
    components: BTreeMap<(String, String), Component>,
    target_management: Option<AccountId>,
}

impl RuleRunner {
    /// Compiles the components of packs. Fails if one of them cannot be used at all.
    pub fn new(packs: PackSet) -> Result<Self, AssessError> {
        let host = Host::new(Limits::default()).map_err(|source| AssessError::Sandbox { source })?;
        let mut components = BTreeMap::new();
        for ComponentFile { pack, name, file, bytes } in packs.components() {
            let component = host.load(&format!("{pack}/{file}"), bytes).map_err(|source| AssessError::Component {
                pack: pack.to_owned(),
                component: name.to_owned(),
                source,
            })?;
            components.insert((pack.to_owned(), name.to_owned()), component);
        }
        let runner = Self { packs: Arc::new(packs), components, target_management: None };
        for rule in runner.packs.rules() {
            runner.component(rule)?;
        }
        Ok(runner)
    }

    /// Tells proofs which account manages the target, so that they take no other organization's trail for the target's.
    #[must_use]
    pub fn with_target_management(mut self, account: AccountId) -> Self {
        self.target_management = Some(account);
        self
    }

    /// The packs.
    pub fn packs(&self) -> &PackSet {
        &self.packs
    }

    /// The digest over the packs and the parameters of their rules.
    pub fn digest(&self) -> Digest {
        self.packs.digest()
    }

    /// The kinds of fact that the rules need, sorted.
    pub fn fact_kinds(&self) -> Vec<FactKind> {
        self.packs.fact_kinds().into_iter().collect()
    }

    /// The kinds of fact that proofs need, sorted.
    pub fn proof_kinds(&self) -> Vec<FactKind> {
        let kinds: BTreeSet<&str> = self.packs.rules().iter().filter(|rule| rule.proof).flat_map(Rule::kinds).collect();
        kinds.into_iter().map(str::to_owned).collect()
    }

    fn rules(&self, kind: RuleKind) -> impl Iterator<Item = &Rule> {
        self.packs.rules().iter().filter(move |rule| rule.kind == kind)
    }

    /// The component that has a rule.
    fn component(&self, rule: &Rule) -> Result<&Component, AssessError> {
        let component = self.components.get(&(rule.pack.clone(), rule.component.clone()));
        let has = |component: &&Component| match rule.kind {
            RuleKind::Check => component.exports().check,
            RuleKind::LogCheck => component.exports().route_check,
            RuleKind::Step => component.exports().step,
            RuleKind::Enrollment => component.exports().enrollment,
        };
        component.filter(has).ok_or_else(|| AssessError::NoExport { rule: rule.id.clone(), kind: rule.kind.as_str() })
    }

    fn templates(&self, rule: &Rule) -> Arc<dyn Templates> {
        Arc::new(PackTemplates { packs: Arc::clone(&self.packs), pack: rule.pack.clone() })
    }
}

/// A pack's templates, for its own rules only.
struct PackTemplates {
    packs: Arc<PackSet>,
    pack: String,
}

impl Templates for PackTemplates {
    fn render(&self, name: &str, vars: &[(String, String)]) -> Result<String, String> {
        self.packs.render(&self.pack, name, vars).map_err(|error| format!("template `{name}`: {error}"))
    }
}
