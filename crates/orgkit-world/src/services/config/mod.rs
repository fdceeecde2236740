//! AWS Config (botocore `config/2014-11-12`): recorders and delivery channels, aggregators and who lets them in, and what an organization deploys to
//! its members. All of it is regional.

mod aggregators;
mod authorizations;
mod channels;
mod organization;
mod packs;
mod recorders;
mod rules;
mod setup;

pub(crate) use aggregators::Aggregator;
pub(crate) use authorizations::Authorization;
pub(crate) use organization::Deployment;
pub(crate) use setup::ConfigSetup;

use super::own;
use crate::ApiError;
use crate::call::Request;
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::page::Paging;
use crate::world::World;
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "config",
    signing_name: "config",
    actions: "config",
    model: "config/2014-11-12",
    protocol: Protocol::Json { target: "StarlingDoveService" },
    faults: Faults::JSON,
    operations: &[
        read("DescribeConfigurationRecorders", recorders::describe).rules(
            "the customer managed recorder unless a service principal or an ARN is given; one at a time",
            "AWS Config API Reference, DescribeConfigurationRecorders",
        ),
        read("DescribeConfigurationRecorderStatus", recorders::describe_status).rules(
            "as DescribeConfigurationRecorders; service-linked recorders always record",
            "AWS Config API Reference, DescribeConfigurationRecorderStatus",
        ),
        read("ListConfigurationRecorders", recorders::list)
            .rules("service-linked recorders too; the filter recordingScope", "AWS Config API Reference, ListConfigurationRecorders"),
        change("PutConfigurationRecorder", recorders::put).rules(
            "one customer managed recorder a region; a role is needed; contradicting recording groups; reserved names",
            "AWS Config API Reference, PutConfigurationRecorder",
        ),
        change("DeleteConfigurationRecorder", recorders::delete)
            .rules("by name; not the service-linked ones", "AWS Config API Reference, DeleteConfigurationRecorder"),
        change("StartConfigurationRecorder", recorders::start)
            .rules("a delivery channel must be there", "AWS Config API Reference, StartConfigurationRecorder"),
        change("StopConfigurationRecorder", recorders::stop)
            .rules("by name; not the service-linked ones", "AWS Config API Reference, StopConfigurationRecorder"),
        read("DescribeDeliveryChannels", channels::describe)
            .rules("by name, or all; names that are not there", "AWS Config API Reference, DescribeDeliveryChannels"),
        read("DescribeDeliveryChannelStatus", channels::describe_status)
            .rules("the stream is delivered while the recorder runs", "AWS Config API Reference, DescribeDeliveryChannelStatus"),
        change("PutDeliveryChannel", channels::put)
            .rules("one channel a region, after the recorder", "AWS Config API Reference, PutDeliveryChannel"),
        change("DeleteDeliveryChannel", channels::delete)
            .rules("only when the recorder does not run", "AWS Config API Reference, DeleteDeliveryChannel"),
        change("PutConfigurationAggregator", aggregators::put).rules(
            "accounts, or the organization for its management account or delegated administrator; all features; 50 a region",
            "AWS Config API Reference, PutConfigurationAggregator",
        ),
        read("DescribeConfigurationAggregators", aggregators::describe)
            .rules("by name, or all, in pages", "AWS Config API Reference, DescribeConfigurationAggregators"),
        change("DeleteConfigurationAggregator", aggregators::delete)
            .rules("by name", "AWS Config API Reference, DeleteConfigurationAggregator"),
        read("DescribeConfigurationAggregatorSourcesStatus", aggregators::sources).rules(
            "an account is a source when it has authorized the aggregator, the organization while the caller may speak for it",
            "AWS Config API Reference, DescribeConfigurationAggregatorSourcesStatus",
        ),
        change("PutAggregationAuthorization", authorizations::put)
            .rules("asking twice is no error", "AWS Config API Reference, PutAggregationAuthorization"),
        read("DescribeAggregationAuthorizations", authorizations::describe)
            .rules("those of the region, in pages", "AWS Config API Reference, DescribeAggregationAuthorizations"),
        change("DeleteAggregationAuthorization", authorizations::delete)
            .rules("one that is not there is no error", "AWS Config API Reference, DeleteAggregationAuthorization"),
        change("PutOrganizationConfigRule", rules::put).rules(
            "one kind of rule; management account or delegated administrator, all features; trusted access comes with it",
            "AWS Config API Reference, PutOrganizationConfigRule",
        ),
        read("DescribeOrganizationConfigRules", rules::describe)
            .rules("those that the calling account deployed", "AWS Config API Reference, DescribeOrganizationConfigRules"),
        change("DeleteOrganizationConfigRule", rules::delete)
            .rules("by the account that deployed it", "AWS Config API Reference, DeleteOrganizationConfigRule"),
        read("DescribeConfigRules", rules::describe_deployed).rules(
            "the organization's rules in its members: they come and go with the membership",
            "AWS Config Developer Guide, config-rule-multi-account-deployment",
        ),
        change("PutOrganizationConformancePack", packs::put).rules(
            "one template; management account or delegated administrator, all features; trusted access comes with it",
            "AWS Config API Reference, PutOrganizationConformancePack",
        ),
        read("DescribeOrganizationConformancePacks", packs::describe)
            .rules("those that the calling account deployed", "AWS Config API Reference, DescribeOrganizationConformancePacks"),
        change("DeleteOrganizationConformancePack", packs::delete)
            .rules("by the account that deployed it", "AWS Config API Reference, DeleteOrganizationConformancePack"),
    ],
};

