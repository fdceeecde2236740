//! Management and declarative policies: settings with inheritance operators [AWS Organizations User Guide, policy-operators].

use super::code::Code;
use super::finding::{Finding, Findings};
use super::kind::{DocumentKind, Setting};
use crate::json::{Json, Member, Node};
use crate::short::Short;
use std::collections::BTreeSet;

/// The operators that set a value.
const SETTERS: &[&str] = &["@@assign", "@@append", "@@remove"];
/// The operator that says which of them child policies may use.
const CHILDREN: &str = "@@operators_allowed_for_child_policies";
/// What it may list.
const ALLOWED: &[&str] = &["@@all", "@@none", "@@assign", "@@append", "@@remove"];

pub(super) fn check(root: &Node, kind: DocumentKind, found: &mut Findings) {
    let Json::Object(members) = &root.value else {
        found.report(Code::WrongType, root.span, format!("the policy is {}, not an object", root.kind()));
        return;
    };
    let setting = kind.setting();
    if let Some(setting) = &setting {
        top(root, members, kind, setting, found);
    }
    let walk = Walk { kind, deepest: setting.and_then(|setting| setting.deepest) };
    walk.members(root, members, 1, found);
}

fn top(root: &Node, members: &[Member], kind: DocumentKind, setting: &Setting, found: &mut Findings) {
    for member in members.iter().filter(|member| member.key != setting.top) {
        found.report(Code::PolicyKey, member.key_span, format!("a {} has no `{}` at its top", kind.title(), Short(&member.key)));
    }
    match root.get(setting.top) {
        None => found.report(Code::PolicyKey, root.span, format!("a {} has `{}` at its top", kind.title(), setting.top)),
        Some(below) => {
            for key in setting.required.iter().filter(|key| below.get(key).is_none()) {
                let message = format!("a {} needs `{key}`, even if its list is empty", kind.title());
                found.report(Code::MissingElement, below.span, message);
            }
        }
    }
}

/// A walk through the settings.
struct Walk {
    kind: DocumentKind,
    deepest: Option<usize>,
}

impl Walk {
    /// Goes through the members of an object at a level. The reader of JSON bounds the depth.
    fn members(&self, node: &Node, members: &[Member], level: usize, found: &mut Findings) {
        if members.is_empty() {
            found.report(Code::EmptyList, node.span, "the object is empty");
        }
        let mut seen = BTreeSet::new();
        for member in members {
            if !seen.insert(member.key.as_str()) {
                found.report(Code::DuplicateKey, member.key_span, format!("`{}` stands twice in one object", Short(&member.key)));
            }
            if member.key.starts_with('@') {
                self.operator(member, level, found);
            } else {
                self.setting(member, level, found);
            }
        }
        let setter = members.iter().find(|member| SETTERS.contains(&member.key.as_str()));
        if let Some(setter) = setter.filter(|_| members.iter().any(|member| !member.key.starts_with('@'))) {
            found.report(Code::MixedSetting, setter.key_span, format!("`{}` stands beside settings", Short(&setter.key)));
        }
    }

    fn setting(&self, member: &Member, level: usize, found: &mut Findings) {
        match &member.node.value {
            Json::Object(members) => self.members(&member.node, members, level + 1, found),
            _ => {
                let message = format!("`{}` is {} without an inheritance operator", Short(&member.key), member.node.kind());
                found.report(Code::BareValue, member.node.span, message);
            }
        }
    }

    fn operator(&self, member: &Member, level: usize, found: &mut Findings) {
        let key = member.key.as_str();
        if self.deepest.is_some_and(|deepest| level > deepest) {
            found.report(Code::TooDeep, member.key_span, format!("a {} has no setting as deep as level {level}", self.kind.title()));
        }
        match key {
            CHILDREN => children(member, found),
            "@@assign" => {}
            "@@append" | "@@remove" => {
                if !matches!(member.node.value, Json::Array(_)) {
                    found.report(Code::NotAList, member.node.span, format!("`{}` has {}, not a list", Short(key), member.node.kind()));
                }
            }
            _ => {
                let finding =
                    Finding::new(Code::UnknownInheritance, member.key_span, format!("there is no inheritance operator `{}`", Short(key)));
                found.push(match meant(key) {
                    Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                    None => finding,
                });
            }
        }
        if SETTERS.contains(&key) {
            values(member, found);
        }
    }
}

/// What a misspelt operator means, only where that is certain: case, and the number of `@`.
fn meant(key: &str) -> Option<&'static str> {
    let name = key.trim_start_matches('@');
    SETTERS.iter().chain(&[CHILDREN]).find(|known| known.trim_start_matches('@').eq_ignore_ascii_case(name)).copied()
}

/// Operators set scalars and lists of scalars.
fn values(member: &Member, found: &mut Findings) {
    let list = match &member.node.value {
        Json::Array(list) => list.as_slice(),
        _ => std::slice::from_ref(&member.node),
    };
    for one in list.iter().filter(|one| matches!(one.value, Json::Null | Json::Array(_) | Json::Object(_))) {
        found.report(Code::WrongType, one.span, format!("`{}` sets {}, not a plain value", Short(&member.key), one.kind()));
    }
}

fn children(member: &Member, found: &mut Findings) {
    let Json::Array(list) = &member.node.value else {
        found.report(Code::ChildOperators, member.node.span, format!("`{CHILDREN}` has {}, not a list", member.node.kind()));
        return;
    };
    for one in list.iter().filter(|one| one.as_str().is_none_or(|text| !ALLOWED.contains(&text))) {
        let shown = one.as_str().map_or_else(|| one.kind().to_owned(), |text| format!("`{}`", Short(text)));
        found.report(Code::ChildOperators, one.span, format!("{shown} is no operator that child policies can be allowed"));
    }
}
