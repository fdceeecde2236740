//! What can be wrong with an effective policy although each of its policies is well formed.
//!
//! AWS documents no list. Simulated are the parts that a backup plan needs and how many rules it may have: the code `ELEMENTS_TOO_MANY`, the
//! limit and the form of path and message are those of an example [Organizations User Guide, orgs_cloudtrail-integration, as of October
//! 2026]; the code for what is missing is unconfirmed.

use super::merge::Setting;
use crate::catalog::PolicyKind;
use orgkit_model::PolicyId;
use std::collections::BTreeSet;

/// How many rules a backup plan may have.
const MOST_RULES: usize = 10;

/// The parts that a backup plan needs [Organizations User Guide, orgs_manage_policies_backup_syntax].
const PARTS: [&str; 3] = ["regions", "rules", "selections"];

/// Something wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) message: String,
    /// Where, from the top of the policy: `plans/daily/rules`.
    pub(super) path: String,
    /// The policies that it comes from.
    pub(super) policies: BTreeSet<PolicyId>,
}

/// Whether effective policies of a type can be wrong at all, as far as simulated.
pub(super) fn can_fail(kind: PolicyKind) -> bool {
    kind == PolicyKind::BackupPolicy
}

/// What is wrong with an effective policy.
pub(super) fn faults(kind: PolicyKind, policy: &Setting) -> Vec<Fault> {
    let plans = policy.get("plans").filter(|_| can_fail(kind));
    plans.into_iter().flat_map(Setting::settings).flat_map(|(name, plan)| plan_faults(name, plan)).collect()
}

fn plan_faults(name: &str, plan: &Setting) -> Vec<Fault> {
    let mut faults = Vec::new();
    for part in PARTS {
        let Some(setting) = plan.get(part) else {
            let (message, path) = (format!("'{part}' is missing"), format!("plans/{name}"));
            faults.push(Fault { code: "KEY_REQUIRED", message, path, policies: plan.contributors() });
            continue;
        };
        if part == "rules" && setting.settings().count() > MOST_RULES {
            let message = format!("'{part}' exceeds the allowed maximum limit {MOST_RULES}");
            let path = format!("plans/{name}/{part}");
            faults.push(Fault { code: "ELEMENTS_TOO_MANY", message, path, policies: setting.contributors() });
        }
    }
    faults
}
