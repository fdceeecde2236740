//! How the organizations are to look when the plan is done, for runs that are not at their end.

use orgkit_model::{Action, Opening, OrganizationTree, Picture, TreeAccount, TreeNode};
use std::collections::BTreeMap;

/// The picture before, with the plan's steps applied to it.
pub(crate) fn planned(opening: &Opening) -> Picture {
    let plan = &opening.plan;
    let mut picture = opening.before.clone();
    let mut moving = BTreeMap::new();
    for placement in &plan.placements {
        let marks = Vec::new();
        moving.insert(&placement.account, TreeAccount { id: placement.account.clone(), name: placement.name.clone(), marks });
    }
    picture.standalone.retain(|account| !moving.contains_key(&account.id));
    for organization in &mut picture.organizations {
        remove(&mut organization.root, &|account| moving.contains_key(&account.id));
    }
    let deleted = |organization: &OrganizationTree| {
        plan.steps().any(|step| matches!(&step.action, Action::DeleteOrganization { organization: id } if *id == organization.id))
    };
    picture.organizations.retain(|organization| !deleted(organization));
    if let Some(target) = picture.organizations.iter_mut().find(|organization| organization.id == plan.target) {
        for step in plan.steps() {
            match &step.action {
                Action::CreateUnit { path } => {
                    unit(&mut target.root, path);
                }
                Action::ApplyPolicy { name, unit: path, .. } => unit(&mut target.root, path).policies.push(name.clone()),
                _ => {}
            }
        }
        for placement in &plan.placements {
            unit(&mut target.root, &placement.unit).accounts.extend(moving.remove(&placement.account));
        }
        sort(&mut target.root);
    }
    picture
}

fn remove(node: &mut TreeNode, goes: &impl Fn(&TreeAccount) -> bool) {
    node.accounts.retain(|account| !goes(account));
    node.units.iter_mut().for_each(|unit| remove(unit, goes));
}

/// The unit at a path, made where it is missing.
fn unit<'a>(node: &'a mut TreeNode, path: &[String]) -> &'a mut TreeNode {
    let Some((name, rest)) = path.split_first() else { return node };
    let place = node.units.iter().position(|unit| &unit.name == name).unwrap_or_else(|| {
        node.units.push(TreeNode { name: name.clone(), units: Vec::new(), accounts: Vec::new(), policies: Vec::new() });
        node.units.len() - 1
    });
    // INVARIANT: `place` was found in `units`, or is its last place.
    unit(&mut node.units[place], rest)
}

fn sort(node: &mut TreeNode) {
    node.units.sort_by(|a, b| a.name.cmp(&b.name));
    node.accounts.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    node.policies.sort();
    node.policies.dedup();
    node.units.iter_mut().for_each(sort);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::walk;

    #[test]
    fn the_planned_picture_has_every_account_in_its_place_once() {
        let opening = crate::fixture::opening();
        let picture = planned(&opening);
        assert!(picture.standalone.is_empty());
        let mut lines = Vec::new();
        for organization in &picture.organizations {
            walk(&organization.root, "", &mut |path, account| lines.push(format!("{} {path} {}", organization.id, account.name)));
        }
        insta::assert_snapshot!(lines.join("\n"), @r"
        o-target0001  newcorp-management
        o-target0001 Sandbox sandbox-of-the-data-science-team-in-frankfurt
        o-target0001 Security log-archive
        o-target0001 Workloads/Development legacy-reporting
        o-target0001 Workloads/Production oldcorp-management
        o-target0001 Workloads/Production payments-production
        ");
    }
}
