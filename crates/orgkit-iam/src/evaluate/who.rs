//! Whether a `Principal` element speaks about a caller, and how directly.

use crate::context::{Context, ContextValue};
use crate::document::{PrincipalElement, Principals};
use crate::principal::{AwsPrincipal, Principal, PrincipalKind, is_account};

/// How directly a caller is named. What a resource policy grants depends on it [IAM User Guide, reference_policies_evaluation-logic].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Naming {
    /// By its account, which only delegates to that account's own policies.
    Account,
    /// By its role's ARN: boundary and session policies still limit it.
    Role,
    /// Itself, or everyone.
    Direct,
}

/// A `Principal` element made ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) negated: bool,
    named: Vec<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Everyone,
    EveryService,
    EveryIdentity,
    Account(String),
    Aws(Principal),
    Service(String),
    Federated(String),
}

impl Who {
    pub(crate) fn new(element: &PrincipalElement) -> Self {
        let named = match &element.who {
            Principals::Bare(text) if text.value == "*" => vec![Name::Everyone],
            Principals::Bare(_) => Vec::new(),
            Principals::ByType(types) => {
                types.iter().flat_map(|(kind, values)| values.iter().filter_map(|value| name(&kind.value, value))).collect()
            }
        };
        Self { negated: element.negated, named }
    }

    /// Whether it names everyone.
    pub(crate) fn is_everyone(&self) -> bool {
        !self.negated && self.named.contains(&Name::Everyone)
    }

    /// The most direct way in which a caller is named.
    pub(crate) fn names(&self, caller: &Principal, context: &Context) -> Option<Naming> {
        self.named.iter().filter_map(|name| name.naming(caller, context)).max()
    }

    /// Whether `NotPrincipal` leaves a caller out. An account in that list is its root user, not everybody in it
    /// [IAM User Guide, reference_policies_elements_notprincipal].
    pub(crate) fn excepts(&self, caller: &Principal, context: &Context) -> bool {
        self.named.iter().any(|name| match name {
            Name::Account(account) => matches!(caller, Principal::Aws(one) if one.kind == PrincipalKind::Root && one.account == *account),
            name => name.naming(caller, context).is_some(),
        })
    }
}

fn name(kind: &str, value: &str) -> Option<Name> {
    Some(match kind {
        "AWS" if value == "*" => Name::Everyone,
        "AWS" if is_account(value) => Name::Account(value.to_owned()),
        "AWS" => match Principal::parse(value) {
            Principal::Aws(one) if one.kind == PrincipalKind::Root => Name::Account(one.account),
            principal @ Principal::Aws(_) => Name::Aws(principal),
            // An id such as AROA…: what is left of a principal that was deleted.
            _ => return None,
        },
        "Service" if value == "*" => Name::EveryService,
        "Service" => Name::Service(value.to_owned()),
        "Federated" if value == "*" => Name::EveryIdentity,
        "Federated" => Name::Federated(value.to_owned()),
        _ => return None,
    })
}

impl Name {
    fn naming(&self, caller: &Principal, context: &Context) -> Option<Naming> {
        match (self, caller) {
            (Self::Everyone, _) | (Self::EveryService, Principal::Service(_)) | (Self::EveryIdentity, Principal::Federated(_)) => {
                Some(Naming::Direct)
            }
            (Self::Service(name), Principal::Service(caller)) => (name == caller).then_some(Naming::Direct),
            (Self::Federated(name), Principal::Federated(caller)) => (name == caller).then_some(Naming::Direct),
            (Self::Account(account), Principal::Aws(caller)) => {
                let naming = if caller.kind == PrincipalKind::Root { Naming::Direct } else { Naming::Account };
                (*account == caller.account).then_some(naming)
            }
            (Self::Aws(Principal::Aws(named)), Principal::Aws(caller)) => aws(named, caller, context),
            _ => None,
        }
    }
}

fn aws(named: &AwsPrincipal, caller: &AwsPrincipal, context: &Context) -> Option<Naming> {
    if named.arn == caller.arn {
        return Some(if matches!(named.kind, PrincipalKind::Role(_)) { Naming::Role } else { Naming::Direct });
    }
    let (PrincipalKind::Role(named_path), PrincipalKind::Session { role, .. }) = (&named.kind, &caller.kind) else { return None };
    // A session's ARN leaves the role's path out; `aws:PrincipalArn` has it.
    let same = match context.get("aws:principalarn") {
        ContextValue::One(arn) if arn.contains(":role/") => *arn == named.arn,
        _ => named.account == caller.account && named_path.rsplit('/').next() == Some(role.as_str()),
    };
    same.then_some(Naming::Role)
}
