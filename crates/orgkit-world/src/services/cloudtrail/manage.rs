//! Making, changing and deleting trails.

use super::trail::Trail;
use super::{PRINCIPAL, not_found};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::{ResourceKey, World};
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// How many trails an account may have in a region [CloudTrail User Guide, WhatIsCloudTrail-Limits, as of 2026-11].
const MOST: usize = 5;

/// `CreateTrail`. An organization trail that a delegated administrator makes belongs to the management account
/// [CloudTrail User Guide, cloudtrail-delegated-administrator].
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let name = checked_name(request.required("Name")?)?;
    let bucket = request.required("S3BucketName")?;
    let owner = owner(world, request, request.flag("IsOrganizationTrail") == Some(true))?;
    let mut trail = Trail::new(&owner, name, request.region, bucket);
    settings(&mut trail, request)?;
    let taken = world.accounts.get(&owner).map_or(&[][..], |account| &account.trails);
    if taken.iter().any(|other| other.name == name && (other.multi_region || other.home_region == request.region)) {
        let message = format!("Trail {name} already exists for customer: {owner}");
        return Err(ApiError::new("TrailAlreadyExistsException", message));
    }
    if taken.iter().filter(|other| other.home_region == request.region).count() >= MOST {
        let message = format!("User: {owner} already has {MOST} trails in {}.", request.region);
        return Err(ApiError::new("MaximumNumberOfTrailsExceededException", message));
    }
    check_bucket(world, bucket)?;
    let output = trail.answer();
    if let Some(account) = world.accounts.get_mut(&owner) {
        account.trails.push(trail);
    }
    Ok(output)
}

/// `UpdateTrail`.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let (owner, place) = changeable(world, request, "Name")?;
    let Some(trail) = world.accounts.get(&owner).and_then(|account| account.trails.get(place)) else { return Err(not_found("")) };
    let mut trail = trail.clone();
    if let Some(covers) = request.flag("IsOrganizationTrail").filter(|covers| *covers != trail.of_organization) {
        let organization = world.organization_of(&request.caller.account);
        if organization.is_none_or(|organization| organization.management != request.caller.account) {
            return Err(not_management());
        }
        if covers {
            self::owner(world, request, true)?;
        }
        trail.of_organization = covers;
    }
    settings(&mut trail, request)?;
    if let Some(bucket) = request.text("S3BucketName") {
        check_bucket(world, bucket)?;
        bucket.clone_into(&mut trail.bucket);
    }
    let output = trail.answer();
    if let Some(there) = world.accounts.get_mut(&owner).and_then(|account| account.trails.get_mut(place)) {
        *there = trail;
    }
    Ok(output)
}

/// `DeleteTrail`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let (owner, place) = changeable(world, request, "Name")?;
    if let Some(account) = world.accounts.get_mut(&owner) {
        account.trails.remove(place);
    }
    Ok(json!({}))
}

/// `StartLogging`.
pub(super) fn start_logging(world: &mut World, request: &Request<'_>) -> Answer {
    with(world, request, "Name", |trail| {
        if !trail.is_logging() {
            trail.started_at = Some(request.now);
        }
        if trail.stopped_at == trail.started_at {
            trail.stopped_at = None;
        }
        json!({})
    })
}

/// `StopLogging`.
pub(super) fn stop_logging(world: &mut World, request: &Request<'_>) -> Answer {
    with(world, request, "Name", |trail| {
        if trail.is_logging() {
            trail.stopped_at = Some(request.now);
        }
        json!({})
    })
}

/// Changes the trail that a member of the input names.
pub(super) fn with(world: &mut World, request: &Request<'_>, member: &str, change: impl FnOnce(&mut Trail) -> Value) -> Answer {
    let (owner, place) = changeable(world, request, member)?;
    let trail = world.accounts.get_mut(&owner).and_then(|account| account.trails.get_mut(place));
    trail.map(change).ok_or_else(|| not_found(""))
}

/// The owner and the place of the trail that the input names, if the caller may change it from this region: its own trails, and as the
/// organization's administrator the organization's.
fn changeable(world: &World, request: &Request<'_>, member: &str) -> Result<(AccountId, usize), ApiError> {
    let name = request.required(member)?;
    let caller = &request.caller.account;
    let own = world.accounts.get(caller).map_or(&[][..], |account| &account.trails);
    let management = world.organization_of(caller).map(|organization| &organization.management);
    let organizations = management.and_then(|account| world.accounts.get(account)).map_or(&[][..], |account| &account.trails);
    let (owner, trail, place) = match own.iter().position(|trail| trail.is_named(name)) {
        Some(place) => (caller, own.get(place), place),
        None => {
            let is_it = |trail: &Trail| trail.of_organization && trail.is_named(name);
            let place = organizations.iter().position(is_it).ok_or_else(|| not_found(name))?;
            if !is_administrator(world, caller) {
                return Err(not_management());
            }
            (management.unwrap_or(caller), organizations.get(place), place)
        }
    };
    let home = trail.map(|trail| trail.home_region.as_str()).unwrap_or_default();
    if home != request.region {
        let seen = trail.is_some_and(|trail| trail.multi_region) || name.starts_with("arn:");
        let message = format!("Trail {name} must be changed from its home region {home}.");
        return Err(if seen { ApiError::new("InvalidHomeRegionException", message) } else { not_found(name) });
    }
    Ok((owner.clone(), place))
}

