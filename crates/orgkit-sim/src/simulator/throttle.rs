//! Limits on how often something can be asked: token buckets over the numbers in [`orgkit_world::catalog::limits`].

use jiff::Timestamp;
use orgkit_model::AccountId;
use orgkit_world::catalog::{
    self,
    limits::{self, Bucket, RequestLimit},
};
use orgkit_world::{ApiError, Call, World, faults};
use std::collections::BTreeMap;

/// What a token is counted in: with millionths, thousandths of a token per second times milliseconds are whole numbers.
const TOKEN: u64 = 1_000_000;

/// The buckets that somebody has drawn from. They are forgotten with the process: nothing in the world depends on them.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    off: bool,
    levels: BTreeMap<Key, Level>,
}

/// Whose bucket, for what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// An account's or an organization's id.
    owner: String,
    service: &'static str,
    operation: &'static str,
    /// Empty where one bucket serves all regions.
    region: String,
}

/// How full a bucket was.
#[derive(Debug, Clone, Copy)]
struct Level {
    millionths: u64,
    at: Timestamp,
}

impl Throttle {
    /// Switches the limits on or off; all buckets are full afterwards.
    pub(super) fn set(&mut self, on: bool) {
        *self = Self { off: !on, levels: BTreeMap::new() };
    }

    /// Fills all buckets.
    pub(super) fn refill(&mut self) {
        self.levels.clear();
    }

    /// Takes a call, or refuses it for the moment. A refused call takes no token.
    pub(super) fn admit(&mut self, world: &World, account: &AccountId, call: &Call, now: Timestamp) -> Result<(), ApiError> {
        let limit = (!self.off).then(|| limits::limit(&call.service, &call.operation)).flatten();
        let (Some(limit), Some(service)) = (limit, catalog::service(&call.service)) else { return Ok(()) };
        let Some(operation) = service.operation(&call.operation) else { return Ok(()) };
        let key = |owner: &str| Key {
            owner: owner.to_owned(),
            service: service.name,
            operation: operation.name,
            region: if limit.regional { call.region.clone() } else { String::new() },
        };
        let buckets = buckets(world, account, &limit).map(|(owner, bucket)| (key(owner), bucket));
        let levels: Vec<(Key, u64)> = buckets.map(|(key, bucket)| (key.clone(), self.level(&key, bucket, now))).collect();
        if levels.iter().any(|(_, level)| *level < TOKEN) {
            return Err(faults::throttled(service));
        }
        self.levels.extend(levels.into_iter().map(|(key, level)| (key, Level { millionths: level - TOKEN, at: now })));
        Ok(())
    }

    /// How full a bucket is by now.
    fn level(&self, key: &Key, bucket: Bucket, now: Timestamp) -> u64 {
        let full = u64::from(bucket.burst) * TOKEN;
        let Some(level) = self.levels.get(key) else { return full };
        let elapsed = u64::try_from(now.duration_since(level.at).as_millis()).unwrap_or(0);
        level.millionths.saturating_add(elapsed.saturating_mul(u64::from(bucket.millitokens_per_second))).min(full)
    }
}

/// The buckets that a call draws from, each with whose it is.
fn buckets<'a>(world: &'a World, account: &'a AccountId, limit: &RequestLimit) -> impl Iterator<Item = (&'a str, Bucket)> {
    let shared = limit.organization.and_then(|bucket| Some((world.organization_id(account)?.as_str(), bucket)));
    std::iter::once((account.as_str(), limit.account)).chain(shared)
}
