//! Where accounts stand and where they will stand, as the comparison of calls asks it: the chains of policies above them.

use crate::PolicyProposal;
use crate::chains::{Chains, Documents};
use orgkit_iam::compare::{Organization, Place, Seat};
use orgkit_iam::{Level, Policy};
use orgkit_model::{AccountId, Estate, OrganizationSnapshot, PolicyType};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The organizations of an estate with their policies parsed, each document once.
#[derive(Debug)]
pub(super) struct Places<'a> {
    target: Chains<'a>,
    /// By id.
    organizations: BTreeMap<String, Arc<Organization>>,
    /// The guardrails that the plan adds to the target, by the unit that they are attached to.
    added: BTreeMap<&'a [String], Vec<(PolicyType, Policy)>>,
    full_access: Policy,
    /// Policies that cannot be read, by organization and name.
    pub(super) unreadable: Vec<String>,
}

impl<'a> Places<'a> {
    /// The places of an estate, with what hardening steps propose for the target.
    pub(super) fn of(estate: &'a Estate, proposals: &'a [PolicyProposal]) -> Self {
        let mut documents = Documents::default();
        let target = Chains::of(&estate.target, &mut documents);
        let sources: Vec<Chains<'_>> = estate.sources.iter().map(|source| Chains::of(source, &mut documents)).collect();
        let mut added: BTreeMap<&[String], Vec<(PolicyType, Policy)>> = BTreeMap::new();
        for proposal in proposals.iter().filter(|proposal| !is_there(&estate.target, proposal)) {
            if let Some(policy) = documents.parse(estate.target.organization.id.as_str(), &proposal.name, &proposal.content) {
                added.entry(&proposal.unit).or_default().push((proposal.kind, policy));
            }
        }
        let all = std::iter::once(&target).chain(&sources);
        let organizations = all.map(|chains| (chains.snapshot.organization.id.to_string(), Arc::new(chains.organization()))).collect();
        let unreadable = documents.unreadable().iter().map(|one| format!("`{}` of {}", one.name, one.organization));
        let unreadable: BTreeSet<String> = unreadable.collect();
        Self { target, organizations, added, full_access: Policy::full_aws_access(), unreadable: unreadable.into_iter().collect() }
    }

    /// Every organization that is known.
    pub(super) fn organizations(&self) -> Vec<Arc<Organization>> {
        self.organizations.values().cloned().collect()
    }

    /// Where an account stands now: in the source that has it, or alone.
    pub(super) fn now(&self, estate: &Estate, account: &AccountId) -> Place {
        let organization = estate.source_of(account).and_then(|source| self.organizations.get(source.organization.id.as_str()));
        organization.map_or_else(Place::standalone, |organization| Place::of(organization, account.as_str()))
    }

    /// Where an account will stand in a unit of the target, once the plan's guardrails are attached. A unit that the plan makes has what AWS attaches to
    /// every new unit.
    pub(super) fn then(&self, unit: &[String]) -> Place {
        let snapshot = self.target.snapshot;
        let (mut scps, mut rcps) = (Vec::new(), Vec::new());
        let mut path = format!("{}/{}/", snapshot.organization.id, snapshot.root);
        for length in 0..=unit.len() {
            let names = unit.get(..length).unwrap_or_default();
            let id =
                if names.is_empty() { Some(snapshot.root.to_string()) } else { snapshot.unit_at(names).map(|unit| unit.id.to_string()) };
            let (mut scp, mut rcp) = match &id {
                Some(id) => {
                    (self.target.level(PolicyType::ServiceControlPolicy, id), self.target.level(PolicyType::ResourceControlPolicy, id))
                }
                None => (self.level_of_new(&names.join("/")), Level { target: names.join("/").into(), policies: Vec::new() }),
            };
            for (kind, policy) in self.added.get(names).into_iter().flatten() {
                let level = if *kind == PolicyType::ServiceControlPolicy { &mut scp } else { &mut rcp };
                level.policies.push(policy.clone());
            }
            scps.push(scp);
            rcps.push(rcp);
            if !names.is_empty() {
                path.push_str(id.as_deref().unwrap_or("ou-to-be-made"));
                path.push('/');
            }
        }
        scps.push(self.level_of_new("account"));
        let organization = self.organizations.get(snapshot.organization.id.as_str()).cloned();
        Place { organization, seat: Seat { path, scps: if self.has_scps() { scps } else { Vec::new() }, rcps } }
    }

    fn level_of_new(&self, name: &str) -> Level {
        Level { target: name.into(), policies: vec![self.full_access.clone()] }
    }

    /// Whether the target has SCPs, or will have.
    fn has_scps(&self) -> bool {
        self.target.has_scps() || self.added.values().flatten().any(|(kind, _)| *kind == PolicyType::ServiceControlPolicy)
    }
}

/// Whether a proposed policy is attached where it is to be.
fn is_there(target: &OrganizationSnapshot, proposal: &PolicyProposal) -> bool {
    let unit = if proposal.unit.is_empty() {
        Some(target.root.to_string())
    } else {
        target.unit_at(&proposal.unit).map(|unit| unit.id.to_string())
    };
    let attached = |unit: &String| target.policies.iter().any(|policy| policy.name == proposal.name && policy.targets.contains(unit));
    unit.as_ref().is_some_and(attached)
}
