//! AWS CloudTrail (botocore `cloudtrail/2013-11-01`): trails, whether they log, and the event history.

mod delegated;
mod event_history;
mod history;
mod listen;
mod manage;
mod selectors;
mod stores;
mod trail;
mod trails;

pub(crate) use history::{State, record};
pub(crate) use listen::{end_organization_trails, joined, left};
pub(crate) use stores::EventDataStore;
pub(crate) use trail::Trail;

use crate::ApiError;
use crate::catalog::{Faults, Protocol, Service, change, read};

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "cloudtrail",
    signing_name: "cloudtrail",
    actions: "cloudtrail",
    model: "cloudtrail/2013-11-01",
    protocol: Protocol::Json { target: "CloudTrail_20131101" },
    faults: Faults { invalid: "InvalidParameterCombinationException", message: "Message", ..Faults::JSON },
    operations: &[
        read("DescribeTrails", trails::describe)
            .rules("shadows of trails of other regions and of the organization", "CloudTrail User Guide, creating-trail-organization"),
        read("GetTrail", trails::get).rules("by name in its home region, by ARN anywhere", "CloudTrail API Reference, GetTrail"),
        read("ListTrails", trails::list).rules("all of the account, with their home regions", "CloudTrail API Reference, ListTrails"),
        read("GetTrailStatus", trails::status).rules(
            "log files every five minutes, digests every hour, as long as it logs",
            "CloudTrail User Guide, get-and-view-cloudtrail-log-files",
        ),
        change("CreateTrail", manage::create).rules(
            "names, five trails a region, bucket and its policy where they are known; organization trails by the management account or CloudTrail's delegated administrators, with trusted access and all features; a trail does not log until it is told to",
            "CloudTrail API Reference, CreateTrail; CloudTrail User Guide, creating-an-organizational-trail-prepare",
        ),
        change("UpdateTrail", manage::update)
            .rules("home region only; organization trails as with CreateTrail", "CloudTrail API Reference, UpdateTrail"),
        change("DeleteTrail", manage::delete)
            .rules("home region only; members cannot delete the organization's", "CloudTrail API Reference, DeleteTrail"),
        change("StartLogging", manage::start_logging).rules("home region only; not on shadows", "CloudTrail API Reference, StartLogging"),
        change("StopLogging", manage::stop_logging).rules("home region only; not on shadows", "CloudTrail API Reference, StopLogging"),
        change("PutEventSelectors", selectors::put)
            .rules("basic or advanced ones, not both; kept as they are given", "CloudTrail API Reference, PutEventSelectors"),
        read("GetEventSelectors", selectors::get)
            .rules("by default all management events and no data events", "CloudTrail API Reference, PutEventSelectors"),
        change("RegisterOrganizationDelegatedAdmin", delegated::register).rules(
            "management account only; a member; three at most; gives trusted access",
            "CloudTrail User Guide, cloudtrail-delegated-administrator",
        ),
        change("DeregisterOrganizationDelegatedAdmin", delegated::deregister)
            .rules("management account only", "CloudTrail API Reference, DeregisterOrganizationDelegatedAdmin"),
        read("ListEventDataStores", stores::list).rules("those of the world file", "CloudTrail API Reference, ListEventDataStores"),
        read("GetEventDataStore", stores::get).rules("those of the world file", "CloudTrail API Reference, GetEventDataStore"),
        read("LookupEvents", event_history::lookup_events).rules(
            "90 days of management events of a region: what the world file has, joining and leaving, and changes of organizations made here",
            "CloudTrail User Guide, view-cloudtrail-events",
        ),
    ],
};

/// The service principal of trusted access and of delegated administrators
/// [Organizations User Guide, services-that-can-integrate-cloudtrail].
const PRINCIPAL: &str = "cloudtrail.amazonaws.com";

fn not_found(name: &str) -> ApiError {
    ApiError::new("TrailNotFoundException", format!("Unknown trail: {name}"))
}
