//! The rules by which iam-simulate differs from what AWS documents.
//!
//! Each rewrites a case into one that means the same by that documentation and does without what the two differ about. A rewriting proves nothing by
//! itself: it explains a difference only where our verdict stays and theirs becomes the same.

use super::rewrite::{action, conditions, context, each, principal, statements, texts};
use serde_json::{Value, json};

/// A rule.
pub(super) struct Rule {
    pub(super) id: &'static str,
    /// What AWS documents, with the page.
    pub(super) says: &'static str,
    pub(super) rewrite: fn(&mut Value),
}

/// A value that no request has.
const NOWHERE: &str = "arn:aws:iam::999999999999:user/nobody";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "scp-reach",
        says: "SCPs reach principals of member accounts; not services, not whoever has no account, not service-linked roles [orgs_manage_policies_scps]",
        rewrite: |case| {
            if !has_account(case) || is_service_linked(case) {
                case["scpChain"] = json!([]);
            }
        },
    },
    Rule {
        id: "rcp-services",
        says: "RCPs reach the services on AWS's list only [orgs_manage_policies_rcps]",
        rewrite: |case| {
            let action = action(case);
            let services = include_str!("../../../crates/orgkit-iam/data/rcp-services.txt").lines();
            if !services.into_iter().any(|service| action.split(':').next() == Some(service)) {
                case["rcpChain"] = json!([]);
            }
        },
    },
    Rule {
        id: "rcp-exemptions",
        says: "RCPs do not reach `kms:RetireGrant`, keys that AWS manages, service-linked roles and who assumes them [orgs_manage_policies_rcps; KMS resource-control-policies]",
        rewrite: |case| {
            let action = action(case);
            let resource = case["request"]["resource"].as_str().unwrap_or_default();
            let aliases = context(case, "kms:ResourceAliases").map(Value::to_string).unwrap_or_default();
            let is_managed_key = action.starts_with("kms:") && (resource.contains(":alias/aws/") || aliases.contains("alias/aws/"));
            let assumes = action.starts_with("sts:") && resource.contains(":role/aws-service-role/");
            if action == "kms:retiregrant" || is_managed_key || assumes || is_service_linked(case) {
                case["rcpChain"] = json!([]);
            }
        },
    },
    Rule {
        id: "root-user",
        says: "the root user needs no identity policy [reference_policies_evaluation-logic]",
        rewrite: |case| {
            if principal(case).ends_with(":root") {
                case["identityPolicies"] = json!([everything()]);
            }
        },
    },
    Rule {
        id: "not-principal-account",
        says: "an account in `NotPrincipal` excepts its root user alone: a user is excepted by its own ARN [reference_policies_elements_notprincipal]",
        rewrite: |case| {
            if principal(case).ends_with(":root") {
                return;
            }
            statements(case, |_, statement| {
                let Some(named) = statement.get_mut("NotPrincipal").and_then(|named| named.get_mut("AWS")) else { return };
                each(Some(named), &mut |one| {
                    if one.as_str().is_some_and(|one| one.len() == 12 || one.ends_with(":root")) {
                        *one = NOWHERE.into();
                    }
                });
            });
        },
    },
    Rule {
        id: "variables-2008",
        says: "without `Version` 2012-10-17 a variable is plain text [reference_policies_variables]",
        rewrite: |case| {
            statements(case, |place, statement| {
                if !place.has_variables {
                    texts(statement, &mut |text| *text = text.replace("${", "\u{a7}{"));
                }
            });
        },
    },
    Rule {
        id: "variable-unresolved",
        says: "a variable without a single value matches nothing: a positive condition is false, a negated one true [reference_policies_variables]",
        rewrite: unresolved,
    },
    Rule {
        id: "variable-literals",
        says: "`${*}`, `${?}` and `${$}` stand for the character wherever variables work [reference_policies_variables]",
        rewrite: |case| {
            conditions(case, |place, operator, values| {
                if place.has_variables && (operator.contains("StringEquals") || operator.contains("StringNotEquals")) {
                    texts(values, &mut |text| *text = text.replace("${*}", "*").replace("${?}", "?").replace("${$}", "$"));
                }
            });
        },
    },
    Rule {
        id: "newline",
        says: "`*` and `?` stand for any character [reference_policies_elements_condition_operators]",
        rewrite: |case| texts(case, &mut |text| *text = text.replace('\n', "\u{b6}")),
    },
    Rule {
        id: "character",
        says: "`?` stands for one character, also where UTF-16 needs two units [reference_policies_elements_condition_operators]",
        rewrite: |case| texts(case, &mut |text| *text = text.replace('\u{1f600}', "\u{e9}")),
    },
    Rule {
        id: "epoch",
        says: "a date is ISO 8601 or seconds since 1970; both name moments [reference_policies_elements_condition_operators]",
        rewrite: |case| texts(case, &mut |text| *text = text.replace("1767225600", "2026-01-01T00:00:00Z")),
    },
    Rule {
        id: "not-a-number",
        says: "a value that is no number compares with none [reference_policies_elements_condition_operators]",
        rewrite: |case| texts(case, &mut |text| *text = text.replace("10abc", "abc")),
    },
    Rule {
        id: "not-a-number-negated",
        says: "not said: `NumericNotEquals` and a value that is no number. Here it holds, since nothing is equal [reference_policies_elements_condition_operators]",
        rewrite: |case| {
            let original = case.clone();
            let is_no_number = |key: &str| context(&original, key).is_some_and(|value| value == "10abc");
            leave_out(case, |operator, key| operator.contains("NumericNotEquals") && is_no_number(key));
        },
    },
    Rule {
        id: "request-wildcard",
        says: "a request is about one resource: a `*` in its name is a character of the name [reference_policies_elements_resource]",
        rewrite: |case| {
            let resource =
                case["request"]["resource"].as_str().filter(|resource| *resource != "*").map(|resource| resource.replace('*', "w"));
            if let Some(resource) = resource {
                case["request"]["resource"] = resource.into();
            }
        },
    },
    Rule {
        id: "large-integers",
        says: "integers are compared exactly [reference_policies_elements_condition_operators]",
        rewrite: |case| texts(case, &mut |text| *text = text.replace("900719925474099", "90071992547")),
    },
    Rule {
        id: "ipv6",
        says: "an address is compared as an address, however it is written [reference_policies_elements_condition_operators]",
        rewrite: |case| texts(case, &mut |text| *text = text.replace("2001:0db8:0:0:0:0:0:1", "2001:db8::1")),
    },
    Rule {
        id: "every-address",
        says: "a prefix of length 0 holds every address of its family [reference_policies_elements_condition_operators]",
        rewrite: |case| {
            conditions(case, |_, operator, values| {
                if operator.contains("IpAddress") {
                    halves(values);
                }
            });
        },
    },
    Rule {
        id: "null-set",
        says: "for a set operator an empty string is a null set, as if the key were absent [reference_policies_multi-value-conditions]",
        rewrite: |case| {
            if let Some(context) = case["request"]["context"].as_object_mut() {
                context.retain(|_, value| match value {
                    Value::Array(list) => list.iter().any(|one| one != ""),
                    one => one != "",
                });
            }
        },
    },
    Rule {
        id: "variables-in-arns",
        says: "variables work wherever strings and ARNs are compared, and anywhere after a resource's fifth colon [reference_policies_variables]",
        rewrite: |case| fill(case, &["Arn"], |value| !value.is_empty()),
    },
    Rule {
        id: "variable-empty",
        says: "not said: a variable whose key holds an empty string. Here it stands for the empty string [reference_policies_variables]",
        rewrite: |case| fill(case, &["Arn", "String"], str::is_empty),
    },
    Rule {
        id: "federated-user",
        says: "a federated user may do what the policies passed with the session allow; without one, nothing [id_credentials_temp_control-access_getfederationtoken]",
        rewrite: |case| {
            if principal(case).contains(":federated-user/") && case["sessionPolicy"].is_null() {
                let statement = json!({ "Effect": "Allow", "Action": "none:None", "Resource": "*" });
                case["sessionPolicy"] = json!({ "Version": "2012-10-17", "Statement": [statement] });
            }
        },
    },
    Rule {
        id: "session-grant",
        says: "what a resource policy grants to a session's ARN is not limited by what the session policy leaves out [reference_policies_evaluation-logic]",
        rewrite: |case| {
            let policy = case["resourcePolicy"].to_string();
            let names_caller = policy.contains(principal(case)) || policy.contains(r#""Principal":"*""#) || policy.contains(r#""AWS":"*""#);
            if names_caller && principal(case).contains(":sts:") && case["sessionPolicy"].is_object() {
                allow_everything(&mut case["sessionPolicy"]);
            }
        },
    },
    Rule {
        id: "trust-missing",
        says: "a role's trust policy and a key's policy must themselves allow; none allows nothing [reference_policies_evaluation-logic]",
        rewrite: |case| {
            let (action, resource) = (action(case), case["request"]["resource"].as_str().unwrap_or_default());
            let must_allow =
                (action.starts_with("sts:") && resource.contains(":role/")) || (action.starts_with("kms:") && resource.contains(":key/"));
            if must_allow && case["resourcePolicy"].is_null() {
                let statement = json!({ "Effect": "Allow", "Principal": { "AWS": NOWHERE }, "Action": "*", "Resource": "*" });
                case["resourcePolicy"] = json!({ "Version": "2012-10-17", "Statement": [statement] });
            }
        },
    },
    Rule {
        id: "federated-identity",
        says: "who comes from an identity provider is named by `Federated`, not by an account [reference_policies_elements_principal]",
        rewrite: |case| {
            if principal(case).contains(":saml-provider/") {
                statements(case, |_, statement| {
                    let named = statement.get_mut("Principal").and_then(|named| named.get_mut("AWS"));
                    each(named, &mut |one| {
                        if *one != "*" {
                            *one = NOWHERE.into();
                        }
                    });
                });
            }
        },
    },
    Rule {
        id: "short-arn",
        says: "a `*` that ends an ARN's part may run past the colons: `arn:aws:sqs:*` [reference_policies_elements_resource]",
        rewrite: |case| {
            statements(case, |_, statement| {
                for element in ["Resource", "NotResource"] {
                    each(statement.get_mut(element), &mut |one| {
                        if *one != "*" {
                            lengthen(one);
                        }
                    });
                }
            });
        },
    },
    Rule {
        id: "short-arn-in-condition",
        says: "not said: `*` where an ARN is compared. Here it matches every ARN, so that a deny stands [reference_policies_elements_condition_operators]",
        rewrite: |case| {
            conditions(case, |_, operator, values| {
                if operator.contains("Arn") {
                    each(Some(values), &mut lengthen);
                }
            });
        },
    },
    Rule {
        id: "date-forms",
        says: "dates have the forms of the W3C note on ISO 8601, a year alone among them [reference_policies_elements_condition_operators]",
        rewrite: |case| {
            texts(case, &mut |text| {
                if ["2026", "2026-01-01"].contains(&text.as_str()) {
                    *text = "2026-01-01T00:00:00Z".to_owned();
                }
            });
        },
    },
    Rule {
        id: "address-families",
        says: "an address of the other family lies in no network, so `NotIpAddress` holds [reference_policies_elements_condition_operators]",
        rewrite: other_family,
    },
    Rule {
        id: "any-if-exists",
        says: "not said: `ForAnyValue` with `IfExists` and no key. Here `IfExists` wins: the condition holds [reference_policies_elements_condition_operators]",
        rewrite: any_if_exists,
    },
];

