//! What changes for an account when it moves: the calls it really makes, judged in the place where it stands and in the one where it is to stand.
//!
//! A move changes two things at once. Other policies apply: the service control policies of the account's principals, the resource control policies of
//! its resources. And the requests themselves are different: the account's organization and its path in it are condition keys, which policies of third
//! parties ask for, too. [`Comparer`] judges each call with both.
//!
//! # How the context is rewritten
//!
//! | key | value | source: IAM User Guide, reference_policies_condition-keys |
//! |---|---|---|
//! | `aws:PrincipalOrgID`, `…OrgPaths`, `…OrgMasterAccountId` | where the caller's account stands | absent where it is in no organization |
//! | `aws:ResourceOrgID`, `…OrgPaths` | where the resource's account stands | absent where it is in no organization |
//! | `aws:VpceOrgID`, `…OrgPaths` | where the owner of the VPC endpoint stands | absent without an endpoint |
//! | `aws:SourceOrgID`, `…OrgPaths`, `aws:SourceAccount`, `aws:SourceArn` | absent | only calls by service principals have them; unknown where a service made the call |
//! | `aws:PrincipalAccount`, `aws:ResourceAccount`, `aws:VpceAccount` | unchanged | |
//!
//! The moving account stands in the old place before and in the new one after; every other account stays where the known organizations have it. The
//! organization of an account in none of them is unknown, and so are its keys: it may be standalone or anybody's.
//!
//! Which chains apply follows from the same: SCPs are those of the caller's account, RCPs those of the resource's account, and the management account
//! has neither [AWS Organizations User Guide, orgs_manage_policies_scps, orgs_manage_policies_rcps]. The chain of another account does not change, but
//! what it asks for may: a bucket that its RCP opens to its own organization closes when the caller leaves it.
//!
//! [`symbolic`] compares two chains without any call.

mod comparer;
mod comparison;
mod context;
mod judge;
mod needs;
mod place;
mod report;
pub mod symbolic;

pub use comparer::{Comparer, Move};
pub use comparison::{Comparison, Times};
pub use judge::Change;
pub use place::{Organization, Place, Seat};
pub use report::{BLIND_SPOTS, Because, Changes, Counts, Group, Report, SetAside};
