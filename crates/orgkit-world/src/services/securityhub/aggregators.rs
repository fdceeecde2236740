//! Finding aggregators: an account's home region, where the findings of other regions come together.

use super::hubs::own_hub;
use super::{PRODUCT, invalid, no_access, not_found, paging};
use crate::call::{Answer, Request};
use crate::world::World;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const MODES: [&str; 4] = ["ALL_REGIONS", "ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS", "NO_REGIONS"];

/// A finding aggregator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Aggregator {
    arn: String,
    /// The home region.
    pub(super) region: String,
    /// One of [`MODES`].
    mode: String,
    /// The regions that the mode is about.
    regions: Vec<String>,
}

/// `CreateFindingAggregator`: the region that is asked becomes the home region.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    own_hub(world, request)?;
    let account = request.caller.account.clone();
    request.required("RegionLinkingMode")?;
    let mode = request.one_of("RegionLinkingMode", &MODES)?.unwrap_or("ALL_REGIONS");
    let regions: Vec<String> = request.texts("Regions").into_iter().map(str::to_owned).collect();
    if matches!(mode, "ALL_REGIONS" | "NO_REGIONS") != regions.is_empty() {
        return Err(invalid(format!("RegionLinkingMode {mode} and Regions do not go together.")));
    }
    if PRODUCT.membership(world, &account, request).is_some() {
        return Err(no_access("A member account cannot create a finding aggregator."));
    }
    if world.services.securityhub.aggregators.contains_key(&account) {
        return Err(invalid("The account already has a finding aggregator."));
    }
    let arn = format!("arn:aws:securityhub:{}:{account}:finding-aggregator/{}", request.region, world.ids.uuid());
    let aggregator = Aggregator { arn, region: request.region.to_owned(), mode: mode.to_owned(), regions };
    let answer = shape(&aggregator);
    world.services.securityhub.aggregators.insert(account, aggregator);
    Ok(answer)
}

/// `ListFindingAggregators`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    own_hub(world, request)?;
    let aggregator = world.services.securityhub.aggregators.get(&request.caller.account);
    let shapes = aggregator.iter().map(|aggregator| json!({ "FindingAggregatorArn": aggregator.arn })).collect();
    paging("ListFindingAggregators", "FindingAggregators", 100).page(request, shapes)
}

/// `GetFindingAggregator`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    own_hub(world, request)?;
    let arn = request.required("FindingAggregatorArn")?;
    let aggregator = world.services.securityhub.aggregators.get(&request.caller.account).filter(|aggregator| aggregator.arn == arn);
    aggregator.map(shape).ok_or_else(|| not_found("There is no finding aggregator with that ARN."))
}

fn shape(aggregator: &Aggregator) -> Value {
    json!({
        "FindingAggregatorArn": aggregator.arn,
        "FindingAggregationRegion": aggregator.region,
        "RegionLinkingMode": aggregator.mode,
        "Regions": aggregator.regions,
    })
}
