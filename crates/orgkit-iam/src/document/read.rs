//! From JSON to statements, with everything that is wrong on the way.

use super::{Document, Effect, Element, OperatorBlock, PrincipalElement, Principals, Scalar, Statement, Text, Values};
use crate::json::{Json, Member, Node, Span};
use crate::short::Short;
use std::collections::BTreeSet;

/// A text that is no policy document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong.
    pub message: String,
    /// Line and column within the text, both from 1.
    pub position: (usize, usize),
}

impl ParseError {
    pub(super) fn new(problem: Problem, text: &str) -> Self {
        Self { position: problem.span.position(text), message: problem.message }
    }
}

/// What can make a text no policy document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemCode {
    /// It is not JSON, or too long.
    Json,
    /// A key stands twice in one object; AWS refuses such a document [IAM User Guide, reference_policies_grammar].
    DuplicateKey,
    /// A key that the grammar does not have.
    UnknownElement,
    /// An element that is needed is missing.
    MissingElement,
    /// Two elements that exclude each other.
    ConflictingElements,
    /// A value of the wrong kind.
    WrongType,
    /// A value that the grammar does not have.
    InvalidValue,
}

/// One thing that makes a text no policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its code.
    pub code: ProblemCode,
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// Reads a document and gives what could be read of it together with everything that is wrong. Without a problem there is always a document; statements
/// with a problem are left out of it.
pub fn read(text: &str) -> (Option<Document>, Vec<Problem>) {
    match Node::parse(text) {
        Ok(root) => from_node(&root),
        Err(error) => (None, vec![Problem { code: ProblemCode::Json, message: error.message, span: error.span }]),
    }
}