/// Whose a new trail is; whether the caller may make an organization trail.
fn owner(world: &World, request: &Request<'_>, of_organization: bool) -> Result<AccountId, ApiError> {
    let caller = &request.caller.account;
    if !of_organization {
        return Ok(caller.clone());
    }
    let not_in_use = || ApiError::new("OrganizationsNotInUseException", "Your account is not a member of an organization.");
    let organization = world.organization_of(caller).ok_or_else(not_in_use)?;
    if !is_administrator(world, caller) {
        return Err(not_management());
    }
    if organization.feature_set != "ALL" {
        let message = "The organization must have all features enabled.";
        return Err(ApiError::new("OrganizationNotInAllFeaturesModeException", message));
    }
    if !organization.trusted.contains_key(PRINCIPAL) {
        let message = "Trusted access for CloudTrail is not enabled in the organization.";
        return Err(ApiError::new("CloudTrailAccessNotEnabledException", message));
    }
    Ok(organization.management.clone())
}

/// Whether an account is the management account or a delegated administrator of CloudTrail.
fn is_administrator(world: &World, account: &AccountId) -> bool {
    world.organization_of(account).is_some_and(|organization| {
        let delegated = organization.delegated.get(account).is_some_and(|services| services.contains_key(PRINCIPAL));
        &organization.management == account || delegated
    })
}

fn not_management() -> ApiError {
    let message = "The account is neither the management account of the organization nor a delegated administrator.";
    ApiError::new("NotOrganizationMasterAccountException", message)
}

/// What both `CreateTrail` and `UpdateTrail` can set.
fn settings(trail: &mut Trail, request: &Request<'_>) -> Result<(), ApiError> {
    trail.of_organization = request.flag("IsOrganizationTrail").unwrap_or(trail.of_organization);
    trail.multi_region = request.flag("IsMultiRegionTrail").unwrap_or(trail.multi_region);
    trail.global_events = request.flag("IncludeGlobalServiceEvents").unwrap_or(trail.global_events);
    trail.log_file_validation = request.flag("EnableLogFileValidation").unwrap_or(trail.log_file_validation);
    if trail.multi_region && !trail.global_events {
        let message = "Multi-Region trail must include global service events.";
        return Err(ApiError::new("InvalidParameterCombinationException", message));
    }
    let given = |name: &str, old: &Option<String>| match request.text(name) {
        Some("") => None,
        Some(text) => Some(text.to_owned()),
        None => old.clone(),
    };
    trail.prefix = given("S3KeyPrefix", &trail.prefix);
    trail.kms_key = given("KmsKeyId", &trail.kms_key);
    Ok(())
}

/// The bucket must be known to the world: as a resource, or because something delivers to it. Where its policy is known, it must let
/// CloudTrail in.
fn check_bucket(world: &World, bucket: &str) -> Result<(), ApiError> {
    let is_name = (3..=63).contains(&bucket.len())
        && bucket.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte));
    if !is_name {
        return Err(ApiError::new("InvalidS3BucketNameException", format!("Bucket name {bucket} is not valid.")));
    }
    let mut policy = None;
    let mut exists = false;
    let key = |region: &String, kind: &str| ResourceKey { region: region.clone(), kind: kind.to_owned(), identifier: bucket.to_owned() };
    for account in world.accounts.values() {
        exists = exists || account.trails.iter().any(|trail| trail.bucket == bucket);
        exists = exists || account.config.values().any(|setup| setup.delivers_to(bucket));
        for region in world.regions.iter().filter(|_| !account.resources.is_empty()) {
            exists = exists || account.resources.contains_key(&key(region, "AWS::S3::Bucket"));
            policy = policy.or_else(|| account.resources.get(&key(region, "AWS::S3::BucketPolicy")));
        }
    }
    if !exists && policy.is_none() {
        return Err(ApiError::new("S3BucketDoesNotExistException", format!("S3 bucket {bucket} does not exist!")));
    }
    if policy.is_some_and(|policy| !policy.properties.to_string().contains(PRINCIPAL)) {
        let message = format!("Incorrect S3 bucket policy is detected for bucket: {bucket}");
        return Err(ApiError::new("InsufficientS3BucketPolicyException", message));
    }
    Ok(())
}

/// A trail's name [CloudTrail API Reference, CreateTrail].
fn checked_name(name: &str) -> Result<&str, ApiError> {
    let separators = b"._-";
    let bytes = name.as_bytes();
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_name = (3..=128).contains(&name.len())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || separators.contains(byte))
        && ends(bytes.first())
        && ends(bytes.last())
        && !bytes.windows(2).any(|pair| pair.iter().all(|byte| separators.contains(byte)))
        && name.parse::<core::net::Ipv4Addr>().is_err();
    if is_name { Ok(name) } else { Err(ApiError::new("InvalidTrailNameException", format!("Trail name {name} is not valid."))) }
}
