//! Lists of actions written shorter.

use super::{ActionEntry, Universe};

/// Actions written as a statement writes them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folded {
    /// Whether it is all actions but these, as in `NotAction`.
    pub negated: bool,
    /// Patterns of actions, sorted.
    pub patterns: Vec<String>,
}

impl std::fmt::Display for Folded {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let patterns = self.patterns.join(", ");
        if self.negated { write!(out, "all but {patterns}") } else { out.write_str(&patterns) }
    }
}

impl Universe {
    /// Writes actions, given as ascending indices, with as few names as read well: `*`, `svc:*`, and prefixes that end where a word does, such as `ec2:Run*`.
    /// A pattern is used only where it names no other action of the universe. Where it is shorter, those are named that are not there.
    pub fn fold(&self, actions: &[usize]) -> Folded {
        let positive = Folded { negated: false, patterns: self.patterns(actions) };
        if actions.len() <= self.len() / 2 {
            return positive;
        }
        let mut given = actions.iter().copied().peekable();
        let others: Vec<usize> = (0..self.len()).filter(|at| given.next_if_eq(at).is_none()).collect();
        let negated = Folded { negated: true, patterns: self.patterns(&others) };
        if negated.patterns.is_empty() || positive.patterns.len() <= negated.patterns.len() { positive } else { negated }
    }

    /// Patterns that name these actions and no others.
    fn patterns(&self, actions: &[usize]) -> Vec<String> {
        if actions.len() == self.len() && !self.is_empty() {
            return vec!["*".to_owned()];
        }
        let mut patterns = Vec::new();
        let mut rest = actions;
        while let Some(first) = rest.first() {
            let (pattern, length) = self.longest(*first, rest);
            patterns.extend(pattern);
            rest = rest.get(length.max(1)..).unwrap_or_default();
        }
        patterns
    }

    /// The pattern that names the most of the actions at the head of a list, beginning with the first, and how many those are.
    fn longest(&self, first: usize, list: &[usize]) -> (Option<String>, usize) {
        let Some(entry) = self.actions.get(first) else { return (None, 1) };
        for end in word_ends(&entry.name) {
            let (Some(name), Some(lower)) = (entry.name.get(..end), entry.lower.get(..end)) else { continue };
            let count = self.beginning_with(first, lower);
            // The list is ascending: as many numbers apart, as many members in between.
            let all_there = count.checked_sub(1).and_then(|last| list.get(last)) == Some(&(first + count - 1));
            if count > 1 && all_there {
                return (Some(format!("{name}*")), count);
            }
        }
        (Some(entry.name.to_string()), 1)
    }

    /// How many actions begin so, if this is the first that does; none otherwise.
    fn beginning_with(&self, first: usize, lower: &str) -> usize {
        let is_so = |entry: &ActionEntry| entry.lower.starts_with(lower);
        let before = first.checked_sub(1).and_then(|before| self.actions.get(before));
        if before.is_some_and(is_so) { 0 } else { self.actions.get(first..).unwrap_or_default().partition_point(is_so) }
    }
}

/// Where the words of an action's name end, ascending: after the colon that ends the service, then before each word but the first.
fn word_ends(name: &str) -> Vec<usize> {
    let bytes = name.as_bytes();
    let Some(colon) = name.find(':') else { return Vec::new() };
    let starts_word = |at: &usize| {
        let at = *at;
        let (Some(before), Some(here)) = (bytes.get(at - 1), bytes.get(at)) else { return false };
        // `DescribeDBInstances`: a capital after a small letter, and the last of several before one.
        here.is_ascii_uppercase() && (!before.is_ascii_uppercase() || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase))
    };
    std::iter::once(colon + 1).chain((colon + 2..bytes.len()).filter(starts_word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(patterns: &[&str]) -> String {
        let universe = Universe::embedded();
        let mut actions: Vec<usize> = patterns.iter().flat_map(|pattern| universe.matching(pattern)).collect();
        actions.sort_unstable();
        actions.dedup();
        universe.fold(&actions).to_string()
    }

    #[test]
    fn folds_at_words_and_only_exactly() {
        for (patterns, expected) in [
            (&["*"][..], "*"),
            (&["s3:*", "sts:*"], "s3:*, sts:*"),
            (&["ec2:RunInstances"], "ec2:RunInstances"),
            (&["ec2:run*"], "ec2:Run*"),
            (&["rds:DescribeDBInstance*"], "rds:DescribeDBInstance*"),
            (&["s3:getobject", "s3:getobjectacl"], "s3:GetObject, s3:GetObjectAcl"),
            (&[], ""),
        ] {
            assert_eq!(folded(patterns), expected);
        }
    }

    #[test]
    fn most_actions_are_written_as_what_is_left_out() {
        let universe = Universe::embedded();
        let iam = universe.matching("iam:*");
        let others: Vec<usize> = (0..universe.len()).filter(|at| !iam.contains(at)).collect();
        assert_eq!(universe.fold(&others).to_string(), "all but iam:*");
    }

    #[test]
    fn words() {
        assert_eq!(word_ends("rds:DescribeDBInstances"), [4, 12, 14]);
        assert_eq!(word_ends("x:"), [2]);
    }

    proptest! {
        #[test]
        fn says_neither_more_nor_less(patterns in proptest::collection::vec("(s3|sts|ec2|rds|iam|kms|[ceps][*]|[*]):[A-Z]?[a-z]{0,2}[*]", 0..6)) {
            let universe = Universe::embedded();
            let all = |patterns: &[String]| {
                let mut actions: Vec<usize> = patterns.iter().flat_map(|pattern| universe.matching(pattern)).collect();
                actions.sort_unstable();
                actions.dedup();
                actions
            };
            let actions = all(&patterns);
            let folded = universe.fold(&actions);
            let named = all(&folded.patterns);
            let meant: Vec<usize> = (0..universe.len()).filter(|at| (named.binary_search(at).is_ok()) != folded.negated).collect();
            prop_assert_eq!(meant, actions);
        }
    }
}
