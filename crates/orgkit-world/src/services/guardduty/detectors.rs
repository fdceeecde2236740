//! Detectors: GuardDuty in an account and a region.

use super::{Detector, PRODUCT, Part, bad, features};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::services::own;
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const FREQUENCIES: [&str; 3] = ["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"];

/// `CreateDetector`.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?.id.clone();
    let enabled = request.flag("enable").ok_or_else(|| bad("enable is required."))?;
    let frequency = request.one_of("findingPublishingFrequency", &FREQUENCIES)?.unwrap_or("SIX_HOURS").to_owned();
    let mut chosen = features::usual();
    switch(&mut chosen, features::given(request, "status", status)?);
    if detector_of(world, &account, request.region).is_some() {
        return Err(bad("The request is rejected because a detector already exists for the current account."));
    }
    let id = new_id(world);
    let (created_at, updated_at) = (request.now, request.now);
    let detector = Detector { id: id.clone(), enabled, frequency, features: chosen, tags: request.object("tags"), created_at, updated_at };
    world.services.guardduty.detectors.entry(account).or_default().insert(request.region.to_owned(), detector);
    Ok(json!({ "detectorId": id }))
}

/// `ListDetectors`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let account = &own(world, request)?.id;
    let detector = detector_of(world, account, request.region).filter(|detector| detector.created_at <= request.now);
    let ids = detector.iter().map(|detector| Value::from(detector.id.as_str())).collect();
    super::members::paging("ListDetectors", "detectorIds").page(request, ids)
}

/// `GetDetector`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let detector = own_detector(world, request)?;
    let role = "aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty";
    Ok(json!({
        "createdAt": iso(detector.created_at),
        "updatedAt": iso(detector.updated_at),
        "findingPublishingFrequency": detector.frequency,
        "serviceRole": format!("arn:aws:iam::{}:role/{role}", request.caller.account),
        "status": if detector.enabled { "ENABLED" } else { "DISABLED" },
        "tags": detector.tags,
        "features": features::of_detector(&detector.features),
    }))
}

/// `UpdateDetector`.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    own_detector(world, request)?;
    let frequency = request.one_of("findingPublishingFrequency", &FREQUENCIES)?;
    let given = features::given(request, "status", status)?;
    let enabled = request.flag("enable");
    if enabled == Some(false) && PRODUCT.membership(world, &request.caller.account, request).is_some() {
        return Err(bad("The request is rejected because a member account cannot suspend GuardDuty."));
    }
    let Some(detector) = detector_mut(world, &request.caller.account, request.region) else {
        return Err(not_owned());
    };
    detector.enabled = enabled.unwrap_or(detector.enabled);
    if let Some(frequency) = frequency {
        frequency.clone_into(&mut detector.frequency);
    }
    switch(&mut detector.features, given);
    detector.updated_at = request.now;
    Ok(json!({}))
}

/// `DeleteDetector`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    own_detector(world, request)?;
    let account = &request.caller.account;
    if PRODUCT.membership(world, account, request).is_some() {
        return Err(bad("The request is rejected because the current account is associated with an administrator account."));
    }
    if PRODUCT.has_members(world, request.region, account) {
        return Err(bad("The request is rejected because the current account cannot delete detector while it has associated members."));
    }
    if let Some(regions) = world.services.guardduty.detectors.get_mut(account) {
        regions.remove(request.region);
    }
    Ok(json!({}))
}

/// The detector that the call names, which must be the caller's in the region.
pub(super) fn own_detector<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w Detector, ApiError> {
    let id = request.required("DetectorId")?;
    let detector = detector_of(world, &request.caller.account, request.region);
    detector.filter(|detector| detector.id == id && detector.created_at <= request.now).ok_or_else(not_owned)
}

fn not_owned() -> ApiError {
    bad("The request is rejected because the input detectorId is not owned by the current account.")
}

/// An account's detector in a region, one that is only coming included.
pub(super) fn detector_of<'w>(world: &'w World, account: &AccountId, region: &str) -> Option<&'w Detector> {
    world.services.guardduty.detectors.get(account)?.get(region)
}

pub(super) fn detector_mut<'w>(world: &'w mut World, account: &AccountId, region: &str) -> Option<&'w mut Detector> {
    world.services.guardduty.detectors.get_mut(account)?.get_mut(region)
}

/// Gives an account a detector with features from a time on. One that it has already is enabled and gets the features besides.
pub(crate) fn provide(world: &mut World, account: &AccountId, region: &str, features: &BTreeSet<Part>, at: Timestamp) {
    if let Some(detector) = detector_mut(world, account, region) {
        detector.enabled = true;
        detector.features.extend(features);
        return;
    }
    let detector = Detector {
        id: new_id(world),
        enabled: true,
        frequency: "SIX_HOURS".to_owned(),
        features: features.clone(),
        tags: BTreeMap::new(),
        created_at: at,
        updated_at: at,
    };
    world.services.guardduty.detectors.entry(account.clone()).or_default().insert(region.to_owned(), detector);
}

/// Detector ids are 32 hexadecimal digits.
fn new_id(world: &mut World) -> String {
    world.ids.uuid().replace('-', "")
}

fn status(word: &str) -> Option<bool> {
    match word {
        "ENABLED" => Some(true),
        "DISABLED" => Some(false),
        _ => None,
    }
}

fn switch(features: &mut BTreeSet<Part>, given: Vec<(Part, bool)>) {
    for (part, enabled) in given {
        if enabled {
            features.insert(part);
        } else {
            features.remove(&part);
        }
    }
}
