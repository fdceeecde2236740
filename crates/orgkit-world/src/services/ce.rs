//! AWS Cost Explorer (botocore `ce/2017-10-25`): the cost allocation tags, cost categories and anomaly monitors of a payer. Costs themselves
//! are not simulated.

use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::format::iso;
use crate::page::Paging;
use crate::world::World;
use crate::worldfile::BillingSpec;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "ce",
    signing_name: "ce",
    actions: "ce",
    model: "ce/2017-10-25",
    protocol: Protocol::Json { target: "AWSInsightsIndexService" },
    faults: Faults { throttled: ("LimitExceededException", 400), message: "Message", ..Faults::JSON },
    operations: &[
        read("ListCostAllocationTags", list_tags)
            .rules("only for the payer; filtered by status, type and keys", "Billing User Guide, cost-alloc-tags"),
        change("UpdateCostAllocationTagsStatus", update_tags).rules(
            "only for the payer; 20 keys a call; keys that were never seen are refused one by one",
            "Cost Explorer API Reference, UpdateCostAllocationTagsStatus",
        ),
        change("StartCostAllocationTagBackfill", start_backfill).rules(
            "only for the payer; from the first of a month of the last year; one in 24 hours",
            "Cost Explorer API Reference, StartCostAllocationTagBackfill",
        ),
        read("ListCostAllocationTagBackfillHistory", backfills)
            .rules("the newest first", "Cost Explorer API Reference, ListCostAllocationTagBackfillHistory"),
        read("ListCostCategoryDefinitions", cost_categories).rules("only for the payer", "Billing User Guide, manage-cost-categories"),
        read("GetAnomalyMonitors", monitors).rules("the account's own", "Cost Explorer API Reference, GetAnomalyMonitors"),
    ],
};

/// How many keys one call may change (botocore, shape `CostAllocationTagStatusList`).
const KEYS_A_CALL: usize = 20;
/// How long a backfill takes. AWS says up to 24 hours [Billing User Guide, cost-allocation-backfill].
const BACKFILL_TAKES: SignedDuration = SignedDuration::from_hours(6);
/// How long the next backfill has to wait [Billing User Guide, cost-allocation-backfill].
const BACKFILL_EVERY: SignedDuration = SignedDuration::from_hours(24);

const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "MaxResults", token: "NextToken", usual: 100, most: 1000, bad_token: "InvalidNextTokenException" }
}

/// What Cost Explorer keeps, by account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    books: BTreeMap<AccountId, Books>,
}