/// The same for JSON that is read already, for a document that stands within another text.
pub(crate) fn from_node(root: &Node) -> (Option<Document>, Vec<Problem>) {
    let mut reader = Reader::default();
    let document = reader.document(root);
    (document, reader.problems)
}

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn problem(&mut self, code: ProblemCode, span: Span, message: impl Into<String>) {
        self.problems.push(Problem { code, message: message.into(), span });
    }

    /// The members of an object that the grammar knows; what it does not know, and what stands twice, is a problem.
    fn members<'a>(&mut self, node: &'a Node, what: &str, known: &[&str]) -> Option<Vec<&'a Member>> {
        let Json::Object(members) = &node.value else {
            self.problem(ProblemCode::WrongType, node.span, format!("{what} is {}, not an object", node.kind()));
            return None;
        };
        let mut kept: Vec<&Member> = Vec::new();
        // A set, because a hostile object has thousands of members.
        let mut seen = BTreeSet::new();
        for member in members {
            if !seen.insert(member.key.as_str()) {
                self.problem(ProblemCode::DuplicateKey, member.key_span, format!("`{}` stands twice in {what}", Short(&member.key)));
            } else if !known.is_empty() && !known.contains(&member.key.as_str()) {
                let close = known.iter().find(|name| name.eq_ignore_ascii_case(&member.key));
                let hint = close.map_or_else(String::new, |name| format!("; element names are case-sensitive: `{name}`"));
                self.problem(ProblemCode::UnknownElement, member.key_span, format!("{what} has no element `{}`{hint}", Short(&member.key)));
            } else {
                kept.push(member);
            }
        }
        Some(kept)
    }

    fn document(&mut self, root: &Node) -> Option<Document> {
        let members = self.members(root, "the policy", &["Version", "Id", "Statement"])?;
        let find = |key: &str| members.iter().find(|member| member.key == key).map(|member| &member.node);
        let version = find("Version").and_then(|node| self.string(node, "`Version`"));
        if let Some(version) = version.as_ref().filter(|version| !["2012-10-17", "2008-10-17"].contains(&version.value.as_str())) {
            self.problem(ProblemCode::InvalidValue, version.span, "`Version` is neither `2012-10-17` nor `2008-10-17`");
        }
        let id = find("Id").and_then(|node| self.string(node, "`Id`"));
        let Some(node) = find("Statement") else {
            self.problem(ProblemCode::MissingElement, root.span, "a policy document needs a `Statement`");
            return None;
        };
        let (list, is_list) = match &node.value {
            Json::Array(list) => (list.as_slice(), true),
            _ => (std::slice::from_ref(node), false),
        };
        let statements = list.iter().enumerate().filter_map(|(index, node)| self.statement(index, node)).collect();
        Some(Document { version, id, statements, is_list })
    }

    fn statement(&mut self, index: usize, node: &Node) -> Option<Statement> {
        const KNOWN: &[&str] =
            &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
        let what = format!("statement {}", index + 1);
        let members = self.members(node, &what, KNOWN)?;
        let find = |key: &str| members.iter().find(|member| member.key == key).copied();
        let sid = find("Sid").and_then(|member| self.string(&member.node, "`Sid`"));
        let named = sid.as_ref().filter(|sid| !sid.value.is_empty()).map_or(what, |sid| format!("statement {}", Short(&sid.value)));
        let effect = self.effect(find("Effect"), &named, node.span);
        let principal = self.one_of(find("Principal"), find("NotPrincipal"), &named);
        let principal = principal.and_then(|(negated, member)| self.principal(member, negated));
        let action = self.one_of(find("Action"), find("NotAction"), &named).and_then(|(negated, member)| self.element(member, negated));
        if action.is_none() && find("Action").is_none() && find("NotAction").is_none() {
            self.problem(ProblemCode::MissingElement, node.span, format!("{named} needs an `Action` or a `NotAction`"));
        }
        let resource = self.one_of(find("Resource"), find("NotResource"), &named);
        let resource = resource.and_then(|(negated, member)| self.element(member, negated));
        let condition = find("Condition").map(|member| self.condition(&member.node, &named));
        Some(Statement { sid, effect: effect?, principal, action: action?, resource, condition, span: node.span })
    }

    fn effect(&mut self, member: Option<&Member>, named: &str, span: Span) -> Option<Effect> {
        match member.map(|member| (member.node.as_str(), member.node.span)) {
            Some((Some("Allow"), _)) => Some(Effect::Allow),
            Some((Some("Deny"), _)) => Some(Effect::Deny),
            Some((_, span)) => {
                self.problem(ProblemCode::InvalidValue, span, format!("the `Effect` of {named} is neither `Allow` nor `Deny`"));
                None
            }
            None => {
                self.problem(ProblemCode::MissingElement, span, format!("{named} needs an `Effect` of `Allow` or `Deny`"));
                None
            }
        }
    }

    /// An element or its `Not…` form: (negated, member).
    fn one_of<'a>(&mut self, plain: Option<&'a Member>, not: Option<&'a Member>, named: &str) -> Option<(bool, &'a Member)> {
        match (plain, not) {
            (Some(plain), Some(not)) => {
                let message = format!("`{}` and `{}` of {named} exclude each other", Short(&plain.key), Short(&not.key));
                self.problem(ProblemCode::ConflictingElements, not.key_span, message);
                None
            }
            (Some(member), None) => Some((false, member)),
            (None, Some(member)) => Some((true, member)),
            (None, None) => None,
        }
    }

    fn element(&mut self, member: &Member, negated: bool) -> Option<Element> {
        let values = self.values(&member.node, &format!("`{}`", Short(&member.key)))?;
        Some(Element { negated, values, key_span: member.key_span })
    }

    fn principal(&mut self, member: &Member, negated: bool) -> Option<PrincipalElement> {
        let who = match &member.node.value {
            Json::String(_) => {
                let text = self.string(&member.node, "`Principal`")?;
                if text.value != "*" {
                    let message =
                        format!("`{}` is a bare string other than `*`: name its type, such as {{\"AWS\": …}}", Short(&member.key));
                    self.problem(ProblemCode::InvalidValue, text.span, message);
                }
                Principals::Bare(text)
            }
            _ => {
                let types =
                    self.members(&member.node, &format!("`{}`", Short(&member.key)), &["AWS", "Service", "Federated", "CanonicalUser"])?;
                let types = types.into_iter().filter_map(|one| {
                    let kind = Text { value: one.key.clone(), scalar: Scalar::String, span: one.key_span };
                    self.values(&one.node, &format!("`{}`", Short(&one.key))).map(|values| (kind, values))
                });
                Principals::ByType(types.collect())
            }
        };
        Some(PrincipalElement { negated, who, key_span: member.key_span })
    }

    fn condition(&mut self, node: &Node, named: &str) -> Vec<OperatorBlock> {
        let Some(operators) = self.members(node, &format!("the `Condition` of {named}"), &[]) else { return Vec::new() };
        let mut blocks = Vec::new();
        for operator in operators {
            let Some(members) = self.members(&operator.node, &format!("`{}`", Short(&operator.key)), &[]) else { continue };
            let mut keys: Vec<(Text, Values)> = Vec::new();
            for member in members {
                let Some(values) = self.values(&member.node, &format!("`{}`", Short(&member.key))) else { continue };
                keys.push((Text { value: member.key.clone(), scalar: Scalar::String, span: member.key_span }, values));
            }
            let operator = Text { value: operator.key.clone(), scalar: Scalar::String, span: operator.key_span };
            blocks.push(OperatorBlock { operator, keys });
        }
        blocks
    }

    fn values(&mut self, node: &Node, what: &str) -> Option<Values> {
        let (list, is_list) = match &node.value {
            Json::Array(list) => (list.as_slice(), true),
            _ => (std::slice::from_ref(node), false),
        };
        let before = self.problems.len();
        let items: Vec<Text> = list.iter().filter_map(|one| self.scalar(one, what)).collect();
        (self.problems.len() == before).then_some(Values { items, is_list, span: node.span })
    }

    fn scalar(&mut self, node: &Node, what: &str) -> Option<Text> {
        let (value, scalar) = match &node.value {
            Json::String(text) => (text.clone(), Scalar::String),
            Json::Number(text) => (text.clone(), Scalar::Number),
            Json::Bool(value) => (value.to_string(), Scalar::Bool),
            Json::Null | Json::Array(_) | Json::Object(_) => {
                self.problem(ProblemCode::WrongType, node.span, format!("{what} holds {}, not a string", node.kind()));
                return None;
            }
        };
        Some(Text { value, scalar, span: node.span })
    }

    fn string(&mut self, node: &Node, what: &str) -> Option<Text> {
        if node.as_str().is_none() {
            self.problem(ProblemCode::WrongType, node.span, format!("{what} is {}, not a string", node.kind()));
            return None;
        }
        self.scalar(node, what)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Document, Language};
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let list = read(text).1;
        list.iter().map(|one| format!("{:?} {:?}: {}", one.code, one.span.position(text), one.message)).collect()
    }

    #[test]
    fn scalars_and_lists_are_both_read_and_printed_as_they_were() {
        for text in [
            r#"{"Statement":{"Effect":"Deny","Action":"a:b","Resource":"*"}}"#,
            r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"","Effect":"Allow","NotPrincipal":{"AWS":["1","2"]},"NotAction":["a:b"],"NotResource":[],"Condition":{"Bool":{"aws:MFA":true},"NumericLessThan":{"n":[5,"6"]},"StringLike":{}}}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"a:b","Condition":{}}]}"#,
        ] {
            let document = Document::parse(text).unwrap();
            let again: serde_json::Value = serde_json::from_str(&document.to_compact()).unwrap();
            assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap());
        }
    }

    #[test]
    fn the_language_is_the_old_one_where_nothing_is_said() {
        let language = |version: &str| Document::parse(&format!(r#"{{{version}"Statement":[]}}"#)).unwrap().language();
        assert_eq!(language(""), Language::V2008);
        assert_eq!(language(r#""Version":"2008-10-17","#), Language::V2008);
        assert_eq!(language(r#""Version":"2012-10-17","#), Language::V2012);
    }

    #[test]
    fn says_all_that_is_wrong_and_where() {
        insta::assert_snapshot!(problems("{}").join("\n"), @"MissingElement (1, 1): a policy document needs a `Statement`");
        let text = r#"{"Version":"2012-10-18","Statement":[
          {"Sid":"S","Effect":"deny","Action":["a:b",null],"Action":"c:d","resource":"*"},
          {"Effect":"Deny","Action":"a:b","NotAction":"c:d","Condition":{"StringEquals":{"aws:a":"1","aws:a":"2"}}},
          {"Sid":"T","Effect":"Allow","Principal":"someone","Resource":[["*"]]}, 7]}"#;
        insta::assert_snapshot!(problems(text).join("\n"), @r#"
        InvalidValue (1, 12): `Version` is neither `2012-10-17` nor `2008-10-17`
        DuplicateKey (2, 60): `Action` stands twice in statement 1
        UnknownElement (2, 75): statement 1 has no element `resource`; element names are case-sensitive: `Resource`
        InvalidValue (2, 31): the `Effect` of statement S is neither `Allow` nor `Deny`
        WrongType (2, 54): `Action` holds null, not a string
        ConflictingElements (3, 43): `Action` and `NotAction` of statement 2 exclude each other
        DuplicateKey (3, 102): `aws:a` stands twice in `StringEquals`
        InvalidValue (4, 51): `Principal` is a bare string other than `*`: name its type, such as {"AWS": …}
        MissingElement (4, 11): statement T needs an `Action` or a `NotAction`
        WrongType (4, 73): `Resource` holds a list, not a string
        WrongType (4, 82): statement 4 is a number, not an object
        "#);
    }
}
