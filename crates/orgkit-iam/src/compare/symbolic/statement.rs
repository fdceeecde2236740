//! A statement of a guardrail taken apart: what it asks of a request besides the action.

use super::literal::{Clause, Literal, Predicate, Table};
use super::own::Own;
use crate::PolicyKind;
use crate::condition::{Test, Truth};
use crate::document::{Document, Effect, Element, Language, PrincipalElement, Principals, Statement};
use crate::matching::{Filled, Template, Variable, resource_pattern};
use std::collections::BTreeSet;

/// What a statement asks of a request besides the action. Any of the clauses suffices.
#[derive(Debug, Clone)]
pub(super) struct Demands {
    /// For an action that has resources.
    pub(super) of_any: Vec<Clause>,
    /// For an action without resource types, whose resource is always `*`.
    pub(super) of_wildcard_only: Vec<Clause>,
    /// The same in words.
    pub(super) text: String,
}

/// Takes a statement apart.
pub(super) fn demands(kind: PolicyKind, document: &Document, statement: &Statement, own: &Own, table: &mut Table) -> Demands {
    let language = document.language();
    let who = if kind == PolicyKind::Rcp { statement.principal.as_ref() } else { None };
    let conditions = conditions(kind, statement, language, own);
    let text = words(statement, who, &conditions);
    let mut clauses = |wildcard_only: bool| {
        let Some(common) = &conditions.literals else { return Vec::new() };
        let alternatives = resources(statement.resource.as_ref(), language, wildcard_only);
        let alternatives = alternatives.iter().map(|literals| [literals.as_slice(), common, &principal(who)].concat());
        let clauses: BTreeSet<Clause> = alternatives.map(|literals| table.clause(&literals)).collect();
        clauses.into_iter().collect()
    };
    Demands { of_any: clauses(false), of_wildcard_only: clauses(true), text }
}

/// The condition block.
struct Conditions {
    /// What must hold; `None`: it never does.
    literals: Option<Vec<Literal>>,
    /// For each condition, whether it holds for every principal of the account.
    settled: Vec<bool>,
}

/// A service control policy speaks about principals of the account alone, so what is asked of their organization is known. An operator that the language
/// does not have fails closed: a deny stands, an allow does not.
fn conditions(kind: PolicyKind, statement: &Statement, language: Language, own: &Own) -> Conditions {
    let of_scp = kind == PolicyKind::Scp;
    let mut literals = Some(Vec::new());
    let mut settled = Vec::new();
    for (operator, key, values) in statement.conditions() {
        let predicate = Predicate::new(&operator.value, &key.value, values, language, own, of_scp);
        let truth = match &predicate {
            None => (statement.effect == Effect::Deny).into(),
            Some(_) if of_scp => Test::new(&operator.value, &key.value, values, language).holds(own.facts()).unwrap_or(Truth::Unknown),
            Some(_) => Truth::Unknown,
        };
        settled.push(truth == Truth::True);
        match truth {
            Truth::True => (),
            Truth::False => literals = None,
            Truth::Unknown => {
                if let Some(literals) = &mut literals {
                    literals.extend(predicate.map(Literal::Condition));
                }
            }
        }
    }
    Conditions { literals, settled }
}

/// What is asked of the resource: any of these lists, each with all that it asks for.
fn resources(element: Option<&Element>, language: Language, wildcard_only: bool) -> Vec<Vec<Literal>> {
    let Some(element) = element else { return vec![Vec::new()] };
    let mut literals = Vec::new();
    let mut named = false;
    for pattern in element.values.iter() {
        let fits = if pattern.bytes().all(|byte| byte == b'*') && !pattern.is_empty() {
            Truth::True
        } else if wildcard_only {
            names_no_resource(pattern, language)
        } else {
            Truth::Unknown
        };
        match fits {
            Truth::True => named = true,
            Truth::False => (),
            Truth::Unknown => literals.push(Literal::resource(pattern, element.negated, language)),
        }
    }
    match (element.negated, named) {
        (false, true) => vec![Vec::new()],
        (false, false) => literals.into_iter().map(|literal| vec![literal]).collect(),
        (true, true) => Vec::new(),
        (true, false) => vec![literals],
    }
}

/// Whether a pattern matches `*`, the resource of a call that has none.
fn names_no_resource(pattern: &str, language: Language) -> Truth {
    let template = Template::parse_resource(pattern);
    let filled = if language == Language::V2012 {
        template.fill(|_| Variable::Unknown)
    } else {
        Template::plain(pattern).fill(|_| Variable::Unknown)
    };
    match filled {
        Filled::Pattern(characters) => resource_pattern(&characters).matches("*").into(),
        Filled::Unresolved => Truth::False,
        Filled::Unknown(_) => Truth::Unknown,
    }
}

/// What is asked of the caller; nothing, where everyone is meant.
fn principal(element: Option<&PrincipalElement>) -> Vec<Literal> {
    let Some(element) = element else { return Vec::new() };
    let names: BTreeSet<(String, String)> = match &element.who {
        Principals::Bare(text) => BTreeSet::from([(String::new(), text.value.clone())]),
        Principals::ByType(types) => {
            types.iter().flat_map(|(kind, values)| values.iter().map(|value| (kind.value.clone(), value.to_owned()))).collect()
        }
    };
    let is_everyone = |(kind, name): &(String, String)| matches!(kind.as_str(), "" | "AWS" | "Service" | "Federated") && name == "*";
    if !element.negated && names.iter().any(is_everyone) {
        return Vec::new();
    }
    vec![Literal::Principal { negated: element.negated, names }]
}

/// Principal, resource and conditions as they are written, joined with "and"; empty where nothing is asked.
fn words(statement: &Statement, who: Option<&PrincipalElement>, conditions: &Conditions) -> String {
    let mut words = Vec::new();
    for literal in principal(who) {
        if let Literal::Principal { negated, names } = literal {
            words.push(format!(
                "{} {}",
                if negated { "NotPrincipal" } else { "Principal" },
                list(names.iter().map(|(_, name)| name.as_str()))
            ));
        }
    }
    if let Some(element) = &statement.resource {
        let is_all = !element.negated && element.values.iter().any(|value| value == "*");
        if !is_all {
            words.push(format!("{} {}", if element.negated { "NotResource" } else { "Resource" }, list(element.values.iter())));
        }
    }
    let settled = conditions.settled.iter().chain(std::iter::repeat(&false));
    for ((operator, key, values), settled) in statement.conditions().zip(settled) {
        let always = if *settled { " (which always holds here)" } else { "" };
        words.push(format!("{} {} {}{always}", operator.value, key.value, list(values.iter())));
    }
    words.join(" and ")
}

/// Values, the first of them when they are many.
fn list<'a>(values: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 6;
    let values: Vec<&str> = values.collect();
    let shown = values.get(..SHOWN.min(values.len())).unwrap_or_default().join(", ");
    if values.len() > SHOWN { format!("[{shown}, and {} more]", values.len() - SHOWN) } else { format!("[{shown}]") }
}
