//! From an event to the IAM actions that it needs.

use crate::Universe;
use crate::matching::Glob;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// An event of CloudTrail and the actions that IAM authorizes it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The actions, such as `s3:ListAllMyBuckets`; a call needs all of them.
    pub actions: Vec<String>,
    /// Which of them have no resource types, so that only a `Resource` of `*` speaks about them; as long as `actions`.
    pub wildcard_only: Vec<bool>,
}

impl Operation {
    fn new(actions: Vec<String>) -> Self {
        let wildcard_only = |action: &String| Universe::embedded().get(action).is_some_and(|entry| entry.wildcard_only);
        Self { wildcard_only: actions.iter().map(wildcard_only).collect(), actions }
    }
}

/// Why an event has no actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmapped {
    /// No policy can deny the operation.
    NeedsNoPermission,
    /// Which actions it needs is not on record.
    NotOnRecord,
}

/// The table of operations: `data/cloudtrail-operations.txt`, with its sources, or one of your own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operations {
    /// By event source.
    rows: BTreeMap<String, Vec<Row>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    name: Glob,
    actions: Vec<String>,
}

impl Operations {
    /// The table that came with this crate.
    pub fn known() -> &'static Self {
        static KNOWN: OnceLock<Operations> = OnceLock::new();
        KNOWN.get_or_init(|| Self::parse(include_str!("../../data/cloudtrail-operations.txt")))
    }

    /// Reads a table. A row: event source, event name with wildcards, actions; `#` begins a comment.
    pub fn parse(text: &str) -> Self {
        let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for line in text.lines() {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            if let (Some(source), Some(name)) = (words.next(), words.next()) {
                let row = Row { name: Glob::new(name), actions: words.map(str::to_owned).collect() };
                rows.entry(source.to_owned()).or_default().push(row);
            }
        }
        Self { rows }
    }

    /// The actions that an event needs. What the table does not name needs the action of its own name.
    ///
    /// # Errors
    /// [`Unmapped`] where there is no such action, or nobody can tell which.
    pub fn find(&self, event_source: &str, event_name: &str) -> Result<Operation, Unmapped> {
        let service = event_source.strip_suffix(".amazonaws.com").or_else(|| event_source.strip_suffix(".amazonaws.com.cn"));
        let service = service.unwrap_or(event_source);
        let name = without_version(event_name);
        if service.is_empty() || name.is_empty() || event_name.contains(char::is_whitespace) {
            return Err(Unmapped::NotOnRecord);
        }
        let row = self.rows.get(service).and_then(|rows| rows.iter().find(|row| row.name.matches(name)));
        let Some(row) = row else {
            return Ok(Operation::new(vec![format!("{service}:{name}")]));
        };
        match row.actions.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["-"] => Err(Unmapped::NeedsNoPermission),
            ["?"] | [] => Err(Unmapped::NotOnRecord),
            actions => Ok(Operation::new(actions.iter().map(|action| named(action, name)).collect())),
        }
    }
}

fn named(action: &str, name: &str) -> String {
    action.strip_suffix('*').map_or_else(|| action.to_owned(), |prefix| format!("{prefix}{name}"))
}

/// An event's name without the version of the API that some services append: `CreateFunction20150331`, `UpdateFunctionCode20150331v2`,
/// `CreateDistribution2020_05_31` [AWS Lambda Developer Guide, logging-using-cloudtrail].
fn without_version(name: &str) -> &str {
    let digits = |byte: u8| byte.is_ascii_digit();
    let unversioned = match name.rsplit_once('v') {
        Some((before, version))
            if !version.is_empty() && version.bytes().all(digits) && before.ends_with(|one: char| one.is_ascii_digit()) =>
        {
            before
        }
        _ => name,
    };
    let bare = unversioned.trim_end_matches(|one: char| one.is_ascii_digit() || one == '_');
    let date = unversioned.get(bare.len()..).unwrap_or_default();
    if date.bytes().filter(|byte| digits(*byte)).count() == 8 { bare } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_and_their_actions() {
        for (source, name, expected) in [
            ("ec2", "RunInstances", "ec2:RunInstances"),
            ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
            ("s3", "HeadObject", "s3:GetObject"),
            ("s3", "CopyObject", "s3:GetObject s3:PutObject"),
            ("s3", "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
            ("s3", "PutObjectTagging", "s3:PutObjectTagging"),
            ("monitoring", "PutMetricAlarm", "cloudwatch:PutMetricAlarm"),
            ("email", "SendEmail", "ses:SendEmail"),
            ("lambda", "CreateFunction20150331", "lambda:CreateFunction"),
            ("lambda", "UpdateFunctionCode20150331v2", "lambda:UpdateFunctionCode"),
            ("lambda", "Invoke", "lambda:InvokeFunction"),
            ("cloudfront", "CreateDistribution2020_05_31", "cloudfront:CreateDistribution"),
            ("apigateway", "CreateRestApi", "apigateway:POST"),
            ("apigateway", "UpdateStage", "apigateway:PATCH"),
            ("budgets", "DescribeBudgetActionsForAccount", "budgets:DescribeBudgetActionsForAccount"),
            ("budgets", "DescribeBudgets", "budgets:ViewBudget"),
            ("kms", "ReEncrypt", "kms:ReEncryptFrom kms:ReEncryptTo"),
            ("streams.dynamodb", "GetRecords", "dynamodb:GetRecords"),
            ("iam", "GetRole", "iam:GetRole"),
            ("ec2", "CreateNetworkInterface2", "ec2:CreateNetworkInterface2"),
            ("sts", "GetCallerIdentity", "NeedsNoPermission"),
            ("cognito-idp", "Token_POST", "NeedsNoPermission"),
            ("dynamodb", "ExecuteStatement", "NotOnRecord"),
            ("", "", "NotOnRecord"),
        ] {
            let found = Operations::known().find(&format!("{source}.amazonaws.com"), name);
            let shown = found.map_or_else(|unmapped| format!("{unmapped:?}"), |operation| operation.actions.join(" "));
            assert_eq!(shown, expected, "{source} {name}");
        }
    }

    #[test]
    fn every_row_of_the_table_makes_sense() {
        for (source, rows) in &Operations::known().rows {
            for row in rows {
                let is_sign = matches!(row.actions.as_slice(), [one] if one == "-" || one == "?");
                let are_actions = !row.actions.is_empty() && row.actions.iter().all(|action| action.contains(':'));
                assert!(is_sign || are_actions, "{source} {row:?}");
            }
        }
    }
}
