//! Searches through a view.

use super::inventory::{self, Found, GLOBAL};
use super::query::Query;
use super::views::{filter, find, may_search};
use super::{View, paging, regional, unauthorized};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::page::Paging;
use crate::services::own;
use crate::world::{AccountRecord, World};
use serde_json::{Value, json};

/// The most results that a search counts and returns (botocore, operation `Search`).
const MOST_RESULTS: usize = 1_000;
/// Whose index has the resources of no region; unconfirmed.
const HOME_OF_GLOBAL: &str = "us-east-1";

/// `Search`.
pub(super) fn search(world: &World, request: &Request<'_>) -> Answer {
    own(world, request)?;
    let view = view(world, request)?;
    let query = Query::parse(request.required("QueryString")?)?;
    let mut results = through(world, request, view, &query)?;
    let complete = results.len() <= MOST_RESULTS;
    results.truncate(MOST_RESULTS);
    let count = json!({ "TotalResources": results.len(), "Complete": complete });
    let mut page = page("Search", request, view, results)?;
    page["Count"] = count;
    Ok(page)
}

/// `ListResources`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    own(world, request)?;
    let view = view(world, request)?;
    let query = Query::of_filters(filter(request).unwrap_or_default())?;
    let results = through(world, request, view, &query)?;
    page("ListResources", request, view, results)
}

/// The view that the call names, or the region's default.
fn view<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w View, ApiError> {
    let default = || regional(world, &request.caller.account, request.region)?.default_view.as_deref();
    let arn = request.text("ViewArn").or_else(default);
    find(world, request, arn.ok_or_else(|| unauthorized("There is no default view in this Region."))?)
}

/// What a query finds through a view.
fn through(world: &World, request: &Request<'_>, view: &View, query: &Query) -> Result<Vec<Found>, ApiError> {
    let limits = Query::of_filters(&view.filter)?;
    let found = accounts(world, request, view).into_iter().flat_map(|account| {
        let regions = regions(world, request, account);
        let mut found = inventory::of(account);
        found.retain(|found| regions.contains(&if found.region == GLOBAL { HOME_OF_GLOBAL } else { &found.region }));
        found
    });
    Ok(found.filter(|found| limits.matches(found) && query.matches(found)).collect())
}

/// The accounts in a view's scope. A scope that the caller has lost has none.
fn accounts<'w>(world: &'w World, request: &Request<'_>, view: &View) -> Vec<&'w AccountRecord> {
    let caller = &request.caller.account;
    if view.scope == format!("arn:aws:iam::{caller}:root") {
        return world.accounts.get(caller).into_iter().collect();
    }
    let organization = world.organization_of(caller).filter(|organization| may_search(world, organization, caller));
    let Some(organization) = organization.filter(|organization| view.scope.contains(organization.id.as_str())) else {
        return Vec::new();
    };
    let unit = view.scope.rsplit_once(":ou/").and_then(|(_, ids)| ids.rsplit_once('/')).map(|(_, unit)| unit);
    let is_below = |account: &AccountRecord| unit.is_none_or(|unit| world.lineage(&account.id).iter().any(|id| id == unit));
    world.members(&organization.id).map(|(account, _)| account).filter(|account| is_below(account)).collect()
}

/// The regions of an account whose resources the region's index has: all indexed ones in the aggregator, otherwise its own.
fn regions<'w>(world: &'w World, request: &Request<'_>, account: &AccountRecord) -> Vec<&'w str> {
    let Some(indexes) = world.services.resource_explorer.regions.get(&account.id) else {
        return Vec::new();
    };
    let here = indexes.get(request.region);
    let everywhere = here.is_some_and(|index| index.is_aggregator && index.ready_at <= request.now);
    let wanted = indexes.iter().filter(|(region, index)| {
        let is_filled = index.created_at < index.updated_at || index.ready_at <= request.now;
        is_filled && (everywhere || *region == request.region)
    });
    wanted.map(|(region, _)| region.as_str()).collect()
}

fn page(list: &'static str, request: &Request<'_>, view: &View, results: Vec<Found>) -> Answer {
    let shape = |found: Found| {
        json!({
            "Arn": found.arn,
            "OwningAccountId": found.account,
            "Region": found.region,
            "ResourceType": found.kind,
            "Service": found.kind.split(':').next(),
            "CfnResourceType": found.cfn,
            "LastReportedAt": iso(request.now),
            "Properties": [],
        })
    };
    let pages = Paging { usual: 100, ..paging(list, "Resources", MOST_RESULTS) };
    let mut page: Value = pages.page(request, results.into_iter().map(shape).collect())?;
    page["ViewArn"] = view.arn.as_str().into();
    Ok(page)
}
