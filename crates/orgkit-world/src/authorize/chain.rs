//! The guardrails above an account.

use super::set::Set;
use crate::world::World;
use orgkit_iam::PolicyKind;
use orgkit_model::{AccountId, PolicyId, PolicyType};

/// The policies of a type from the root down to an account; `None` where the type does not bind it: outside an organization, in the
/// management account, and where the type is not enabled [Organizations User Guide, orgs_manage_policies_scps and
/// orgs_manage_policies_rcps].
pub(crate) fn above<'w>(world: &'w World, account: &AccountId, kind: PolicyType) -> Option<Set<'w>> {
    let organization = world.organization_of(account)?;
    if &organization.management == account || !organization.is_enabled(kind) {
        return None;
    }
    let place = if kind == PolicyType::ResourceControlPolicy { PolicyKind::Rcp } else { PolicyKind::Scp };
    let lineage = world.lineage(account);
    let mut set = Set::new(format!("{}:{}", place.as_str(), organization.id));
    set.levels = lineage.len();
    for (level, target) in lineage.iter().enumerate() {
        set.key.push('|');
        let attached: Vec<PolicyId> = organization.policies_on(target, kind).map(|policy| policy.id.clone()).collect();
        for policy in attached.iter().filter_map(|id| organization.policies.get(id)) {
            set.key.push_str(policy.id.as_str());
            set.add_at(level, place, &policy.name, &policy.content);
        }
    }
    Some(set)
}
