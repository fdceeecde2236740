//! Enrolling accounts: what keeps an account from it, and what it does to one.

use super::blueprint::{self, Blueprint};
use super::manifest::Settings;
use super::new_arn;
use super::versions::{EXECUTION_ROLE, MOST_ACCOUNTS, OPTIONAL_SINCE, ROLE_PREFIX, deploys, is_since};
use super::zone::{Enabled, Target, Zone};
use crate::Principal;
use crate::services::account::is_usable;
use crate::world::{OrganizationRecord, World};
use jiff::Timestamp;
use orgkit_model::{AccountId, AccountState, OrganizationId, UnitId};

/// What Control Tower does in the home region of an account while it enrols it, and in each governed region. An SCP that denies one of these
/// makes the enrolment fail; which ones AWS checks is unconfirmed.
const HOME_ACTIONS: [&str; 4] = ["cloudformation:CreateStack", "iam:CreateRole", "iam:PutRolePolicy", "sns:CreateTopic"];
/// See [`HOME_ACTIONS`].
const REGIONAL_ACTIONS: [&str; 3] = ["config:PutConfigurationRecorder", "config:PutDeliveryChannel", "config:StartConfigurationRecorder"];

/// What is to happen to the accounts of a unit.
pub(super) struct Enrolments {
    /// Why none of them can be enrolled.
    pub(super) unit_failure: Option<String>,
    /// The accounts, each with why it cannot be enrolled.
    pub(super) accounts: Vec<(AccountId, Option<String>)>,
}

impl Enrolments {
    /// Why the operation fails, naming the first few accounts; `None` when it succeeds.
    pub(super) fn failure(&self) -> Option<String> {
        if self.unit_failure.is_some() {
            return self.unit_failure.clone();
        }
        let failures: Vec<String> =
            self.accounts.iter().filter_map(|(account, failure)| Some(format!("{account}: {}", failure.as_ref()?))).collect();
        let shown = failures.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(" ");
        (!failures.is_empty()).then(|| format!("AWS Control Tower could not enroll {} of the accounts. {shown}", failures.len()))
    }
}

/// What would happen to the accounts that stand directly in a unit. Accounts that have the baseline already are not checked again. That one
/// account's leftovers do not keep the others from being enrolled is unconfirmed; what concerns the unit does.
pub(super) fn enrolments(
    world: &World,
    organization: &OrganizationRecord,
    zone: &Zone,
    unit: &UnitId,
    baseline: &str,
    now: Timestamp,
) -> Enrolments {
    let (parent, shared) = (unit.clone().into(), zone.settings.shared());
    let mut accounts = Vec::new();
    let (mut suspended, mut count) = (None, 0);
    for (record, _) in world.members_under(&organization.id, &parent) {
        count += 1;
        if record.state(now) != AccountState::Active {
            suspended.get_or_insert_with(|| record.id.clone());
        }
        if record.id == organization.management || shared.contains(&record.id) {
            continue;
        }
        let needed = deploys(baseline) && !zone.has_deployed(&record.id);
        let check = || obstacle(world, organization, &zone.settings, &zone.version, &record.id, now);
        accounts.push((record.id.clone(), if needed { check() } else { None }));
    }
    let unit_failure = match suspended {
        Some(account) => Some(format!("The organizational unit contains the suspended account {account}.")),
        None if count > MOST_ACCOUNTS => Some(format!("The organizational unit contains more than {MOST_ACCOUNTS} accounts.")),
        None => None,
    };
    Enrolments { unit_failure, accounts }
}

/// What keeps an account from being enrolled where it stands [Control Tower User Guide, enrollment-prerequisites].
pub(super) fn obstacle(
    world: &World,
    organization: &OrganizationRecord,
    settings: &Settings,
    version: &str,
    account: &AccountId,
    now: Timestamp,
) -> Option<String> {
    let record = world.accounts.get(account)?;
    if record.state(now) != AccountState::Active {
        return Some("The account is not active.".to_owned());
    }
    if let Some(region) = settings.governed.iter().find(|region| !is_usable(world, account, region, now)) {
        return Some(format!("The account has not opted in to the governed region {region}."));
    }
    if settings.config.is_some() {
        let taken = |region: &&String| record.config.get(*region).is_some_and(|setup| setup.is_taken());
        if let Some(region) = settings.governed.iter().find(taken) {
            return Some(format!("The account has an AWS Config configuration recorder or delivery channel in {region}."));
        }
        if let Some(region) = settings.governed.iter().find(|region| has_authorization(world, account, region))
            && !is_since(version, OPTIONAL_SINCE)
        {
            return Some(format!("The account has an AWS Config aggregation authorization in {region}."));
        }
    }
    if let Some(role) = record.roles.keys().find(|name| name.starts_with(ROLE_PREFIX)) {
        return Some(format!("The account has the role {role}, which a landing zone has left behind."));
    }
    denied_action(world, organization, settings, account).map(|action| format!("A service control policy denies {action}."))
}

