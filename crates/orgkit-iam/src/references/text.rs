//! References in the text of a file of code.

use super::context;
use super::document::{Found, Scene, find, form, placed};
use super::known::Known;
use super::mention;
use super::outline::Outline;
use super::reference::{Place, Reference, What};
use super::syntax::Syntax;
use crate::MAX_BYTES;
use std::ops::Range;

/// Finds every reference in a file of code, in the order of the text. The time is linear in its length.
///
/// JSON is parsed, as [`find`] does. Elsewhere the outline of the file says which key a value belongs to; where it does not tell what hangs on an id,
/// the id is merely named. Condition keys whose values name no known id are given only where [`Known::and_shapes`] asks for the unknown.
pub fn find_in_text(text: &str, syntax: Syntax, known: &Known) -> Vec<Reference> {
    if syntax == Syntax::Json && text.len() <= MAX_BYTES && crate::Node::parse(text).is_ok() {
        return in_json(text, known);
    }
    let mut mentions = mention::all(text, known);
    if known.wants_unknown() {
        mentions.extend(mention::keys(text));
        mentions = mention::without_overlaps(mentions);
    }
    if syntax == Syntax::Prose {
        let found = mentions.into_iter().filter(|one| !matches!(one.what, What::Key(_))).map(|one| plain(text, one)).collect();
        return placed(text, found);
    }
    let places: Vec<Range<usize>> = mentions.iter().map(|mention| mention.range.clone()).collect();
    let outline = Outline::read(text, syntax, &places);
    let mut found: Vec<Found> = Vec::with_capacity(mentions.len());
    for (mention, leaf) in mentions.into_iter().zip(&outline.leaves) {
        let said = context::read(text, &outline, leaf);
        let mut one = plain(text, mention);
        one.scene = Scene { place: Some(said.place), effect: said.effect, class: Some(said.class), ..one.scene };
        found.push(one);
    }
    placed(text, without_answered_keys(found))
}

/// References in JSON: what stands in statements is read as policy, all else by the keys around it, as in other files.
fn in_json(text: &str, known: &Known) -> Vec<Reference> {
    let mut found = find(text, known);
    found.retain(|one| known.wants_unknown() || !matches!(one.what, What::Key(_)));
    let places: Vec<Range<usize>> = found.iter().map(|one| one.span.start..one.span.end).collect();
    let outline = Outline::read(text, Syntax::Json, &places);
    let is_outside = |one: &Reference| one.statement.is_none() && !matches!(one.place, Place::Id);
    for (one, leaf) in found.iter_mut().zip(&outline.leaves).filter(|(one, _)| is_outside(one)) {
        let said = context::read(text, &outline, leaf);
        (one.place, one.effect, one.class) = (said.place, said.effect, said.class);
    }
    found
}

fn plain(text: &str, mention: mention::Mention) -> Found {
    let written = text.get(mention.range.clone()).unwrap_or_default().to_owned();
    let form = form(text, &mention);
    Found { mention, text: written, scene: Scene { form: Some(form), ..Scene::default() } }
}

/// Leaves out the keys that an id is given for: the id's own reference says the key. The id stands behind its key, and before the next one.
fn without_answered_keys(found: Vec<Found>) -> Vec<Found> {
    let answers = |one: &Found, key: &str| matches!(&one.scene.place, Some(Place::Condition { key: of, .. }) if of == key);
    let is_key = |one: &Found| matches!(one.mention.what, What::Key(_));
    let answered: Vec<bool> = (0..found.len())
        .map(|index| {
            let next = found.get(index + 1).filter(|next| !is_key(next));
            found.get(index).zip(next).is_some_and(|(one, next)| is_key(one) && answers(next, &one.text))
        })
        .collect();
    found.into_iter().zip(answered).filter(|(_, answered)| !answered).map(|(one, _)| one).collect()
}
