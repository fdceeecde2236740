//! Emphasis on a terminal: escape codes where they are wanted, none where they are not.

use crate::words::clean;

/// Adds a line. Writing to a `String` cannot fail.
macro_rules! line {
    ($out:expr) => { $out.push('\n') };
    ($out:expr, $($arg:tt)*) => {{ let _ = writeln!($out, $($arg)*); }};
}
pub(crate) use line;

/// How text is emphasized, and which characters may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    color: bool,
    ascii: bool,
}

impl Paint {
    /// No escape codes.
    pub const fn plain() -> Self {
        Self { color: false, ascii: false }
    }

    /// ANSI escape codes (ECMA-48 "select graphic rendition").
    pub const fn ansi() -> Self {
        Self { color: true, ascii: false }
    }

    /// The same, with symbols from ASCII alone.
    pub const fn ascii(self) -> Self {
        Self { color: self.color, ascii: true }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    pub(crate) fn cyan(self, text: &str) -> String {
        self.wrap("36", text)
    }

    /// The arrow between where an account is and where it goes.
    pub(crate) fn arrow(self) -> &'static str {
        if self.ascii { "->" } else { "→" }
    }

    /// A step's sign in its colour.
    pub(crate) fn sign(self, sign: Sign) -> String {
        let text = sign.as_str(self.ascii);
        match sign {
            Sign::Create | Sign::Proof => self.green(text),
            Sign::Change | Sign::Gate => self.yellow(text),
            Sign::Move => self.cyan(text),
            Sign::Remove | Sign::NoReturn => self.red(text),
        }
    }

    fn wrap(self, code: &str, text: &str) -> String {
        let text = clean(text);
        if self.color && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text }
    }
}

/// The sign before a step, as in `terraform plan`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sign {
    Create,
    Change,
    Remove,
    Move,
    NoReturn,
    Gate,
    Proof,
}

impl Sign {
    /// All signs with what they mean.
    pub(crate) const LEGEND: [(Self, &'static str); 7] = [
        (Self::Create, "create"),
        (Self::Change, "change"),
        (Self::Remove, "remove"),
        (Self::Move, "move"),
        (Self::NoReturn, "point of no return"),
        (Self::Gate, "human gate"),
        (Self::Proof, "proof"),
    ];

    /// The sign of a step. What cannot be undone and what a person decides come before what is done.
    pub(crate) fn of(step: &orgkit_model::Step) -> Self {
        use orgkit_model::{Action, StepClass};
        match (step.class, &step.action) {
            (StepClass::PointOfNoReturn, _) => Self::NoReturn,
            (StepClass::Human, _) | (_, Action::Gate(_)) => Self::Gate,
            (_, Action::CreateUnit { .. } | Action::ApplyPolicy { .. } | Action::OpenAccess { .. }) => Self::Create,
            (_, Action::UpdatePolicy { .. } | Action::RetainStacks { .. } | Action::TransferTrust { .. }) => Self::Change,
            (_, Action::DeregisterDelegatedAdministrator { .. } | Action::DeleteOrganization { .. }) => Self::Remove,
            (_, Action::Invite | Action::Accept | Action::MoveToUnit { .. } | Action::Return { .. }) => Self::Move,
            (_, Action::ProveBaseline | Action::Enrol { .. }) => Self::Proof,
        }
    }

    pub(crate) fn as_str(self, ascii: bool) -> &'static str {
        match (self, ascii) {
            (Self::Create, _) => "+",
            (Self::Change, _) => "~",
            (Self::Remove, _) => "-",
            (Self::Move, false) => "→",
            (Self::Move, true) => ">",
            (Self::NoReturn, _) => "!",
            (Self::Gate, _) => "?",
            (Self::Proof, false) => "✓",
            (Self::Proof, true) => "=",
        }
    }
}
