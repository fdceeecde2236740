//! What can be wrong with a world file, where, and what to do about it.

use std::fmt::Write as _;

/// The first thing that is wrong with a world file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {problem}")]
pub struct WorldError {
    /// The file's name, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: WorldProblem,
}

impl WorldError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        self.problem.hint()
    }
}

/// What is wrong with a world file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorldProblem {
    /// The text is not TOML.
    #[error("not valid TOML: {message}")]
    Syntax {
        /// The parser's words.
        message: String,
    },
    /// The file was written for another program, a later one most likely.
    #[error("the file has version {found}, and this program reads version {known}")]
    Version {
        /// What the file says.
        found: i64,
        /// The one that can be read.
        known: u32,
    },
    /// A key that means nothing there.
    #[error("unknown key `{key}`")]
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that are known there.
        known: Vec<String>,
    },
    /// A word that is none of those it can be.
    #[error("unknown value `{word}`")]
    UnknownWord {
        /// The word.
        word: String,
        /// What it can be.
        known: Vec<String>,
    },
    /// A key that must be there.
    #[error("`{key}` is missing")]
    MissingKey {
        /// The key.
        key: String,
    },
    /// A value that is of another type or form than it must be, an id for example.
    #[error("{message}")]
    Value {
        /// What it is and what it should be.
        message: String,
    },
    /// A list that must not be empty.
    #[error("`{list}` is empty")]
    Empty {
        /// The list.
        list: &'static str,
    },
    /// Two things of one name.
    #[error("{what} `{name}` is listed twice, in lines {first} and {second}")]
    Duplicate {
        /// What they are.
        what: &'static str,
        /// Their name.
        name: String,
        /// The line of the first.
        first: usize,
        /// The line of the second.
        second: usize,
    },
    /// A name that nothing in the file has.
    #[error("{what} `{name}` is not in the file")]
    Unknown {
        /// What it should be.
        what: &'static str,
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// An account that is not in the organization that refers to it.
    #[error("account `{account}` is not in organization `{organization}`")]
    NotInOrganization {
        /// The account.
        account: String,
        /// The organization.
        organization: String,
    },
    /// An account that would be in two organizations.
    #[error("account `{account}` is in two organizations: `{first}` and `{second}`")]
    TwoOrganizations {
        /// The account.
        account: String,
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// No organization, or more than one, to move into.
    #[error("the file has {found} organizations with the role `target`, and needs exactly one")]
    Targets {
        /// How many there are.
        found: usize,
    },
    /// A unit whose parent is not listed.
    #[error("unit `{unit}` has no parent: `{parent}` is not listed")]
    MissingParent {
        /// The unit's path.
        unit: String,
        /// The parent's path.
        parent: String,
    },
    /// A document that is not a JSON object.
    #[error("not a JSON object: {message}")]
    Json {
        /// The parser's words.
        message: String,
        /// Whether the file has it with escapes, so that the place inside it cannot be told.
        escaped: bool,
    },
    /// A policy that AWS would refuse for its size.
    #[error("policy `{policy}` has {length} characters, and AWS takes at most {limit}")]
    TooLong {
        /// The policy's name.
        policy: String,
        /// Its characters, whitespace included: the API counts them all.
        length: usize,
        /// The most that AWS takes.
        limit: usize,
    },
    /// Two statements that cannot both hold.
    #[error("{message}")]
    Contradiction {
        /// What contradicts what.
        message: String,
        /// What to do about it.
        hint: &'static str,
    },
}

impl WorldProblem {
    /// A stable word for the kind of problem.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "syntax",
            Self::Version { .. } => "version",
            Self::UnknownKey { .. } => "unknown-key",
            Self::UnknownWord { .. } => "unknown-word",
            Self::MissingKey { .. } => "missing-key",
            Self::Value { .. } => "value",
            Self::Empty { .. } => "empty",
            Self::Duplicate { .. } => "duplicate",
            Self::Unknown { .. } => "unknown-name",
            Self::NotInOrganization { .. } => "not-in-organization",
            Self::TwoOrganizations { .. } => "two-organizations",
            Self::Targets { .. } => "targets",
            Self::MissingParent { .. } => "missing-parent",
            Self::Json { .. } => "json",
            Self::TooLong { .. } => "too-long",
            Self::Contradiction { .. } => "contradiction",
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Syntax { .. } => None,
            Self::Version { .. } => Some("use a newer orgkit, or set `version = 1` and keep to what version 1 knows".to_owned()),
            Self::UnknownKey { key, known } => Some(did_you_mean(key, known, "the keys here are")),
            Self::UnknownWord { word, known } => Some(did_you_mean(word, known, "it can be")),
            Self::MissingKey { key } => Some(format!("add `{key} = …`")),
            Self::Value { message } => value_hint(message),
            Self::Empty { list: "regions" } => Some("list the regions in use, such as `regions = [\"us-east-1\"]`".to_owned()),
            Self::Empty { list } => Some(format!("give `{list}` at least one entry")),
            Self::Duplicate { what, .. } => Some(format!("give each {what} one entry")),
            Self::Unknown { what: "region", name, .. } => Some(format!("add `{name}` to `regions`, or use one that is listed there")),
            Self::Unknown { what, name, known } if known.is_empty() => Some(format!("the file lists no {what}: add `{name}`")),
            Self::Unknown { name, known, .. } => Some(did_you_mean(name, known, "it can be")),
            Self::NotInOrganization { organization, .. } => Some(format!("give the account `organization = \"{organization}\"`")),
            Self::TwoOrganizations { .. } => {
                Some("an account is in one organization at most; an invitation does not make it a member".to_owned())
            }
            Self::Targets { found: 0 } => Some("set `role = \"target\"` on the organization to move into".to_owned()),
            Self::Targets { .. } => Some("set `role = \"bystander\"` on the others".to_owned()),
            Self::MissingParent { parent, .. } => Some(format!("add a unit with `path = \"{parent}\"`")),
            Self::Json { escaped: true, .. } => Some("put the document between ''' and ''', and nothing in it needs escaping".to_owned()),
            Self::Json { .. } => None,
            Self::TooLong { .. } => Some("the API counts whitespace too: write the document on one line, or split the policy".to_owned()),
            Self::Contradiction { hint, .. } => Some((*hint).to_owned()),
        }
    }
}

/// Names the nearest of the known words, or lists them all when none is near.
fn did_you_mean(word: &str, known: &[String], list: &str) -> String {
    let near = known.iter().map(|candidate| (strsim::normalized_damerau_levenshtein(word, candidate), candidate));
    match near.max_by(|(a, _), (b, _)| a.total_cmp(b)) {
        Some((likeness, candidate)) if likeness >= 0.6 => format!("did you mean `{candidate}`?"),
        _ => listing(list, known),
    }
}

/// The first few of a list of words, in backticks.
fn listing(list: &str, words: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = list.to_owned();
    for (index, word) in words.iter().take(SHOWN).enumerate() {
        let separator = if index == 0 { " " } else { ", " };
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{separator}`{word}`");
    }
    if words.len() > SHOWN {
        let _ = write!(text, " and {} more", words.len() - SHOWN);
    }
    text
}

fn value_hint(message: &str) -> Option<String> {
    if message.starts_with("expected a string, found an integer") {
        return Some("ids are text: put it between quotes".to_owned());
    }
    if message.starts_with("expected a list, found a string") {
        return Some("put it between `[` and `]`".to_owned());
    }
    message.ends_with("(twelve digits)").then(|| "write all twelve digits, leading zeros included, without dashes".to_owned())
}
