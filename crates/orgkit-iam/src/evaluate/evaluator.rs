//! Policies made ready for many requests.

use super::decide::{Gates, Place, decide};
use super::exempt::{RcpServices, Reach};
use super::memo::{Action, Allows, Memo};
use super::policies::{Level, Policies, Policy, PolicyKind};
use super::statement::Ready;
use super::who::Naming;
use super::{Explanation, Verdict, explain};
use crate::condition::Truth;
use crate::document::Effect;
use crate::principal::{Principal, PrincipalKind};
use crate::request::Request;
use std::sync::Arc;

/// Policies made ready. It holds no request and can be shared between threads; each thread keeps a [`Memo`].
#[derive(Debug, Clone)]
pub struct Evaluator {
    pub(super) groups: Vec<Group>,
    pub(super) statements: Vec<Placed>,
    pub(super) services: RcpServices,
    /// By this a [`Memo`] knows whose it is. A clone has the same policies, and so the same.
    pub(super) identity: Arc<()>,
    /// Whether identity and resource policies are asked, or guardrails alone.
    guardrails_only: bool,
    pub(super) has_boundary: bool,
    has_session: bool,
    has_endpoint: bool,
}

/// Statements that allow together: those of one level of a chain, or of all identity policies.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) kind: PolicyKind,
    /// What the policies are attached to; empty where that says nothing.
    pub(super) target: Arc<str>,
}

/// A statement and where it comes from.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) ready: Ready,
    /// Index into the groups.
    pub(super) group: usize,
    pub(super) policy: Policy,
    /// Index into the policy's statements.
    pub(super) index: usize,
}

impl Evaluator {
    /// Makes policies ready.
    pub fn new(policies: &Policies) -> Self {
        Self::with_services(policies, RcpServices::default())
    }

    /// The same with a list of one's own of the services that resource control policies reach.
    pub fn with_services(policies: &Policies, services: RcpServices) -> Self {
        let mut evaluator = Self::guardrails(&policies.scps, &policies.rcps, services);
        evaluator.guardrails_only = false;
        evaluator.has_boundary = policies.boundary.is_some();
        evaluator.has_session = !policies.session.is_empty();
        evaluator.has_endpoint = !policies.endpoint.is_empty();
        evaluator.add(PolicyKind::Identity, "".into(), &policies.identity);
        evaluator.add(PolicyKind::Boundary, "".into(), policies.boundary.as_slice());
        evaluator.add(PolicyKind::Session, "".into(), &policies.session);
        evaluator.add(PolicyKind::Resource, "".into(), policies.resource.as_slice());
        evaluator.add(PolicyKind::Endpoint, "".into(), &policies.endpoint);
        evaluator
    }

    /// Guardrails alone: whether the chains let a request pass that the policies of caller and resource allow.
    pub fn guardrails(scps: &[Level], rcps: &[Level], services: RcpServices) -> Self {
        let mut evaluator = Self {
            groups: Vec::new(),
            statements: Vec::new(),
            services,
            identity: Arc::default(),
            guardrails_only: true,
            has_boundary: false,
            has_session: false,
            has_endpoint: false,
        };
        for level in scps {
            evaluator.add(PolicyKind::Scp, level.target.clone(), &level.policies);
        }
        for level in rcps {
            evaluator.add(PolicyKind::Rcp, level.target.clone(), &level.policies);
        }
        evaluator
    }

    fn add(&mut self, kind: PolicyKind, target: Arc<str>, policies: &[Policy]) {
        let group = self.groups.len();
        self.groups.push(Group { kind, target });
        for policy in policies {
            let language = policy.document.language();
            let statements = policy.document.statements.iter().enumerate().map(|(index, statement)| Placed {
                ready: Ready::new(statement, language),
                group,
                policy: policy.clone(),
                index,
            });
            self.statements.extend(statements);
        }
    }

    /// What the policies say of a request. About as fast as a few hash lookups; [`Self::explain`] says why.
    pub fn decide(&self, request: &Request, memo: &mut Memo) -> Verdict {
        let room = std::mem::take(&mut memo.room);
        // INVARIANT: the memo has what it was just asked for.
        let Some(action) = memo.action(self, &request.action) else { return Verdict::Unknown };
        let reach = Reach::new(self, request, action);
        let denied = self.denied(request, action, &reach);
        if denied == Truth::True {
            memo.room = room;
            return Verdict::ExplicitlyDenied;
        }
        let gates = self.gates(request, action, &reach, Gates::new(room, denied, self.guardrails_only));
        let verdict = decide(&gates);
        memo.room = gates.allowed;
        verdict
    }

    /// The same, with every statement that decided it and every key that it depends on.
    pub fn explain(&self, request: &Request) -> Explanation {
        let action = Action::new(self, &request.action);
        let reach = Reach::new(self, request, &action);
        let denied = self.denied(request, &action, &reach);
        let gates = self.gates(request, &action, &reach, Gates::new(Vec::new(), denied, self.guardrails_only));
        explain::explain(self, request, &action, &gates)
    }

