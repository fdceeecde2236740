//! Resource shares with the organization or its units: a consumer loses them when it leaves.
//! [AWS RAM User Guide, "Share your AWS resources"]

use orgkit_policy_sdk::serde_json::Value;
use orgkit_policy_sdk::{Finding, FindingExt as _, Subject, SubjectExt as _, facts};

pub(crate) fn check(batch: &[Subject]) -> Vec<Finding> {
    batch.iter().map(judge).collect()
}

fn judge(subject: &Subject) -> Finding {
    let doc = match facts::document(subject) {
        Ok(doc) => doc,
        Err(unknown) => return subject.undetermined(&unknown),
    };
    let text = |name: &str| doc.get(name).and_then(Value::as_str).unwrap_or_default();
    let gone = matches!(text("status"), "DISASSOCIATED" | "FAILED");
    if text("associationType") != "PRINCIPAL" || gone {
        return subject.not_applicable();
    }
    let entity = text("associatedEntity");
    let code = if entity.contains(":organizations:") {
        "shared-with-organization"
    } else if doc.get("external").and_then(Value::as_bool) == Some(false) {
        "shared-inside-organization"
    } else {
        return subject.pass();
    };
    subject.fail(code).with("share", text("resourceShareName")).with("principal", entity).seen(subject.id, "/associatedEntity", entity)
}
