//! The chains of policies above the accounts of an organization, as the comparison of calls asks for them.

use orgkit_iam::compare::{Organization, Seat};
use orgkit_iam::{Document, Level, ParseError, Policy};
use orgkit_model::{AccountId, OrganizationSnapshot, PolicyType};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Parses each document once: the same policy stands in many places. What cannot be parsed is kept by name.
#[derive(Debug, Default)]
pub struct Documents {
    known: BTreeMap<String, Arc<Document>>,
    unreadable: Vec<UnreadablePolicy>,
}

/// A policy whose document cannot be read: nobody can say what it allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policy `{name}` of {organization} cannot be read")]
pub struct UnreadablePolicy {
    /// The organization's id.
    pub organization: String,
    /// The policy's name.
    pub name: String,
    /// What is wrong with it.
    #[source]
    pub source: ParseError,
}

impl Documents {
    /// A policy with its document, unless that cannot be read.
    pub fn parse(&mut self, organization: &str, name: &str, content: &str) -> Option<Policy> {
        if let Some(document) = self.known.get(content) {
            return Some(Policy { name: name.into(), document: Arc::clone(document) });
        }
        match Document::parse(content) {
            Ok(document) => {
                let policy = Policy::new(name, document);
                self.known.insert(content.to_owned(), Arc::clone(&policy.document));
                Some(policy)
            }
            Err(source) => {
                self.unreadable.push(UnreadablePolicy { organization: organization.to_owned(), name: name.to_owned(), source });
                None
            }
        }
    }

    /// What could not be read so far.
    pub fn unreadable(&self) -> &[UnreadablePolicy] {
        &self.unreadable
    }
}

/// An organization with its policies parsed.
#[derive(Debug)]
pub struct Chains<'a> {
    /// The organization.
    pub snapshot: &'a OrganizationSnapshot,
    policies: Vec<Attached<'a>>,
}

#[derive(Debug)]
struct Attached<'a> {
    kind: PolicyType,
    policy: Policy,
    targets: &'a [String],
}

impl<'a> Chains<'a> {
    /// Parses the policies of an organization; those that cannot be read are left out, and named by `documents`.
    pub fn of(snapshot: &'a OrganizationSnapshot, documents: &mut Documents) -> Self {
        let id = snapshot.organization.id.as_str();
        let attached = snapshot.policies.iter().filter_map(|policy| {
            let parsed = documents.parse(id, &policy.name, &policy.content)?;
            Some(Attached { kind: policy.kind, policy: parsed, targets: &policy.targets })
        });
        Self { snapshot, policies: attached.collect() }
    }

    /// What is attached to one root, unit or account.
    pub fn level(&self, kind: PolicyType, target: &str) -> Level {
        let here = self.policies.iter().filter(|one| one.kind == kind && one.targets.iter().any(|at| at == target));
        Level { target: target.into(), policies: here.map(|one| one.policy.clone()).collect() }
    }

    /// Whether SCPs are in use. With that policy type switched on, AWS keeps one attached everywhere
    /// [AWS Organizations User Guide, orgs_manage_policies_scps].
    pub fn has_scps(&self) -> bool {
        self.policies.iter().any(|one| one.kind == PolicyType::ServiceControlPolicy)
    }

    /// The seat below some ids, from the root down: root, units, and the account where it is a member.
    pub fn seat_under(&self, ids: &[String]) -> Seat {
        let above = ids.iter().filter(|id| id.starts_with("r-") || id.starts_with("ou-"));
        let path = above.fold(format!("{}/", self.snapshot.organization.id), |path, id| path + id + "/");
        let chain = |kind| ids.iter().map(|id| self.level(kind, id)).collect::<Vec<_>>();
        let scps = if self.has_scps() { chain(PolicyType::ServiceControlPolicy) } else { Vec::new() };
        Seat { path, scps, rcps: chain(PolicyType::ResourceControlPolicy) }
    }

    /// The whole organization. No guardrail reaches the management account.
    pub fn organization(&self) -> Organization {
        let organization = &self.snapshot.organization;
        let seat = |account: &AccountId| {
            let seat = self.seat_under(&self.snapshot.lineage(account));
            if *account == organization.management_account { Seat { path: seat.path, ..Seat::default() } } else { seat }
        };
        let members = self.snapshot.accounts.keys().map(|account| (account.to_string(), seat(account)));
        Organization {
            id: organization.id.to_string(),
            management: organization.management_account.to_string(),
            members: members.collect(),
        }
    }
}
