//! Several documents of one level into as few as their limit allows.

use super::limit::characters;
use super::{Minified, MinifyOptions, Part, PolicyLimit, Unproven, finish, merge, prove, shorten};
use crate::claim::Claim;
use crate::document::{Document, Effect, Language};
use crate::universe::Universe;

/// How many arrangements are tried before the one at hand is taken.
const MAX_TRIES: usize = 200_000;

/// Up to how many documents every arrangement is tried.
const EXACT_UP_TO: usize = 10;

/// Documents made into fewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The documents, one that allows everything first.
    pub documents: Vec<Minified>,
    /// Whether there are no more of them, and none is longer, than the limit allows.
    pub fits: bool,
}

/// Puts the documents of one level, that is of one root, unit or account, into as few as their limit allows, and makes them shorter on the way. A
/// document that only allows everything stays one of its own, and counts. Documents in different versions of the language are not mixed.
///
/// First the longest statement goes where it fits first; if that takes too many documents, up to ten, the other arrangements are tried. A statement that is too
/// long for a document is cut by its longest list. What comes out is proved to mean the same.
///
/// # Errors
/// [`Unproven`] when the proof fails, which would be an error of this crate.
pub fn pack(documents: &[Document], options: MinifyOptions, limit: PolicyLimit, universe: &Universe) -> Result<Packed, Unproven> {
    let (full, others): (Vec<&Document>, Vec<&Document>) = documents.iter().partition(|document| is_full_access(document));
    let beside: Vec<Claim> = full.first().map(|document| Claim::of(document)).unwrap_or_default();
    let mut packed: Vec<Minified> = full.first().map(|document| finish(document, &parts(&[document], options))).into_iter().collect();
    let room = limit.documents.saturating_sub(packed.len());
    for language in [Language::V2012, Language::V2008] {
        let same: Vec<&Document> = others.iter().copied().filter(|document| document.language() == language).collect();
        let Some(like) = same.first() else { continue };
        let mut parts = parts(&same, options);
        if options.puts_together() {
            merge::reduce(&mut parts, &beside);
            if options.allow_drift {
                shorten::shorten(&mut parts, universe);
            }
        }
        let parts = parts.into_iter().flat_map(|part| cut(part, like, limit.characters)).collect();
        packed.extend(arrange(parts, like, limit.characters, room).iter().map(|parts| finish(like, parts)));
    }
    let fits = packed.len() <= limit.documents && packed.iter().all(|document| document.characters <= limit.characters);
    prove::between(&documents.iter().collect::<Vec<_>>(), &packed.iter().collect::<Vec<_>>(), universe)?;
    Ok(Packed { documents: packed, fits })
}

/// Whether a document allows everything and says nothing else, as `FullAWSAccess` and `RCPFullAWSAccess` do.
fn is_full_access(document: &Document) -> bool {
    matches!(Claim::of(document).as_slice(), [only] if only.effect == Effect::Allow && only.is_everything())
}

fn parts(documents: &[&Document], options: MinifyOptions) -> Vec<Part> {
    documents.iter().flat_map(|document| Claim::of(document)).map(|claim| Part::new(&claim, options)).collect()
}

/// A statement in halves, until each fits into a document by itself or cannot be cut.
fn cut(part: Part, like: &Document, limit: usize) -> Vec<Part> {
    if part.is_pinned || finish(like, std::slice::from_ref(&part)).characters <= limit {
        return vec![part];
    }
    let claim = &part.claim;
    let (actions, resources) = (claim.actions.items.len(), claim.resources.items.len());
    let length = |items: &mut dyn Iterator<Item = usize>| items.sum::<usize>();
    let by_actions = !claim.actions.negated && actions > 1;
    let by_resources = !claim.resources.negated && resources > 1;
    let longer_actions = length(&mut claim.actions.items.iter().map(|(text, _)| text.value.len()))
        >= length(&mut claim.resources.items.iter().map(|(text, _)| text.value.len()));
    let halves = |count: usize| [(0..count / 2).collect::<Vec<_>>(), (count / 2..count).collect()];
    let pieces: Vec<Claim> = if by_actions && (longer_actions || !by_resources) {
        halves(actions).iter().map(|half| claim.with_actions(claim.actions.only(half))).collect()
    } else if by_resources {
        halves(resources).iter().map(|half| claim.with_resources(claim.resources.only(half))).collect()
    } else {
        return vec![part];
    };
    let of = |claim: Claim| {
        let has = |pattern: &str| claim.actions.items.iter().any(|(text, _)| text.value == pattern);
        let drift = part.drift.iter().filter(|(pattern, _)| has(pattern)).cloned().collect();
        cut(Part { claim, is_pinned: false, drift }, like, limit)
    };
    pieces.into_iter().flat_map(of).collect()
}

