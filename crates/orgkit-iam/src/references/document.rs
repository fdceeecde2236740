//! References in a policy document that is parsed: in any JSON that holds one, URL-encoded or not, within a string or not.

use super::keys::{Carries, carries};
use super::known::Known;
use super::lines::Lines;
use super::mention::{self, Mention, whole_pattern};
use super::reference::{Class, Form, Place, Reference, What};
use super::unwrapped::Unwrapped;
use crate::{Effect, Json, Member, Node, Span};

/// Documents within strings within documents are followed so deep.
const MAX_DEPTH: usize = 4;

/// Finds every reference in a policy document, or in a JSON answer that holds documents, in the order of the text.
///
/// Escapes and URL encoding are resolved; so are documents that stand in a string of another. Condition keys are known in any case. A condition
/// key that carries an organization, a path or a policy is a reference by itself when none of its values names a known id. What is no JSON is
/// read as plain text.
pub fn find(text: &str, known: &Known) -> Vec<Reference> {
    let given = Unwrapped::given(text);
    let encoded = is_encoded(text).then(|| given.url_decoded()).flatten();
    let source = encoded.unwrap_or(given);
    let mut found = Vec::new();
    if let Ok(root) = Node::parse(&source.text) {
        let mut walk = Walk { known, source: &source, depth: 0, found: Vec::new() };
        walk.node(&root, &Scene::default());
        found = walk.found;
    }
    complete(text, known, found)
}

/// References as they are found: where, what, and what is said about them.
pub(super) struct Found {
    pub(super) mention: Mention,
    pub(super) text: String,
    pub(super) scene: Scene,
}

/// What is known about a place while walking.
#[derive(Debug, Clone, Default)]
pub(super) struct Scene {
    pub(super) place: Option<Place>,
    pub(super) effect: Option<Effect>,
    pub(super) statement: Option<String>,
    pub(super) form: Option<Form>,
    /// The class, where place and effect do not give it.
    pub(super) class: Option<Class>,
}

impl Scene {
    fn at(&self, place: Place) -> Self {
        Self { place: Some(place), ..self.clone() }
    }

    fn class(&self) -> Class {
        self.class.unwrap_or(match &self.place {
            Some(Place::Condition { .. } | Place::Principal) => Class::of_effect(self.effect),
            Some(Place::Sid | Place::Id | Place::Comment) => Class::Cosmetic,
            Some(Place::Resource | Place::Key(_) | Place::Text) | None => Class::Names,
        })
    }
}

/// Adds what stands in the text and was not found by parsing, and gives everything its line and column.
fn complete(text: &str, known: &Known, found: Vec<Found>) -> Vec<Reference> {
    let plain = mention::all(text, known).into_iter().map(|mention| {
        let form = form(text, &mention);
        let written = text.get(mention.range.clone()).unwrap_or_default().to_owned();
        Found { mention, text: written, scene: Scene { form: Some(form), ..Scene::default() } }
    });
    let mut all: Vec<Found> = found;
    all.sort_by_key(|one| (one.mention.range.start, one.mention.range.end));
    let parsed: Vec<std::ops::Range<usize>> = all.iter().map(|one| one.mention.range.clone()).collect();
    let is_new = |one: &Found| {
        let next = parsed.partition_point(|range| range.end <= one.mention.range.start);
        parsed.get(next).is_none_or(|range| range.start >= one.mention.range.end)
    };
    all.extend(plain.filter(is_new));
    placed(text, all)
}

/// Brings what was found into the order of the text, and gives it its line and column.
pub(super) fn placed(text: &str, mut all: Vec<Found>) -> Vec<Reference> {
    all.sort_by_key(|one| one.mention.range.start);
    let mut lines = Lines::new(text);
    all.into_iter().map(|one| reference(one, &mut lines)).collect()
}

fn reference(found: Found, lines: &mut Lines<'_>) -> Reference {
    let span = Span { start: found.mention.range.start, end: found.mention.range.end };
    let (line, column) = lines.position(span.start);
    let class = found.scene.class();
    Reference {
        span,
        line,
        column,
        text: found.text,
        what: found.mention.what,
        form: found.scene.form.unwrap_or(Form::Id),
        place: found.scene.place.unwrap_or(Place::Text),
        effect: found.scene.effect,
        statement: found.scene.statement,
        class,
    }
}

/// How an id is written, by the word that it stands in. A word is looked at up to a length that no ARN has.
pub(super) fn form(text: &str, mention: &Mention) -> Form {
    const FAR: usize = 512;
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b',' | b'[' | b'(' | b'=');
    let bytes = text.as_bytes();
    let before = bytes.get(..mention.range.start).unwrap_or_default();
    let back = before.iter().rev().take(FAR).take_while(|byte| !ends(byte)).count();
    let begin = mention.range.start - back;
    let head = bytes.get(begin..mention.range.end).map(String::from_utf8_lossy).unwrap_or_default();
    let begins_id = |prefix: &str| head.starts_with(prefix) || head.contains(&format!("/{prefix}"));
    let follows = bytes.get(mention.range.end..).unwrap_or_default();
    if head.contains("arn:") && head.contains(":organizations:") {
        Form::OrganizationsArn
    } else if head.contains("arn:") {
        Form::Arn
    } else if follows.starts_with(b"/r-") || (head.contains("/r-") && begins_id("o-")) || (head.contains("/ou-") && head.contains('/')) {
        Form::Path
    } else {
        Form::Id
    }
}

fn is_encoded(text: &str) -> bool {
    text.trim_start().get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%7b"))
}

