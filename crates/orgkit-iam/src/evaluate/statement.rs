//! A statement made ready.

use super::who::Who;
use crate::condition::{Test, Truth, may_be, variable};
use crate::document::{Effect, Element, Language, Statement};
use crate::matching::{ActionPattern, Filled, Glob, Template, may_match, resource_pattern};
use crate::request::Request;
use std::collections::BTreeSet;

/// A statement made ready.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ready {
    pub(crate) effect: Effect,
    pub(crate) who: Option<Who>,
    actions: (bool, Vec<ActionPattern>),
    resources: Option<(bool, Vec<ResourcePattern>)>,
    pub(crate) tests: Vec<Test>,
}

/// A pattern in `Resource` or `NotResource` made ready.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ResourcePattern {
    /// `*`.
    Everything,
    /// What this matches.
    Like(Glob),
    /// To be filled in from the request.
    Template(Template),
}

impl ResourcePattern {
    /// Makes a pattern ready.
    pub(crate) fn new(value: &str, language: Language) -> Self {
        if !value.is_empty() && value.bytes().all(|byte| byte == b'*') {
            return Self::Everything;
        }
        let template = Template::parse_resource(value);
        if language == Language::V2012 && !template.is_plain() {
            return Self::Template(template);
        }
        let characters: Vec<(char, bool)> = value.chars().map(|one| (one, false)).collect();
        Self::Like(resource_pattern(&characters))
    }
}

impl Ready {
    pub(crate) fn new(statement: &Statement, language: Language) -> Self {
        let actions = statement.action.values.iter().map(ActionPattern::new).collect();
        let tests = statement.conditions().map(|(operator, key, values)| Test::new(&operator.value, &key.value, values, language));
        let mut tests: Vec<Test> = tests.collect();
        // All must hold, in whichever order they are asked.
        tests.sort_by_key(Test::effort);
        Self {
            effect: statement.effect,
            who: statement.principal.as_ref().map(Who::new),
            actions: (statement.action.negated, actions),
            resources: statement.resource.as_ref().map(|element| resources(element, language)),
            tests,
        }
    }

    /// Whether it is about an action, given in lower case.
    pub(crate) fn is_about(&self, lower_action: &str) -> bool {
        let (negated, patterns) = &self.actions;
        patterns.iter().any(|pattern| pattern.matches(lower_action)) != *negated
    }

    /// Whether resource and conditions fit a request; action and principal are looked at elsewhere.
    ///
    /// A condition whose operator the language does not have fails closed: a deny stands, an allow does not.
    pub(crate) fn fits(&self, request: &Request) -> Truth {
        let mut so_far = self.resource_fits(request);
        for test in &self.tests {
            if so_far == Truth::False {
                return so_far;
            }
            so_far = so_far.and(test.holds(&request.context).unwrap_or_else(|| (self.effect == Effect::Deny).into()));
        }
        so_far
    }

    /// Whether it fits every request for the actions that it is about.
    pub(crate) fn is_unconditional(&self) -> bool {
        let everything = |(negated, patterns): &(bool, Vec<ResourcePattern>)| {
            !negated && patterns.iter().any(|pattern| matches!(pattern, ResourcePattern::Everything))
        };
        self.tests.is_empty() && self.resources.as_ref().is_none_or(everything) && self.who.as_ref().is_none_or(Who::is_everyone)
    }

    fn resource_fits(&self, request: &Request) -> Truth {
        let Some((negated, patterns)) = &self.resources else { return Truth::True };
        let resource = request.resource.as_str();
        let mut named = Truth::False;
        for pattern in patterns {
            named = named.or(match pattern {
                ResourcePattern::Everything => Truth::True,
                _ if request.wildcard_only_action => Truth::False,
                ResourcePattern::Like(glob) => like(glob, request, resource),
                ResourcePattern::Template(template) => match template.fill(|key| variable(&request.context, key)) {
                    Filled::Pattern(characters) => like(&resource_pattern(&characters), request, resource),
                    Filled::Unresolved => Truth::False,
                    Filled::Unknown(pieces) => may_be(request.resource_gap.is_some() || may_match(&pieces, resource)),
                },
            });
            if named == Truth::True {
                break;
            }
        }
        if *negated { !named } else { named }
    }

    /// The keys that make it unknown whether it fits.
    pub(crate) fn unknown_keys(&self, request: &Request) -> Vec<String> {
        let tests = self.tests.iter().filter(|test| test.holds(&request.context) == Some(Truth::Unknown));
        let in_tests = tests.flat_map(|test| test.unknown_keys(&request.context)).map(str::to_owned);
        let patterns = self.resources.iter().filter(|_| self.resource_fits(request) == Truth::Unknown).flat_map(|(_, patterns)| patterns);
        let in_resources = patterns.filter_map(|pattern| match pattern {
            ResourcePattern::Template(template) => Some(template.keys()),
            _ => None,
        });
        let unknown = |key: &&str| *request.context.get(key) == crate::ContextValue::Unknown;
        let resource = request.resource_gap.filter(|_| self.resource_fits(request) == Truth::Unknown).map(|_| RESOURCE.to_owned());
        let keys: BTreeSet<String> = in_tests.chain(in_resources.flatten().filter(unknown).map(str::to_owned)).chain(resource).collect();
        keys.into_iter().collect()
    }

    /// Every condition key that it mentions, in lower case, those of its variables included.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let patterns = self.resources.iter().flat_map(|(_, patterns)| patterns);
        let templates = patterns.filter_map(|pattern| match pattern {
            ResourcePattern::Template(template) => Some(template.keys()),
            _ => None,
        });
        self.tests.iter().flat_map(Test::keys).chain(templates.flatten())
    }

    /// Whether it matters to it which resource a request is about.
    pub(crate) fn names_resources(&self) -> bool {
        self.resources.iter().any(|(_, patterns)| !patterns.iter().all(|pattern| *pattern == ResourcePattern::Everything))
    }
}

/// What stands among the unknown keys where a verdict depends on a part of the resource that nobody told.
pub const RESOURCE: &str = "resource";

/// Whether a pattern matches the resource of a request, which may lack a part.
fn like(glob: &Glob, request: &Request, resource: &str) -> Truth {
    match request.resource_gap.and_then(|gap| resource.split_at_checked(gap)) {
        Some((before, after)) => glob.matches_around(before, after),
        None => glob.matches(resource).into(),
    }
}

fn resources(element: &Element, language: Language) -> (bool, Vec<ResourcePattern>) {
    (element.negated, element.values.iter().map(|value| ResourcePattern::new(value, language)).collect())
}
