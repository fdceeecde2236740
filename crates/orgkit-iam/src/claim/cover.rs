//! Which part of a statement is not covered by any of some others.

use super::Claim;
use std::collections::BTreeSet;

/// How many pieces a statement is cut into before the rest counts as not covered.
const MAX_PIECES: usize = 4_096;

/// What [`cover`] finds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Coverage {
    /// The parts that nothing covers.
    pub(crate) missing: Vec<Claim>,
    /// The places of those that cover something.
    pub(crate) by: BTreeSet<usize>,
}

/// Cuts a statement into pieces until each is covered by one of the others, or can be by none.
///
/// A list of actions, of resources, or of the values of a condition of which one must match is an "or", so it may be cut; the pieces are grouped by
/// which of the others they fit, so there are few. Two statements that cover a piece only together, such as one for a region and one for all others,
/// are not seen.
///
/// This is transitive: what is covered by a statement of which every piece is covered by others is found to be covered by those others.
pub(crate) fn cover(claim: &Claim, others: &[&Claim]) -> Coverage {
    Cutter::new(others, false).cover(claim)
}

/// The same, and what a statement says about everything but a list is cut, too, where others except more than it does. That finds smaller parts that are
/// missing; it is not transitive.
pub(crate) fn cover_finely(claim: &Claim, others: &[&Claim]) -> Coverage {
    Cutter::new(others, true).cover(claim)
}

struct Cutter<'a> {
    others: &'a [&'a Claim],
    /// Whether negated lists are cut.
    is_fine: bool,
    found: Coverage,
    pieces: usize,
}

/// A list of a statement that can be cut.
#[derive(Clone, Copy)]
enum Dimension {
    Actions,
    Resources,
    /// The values of the condition at this place.
    Values(usize),
}

impl<'a> Cutter<'a> {
    fn new(others: &'a [&'a Claim], is_fine: bool) -> Self {
        Self { others, is_fine, found: Coverage::default(), pieces: 0 }
    }

    fn cover(mut self, claim: &Claim) -> Coverage {
        let others = self.others.iter().enumerate();
        let alike: Vec<usize> = others.filter(|(_, other)| other.is_alike(claim)).map(|(place, _)| place).collect();
        self.cut(claim.clone(), &alike);
        self.found
    }

    fn cut(&mut self, piece: Claim, candidates: &[usize]) {
        self.pieces += 1;
        let others = self.others;
        let of = |place: &usize| others.get(*place).copied();
        // Where one covers a part in every dimension and no dimension can be cut, it covers the whole, and is found here.
        if let Some(place) = candidates.iter().find(|place| of(place).is_some_and(|other| other.covers(&piece))) {
            self.found.by.insert(*place);
            return;
        }
        let able: Vec<&Claim> = candidates.iter().filter_map(of).filter(|other| covers_part(other, &piece)).collect();
        let values = (0..piece.requirements.len()).map(Dimension::Values);
        let mut dimensions = [Dimension::Actions, Dimension::Resources].into_iter().chain(values);
        let groups =
            dimensions.find_map(|dimension| Some((dimension, groups(&piece, dimension, &able))).filter(|(_, groups)| groups.len() > 1));
        let parts = match groups {
            Some((dimension, groups)) => groups.iter().map(|group| restricted(&piece, dimension, group)).collect(),
            None if !self.is_fine => Vec::new(),
            None => candidates.iter().filter_map(of).find_map(|other| halves(&piece, other)).unwrap_or_default(),
        };
        if parts.is_empty() || self.pieces >= MAX_PIECES {
            self.found.missing.push(piece);
            return;
        }
        parts.into_iter().for_each(|part| self.cut(part, candidates));
    }
}

/// A piece about everything but a list, cut by a statement about everything but another list, where that brings a half that it covers in part.
fn halves(piece: &Claim, other: &Claim) -> Option<Vec<Claim>> {
    let by_actions = piece.actions.cut_by(&other.actions).map(|(both, beyond)| [piece.with_actions(both), piece.with_actions(beyond)]);
    let by_resources =
        || piece.resources.cut_by(&other.resources).map(|(both, beyond)| [piece.with_resources(both), piece.with_resources(beyond)]);
    let is_of_use = |halves: &[Claim; 2]| halves.first().is_some_and(|both| covers_part(other, both));
    by_actions.filter(is_of_use).or_else(|| by_resources().filter(is_of_use)).map(Vec::from)
}

/// Whether there may be a part of a piece that another statement covers: something in each list.
fn covers_part(other: &Claim, piece: &Claim) -> bool {
    let actions = &piece.actions;
    let resources = &piece.resources;
    let in_actions = if actions.negated {
        other.actions.covers(actions)
    } else {
        actions.items.iter().any(|(_, one)| other.actions.covers_pattern(one))
    };
    let in_resources = if resources.negated {
        other.resources.covers(resources)
    } else {
        resources.items.iter().any(|(_, one)| other.resources.covers_pattern(one))
    };
    let is_implied = |wanted: &super::Requirement| {
        piece.requirements.iter().any(|given| {
            given.implies(wanted) || (given.is_any_of() && (0..given.values.len()).any(|place| given.only(&[place]).implies(wanted)))
        })
    };
    in_actions && in_resources && other.requirements.iter().all(is_implied)
}