fn has_authorization(world: &World, account: &AccountId, region: &str) -> bool {
    let granted = world.services.config.authorizations.get(&(account.clone(), region.to_owned()));
    granted.is_some_and(|granted| !granted.is_empty())
}

/// An action that the execution role needs and an SCP denies.
fn denied_action(world: &World, organization: &OrganizationRecord, settings: &Settings, account: &AccountId) -> Option<&'static str> {
    let principal = Principal {
        account: account.clone(),
        arn: format!("arn:aws:sts::{account}:assumed-role/{EXECUTION_ROLE}/{}", organization.management),
        user_id: String::new(),
        role: Some(format!("arn:aws:iam::{account}:role/{EXECUTION_ROLE}")),
        session: None,
    };
    let denied = |action: &str, region: &str| world.scp_refusal(&principal, action, region).is_some();
    let home = settings.governed.first().map(String::as_str).unwrap_or_default();
    let in_home = HOME_ACTIONS.into_iter().find(|action| denied(action, home));
    let config = || REGIONAL_ACTIONS.into_iter().find(|action| settings.governed.iter().any(|region| denied(action, region)));
    in_home.or_else(|| settings.config.as_ref().and_then(|_| config()))
}

/// Gives an account a unit's baseline, or notes that it could not have it.
pub(super) fn enrol(
    world: &mut World,
    organization: &OrganizationId,
    parent: &str,
    account: &AccountId,
    failed: bool,
    (operation, now, ready_at): (Option<&str>, Timestamp, Timestamp),
) {
    let Some((home, management)) = home(world, organization) else { return };
    let fresh = new_arn(world, &home, management.as_str(), "enabledbaseline");
    let (Some(owner), Some(zone)) = (world.organizations.get(organization), world.services.controltower.zones.get_mut(organization)) else {
        return;
    };
    let Some(above) = zone.baselines.get(parent).cloned() else { return };
    let children = zone.children.entry(account.clone()).or_default();
    // A unit has one of the two that deploy; the account follows the unit it stands in.
    children.retain(|id, _| *id == above.baseline || !(deploys(id) && deploys(&above.baseline)));
    let arn = children.get(&above.baseline).map_or(fresh, |child| child.arn.clone());
    let child = Enabled {
        arn,
        target: Target::Account(account.clone()),
        parent: Some(parent.to_owned()),
        regions: zone.settings.governed.clone(),
        operation: operation.map(str::to_owned),
        ready_at,
        failed,
        leaving: false,
        ..above.clone()
    };
    children.insert(above.baseline.clone(), child);
    if deploys(&above.baseline) && !failed {
        let blueprint = Blueprint::of(owner, zone);
        if let Some(record) = world.accounts.get_mut(account) {
            blueprint.deploy(record, now, ready_at);
        }
    }
}

/// Takes the baselines of units from an account: all, or those of one unit's enabled baseline.
pub(super) fn unenrol(
    world: &mut World,
    organization: &OrganizationId,
    parent: Option<&str>,
    account: &AccountId,
    (operation, now, ready_at): (&str, Timestamp, Timestamp),
) {
    let Some((_, management)) = home(world, organization) else { return };
    let Some(children) = world.services.controltower.zones.get_mut(organization).and_then(|zone| zone.children.get_mut(account)) else {
        return;
    };
    let mut deployed = false;
    for child in children.values_mut().filter(|child| parent.is_none_or(|parent| child.parent.as_deref() == Some(parent))) {
        deployed |= deploys(&child.baseline) && !child.failed && !child.leaving;
        (child.leaving, child.failed, child.ready_at, child.operation) = (true, false, ready_at, Some(operation.to_owned()));
    }
    if deployed {
        withdraw(world, account, &management, now);
    }
}

/// Takes out of an account what Control Tower deployed.
pub(super) fn withdraw(world: &mut World, account: &AccountId, management: &AccountId, now: Timestamp) {
    if let Some(record) = world.accounts.get_mut(account) {
        blueprint::withdraw(record, management, now);
    }
}

/// The home region of a landing zone, and its management account.
fn home(world: &World, organization: &OrganizationId) -> Option<(String, AccountId)> {
    let zone = world.services.controltower.zones.get(organization)?;
    Some((zone.home.clone(), world.organizations.get(organization)?.management.clone()))
}
