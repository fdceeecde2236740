//! AWS Resource Explorer (botocore `resource-explorer-2/2022-07-28`): indexes by region, views, and the search for resources.
//!
//! It finds what the world knows of an account: roles, policies, trails, and the resources of types that Resource Explorer supports.

mod indexes;
mod inventory;
mod query;
mod search;
mod views;

use crate::ApiError;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::page::Paging;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(crate) use indexes::put;

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "resource-explorer-2",
    signing_name: "resource-explorer-2",
    actions: "resource-explorer-2",
    model: "resource-explorer-2/2022-07-28",
    protocol: Protocol::RestJson,
    faults: Faults { message: "Message", ..Faults::REST },
    operations: &[
        change("CreateIndex", indexes::create)
            .at("POST", "/CreateIndex")
            .rules("one a region; CREATING for a while", "Resource Explorer API Reference, CreateIndex"),
        read("GetIndex", indexes::get)
            .at("POST", "/GetIndex")
            .rules("replication between local and aggregator indexes", "Resource Explorer API Reference, GetIndex"),
        read("ListIndexes", indexes::list)
            .at("POST", "/ListIndexes")
            .rules("of all regions", "Resource Explorer API Reference, ListIndexes"),
        change("UpdateIndexType", indexes::update)
            .at("POST", "/UpdateIndexType")
            .rules("one aggregator an account, another one only a day later", "Resource Explorer API Reference, UpdateIndexType"),
        change("CreateView", views::create).at("POST", "/CreateView").rules(
            "names unique in a region; an organization's only by its management account or delegated administrator with trusted access",
            "Resource Explorer User Guide, manage-service-multi-account",
        ),
        read("GetView", views::get).at("POST", "/GetView").rules("the caller's own", "Resource Explorer API Reference, GetView"),
        read("ListViews", views::list).at("POST", "/ListViews").rules("of the region", "Resource Explorer API Reference, ListViews"),
        read("GetDefaultView", views::get_default)
            .at("POST", "/GetDefaultView")
            .rules("nothing when there is none", "Resource Explorer API Reference, GetDefaultView"),
        change("AssociateDefaultView", views::associate_default)
            .at("POST", "/AssociateDefaultView")
            .rules("a view of the region", "Resource Explorer API Reference, AssociateDefaultView"),
        read("Search", search::search).at("POST", "/Search").rules(
            "keywords and filters; all regions from the aggregator; at most 1,000 results",
            "Resource Explorer User Guide, using-search-query-syntax",
        ),
        read("ListResources", search::list)
            .at("POST", "/ListResources")
            .rules("filters only", "Resource Explorer API Reference, ListResources"),
        read("GetAccountLevelServiceConfiguration", views::service_configuration)
            .at("POST", "/GetAccountLevelServiceConfiguration")
            .rules("management account only", "Resource Explorer API Reference, GetAccountLevelServiceConfiguration"),
    ],
};

/// Resource Explorer's name in Organizations.
const PRINCIPAL: &str = "resource-explorer-2.amazonaws.com";
/// How long an index takes to be there, or to change its type. AWS gives no number: minutes to hours.
const SETTLING: SignedDuration = SignedDuration::from_secs(60);

/// What Resource Explorer keeps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// By account and region, where it is turned on.
    regions: BTreeMap<AccountId, BTreeMap<String, Regional>>,
}

/// Resource Explorer in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Regional {
    arn: String,
    /// Whether the index has the account's resources of all regions.
    is_aggregator: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// From when index and type are as they are.
    ready_at: Timestamp,
    /// When it was made a local index again.
    demoted_at: Option<Timestamp>,
    tags: BTreeMap<String, String>,
    views: Vec<View>,
    /// The ARN of the view that searches use unless they name one.
    default_view: Option<String>,
}

/// A view: what searches through it can find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct View {
    arn: String,
    name: String,
    /// The ARN of the account's root user, of the organization, or of one of its units.
    scope: String,
    filter: String,
    /// Names of properties, such as `tags`.
    included: Vec<String>,
    updated_at: Timestamp,
    tags: BTreeMap<String, String>,
}

/// Resource Explorer in an account and region, where it is turned on.
fn regional<'w>(world: &'w World, account: &AccountId, region: &str) -> Option<&'w Regional> {
    world.services.resource_explorer.regions.get(account)?.get(region)
}

const fn paging(list: &'static str, items: &'static str, most: usize) -> Paging {
    Paging { list, items, limit: "MaxResults", token: "NextToken", usual: most, most, bad_token: "ValidationException" }
}

fn not_found(message: &str) -> ApiError {
    ApiError::new("ResourceNotFoundException", message).with_status(404)
}

fn unauthorized(message: &str) -> ApiError {
    ApiError::new("UnauthorizedException", message).with_status(401)
}

fn conflict(message: &str) -> ApiError {
    ApiError::new("ConflictException", message).with_status(409)
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}