/// What accounts keep in a region, by name.
type ByPlace<T> = BTreeMap<(AccountId, String), BTreeMap<String, T>>;

/// What AWS Config keeps besides the recorders and channels of the accounts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    #[serde(with = "crate::pairs")]
    pub(crate) aggregators: ByPlace<Aggregator>,
    /// Which aggregators an account lets in.
    #[serde(with = "crate::pairs")]
    pub(crate) authorizations: BTreeMap<(AccountId, String), Vec<Authorization>>,
    #[serde(with = "crate::pairs")]
    pub(crate) rules: ByPlace<Deployment>,
    #[serde(with = "crate::pairs")]
    pub(crate) packs: ByPlace<Deployment>,
}

/// An account that leaves takes none of its rules and packs for the organization along. What it aggregates and whom it lets in stays.
pub(super) fn left(world: &mut World, account: &AccountId) {
    let state = &mut world.services.config;
    state.rules.retain(|(owner, _), _| owner != account);
    state.packs.retain(|(owner, _), _| owner != account);
}

/// The answer of an operation that has no output.
fn nothing() -> Value {
    Value::Object(Map::new())
}

/// The caller's place: its account and the region.
fn place(request: &Request<'_>) -> (AccountId, String) {
    (request.caller.account.clone(), request.region.to_owned())
}

/// How AWS Config pages the lists of aggregators and of what organizations deploy.
const fn paging(list: &'static str, items: &'static str) -> Paging {
    Paging { list, items, limit: "Limit", token: "NextToken", usual: 100, most: 100, bad_token: "InvalidNextTokenException" }
}

/// The caller's Config in the region.
fn setup<'w>(world: &'w World, request: &Request<'_>) -> Result<Option<&'w ConfigSetup>, ApiError> {
    Ok(own(world, request)?.config.get(request.region))
}

/// The caller's Config in the region, to change it; an empty one when there is none.
fn setup_mut<'w>(world: &'w mut World, request: &Request<'_>) -> Result<&'w mut ConfigSetup, ApiError> {
    let account = &request.caller.account;
    let record = world.accounts.get_mut(account).ok_or_else(|| crate::error::account_not_found(account))?;
    Ok(record.config.entry(request.region.to_owned()).or_default())
}

/// An input that AWS Config's newer operations cannot take.
fn invalid_value(message: &str) -> ApiError {
    ApiError::new("InvalidParameterValueException", message)
}
