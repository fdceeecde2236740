//! From JSON to a case.

use super::error::id_of;
use super::{Case, CaseError, CaseErrorKind};
use crate::context::{Context, ContextValue};
use crate::document::{Document, Problem, from_node};
use crate::evaluate::{Level, Policies, Policy};
use crate::json::{Json, MAX_BYTES, Member, Node, Span};
use crate::principal::Principal;
use crate::request::Request;
use std::collections::BTreeSet;

/// The fields of a case and of its request that mean something.
const FIELDS: &[&str] = &[
    "id",
    "request",
    "scpChain",
    "rcpChain",
    "identityPolicies",
    "permissionBoundary",
    "sessionPolicy",
    "resourcePolicy",
    "vpcEndpointPolicies",
];
const REQUEST_FIELDS: &[&str] = &["principal", "action", "resource", "resourceAccount", "context", "unknownKeys", "wildcardOnlyAction"];
const LEVEL_FIELDS: &[&str] = &["target", "policies"];

/// What is wrong and where, before it is known to which case it belongs.
struct Wrong {
    kind: CaseErrorKind,
    message: String,
    position: (usize, usize),
}

pub(super) fn read(text: &str) -> Result<Case, CaseError> {
    let reader = Reader { text };
    let read = match Node::parse_any_length(text) {
        Ok(root) => reader.case(&root),
        Err(error) => Err(reader.wrong(error.span, error.message)),
    };
    read.map_err(|wrong| {
        let id = id_of(text).unwrap_or_else(|| "null".to_owned());
        CaseError { id, kind: wrong.kind, message: wrong.message, position: wrong.position }
    })
}

struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn wrong(&self, span: Span, message: impl Into<String>) -> Wrong {
        Wrong { kind: CaseErrorKind::Case, message: message.into(), position: span.position(self.text) }
    }

    fn not(&self, node: &Node, name: &str, expected: &str) -> Wrong {
        self.wrong(node.span, format!("`{name}` is {}, not {expected}", node.kind()))
    }

    fn case(&self, root: &Node) -> Result<Case, Wrong> {
        self.known_once(root, "a case", FIELDS)?;
        let id = match field(root, "id") {
            None => "null",
            Some(Node { value: Json::String(_) | Json::Number(_), span }) => self.text.get(span.start..span.end).unwrap_or("null"),
            Some(node) => return Err(self.not(node, "id", "a string or a number")),
        };
        let Some(request) = field(root, "request") else { return Err(self.wrong(root.span, "a case needs a `request`")) };
        let (request, unknown_keys) = self.request(request)?;
        let policies = Policies {
            scps: self.chain(root, "scpChain")?,
            rcps: self.chain(root, "rcpChain")?,
            identity: self.policies(field(root, "identityPolicies"), "identityPolicies")?,
            boundary: self.policy_at(root, "permissionBoundary")?,
            session: self.policy_at(root, "sessionPolicy")?.into_iter().collect(),
            resource: self.policy_at(root, "resourcePolicy")?,
            endpoint: self.policies(field(root, "vpcEndpointPolicies"), "vpcEndpointPolicies")?,
        };
        Ok(Case { id: id.to_owned(), request, policies, unknown_keys })
    }

    /// Refuses what is no object, and a field that means something and stands twice.
    fn known_once(&self, node: &Node, what: &str, known: &[&str]) -> Result<(), Wrong> {
        let Json::Object(members) = &node.value else {
            return Err(self.wrong(node.span, format!("{what} is {}, not an object", node.kind())));
        };
        let mut seen = BTreeSet::new();
        let mut twice = |member: &&Member| known.contains(&member.key.as_str()) && !seen.insert(member.key.clone());
        match members.iter().find(|member| twice(member)) {
            Some(member) => Err(self.wrong(member.key_span, format!("`{}` stands twice in {what}", member.key))),
            None => Ok(()),
        }
    }

    fn request(&self, node: &Node) -> Result<(Request, Vec<String>), Wrong> {
        self.known_once(node, "`request`", REQUEST_FIELDS)?;
        let principal = self.string(node, "principal")?.map_or(Principal::Anonymous, |text| Principal::parse(&text));
        let Some(action) = self.string(node, "action")? else { return Err(self.wrong(node.span, "`request` needs an `action`")) };
        let wildcard_only_action = match field(node, "wildcardOnlyAction") {
            None => false,
            Some(Node { value: Json::Bool(value), .. }) => *value,
            Some(node) => return Err(self.not(node, "wildcardOnlyAction", "a boolean")),
        };
        let unknown_keys = self.strings(node, "unknownKeys")?;
        let mut context = Context::new();
        for key in &unknown_keys {
            context.set(key, ContextValue::Unknown);
        }
        for (key, value) in self.context(node)? {
            context.set(&key, value);
        }
        let resource = self.string(node, "resource")?.unwrap_or_else(|| "*".to_owned());
        let resource_account = self.string(node, "resourceAccount")?;
        Ok((Request { principal, action, resource, resource_gap: None, resource_account, wildcard_only_action, context }, unknown_keys))
    }

    fn context(&self, request: &Node) -> Result<Vec<(String, ContextValue)>, Wrong> {
        let Some(node) = field(request, "context") else { return Ok(Vec::new()) };
        let Json::Object(members) = &node.value else { return Err(self.not(node, "context", "an object")) };
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        for member in members {
            if !seen.insert(member.key.to_ascii_lowercase()) {
                return Err(self.wrong(member.key_span, format!("`{}` stands twice in `context`, where case does not count", member.key)));
            }
            let value = match &member.node.value {
                Json::Null => ContextValue::Absent,
                Json::Array(list) => ContextValue::Many(list.iter().map(|one| self.scalar(one, &member.key)).collect::<Result<_, _>>()?),
                _ => ContextValue::One(self.scalar(&member.node, &member.key)?),
            };
            entries.push((member.key.clone(), value));
        }
        Ok(entries)
    }

    fn scalar(&self, node: &Node, name: &str) -> Result<String, Wrong> {
        match &node.value {
            Json::String(text) | Json::Number(text) => Ok(text.clone()),
            Json::Bool(value) => Ok(value.to_string()),
            Json::Null | Json::Array(_) | Json::Object(_) => Err(self.not(node, name, "a string, a number or a boolean")),
        }
    }

    fn string(&self, parent: &Node, name: &str) -> Result<Option<String>, Wrong> {
        field(parent, name).map(|node| node.as_str().map(str::to_owned).ok_or_else(|| self.not(node, name, "a string"))).transpose()
    }

    fn strings(&self, parent: &Node, name: &str) -> Result<Vec<String>, Wrong> {
        self.list(field(parent, name), name)?
            .iter()
            .map(|node| node.as_str().map(str::to_owned).ok_or_else(|| self.not(node, name, "a list of strings")))
            .collect()
    }

    fn list<'n>(&self, node: Option<&'n Node>, name: &str) -> Result<&'n [Node], Wrong> {
        match node {
            None => Ok(&[]),
            Some(Node { value: Json::Array(list), .. }) => Ok(list),
            Some(node) => Err(self.not(node, name, "a list")),
        }
    }

    fn chain(&self, root: &Node, name: &str) -> Result<Vec<Level>, Wrong> {
        let level = |(index, node): (usize, &Node)| {
            let name = format!("{name}[{index}]");
            self.known_once(node, &format!("`{name}`"), LEVEL_FIELDS)?;
            let policies = self.policies(field(node, "policies"), &format!("{name}.policies"))?;
            let target = self.string(node, "target")?.unwrap_or(name);
            Ok(Level { target: target.into(), policies })
        };
        self.list(field(root, name), name)?.iter().enumerate().map(level).collect()
    }

    fn policies(&self, node: Option<&Node>, name: &str) -> Result<Vec<Policy>, Wrong> {
        let list = self.list(node, name)?;
        list.iter().enumerate().map(|(index, node)| self.policy(node, &format!("{name}[{index}]"))).collect()
    }

    fn policy_at(&self, root: &Node, name: &str) -> Result<Option<Policy>, Wrong> {
        field(root, name).map(|node| self.policy(node, name)).transpose()
    }

    /// A policy: an object, or a string that holds one, as AWS's APIs give it.
    fn policy(&self, node: &Node, name: &str) -> Result<Policy, Wrong> {
        let begin = node.span.position(self.text);
        let wrong = |message: String, position| Wrong { kind: CaseErrorKind::Document, message: format!("`{name}`: {message}"), position };
        if let Json::String(text) = &node.value {
            // Escapes move what stands behind them, so the place in the case is that of the string.
            return Document::parse(text).map(|document| Policy::new(name, document)).map_err(|error| {
                let (line, column) = error.position;
                wrong(format!("{}, in line {line}, column {column} of the string", error.message), begin)
            });
        }
        if node.span.end - node.span.start > MAX_BYTES {
            return Err(wrong(format!("it has more bytes than any policy may have ({MAX_BYTES} are read)"), begin));
        }
        match from_node(node) {
            (Some(document), problems) if problems.is_empty() => Ok(Policy::new(name, document)),
            (_, problems) => {
                let first = problems.into_iter().next();
                let (message, span) =
                    first.map_or_else(|| ("no policy document".to_owned(), node.span), |Problem { message, span, .. }| (message, span));
                Err(wrong(message, span.position(self.text)))
            }
        }
    }
}

