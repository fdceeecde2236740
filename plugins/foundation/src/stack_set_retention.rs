//! Service-managed StackSets with automatic deployment: an account that leaves loses their stacks, unless they are retained.
//! [AWS CloudFormation User Guide, "Manage automatic deployments for StackSets"]

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
    let flag = |pointer: &str| doc.pointer(pointer).is_some_and(|value| value == true || value == "true");
    if doc.get("PermissionModel").and_then(Value::as_str) != Some("SERVICE_MANAGED") || !flag("/AutoDeployment/Enabled") {
        return subject.not_applicable();
    }
    if flag("/AutoDeployment/RetainStacksOnAccountRemoval") {
        return subject.pass();
    }
    subject.fail("stacks-deleted").seen(subject.id, "/AutoDeployment/RetainStacksOnAccountRemoval", "false")
}