/// Gives an ARN that ends early by `*` all its parts.
fn lengthen(value: &mut Value) {
    let Some(text) = value.as_str().filter(|text| text.ends_with('*') && (*text == "*" || text.starts_with("arn:"))) else { return };
    let parts = text.split(':').count();
    if text == "*" {
        *value = "arn:*:*:*:*:*".into();
    } else if parts < 6 {
        *value = format!("{text}{}", ":*".repeat(6 - parts)).into();
    }
}

/// Leaves out the networks of the family that the request's address is not of.
fn other_family(case: &mut Value) {
    let Some(is_v6) = context(case, "aws:SourceIp").and_then(Value::as_str).map(|address| address.contains(':')) else { return };
    let nowhere = if is_v6 { "fd00::99/128" } else { "198.51.100.99/32" };
    conditions(case, |_, operator, values| {
        if operator.contains("IpAddress") {
            each(Some(values), &mut |one| {
                if one.as_str().is_some_and(|one| one.contains(':') != is_v6) {
                    *one = nowhere.into();
                }
            });
        }
    });
}

/// Leaves out the conditions that `ForAnyValue` with `IfExists` makes on keys that the request does not have.
fn any_if_exists(case: &mut Value) {
    let original = case.clone();
    let is_there = |key: &str| match context(&original, key) {
        Some(Value::Array(list)) => list.iter().any(|one| one != ""),
        Some(one) => one != "",
        None => false,
    };
    leave_out(case, |operator, key| operator.starts_with("ForAnyValue:") && operator.ends_with("IfExists") && !is_there(key));
}

