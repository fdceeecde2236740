//! Patterns of actions that match nothing that AWS has.

use super::Universe;
use crate::document::{Document, Text};

/// A pattern in `Action` or `NotAction` that matches no known action: misspelt, or newer than the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownPattern<'d> {
    /// The index of the statement.
    pub statement: usize,
    /// The pattern, with its place in the document.
    pub pattern: &'d Text,
    /// Whether an action is known that has the same service prefix. A service that is not known says more about the list than about the document.
    pub service_is_known: bool,
}

impl Universe {
    /// The patterns of a document that match no action of this list. Worth a note and never an error: AWS may have added the action since.
    pub fn unknown_patterns<'d>(&self, document: &'d Document) -> Vec<UnknownPattern<'d>> {
        let statements = document.statements.iter().enumerate();
        let patterns = statements.flat_map(|(at, statement)| statement.action.values.items.iter().map(move |pattern| (at, pattern)));
        let unknown = patterns.filter(|(_, pattern)| self.matching(&pattern.value).is_empty());
        unknown
            .map(|(statement, pattern)| UnknownPattern { statement, pattern, service_is_known: self.knows_service(&pattern.value) })
            .collect()
    }

    fn knows_service(&self, pattern: &str) -> bool {
        pattern.split_once(':').is_some_and(|(service, _)| !self.matching(&format!("{service}:*")).is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_matches_nothing() {
        let text = r#"{"Version":"2012-10-17","Statement":[
            {"Effect":"Deny","Action":["s3:GetObject","S3:getobjekt","ec2:Frobnicate*","*"],"Resource":"*"},
            {"Effect":"Allow","NotAction":["notaservice:*","iam GetUser","iam: GetUser","*:TagResource"],"Resource":"*"}]}"#;
        let document = Document::parse(text).unwrap();
        let found = Universe::embedded().unknown_patterns(&document);
        let found: Vec<_> = found.iter().map(|one| (one.statement, one.pattern.value.as_str(), one.service_is_known)).collect();
        assert_eq!(
            found,
            [
                (0, "S3:getobjekt", true),
                (0, "ec2:Frobnicate*", true),
                (1, "notaservice:*", false),
                (1, "iam GetUser", false),
                (1, "iam: GetUser", true)
            ]
        );
    }
}
