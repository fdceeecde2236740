//! The organizations: trees, policies and what they administer.

use super::gap::{Gaps, listed};
use super::places::Places;
use super::seen::Seen;
use super::{baseline, recording, resources, sign_in};
use crate::policy_document;
use crate::worldfile::{DelegatedAdministratorSpec, FeatureSet, OrganizationRole, OrganizationSpec, PolicySpec, UnitSpec};
use orgkit_model::{OrganizationSnapshot, Policy, PolicyType};
use std::collections::BTreeSet;

/// How old an organization or account is taken to be of which nothing tells.
pub(super) const UNKNOWN_AGE: u32 = 365;

/// All organizations of the estate, the target first.
pub(super) fn all(seen: &Seen<'_>, gaps: &mut Gaps) -> Vec<OrganizationSpec> {
    let target = one(seen, &seen.estate.target, OrganizationRole::Target, gaps);
    let sources = seen.estate.sources.iter().map(|source| one(seen, source, OrganizationRole::Source, gaps));
    std::iter::once(target).chain(sources).collect()
}

fn one(seen: &Seen<'_>, snapshot: &OrganizationSnapshot, role: OrganizationRole, gaps: &mut Gaps) -> OrganizationSpec {
    let organization = &snapshot.organization;
    let places = Places::new(snapshot);
    places.tell(gaps);
    let age = age(seen, snapshot, gaps);
    let mut spec = OrganizationSpec::new(organization.id.clone(), role, organization.management_account.clone(), age);
    spec.root = Some(snapshot.root.clone());
    spec.units = units(snapshot, &places);
    spec.policy_types = policy_types(snapshot);
    spec.policies = snapshot.policies.iter().filter(|policy| !policy.aws_managed).filter_map(|one| policy(one, &places, gaps)).collect();
    spec.full_access_detached = full_access_detached(snapshot, &places);
    spec.delegated_administrators = administrators(snapshot, gaps);
    spec.trail = recording::organization_trail(seen, snapshot, gaps);
    spec.identity_center = sign_in::identity_center(seen, snapshot, gaps);
    spec.stack_sets = resources::stack_sets(seen, &spec, gaps);
    spec.baseline = baseline::baseline(seen, snapshot, role, gaps);
    spec.trusted_access = trusted_access(seen, &spec, gaps);
    if organization.feature_set != FeatureSet::All.as_str() {
        spec.feature_set = FeatureSet::ConsolidatedBilling;
    }
    spec
}

/// The account that creates an organization joins it in that moment.
fn age(seen: &Seen<'_>, snapshot: &OrganizationSnapshot, gaps: &mut Gaps) -> u32 {
    let creator = snapshot.accounts.get(&snapshot.organization.management_account).and_then(|account| account.joined_at);
    let oldest = || snapshot.accounts.values().filter_map(|account| account.joined_at).min();
    creator.or_else(oldest).map(|at| seen.days_ago(at)).unwrap_or_else(|| {
        gaps.assumed(format!("Organization {} is {UNKNOWN_AGE} days old: nothing tells how old it is.", snapshot.organization.id));
        UNKNOWN_AGE
    })
}

fn units(snapshot: &OrganizationSnapshot, places: &Places<'_>) -> Vec<UnitSpec> {
    let spec = |unit: &orgkit_model::Unit| Some(UnitSpec { path: places.path(unit.id.as_str())?.to_owned(), id: Some(unit.id.clone()) });
    let mut units: Vec<UnitSpec> = snapshot.units.iter().filter_map(spec).collect();
    units.sort_by(|a, b| a.path.cmp(&b.path));
    units
}

/// The enabled policy types, where they are not both: AWS's own policy of an enabled type is always there.
fn policy_types(snapshot: &OrganizationSnapshot) -> Option<Vec<PolicyType>> {
    let enabled: BTreeSet<PolicyType> = snapshot.policies.iter().map(|policy| policy.kind).collect();
    (enabled.len() < 2).then(|| enabled.into_iter().collect())
}

fn policy(policy: &Policy, places: &Places<'_>, gaps: &mut Gaps) -> Option<PolicySpec> {
    if let Err(error) = policy_document::parse(policy.kind.into(), &policy.content) {
        gaps.left_out(format!(
            "Policy `{}` ({}) is not in the world, which does not take its document: {}",
            policy.name, policy.id, error.message
        ));
        return None;
    }
    Some(PolicySpec {
        name: policy.name.clone(),
        id: Some(policy.id.clone()),
        kind: policy.kind,
        attach: policy.targets.iter().filter_map(|target| places.place(target)).collect(),
        document: policy.content.clone(),
    })
}

fn full_access_detached(snapshot: &OrganizationSnapshot, places: &Places<'_>) -> Vec<String> {
    let is_full_access = |policy: &&Policy| policy.aws_managed && policy.kind == PolicyType::ServiceControlPolicy;
    let Some(policy) = snapshot.policies.iter().find(is_full_access) else { return Vec::new() };
    let targets: BTreeSet<&str> = policy.targets.iter().map(String::as_str).collect();
    places.all_ids().filter(|id| !targets.contains(id)).filter_map(|id| places.place(id)).collect()
}

fn administrators(snapshot: &OrganizationSnapshot, gaps: &mut Gaps) -> Vec<DelegatedAdministratorSpec> {
    let (some, none): (Vec<_>, Vec<_>) = snapshot.delegated_administrators.iter().partition(|one| !one.services.is_empty());
    for administrator in none {
        gaps.left_out(format!("Account {} is a delegated administrator of no service.", administrator.account));
    }
    some.into_iter().map(|one| DelegatedAdministratorSpec { account: one.account.clone(), services: one.services.clone() }).collect()
}

/// The services that must have trusted access for what is there to be there.
fn trusted_access(seen: &Seen<'_>, spec: &OrganizationSpec, gaps: &mut Gaps) -> Vec<String> {
    let mut services: BTreeSet<&str> = spec.delegated_administrators.iter().flat_map(|one| &one.services).map(String::as_str).collect();
    let shares = seen.facts(&spec.management, super::sharing::KIND);
    let with_organization = shares.iter().any(|share| share.doc.to_string().contains(&format!("organization/{}", spec.id)));
    let has_stack_sets = !seen.facts(&spec.management, crate::services::cloudformation::STACK_SET).is_empty();
    let needed = [
        (spec.trail.is_some(), "cloudtrail.amazonaws.com"),
        (has_stack_sets, "member.org.stacksets.cloudformation.amazonaws.com"),
        (spec.identity_center.is_some(), "sso.amazonaws.com"),
        (with_organization, "ram.amazonaws.com"),
    ];
    services.extend(needed.into_iter().filter(|(needed, _)| *needed).map(|(_, service)| service));
    let services: Vec<String> = services.into_iter().map(str::to_owned).collect();
    let which = if services.is_empty() { "no service".to_owned() } else { listed(&services) };
    gaps.assumed(format!(
        "In organization {} trusted access is enabled for {which}: what is there needs it, and the estate does not say more.",
        spec.id
    ));
    services
}
