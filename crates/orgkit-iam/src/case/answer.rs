//! What comes out of a case, in the form in which it is printed.

use super::Case;
use crate::evaluate::{Explanation, Reason, Verdict};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// What comes out of a case. It serializes to one JSON object: `id`, `verdict`, `blockedBy`, `unknownKeys`, `explain`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The case's id as it stands there.
    #[serde(serialize_with = "raw")]
    pub id: String,
    /// The verdict.
    #[serde(serialize_with = "name")]
    pub verdict: Verdict,
    /// The kinds of policies that keep the request from being allowed for certain.
    pub blocked_by: Vec<&'static str>,
    /// The keys that the verdict depends on and that are not known, as the case spells them.
    pub unknown_keys: Vec<String>,
    /// What decided it.
    pub explain: Vec<Because>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Because {
    /// The part that it plays: `allows`, `denies`, `mayAllow`, `mayDeny`, `allowsNothing`, `doesNotReach`, `unknownOperator`.
    pub role: &'static str,
    /// The kind of policy.
    pub policy_type: &'static str,
    /// What the policy is attached to; `null` outside the chains.
    pub target: Option<String>,
    /// The policy by its place in the case; `null` where no single one is meant.
    pub policy: Option<String>,
    /// The statement's `Sid`, or its place as `#1`; `null` where no single one is meant.
    pub statement: Option<String>,
    /// The keys that it depends on and that are not known.
    pub unknown_keys: Vec<String>,
    /// All of it as an English sentence.
    pub text: String,
}

impl Answer {
    pub(super) fn new(case: &Case, explanation: Explanation) -> Self {
        let spell = |keys: &[String]| keys.iter().map(|key| case.spelled(key)).collect::<Vec<_>>();
        let because = |reason: Reason| {
            let reason = Reason { unknown_keys: spell(&reason.unknown_keys), ..reason };
            let text = reason.sentence();
            let some = |text: String| (!text.is_empty()).then_some(text);
            Because {
                role: reason.role.as_str(),
                policy_type: reason.kind.as_str(),
                target: some(reason.target),
                policy: some(reason.policy),
                statement: some(reason.statement),
                unknown_keys: reason.unknown_keys,
                text,
            }
        };
        Self {
            id: case.id.clone(),
            verdict: explanation.verdict,
            blocked_by: explanation.blocked_by.iter().map(|kind| kind.as_str()).collect(),
            unknown_keys: spell(&explanation.unknown_keys),
            explain: explanation.reasons.into_iter().map(because).collect(),
        }
    }

    /// The answer as one line of JSON.
    pub fn to_line(&self) -> String {
        // INVARIANT: there is nothing in it that JSON cannot say.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn raw<S: Serializer>(id: &str, serializer: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(id.to_owned()).map_err(serde::ser::Error::custom)?.serialize(serializer)
}

fn name<S: Serializer>(verdict: &Verdict, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(verdict.as_str())
}
