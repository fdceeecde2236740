//! A difference made small: whatever can be left out while both still judge differently, and no rule explains it, is left out.

use super::engines::Engines;
use super::explain::{Found, is_explained};
use crate::TaskError;
use serde_json::Value;

/// Lists that may become empty.
const MAY_BE_EMPTY: &[&str] = &["scpChain", "rcpChain", "identityPolicies", "policies"];

/// Objects whose members may be left out. The empty name stands for the case itself and for an operator's keys.
const OPTIONAL_MEMBERS: &[&str] = &["context", "Condition"];

/// The smallest cases found, with both verdicts, one line each. All are made smaller in step, because starting an evaluator takes longer than judging.
pub(super) fn shrink(engines: &Engines, found: Vec<Found>) -> Result<Vec<String>, TaskError> {
    let mut found: Vec<(Found, bool)> = found.into_iter().map(|found| (found, true)).collect();
    while found.iter().any(|(_, may_shrink)| *may_shrink) {
        let mut smaller = Vec::new();
        let mut origins = Vec::new();
        for (index, ((case, _), _)) in found.iter().enumerate().filter(|(_, (_, may_shrink))| *may_shrink) {
            let made: Vec<Value> = paths(case).iter().map(|path| without(case, path)).collect();
            origins.extend(made.iter().map(|_| index));
            smaller.extend(made);
        }
        let judged = engines.judge(&smaller)?;
        let differing = smaller.into_iter().zip(judged).zip(origins).filter(|((_, verdicts), _)| !verdicts.agree());
        let (differing, origins): (Vec<Found>, Vec<usize>) = differing.unzip();
        let explained = is_explained(engines, differing.clone())?;
        found.iter_mut().for_each(|(_, may_shrink)| *may_shrink = false);
        for ((next, origin), explained) in differing.into_iter().zip(origins).zip(explained) {
            if let Some(one) = found.get_mut(origin).filter(|(_, has_shrunk)| !explained && !*has_shrunk) {
                *one = (next, true);
            }
        }
    }
    Ok(found.into_iter().map(|((case, verdicts), _)| format!("ours {}, theirs {}: {case}", verdicts.ours, verdicts.theirs)).collect())
}

/// A step into a JSON value.
#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

/// Every part that can be left out, large ones first.
fn paths(case: &Value) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    for (key, value) in case.as_object().into_iter().flatten().filter(|(key, _)| !["id", "request"].contains(&key.as_str())) {
        found.push(vec![Step::Key(key.clone())]);
        walk(value, key, &mut vec![Step::Key(key.clone())], &mut found);
    }
    walk(&case["request"], "request", &mut vec![Step::Key("request".to_owned())], &mut found);
    found.sort_by_key(Vec::len);
    found
}

fn walk(value: &Value, name: &str, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    match value {
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                path.push(Step::Index(index));
                if list.len() > 1 || MAY_BE_EMPTY.contains(&name) || path_has(path, "context") {
                    found.push(path.clone());
                }
                walk(inner, "", path, found);
                path.pop();
            }
        }
        Value::Object(members) => {
            let is_operator = !path_has(path, "Principal") && path.len() > 1 && path_has(path, "Condition");
            for (key, inner) in members {
                path.push(Step::Key(key.clone()));
                if key == "Condition" || OPTIONAL_MEMBERS.contains(&name) || (is_operator && members.len() > 1) {
                    found.push(path.clone());
                }
                walk(inner, key, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

fn path_has(path: &[Step], name: &str) -> bool {
    path.iter().any(|step| matches!(step, Step::Key(key) if key == name))
}

/// The case without the part at a path.
fn without(case: &Value, path: &[Step]) -> Value {
    let mut smaller = case.clone();
    let Some((last, before)) = path.split_last() else { return smaller };
    let parent = before.iter().try_fold(&mut smaller, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    });
    match (parent, last) {
        (Some(Value::Object(members)), Step::Key(key)) => drop(members.remove(key)),
        (Some(Value::Array(list)), Step::Index(index)) => drop(list.remove(*index)),
        _ => {}
    }
    smaller
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_needed_stays() {
        let case = json!({"id": "1", "request": {"action": "a:b", "context": {"k": "v"}}, "identityPolicies": [{"Statement": {"Action": ["x", "y"]}}]});
        let smaller: Vec<String> = paths(&case).iter().map(|path| without(&case, path).to_string()).collect();
        assert_eq!(smaller.len(), 5, "{smaller:#?}");
        assert!(smaller.contains(&r#"{"id":"1","identityPolicies":[],"request":{"action":"a:b","context":{"k":"v"}}}"#.to_owned()));
        assert!(smaller.iter().all(|one| one.contains(r#""action":"a:b""#)));
    }
}
