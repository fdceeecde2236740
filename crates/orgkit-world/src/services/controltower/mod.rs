//! AWS Control Tower (botocore `controltower/2018-05-10`): landing zones, and the baselines and controls that units and accounts have from them.
//! The management account of an organization speaks for its landing zone, in the region that it was made in.

mod baselines;
mod blueprint;
mod controls;
mod drift;
mod enable;
mod enrol;
mod events;
mod found;
mod landing_zone;
mod manifest;
mod operations;
mod set_up;
mod versions;
mod zone;

pub(super) use events::{left, moved};
pub(crate) use found::found;
pub(crate) use versions::VERSIONS;
pub(crate) use zone::State;

use crate::ApiError;
use crate::call::Request;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::page::Paging;
use crate::world::{OrganizationRecord, World};
use jiff::Timestamp;
use serde_json::Value;
use zone::Zone;

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "controltower",
    signing_name: "controltower",
    actions: "controltower",
    model: "controltower/2018-05-10",
    protocol: Protocol::RestJson,
    faults: Faults::REST,
    operations: &[
        change("CreateLandingZone", landing_zone::create).at("POST", "/create-landingzone").rules(
            "management account, all features; manifests; service roles; clean shared accounts; one at a time; slow",
            "Control Tower User Guide, lz-api-launch, lz-api-prereques",
        ),
        change("UpdateLandingZone", landing_zone::update).at("POST", "/update-landingzone").rules(
            "no older version; home region and, before 4.0, shared accounts stay; one operation at a time",
            "Control Tower User Guide, lz-api-update",
        ),
        change("ResetLandingZone", landing_zone::reset)
            .at("POST", "/reset-landingzone")
            .rules("ends drift; one operation at a time", "Control Tower User Guide, lz-api-reset"),
        change("DeleteLandingZone", landing_zone::delete).at("POST", "/delete-landingzone").rules(
            "one that was set up; takes its resources out of the accounts; one operation at a time",
            "Control Tower User Guide, decommission-landing-zone",
        ),
        read("GetLandingZone", landing_zone::get).at("POST", "/get-landingzone").rules(
            "drift: enrolled accounts that left, shared accounts out of place, registered units that are gone",
            "Control Tower User Guide, drift",
        ),
        read("ListLandingZones", landing_zone::list)
            .at("POST", "/list-landingzones")
            .rules("one at most, in its home region", "Control Tower API Reference, ListLandingZones"),
        read("GetLandingZoneOperation", operations::get_landing_zone)
            .at("POST", "/get-landingzone-operation")
            .rules("IN_PROGRESS, then how it ended; for 90 days", "Control Tower API Reference, GetLandingZoneOperation"),
        read("ListLandingZoneOperations", operations::list_landing_zone)
            .at("POST", "/list-landingzone-operations")
            .rules("of 90 days, the latest first; filters", "Control Tower API Reference, ListLandingZoneOperations"),
        read("ListBaselines", baselines::list)
            .at("POST", "/list-baselines")
            .rules("all baselines", "Control Tower User Guide, types-of-baselines"),
        read("GetBaseline", baselines::get).at("POST", "/get-baseline").rules("by ARN", "Control Tower API Reference, GetBaseline"),
        change("EnableBaseline", enable::enable).at("POST", "/enable-baseline").rules(
            "units only, parents first; versions; parameters; prerequisites of each account; one operation at a time; takes minutes",
            "Control Tower User Guide, types-of-baselines, table-of-baselines, enrollment-prerequisites",
        ),
        change("UpdateEnabledBaseline", enable::update).at("POST", "/update-enabled-baseline").rules(
            "of units, to a version that goes with the landing zone; one operation at a time",
            "Control Tower User Guide, table-of-baselines",
        ),
        change("ResetEnabledBaseline", enable::reset).at("POST", "/reset-enabled-baseline").rules(
            "of units: enrols what was moved in and repairs drift; one operation at a time",
            "Control Tower API Reference, ResetEnabledBaseline",
        ),
        change("DisableBaseline", enable::disable).at("POST", "/disable-baseline").rules(
            "of a unit with its accounts, or of an account that has left its unit; one operation at a time",
            "Control Tower User Guide, account-transfer",
        ),
        read("ListEnabledBaselines", baselines::list_enabled).at("POST", "/list-enabled-baselines").rules(
            "filters; accounts with includeChildren; inheritance and source drift",
            "Control Tower API Reference, ListEnabledBaselines",
        ),
        read("GetEnabledBaseline", baselines::get_enabled)
            .at("POST", "/get-enabled-baseline")
            .rules("inheritance and source drift", "Control Tower API Reference, EnabledBaselineDriftTypes"),
        read("GetBaselineOperation", operations::get_baseline)
            .at("POST", "/get-baseline-operation")
            .rules("IN_PROGRESS, then how it ended and why; for 90 days", "Control Tower API Reference, GetBaselineOperation"),
        change("EnableControl", controls::enable).at("POST", "/enable-control").rules(
            "units, before 4.0 registered ones; 10 at once, 100 waiting; takes minutes",
            "Control Tower User Guide, limits; Controls Reference Guide",
        ),
        change("DisableControl", controls::disable)
            .at("POST", "/disable-control")
            .rules("by ARN, or by control and target", "Control Tower API Reference, DisableControl"),
        read("ListEnabledControls", controls::list)
            .at("POST", "/list-enabled-controls")
            .rules("of units; filters", "Control Tower API Reference, ListEnabledControls"),
        read("GetEnabledControl", controls::get)
            .at("POST", "/get-enabled-control")
            .rules("by ARN", "Control Tower API Reference, GetEnabledControl"),
        read("GetControlOperation", operations::get_control)
            .at("POST", "/get-control-operation")
            .rules("IN_PROGRESS, then how it ended; for 90 days", "Control Tower API Reference, GetControlOperation"),
    ],
};