/// Statements in documents.
fn arrange(mut parts: Vec<Part>, like: &Document, limit: usize, room: usize) -> Vec<Vec<Part>> {
    // Kept in order where one document takes them all.
    if parts.is_empty() || finish(like, &parts).characters <= limit {
        return if parts.is_empty() { Vec::new() } else { vec![parts] };
    }
    let size = |part: &Part| characters(&part.claim.to_statement().to_json().to_string());
    parts.sort_by_key(|part| std::cmp::Reverse(size(part)));
    let sizes: Vec<usize> = parts.iter().map(size).collect();
    let frame = Frame::new(like, limit);
    let mut bins = frame.first_fit(&sizes);
    let wanted = room.min(EXACT_UP_TO);
    if bins.len() > wanted {
        bins = frame.exact(&sizes, wanted).unwrap_or(bins);
    }
    let take = |bin: &Vec<usize>| bin.iter().filter_map(|place| parts.get(*place).cloned()).collect();
    bins.iter().map(take).collect()
}

/// What a document costs beside its statements.
struct Frame {
    /// The characters of a document with a list of no statements.
    empty: usize,
    limit: usize,
}

impl Frame {
    fn new(like: &Document, limit: usize) -> Self {
        Self { empty: finish(like, &[]).characters, limit }
    }

    /// Whether statements of these lengths, together, fit: a comma between two, and no brackets around one.
    fn fits(&self, total: usize, count: usize) -> bool {
        let commas_or_brackets = if count == 1 { 0 } else { count + 1 };
        (self.empty + total + commas_or_brackets).saturating_sub(2) <= self.limit
    }

    /// Each statement, the longest first, into the first document that has room.
    fn first_fit(&self, sizes: &[usize]) -> Vec<Vec<usize>> {
        let mut bins: Vec<(usize, Vec<usize>)> = Vec::new();
        for (place, size) in sizes.iter().enumerate() {
            match bins.iter_mut().find(|(total, bin)| self.fits(total + size, bin.len() + 1)) {
                Some((total, bin)) => {
                    *total += size;
                    bin.push(place);
                }
                None => bins.push((*size, vec![place])),
            }
        }
        bins.into_iter().map(|(_, bin)| bin).collect()
    }

    /// Every arrangement into so many documents, until one fits.
    fn exact(&self, sizes: &[usize], count: usize) -> Option<Vec<Vec<usize>>> {
        let mut search = Search { frame: self, sizes, bins: vec![(0, Vec::new()); count], tries: 0 };
        search.place(0).then(|| search.bins.into_iter().map(|(_, bin)| bin).filter(|bin| !bin.is_empty()).collect())
    }
}

struct Search<'a> {
    frame: &'a Frame,
    sizes: &'a [usize],
    bins: Vec<(usize, Vec<usize>)>,
    tries: usize,
}

impl Search<'_> {
    fn place(&mut self, at: usize) -> bool {
        let Some(size) = self.sizes.get(at).copied() else { return true };
        for bin in 0..self.bins.len() {
            self.tries += 1;
            let Some((total, count)) = self.bins.get(bin).map(|(total, bin)| (*total, bin.len())) else { continue };
            // Documents that are equally full are the same to try.
            let is_tried = self.bins.iter().take(bin).any(|(other, list)| *other == total && list.len() == count);
            if self.tries > MAX_TRIES || is_tried || !self.frame.fits(total + size, count + 1) {
                continue;
            }
            self.put(bin, at, size);
            if self.place(at + 1) {
                return true;
            }
            self.take(bin, size);
        }
        false
    }

    fn put(&mut self, bin: usize, at: usize, size: usize) {
        if let Some((total, list)) = self.bins.get_mut(bin) {
            *total += size;
            list.push(at);
        }
    }

    fn take(&mut self, bin: usize, size: usize) {
        if let Some((total, list)) = self.bins.get_mut(bin) {
            *total -= size;
            list.pop();
        }
    }
}
