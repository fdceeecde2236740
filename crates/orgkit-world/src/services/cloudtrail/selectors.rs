//! Which events a trail takes.

use super::{manage, trails};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use serde_json::{Value, json};

/// `PutEventSelectors`: they are kept as they are given.
pub(super) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let given = |name: &str| request.input.get(name).filter(|list| list.as_array().is_some_and(|list| !list.is_empty())).cloned();
    let selectors = match (given("EventSelectors"), given("AdvancedEventSelectors")) {
        (Some(basic), None) => ("EventSelectors".to_owned(), basic),
        (None, Some(advanced)) => ("AdvancedEventSelectors".to_owned(), advanced),
        _ => {
            let message = "Specify either event selectors or advanced event selectors.";
            return Err(ApiError::new("InvalidEventSelectorsException", message));
        }
    };
    manage::with(world, request, "TrailName", |trail| {
        let output = json!({ "TrailARN": trail.arn, selectors.0.as_str(): selectors.1 });
        trail.selectors = Some(selectors);
        output
    })
}

/// `GetEventSelectors`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let trail = trails::seen(world, request, request.required("TrailName")?)?;
    let all =
        || json!([{ "ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [], "ExcludeManagementEventSources": [] }]);
    let (name, selectors): (&str, Value) = match &trail.selectors {
        Some((name, selectors)) => (name, selectors.clone()),
        None => ("EventSelectors", all()),
    };
    Ok(json!({ "TrailARN": trail.arn, name: selectors }))
}
