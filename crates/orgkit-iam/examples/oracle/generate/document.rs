//! Random policy documents, valid for their kind.

use super::chance::Chance;
use super::request::{ACCOUNTS, Call};
use super::{condition, pattern};
use serde_json::{Map, Value, json};

/// Which policies a document is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scp,
    Rcp,
    Identity,
    Boundary,
    Session,
    Resource,
    Endpoint,
}

impl Kind {
    fn has_principal(self) -> bool {
        matches!(self, Self::Rcp | Self::Resource | Self::Endpoint)
    }

    /// How many statements in a hundred deny.
    fn denies(self) -> usize {
        match self {
            Self::Rcp => 100,
            Self::Scp => 40,
            Self::Resource | Self::Endpoint => 15,
            Self::Identity | Self::Boundary | Self::Session => 12,
        }
    }
}

/// `FullAWSAccess`.
pub(super) fn full() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] })
}

/// A document of a kind.
pub(super) fn document(chance: &mut Chance, call: &Call, kind: Kind) -> Value {
    let mut document = Map::new();
    let is_guardrail = matches!(kind, Kind::Scp | Kind::Rcp);
    match chance.below(100) {
        0..8 if !is_guardrail => {}
        8..16 if !is_guardrail => drop(document.insert("Version".to_owned(), "2008-10-17".into())),
        _ => drop(document.insert("Version".to_owned(), "2012-10-17".into())),
    }
    let mut statements = chance.some(1, 3, |chance| statement(chance, call, kind));
    let statement = if statements.len() == 1 && chance.percent(30) { statements.remove(0) } else { statements.into() };
    document.insert("Statement".to_owned(), statement);
    document.into()
}

fn statement(chance: &mut Chance, call: &Call, kind: Kind) -> Value {
    let mut statement = Map::new();
    let mut put = |key: &str, value: Value| drop(statement.insert(key.to_owned(), value));
    let denies = chance.percent(kind.denies());
    put("Effect", if denies { "Deny" } else { "Allow" }.into());
    // An allow of everything keeps the verdicts balanced.
    let is_plain = !denies && chance.percent(55);
    let not_action = kind != Kind::Rcp && !is_plain && chance.percent(12);
    let actions = if is_plain { vec!["*".to_owned()] } else { chance.some(1, 3, |chance| pattern::action(chance, call)) };
    // A resource control policy cannot speak about every action by a bare `*`.
    let actions = actions.into_iter().map(|one| if kind == Kind::Rcp && one == "*" { "s3:*".to_owned() } else { one });
    put(if not_action { "NotAction" } else { "Action" }, scalar_or_list(chance, actions.collect()));
    if !(kind == Kind::Resource && call.is_trust()) {
        let not_resource = !is_plain && chance.percent(10);
        let resources = if is_plain { vec!["*".to_owned()] } else { chance.some(1, 2, |chance| pattern::resource(chance, call)) };
        put(if not_resource { "NotResource" } else { "Resource" }, scalar_or_list(chance, resources));
    }
    if kind.has_principal() {
        let (key, value) = principal(chance, call, kind, denies);
        put(key, value);
    }
    if !is_plain && chance.percent(if denies { 75 } else { 35 }) {
        put("Condition", condition::block(chance));
    }
    statement.into()
}

fn scalar_or_list(chance: &mut Chance, mut values: Vec<String>) -> Value {
    if values.len() == 1 && chance.percent(60) { values.remove(0).into() } else { values.into() }
}

fn principal(chance: &mut Chance, call: &Call, kind: Kind, denies: bool) -> (&'static str, Value) {
    if matches!(kind, Kind::Rcp | Kind::Endpoint) {
        return ("Principal", "*".into());
    }
    if denies && kind == Kind::Resource && chance.percent(25) {
        let named = chance.some(1, 3, |chance| aws(chance, call));
        return ("NotPrincipal", json!({ "AWS": scalar_or_list(chance, named) }));
    }
    let value = match chance.below(10) {
        0 => "*".into(),
        1 => json!({ "AWS": "*" }),
        2 => json!({ "Service": chance.pick(&["cloudtrail.amazonaws.com", "s3.amazonaws.com"]) }),
        3 if call.is_trust() => json!({ "Federated": format!("arn:aws:iam::{}:saml-provider/Corp", call.resource_account) }),
        4 => json!({ "AWS": aws(chance, call), "Service": "cloudtrail.amazonaws.com" }),
        _ => {
            let named = chance.some(1, 2, |chance| aws(chance, call));
            json!({ "AWS": scalar_or_list(chance, named) })
        }
    };
    ("Principal", value)
}

/// A principal of an account: often the caller, its role or its account.
fn aws(chance: &mut Chance, call: &Call) -> String {
    let account = if chance.percent(75) { call.account } else { chance.pick(ACCOUNTS) };
    let caller = call.principal.as_deref().filter(|name| name.starts_with("arn:") && !name.contains("saml"));
    match chance.below(10) {
        0 => account.to_owned(),
        1 => format!("arn:aws:iam::{account}:root"),
        2 => format!("arn:aws:iam::{account}:role/dev"),
        3 => format!("arn:aws:iam::{account}:role/team/ops"),
        4 => format!("arn:aws:iam::{account}:user/ana"),
        5 => format!("arn:aws:sts::{account}:assumed-role/dev/s1"),
        _ => caller.map_or_else(|| account.to_owned(), str::to_owned),
    }
}
