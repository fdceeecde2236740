//! The accounts: where they are, how old they are, and what is in them.

use super::gap::{Gaps, listed};
use super::iam::{Iam, Left};
use super::organizations::UNKNOWN_AGE;
use super::places::Places;
use super::seen::Seen;
use super::{activity, baseline, recording, resources, sharing};
use crate::worldfile::{AccountSpec, OrganizationSpec};
use orgkit_model::{Account, AccountId, AccountState, JoinedMethod, OrganizationSnapshot};
use std::collections::BTreeSet;

/// All accounts of the estate, those outside any organization last.
pub(super) fn all(seen: &Seen<'_>, organizations: &[OrganizationSpec], gaps: &mut Gaps) -> Vec<AccountSpec> {
    let mut maker = Maker { seen, gaps, left: Left::default(), listed: BTreeSet::new(), ageless: Vec::new(), all: Vec::new() };
    let snapshots = std::iter::once(&seen.estate.target).chain(&seen.estate.sources);
    for (snapshot, spec) in snapshots.zip(organizations) {
        let places = Places::new(snapshot);
        for account in snapshot.accounts.values() {
            maker.add(account, Some(&Within { snapshot, spec, places: &places }));
        }
    }
    for account in &seen.estate.standalone {
        maker.add(account, None);
    }
    maker.done()
}

/// The organization that an account is in.
struct Within<'a> {
    snapshot: &'a OrganizationSnapshot,
    spec: &'a OrganizationSpec,
    places: &'a Places<'a>,
}

struct Maker<'a> {
    seen: &'a Seen<'a>,
    gaps: &'a mut Gaps,
    left: Left,
    listed: BTreeSet<AccountId>,
    /// Accounts of which nothing tells how old they are.
    ageless: Vec<AccountId>,
    all: Vec<AccountSpec>,
}

impl Maker<'_> {
    fn add(&mut self, account: &Account, within: Option<&Within<'_>>) {
        if self.listed.insert(account.id.clone()) {
            let spec = self.spec(account, within);
            self.all.push(spec);
        }
    }

    fn spec(&mut self, account: &Account, within: Option<&Within<'_>>) -> AccountSpec {
        let (seen, id) = (self.seen, &account.id);
        let mut spec = AccountSpec::new(id.clone(), &account.name, 0);
        spec.state = account.state;
        spec.activity = activity::calls(seen, id, self.gaps);
        spec.age_days = self.age(account, &spec, within);
        let member_days = within.and_then(|within| self.place(account, within, &mut spec));
        spec.trails = recording::own_trails(seen, id, self.gaps);
        spec.config = recording::config(seen, id, self.gaps);
        let organization = within.map(|within| within.spec);
        spec.resources = resources::resources(seen, id, self.gaps);
        spec.shares = sharing::shares(seen, id, within.map(|within| (within.spec, within.places)));
        spec.savings_plans = resources::savings_plans(seen, id, self.gaps);
        Iam { seen, organization, member_days, left: &mut self.left }.fill(&mut spec);
        if within.is_none() {
            baseline::tell_alone(seen, id, self.gaps);
        } else if seen.is_locked(account) && spec.joined == JoinedMethod::Created {
            // Nobody could enter it, so nobody can in the world.
            spec.access_role = Some(false);
        }
        spec
    }

    /// Puts a member into its organization. Returns for how many days it has been one.
    fn place(&self, account: &Account, within: &Within<'_>, spec: &mut AccountSpec) -> Option<u32> {
        if within.spec.management == account.id {
            return None;
        }
        let joined = account.joined_at.map(|at| self.seen.days_ago(at).min(within.spec.age_days));
        let usual = spec.age_days.min(within.spec.age_days);
        spec.organization = Some(within.snapshot.organization.id.clone());
        spec.unit = within.places.unit_of(&account.id);
        spec.joined = account.joined_method.unwrap_or(JoinedMethod::Created);
        spec.member_days = joined.filter(|days| *days != usual);
        Some(joined.unwrap_or(usual))
    }

    /// As old as the oldest thing known of it.
    fn age(&mut self, account: &Account, spec: &AccountSpec, within: Option<&Within<'_>>) -> u32 {
        let joined = account.joined_at.map(|at| self.seen.days_ago(at));
        let manages = within.filter(|within| within.spec.management == account.id).map(|within| within.spec.age_days);
        let called = spec.activity.iter().map(|call| call.first_days.unwrap_or(call.last_days)).max();
        let known = [joined, manages, called, super::iam::oldest(self.seen, &account.id)];
        known.into_iter().flatten().max().unwrap_or_else(|| {
            self.ageless.push(account.id.clone());
            within.map_or(UNKNOWN_AGE, |within| within.spec.age_days)
        })
    }

    fn done(mut self) -> Vec<AccountSpec> {
        self.left.tell(self.gaps);
        if !self.ageless.is_empty() {
            self.gaps.assumed(format!(
                "Nothing tells how old these accounts are; they are {UNKNOWN_AGE} days old, or as their organization: {}.",
                listed(&self.ageless)
            ));
        }
        if self.all.iter().any(|account| account.state != AccountState::Active) {
            self.gaps.unseen("When closed accounts were closed is not in an estate.");
        }
        self.name_mail();
        self.all
    }

    /// E-mail addresses come from names. No two accounts have one, so accounts of one name get theirs from their ids.
    fn name_mail(&mut self) {
        let mut taken = BTreeSet::new();
        for account in &mut self.all {
            if !taken.insert(account.email()) {
                account.email = Some(format!("{}@example.com", account.id));
            }
        }
    }
}