/// What one account set up.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Books {
    /// The tag keys that were seen on costs, with when they were activated.
    tags: BTreeMap<String, Tag>,
    categories: Vec<String>,
    monitors: Vec<String>,
    /// When each backfill was asked for, and from when on.
    backfills: Vec<(Timestamp, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tag {
    active: bool,
    updated_at: Timestamp,
}

impl State {
    /// Takes over what a world file says of an account.
    pub(crate) fn describe(&mut self, account: &AccountId, spec: &BillingSpec, at: Timestamp) {
        let tag = |active: bool| move |key: &String| (key.clone(), Tag { active, updated_at: at });
        let active = spec.active_cost_allocation_tags.iter().map(tag(true));
        let tags = spec.inactive_cost_allocation_tags.iter().map(tag(false)).chain(active).collect();
        let books =
            Books { tags, categories: spec.cost_categories.clone(), monitors: spec.anomaly_monitors.clone(), backfills: Vec::new() };
        self.books.insert(account.clone(), books);
    }

    fn of(&self, account: &AccountId) -> Books {
        self.books.get(account).cloned().unwrap_or_default()
    }
}

/// What the caller set up; members of an organization have no part in it.
fn payer(world: &World, request: &Request<'_>) -> Result<Books, ApiError> {
    let account = &request.caller.account;
    match world.organization_of(account) {
        Some(organization) if &organization.management != account => {
            Err(ApiError::new("AccessDeniedException", "Linked account doesn't have access to cost allocation tags."))
        }
        _ => Ok(world.services.ce.of(account)),
    }
}

fn list_tags(world: &World, request: &Request<'_>) -> Answer {
    let status = request.one_of("Status", &["Active", "Inactive"])?;
    let kind = request.one_of("Type", &["AWSGenerated", "UserDefined"])?;
    let keys = request.texts("TagKeys");
    let kind_of = |key: &str| if key.starts_with("aws:") { "AWSGenerated" } else { "UserDefined" };
    let status_of = |tag: &Tag| if tag.active { "Active" } else { "Inactive" };
    let tags = payer(world, request)?.tags.into_iter().filter(|(key, tag)| {
        status.is_none_or(|status| status == status_of(tag))
            && kind.is_none_or(|kind| kind == kind_of(key))
            && (keys.is_empty() || keys.contains(&key.as_str()))
    });
    let shape = |(key, tag): (String, Tag)| json!({ "TagKey": key, "Type": kind_of(&key), "Status": status_of(&tag), "LastUpdatedDate": iso(tag.updated_at) });
    paging("ListCostAllocationTags", "CostAllocationTags").page(request, tags.map(shape).collect())
}

fn update_tags(world: &mut World, request: &Request<'_>) -> Answer {
    let mut books = payer(world, request)?;
    let wanted = request.input.get("CostAllocationTagsStatus").and_then(Value::as_array);
    let wanted = wanted.filter(|list| (1..=KEYS_A_CALL).contains(&list.len()));
    let wanted = wanted.ok_or_else(|| request.invalid("", format!("CostAllocationTagsStatus must have 1 to {KEYS_A_CALL} entries.")))?;
    let mut errors = Vec::new();
    for entry in wanted {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let (Some(key), Some(status @ ("Active" | "Inactive"))) = (text("TagKey"), text("Status")) else {
            return Err(request.invalid("", "An entry needs TagKey and Status.".to_owned()));
        };
        match books.tags.get_mut(key) {
            Some(tag) => *tag = Tag { active: status == "Active", updated_at: request.now },
            None => errors.push(json!({ "TagKey": key, "Code": "TagKeysNotFoundException", "Message": "Tag key not found." })),
        }
    }
    world.services.ce.books.insert(request.caller.account.clone(), books);
    Ok(json!({ "Errors": errors }))
}

fn start_backfill(world: &mut World, request: &Request<'_>) -> Answer {
    let mut books = payer(world, request)?;
    let from = request.required("BackfillFrom")?;
    let wrong = || request.invalid("", "BackfillFrom must be the first day of a month within the last twelve.".to_owned());
    let start: Timestamp = from.parse().map_err(|_| wrong())?;
    let date: Date = jiff::tz::TimeZone::UTC.to_datetime(start).date();
    let age = request.now.duration_since(start);
    if date.day() != 1 || !(SignedDuration::ZERO..=SignedDuration::from_hours(24 * 366)).contains(&age) {
        return Err(wrong());
    }
    if books.backfills.last().is_some_and(|(asked, _)| request.now.duration_since(*asked) < BACKFILL_EVERY) {
        return Err(ApiError::new("BackfillLimitExceededException", "A backfill was requested within the last 24 hours."));
    }
    books.backfills.push((request.now, from.to_owned()));
    let output = json!({ "BackfillRequest": backfill(request.now, from, request.now) });
    world.services.ce.books.insert(request.caller.account.clone(), books);
    Ok(output)
}

fn backfills(world: &World, request: &Request<'_>) -> Answer {
    let books = payer(world, request)?;
    let newest_first = books.backfills.iter().rev().map(|(asked, from)| backfill(*asked, from, request.now)).collect();
    paging("ListCostAllocationTagBackfillHistory", "BackfillRequests").page(request, newest_first)
}

fn backfill(asked: Timestamp, from: &str, now: Timestamp) -> Value {
    let done = asked.saturating_add(BACKFILL_TAKES).unwrap_or(Timestamp::MAX);
    let status = if now >= done { "SUCCEEDED" } else { "PROCESSING" };
    let mut shape = json!({
        "BackfillFrom": from,
        "RequestedAt": iso(asked),
        "BackfillStatus": status,
        "LastUpdatedAt": iso(now.min(done)),
    });
    if now >= done {
        shape["CompletedAt"] = iso(done).into();
    }
    shape
}

fn cost_categories(world: &World, request: &Request<'_>) -> Answer {
    let account = &request.caller.account;
    let shape = |name: &String| {
        json!({
            "CostCategoryArn": format!("arn:aws:ce::{account}:costcategory/{}", crate::ids::uuid_of(&format!("{account}/{name}"))),
            "Name": name,
            "EffectiveStart": "2020-01-01T00:00:00Z",
            "NumberOfRules": 1,
            "ProcessingStatus": [{ "Component": "COST_EXPLORER", "Status": "APPLIED" }],
        })
    };
    let all = payer(world, request)?.categories.iter().map(shape).collect();
    paging("ListCostCategoryDefinitions", "CostCategoryReferences").page(request, all)
}

fn monitors(world: &World, request: &Request<'_>) -> Answer {
    let account = &request.caller.account;
    let arn = |name: &str| format!("arn:aws:ce::{account}:anomalymonitor/{}", crate::ids::uuid_of(&format!("{account}/{name}")));
    let wanted = request.texts("MonitorArnList");
    let all: Vec<String> = world.services.ce.of(account).monitors;
    let is_there = |wanted: &&str| all.iter().any(|name| arn(name) == **wanted);
    if let Some(unknown) = wanted.iter().find(|wanted| !is_there(wanted)) {
        return Err(ApiError::new("UnknownMonitorException", format!("Anomaly monitor {unknown} does not exist.")));
    }
    let shown = all.iter().filter(|name| wanted.is_empty() || wanted.contains(&arn(name).as_str()));
    let shape = |name: &String| json!({ "MonitorArn": arn(name), "MonitorName": name, "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE" });
    let paging = Paging { token: "NextPageToken", ..paging("GetAnomalyMonitors", "AnomalyMonitors") };
    paging.page(request, shown.map(shape).collect())
}
