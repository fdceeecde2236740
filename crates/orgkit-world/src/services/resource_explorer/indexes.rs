//! Indexes: Resource Explorer turned on in a region, and the one region that has the resources of all.

use super::{Regional, SETTLING, View, conflict, invalid, not_found, paging, regional};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::ids::uuid_of;
use crate::services::own;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How long after an aggregator was made local another index can be made the aggregator (botocore, operation `UpdateIndexType`).
const BETWEEN_AGGREGATORS: SignedDuration = SignedDuration::from_hours(24);

const TYPES: [&str; 2] = ["LOCAL", "AGGREGATOR"];

/// `CreateIndex`: a local one.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?.id.clone();
    if regional(world, &account, request.region).is_some() {
        return Err(conflict("There is an index in this Region already."));
    }
    let arn = format!("arn:aws:resource-explorer-2:{}:{account}:index/{}", request.region, world.ids.uuid());
    let index = Regional {
        arn,
        is_aggregator: false,
        created_at: request.now,
        updated_at: request.now,
        ready_at: request.now.saturating_add(SETTLING).unwrap_or(Timestamp::MAX),
        demoted_at: None,
        tags: request.object("Tags"),
        views: Vec::new(),
        default_view: None,
    };
    let answer = json!({ "Arn": index.arn, "State": "CREATING", "CreatedAt": iso(request.now) });
    world.services.resource_explorer.regions.entry(account).or_default().insert(request.region.to_owned(), index);
    Ok(answer)
}

/// `GetIndex`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let account = &own(world, request)?.id;
    let index = regional(world, account, request.region).ok_or_else(|| not_found("There is no index in this Region."))?;
    let others = || world.services.resource_explorer.regions.get(account).into_iter().flatten().filter(|(name, _)| *name != request.region);
    let mut shape = json!({
        "Arn": index.arn,
        "Type": index.kind(),
        "State": index.state(request.now),
        "CreatedAt": iso(index.created_at),
        "LastUpdatedAt": iso(index.updated_at),
        "Tags": index.tags,
    });
    if index.is_aggregator {
        shape["ReplicatingFrom"] = others().map(|(region, _)| Value::from(region.as_str())).collect();
    } else {
        let to = others().filter(|(_, other)| other.is_aggregator);
        shape["ReplicatingTo"] = to.map(|(region, _)| Value::from(region.as_str())).collect();
    }
    Ok(shape)
}

/// `ListIndexes`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let account = &own(world, request)?.id;
    let kind = request.one_of("Type", &TYPES)?;
    let regions = request.texts("Regions");
    let indexes = world.services.resource_explorer.regions.get(account).into_iter().flatten();
    let wanted = indexes.filter(|(region, index)| {
        kind.is_none_or(|kind| kind == index.kind()) && (regions.is_empty() || regions.contains(&region.as_str()))
    });
    let shapes = wanted.map(|(region, index)| json!({ "Region": region, "Arn": index.arn, "Type": index.kind() })).collect();
    paging("ListIndexes", "Indexes", 100).page(request, shapes)
}

/// `UpdateIndexType`. Which of its errors means which of the two refusals is unconfirmed.
pub(super) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?.id.clone();
    let arn = request.required("Arn")?;
    request.required("Type")?;
    let aggregator = request.one_of("Type", &TYPES)? == Some("AGGREGATOR");
    let own = world.services.resource_explorer.regions.get_mut(&account).ok_or_else(|| not_found("There is no such index."))?;
    let recently = |index: &Regional| index.demoted_at.is_some_and(|at| request.now.duration_since(at) < BETWEEN_AGGREGATORS);
    let others = || own.values().filter(|index| index.arn != arn);
    if aggregator && others().any(|index| index.is_aggregator) {
        let message = "The account has an aggregator index already.";
        return Err(ApiError::new("ServiceQuotaExceededException", message).with_status(402));
    }
    if aggregator && others().any(recently) {
        return Err(conflict("Wait 24 hours after the last aggregator index was made local."));
    }
    let index = own.get_mut(request.region).filter(|index| index.arn == arn).ok_or_else(|| not_found("There is no such index."))?;
    if index.ready_at > request.now {
        return Err(conflict("The index is being changed."));
    }
    if index.is_aggregator != aggregator {
        index.demoted_at = (!aggregator).then_some(request.now);
        index.is_aggregator = aggregator;
        index.updated_at = request.now;
        index.ready_at = request.now.saturating_add(SETTLING).unwrap_or(Timestamp::MAX);
    }
    Ok(json!({ "Arn": arn, "Type": index.kind(), "State": index.state(request.now), "LastUpdatedAt": iso(index.updated_at) }))
}

impl Regional {
    fn kind(&self) -> &'static str {
        if self.is_aggregator { "AGGREGATOR" } else { "LOCAL" }
    }

    fn state(&self, now: Timestamp) -> &'static str {
        match () {
            () if self.ready_at <= now => "ACTIVE",
            () if self.updated_at > self.created_at => "UPDATING",
            () => "CREATING",
        }
    }
}

/// An index that a world file describes, with a default view over the account or its organization.
pub(crate) fn put(world: &mut World, account: &AccountId, region: &str, is_aggregator: bool, whole_organization: bool, since: Timestamp) {
    let id = |what: &str| uuid_of(&format!("{account}/{region}/{what}"));
    let prefix = format!("arn:aws:resource-explorer-2:{region}:{account}");
    let organization = world.organization_of(account).filter(|_| whole_organization);
    let scope = organization.map(|it| format!("arn:aws:organizations::{}:organization/{}", it.management, it.id));
    let view = View {
        arn: format!("{prefix}:view/all-resources/{}", id("view")),
        name: "all-resources".to_owned(),
        scope: scope.unwrap_or_else(|| format!("arn:aws:iam::{account}:root")),
        filter: String::new(),
        included: Vec::new(),
        updated_at: since,
        tags: BTreeMap::new(),
    };
    let index = Regional {
        arn: format!("{prefix}:index/{}", id("index")),
        is_aggregator,
        created_at: since,
        updated_at: since,
        ready_at: since,
        demoted_at: None,
        tags: BTreeMap::new(),
        default_view: Some(view.arn.clone()),
        views: vec![view],
    };
    world.services.resource_explorer.regions.entry(account.clone()).or_default().insert(region.to_owned(), index);
}

/// The region's index must be there before views can be made in it; that `CreateView` says so in this way is unconfirmed.
pub(super) fn index_mut<'w>(world: &'w mut World, request: &Request<'_>) -> Result<&'w mut Regional, ApiError> {
    let regions = world.services.resource_explorer.regions.get_mut(&request.caller.account);
    let index = regions.and_then(|regions| regions.get_mut(request.region));
    index.ok_or_else(|| invalid("Resource Explorer is not turned on in this Region: create an index first."))
}
