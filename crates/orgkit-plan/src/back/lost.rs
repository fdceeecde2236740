//! What an account does not get back with its old membership.

use crate::enrol::ENABLED_BASELINES;
use orgkit_model::{AccountId, Estate, Fact, OrganizationSnapshot};
use serde_json::Value;

/// One line for each thing that the estate shows the account had and that does not come back by itself, in a stable order.
pub(super) fn lost(estate: &Estate, source: &OrganizationSnapshot, account: &AccountId) -> Vec<String> {
    let management = &source.organization.management_account;
    let mut lost = Vec::new();
    // AWS attaches its own policies to whoever joins.
    for policy in
        source.policies.iter().filter(|policy| !policy.aws_managed && policy.targets.iter().any(|target| target == account.as_str()))
    {
        lost.push(format!("policy {} ({}), which was attached to the account itself: attach it again", policy.name, policy.id));
    }
    for admin in source.delegated_administrators.iter().filter(|admin| &admin.account == account) {
        lost.extend(admin.services.iter().map(|service| format!("its delegation for {service}: register it again")));
    }
    for set in estate.facts_of("sso-admin:ListAccountsForProvisionedPermissionSet").filter(|fact| &fact.account == management) {
        if texts(set, "AccountIds").any(|id| id == account.as_str()) {
            lost.push(format!("the assignments of permission set {}: assign it again", set.name));
        }
    }
    for share in estate.facts_of("ram:GetResourceShareAssociations") {
        let name = text(share, "resourceShareName").unwrap_or(&share.name);
        if text(share, "associatedEntity") == Some(account.as_str()) {
            lost.push(format!("its part in resource share {name} of {}: share it again, and accept", share.account));
        } else if &share.account == account && names(share, source) {
            lost.push(format!("the sharing of its own resource share {name} with the organization: share it again"));
        }
    }
    let set_targets = |set: &Fact| deployment_targets(set).any(|target| source.lineage(account).contains(&target));
    for set in estate.facts_of("AWS::CloudFormation::StackSet").filter(|fact| &fact.account == management && set_targets(fact)) {
        let name = text(set, "StackSetName").unwrap_or(&set.name);
        lost.push(format!(
            "its instance of StackSet {name}: the stack stayed in the account, and is to be imported before it is deployed again"
        ));
    }
    let ending = format!("/{account}");
    let enrolled = estate.facts_of(ENABLED_BASELINES).filter(|fact| &fact.account == management);
    if enrolled.into_iter().any(|fact| text(fact, "targetIdentifier").is_some_and(|target| target.ends_with(&ending))) {
        lost.push("its enrolment in Control Tower: enrol it again".to_owned());
    }
    lost.sort();
    lost.dedup();
    lost
}

fn text<'f>(fact: &'f Fact, member: &str) -> Option<&'f str> {
    fact.doc.get(member).and_then(Value::as_str)
}

fn texts<'f>(fact: &'f Fact, member: &str) -> impl Iterator<Item = &'f str> {
    fact.doc.get(member).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a share names the organization or one of its units as principal.
fn names(share: &Fact, source: &OrganizationSnapshot) -> bool {
    let id = &source.organization.id;
    text(share, "associatedEntity").is_some_and(|entity| entity.split([':', '/']).any(|part| part == id.as_str()))
}

/// The units that a service-managed StackSet is deployed to.
fn deployment_targets(set: &Fact) -> impl Iterator<Item = String> {
    let groups = set.doc.get("StackInstancesGroup").and_then(Value::as_array).into_iter().flatten();
    let units = groups.filter_map(|group| group.pointer("/DeploymentTargets/OrganizationalUnitIds")?.as_array()).flatten();
    units.filter_map(Value::as_str).map(str::to_owned)
}
