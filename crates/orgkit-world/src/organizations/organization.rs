//! The organization itself: describing, creating and deleting it, and leaving it.

use super::{accept, constraint, nothing, shapes, tree};
use crate::call::{Answer, Request};
use crate::error::account_not_found;
use crate::services::cloudtrail;
use crate::services::iam::service_linked;
use crate::world::{AccountRecord, Membership, OrganizationRecord, World};
use crate::{ApiError, error};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, AccountState, JoinedMethod, OrganizationId, PolicyType, RootId};
use serde_json::json;
use std::collections::BTreeMap;

/// How old an account that an organization created must be to leave it [Organizations User Guide, orgs_account_migration].
const CREATED_STAYS: SignedDuration = SignedDuration::from_hours(4 * 24);

/// How long a new organization is being initialized. AWS says up to an hour (botocore shape `FinalizingOrganizationException`); the number is
/// made up.
const FINALIZING: SignedDuration = SignedDuration::from_mins(5);

/// `DescribeOrganization`: any account in an organization may ask.
pub(crate) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.own(request)?;
    Ok(json!({ "Organization": shapes::organization(organization, world.accounts.get(&organization.management)) }))
}

/// `CreateOrganization`: the calling account, which needs a payment method, becomes the management account.
pub(crate) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let feature_set = request.one_of("FeatureSet", &["ALL", "CONSOLIDATED_BILLING"])?.unwrap_or("ALL").to_owned();
    let account = &request.caller.account;
    if world.membership(account).is_some() {
        return Err(ApiError::new("AlreadyInOrganizationException", "The AWS account is already a member of an organization."));
    }
    if world.accounts.get(account).is_some_and(|record| !record.payment_method) {
        let message = "To create an organization, the account needs a valid payment method.";
        return Err(constraint("MASTER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED", message));
    }
    accept::check_service_role(world, request)?;
    let id: OrganizationId = world.ids.id("o-", 10)?;
    let root: RootId = world.ids.id("r-", 4)?;
    let mut organization = OrganizationRecord::new(id.clone(), root, account.clone(), request.now);
    if feature_set == "ALL" {
        organization.enable(PolicyType::ServiceControlPolicy, std::slice::from_ref(account), request.now);
    }
    organization.feature_set = feature_set;
    let parent = organization.root.clone().into();
    if let Some(record) = world.accounts.get_mut(account) {
        let (method, tags) = (JoinedMethod::Invited, BTreeMap::new());
        record.membership = Some(Membership { organization: id.clone(), parent, method, joined_at: request.now, tags });
        service_linked::ensure(record, service_linked::ORGANIZATIONS, request.now);
    }
    let output = json!({ "Organization": shapes::organization(&organization, world.accounts.get(account)) });
    world.organizations.insert(id, organization);
    Ok(output)
}

/// `DeleteOrganization`: refused while any other account is a member, in whatever state it is, and while somebody else pays its bill or it
/// pays another's. Empty units, policies and what it has sent go with it; the organization trail becomes an ordinary trail [Organizations User Guide, orgs_manage_org_delete; CloudTrail User Guide,
/// creating-trail-organization].
pub(crate) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let (id, management) = (organization.id.clone(), organization.management.clone());
    if organization.members.len() > 1 {
        let message =
            "The organization isn't empty. To delete an organization, you must first remove all accounts except the management account.";
        return Err(ApiError::new("OrganizationNotEmptyException", message));
    }
    if world.inbound(&id).chain(world.outbound(&id)).any(|transfer| transfer.is_in_process(&world.handshakes, request.now)) {
        let message = "You cannot delete the organization due to an ongoing responsibility transfer process.";
        return Err(constraint("ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS", message));
    }
    world.leave(&management, request.now);
    world.organizations.remove(&id);
    world.handshakes.forget(&id);
    world.transfers.retain(|_, transfer| transfer.side_of(&id).is_none());
    if let Some(account) = world.accounts.get_mut(&management) {
        cloudtrail::end_organization_trails(&mut account.trails);
    }
    Ok(nothing())
}

/// `LeaveOrganization`: the calling member account becomes standalone.
pub(crate) fn leave(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.own(request)?;
    let account = request.caller.account.clone();
    check_leave_alone(world, organization, &account, request.now)?;
    world.leave(&account, request.now);
    Ok(nothing())
}

/// `RemoveAccountFromOrganization`: the management account makes a member standalone.
pub(crate) fn remove_account(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let account = tree::account_id(request)?;
    world.member(&organization.id, account.as_str()).ok_or_else(|| error::account_not_found(&account))?;
    check_leave_alone(world, organization, &account, request.now)?;
    world.leave(&account, request.now);
    Ok(nothing())
}

/// Refuses what an organization cannot do while it is being initialized.
pub(super) fn check_initialized(organization: &OrganizationRecord, now: Timestamp) -> Result<(), ApiError> {
    if now.duration_since(organization.created_at) >= FINALIZING {
        return Ok(());
    }
    Err(ApiError::new("FinalizingOrganizationException", "Your organization is still initializing. This can take up to an hour."))
}

/// What an account that is to stand alone needs, besides being free to leave: to be in use, a verified phone number, and a payment method.
/// How AWS refuses to let a closed account go is not documented; this reason is the nearest.
fn check_leave_alone(world: &World, organization: &OrganizationRecord, account: &AccountId, now: Timestamp) -> Result<(), ApiError> {
    check_may_leave(world, organization, account, now)?;
    let record = world.accounts.get(account).ok_or_else(|| account_not_found(account))?;
    if record.state(now) != AccountState::Active {
        return Err(constraint("ACCOUNT_CANNOT_LEAVE_ORGANIZATION", "A closed account stays until it is closed for good."));
    }
    if !record.signup.phone_verified {
        let message = "The account needs a verified phone number to stand alone.";
        return Err(constraint("ACCOUNT_CANNOT_LEAVE_WITHOUT_PHONE_VERIFICATION", message));
    }
    if !record.payment_method {
        let message = "The account needs a valid payment method to stand alone.";
        return Err(constraint("MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED", message));
    }
    Ok(())
}

/// What keeps an account in its organization, on whichever way it wants to go: being the management account, being a delegated
/// administrator, or having been created less than 4 days ago.
pub(super) fn check_may_leave(
    world: &World,
    organization: &OrganizationRecord,
    account: &AccountId,
    now: Timestamp,
) -> Result<(), ApiError> {
    if &organization.management == account {
        let message = "You can't remove a management account from an organization.";
        return Err(ApiError::new("MasterCannotLeaveOrganizationException", message));
    }
    if organization.delegated.contains_key(account) {
        let message = "The account is a delegated administrator. Deregister it for every service first.";
        return Err(constraint("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG", message));
    }
    let is_young = |record: &AccountRecord| {
        let created_here = record.membership.as_ref().is_some_and(|membership| membership.method == JoinedMethod::Created);
        created_here && now.duration_since(record.created_at) < CREATED_STAYS
    };
    if world.accounts.get(account).is_some_and(is_young) {
        return Err(constraint("WAIT_PERIOD_ACTIVE", "The account was created less than 4 days ago and cannot leave yet."));
    }
    Ok(())
}
