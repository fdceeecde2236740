//! Does an account keep its guardrails when it moves? Which statements it depended on, whether the new chain says the same, and the smallest document
//! that would have to be added.
//!
//! "Covered" is proved for every request there can be. What two new statements say only together is not seen, so a guardrail may be told as missing
//! that is there in two halves; never the other way.

mod addition;
mod allowed;
mod compare;
mod ids;

use crate::evaluate::Level;
use crate::minify::Unproven;
pub use ids::IdMap;

/// The two kinds of guardrails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Guardrails {
    /// Service control policies: each level must allow, and none may deny.
    Scp,
    /// Resource control policies: none may deny; `RCPFullAWSAccess` is implied at every level.
    Rcp,
}

/// How much of a guardrail is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All of it.
    Covered,
    /// A part of it.
    Partly,
    /// Nothing of it.
    Missing,
}

/// A statement and where it is attached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Place {
    /// The root, unit or account.
    pub target: String,
    /// The policy; `None` for what a whole level leaves out by allowing less than everything.
    pub policy: Option<String>,
    /// The statement's `Sid`, else its place in the document as `#1`; or what the level leaves out, in words.
    pub statement: String,
}

/// What becomes of one old guardrail: of a statement that denies, or of a level that allows less than everything.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Kept {
    /// Which.
    pub guardrail: Place,
    /// How much of it is kept.
    pub status: Status,
    /// What in the new chain says the same, or a part of it.
    pub covered_by: Vec<Place>,
    /// What the new chain does not deny.
    pub missing: Vec<Gap>,
    /// Whether the addition brings everything that is missing. Not so for what a level allows under conditions only: a deny cannot say the opposite
    /// of every condition.
    pub can_be_added: bool,
    /// Ids of organizations and units in it that the map has no new id for. What depends on them is compared as it stands.
    pub unmapped_ids: Vec<String>,
}

/// Why something is not denied by the new chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// No statement denies the actions.
    Actions,
    /// Some do, but not on these resources.
    Resources,
    /// Some do, but under other conditions.
    Conditions,
}

/// A part of a guardrail that the new chain does not have. The ids in it are the new ones.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Gap {
    /// Which list makes the difference.
    pub why: Why,
    /// The actions.
    pub actions: Listed,
    /// How many of the actions that exist today these are.
    pub actions_today: usize,
    /// The resources.
    pub resources: Listed,
    /// The conditions under which they were denied, such as `StringNotEquals aws:RequestedRegion eu-central-1`.
    pub conditions: Vec<String>,
    /// The new statements that come nearest.
    pub near: Vec<Place>,
}

/// Patterns, or everything but them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Listed {
    /// Whether it is everything but the patterns.
    pub except: bool,
    /// The patterns.
    pub patterns: Vec<String>,
}

/// What would have to be attached to the account's new place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AddedDocument {
    /// The document, without a blank that is not needed.
    pub text: String,
    /// How many characters that is.
    pub characters: usize,
}

/// Whether an account keeps its guardrails.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Which kind.
    pub kind: Guardrails,
    /// Every old guardrail, from the root down. Empty: the account depended on none.
    pub guardrails: Vec<Kept>,
    /// The smallest documents, mostly one, that bring what is missing; empty when nothing is. They only deny, so they go beside what is attached to the
    /// account or its unit. It is checked that with them nothing is missing that can be added.
    pub addition: Vec<AddedDocument>,
}

impl Report {
    /// Whether every guardrail is kept.
    pub fn all_kept(&self) -> bool {
        self.guardrails.iter().all(|one| one.status == Status::Covered)
    }
}

/// A report that does not stand up to its own check, which would be an error of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EquivalenceError {
    /// The addition could not be made shorter with a proof.
    #[error("the addition cannot be proved")]
    Unproven(#[from] Unproven),
    /// With the addition something is still missing.
    #[error("the addition does not bring all that is missing of `{0}`")]
    NotEnough(String),
}

/// Compares the chain that an account has with the one that it will have, each from the root down. An empty chain means that none applies.
///
/// # Errors
/// [`EquivalenceError`] when the addition fails its own check; nothing is reported then.
pub fn guardrails_kept(kind: Guardrails, old: &[Level], new: &[Level], ids: &IdMap) -> Result<Report, EquivalenceError> {
    let items = compare::items(kind, old, ids);
    let new_denials = compare::denials(kind, new);
    let found: Vec<compare::Found> = items.iter().map(|item| item.look(kind, new, &new_denials)).collect();
    let addition = addition::smallest(kind, &items, &found, new)?;
    Ok(Report { kind, guardrails: found.into_iter().map(|found| found.kept).collect(), addition })
}