/// How Control Tower pages its lists.
const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "maxResults", token: "nextToken", usual: 100, most: 100, bad_token: "ValidationException" }
}

/// The organization that the caller manages.
fn owned<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w OrganizationRecord, ApiError> {
    let caller = &request.caller.account;
    let organization = world.organization_of(caller).filter(|organization| &organization.management == caller);
    organization.ok_or_else(|| {
        let message = "AWS Control Tower can be used by the management account of an organization.";
        ApiError::new("AccessDeniedException", message).with_status(403)
    })
}

/// The caller's landing zone, if it has one in the region.
fn own_zone<'w>(world: &'w World, request: &Request<'_>) -> Result<Option<(&'w OrganizationRecord, &'w Zone)>, ApiError> {
    let organization = owned(world, request)?;
    let zone = world.services.controltower.zones.get(&organization.id);
    let zone = zone.filter(|zone| zone.is_there(request.now) && zone.home == request.region);
    Ok(zone.map(|zone| (organization, zone)))
}

/// The caller's landing zone, for what cannot be done without one. That the region must be its home region is documented, the error is
/// unconfirmed.
fn zone<'w>(world: &'w World, request: &Request<'_>) -> Result<(&'w OrganizationRecord, &'w Zone), ApiError> {
    own_zone(world, request)?
        .ok_or_else(|| invalid("There is no landing zone in this region. Call AWS Control Tower in the landing zone's home region."))
}

/// Refuses what has to wait for an operation on the landing zone or a unit [Control Tower User Guide, limits].
fn check_free(zone: &Zone, now: Timestamp) -> Result<(), ApiError> {
    if now < zone.busy_until || zone.gone_at.is_some() {
        return Err(conflict("Another operation is in progress on the landing zone. Try again when it is finished."));
    }
    Ok(())
}

/// The texts of a list in the input's member `filter`.
fn filter_texts<'a>(request: &Request<'a>, name: &str) -> Vec<&'a str> {
    let list = request.input.get("filter").and_then(|filter| filter.get(name)).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A new ARN of a kind of thing that Control Tower keeps.
fn new_arn(world: &mut World, home: &str, management: &str, kind: &str) -> String {
    format!("arn:aws:controltower:{home}:{management}:{kind}/{}", world.ids.take(16).to_uppercase())
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new("ConflictException", message).with_status(409)
}

fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceNotFoundException", message).with_status(404)
}