/// The places of a list, grouped by what they mean to the candidates.
fn groups(piece: &Claim, dimension: Dimension, candidates: &[&Claim]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(Vec<bool>, Vec<usize>)> = Vec::new();
    let mut add = |place: usize, signature: Vec<bool>| match groups.iter_mut().find(|(known, _)| *known == signature) {
        Some((_, places)) => places.push(place),
        None => groups.push((signature, vec![place])),
    };
    match dimension {
        Dimension::Actions if !piece.actions.negated => {
            for (place, (_, pattern)) in piece.actions.items.iter().enumerate() {
                add(place, candidates.iter().map(|one| one.actions.covers_pattern(pattern)).collect());
            }
        }
        Dimension::Resources if !piece.resources.negated => {
            for (place, (_, pattern)) in piece.resources.items.iter().enumerate() {
                add(place, candidates.iter().map(|one| one.resources.covers_pattern(pattern)).collect());
            }
        }
        Dimension::Values(at) => {
            let Some(given) = piece.requirements.get(at).filter(|given| given.is_any_of()) else { return Vec::new() };
            for place in 0..given.values.len() {
                let one = given.only(&[place]);
                add(place, candidates.iter().flat_map(|claim| &claim.requirements).map(|wanted| one.implies(wanted)).collect());
            }
        }
        Dimension::Actions | Dimension::Resources => (),
    }
    groups.into_iter().map(|(_, places)| places).collect()
}

fn restricted(piece: &Claim, dimension: Dimension, places: &[usize]) -> Claim {
    let mut part = piece.clone();
    match dimension {
        Dimension::Actions => part.actions = piece.actions.only(places),
        Dimension::Resources => part.resources = piece.resources.only(places),
        Dimension::Values(at) => {
            if let Some(requirement) = part.requirements.get_mut(at) {
                *requirement = requirement.only(places);
            }
        }
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;

    fn claims(statements: &str) -> Vec<Claim> {
        Claim::of(&Document::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap())
    }

    fn missing(one: &str, others: &str) -> String {
        let others = claims(others);
        let found = cover_finely(&claims(one)[0], &others.iter().collect::<Vec<_>>());
        found.missing.iter().map(|claim| claim.to_statement().to_json().to_string()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn covered_whole() {
        for (one, others) in [
            (
                r#"{"Effect":"Deny","Action":"s3:Get*","Resource":"arn:aws:s3:::a/*"}"#,
                r#"{"Effect":"Deny","Action":"S3:*","Resource":"*"}"#,
            ),
            (
                r#"{"Effect":"Deny","Action":["s3:*","ec2:*"],"Resource":"*"}"#,
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"},{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}"#,
            ),
            (
                r#"{"Effect":"Deny","Action":"s3:*","Resource":["a","b"],"Condition":{"StringEquals":{"k":["x","y"]}}}"#,
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"k":"x"}}},{"Effect":"Deny","Action":"s3:*","Resource":"a","Condition":{"StringLike":{"K":"y*"}}},{"Effect":"Deny","Action":"s3:*","Resource":"b"}"#,
            ),
            (
                r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#,
                r#"{"Effect":"Deny","NotAction":["iam:Get*","sts:*","s3:*"],"Resource":"*"},{"Effect":"Deny","Action":["s*:*"],"Resource":"*"}"#,
            ),
            (r#"{"Effect":"Deny","NotAction":["s3:*","iam:*"],"Resource":"*"}"#, r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#),
        ] {
            assert_eq!(missing(one, others), "", "{one}");
        }
    }

    #[test]
    fn says_what_is_missing() {
        let others = r#"{"Effect":"Deny","Action":["s3:Put*","s3:GetObject"],"Resource":"arn:aws:s3:::a/*","Condition":{"StringEquals":{"k":["x","y"]}}},{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        let one = r#"{"Effect":"Deny","Action":["s3:PutObject","s3:GetObject","s3:DeleteObject"],"Resource":["arn:aws:s3:::a/b","arn:aws:s3:::c"],"Condition":{"StringEquals":{"k":["x","z"]},"Bool":{"m":"true"}}}"#;
        insta::assert_snapshot!(missing(one, others), @r#"
        {"Action":["s3:PutObject","s3:GetObject"],"Condition":{"Bool":{"m":"true"},"StringEquals":{"k":"z"}},"Effect":"Deny","Resource":"arn:aws:s3:::a/b"}
        {"Action":["s3:PutObject","s3:GetObject"],"Condition":{"Bool":{"m":"true"},"StringEquals":{"k":["x","z"]}},"Effect":"Deny","Resource":"arn:aws:s3:::c"}
        {"Action":"s3:DeleteObject","Condition":{"Bool":{"m":"true"},"StringEquals":{"k":["x","z"]}},"Effect":"Deny","Resource":["arn:aws:s3:::a/b","arn:aws:s3:::c"]}
        "#);
    }
}
