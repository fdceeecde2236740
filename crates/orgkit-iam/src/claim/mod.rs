//! What a statement says, in a form in which statements can be compared without a request: does one speak about all that another speaks about?
//!
//! Every answer is sound: "covered" is proved for every request there can be, with actions and resources that nobody knows yet. "Not covered" may
//! also mean that no proof was found.

mod cover;
mod patterns;
mod requirement;

use crate::document::{Document, Effect, Element, Language, OperatorBlock, PrincipalElement, Principals, Scalar, Statement, Text, Values};
use crate::evaluate::ResourcePattern;
use crate::json::Span;
use crate::matching::ActionPattern;
pub(crate) use cover::{cover, cover_finely};
pub(crate) use patterns::{Pattern, Patterns};
pub(crate) use requirement::Requirement;

/// A statement made ready for comparison.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// What the statement is called, for messages.
    pub(crate) name: String,
    pub(crate) sid: Option<Text>,
    pub(crate) effect: Effect,
    pub(crate) principal: Option<PrincipalElement>,
    /// The principal element as a text that does not depend on how it is written down.
    who: String,
    pub(crate) actions: Patterns<ActionPattern>,
    /// A statement without the element is one about every resource.
    pub(crate) resources: Patterns<ResourcePattern>,
    has_resource: bool,
    /// All of them must hold.
    pub(crate) requirements: Vec<Requirement>,
}

impl Claim {
    /// Makes a statement ready.
    pub(crate) fn new(statement: &Statement, name: String, language: Language) -> Self {
        let resources = statement.resource.as_ref().map(|element| Patterns::new(element, |value| ResourcePattern::new(value, language)));
        let requirements = statement
            .conditions()
            .map(|(operator, key, values)| Requirement::new(operator.clone(), key.clone(), values.items.clone(), language));
        Self {
            name,
            sid: statement.sid.clone().filter(|sid| !sid.value.is_empty()),
            effect: statement.effect,
            who: statement.principal.as_ref().map_or_else(String::new, who),
            principal: statement.principal.clone(),
            actions: Patterns::new(&statement.action, ActionPattern::new),
            has_resource: resources.is_some(),
            resources: resources.unwrap_or_else(Patterns::everything),
            requirements: requirements.collect(),
        }
    }

    /// Every statement of a document.
    pub(crate) fn of(document: &Document) -> Vec<Self> {
        let statements = document.statements.iter().enumerate();
        statements.map(|(index, statement)| Self::new(statement, document.statement_name(index), document.language())).collect()
    }

    /// Back to a statement, as short as it can be written.
    pub(crate) fn to_statement(&self) -> Statement {
        let mut blocks: Vec<OperatorBlock> = Vec::new();
        for requirement in &self.requirements {
            let entry = (requirement.key.clone(), values(requirement.values.clone()));
            match blocks.iter_mut().find(|block| block.operator.value == requirement.operator.value) {
                Some(block) => block.keys.push(entry),
                None => blocks.push(OperatorBlock { operator: requirement.operator.clone(), keys: vec![entry] }),
            }
        }
        Statement {
            sid: self.sid.clone(),
            effect: self.effect,
            principal: self.principal.clone().map(short_principal),
            action: self.actions.to_element(),
            resource: self.has_resource.then(|| self.resources.to_element()),
            condition: (!blocks.is_empty()).then_some(blocks),
            span: Span::default(),
        }
    }

    /// Whether it speaks about every request for which another one does.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.is_alike(other)
            && self.actions.covers(&other.actions)
            && self.resources.covers(&other.resources)
            && self.requirements.iter().all(|mine| other.requirements.iter().any(|theirs| theirs.implies(mine)))
    }

    /// Whether it has the same effect for the same principals.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        self.effect == other.effect && self.who == other.who
    }

    /// What statements must have in common, apart from their lists, to be put together.
    pub(crate) fn group(&self) -> String {
        format!("{:?} {} {}", self.effect, self.has_resource, self.who)
    }

    /// Whether it speaks about every request.
    pub(crate) fn is_everything(&self) -> bool {
        self.actions.is_everything() && self.resources.is_everything() && self.requirements.is_empty() && self.names_everyone()
    }

    /// Whether it speaks about every caller.
    fn names_everyone(&self) -> bool {
        match &self.principal {
            None => true,
            Some(PrincipalElement { negated: false, who: Principals::Bare(text), .. }) => text.value == "*",
            Some(_) => false,
        }
    }

    /// The same about every action: what is left to compare once the action is given.
    pub(crate) fn of_any_action(&self) -> Self {
        self.with_actions(Patterns::everything())
    }

    /// The same about other actions.
    pub(crate) fn with_actions(&self, actions: Patterns<ActionPattern>) -> Self {
        Self { actions, ..self.clone() }
    }

    /// The same about other resources.
    pub(crate) fn with_resources(&self, resources: Patterns<ResourcePattern>) -> Self {
        Self { resources, ..self.clone() }
    }

    /// The same with other actions and resources, unconditionally denied.
    pub(crate) fn denial(name: String, actions: Patterns<ActionPattern>, resources: Patterns<ResourcePattern>) -> Self {
        let (sid, principal, who, requirements) = (None, None, String::new(), Vec::new());
        Self { name, sid, effect: Effect::Deny, principal, who, actions, resources, has_resource: true, requirements }
    }
}

/// Values as short as they can be written: one is no list.
pub(crate) fn values(items: Vec<Text>) -> Values {
    Values { is_list: items.len() != 1, items, span: Span::default() }
}

/// A string of no place.
pub(crate) fn text(value: &str) -> Text {
    Text { value: value.to_owned(), scalar: Scalar::String, span: Span::default() }
}

fn short_principal(mut element: PrincipalElement) -> PrincipalElement {
    if let Principals::ByType(types) = &mut element.who {
        for (_, list) in types {
            list.is_list = list.items.len() != 1;
        }
    }
    element
}

fn who(element: &PrincipalElement) -> String {
    let named = match &element.who {
        Principals::Bare(text) => vec![format!("{:?}", text.value)],
        Principals::ByType(types) => {
            let mut named: Vec<String> =
                types.iter().flat_map(|(kind, values)| values.iter().map(|value| format!("{:?}={value:?}", kind.value))).collect();
            named.sort();
            named.dedup();
            named
        }
    };
    format!("{} {}", element.negated, named.join(" "))
}

impl<P> Patterns<P> {
    fn to_element(&self) -> Element {
        let items = self.items.iter().map(|(text, _)| text.clone()).collect();
        Element { negated: self.negated, values: values(items), key_span: Span::default() }
    }
}
