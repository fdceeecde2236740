//! The account as a whole.

use super::{own, page, policies, role_policies, roles, users};
use crate::call::{Answer, Request};
use crate::world::World;
use serde_json::{Value, json};

/// `GetAccountSummary`: counts and quotas. The root user of a simulated account has no access key; whether it has a password and MFA, the
/// world does not know, and it answers as for a member whose root credentials are managed centrally.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?;
    let versions: usize = account.policies.values().map(|policy| policy.versions.len()).sum();
    let entries = [
        ("Users", users::all(world, account).count()),
        ("Groups", 0),
        ("Roles", account.roles.len()),
        ("RolesQuota", roles::ROLES),
        ("Policies", account.policies.len()),
        ("PoliciesQuota", policies::PER_ACCOUNT),
        ("PolicyVersionsInUse", versions),
        ("VersionsPerPolicyQuota", policies::VERSIONS),
        ("AttachedPoliciesPerRoleQuota", role_policies::ATTACHED),
        ("AccountAccessKeysPresent", 0),
        ("AccountPasswordPresent", 0),
        ("AccountMFAEnabled", 0),
        ("AccountSigningCertificatesPresent", 0),
        ("MFADevices", 0),
        ("MFADevicesInUse", 0),
    ];
    let entries: Vec<Value> = entries.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    Ok(json!({ "SummaryMap": { "entry": entries } }))
}

/// `ListAccountAliases`: there are none.
pub(super) fn aliases(world: &World, request: &Request<'_>) -> Answer {
    own(world, request)?;
    page(request, "ListAccountAliases", "AccountAliases", Vec::new())
}
