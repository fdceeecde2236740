//! The proof that documents say the same before and after.
//!
//! It is made from the printed texts, not from what the transformations believe they did, in two parts that do not rest on each other:
//!
//! 1. *Every action there can be, known or not.* Each statement before is covered by the statements after, and each after by those before, list by
//!    list and pattern by pattern. Of the statements after, the wildcards that are told as drift are left out of the second half.
//! 2. *Every action that exists.* The evaluator's own matching says which statements, before and after, speak about it. Actions about which the same
//!    statements speak are one class, and of each class the rests of the statements (effect, principal, resources, conditions) must cover each other
//!    both ways. Here the wildcards of the drift are not left out.
//!
//! Nothing is sampled. What cannot be proved counts as wrong.

use super::{Drift, Minified};
use crate::claim::{Claim, cover};
use crate::document::Document;
use crate::evaluate::Ready;
use crate::universe::Universe;
use std::collections::BTreeSet;

/// Two sets of documents of which it is not proved that they say the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// A statement that stood before says something that no statement says after.
    #[error("it is not proved that statement `{0}` still says all that it said")]
    Lost(String),
    /// A statement that stands after says something that no statement said before.
    #[error("it is not proved that the new statement `{0}` says nothing new")]
    Added(String),
    /// What is printed is no policy document.
    #[error("what was made is no policy document")]
    Unreadable(#[source] crate::ParseError),
}

/// Proves that documents of one level say the same before and after, for every request there can be; but for the wildcards that are told as drift,
/// which may deny what does not exist yet.
///
/// # Errors
/// [`Unproven`] names the first statement for which it fails. It may fail for documents that do say the same: the proof follows single statements
/// and pieces of them, not what two different ones say together.
pub fn prove(before: &[Document], after: &[(Document, Vec<Drift>)], universe: &Universe) -> Result<(), Unproven> {
    let before: Vec<&Document> = before.iter().collect();
    let after: Vec<(&Document, &[Drift])> = after.iter().map(|(document, drift)| (document, drift.as_slice())).collect();
    of_documents(&before, &after, universe)
}

/// The same for what this module made, from its printed text.
pub(super) fn between(before: &[&Document], after: &[&Minified], universe: &Universe) -> Result<(), Unproven> {
    let printed: Vec<Document> =
        after.iter().map(|one| Document::parse(&one.text)).collect::<Result<_, _>>().map_err(Unproven::Unreadable)?;
    let after: Vec<(&Document, &[Drift])> = printed.iter().zip(after).map(|(document, one)| (document, one.drift.as_slice())).collect();
    of_documents(before, &after, universe)
}

fn of_documents(before: &[&Document], after: &[(&Document, &[Drift])], universe: &Universe) -> Result<(), Unproven> {
    let old: Vec<Side> = before.iter().flat_map(|document| sides(document, &[])).collect();
    let new: Vec<Side> = after.iter().flat_map(|(document, drift)| sides(document, drift)).collect();
    let (old_claims, new_claims) = (claims(&old), claims(&new));
    for side in &old {
        if !cover(&side.claim, &new_claims).missing.is_empty() {
            return Err(Unproven::Lost(side.claim.name.clone()));
        }
    }
    for side in &new {
        if side.without_drift.as_ref().is_some_and(|claim| !cover(claim, &old_claims).missing.is_empty()) {
            return Err(Unproven::Added(side.claim.name.clone()));
        }
    }
    for (of_old, of_new) in classes(&old, &new, universe) {
        same_rests(&old, &of_old, &new, &of_new)?;
    }
    Ok(())
}

/// A statement of one side of the proof.
struct Side {
    claim: Claim,
    /// The same without the wildcards that are told as drift; `None`: nothing is left.
    without_drift: Option<Claim>,
    ready: Ready,
    /// What is left of it once the action is given.
    rest: Claim,
}

fn sides(document: &Document, drift: &[Drift]) -> Vec<Side> {
    let claims = Claim::of(document).into_iter().zip(&document.statements).enumerate();
    claims
        .map(|(index, (claim, statement))| Side {
            without_drift: without_drift(
                &claim,
                &drift.iter().filter(|one| one.statement == index).map(|one| one.pattern.as_str()).collect(),
            ),
            ready: Ready::new(statement, document.language()),
            rest: claim.of_any_action(),
            claim,
        })
        .collect()
}

fn without_drift(claim: &Claim, patterns: &BTreeSet<&str>) -> Option<Claim> {
    let mut claim = claim.clone();
    if !claim.actions.negated && !patterns.is_empty() {
        claim.actions.items.retain(|(text, _)| !patterns.contains(text.value.as_str()));
        if claim.actions.items.is_empty() {
            return None;
        }
    }
    Some(claim)
}

fn claims(sides: &[Side]) -> Vec<&Claim> {
    sides.iter().map(|side| &side.claim).collect()
}

/// The distinct pairs of (statements before, statements after) that speak about one action.
fn classes(old: &[Side], new: &[Side], universe: &Universe) -> BTreeSet<(Vec<usize>, Vec<usize>)> {
    let about = |sides: &[Side], action: &str| -> Vec<usize> {
        sides.iter().enumerate().filter(|(_, side)| side.ready.is_about(action)).map(|(place, _)| place).collect()
    };
    universe.actions().iter().map(|action| (about(old, &action.lower), about(new, &action.lower))).collect()
}

fn same_rests(old: &[Side], of_old: &[usize], new: &[Side], of_new: &[usize]) -> Result<(), Unproven> {
    let rests = |sides: &'_ [Side], places: &[usize]| -> Vec<Claim> {
        places.iter().filter_map(|place| sides.get(*place)).map(|side| side.rest.clone()).collect()
    };
    let (before, after) = (rests(old, of_old), rests(new, of_new));
    let unproven = |claims: &[Claim], others: &[Claim]| {
        let others: Vec<&Claim> = others.iter().collect();
        claims.iter().find(|claim| !cover(claim, &others).missing.is_empty()).map(|claim| claim.name.clone())
    };
    match (unproven(&before, &after), unproven(&after, &before)) {
        (Some(name), _) => Err(Unproven::Lost(name)),
        (None, Some(name)) => Err(Unproven::Added(name)),
        (None, None) => Ok(()),
    }
}