/// Leaves out conditions that hold, by operator and key.
fn leave_out(case: &mut Value, holds: impl Fn(&str, &str) -> bool) {
    statements(case, |_, statement| {
        let Some(block) = statement.get_mut("Condition").and_then(Value::as_object_mut) else { return };
        for (operator, keys) in block.iter_mut() {
            keys.as_object_mut().into_iter().for_each(|keys| keys.retain(|key, _| !holds(operator, key)));
        }
        block.retain(|_, keys| keys.as_object().is_some_and(|keys| !keys.is_empty()));
        if block.is_empty() {
            statement.as_object_mut().into_iter().for_each(|statement| drop(statement.remove("Condition")));
        }
    });
}

fn has_account(case: &Value) -> bool {
    let principal = principal(case);
    principal.starts_with("arn:") && !principal.contains(":saml-provider/") && !principal.contains(":oidc-provider/")
}

fn is_service_linked(case: &Value) -> bool {
    principal(case).contains("AWSServiceRoleFor")
}

/// A document that allows everything.
fn everything() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] })
}

/// Lets a document allow everything that it does not deny.
fn allow_everything(document: &mut Value) {
    let allow = everything()["Statement"][0].take();
    match &mut document["Statement"] {
        Value::Array(list) => list.push(allow),
        one => *one = json!([one.take(), allow]),
    }
}

