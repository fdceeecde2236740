//! A world from a discovered estate: what the estate says stands in the world file, and what it does not say is listed as gaps.
//!
//! What discovery could not see is not in the world, and a gap says so: "could not look" is never "there is nothing". An account that could
//! not be entered cannot be entered in the world either.

mod accounts;
mod activity;
mod baseline;
mod gap;
mod iam;
mod organizations;
mod places;
mod recording;
mod resources;
mod seen;
mod sharing;
mod sign_in;
#[cfg(test)]
mod tests;
mod unseen;

pub use gap::{Gap, GapKind};

use super::{WORLD_VERSION, WorldFile};
use gap::{Gaps, listed};
use orgkit_model::Estate;
use seen::Seen;
use std::collections::BTreeSet;

/// The region of global services.
const HOME_REGION: &str = "us-east-1";

impl WorldFile {
    /// The world that a discovered estate describes, with what the estate does not say. Ages count back from the discovery, in whole days.
    pub fn from_estate(estate: &Estate) -> (Self, Vec<Gap>) {
        let (seen, mut gaps) = (Seen::new(estate), Gaps::default());
        unseen::tell(&seen, &mut gaps);
        let organizations = organizations::all(&seen, &mut gaps);
        let accounts = accounts::all(&seen, &organizations, &mut gaps);
        let digest = estate.digest();
        let mut world = Self {
            version: WORLD_VERSION,
            name: format!("estate-{}", digest.short()),
            description: Some(format!("Made from the estate {} that was discovered at {}.", digest.short(), estate.taken_at)),
            regions: estate.regions.clone(),
            organizations,
            accounts,
            aws_managed_policies: Vec::new(),
        };
        add_regions(&mut world, &mut gaps);
        tell_assumptions(&mut gaps);
        (world, gaps.sorted())
    }
}

/// Lists the regions that something stands in although nobody looked at them as a whole.
fn add_regions(world: &mut WorldFile, gaps: &mut Gaps) {
    let organizations = world.organizations.iter().flat_map(|organization| {
        let center = organization.identity_center.iter().map(|center| &center.region);
        center.chain(organization.trail.iter().map(|trail| &trail.home_region))
    });
    let accounts = world.accounts.iter().flat_map(|account| {
        let (trails, calls) = (account.trails.iter().map(|trail| &trail.home_region), account.activity.iter().map(|call| &call.region));
        trails.chain(calls)
    });
    let used: BTreeSet<String> = organizations.chain(accounts).cloned().collect();
    let mut added: Vec<String> = used.into_iter().filter(|region| !world.regions.contains(region)).collect();
    if world.regions.is_empty() && added.is_empty() {
        added.push(HOME_REGION.to_owned());
    }
    if !added.is_empty() {
        gaps.unseen(format!(
            "{}: something stands in these regions, which discovery did not look at; what else is there is not in the world.",
            listed(&added)
        ));
    }
    world.regions.extend(added);
}

/// What no estate says.
fn tell_assumptions(gaps: &mut Gaps) {
    gaps.assumed("E-mail addresses are made up, at example.com: orgkit keeps none.");
    gaps.assumed("Every account has a valid payment method of its own, so that it could stand alone.");
    gaps.assumed("Account quotas are 10, or as many as there are accounts: write `account_quota` where it is known.");
    gaps.assumed(
        "An account is as old as the oldest thing known of it, and calls are spread evenly over their time; times are in whole days.",
    );
    gaps.unseen(
        "Tags of accounts, open invitations and what is set up for billing (cost allocation tags and the like) are not in an estate.",
    );
}
