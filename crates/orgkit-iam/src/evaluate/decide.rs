//! From what each group of policies says to a verdict.

use super::Verdict;
use super::evaluator::{Action, Evaluator};
use super::policies::PolicyKind;
use super::who::Naming;
use crate::condition::Truth;
use crate::principal::Principal;
use crate::request::Request;

/// What each group of policies says of one request.
#[derive(Debug)]
pub(super) struct Gates {
    /// Whether any statement denies it.
    pub(super) denied: Truth,
    /// Whether each group allows it, in the evaluator's order of groups. The resource policy's place says whether caller and resource together are allowed.
    pub(super) allowed: Vec<Truth>,
    /// Whether identity or resource policies grant it, in the way that the caller needs.
    pub(super) granted: Truth,
    /// What a resource policy allows to the caller itself, to its role, and to its account.
    direct: Truth,
    role: Truth,
    account: Truth,
    /// Whether every level of the service control policies, and the VPC endpoint, let it pass.
    pub(super) guarded: Truth,
    guardrails_only: bool,
}

impl Gates {
    pub(super) fn new(groups: usize, guardrails_only: bool) -> Self {
        let no = Truth::False;
        Self {
            denied: no,
            allowed: vec![no; groups],
            granted: no,
            direct: no,
            role: no,
            account: no,
            guarded: Truth::True,
            guardrails_only,
        }
    }

    /// Notes what a resource policy allows.
    pub(super) fn grant(&mut self, naming: Naming, fits: Truth) {
        let grant = match naming {
            Naming::Direct => &mut self.direct,
            Naming::Role => &mut self.role,
            Naming::Account => &mut self.account,
        };
        *grant = grant.or(fits);
    }

    /// What the resource policy allows, however directly.
    pub(super) fn by_resource(&self) -> Truth {
        self.direct.or(self.role).or(self.account)
    }

    /// Works out whether identity and resource policies together grant the request.
    ///
    /// Within one account either suffices, but role trust and key policies must themselves allow; across accounts both must. What a resource policy
    /// grants to a user, a session or everyone is not limited by what boundary and session policies leave out; what it grants to a role is.
    pub(super) fn place(&mut self, evaluator: &Evaluator, request: &Request, action: &Action) {
        for (group, allowed) in evaluator.groups.iter().zip(&self.allowed) {
            if matches!(group.kind, PolicyKind::Scp | PolicyKind::Endpoint) {
                self.guarded = self.guarded.and(*allowed);
            }
        }
        if self.guardrails_only {
            self.granted = Truth::True;
            return;
        }
        let of = |kind: PolicyKind| {
            let at = evaluator.groups.iter().position(|group| group.kind == kind);
            at.and_then(|at| self.allowed.get(at)).copied().unwrap_or(Truth::False)
        };
        let limits = of(PolicyKind::Boundary).and(of(PolicyKind::Session));
        let identity = of(PolicyKind::Identity).and(limits);
        self.granted = match &request.principal {
            Principal::Anonymous | Principal::Service(_) | Principal::Federated(_) => self.direct,
            Principal::Aws(_) if !request.is_same_account() => identity.and(self.by_resource()),
            Principal::Aws(_) => {
                let by_identity = if needs_resource_policy(request, &action.lower) { identity.and(self.account) } else { identity };
                by_identity.or(self.direct).or(self.role.and(limits))
            }
        };
    }
}

/// Whether a resource policy must allow even within one account: a role's trust policy and a key's policy
/// [IAM User Guide, reference_policies_evaluation-logic].
fn needs_resource_policy(request: &Request, lower_action: &str) -> bool {
    let part = request.resource.splitn(6, ':').nth(5).unwrap_or_default();
    (lower_action.starts_with("sts:") && part.starts_with("role/")) || (lower_action.starts_with("kms:") && part.starts_with("key/"))
}

/// An explicit deny wins; then everything must allow. What is denied either way is denied, whatever is unknown.
pub(super) fn decide(gates: &Gates) -> Verdict {
    if gates.denied == Truth::True {
        return Verdict::ExplicitlyDenied;
    }
    match (gates.granted.and(gates.guarded), gates.denied) {
        (Truth::False, _) => Verdict::ImplicitlyDenied,
        (Truth::True, Truth::False) => Verdict::Allowed,
        _ => Verdict::Unknown,
    }
}
