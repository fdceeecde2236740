//! Excepting a principal from a deny.

use crate::condition::Truth;
use crate::evaluate::Ready;
use crate::{Context, Document, Effect, ParseError, Principal, Request};
use serde_json::{Value, json};

/// A policy to which no exception can be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExceptError {
    /// The document cannot be read.
    #[error("the policy document cannot be read")]
    Unreadable(#[source] ParseError),
    /// No statement denies the actions.
    #[error("no statement of the policy denies `{0}`")]
    NothingDenies(String),
}

/// The document with an exception for a principal in every statement that denies one of the actions to it: `ArnNotLike aws:PrincipalArn`.
///
/// Only deny statements change, and only for principals that match `pattern`; whoever was allowed stays allowed. Whitespace is dropped because it
/// counts against the size limit.
pub fn except_principal(content: &str, actions: &[&str], principal_arn: &str, pattern: &str) -> Result<String, ExceptError> {
    let document = Document::parse(content).map_err(ExceptError::Unreadable)?;
    let denies: Vec<bool> = document
        .statements
        .iter()
        .map(|statement| {
            let ready = Ready::new(statement, document.language());
            let may_apply =
                |action: &&str| ready.is_about(&action.to_ascii_lowercase()) && ready.fits(&call(action, principal_arn)) != Truth::False;
            statement.effect == Effect::Deny && actions.iter().any(may_apply)
        })
        .collect();
    if !denies.contains(&true) {
        return Err(ExceptError::NothingDenies(actions.join("`, `")));
    }
    // INVARIANT: `Document::parse` read the same text as JSON, and found a `Statement` that is an object or a list of objects.
    let mut value: Value = serde_json::from_str(content).unwrap_or_default();
    let statements: Vec<&mut Value> = match value.get_mut("Statement") {
        Some(Value::Array(list)) => list.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for (statement, _) in statements.into_iter().zip(denies).filter(|(_, denies)| *denies) {
        add_exception(statement, pattern);
    }
    Ok(value.to_string())
}

/// A call of which only the caller is known.
fn call(action: &str, principal_arn: &str) -> Request {
    let context = Context::partly_known().with("aws:PrincipalArn", principal_arn);
    Request { context, ..Request::new(Principal::parse(principal_arn), action) }
}

fn add_exception(statement: &mut Value, pattern: &str) {
    let Some(statement) = statement.as_object_mut() else { return };
    let block = statement.entry("Condition").or_insert_with(|| json!({}));
    let Some(keys) = block.as_object_mut().map(|block| block.entry("ArnNotLike").or_insert_with(|| json!({}))) else { return };
    let Some(keys) = keys.as_object_mut() else { return };
    let name =
        keys.keys().find(|key| key.eq_ignore_ascii_case("aws:PrincipalArn")).cloned().unwrap_or_else(|| "aws:PrincipalArn".to_owned());
    let values = match keys.remove(&name) {
        Some(Value::Array(mut list)) => {
            list.push(pattern.into());
            Value::Array(list)
        }
        Some(one) => json!([one, pattern]),
        None => pattern.into(),
    };
    keys.insert(name, values);
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "arn:aws:iam::111122223333:role/OrgkitMigration";
    const PATTERN: &str = "arn:aws:iam::*:role/OrgkitMigration";

    #[test]
    fn adds_the_exception_to_the_denying_statement_only() {
        let policy = r#"{"Version":"2012-10-17","Statement":[
            {"Sid":"NoLeave","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"},
            {"Sid":"NoTrailStop","Effect":"Deny","Action":"cloudtrail:StopLogging","Resource":"*"}]}"#;
        let changed = except_principal(policy, &["organizations:LeaveOrganization"], ROLE, PATTERN).unwrap();
        insta::assert_snapshot!(changed, @r#"{"Statement":[{"Action":"organizations:LeaveOrganization","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/OrgkitMigration"}},"Effect":"Deny","Resource":"*","Sid":"NoLeave"},{"Action":"cloudtrail:StopLogging","Effect":"Deny","Resource":"*","Sid":"NoTrailStop"}],"Version":"2012-10-17"}"#);
    }

    #[test]
    fn joins_an_exception_that_is_there() {
        let policy = r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnNotLike":{"aws:principalArn":"arn:aws:iam::*:role/Break"}}}}"#;
        let changed = except_principal(policy, &["organizations:LeaveOrganization"], ROLE, PATTERN).unwrap();
        assert!(
            changed.contains(r#"{"aws:principalArn":["arn:aws:iam::*:role/Break","arn:aws:iam::*:role/OrgkitMigration"]}"#),
            "{changed}"
        );
    }

    #[test]
    fn refuses_where_nothing_denies() {
        let policy = r#"{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#;
        let refused = except_principal(policy, &["organizations:LeaveOrganization"], ROLE, PATTERN).unwrap_err();
        insta::assert_snapshot!(refused, @"no statement of the policy denies `organizations:LeaveOrganization`");
    }
}
