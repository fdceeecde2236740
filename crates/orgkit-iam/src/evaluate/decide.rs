//! From what each group of policies says to a verdict.

use super::Verdict;
use super::evaluator::Evaluator;
use super::memo::Action;
use super::policies::PolicyKind;
use super::who::Naming;
use crate::condition::Truth;
use crate::principal::Principal;
use crate::request::Request;

/// Where it is noted what policies allow: the group, its kind, and for a resource policy how directly it names the caller.
pub(super) type Place = (usize, PolicyKind, Naming);

/// What each group of policies says of one request.
#[derive(Debug, Clone)]
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
    /// Nothing that allows so far. What groups allow is noted in `room`.
    pub(super) fn new(mut room: Vec<Truth>, denied: Truth, guardrails_only: bool) -> Self {
        let no = Truth::False;
        room.clear();
        Self { denied, allowed: room, granted: no, direct: no, role: no, account: no, guarded: Truth::True, guardrails_only }
    }

    /// Notes what a statement allows.
    pub(super) fn allow(&mut self, place: Place, fits: Truth) {
        if let Some(allowed) = self.place_of(place) {
            *allowed = allowed.or(fits);
        }
    }

    /// Where it is noted what a group of policies allows; a resource policy says it in three ways.
    fn place_of(&mut self, (group, kind, naming): Place) -> Option<&mut Truth> {
        match (kind, naming) {
            (PolicyKind::Resource, Naming::Direct) => Some(&mut self.direct),
            (PolicyKind::Resource, Naming::Role) => Some(&mut self.role),
            (PolicyKind::Resource, Naming::Account) => Some(&mut self.account),
            _ => self.allowed.get_mut(group),
        }
    }

    /// Whether it matters that this is not known: whether there is a way for everything else that is not known to turn out in which the call is let pass
    /// only if this allows it. To be asked where the verdict is [`Verdict::Unknown`].
    pub(super) fn hinge_on(&self, evaluator: &Evaluator, request: &Request, action: &Action, place: Place) -> bool {
        let is_open = |place: &Place| self.clone().place_of(*place).is_some_and(|truth| *truth == Truth::Unknown);
        let is_guard = |kind: PolicyKind| matches!(kind, PolicyKind::Scp | PolicyKind::Rcp | PolicyKind::Endpoint);
        if is_guard(place.1) || !is_open(&place) {
            return is_open(&place);
        }
        // At most six: identity, boundary, session, and three of the resource.
        let open: Vec<Place> = evaluator.places().filter(|one| !is_guard(one.1) && is_open(one)).collect();
        let granted = |ways: u32| {
            let mut gates = self.clone();
            for (bit, place) in open.iter().enumerate() {
                if let Some(truth) = gates.place_of(*place) {
                    *truth = (ways >> bit & 1 == 1).into();
                }
            }
            gates.place(evaluator, request, action);
            gates.granted
        };
        let Some(own) = open.iter().position(|one| *one == place).map(|bit| 1_u32 << bit) else { return false };
        (0..1_u32 << open.len()).any(|ways| ways & own == 0 && granted(ways) != granted(ways | own))
    }

    /// Whether a group of policies that allows nothing keeps the request from being granted. Within one account the resource's policy is asked for
    /// nothing where the caller's own policies suffice, and theirs are where the resource's policy names the caller's role.
    pub(super) fn is_missed(&self, request: &Request, action: &Action, (group, kind): (usize, PolicyKind)) -> bool {
        let silent = self.allowed.get(group) == Some(&Truth::False);
        let is_aws = matches!(request.principal, Principal::Aws(_));
        let same_account = request.is_same_account();
        match kind {
            PolicyKind::Scp | PolicyKind::Endpoint => silent,
            _ if self.granted == Truth::True => false,
            PolicyKind::Identity => silent && is_aws && !(same_account && self.role == Truth::True),
            PolicyKind::Boundary | PolicyKind::Session => silent && is_aws,
            PolicyKind::Resource => {
                let is_asked = !is_aws || !same_account || needs_resource_policy(request, &action.lower);
                is_asked && self.by_resource() == Truth::False
            }
            PolicyKind::Rcp => false,
        }
    }

    /// What the resource policy allows, however directly.
    fn by_resource(&self) -> Truth {
        self.direct.or(self.role).or(self.account)
    }

    /// Works out whether identity and resource policies together grant the request.
    ///
    /// Within one account either suffices, but role trust and key policies must themselves allow; across accounts both must. What a resource policy
    /// grants to a user, a session or everyone is not limited by what boundary and session policies leave out; what it grants to a role is.
    pub(super) fn place(&mut self, evaluator: &Evaluator, request: &Request, action: &Action) {
        self.guarded = Truth::True;
        for (group, allowed) in evaluator.groups.iter().zip(&self.allowed) {
            if matches!(group.kind, PolicyKind::Scp | PolicyKind::Endpoint) {
                self.guarded = self.guarded.and(*allowed);
            }
        }
        if self.guardrails_only {
            self.granted = Truth::True;
            return;
        }
        let (mut identity, mut limits) = (Truth::False, Truth::True);
        for (group, allowed) in evaluator.groups.iter().zip(&self.allowed) {
            match group.kind {
                PolicyKind::Identity => identity = *allowed,
                PolicyKind::Boundary | PolicyKind::Session => limits = limits.and(*allowed),
                PolicyKind::Scp | PolicyKind::Rcp | PolicyKind::Resource | PolicyKind::Endpoint => {}
            }
        }
        let identity = identity.and(limits);
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
    let is_of = |kind: &str| request.resource.splitn(6, ':').nth(5).is_some_and(|part| part.starts_with(kind));
    (lower_action.starts_with("sts:") && is_of("role/")) || (lower_action.starts_with("kms:") && is_of("key/"))
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
