//! The smallest documents that bring what is missing.

use super::compare::{Found, Item, denials};
use super::{AddedDocument, EquivalenceError, Guardrails};
use crate::check::Limits;
use crate::claim::{Claim, text};
use crate::document::{Document, Language};
use crate::evaluate::{Level, Policy, PolicyKind};
use crate::minify::{Minified, MinifyOptions, PolicyLimit, pack};
use crate::universe::Universe;

/// Makes the documents, in two ways: of the parts that are missing, and of the whole statements of which a part is. The shorter ones are taken, and
/// checked: with them nothing may be missing.
pub(super) fn smallest(kind: Guardrails, items: &[Item], found: &[Found], new: &[Level]) -> Result<Vec<AddedDocument>, EquivalenceError> {
    let lacking: Vec<(&Item, &Found)> = items.iter().zip(found).filter(|(_, found)| !found.missing.is_empty()).collect();
    if lacking.is_empty() {
        return Ok(Vec::new());
    }
    let parts = written(kind, lacking.iter().map(|(item, found)| (item.language, found.missing.as_slice())))?;
    let whole = written(kind, lacking.iter().map(|(item, _)| (item.language, item.denials.as_slice())))?;
    let length = |documents: &[Minified]| documents.iter().map(|one| one.characters).sum::<usize>();
    let shorter = if length(&whole) < length(&parts) { whole } else { parts };
    check(kind, items, new, &shorter)?;
    Ok(shorter.into_iter().map(|one| AddedDocument { text: one.text, characters: one.characters }).collect())
}

fn written<'a>(
    kind: Guardrails,
    statements: impl Iterator<Item = (Language, &'a [Claim])> + Clone,
) -> Result<Vec<Minified>, EquivalenceError> {
    let of = |language: Language, version: &str| {
        let claims = statements.clone().filter(|(one, _)| *one == language).flat_map(|(_, claims)| claims);
        let statements: Vec<_> = claims.map(Claim::to_statement).collect();
        Document { version: Some(text(version)), id: None, is_list: statements.len() != 1, statements }
    };
    let documents = [of(Language::V2012, "2012-10-17"), of(Language::V2008, "2008-10-17")];
    let documents: Vec<Document> = documents.into_iter().filter(|document| !document.statements.is_empty()).collect();
    let kind = match kind {
        Guardrails::Scp => PolicyKind::Scp,
        Guardrails::Rcp => PolicyKind::Rcp,
    };
    Ok(pack(&documents, MinifyOptions::new(kind), PolicyLimit::of(kind, &Limits::today()), Universe::embedded())?.documents)
}

/// Looks again, with the documents at the end of the chain.
fn check(kind: Guardrails, items: &[Item], new: &[Level], added: &[Minified]) -> Result<(), EquivalenceError> {
    let mut chain = new.to_vec();
    if chain.is_empty() {
        chain.push(Level { target: "".into(), policies: vec![Policy::full_aws_access()] });
    }
    if let Some(last) = chain.last_mut() {
        last.policies.extend(added.iter().map(|one| Policy::new("addition", one.document.clone())));
    }
    let denials = denials(kind, &chain);
    match items.iter().map(|item| item.look(kind, &chain, &denials)).find(|found| !found.missing.is_empty()) {
        Some(found) => Err(EquivalenceError::NotEnough(found.kept.guardrail.statement)),
        None => Ok(()),
    }
}
