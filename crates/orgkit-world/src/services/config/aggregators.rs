//! Aggregators: views of the configuration of many accounts.

use super::organization::{AGGREGATION, speaks_for, trust};
use super::{invalid_value, nothing, paging, place};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many aggregators an account may have in a region [AWS Config Developer Guide, configlimits, 2026].
const MOST: usize = 50;

/// An aggregator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Aggregator {
    /// The last part of its ARN.
    id: String,
    /// `AccountAggregationSources` or `OrganizationAggregationSource`, as it was given.
    source: Value,
    /// The organization whose accounts it aggregates; `None` when the accounts are listed.
    organization: Option<OrganizationId>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Aggregator {
    /// An aggregator over all regions, of the accounts listed or, with none listed, of the account's organization.
    pub(crate) fn new(owner: &AccountId, name: &str, accounts: &[AccountId], organization: Option<OrganizationId>, at: Timestamp) -> Self {
        let role = format!("arn:aws:iam::{owner}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig");
        let (organization, source) = if accounts.is_empty() {
            (organization, json!({ "RoleArn": role, "AllAwsRegions": true }))
        } else {
            (None, json!([{ "AccountIds": accounts, "AllAwsRegions": true }]))
        };
        let id = crate::uuid_of(&format!("{owner}/{name}")).replace('-', "").chars().take(8).collect();
        Self { id, source, organization, created_at: at, updated_at: at }
    }
}

/// `PutConfigurationAggregator`: makes an aggregator, or changes one of that name.
pub(super) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let name = request.required("ConfigurationAggregatorName")?;
    let (accounts, whole) = (request.input.get("AccountAggregationSources"), request.input.get("OrganizationAggregationSource"));
    let (source, organization) = match (accounts.filter(|list| list.as_array().is_none_or(|list| !list.is_empty())), whole) {
        (Some(accounts), None) => (account_source(accounts)?, None),
        (None, Some(whole)) => (organization_source(whole)?, Some(speaks_for(world, request, AGGREGATION)?)),
        _ => return Err(invalid_value("Give either AccountAggregationSources or OrganizationAggregationSource.")),
    };
    let at = place(request);
    let known = world.services.config.aggregators.get(&at);
    let found = known.and_then(|known| known.get(name)).map(|found| (found.id.clone(), found.created_at));
    if found.is_none() && known.is_some_and(|known| known.len() >= MOST) {
        return Err(ApiError::new("LimitExceededException", "The number of aggregators exceeds the limit."));
    }
    if let Some(organization) = &organization {
        trust(world, organization, AGGREGATION, request);
    }
    let (id, created_at) = found.unwrap_or_else(|| (world.ids.take(8), request.now));
    let aggregator = Aggregator { id, source: source.clone(), organization, created_at, updated_at: request.now };
    let output = json!({ "ConfigurationAggregator": shape(request, name, &aggregator) });
    world.services.config.aggregators.entry(at).or_default().insert(name.to_owned(), aggregator);
    Ok(output)
}

/// `DescribeConfigurationAggregators`, of the given names or of all.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let wanted = request.texts("ConfigurationAggregatorNames");
    let known = world.services.config.aggregators.get(&place(request));
    for name in &wanted {
        find(world, request, name)?;
    }
    let listed = known.into_iter().flatten().filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()));
    paging("DescribeConfigurationAggregators", "ConfigurationAggregators")
        .page(request, listed.map(|(name, aggregator)| shape(request, name, aggregator)).collect())
}

/// `DeleteConfigurationAggregator`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let name = request.required("ConfigurationAggregatorName")?;
    find(world, request, name)?;
    if let Some(known) = world.services.config.aggregators.get_mut(&place(request)) {
        known.remove(name);
    }
    Ok(nothing())
}

