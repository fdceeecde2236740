//! Which type of policy a document probably is.

use super::kind::DocumentKind;
use crate::document::{Document, Effect, Principals, Statement, read};
use crate::json::{Json, Node};

/// What a document was taken for, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// The type.
    pub kind: DocumentKind,
    /// Why, as a clause: `every statement denies and none names a principal`.
    pub because: &'static str,
}

/// Guesses the type of a document from its content. `None` for what has neither statements nor a key of a management policy at its top.
///
/// A permissions boundary or a session policy looks like an identity policy, an endpoint policy like a resource policy, and a policy that only denies may
/// be a service control policy or none: name the type wherever it is known.
pub fn guess(text: &str) -> Option<Guess> {
    let root = Node::parse(text).ok()?;
    let Json::Object(members) = &root.value else { return None };
    if members.iter().all(|member| member.key != "Statement") {
        let by_key = DocumentKind::ALL
            .iter()
            .find(|kind| kind.setting().is_some_and(|setting| members.iter().any(|member| member.key == setting.top)));
        return match by_key {
            Some(kind) if has_operator(&root) => Some(Guess { kind: *kind, because: "of the key at its top" }),
            _ if has_operator(&root) => Some(Guess { kind: DocumentKind::Management, because: "it has inheritance operators" }),
            _ => None,
        };
    }
    let document = read(text).0;
    Some(document.as_ref().map_or(Guess { kind: DocumentKind::Identity, because: "it has statements" }, by_statements))
}

fn has_operator(node: &Node) -> bool {
    match &node.value {
        Json::Object(members) => members.iter().any(|member| member.key.starts_with("@@") || has_operator(&member.node)),
        _ => false,
    }
}

fn by_statements(document: &Document) -> Guess {
    let statements = &document.statements;
    let of = |kind, because| Guess { kind, because };
    if statements.iter().any(|statement| statement.principal.is_some()) {
        if statements.iter().all(assumes) {
            return of(DocumentKind::Trust, "its actions assume a role and it names no resource");
        }
        if statements.iter().all(denies_everybody_everywhere) {
            return of(DocumentKind::Rcp, "every statement denies everybody, on every resource");
        }
        return of(DocumentKind::Resource, "it names principals");
    }
    let denies = |statement: &Statement| statement.effect == Effect::Deny;
    if statements.iter().any(denies) && statements.iter().all(|statement| denies(statement) || allows_everything(statement)) {
        return of(DocumentKind::Scp, "it only denies and names no principal");
    }
    of(DocumentKind::Identity, "it names no principal")
}

fn assumes(statement: &Statement) -> bool {
    let of_sts = |action: &str| action.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"));
    statement.resource.is_none() && !statement.action.negated && statement.action.values.iter().all(of_sts)
}

fn is_everything(statement: &Statement) -> bool {
    statement.resource.as_ref().is_some_and(|resource| !resource.negated && resource.values.iter().eq(["*"]))
}

fn denies_everybody_everywhere(statement: &Statement) -> bool {
    let everybody =
        statement.principal.as_ref().is_some_and(|principal| !principal.negated && matches!(&principal.who, Principals::Bare(_)));
    statement.effect == Effect::Deny && everybody && is_everything(statement)
}

fn allows_everything(statement: &Statement) -> bool {
    is_everything(statement) && !statement.action.negated && statement.action.values.iter().eq(["*"]) && statement.condition.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_from_the_content() {
        for (text, expected) in [
            (r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#, Some("trust")),
            (r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#, Some("rcp")),
            (r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b"}}"#, Some("resource")),
            (r#"{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#, Some("scp")),
            (
                r#"{"Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
                Some("scp"),
            ),
            (r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#, Some("identity")),
            (r#"{"Statement":[]}"#, Some("identity")),
            (r#"{"tags":{"costcenter":{"tag_key":{"@@assign":"CostCenter"}}}}"#, Some("tag")),
            (r#"{"guardduty":{"x":{"@@assign":"y"}}}"#, Some("management")),
            (r#"{"tags":{"Name":"x"}}"#, None),
            (r#"{"type":"object"}"#, None),
            ("[]", None),
            ("{", None),
        ] {
            assert_eq!(guess(text).map(|guess| guess.kind.name()), expected, "{text}");
        }
    }
}
