//! What an organization brings to the accounts that join it.

use super::gap::Gaps;
use super::seen::{Seen, text};
use crate::worldfile::{BaselineSpec, InspectorResource, InspectorSpec, OrganizationRole};
use orgkit_model::{AccountId, DelegatedAdministrator, Fact, OrganizationSnapshot};
use serde_json::Value;
use std::collections::BTreeSet;

/// The fact that names Inspector's administrator.
const ADMINISTRATOR: &str = "inspector2:GetDelegatedAdminAccount";
/// The facts that say whether Inspector is on in an account.
pub(super) const STATUS: &str = "inspector2:BatchGetAccountStatus";

/// How long it takes to arrive. AWS gives no number.
const DELAY_SECONDS: u32 = 60;
/// Whose delegated administrator stands for AWS Config being rolled out
/// [AWS Config Developer Guide, aggregated-register-delegated-administrator].
const CONFIG_SERVICES: [&str; 2] = ["config.amazonaws.com", "config-multiaccountsetup.amazonaws.com"];

/// The service principal of Amazon Inspector [Organizations User Guide, orgs_integrate_services_list].
const INSPECTOR_SERVICE: &str = "inspector2.amazonaws.com";

/// The baseline of an organization; `None` when it brings nothing.
pub(super) fn baseline(seen: &Seen<'_>, snapshot: &OrganizationSnapshot, role: OrganizationRole, gaps: &mut Gaps) -> Option<BaselineSpec> {
    let (config_bucket, inspector) = match role {
        OrganizationRole::Target => (config_of_target(snapshot, gaps), inspector_of_target(seen, snapshot, gaps)),
        _ => (None, inspector_of_source(seen, snapshot, gaps)),
    };
    let is_any = config_bucket.is_some() || inspector.is_some();
    is_any.then_some(BaselineSpec { config_bucket, inspector, delay_seconds: DELAY_SECONDS })
}

/// Discovery does not look into the target's members, so there is no seeing what they have.
fn config_of_target(snapshot: &OrganizationSnapshot, gaps: &mut Gaps) -> Option<String> {
    let id = &snapshot.organization.id;
    let mut services = snapshot.delegated_administrators.iter().flat_map(|administrator| &administrator.services);
    if !services.any(|service| CONFIG_SERVICES.contains(&service.as_str())) {
        gaps.assumed(format!(
            "{id} does not bring AWS Config to accounts that join: it has no delegated administrator for it, and its members were not \
             looked into. If it does, say so in its `baseline`."
        ));
        return None;
    }
    let bucket = format!("{id}-config");
    gaps.assumed(format!(
        "{id} brings AWS Config to every account that joins, after a minute and in every region, with the made-up bucket `{bucket}`: it has \
         a delegated administrator for it."
    ));
    Some(bucket)
}

fn inspector_of_target(seen: &Seen<'_>, snapshot: &OrganizationSnapshot, gaps: &mut Gaps) -> Option<InspectorSpec> {
    let id = &snapshot.organization.id;
    let Some(administrator) = administrator(seen, snapshot, &snapshot.organization.management_account) else {
        gaps.assumed(format!(
            "{id} does not bring Amazon Inspector to accounts that join: it has no delegated administrator for it. If it does, say so \
             in its `baseline`."
        ));
        return None;
    };
    gaps.assumed(format!(
        "{id} brings Amazon Inspector to every account that joins, after a minute, for EC2, ECR and Lambda: {administrator} is its \
         delegated administrator."
    ));
    Some(InspectorSpec { administrator, resources: vec![InspectorResource::Ec2, InspectorResource::Ecr, InspectorResource::Lambda] })
}

/// What the members have. A world has it in all of them or in none.
fn inspector_of_source(seen: &Seen<'_>, snapshot: &OrganizationSnapshot, gaps: &mut Gaps) -> Option<InspectorSpec> {
    let management = &snapshot.organization.management_account;
    let members = || snapshot.accounts.keys().filter(|account| *account != management);
    let statuses: Vec<&Fact> = members().flat_map(|account| seen.facts(account, STATUS)).copied().collect();
    let enabled: Vec<&Fact> = statuses.iter().copied().filter(|fact| is_enabled(&fact.doc, "/state/status")).collect();
    let first = enabled.first()?;
    let administrator =
        administrator(seen, snapshot, management).or_else(|| members().find_map(|account| administrator(seen, snapshot, account)));
    let Some(administrator) = administrator else {
        gaps.left_out(format!(
            "Amazon Inspector is on in members of {}, whose delegated administrator is not known.",
            snapshot.organization.id
        ));
        return None;
    };
    let scanned = |(resource, name): &(InspectorResource, &str)| {
        enabled.iter().any(|fact| is_enabled(&fact.doc, &format!("/resourceState/{name}/status"))).then_some(*resource)
    };
    let known = [(InspectorResource::Ec2, "ec2"), (InspectorResource::Ecr, "ecr"), (InspectorResource::Lambda, "lambda")];
    let differing = statuses
        .iter()
        .filter(|fact| fact.doc.get("state") != first.doc.get("state") || fact.doc.get("resourceState") != first.doc.get("resourceState"));
    let differing: BTreeSet<&AccountId> = differing.map(|fact| &fact.account).collect();
    if !differing.is_empty() {
        gaps.left_out(format!(
            "Amazon Inspector is not the same in all members of {} ({} of them differ); in the world it is on in all.",
            snapshot.organization.id,
            differing.len()
        ));
    }
    Some(InspectorSpec { administrator, resources: known.iter().filter_map(scanned).collect() })
}

/// The delegated administrator as Inspector tells it, or as Organizations does, where it is registered, too
/// [Inspector User Guide, designating-admin].
fn administrator(seen: &Seen<'_>, snapshot: &OrganizationSnapshot, of: &AccountId) -> Option<AccountId> {
    let told = seen.facts(of, ADMINISTRATOR).iter().find_map(|fact| text(fact.doc.get("delegatedAdmin")?, "accountId")?.parse().ok());
    let is_registered = |one: &&DelegatedAdministrator| one.services.iter().any(|service| service == INSPECTOR_SERVICE);
    let registered = || snapshot.delegated_administrators.iter().find(is_registered).map(|one| one.account.clone());
    told.filter(|account| snapshot.accounts.contains_key(account)).or_else(registered)
}

fn is_enabled(document: &Value, pointer: &str) -> bool {
    document.pointer(pointer).and_then(Value::as_str) == Some("ENABLED")
}

/// Says that an account which stands alone has Inspector, as no account of a world has by itself.
pub(super) fn tell_alone(seen: &Seen<'_>, account: &AccountId, gaps: &mut Gaps) {
    if seen.facts(account, STATUS).iter().any(|fact| is_enabled(&fact.doc, "/state/status")) {
        gaps.left_out(format!("Amazon Inspector is on in account {}; in a world it comes from an organization only.", seen.named(account)));
    }
}