/// `DescribeConfigurationAggregatorSourcesStatus`: a row for the organization, and one for each account and region.
pub(super) fn sources(world: &World, request: &Request<'_>) -> Answer {
    let aggregator = find(world, request, request.required("ConfigurationAggregatorName")?)?;
    let row = |id: &str, kind: &str, region: &str, failure: Option<&str>| {
        let mut row = json!({
            "SourceId": id,
            "SourceType": kind,
            "AwsRegion": region,
            "LastUpdateStatus": if failure.is_some() { "FAILED" } else { "SUCCEEDED" },
            "LastUpdateTime": epoch(aggregator.updated_at),
        });
        if let (Some(failure), Some(members)) = (failure, row.as_object_mut()) {
            members.insert("LastErrorCode".to_owned(), failure.into());
        }
        row
    };
    let mut rows = Vec::new();
    match &aggregator.organization {
        Some(organization) => {
            let speaks = speaks_for(world, request, AGGREGATION).is_ok_and(|own| own == *organization);
            let failure = (!speaks).then_some("OrganizationAccessDenied");
            rows.push(row(organization.as_str(), "ORGANIZATION", request.region, failure));
            let regions = regions(world, &aggregator.source);
            for (member, _) in world.members(organization).filter(|_| speaks) {
                rows.extend(regions.iter().map(|region| row(member.id.as_str(), "ACCOUNT", region, None)));
            }
        }
        None => {
            for source in aggregator.source.as_array().into_iter().flatten() {
                let accounts = source.get("AccountIds").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
                let regions = regions(world, source);
                for account in accounts {
                    let failure = |region: &str| (!is_authorized(world, request, account, region)).then_some("NotAuthorized");
                    rows.extend(regions.iter().map(|region| row(account, "ACCOUNT", region, failure(region))));
                }
            }
        }
    }
    let wanted = request.texts("UpdateStatus");
    rows.retain(|row| {
        wanted.is_empty() || row.get("LastUpdateStatus").and_then(Value::as_str).is_some_and(|status| wanted.contains(&status))
    });
    paging("DescribeConfigurationAggregatorSourcesStatus", "AggregatedSourceStatusList").page(request, rows)
}

/// Whether an account lets the caller's aggregators of the region collect from a region of its own.
fn is_authorized(world: &World, request: &Request<'_>, account: &str, region: &str) -> bool {
    let Ok(account) = account.parse::<AccountId>() else {
        return false;
    };
    let granted = world.services.config.authorizations.get(&(account.clone(), region.to_owned()));
    let is_caller = |granted: &super::Authorization| granted.is_for(&request.caller.account, request.region);
    account == request.caller.account || granted.into_iter().flatten().any(is_caller)
}

/// The regions of a source: those it lists, or all.
fn regions<'a>(world: &'a World, source: &'a Value) -> Vec<&'a str> {
    match source.get("AwsRegions").and_then(Value::as_array) {
        Some(listed) => listed.iter().filter_map(Value::as_str).collect(),
        None => world.regions.iter().map(String::as_str).collect(),
    }
}

fn account_source(given: &Value) -> Result<Value, ApiError> {
    for source in given.as_array().into_iter().flatten() {
        let ids = source.get("AccountIds").and_then(Value::as_array).into_iter().flatten();
        if !ids.clone().all(|id| id.as_str().is_some_and(|id| id.parse::<AccountId>().is_ok())) || ids.count() == 0 {
            return Err(invalid_value("AccountIds must list accounts."));
        }
        check_regions(source)?;
    }
    Ok(given.clone())
}

fn organization_source(given: &Value) -> Result<Value, ApiError> {
    if given.get("RoleArn").and_then(Value::as_str).is_none_or(|role| !role.starts_with("arn:")) {
        return Err(ApiError::new("InvalidRoleException", "The role of the organization's aggregation is not valid."));
    }
    check_regions(given)?;
    Ok(given.clone())
}

/// A source covers all regions or lists them, one of both.
fn check_regions(source: &Value) -> Result<(), ApiError> {
    let all = source.get("AllAwsRegions").and_then(Value::as_bool).unwrap_or(false);
    let listed = source.get("AwsRegions").and_then(Value::as_array).is_some_and(|regions| !regions.is_empty());
    if all == listed { Err(invalid_value("Give either AllAwsRegions or AwsRegions.")) } else { Ok(()) }
}

fn find<'w>(world: &'w World, request: &Request<'_>, name: &str) -> Result<&'w Aggregator, ApiError> {
    let found = world.services.config.aggregators.get(&place(request)).and_then(|known| known.get(name));
    found.ok_or_else(|| {
        let message = "The configuration aggregator does not exist. Check the configuration aggregator name and try again.";
        ApiError::new("NoSuchConfigurationAggregatorException", message)
    })
}

fn shape(request: &Request<'_>, name: &str, aggregator: &Aggregator) -> Value {
    let kind = if aggregator.source.is_array() { "AccountAggregationSources" } else { "OrganizationAggregationSource" };
    json!({
        "ConfigurationAggregatorName": name,
        "ConfigurationAggregatorArn": format!(
            "arn:aws:config:{}:{}:config-aggregator/config-aggregator-{}", request.region, request.caller.account, aggregator.id
        ),
        kind: aggregator.source,
        "CreationTime": epoch(aggregator.created_at),
        "LastUpdatedTime": epoch(aggregator.updated_at),
    })
}
