//! A file with the new ids in it: beside the old ones while accounts move, in their place afterwards.

use super::known::{Known, Successor};
use super::outline::{Leaf, Opened, Outline, Part};
use super::reference::{Class, Form, Place, Reference, What};
use super::syntax::Syntax;
use crate::{Node, Span};
use std::ops::Range;

/// How new ids come into a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchMode {
    /// The new id beside the old one, in lists and in the values of policies: both are meant until all accounts have moved. With a negated operator,
    /// such as `StringNotEquals`, a list means none of its values [IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values],
    /// so it is right there, too.
    Dual,
    /// The new id in place of the old one. Where it stands beside it already, the old one goes.
    Replace,
}

/// A text with the new ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The text.
    pub text: String,
    /// How many places were changed.
    pub changes: usize,
    /// What was left as it is, in the order of the references.
    pub by_hand: Vec<ByHand>,
}

/// A reference that a person has to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// Its number among the references.
    pub reference: usize,
    /// Why.
    pub reason: &'static str,
}

/// The longest list that is looked through for an id that stands in it already, in bytes.
const MAX_LIST: usize = 64 * 1024;

const NO_SUCCESSOR: &str = "no new id is known for it";
const ONLY_ARNS: &str = "the roles and users of the old management account do not exist in the new one";
const PATTERN: &str = "a pattern: say what it is to match";
const ESCAPED: &str = "it is written with escapes";
const KEY: &str = "a condition key whose value is given elsewhere, or names a stranger";
const SINGLE: &str = "a single value that cannot be two: it changes when the account moves";
const IN_STRING: &str = "it stands in a document within a string";
const ARGUMENT: &str = "an argument of a call: give the call for both";
const OTHER_LIST: &str = "a list that is no policy's: a unit or account of the other organization may not belong there";
const BREAKS: &str = "the change would leave a file that is no JSON";
const PARTLY: &str = "another id in the same value has no successor";

/// Puts the new ids into a text. `references` are those that [`super::find_in_text`] gave for the same text and ids, in their order.
///
/// What cannot be changed safely is left and listed: nothing is guessed. Cosmetic references are left alone in [`PatchMode::Dual`].
pub fn edit(text: &str, syntax: Syntax, references: &[Reference], known: &Known, mode: PatchMode) -> Edited {
    let places: Vec<Range<usize>> = references.iter().map(|one| one.span.start..one.span.end).collect();
    let outline = Outline::read(text, syntax, &places);
    let mut editor = Editor { text, syntax, outline: &outline, known, mode, changes: Vec::new(), by_hand: Vec::new() };
    let numbered: Vec<(usize, &Reference, &Leaf)> =
        references.iter().zip(&outline.leaves).enumerate().map(|(number, (reference, leaf))| (number, reference, leaf)).collect();
    for group in numbered.chunk_by(|a, b| a.2.token == b.2.token && !a.2.is_comment && !a.2.token.is_empty()) {
        editor.value(group);
    }
    editor.finish(references.len())
}

/// A piece of the text and what takes its place.
struct Change {
    span: Span,
    with: String,
}

struct Editor<'a> {
    text: &'a str,
    syntax: Syntax,
    outline: &'a Outline,
    known: &'a Known,
    mode: PatchMode,
    changes: Vec<Change>,
    by_hand: Vec<ByHand>,
}

type Group<'a> = [(usize, &'a Reference, &'a Leaf)];

