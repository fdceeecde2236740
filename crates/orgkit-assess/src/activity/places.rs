//! Where accounts stand and where they will stand, as the comparison of calls asks it: the chains of policies above them.

use crate::PolicyProposal;
use orgkit_iam::compare::{Organization, Place, Seat};
use orgkit_iam::{Document, Level, Policy};
use orgkit_model::{AccountId, Estate, OrganizationSnapshot, PolicyType};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What AWS attaches to every new unit and account [AWS Organizations User Guide, orgs_manage_policies_scps].
const FULL_AWS_ACCESS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

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
        let mut parser = Parser::default();
        let target = Chains::of(&estate.target, &mut parser);
        let sources: Vec<Chains<'_>> = estate.sources.iter().map(|source| Chains::of(source, &mut parser)).collect();
        let mut added: BTreeMap<&[String], Vec<(PolicyType, Policy)>> = BTreeMap::new();
        for proposal in proposals.iter().filter(|proposal| !is_there(&estate.target, proposal)) {
            if let Some(policy) = parser.parse(estate.target.organization.id.as_str(), &proposal.name, &proposal.content) {
                added.entry(&proposal.unit).or_default().push((proposal.kind, policy));
            }
        }
        // INVARIANT: a constant that is a policy.
        #[expect(clippy::expect_used, reason = "stated invariant")]
        let full_access = Policy::new("FullAWSAccess", Document::parse(FULL_AWS_ACCESS).expect("a constant policy"));
        let all = std::iter::once(&target).chain(&sources);
        let organizations = all.map(|chains| (chains.snapshot.organization.id.to_string(), Arc::new(chains.organization()))).collect();
        Self { target, organizations, added, full_access, unreadable: parser.unreadable.into_iter().collect() }
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
        let is_scp = |kind: PolicyType| kind == PolicyType::ServiceControlPolicy;
        self.target.policies.iter().any(|one| is_scp(one.kind)) || self.added.values().flatten().any(|(kind, _)| is_scp(*kind))
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

/// An organization with its policies parsed.
#[derive(Debug)]
struct Chains<'a> {
    snapshot: &'a OrganizationSnapshot,
    policies: Vec<Attached<'a>>,
}

#[derive(Debug)]
struct Attached<'a> {
    kind: PolicyType,
    policy: Policy,
    targets: &'a [String],
}

impl<'a> Chains<'a> {
    fn of(snapshot: &'a OrganizationSnapshot, parser: &mut Parser) -> Self {
        let id = snapshot.organization.id.as_str();
        let attached = snapshot.policies.iter().filter_map(|policy| {
            let parsed = parser.parse(id, &policy.name, &policy.content)?;
            Some(Attached { kind: policy.kind, policy: parsed, targets: &policy.targets })
        });
        Self { snapshot, policies: attached.collect() }
    }

    /// What is attached to one root, unit or account.
    fn level(&self, kind: PolicyType, target: &str) -> Level {
        let here = self.policies.iter().filter(|one| one.kind == kind && one.targets.iter().any(|at| at == target));
        Level { target: target.into(), policies: here.map(|one| one.policy.clone()).collect() }
    }

    fn organization(&self) -> Organization {
        let management = &self.snapshot.organization.management_account;
        let members = self.snapshot.accounts.keys().map(|account| (account.to_string(), self.seat(account, account == management)));
        Organization { id: self.snapshot.organization.id.to_string(), management: management.to_string(), members: members.collect() }
    }

    /// The seat of a member; no guardrail reaches the management account.
    fn seat(&self, account: &AccountId, is_management: bool) -> Seat {
        let lineage = self.snapshot.lineage(account);
        let above = lineage.iter().filter(|id| *id != account.as_str()).map(String::as_str);
        let path = std::iter::once(self.snapshot.organization.id.as_str()).chain(above).fold(String::new(), |path, id| path + id + "/");
        let chain = |kind| lineage.iter().map(|id| self.level(kind, id)).collect::<Vec<_>>();
        let has_scps = self.policies.iter().any(|one| one.kind == PolicyType::ServiceControlPolicy);
        let scps = if is_management || !has_scps { Vec::new() } else { chain(PolicyType::ServiceControlPolicy) };
        let rcps = if is_management { Vec::new() } else { chain(PolicyType::ResourceControlPolicy) };
        Seat { path, scps, rcps }
    }
}

/// Parses each document once, and keeps the names of those that cannot be parsed.
#[derive(Debug, Default)]
struct Parser {
    known: BTreeMap<String, Arc<Document>>,
    unreadable: BTreeSet<String>,
}

impl Parser {
    fn parse(&mut self, organization: &str, name: &str, content: &str) -> Option<Policy> {
        if let Some(document) = self.known.get(content) {
            return Some(Policy { name: name.into(), document: Arc::clone(document) });
        }
        let Ok(document) = Document::parse(content) else {
            self.unreadable.insert(format!("`{name}` of {organization}"));
            return None;
        };
        let policy = Policy::new(name, document);
        self.known.insert(content.to_owned(), Arc::clone(&policy.document));
        Some(policy)
    }
}