/// A field that is there and is not `null`.
fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.get(name).filter(|node| node.value != Json::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let error = read(text).unwrap_err();
        format!("{} {:?} {:?} {}", error.id, error.kind, error.position, error.message)
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let seen: Vec<String> = [
            "",
            "[]",
            r#"{"id":1}"#,
            r#"{"id":{},"request":{"action":"a:b"}}"#,
            r#"{"id":1,"request":{"principal":7,"action":"a:b"}}"#,
            r#"{"id":1,"request":{}}"#,
            r#"{"id":1,"request":{"action":"a:b","action":"a:c"}}"#,
            r#"{"id":1,"request":{"action":"a:b","context":{"k":{"a":1}}}}"#,
            r#"{"id":1,"request":{"action":"a:b","context":{"aws:x":1,"AWS:X":2}}}"#,
            r#"{"id":1,"request":{"action":"a:b","unknownKeys":"k"}}"#,
            r#"{"id":1,"request":{"action":"a:b","wildcardOnlyAction":"yes"}}"#,
            r#"{"id":1,"request":{"action":"a:b"},"scpChain":[[]]}"#,
            r#"{"id":1,"request":{"action":"a:b"},"scpChain":[{"target":"r","policies":[{"Statement":[{"Effect":"Deny"}]}]}]}"#,
            "{\"id\":\"x\",\"request\":{\"action\":\"a:b\"},\n\"identityPolicies\":[\"{\\\"Statement\\\":7}\"]}",
            r#"{"id":"x","request":{"action":"a:b"},"resourcePolicy":[]}"#,
        ]
        .into_iter()
        .map(error)
        .collect();
        insta::assert_snapshot!(seen.join("\n"), @r#"
        null Case (1, 1) there is nothing in it
        null Case (1, 1) a case is a list, not an object
        1 Case (1, 1) a case needs a `request`
        null Case (1, 7) `id` is an object, not a string or a number
        1 Case (1, 32) `principal` is a number, not a string
        1 Case (1, 19) `request` needs an `action`
        1 Case (1, 35) `action` stands twice in `request`
        1 Case (1, 50) `k` is an object, not a string, a number or a boolean
        1 Case (1, 56) `AWS:X` stands twice in `context`, where case does not count
        1 Case (1, 49) `unknownKeys` is a string, not a list
        1 Case (1, 56) `wildcardOnlyAction` is a string, not a boolean
        1 Case (1, 48) `scpChain[0]` is a list, not an object
        1 Document (1, 88) `scpChain[0].policies[0]`: statement 1 needs an `Action` or a `NotAction`
        "x" Document (2, 21) `identityPolicies[0]`: statement 1 is a number, not an object, in line 1, column 14 of the string
        "x" Document (1, 55) `resourcePolicy`: the policy is a list, not an object
        "#);
    }

    #[test]
    fn values_keep_their_spelling_and_lists_are_multivalued() {
        let case = read(
            r#"{"request":{"action":"a:b","context":{"n":1.50,"b":true,"l":["x",2],"gone":null},"unknownKeys":["gone","Aws:K","n"]}}"#,
        )
        .unwrap();
        let get = |key: &str| case.request.context.get(key);
        assert_eq!(get("n"), &ContextValue::from("1.50"));
        assert_eq!(get("b"), &ContextValue::from("true"));
        assert_eq!(get("l"), &ContextValue::Many(vec!["x".to_owned(), "2".to_owned()]));
        assert_eq!(get("gone"), &ContextValue::Absent);
        assert_eq!(get("aws:k"), &ContextValue::Unknown);
        assert_eq!((case.id.as_str(), case.spelled("aws:k").as_str()), ("null", "Aws:K"));
    }
}
