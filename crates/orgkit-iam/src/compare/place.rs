//! Where accounts stand.

use crate::evaluate::Level;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An organization with everybody in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id, `o-…`.
    pub id: String,
    /// Its management account.
    pub management: String,
    /// Every account, the management account included, and where it sits.
    pub members: BTreeMap<String, Seat>,
}

/// Where an account sits in its organization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seat {
    /// As in `aws:PrincipalOrgPaths`: `o-…/r-…/ou-…/`, a slash at the end [IAM User Guide, access_policies_last-accessed-view-data-orgs].
    pub path: String,
    /// The service control policies from the root down to the account; empty if none apply.
    pub scps: Vec<Level>,
    /// The resource control policies likewise.
    pub rcps: Vec<Level>,
}

/// Where the account in question stands at one time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The organization; `None` for a standalone account.
    pub organization: Option<Arc<Organization>>,
    /// Where it sits in it.
    pub seat: Seat,
}

impl Place {
    /// In no organization: no chains, and the keys of an organization are absent.
    pub fn standalone() -> Self {
        Self::default()
    }

    /// Where an organization has an account now; standalone where it is no member.
    pub fn of(organization: &Arc<Organization>, account: &str) -> Self {
        let seat = organization.members.get(account);
        seat.map_or_else(Self::standalone, |seat| Self { organization: Some(Arc::clone(organization)), seat: seat.clone() })
    }
}

/// Where an account stands, as condition keys tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing<'a> {
    /// A member of an organization.
    Member { organization: &'a Organization, seat: &'a Seat },
    /// In no organization.
    Alone,
    /// Nobody knows.
    Unknown,
}
