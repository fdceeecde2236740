//! Aggregation authorizations: which accounts an account lets collect its configuration.

use super::{invalid_value, nothing, paging, place};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::World;
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A permission for the aggregators of an account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Authorization {
    pub(crate) account: AccountId,
    pub(crate) region: String,
    pub(crate) created_at: Timestamp,
}

impl Authorization {
    /// Whether it lets the aggregators of an account and region in.
    pub(super) fn is_for(&self, account: &AccountId, region: &str) -> bool {
        self.account == *account && self.region == region
    }
}

/// `PutAggregationAuthorization`.
pub(super) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let (account, region) = authorized(request)?;
    let granted = world.services.config.authorizations.entry(place(request)).or_default();
    let found = granted.iter().find(|granted| granted.is_for(&account, region)).cloned();
    let authorization = found.unwrap_or_else(|| {
        let new = Authorization { account, region: region.to_owned(), created_at: request.now };
        granted.push(new.clone());
        new
    });
    Ok(json!({ "AggregationAuthorization": shape(request, &authorization) }))
}

/// `DescribeAggregationAuthorizations`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let granted = world.services.config.authorizations.get(&place(request)).into_iter().flatten();
    paging("DescribeAggregationAuthorizations", "AggregationAuthorizations")
        .page(request, granted.map(|granted| shape(request, granted)).collect())
}

/// `DeleteAggregationAuthorization`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let (account, region) = authorized(request)?;
    if let Some(granted) = world.services.config.authorizations.get_mut(&place(request)) {
        granted.retain(|granted| !granted.is_for(&account, region));
    }
    Ok(nothing())
}

fn authorized<'a>(request: &Request<'a>) -> Result<(AccountId, &'a str), ApiError> {
    let account = request.required("AuthorizedAccountId")?;
    let account = account.parse().map_err(|_| invalid_value("AuthorizedAccountId must have twelve digits."))?;
    Ok((account, request.required("AuthorizedAwsRegion")?))
}

fn shape(request: &Request<'_>, granted: &Authorization) -> Value {
    let (region, owner) = (request.region, &request.caller.account);
    json!({
        "AggregationAuthorizationArn": format!("arn:aws:config:{region}:{owner}:aggregation-authorization/{}/{}", granted.account, granted.region),
        "AuthorizedAccountId": granted.account,
        "AuthorizedAwsRegion": granted.region,
        "CreationTime": epoch(granted.created_at),
    })
}
