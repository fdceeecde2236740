//! Lists of actions written shorter.

use super::{ActionEntry, Universe};

impl Universe {
    /// Writes actions, given as ascending indices, with as few names as read well: `*`, `svc:*`, and prefixes that end where a word does, such as `ec2:Run*`.
    /// A pattern is used only where it names no other action of the universe.
    pub fn fold(&self, actions: &[usize]) -> Vec<String> {
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

    fn folded(patterns: &[&str]) -> Vec<String> {
        let universe = Universe::embedded();
        let mut actions: Vec<usize> = patterns.iter().flat_map(|pattern| universe.matching(pattern)).collect();
        actions.sort_unstable();
        actions.dedup();
        universe.fold(&actions)
    }

    #[test]
    fn folds_at_words_and_only_exactly() {
        assert_eq!(folded(&["*"]), ["*"]);
        assert_eq!(folded(&["s3:*", "sts:*"]), ["s3:*", "sts:*"]);
        assert_eq!(folded(&["rds:DescribeDBInstance*"]), ["rds:DescribeDBInstance*"]);
        assert_eq!(folded(&["ec2:RunInstances"]), ["ec2:RunInstances"]);
        assert_eq!(folded(&["ec2:run*"]), ["ec2:Run*"]);
        assert_eq!(folded(&[]), [""; 0]);
        assert_eq!(folded(&["s3:getobject", "s3:getobjectacl"]), ["s3:GetObject", "s3:GetObjectAcl"]);
    }

    #[test]
    fn words() {
        assert_eq!(word_ends("rds:DescribeDBInstances"), [4, 12, 14]);
        assert_eq!(word_ends("x:"), [2]);
    }

    proptest! {
        #[test]
        fn says_neither_more_nor_less(patterns in proptest::collection::vec("(s3|sts|ec2|rds|iam|kms|[ce]*):[A-Z]?[a-z]{0,2}[*]", 0..6)) {
            let universe = Universe::embedded();
            let all = |patterns: &[String]| {
                let mut actions: Vec<usize> = patterns.iter().flat_map(|pattern| universe.matching(pattern)).collect();
                actions.sort_unstable();
                actions.dedup();
                actions
            };
            let actions = all(&patterns);
            prop_assert_eq!(all(&universe.fold(&actions)), actions);
        }
    }
}
