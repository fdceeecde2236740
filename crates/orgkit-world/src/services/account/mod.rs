//! AWS Account Management (botocore `account/2021-02-01`): who an account is, whom AWS writes to, and which regions it has. Global.

mod contacts;
mod information;
mod regions;
mod target;

pub(crate) use regions::{OptIn, is_usable};

use crate::catalog::{Faults, Protocol, Service, change, read};
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "account",
    signing_name: "account",
    actions: "account",
    model: "account/2021-02-01",
    protocol: Protocol::RestJson,
    faults: Faults { throttled: ("TooManyRequestsException", 429), ..Faults::REST },
    operations: &[
        read("GetAccountInformation", information::account)
            .at("POST", "/getAccountInformation")
            .rules(OTHERS, "Account Management API Reference, GetAccountInformation"),
        read("GetPrimaryEmail", information::email).at("POST", "/getPrimaryEmail").rules(
            "of a member, for the management account or a delegated administrator with trusted access and all features",
            "Account Management API Reference, GetPrimaryEmail",
        ),
        read("GetAlternateContact", contacts::get)
            .at("POST", "/getAlternateContact")
            .rules(OTHERS, "Account Management API Reference, GetAlternateContact"),
        change("PutAlternateContact", contacts::put)
            .at("POST", "/putAlternateContact")
            .rules(OTHERS, "Account Management API Reference, PutAlternateContact"),
        change("DeleteAlternateContact", contacts::delete)
            .at("POST", "/deleteAlternateContact")
            .rules(OTHERS, "Account Management API Reference, DeleteAlternateContact"),
        read("ListRegions", regions::list)
            .at("POST", "/listRegions")
            .rules("all regions, those to opt in to included; filter and pages of 50", "Account Management API Reference, ListRegions"),
        read("GetRegionOptStatus", regions::get)
            .at("POST", "/getRegionOptStatus")
            .rules(OTHERS, "Account Management API Reference, GetRegionOptStatus"),
        change("EnableRegion", regions::enable).at("POST", "/enableRegion").rules(
            "only opt-in regions; takes minutes; not while the region is being disabled",
            "Account Management API Reference, EnableRegion",
        ),
        change("DisableRegion", regions::disable).at("POST", "/disableRegion").rules(
            "only opt-in regions; takes minutes; not while the region is being enabled",
            "Account Management API Reference, DisableRegion",
        ),
    ],
};

/// The rule that most operations share.
const OTHERS: &str =
    "for another account: management account or delegated administrator, member of the same organization, trusted access, all features";

/// What the service keeps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// Alternate contacts by account and type.
    pub(crate) contacts: BTreeMap<AccountId, BTreeMap<String, Value>>,
    /// The opt-in regions that an account has, or had, by name.
    pub(crate) regions: BTreeMap<AccountId, BTreeMap<String, OptIn>>,
}

/// The answer of an operation that has no output.
fn nothing() -> Value {
    Value::Object(Map::new())
}
