//! Findings, built in one line.

use crate::{Evidence, FactRef, Finding, Severity, Status, Subject, Unknown};

/// Verdicts about a subject.
pub trait SubjectExt {
    /// A verdict with a code of the pack's manifest.
    fn say(&self, status: Status, code: &str) -> Finding;

    /// All is well.
    fn pass(&self) -> Finding {
        self.say(Status::Pass, "")
    }

    /// Something is wrong: a code of the pack's manifest.
    fn fail(&self, code: &str) -> Finding {
        self.say(Status::Fail, code)
    }

    /// The rule has nothing to say about it.
    fn not_applicable(&self) -> Finding {
        self.say(Status::NotApplicable, "")
    }

    /// The rule could not look.
    fn undetermined(&self, why: &Unknown) -> Finding {
        self.say(Status::Undetermined, "undetermined").with("reason", &why.0)
    }
}

impl SubjectExt for Subject {
    fn say(&self, status: Status, code: &str) -> Finding {
        Finding { about: self.id, status, code: code.to_owned(), severity: None, args: Vec::new(), evidence: Vec::new(), extra: Vec::new() }
    }
}

/// What is added to a finding.
pub trait FindingExt: Sized {
    /// A value for the message of the finding's code.
    #[must_use]
    fn with(self, name: &str, value: &str) -> Self;

    /// Where it rests: a fact, a JSON pointer into its document, and what stood there.
    #[must_use]
    fn seen(self, at: FactRef, pointer: &str, observed: &str) -> Self;

    /// Another severity than the code's own; the manifest says what range is allowed.
    #[must_use]
    fn graded(self, severity: Severity) -> Self;
}

impl FindingExt for Finding {
    fn with(mut self, name: &str, value: &str) -> Self {
        self.args.push((name.to_owned(), value.to_owned()));
        self
    }

    fn seen(mut self, at: FactRef, pointer: &str, observed: &str) -> Self {
        self.evidence.push(Evidence { at, pointer: pointer.to_owned(), observed: observed.to_owned() });
        self
    }

    fn graded(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}
