//! What a place in a file of code says about an id: a condition of which key, a principal, a resource, a comment; allowed or denied.

use super::keys::carries;
use super::outline::{Leaf, Opened, Outline, Part};
use super::reader::inside;
use super::reference::{Class, Place};
use crate::condition::is_operator;
use crate::{Effect, Span};

/// What a place says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) place: Place,
    pub(super) effect: Option<Effect>,
    pub(super) class: Class,
}

/// Arguments whose value is let in by a permission of its own, without a statement.
const GRANTING: &[&str] = &[
    "principal_org_id",
    "principalorgid",
    "principal_orgid",
    "organization_arn",
    "organizational_unit_arn",
    "organizationarns",
    "organizationalunitarns",
];

/// Arguments that let somebody in when they stand in a resource that is called a permission, a share or an association.
const GRANTING_IN_PERMISSIONS: &[&str] = &["organization_id", "organizationid", "source_account", "sourceaccount", "account_id"];

const COSMETIC: &[&str] = &["sid", "description", "comment"];
const PRINCIPAL: &[&str] = &["principal", "principals", "notprincipal", "not_principals", "notprincipals"];
const RESOURCE: &[&str] = &["resource", "resources", "notresource", "notresources", "not_resources"];

/// Reads what is around a leaf.
pub(super) fn read(text: &str, outline: &Outline, leaf: &Leaf) -> Said {
    let around = Around::new(text, outline, leaf);
    let place = around.place();
    let effect = around.effect();
    let class = match &place {
        Place::Comment | Place::Sid | Place::Id => Class::Cosmetic,
        Place::Key(key) if is_one_of(key, COSMETIC) => Class::Cosmetic,
        Place::Condition { .. } => Class::of_effect(effect.or(around.is_event_bus_policy().then_some(Effect::Allow))),
        // Outside a statement a principal is one that is let in: a permission of Lambda, a share of RAM.
        Place::Principal => Class::of_effect(effect.or(Some(Effect::Allow))),
        Place::Key(key) if is_one_of(key, GRANTING) => Class::Grants,
        Place::Key(key) if is_one_of(key, GRANTING_IN_PERMISSIONS) && around.is_permission() => Class::Grants,
        Place::Resource | Place::Key(_) | Place::Text => Class::Names,
    };
    Said { place, effect, class }
}

fn is_one_of(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(name))
}

struct Around<'a> {
    text: &'a str,
    outline: &'a Outline,
    leaf: &'a Leaf,
    /// The keys from the innermost outwards.
    keys: Vec<&'a str>,
}

impl<'a> Around<'a> {
    fn new(text: &'a str, outline: &'a Outline, leaf: &'a Leaf) -> Self {
        let parts = outline.upwards(leaf.part).filter_map(|part| part.key);
        let keys = leaf.key.into_iter().chain(parts).map(|key| inside(text, key)).collect();
        Self { text, outline, leaf, keys }
    }

    fn parts(&self) -> impl Iterator<Item = &'a Part> {
        self.outline.upwards(self.leaf.part)
    }

    fn place(&self) -> Place {
        if self.leaf.is_comment {
            return Place::Comment;
        }
        let in_document = self.parts().next().is_some_and(|part| part.has_statement);
        match self.leaf.key.map(|key| inside(self.text, key)) {
            Some(key) if key.eq_ignore_ascii_case("sid") => return Place::Sid,
            Some(key) if is_one_of(key, COSMETIC) => return Place::Key(key.to_owned()),
            Some(key) if in_document && is_one_of(key, &["id", "policy_id"]) => return Place::Id,
            _ => {}
        }
        self.condition().or_else(|| self.element()).unwrap_or_else(|| self.nearest())
    }

    fn condition(&self) -> Option<Place> {
        let block = self.parts().take(2).find_map(|part| Some((part.variable?, part.test)));
        if let Some((variable, test)) = block.map(|(variable, test)| (inside(self.text, variable), test)) {
            let operator = test.map(|test| inside(self.text, test)).filter(|test| is_operator(test)).unwrap_or_default().to_owned();
            if carries(variable).is_some() || !operator.is_empty() {
                return Some(Place::Condition { operator, key: variable.to_owned() });
            }
        }
        let own = || self.leaf.key.is_none().then(|| inside(self.text, self.leaf.token));
        let found = self.keys.iter().position(|key| carries(key).is_some());
        let operator = self.keys.iter().position(|key| is_operator(key));
        match (found, operator) {
            (Some(key), _) => {
                let operator = self.keys.get(key + 1).filter(|name| is_operator(name));
                Some(Place::Condition {
                    operator: operator.map_or_else(String::new, |name| (*name).to_owned()),
                    key: self.keys.get(key)?.to_string(),
                })
            }
            (None, Some(operator)) => {
                let key = operator.checked_sub(1).and_then(|key| self.keys.get(key)).copied().or_else(own).unwrap_or_default();
                Some(Place::Condition { operator: self.keys.get(operator)?.to_string(), key: key.to_owned() })
            }
            (None, None) => None,
        }
    }

    fn element(&self) -> Option<Place> {
        let calls_principal = self.parts().take(2).any(|part| part.call.is_some_and(|call| is_principal_call(inside(self.text, call))));
        if calls_principal || self.keys.iter().take(3).any(|key| is_one_of(key, PRINCIPAL)) {
            return Some(Place::Principal);
        }
        let names_resource = self.keys.iter().take(2).any(|key| is_one_of(key, RESOURCE));
        (names_resource && self.effect().is_some()).then_some(Place::Resource)
    }

    fn nearest(&self) -> Place {
        let call = || self.parts().next().filter(|part| part.opened == Opened::Call).and_then(|part| part.call);
        let name = |span: Span| inside(self.text, span).trim_start_matches("--").to_owned();
        self.leaf.key.or_else(call).map(name).or_else(|| self.keys.first().map(|key| (*key).to_owned())).map_or(Place::Text, Place::Key)
    }

    /// The effect of the statement around it. Where a statement says none, Terraform and the CDK take `Allow`.
    fn effect(&self) -> Option<Effect> {
        let is_statement = |part: &Part| {
            let is_call = part.call.is_some_and(|call| inside(self.text, call).ends_with("PolicyStatement"));
            let is_block = part.opened == Opened::Map && part.key.is_some_and(|key| inside(self.text, key) == "statement");
            is_call || is_block
        };
        self.parts().find_map(|part| part.effect.or_else(|| is_statement(part).then_some(Effect::Allow)))
    }

    fn kinds(&self) -> impl Iterator<Item = &'a str> {
        let text = self.text;
        self.parts().flat_map(|part| [part.kind, part.call]).flatten().map(move |kind| inside(text, kind))
    }

    fn is_permission(&self) -> bool {
        self.kinds().any(|kind| ["permission", "Permission", "share", "Share", "association"].iter().any(|word| kind.contains(word)))
    }

    fn is_event_bus_policy(&self) -> bool {
        self.kinds().any(|kind| kind.contains("EventBusPolicy") || kind == "aws_cloudwatch_event_permission")
    }
}

/// `new iam.OrganizationPrincipal(…)`, `iam.AccountPrincipal(…)`, `ArnPrincipal`.
fn is_principal_call(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|name| name.ends_with("Principal") || name == "grantInvoke")
}
