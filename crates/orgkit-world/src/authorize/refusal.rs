//! A refusal in AWS's words [IAM User Guide, troubleshoot_access-denied].

use super::cache::Ready;
use super::set::Set;
use orgkit_iam::{Explanation, PolicyKind, Request, Role, Verdict};

/// Why an action is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    explicit: bool,
    words: String,
}

impl Refusal {
    /// Whether a statement denies it.
    pub(super) fn is_explicit(&self) -> bool {
        self.explicit
    }

    /// The part of AWS's sentence behind the action.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }
}

/// The refusal of a call that a set of policies does not allow for certain.
pub(super) fn of(ready: &Ready, call: &Request, set: &Set<'_>) -> Refusal {
    let why = ready.explain(call);
    let because = match why.verdict {
        Verdict::ExplicitlyDenied => format!("with an explicit deny in {}", with_article(kind_of(&why, Role::Denies), call)),
        Verdict::ImplicitlyDenied => nothing_allows(&why, call, set),
        Verdict::Allowed | Verdict::Unknown => cannot_tell(ready, &why, call),
    };
    Refusal { explicit: why.verdict == Verdict::ExplicitlyDenied, words: format!("on resource: {} {because}", call.resource) }
}

/// The kind of the first policy that plays a part.
fn kind_of(why: &Explanation, role: Role) -> PolicyKind {
    let kinds = why.reasons.iter().filter(|reason| reason.role == role).map(|reason| reason.kind);
    kinds.min().unwrap_or(PolicyKind::Identity)
}

fn nothing_allows(why: &Explanation, call: &Request, set: &Set<'_>) -> String {
    let kind = why.blocked_by.first().copied().unwrap_or(PolicyKind::Identity);
    let action = &call.action;
    if kind == PolicyKind::Identity && !set.unknown.is_empty() {
        let unknown = set.unknown.join(" and ");
        return format!("because it is not known whether {unknown} allows the {action} action, and no other identity-based policy does");
    }
    format!("because no {} allows the {action} action", name(kind, call))
}

/// What AWS knows and this simulation does not.
fn cannot_tell(ready: &Ready, why: &Explanation, call: &Request) -> String {
    if let Some((kind, policy)) = ready.unreadable().filter(|_| why.verdict == Verdict::Allowed) {
        return format!("because it is not known what the {} {policy} says", name(*kind, call));
    }
    let kind = why.blocked_by.first().copied().unwrap_or(PolicyKind::Identity);
    let keys = if why.unknown_keys.is_empty() { "something".to_owned() } else { why.unknown_keys.join(" and ") };
    format!("because {} depends on {keys}, which is not known", with_article(kind, call))
}

/// AWS's name for a kind of policy. The policy of a role is its trust policy.
fn name(kind: PolicyKind, call: &Request) -> &'static str {
    match kind {
        PolicyKind::Scp => "service control policy",
        PolicyKind::Rcp => "resource control policy",
        PolicyKind::Identity => "identity-based policy",
        PolicyKind::Boundary => "permissions boundary",
        PolicyKind::Session => "session policy",
        PolicyKind::Resource if call.action.starts_with("sts:") => "role trust policy",
        PolicyKind::Resource => "resource-based policy",
        PolicyKind::Endpoint => "VPC endpoint policy",
    }
}

fn with_article(kind: PolicyKind, call: &Request) -> String {
    let article = match kind {
        PolicyKind::Identity => "an",
        PolicyKind::Resource if call.action.starts_with("sts:") => "the",
        _ => "a",
    };
    format!("{article} {}", name(kind, call))
}
