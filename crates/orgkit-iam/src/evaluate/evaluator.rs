//! Policies made ready for many requests.

use super::decide::{Gates, Place, decide};
use super::exempt::{RcpServices, rcps_reach, scps_reach};
use super::policies::{Level, Policies, Policy, PolicyKind};
use super::statement::Ready;
use super::who::Naming;
use super::{Explanation, Verdict, explain};
use crate::condition::Truth;
use crate::document::Effect;
use crate::principal::{Principal, PrincipalKind};
use crate::request::Request;
use std::collections::HashMap;
use std::sync::Arc;

/// How many actions a [`Memo`] remembers before it begins anew. AWS has about 22,000.
const MEMO_ACTIONS: usize = 65_536;

/// Policies made ready. It holds no request and can be shared between threads; each thread keeps a [`Memo`].
#[derive(Debug, Clone)]
pub struct Evaluator {
    pub(super) groups: Vec<Group>,
    pub(super) statements: Vec<Placed>,
    services: RcpServices,
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

/// What is remembered between requests: which statements speak about an action.
#[derive(Debug, Clone, Default)]
pub struct Memo {
    actions: HashMap<Box<str>, Arc<Action>, foldhash::fast::FixedState>,
}

/// An action, and which statements speak about it.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) lower: Box<str>,
    pub(super) statements: Box<[usize]>,
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
        let action = self.action(&request.action, memo);
        let gates = self.gates(request, &action);
        decide(&gates)
    }

    /// The same, with every statement that decided it and every key that it depends on.
    pub fn explain(&self, request: &Request) -> Explanation {
        let action = self.action(&request.action, &mut Memo::default());
        let gates = self.gates(request, &action);
        explain::explain(self, request, &action, &gates)
    }

    pub(super) fn action(&self, action: &str, memo: &mut Memo) -> Arc<Action> {
        if let Some(known) = memo.actions.get(action) {
            return Arc::clone(known);
        }
        let lower = action.to_ascii_lowercase().into_boxed_str();
        let statements = self.statements.iter().enumerate().filter(|(_, placed)| placed.ready.is_about(&lower)).map(|(index, _)| index);
        let found = Arc::new(Action { statements: statements.collect(), lower });
        if memo.actions.len() >= MEMO_ACTIONS {
            memo.actions.clear();
        }
        memo.actions.insert(action.into(), Arc::clone(&found));
        found
    }

    /// Every place at which it is noted what policies allow.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        let namings =
            |kind| if kind == PolicyKind::Resource { &[Naming::Direct, Naming::Role, Naming::Account][..] } else { &[Naming::Direct] };
        let groups = self.groups.iter().enumerate();
        groups.flat_map(move |(at, group)| namings(group.kind).iter().map(move |naming| (at, group.kind, *naming)))
    }

    /// Whether the policies of a kind have a say in a request.
    pub(super) fn reaches(&self, kind: PolicyKind, request: &Request, action: &Action) -> bool {
        match kind {
            PolicyKind::Scp => scps_reach(request),
            PolicyKind::Rcp => rcps_reach(request, &action.lower, &self.services),
            _ => true,
        }
    }

    fn gates(&self, request: &Request, action: &Action) -> Gates {
        let scps_reach = scps_reach(request);
        let rcps_reach = rcps_reach(request, &action.lower, &self.services);
        let mut gates = Gates::new(self.groups.len(), self.guardrails_only);
        for (group, allowed) in self.groups.iter().zip(&mut gates.allowed) {
            let open = match group.kind {
                PolicyKind::Scp => !scps_reach,
                PolicyKind::Rcp => true,
                PolicyKind::Boundary => !self.has_boundary,
                PolicyKind::Session => !self.has_session && !is_federated_user(&request.principal),
                PolicyKind::Endpoint => !self.has_endpoint,
                PolicyKind::Identity => is_root(&request.principal),
                PolicyKind::Resource => false,
            };
            *allowed = open.into();
        }
        for index in action.statements.iter() {
            let Some(placed) = self.statements.get(*index) else { continue };
            let kind = self.groups.get(placed.group).map_or(PolicyKind::Identity, |group| group.kind);
            if (kind == PolicyKind::Scp && !scps_reach) || (kind == PolicyKind::Rcp && !rcps_reach) {
                continue;
            }
            self.weigh(placed, kind, request, &mut gates);
        }
        gates.place(self, request, action);
        gates
    }

    fn weigh(&self, placed: &Placed, kind: PolicyKind, request: &Request, gates: &mut Gates) {
        let deny = placed.ready.effect == Effect::Deny;
        // What allows already need not be asked again, unless it matters how directly.
        let settled = if deny { gates.denied == Truth::True } else { gates.allowed.get(placed.group) == Some(&Truth::True) };
        if settled && kind != PolicyKind::Resource {
            return;
        }
        let Some(naming) = self.naming(placed, kind, request) else { return };
        let fits = placed.ready.fits(request);
        if deny {
            gates.denied = gates.denied.or(fits);
        } else {
            gates.allow((placed.group, kind, naming), fits);
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
                let applies = self.has_boundary || who.applies(&request.principal, &request.context) == Truth::True;
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
