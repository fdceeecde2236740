//! Policies that name the old organization or its management account: what they do once the account has moved.
//!
//! The condition keys are those of the IAM User Guide, "AWS global condition context keys"; their names are not case-sensitive. A key
//! that lists both organizations' ids holds before and after the move, so such a condition is left alone.

use crate::documents::{self, Document};
use crate::organizations::{self, Organization};
use orgkit_policy_sdk::serde_json::Value;
use orgkit_policy_sdk::{Context, Finding, FindingExt as _, RuleError, Status, Subject, SubjectExt as _, Unknown, parse_params};
use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Params {
    /// Names of resources and principals that are known and left alone.
    ignore: Vec<String>,
}

/// Who is old and who is new.
struct Sides<'a> {
    old: Vec<Organization>,
    new: &'a str,
}

/// One place in a policy, and what it does after the move.
struct Hit {
    code: &'static str,
    pointer: String,
    observed: String,
}

pub(crate) fn check(ctx: &Context, params: &str, batch: &[Subject]) -> Result<Vec<Finding>, RuleError> {
    let params: Params = parse_params(params)?;
    let sides = match organizations::sources() {
        Ok(old) => Sides { old, new: organizations::target(ctx) },
        Err(unknown) => return Ok(batch.iter().map(|subject| subject.undetermined(&unknown)).collect()),
    };
    Ok(batch.iter().flat_map(|subject| judge(subject, &sides, &params)).collect())
}

fn judge(subject: &Subject, sides: &Sides<'_>, params: &Params) -> Vec<Finding> {
    if params.ignore.contains(&subject.name) {
        return vec![subject.not_applicable()];
    }
    match hits(subject, sides) {
        Err(unknown) => vec![subject.undetermined(&unknown)],
        Ok(hits) if hits.is_empty() => vec![subject.pass()],
        Ok(hits) => by_code(hits).into_iter().map(|(code, hits)| finding(subject, code, &hits)).collect(),
    }
}

fn by_code(hits: Vec<Hit>) -> BTreeMap<&'static str, Vec<Hit>> {
    let mut groups: BTreeMap<&'static str, Vec<Hit>> = BTreeMap::new();
    for hit in hits {
        groups.entry(hit.code).or_default().push(hit);
    }
    groups
}

fn finding(subject: &Subject, code: &str, hits: &[Hit]) -> Finding {
    let observed = hits.first().map_or("", |hit| hit.observed.as_str());
    let start = subject.say(Status::Fail, code).with("places", &hits.len().to_string()).with("observed", observed);
    hits.iter().fold(start, |finding, hit| finding.seen(subject.id, &hit.pointer, &hit.observed))
}

fn hits(subject: &Subject, sides: &Sides<'_>) -> Result<Vec<Hit>, Unknown> {
    let mut hits = Vec::new();
    for document in documents::of(subject)? {
        scan(&document, subject, sides, &mut hits);
    }
    Ok(hits)
}

fn scan(document: &Document, subject: &Subject, sides: &Sides<'_>, hits: &mut Vec<Hit>) {
    for (at, statement) in documents::statements(document) {
        let allow = statement.get("Effect").and_then(Value::as_str) != Some("Deny");
        conditions(&at, statement, allow, sides, hits);
        for element in ["Principal", "NotPrincipal", "Resource", "NotResource"] {
            let Some(value) = statement.get(element) else { continue };
            names(&format!("{at}/{element}"), value, subject, sides, hits);
        }
    }
}

fn conditions(at: &str, statement: &Value, allow: bool, sides: &Sides<'_>, hits: &mut Vec<Hit>) {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    for (operator, keys) in operators {
        let Some(keys) = keys.as_object() else { continue };
        for (key, values) in keys.iter().filter(|(key, _)| is_organization_key(key)) {
            let values = documents::strings(values);
            let names_new = values.iter().any(|value| value.contains(sides.new));
            let Some(old) = values.iter().find(|value| names_old(value, sides)) else { continue };
            if names_new {
                continue;
            }
            let code = match (allow, is_negated(operator)) {
                (false, true) => "deny-locks-out",
                (true, false) => "allow-stops",
                (false, false) => "deny-lapses",
                (true, true) => "allow-widens",
            };
            let pointer = format!("{at}/Condition/{}/{}", escape(operator), escape(key));
            hits.push(Hit { code, pointer, observed: format!("{operator} {key} {old}") });
        }
    }
}

/// `aws:PrincipalOrgID` and its kin.
fn is_organization_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["principal", "resource", "source", "vpce"].iter().any(|whose| {
        key.strip_prefix("aws:").and_then(|rest| rest.strip_prefix(whose)).is_some_and(|rest| rest == "orgid" || rest == "orgpaths")
    })
}

fn is_negated(operator: &str) -> bool {
    let operator = operator.rsplit(':').next().unwrap_or(operator).to_ascii_lowercase();
    operator.starts_with("stringnot") || operator.starts_with("arnnot")
}

/// An old organization's id, or a unit without an organization (`*/ou-ab12-…/*`): units never move.
fn names_old(value: &str, sides: &Sides<'_>) -> bool {
    let unit_of_anyone = !value.contains("o-") || value.starts_with("*/") || value.starts_with("o-*/");
    sides.old.iter().any(|organization| value.contains(&organization.id))
        || (unit_of_anyone && (value.contains("/ou-") || value.contains("/r-")))
}

/// ARNs and ids in elements that take no conditions.
fn names(at: &str, value: &Value, subject: &Subject, sides: &Sides<'_>, hits: &mut Vec<Hit>) {
    for text in documents::strings(value) {
        for organization in &sides.old {
            if text.contains(&organization.id) {
                hits.push(Hit { code: "names-organization", pointer: at.to_owned(), observed: text.to_string() });
            } else if subject.account != organization.management && is_of_account(&text, &organization.management) {
                hits.push(Hit { code: "names-management-account", pointer: at.to_owned(), observed: text.to_string() });
            }
        }
    }
}

/// An account's id alone, or in the fifth place of an ARN.
fn is_of_account(text: &str, account: &str) -> bool {
    text == account || (text.starts_with("arn:") && text.split(':').nth(4) == Some(account))
}

/// RFC 6901.
fn escape(member: &str) -> String {
    member.replace('~', "~0").replace('/', "~1")
}
