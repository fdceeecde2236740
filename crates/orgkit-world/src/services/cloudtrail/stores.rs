//! Event data stores of CloudTrail Lake, as a world file has them.

use super::super::own;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::page::Paging;
use crate::world::World;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many days events are kept unless told, with the pricing that the console offers first [CloudTrail API Reference, CreateEventDataStore].
const RETENTION: u32 = 366;

/// An event data store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EventDataStore {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) region: String,
    /// Whether it takes the events of all accounts of the organization.
    pub(crate) of_organization: bool,
    pub(crate) created_at: Timestamp,
}

/// `ListEventDataStores` of the region.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let paging = Paging {
        list: "ListEventDataStores",
        items: "EventDataStores",
        limit: "MaxResults",
        token: "NextToken",
        usual: 100,
        most: 1000,
        bad_token: "InvalidNextTokenException",
    };
    let here = own(world, request)?.event_data_stores.iter().filter(|store| store.region == request.region);
    paging.page(request, here.map(|store| json!({ "EventDataStoreArn": store.arn, "Name": store.name })).collect())
}

/// `GetEventDataStore`, by ARN or the id at its end.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let wanted = request.required("EventDataStore")?;
    let is_it =
        |store: &&EventDataStore| store.region == request.region && store.arn.ends_with(wanted.rsplit('/').next().unwrap_or(wanted));
    let store = own(world, request)?.event_data_stores.iter().find(is_it);
    store
        .map(shape)
        .ok_or_else(|| ApiError::new("EventDataStoreNotFoundException", format!("The event data store {wanted} does not exist.")))
}

fn shape(store: &EventDataStore) -> Value {
    json!({
        "EventDataStoreArn": store.arn,
        "Name": store.name,
        "Status": "ENABLED",
        "AdvancedEventSelectors": [{ "Name": "Management events", "FieldSelectors": [{ "Field": "eventCategory", "Equals": ["Management"] }] }],
        "MultiRegionEnabled": true,
        "OrganizationEnabled": store.of_organization,
        "RetentionPeriod": RETENTION,
        "TerminationProtectionEnabled": true,
        "CreatedTimestamp": epoch(store.created_at),
        "UpdatedTimestamp": epoch(store.created_at),
        "BillingMode": "EXTENDABLE_RETENTION_PRICING",
    })
}
