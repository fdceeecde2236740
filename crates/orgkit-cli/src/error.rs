//! Errors as a person sees them: one line, its causes, a hint, a stable code, an exit code.

use crate::exit::Exit;
use std::fmt::Write as _;

/// An error on its way to a person.
#[derive(Debug, Clone)]
pub(crate) struct CliError {
    /// How the process ends.
    pub(crate) exit: Exit,
    /// The stable code; `orgkit explain` knows it.
    pub(crate) code: &'static str,
    /// One line.
    pub(crate) message: String,
    /// What lies behind it, outermost first.
    pub(crate) causes: Vec<String>,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

impl CliError {
    /// An error with nothing behind it yet.
    pub(crate) fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into(), causes: Vec::new(), hint: None }
    }

    /// An error from a library, with the chain of its sources.
    pub(crate) fn from_source(exit: Exit, code: &'static str, error: &dyn std::error::Error) -> Self {
        let mut causes = Vec::new();
        let mut at = error.source();
        while let Some(cause) = at {
            causes.push(cause.to_string());
            at = cause.source();
        }
        causes.dedup();
        Self { exit, code, message: error.to_string(), causes, hint: None }
    }

    /// The same with another first line; the old one becomes its cause.
    #[must_use]
    pub(crate) fn named(mut self, message: &str) -> Self {
        self.causes.insert(0, std::mem::replace(&mut self.message, message.to_owned()));
        self
    }

    /// The same with what lies behind it.
    #[must_use]
    pub(crate) fn cause(mut self, error: &dyn std::error::Error) -> Self {
        self.causes.push(error.to_string());
        self
    }

    /// The same with a hint.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// As printed to stderr.
    pub(crate) fn render(&self) -> String {
        let mut text = format!("error[{}]: {}", self.code, one_line(&self.message));
        for cause in &self.causes {
            // Writing to a string does not fail.
            let _ = write!(text, "\n  caused by: {}", one_line(cause));
        }
        let more = || format!("`orgkit explain {}` says more", self.code);
        let _ = write!(text, "\n  hint: {}", self.hint.clone().unwrap_or_else(more));
        text
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
