//! What a chain of SCPs says of a request.

use crate::condition::{self, Truth};
use crate::document::{Document, Effect, Listed, Statement};
use crate::matching::{action_matches, glob_matches};
use std::collections::BTreeMap;

/// A request, as far as guardrails look at it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The action, such as `organizations:LeaveOrganization`.
    pub action: String,
    /// The resource's ARN, or `*` for an action without one.
    pub resource: String,
    /// Condition keys in lower case with their values; an empty list says that the key is absent. What is not here is unknown.
    pub context: BTreeMap<String, Vec<String>>,
}

impl Request {
    /// A request without a resource by a principal in an account.
    pub fn by(action: &str, principal_arn: &str) -> Self {
        let context = BTreeMap::from([("aws:principalarn".to_owned(), vec![principal_arn.to_owned()])]);
        Self { action: action.to_owned(), resource: "*".to_owned(), context }
    }

    pub(crate) fn lookup(&self, key: &str) -> Option<&[String]> {
        self.context.get(key).map(Vec::as_slice)
    }
}

/// The policies attached to one place on the way from the root to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The root's, unit's or account's id.
    pub target: String,
    /// The policies attached there, with a name for each.
    pub policies: Vec<(String, Document)>,
}

/// What the chain says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every level allows and none denies.
    Allowed,
    /// A statement denies.
    Denied {
        /// Where the policy is attached.
        target: String,
        /// The policy.
        policy: String,
        /// The statement.
        statement: String,
    },
    /// No statement of a level allows.
    NotAllowed {
        /// The level.
        target: String,
    },
    /// It depends on this key or operator.
    Unknown {
        /// The policy that asks for it.
        policy: String,
        /// The key or operator.
        key: String,
    },
}

/// Evaluates a chain from the root down: a deny at any level wins, and each level must allow
/// [AWS Organizations User Guide, orgs_manage_policies_scps_evaluation].
pub fn evaluate_chain(levels: &[Level], request: &Request) -> Verdict {
    let mut unknown = None;
    for level in levels {
        for (policy, statement) in level.policies.iter().flat_map(|(name, document)| document.statements.iter().map(move |one| (name, one)))
        {
            match statement_applies(statement, request) {
                Truth::True if statement.effect == Effect::Deny => {
                    return Verdict::Denied { target: level.target.clone(), policy: policy.clone(), statement: statement.name.clone() };
                }
                Truth::Unknown(key) if statement.effect == Effect::Deny => {
                    unknown.get_or_insert(Verdict::Unknown { policy: policy.clone(), key });
                }
                _ => {}
            }
        }
    }
    let shut = levels.iter().find_map(|level| (!level_allows(level, request)).then(|| level.target.clone()));
    shut.map_or_else(|| unknown.unwrap_or(Verdict::Allowed), |target| Verdict::NotAllowed { target })
}

fn level_allows(level: &Level, request: &Request) -> bool {
    let mut statements = level.policies.iter().flat_map(|(_, document)| &document.statements);
    statements.any(|statement| statement.effect == Effect::Allow && statement_applies(statement, request) == Truth::True)
}

/// Whether a statement speaks about a request.
pub fn statement_applies(statement: &Statement, request: &Request) -> Truth {
    let names = |listed: &Listed, matches: fn(&str, &str) -> bool, text: &str| match listed {
        Listed::These(patterns) => patterns.iter().any(|pattern| matches(pattern, text)),
        Listed::AllBut(patterns) => !patterns.iter().any(|pattern| matches(pattern, text)),
    };
    let about_action = names(&statement.actions, action_matches, &request.action);
    let about_resource = statement.resources.as_ref().is_none_or(|resources| names(resources, glob_matches, &request.resource));
    if !about_action || !about_resource {
        return Truth::False;
    }
    statement
        .conditions
        .iter()
        .fold(Truth::True, |so_far, (operator, key, values)| so_far.and(|| condition::holds(operator, key, values, request)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

    fn chain(documents: &[&str]) -> Vec<Level> {
        let policies = documents.iter().enumerate().map(|(n, text)| (format!("p{n}"), Document::parse(text).unwrap())).collect();
        vec![Level { target: "r-root".to_owned(), policies }]
    }

    fn leave(role: &str) -> Request {
        Request::by("organizations:LeaveOrganization", &format!("arn:aws:iam::111122223333:role/{role}"))
    }

    #[test]
    fn a_deny_wins_and_an_exception_lifts_it() {
        let deny = r#"{"Statement":[{"Sid":"NoLeave","Effect":"Deny","Action":"organizations:Leave*","Resource":"*",
            "Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Migration"}}}]}"#;
        let levels = chain(&[FULL, deny]);
        insta::assert_debug_snapshot!(evaluate_chain(&levels, &leave("Admin")), @r#"
        Denied {
            target: "r-root",
            policy: "p1",
            statement: "NoLeave",
        }
        "#);
        assert_eq!(evaluate_chain(&levels, &leave("Migration")), Verdict::Allowed);
    }

    #[test]
    fn every_level_must_allow() {
        let only_s3 = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
        assert_eq!(evaluate_chain(&chain(&[only_s3]), &leave("Admin")), Verdict::NotAllowed { target: "r-root".to_owned() });
        assert_eq!(evaluate_chain(&chain(&[only_s3, FULL]), &leave("Admin")), Verdict::Allowed);
    }

    #[test]
    fn what_depends_on_an_unknown_key_or_operator_is_unknown() {
        for condition in [r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#, r#"{"IpAddress":{"aws:PrincipalArn":"10.0.0.0/8"}}"#] {
            let deny = format!(r#"{{"Statement":{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}}}"#);
            assert!(matches!(evaluate_chain(&chain(&[FULL, &deny]), &leave("Admin")), Verdict::Unknown { .. }), "{condition}");
        }
    }

    #[test]
    fn missing_keys_and_negation() {
        let mut request = leave("Admin");
        request.context.insert("aws:principalorgid".to_owned(), vec![]);
        for (operator, denied) in
            [("StringEquals", false), ("StringNotEquals", true), ("StringEqualsIfExists", true), ("StringNotEqualsIfExists", true)]
        {
            let deny = format!(
                r#"{{"Statement":{{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{{"{operator}":{{"aws:PrincipalOrgID":"o-1"}}}}}}}}"#
            );
            let verdict = evaluate_chain(&chain(&[FULL, &deny]), &request);
            assert_eq!(matches!(verdict, Verdict::Denied { .. }), denied, "{operator}");
        }
    }
}