struct Walk<'a> {
    known: &'a Known,
    source: &'a Unwrapped,
    depth: usize,
    found: Vec<Found>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, scene: &Scene) {
        match &node.value {
            Json::Object(members) if is_policy(members) => self.policy(members, scene),
            Json::Object(members) => {
                for member in members {
                    self.key(member, scene);
                    let is_principal = scene.place == Some(Place::Principal);
                    let inner = if is_principal { scene.clone() } else { scene.at(Place::Key(member.key.clone())) };
                    self.node(&member.node, &inner);
                }
            }
            Json::Array(list) => list.iter().for_each(|one| self.node(one, scene)),
            Json::String(_) => self.string(node.span, scene),
            Json::Number(digits) => {
                if let Some(number) = self.known.number(digits) {
                    self.found(node.span, digits.clone(), What::Known(number), scene.clone());
                }
            }
            Json::Null | Json::Bool(_) => {}
        }
    }

    fn key(&mut self, member: &Member, scene: &Scene) {
        self.text(&self.source.json_string(member.key_span), scene);
    }

    fn policy(&mut self, members: &[Member], scene: &Scene) {
        for member in members {
            let key = member.key.as_str();
            match (key, &member.node.value) {
                ("Statement", Json::Array(list)) => list.iter().enumerate().for_each(|(index, one)| self.statement(one, index, scene)),
                ("Statement", _) => self.statement(&member.node, 0, scene),
                ("Id", _) => self.node(&member.node, &scene.at(Place::Id)),
                _ => self.node(&member.node, &scene.at(Place::Key(key.to_owned()))),
            }
        }
    }

    fn statement(&mut self, node: &Node, index: usize, scene: &Scene) {
        let Json::Object(members) = &node.value else { return self.node(node, scene) };
        let effect = match node.get("Effect").and_then(Node::as_str) {
            Some("Allow") => Some(Effect::Allow),
            Some("Deny") => Some(Effect::Deny),
            _ => None,
        };
        let sid = node.get("Sid").and_then(Node::as_str).filter(|sid| !sid.is_empty());
        let statement = Some(sid.map_or_else(|| format!("#{}", index + 1), str::to_owned));
        let scene = Scene { effect, statement, ..scene.clone() };
        for member in members {
            match member.key.as_str() {
                "Condition" => self.condition(&member.node, &scene),
                "Principal" | "NotPrincipal" => self.node(&member.node, &scene.at(Place::Principal)),
                "Resource" | "NotResource" => self.node(&member.node, &scene.at(Place::Resource)),
                "Sid" => self.node(&member.node, &scene.at(Place::Sid)),
                other => self.node(&member.node, &scene.at(Place::Key(other.to_owned()))),
            }
        }
    }

    fn condition(&mut self, node: &Node, scene: &Scene) {
        let Json::Object(operators) = &node.value else { return self.node(node, scene) };
        for operator in operators {
            let Json::Object(keys) = &operator.node.value else {
                self.node(&operator.node, scene);
                continue;
            };
            for member in keys {
                let place = Place::Condition { operator: operator.key.clone(), key: member.key.clone() };
                self.condition_values(member, &scene.at(place));
            }
        }
    }

    fn condition_values(&mut self, member: &Member, scene: &Scene) {
        let before = self.found.len();
        self.key(member, scene);
        self.node(&member.node, scene);
        let Some(carries) = carries(&member.key).filter(|_| self.found.len() == before) else { return };
        let values = match &member.node.value {
            Json::Array(list) => list.as_slice(),
            _ => std::slice::from_ref(&member.node),
        };
        for value in values {
            let pattern = value.as_str().and_then(|text| Some((text, whole_pattern(text, carries, self.known)?)));
            if let Some((text, what)) = pattern {
                self.found(value.span, text.to_owned(), what, scene.clone());
            }
        }
        let is_organization = matches!(carries, Carries::Organization | Carries::Path | Carries::Policy);
        if self.found.len() == before && is_organization {
            self.found(member.key_span, member.key.clone(), What::Key(carries), scene.clone());
        }
    }

    fn string(&mut self, span: Span, scene: &Scene) {
        let inner = self.source.json_string(span);
        let start = inner.text.trim_start();
        if self.depth < MAX_DEPTH && (start.starts_with(['{', '[']) || is_encoded(start)) {
            let document = if is_encoded(start) { inner.url_decoded() } else { None };
            let document = document.as_ref().unwrap_or(&inner);
            if let Ok(root) = Node::parse(&document.text) {
                let mut walk = Walk { known: self.known, source: document, depth: self.depth + 1, found: Vec::new() };
                walk.node(&root, scene);
                self.found.append(&mut walk.found);
                return;
            }
        }
        self.text(&inner, scene);
    }

    fn text(&mut self, inner: &Unwrapped, scene: &Scene) {
        for mention in mention::all(&inner.text, self.known) {
            let form = form(&inner.text, &mention);
            let written = inner.text.get(mention.range.clone()).unwrap_or_default().to_owned();
            let span = inner.origin(Span { start: mention.range.start, end: mention.range.end });
            let mention = Mention { range: span.start..span.end, what: mention.what };
            self.found.push(Found { mention, text: written, scene: Scene { form: Some(form), ..scene.clone() } });
        }
    }

    fn found(&mut self, span: Span, text: String, what: What, scene: Scene) {
        let span = self.source.origin(span);
        self.found.push(Found { mention: Mention { range: span.start..span.end, what }, text, scene });
    }
}

fn is_policy(members: &[Member]) -> bool {
    let is_statement = |node: &Node| node.get("Effect").is_some();
    members.iter().any(|member| {
        let list = match &member.node.value {
            Json::Array(list) => list.iter().any(is_statement),
            _ => is_statement(&member.node),
        };
        member.key == "Statement" && list
    })
}
