//! Limits on how often something can be asked.

use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use orgkit_world::{ApiError, Call};
use std::collections::BTreeMap;

/// `LookupEvents` is answered twice a second for each account and region [CloudTrail API Reference, LookupEvents].
const LOOKUPS_A_SECOND: usize = 2;

/// The lookups of the last second, by account and region. It is forgotten with the process: nothing in the world depends on it.
#[derive(Debug, Default)]
pub(super) struct Throttle(BTreeMap<(AccountId, String), Vec<Timestamp>>);

impl Throttle {
    /// Takes a call, or refuses it for the moment.
    pub(super) fn admit(&mut self, account: &AccountId, call: &Call, now: Timestamp) -> Result<(), ApiError> {
        if (call.service.as_str(), call.operation.as_str()) != ("cloudtrail", "LookupEvents") {
            return Ok(());
        }
        let recent = self.0.entry((account.clone(), call.region.clone())).or_default();
        recent.retain(|at| now.duration_since(*at) < SignedDuration::from_secs(1));
        if recent.len() >= LOOKUPS_A_SECOND {
            return Err(ApiError::new("ThrottlingException", "Rate exceeded"));
        }
        recent.push(now);
        Ok(())
    }
}
