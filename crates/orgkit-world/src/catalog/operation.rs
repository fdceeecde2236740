//! An operation: a row of a service's table.

use crate::call::{Change, Read, Resource};

/// What an operation does to the world. The types say it: one that reads cannot change anything.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effect {
    /// It looks.
    Read(Read),
    /// It changes something, if it succeeds.
    Change(Change),
}

/// Where an operation of a REST protocol is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path. A part in braces is a member of the input: `/detector/{detectorId}`; `{arn+}` takes the slashes with it.
    pub path: &'static str,
}

/// An operation that is simulated.
#[derive(Debug)]
pub struct Operation {
    /// Its name: `AcceptHandshake`.
    pub name: &'static str,
    /// Method and path, for the REST protocols.
    pub route: Option<Route>,
    pub(crate) effect: Effect,
    /// Which resource a call is about, where its service does not name resources alike in all operations.
    pub(crate) resource: Option<Resource>,
    /// Which rules of AWS are modelled, in a few words; empty when there are none beyond shapes and permissions.
    pub rules: &'static str,
    /// Where the rules stand: `Organizations API Reference, AcceptHandshake`.
    pub source: &'static str,
}

impl Operation {
    const fn new(name: &'static str, effect: Effect) -> Self {
        Self { name, route: None, effect, resource: None, rules: "", source: "" }
    }

    /// The same operation, found at a method and path.
    pub(crate) const fn at(self, method: &'static str, path: &'static str) -> Self {
        Self { route: Some(Route { method, path }), ..self }
    }

    /// The same operation, permitted on a resource: the ARN that the function gives, or `*` where it gives none. Without this it is what the
    /// service's input names (Organizations, IAM), or `*`.
    pub(crate) const fn on(self, resource: Resource) -> Self {
        Self { resource: Some(resource), ..self }
    }

    /// The same operation, with the rules that are modelled and their source.
    pub(crate) const fn rules(self, rules: &'static str, source: &'static str) -> Self {
        Self { rules, source, ..self }
    }

    /// Whether it changes the world when it succeeds.
    pub fn is_changing(&self) -> bool {
        matches!(self.effect, Effect::Change(_))
    }
}

/// An operation that looks.
pub(crate) const fn read(name: &'static str, run: Read) -> Operation {
    Operation::new(name, Effect::Read(run))
}

/// An operation that changes something.
pub(crate) const fn change(name: &'static str, run: Change) -> Operation {
    Operation::new(name, Effect::Change(run))
}
