//! The simulator through its wire.

mod fuzz;
mod request;
mod wire;

pub(crate) use request::{HOST, Sent};

use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use orgkit_world::{World, WorldFile};

/// Two organizations and accounts in every situation that the rules tell apart.
const ESTATE: &str = include_str!("../../../orgkit-world/src/tests/estate.toml");

pub(crate) const OLD: &str = "111111111111";
pub(crate) const NEW: &str = "222222222222";
pub(crate) const MEMBER: &str = "333333333333";
pub(crate) const DELEGATED: &str = "444444444444";
pub(crate) const STANDALONE: &str = "888888888888";
pub(crate) const SUSPENDED: &str = "666666666666";

pub(crate) fn file() -> WorldFile {
    WorldFile::parse("estate.toml", ESTATE).unwrap()
}

pub(crate) fn start() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().unwrap()
}

pub(crate) fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

pub(crate) fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// A world with a clock.
struct Cloud {
    world: World,
    now: Timestamp,
}

impl Cloud {
    fn new() -> Self {
        Self { world: World::from_file(&file(), 7, start()).unwrap(), now: start() }
    }

    fn wait(&mut self, by: SignedDuration) {
        self.now = self.now.checked_add(by).unwrap();
    }
}