impl Editor<'_> {
    /// Changes one value with all ids in it, or says why not.
    fn value(&mut self, group: &Group<'_>) {
        let Some((_, first, leaf)) = group.first() else { return };
        let outcome = match self.renewed(group) {
            Err(reason) => Err(reason),
            Ok(_) if self.mode == PatchMode::Dual && first.class == Class::Cosmetic => return,
            Ok((token, new)) if self.mode == PatchMode::Dual => self.dual(first, leaf, token, &new),
            Ok((token, new)) => {
                self.replace(leaf, token, new);
                Ok(())
            }
        };
        if let Err(reason) = outcome {
            let own = |one: &Reference| self.successor(one).err().unwrap_or(if reason == NO_SUCCESSOR { PARTLY } else { reason });
            let listed = group.iter().filter(|(_, one, _)| self.mode == PatchMode::Replace || one.class != Class::Cosmetic);
            let listed: Vec<ByHand> = listed.map(|(number, one, _)| ByHand { reference: *number, reason: own(one) }).collect();
            self.by_hand.extend(listed);
        }
    }

    /// The id that takes a reference's place.
    fn successor(&self, reference: &Reference) -> Result<&str, &'static str> {
        let number = match reference.what {
            What::Known(number) => number,
            What::Pattern { .. } => return Err(PATTERN),
            What::Shape(_) => return Err(NO_SUCCESSOR),
            What::Key(_) => return Err(KEY),
        };
        let (new, scope) = self.known.get(number).and_then(|id| id.successor()).ok_or(NO_SUCCESSOR)?;
        if scope == Successor::InOrganizationsArns && reference.form != Form::OrganizationsArn {
            return Err(ONLY_ARNS);
        }
        let is_literal = self.text.get(reference.span.start..reference.span.end) == Some(reference.text.as_str());
        if is_literal { Ok(new) } else { Err(ESCAPED) }
    }

    /// The value as it stands, and with all of its ids renewed.
    fn renewed(&self, group: &Group<'_>) -> Result<(Span, String), &'static str> {
        let reach = |leaf: &Leaf| if leaf.token.is_empty() || leaf.is_comment { None } else { Some(leaf.token) };
        let ids = || group.iter().map(|(_, one, _)| one.span).reduce(|a, b| Span { start: a.start, end: b.end }).unwrap_or_default();
        let token = group.first().and_then(|(.., leaf)| reach(leaf)).unwrap_or_else(ids);
        let mut new = String::new();
        let mut at = token.start;
        for (_, one, _) in group {
            new.push_str(self.text.get(at..one.span.start).unwrap_or_default());
            new.push_str(self.successor(one)?);
            at = one.span.end;
        }
        new.push_str(self.text.get(at..token.end).unwrap_or_default());
        Ok((token, new))
    }

    fn part(&self, leaf: &Leaf) -> Option<&Part> {
        self.outline.parts.get(leaf.part)
    }

    /// The list that a value is an element of: the part that holds all of its elements.
    fn list(&self, leaf: &Leaf) -> Option<(Opened, Span)> {
        let part = self.part(leaf)?;
        match part.opened {
            Opened::List => Some((part.opened, part.span)),
            Opened::Item(_) if leaf.key.is_none() => Some((part.opened, self.outline.parts.get(part.parent)?.span)),
            _ => None,
        }
    }

    fn dual(&mut self, reference: &Reference, leaf: &Leaf, token: Span, new: &str) -> Result<(), &'static str> {
        let old = self.text.get(token.start..token.end).unwrap_or_default();
        if leaf.is_comment || self.syntax == Syntax::Prose || leaf.token.is_empty() {
            return Err(SINGLE);
        }
        if old.contains('{') && old.contains("Statement") || old.contains("%7B") {
            return Err(IN_STRING);
        }
        let is_policy =
            reference.effect.is_some() && matches!(reference.place, Place::Condition { .. } | Place::Principal | Place::Resource);
        if let Some((opened, list)) = self.list(leaf) {
            let is_organizations = old.trim_start_matches(['"', '\'']).starts_with("o-");
            return if is_policy || is_organizations { self.add(opened, list, token, new) } else { Err(OTHER_LIST) };
        }
        match self.part(leaf).map(|part| part.opened) {
            Some(Opened::Call) => Err(ARGUMENT),
            Some(Opened::Map) if is_policy && leaf.key.is_some() && old.starts_with(['"', '\'']) => self.widen(token, old, new),
            Some(Opened::Item(_) | Opened::Key(_) | Opened::File) if is_policy && self.syntax == Syntax::Yaml && leaf.key.is_some() => {
                self.widen(token, old, new)
            }
            Some(Opened::Map) if is_policy && leaf.key.is_some() && is_number(old) => self.widen(token, old, new),
            _ => Err(SINGLE),
        }
    }

    /// Makes a list of a single value.
    fn widen(&mut self, token: Span, old: &str, new: &str) -> Result<(), &'static str> {
        let is_plain = !old.starts_with(['"', '\'']);
        let is_whole = self.ends_value(token.end);
        if !is_whole || (is_plain && old.contains(['[', ']', '{', '}', ',', '*', '&', '#', '!', '|', '>', '%', '@'])) {
            return Err(SINGLE);
        }
        self.changes.push(Change { span: token, with: format!("[{old}, {new}]") });
        Ok(())
    }

    /// Whether a value ends at a byte: nothing is added to it by an operator or by more words.
    fn ends_value(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default().trim_start_matches([' ', '\t', '\r']);
        rest.is_empty() || rest.starts_with(['\n', ',', '}', ']', ')', ';', '#']) || rest.starts_with("//")
    }

    /// Adds an element to a list, behind the old one, unless it is there.
    fn add(&mut self, opened: Opened, list: Span, token: Span, new: &str) -> Result<(), &'static str> {
        if !self.ends_value(token.end) {
            return Err(SINGLE);
        }
        if self.stands_in(list, new)? {
            return Ok(());
        }
        let line = self.text.get(..token.start).unwrap_or_default();
        let before = line.get(line.rfind('\n').map_or(0, |newline| newline + 1)..).unwrap_or_default();
        let is_first = before.trim().is_empty();
        let with = match opened {
            Opened::Item(_) if before.trim_start_matches([' ', '-']).is_empty() && before.matches('-').count() == 1 => {
                format!("\n{before}{new}")
            }
            Opened::Item(_) => return Err(SINGLE),
            _ if is_first => format!(",\n{before}{new}"),
            _ => format!(", {new}"),
        };
        self.changes.push(Change { span: Span { start: token.end, end: token.end }, with });
        Ok(())
    }

    fn stands_in(&self, list: Span, token: &str) -> Result<bool, &'static str> {
        let text = self.text.get(list.start..list.end).unwrap_or_default();
        if text.len() > MAX_LIST {
            return Err(OTHER_LIST);
        }
        let joins = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '/' | ':' | '_' | '*');
        Ok(text.match_indices(token).any(|(at, _)| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + token.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(joins) && !after.is_some_and(joins)
        }))
    }

    /// Puts the new value in the old one's place, or takes the old one out of a list that has both.
    fn replace(&mut self, leaf: &Leaf, token: Span, new: String) {
        let doubled = self.list(leaf).filter(|_| !leaf.is_comment && !leaf.token.is_empty());
        let change = match doubled {
            Some((opened, list)) if self.stands_in(list, &new) == Ok(true) => {
                Change { span: self.element(opened, token), with: String::new() }
            }
            _ => Change { span: token, with: new },
        };
        self.changes.push(change);
    }

    /// An element of a list with what parts it from the others.
    fn element(&self, opened: Opened, token: Span) -> Span {
        let before = self.text.get(..token.start).unwrap_or_default();
        let after = self.text.get(token.end..).unwrap_or_default();
        if matches!(opened, Opened::Item(_)) {
            let start = before.rfind('\n').map_or(0, |newline| newline + 1);
            return Span { start, end: after.find('\n').map_or(self.text.len(), |newline| token.end + newline + 1) };
        }
        let kept = before.trim_end();
        // What stands before it may have gone just now, with its comma: then this is the first one.
        let is_first = self.changes.last().is_some_and(|change| change.with.is_empty() && change.span.end == token.start);
        if let Some(kept) = kept.strip_suffix(',').filter(|_| !is_first) {
            return Span { start: kept.len(), end: token.end };
        }
        let rest = after.trim_start();
        let rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
        Span { start: token.start, end: self.text.len() - rest.len() }
    }

    fn finish(mut self, references: usize) -> Edited {
        self.changes.sort_by_key(|change| (change.span.start, change.span.end));
        let mut edited = String::with_capacity(self.text.len() + 64 * self.changes.len());
        let mut at = 0;
        for change in &self.changes {
            edited.push_str(self.text.get(at..change.span.start.max(at)).unwrap_or_default());
            edited.push_str(&change.with);
            at = at.max(change.span.end);
        }
        edited.push_str(self.text.get(at..).unwrap_or_default());
        if self.syntax == Syntax::Json && Node::parse(self.text).is_ok() && Node::parse(&edited).is_err() {
            let by_hand = (0..references).map(|reference| ByHand { reference, reason: BREAKS }).collect();
            return Edited { text: self.text.to_owned(), changes: 0, by_hand };
        }
        self.by_hand.sort_by_key(|one| one.reference);
        Edited { text: edited, changes: self.changes.len(), by_hand: self.by_hand }
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Span {
    fn is_empty(self) -> bool {
        self.start == self.end
    }
}