/// Replaces values with a variable that has no single value by one that matches nothing.
fn unresolved(case: &mut Value) {
    let original = case.clone();
    let is_unresolved = |text: &str| {
        let inner = text.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(inner, _)| inner);
        inner
            .into_iter()
            .any(|key| !key.contains(',') && !["*", "?", "$"].contains(&key) && !context(&original, key).is_some_and(Value::is_string))
    };
    let mut replace = |value: &mut Value| {
        if value.as_str().is_some_and(is_unresolved) {
            *value = NOWHERE.into();
        }
    };
    statements(case, |place, statement| {
        if place.has_variables {
            for element in ["Resource", "NotResource"] {
                each(statement.get_mut(element), &mut replace);
            }
        }
    });
    conditions(case, |place, _, values| {
        if place.has_variables {
            each(Some(values), &mut replace);
        }
    });
}

/// Fills variables in whose keys have a single value of some kind: in resources, and in the values of some operators.
fn fill(case: &mut Value, operators: &[&str], is_meant: fn(&str) -> bool) {
    let original = case.clone();
    let fill = |value: &mut Value| {
        let Some(text) = value.as_str().filter(|text| text.contains("${")) else { return };
        let mut filled = text.to_owned();
        for (key, one) in original["request"]["context"].as_object().into_iter().flatten() {
            let variable = format!("${{{key}}}").to_ascii_lowercase();
            // What is filled in is no pattern.
            let Some(one) = one.as_str().filter(|one| is_meant(one) && !one.contains(['*', '?', '$'])) else { continue };
            while let Some(at) = filled.to_ascii_lowercase().find(&variable) {
                filled.replace_range(at..at + variable.len(), one);
            }
        }
        while let Some((range, default)) = default_of(&filled).filter(|(_, default)| is_meant(default)) {
            filled.replace_range(range, &default);
        }
        *value = filled.into();
    };
    conditions(case, |place, operator, values| {
        if place.has_variables && operators.iter().any(|one| operator.contains(one)) {
            each(Some(values), &mut |one| fill(one));
        }
    });
    statements(case, |place, statement| {
        if place.has_variables {
            for element in ["Resource", "NotResource"] {
                each(statement.get_mut(element), &mut |one| fill(one));
            }
        }
    });
}

/// The first variable with a default value: where it stands, and the value. No key with a default is ever there.
fn default_of(text: &str) -> Option<(std::ops::Range<usize>, String)> {
    let middle = text.find(", '")?;
    let start = text.get(..middle)?.rfind("${")?;
    let default = text.get(middle + 3..)?.split_once("'}")?.0;
    Some((start..middle + 3 + default.len() + 2, default.to_owned()))
}

/// Writes the networks of all addresses as two halves each.
fn halves(values: &mut Value) {
    let list = match values.take() {
        Value::Array(list) => list,
        one => vec![one],
    };
    let halves = list.into_iter().flat_map(|one| match one.as_str() {
        Some("0.0.0.0/0") => vec![json!("0.0.0.0/1"), json!("128.0.0.0/1")],
        Some("::/0") => vec![json!("::/1"), json!("8000::/1")],
        _ => vec![one],
    });
    *values = halves.collect();
}
