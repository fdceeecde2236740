//! IAM Identity Center: assignments and the roles behind them are removed from an account that leaves.
//! [IAM Identity Center User Guide, "Manage AWS accounts"]

use orgkit_policy_sdk::serde_json::Value;
use orgkit_policy_sdk::{FactRef, Finding, FindingExt as _, Subject, SubjectExt as _, Unknown, facts};

const KIND: &str = "sso-admin:ListAccountsForProvisionedPermissionSet";

struct PermissionSet {
    fact: FactRef,
    arn: String,
    accounts: Vec<String>,
}

pub(crate) fn check(batch: &[Subject]) -> Vec<Finding> {
    match permission_sets() {
        Ok(sets) => batch.iter().map(|account| judge(account, &sets)).collect(),
        Err(unknown) => batch.iter().map(|account| account.undetermined(&unknown)).collect(),
    }
}

fn permission_sets() -> Result<Vec<PermissionSet>, Unknown> {
    let read = |fact: &Subject| {
        let doc = facts::document(fact)?;
        let arn = doc.get("PermissionSetArn").and_then(Value::as_str).unwrap_or(&fact.name).to_owned();
        let accounts = doc.get("AccountIds").map(crate::documents::strings).unwrap_or_default();
        Ok(PermissionSet { fact: fact.id, arn, accounts: accounts.into_iter().map(String::from).collect() })
    };
    facts::find(KIND, None)?.iter().map(read).collect()
}

fn judge(account: &Subject, sets: &[PermissionSet]) -> Finding {
    let lost: Vec<&PermissionSet> = sets.iter().filter(|set| set.accounts.contains(&account.account)).collect();
    if lost.is_empty() {
        return account.pass();
    }
    let start = account.fail("assignments-lost").with("permission-sets", &lost.len().to_string());
    lost.iter().take(16).fold(start, |finding, set| finding.seen(set.fact, "/AccountIds", &set.arn))
}