    /// Every place at which it is noted what policies allow.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        let namings =
            |kind| if kind == PolicyKind::Resource { &[Naming::Direct, Naming::Role, Naming::Account][..] } else { &[Naming::Direct] };
        let groups = self.groups.iter().enumerate();
        groups.flat_map(move |(at, group)| namings(group.kind).iter().map(move |naming| (at, group.kind, *naming)))
    }

    /// The kind of the policies of a group.
    pub(super) fn kind(&self, group: usize) -> PolicyKind {
        // INVARIANT: every statement is of a group that is there.
        self.groups.get(group).map_or(PolicyKind::Identity, |group| group.kind)
    }

    /// Whether any statement denies a request.
    fn denied(&self, request: &Request, action: &Action, reach: &Reach<'_>) -> Truth {
        let mut denied = Truth::False;
        for placed in action.denies.iter().filter_map(|index| self.statements.get(*index)) {
            denied = denied.or(self.denies(placed, request, reach));
            if denied == Truth::True {
                break;
            }
        }
        denied
    }

    /// What each group of policies allows.
    fn gates(&self, request: &Request, action: &Action, reach: &Reach<'_>, mut gates: Gates) -> Gates {
        for (group, allows) in action.allows.iter().enumerate() {
            let kind = self.kind(group);
            let is_open = || match kind {
                PolicyKind::Scp => !reach.scps(),
                PolicyKind::Rcp => true,
                PolicyKind::Boundary => !self.has_boundary,
                PolicyKind::Session => !self.has_session && !is_federated_user(&request.principal),
                PolicyKind::Endpoint => !self.has_endpoint,
                PolicyKind::Identity => is_root(&request.principal),
                PolicyKind::Resource => false,
            };
            match allows {
                Allows::Always => gates.allowed.push(Truth::True),
                Allows::Where(_) if is_open() => gates.allowed.push(Truth::True),
                Allows::Where(statements) => {
                    gates.allowed.push(Truth::False);
                    statements.iter().for_each(|index| self.allow(*index, (group, kind), request, &mut gates));
                }
            }
        }
        gates.place(self, request, action);
        gates
    }

    /// Whether a statement that denies the action denies the request.
    fn denies(&self, placed: &Placed, request: &Request, reach: &Reach<'_>) -> Truth {
        let kind = self.kind(placed.group);
        // Conditions are quick to look at, and hold rarely; whom a statement names and reaches takes longer.
        let fits = placed.ready.fits(request);
        if fits == Truth::False || !reach.of(kind) || self.naming(placed, kind, request).is_none() { Truth::False } else { fits }
    }

    /// Notes what a statement that allows the action allows.
    fn allow(&self, index: usize, (group, kind): (usize, PolicyKind), request: &Request, gates: &mut Gates) {
        // What allows already need not be asked again, unless it matters how directly.
        if kind != PolicyKind::Resource && gates.allowed.get(group) == Some(&Truth::True) {
            return;
        }
        let Some(placed) = self.statements.get(index) else { return };
        if let Some(naming) = self.naming(placed, kind, request) {
            gates.allow((group, kind, naming), placed.ready.fits(request));
        }
    }

    /// How directly a statement names the caller; `None`: it does not speak about it. Policies of identities and service control policies have no `Principal`.
    pub(super) fn naming(&self, placed: &Placed, kind: PolicyKind, request: &Request) -> Option<Naming> {
        let deny = placed.ready.effect == Effect::Deny;
        match (kind, &placed.ready.who) {
            (PolicyKind::Resource, None) => deny.then_some(Naming::Direct),
            (PolicyKind::Resource | PolicyKind::Endpoint | PolicyKind::Rcp, Some(who)) if who.negated => {
                // A deny with `NotPrincipal` always denies a principal that has a boundary; an allow with it is not supported [IAM User Guide,
                // reference_policies_elements_notprincipal].
                let applies = self.has_boundary || !who.excepts(&request.principal, &request.context);
                (deny && applies).then_some(Naming::Direct)
            }
            (PolicyKind::Resource | PolicyKind::Endpoint | PolicyKind::Rcp, Some(who)) => who.names(&request.principal, &request.context),
            _ => Some(Naming::Direct),
        }
    }
}

pub(super) fn is_root(principal: &Principal) -> bool {
    matches!(principal, Principal::Aws(one) if one.kind == PrincipalKind::Root)
}

/// A federated user has what the policies passed with the session allow, and nothing when none was passed [IAM User Guide,
/// id_credentials_temp_control-access_getfederationtoken].
fn is_federated_user(principal: &Principal) -> bool {
    matches!(principal, Principal::Aws(one) if matches!(one.kind, PrincipalKind::FederatedUser(_)))
}
