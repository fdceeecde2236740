//! The question: an account, the place it leaves, the places it comes to.

use super::needs::Needs;
use super::place::{Organization, Place, Seat, Standing};
use crate::cloudtrail::Operations;
use crate::evaluate::RcpServices;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A move to be judged.
#[derive(Debug, Clone)]
pub struct Move {
    /// The account.
    pub account: String,
    /// Where it stands.
    pub old: Place,
    /// Where it is to stand.
    pub new: Place,
    /// Whether it stands alone for a while between the two, which is judged as well.
    pub window: bool,
    /// Every organization that is known: where the other accounts stand.
    pub organizations: Vec<Arc<Organization>>,
    /// Accounts that are known to be in no organization.
    pub standalone: BTreeSet<String>,
    /// Calls before this are set aside.
    pub since: Option<Timestamp>,
}

/// A question made ready. It can be shared between threads; each folds the records of its files into a [`Comparison`](super::Comparison) of its own.
#[derive(Debug, Clone)]
pub struct Comparer {
    asked: Move,
    /// The old place, the new one, and the window if it is asked for.
    sides: Vec<Place>,
    needs: Needs,
    services: RcpServices,
    operations: Operations,
}

impl Comparer {
    /// Makes a question ready.
    pub fn new(asked: Move) -> Self {
        let mut sides = vec![asked.old.clone(), asked.new.clone()];
        sides.extend(asked.window.then(Place::standalone));
        let mut needs = Needs::default();
        let everybody = asked.organizations.iter().flat_map(|organization| organization.members.values());
        // Of other accounts only the resource control policies are ever asked.
        let rcps = everybody.chain(sides.iter().map(|side| &side.seat)).flat_map(|seat| &seat.rcps);
        let scps = sides.iter().flat_map(|side| &side.seat.scps);
        let mut seen: Vec<*const crate::Document> = Vec::new();
        for level in rcps.chain(scps) {
            for policy in &level.policies {
                let address = Arc::as_ptr(&policy.document);
                if !seen.contains(&address) {
                    seen.push(address);
                    needs.add(&policy.document);
                }
            }
        }
        needs.owners = needs.resources || asked.organizations.iter().flat_map(|one| one.members.values()).any(|seat| !seat.rcps.is_empty());
        needs.owners |= sides.iter().any(|side| !side.seat.rcps.is_empty());
        Self { asked, sides, needs, services: RcpServices::default(), operations: Operations::known().clone() }
    }

    /// The same with another table of operations.
    #[must_use]
    pub fn with_operations(mut self, operations: Operations) -> Self {
        self.operations = operations;
        self
    }

    /// The same with another list of the services that resource control policies reach.
    #[must_use]
    pub fn with_services(mut self, services: RcpServices) -> Self {
        self.services = services;
        self
    }

    /// The account that moves.
    pub fn account(&self) -> &str {
        &self.asked.account
    }

    /// Whether the standalone window is judged.
    pub fn has_window(&self) -> bool {
        self.asked.window
    }

    pub(super) fn since(&self) -> Option<Timestamp> {
        self.asked.since
    }

    pub(super) fn sides(&self) -> &[Place] {
        &self.sides
    }

    pub(super) fn needs(&self) -> &Needs {
        &self.needs
    }

    pub(super) fn services(&self) -> &RcpServices {
        &self.services
    }

    pub(super) fn operations(&self) -> &Operations {
        &self.operations
    }

    /// Where an account stands while the moving one is at a side.
    pub(super) fn standing(&self, side: usize, account: &str) -> Standing<'_> {
        if account == self.asked.account {
            let Some(place) = self.sides.get(side) else { return Standing::Unknown };
            return match &place.organization {
                Some(organization) => Standing::Member { organization, seat: &place.seat },
                None => Standing::Alone,
            };
        }
        let member = |organization: &'_ Arc<Organization>| organization.members.contains_key(account);
        let Some(organization) = self.asked.organizations.iter().find(|one| member(one)) else {
            return if self.asked.standalone.contains(account) { Standing::Alone } else { Standing::Unknown };
        };
        organization.members.get(account).map_or(Standing::Unknown, |seat| Standing::Member { organization, seat })
    }

    /// The seat of an account while the moving one is at a side; `None` where it has none, or nobody knows.
    pub(super) fn seat(&self, side: usize, account: &str) -> Option<&Seat> {
        match self.standing(side, account) {
            Standing::Member { seat, .. } => Some(seat),
            Standing::Alone | Standing::Unknown => None,
        }
    }
}
