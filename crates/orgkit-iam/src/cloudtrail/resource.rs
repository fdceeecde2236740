//! From a record to what an action was about.

use super::record::Record;
use super::text::Text;
use crate::matching::Glob;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

/// The resource of an action, as far as it is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource<'a> {
    /// The ARN; empty where nothing is on record.
    pub arn: Cow<'a, str>,
    /// Where a part is missing, as in [`Request::resource_gap`](crate::Request::resource_gap).
    pub gap: Option<usize>,
    /// The account that owns it, where the record says so.
    pub account: Option<Cow<'a, str>>,
}

impl Resource<'_> {
    /// Nothing is on record.
    pub const UNKNOWN: Self = Self { arn: Cow::Borrowed(""), gap: Some(0), account: None };

    /// The same, owning its texts.
    pub fn into_owned(self) -> Resource<'static> {
        Resource { arn: self.arn.into_owned().into(), gap: self.gap, account: self.account.map(|account| account.into_owned().into()) }
    }
}

/// What stands in a template for a part that no record tells.
const GAP: char = '…';

struct Row {
    /// In lower case.
    action: Glob,
    /// `None`: the action is not about one resource.
    template: Option<String>,
}

/// The rows by service.
fn rows(service: &str) -> &'static [Row] {
    static ROWS: OnceLock<BTreeMap<String, Vec<Row>>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for line in include_str!("../../data/cloudtrail-resources.txt").lines() {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            let Some((action, (service, _))) = words.next().and_then(|action| Some((action, action.split_once(':')?))) else { continue };
            let row = Row { action: Glob::new(&action.to_ascii_lowercase()), template: words.next().map(str::to_owned) };
            rows.entry(service.to_owned()).or_default().push(row);
        }
        rows
    });
    rows.get(service).map_or(&[], Vec::as_slice)
}

/// What an action of a record was about: one of its `resources`, or what its request parameters name.
pub fn of_action<'a>(record: &Record<'a>, action: &str) -> Resource<'a> {
    if let Some(found) = listed(record, action) {
        return found;
    }
    let lower = action.to_ascii_lowercase();
    let service = lower.split(':').next().unwrap_or_default();
    for row in rows(service).iter().filter(|row| row.action.matches(&lower)) {
        let Some(template) = &row.template else { return Resource::UNKNOWN };
        if let Some(found) = fill(template, record) {
            return found;
        }
    }
    Resource::UNKNOWN
}

/// The one resource that the record lists. Of a bucket and an object, the object if the action is about objects; of several others none, because the
/// action may have needed each.
fn listed<'a>(record: &Record<'a>, action: &str) -> Option<Resource<'a>> {
    let mut named = record.resources.0.iter().filter(|entry| entry.arn.get().is_some());
    let first = named.next()?;
    let entry = match named.next() {
        None => first,
        Some(_) if action.starts_with("s3:") => {
            // A copy names its source only in the parameters.
            if record.event_name.get().is_some_and(|name| name.contains("Copy")) && action == "s3:GetObject" {
                return Some(Resource::UNKNOWN);
            }
            let kind = if action.contains("Object") { "AWS::S3::Object" } else { "AWS::S3::Bucket" };
            record.resources.0.iter().find(|entry| entry.kind.get() == Some(kind) && entry.arn.get().is_some())?
        }
        Some(_) => return Some(Resource { account: owner(record), ..Resource::UNKNOWN }),
    };
    let account = entry.account_id.0.clone().or_else(|| owner(record));
    Some(Resource { arn: entry.arn.0.clone()?, gap: None, account })
}

/// The account that all listed resources belong to.
fn owner<'a>(record: &Record<'a>) -> Option<Cow<'a, str>> {
    let mut owners = record.resources.0.iter().filter_map(|entry| entry.account_id.0.as_ref());
    let first = owners.next()?;
    owners.all(|owner| owner == first).then(|| first.clone())
}

/// A template with the record's values; `None` if one is not there.
fn fill<'a>(template: &str, record: &Record<'a>) -> Option<Resource<'a>> {
    let region = record.aws_region.get().unwrap_or_default();
    let mut arn = String::new();
    let mut gap = None;
    let mut rest = template;
    while let Some(at) = rest.find(['{', GAP]) {
        let (before, from) = rest.split_at(at);
        arn.push_str(before);
        if let Some(after) = from.strip_prefix(GAP) {
            gap = Some(arn.len());
            rest = after;
            continue;
        }
        let (name, after) = from.get(1..)?.split_once('}')?;
        rest = after;
        match name {
            "partition" => arn.push_str(partition(region)),
            "region" => arn.push_str(region),
            "account" => arn.push_str(record.account()?),
            name => {
                let value = parameter(record, name)?;
                if value.starts_with("arn:") {
                    return Some(Resource { arn: value, gap: None, account: None });
                }
                // A bare name where an ARN is wanted, or half an ARN where a name is. An object's key may hold anything.
                if template.starts_with('{') || (value.contains(':') && name != "key") {
                    return None;
                }
                arn.push_str(value.trim_start_matches('/'));
            }
        }
    }
    arn.push_str(rest);
    Some(Resource { arn: arn.into(), gap, account: None })
}

/// The partition of a region.
fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// A request parameter that is a text.
fn parameter<'a>(record: &Record<'a>, name: &str) -> Option<Cow<'a, str>> {
    struct One<'n>(&'n str);
    impl<'de> Visitor<'de> for One<'_> {
        type Value = Text<'de>;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("request parameters")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
            let mut found = Text(None);
            while let Some(key) = map.next_key::<Text<'de>>()? {
                if key.get() == Some(self.0) {
                    found = map.next_value()?;
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }
    let parameters = record.request_parameters?;
    let mut from = serde_json::Deserializer::from_str(parameters.get());
    from.deserialize_map(One(name)).ok()?.0.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_of_records() {
        let two = r#""resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/k"},{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b","accountId":"999988887777"}]"#;
        let keys = r#""resources":[{"ARN":"arn:aws:kms:::key/1","accountId":"1"},{"ARN":"arn:aws:kms:::key/2","accountId":"1"}]"#;
        for (members, action, expected) in [
            (two, "s3:GetObject", "arn:aws:s3:::b/k 999988887777"),
            (two, "s3:ListBucket", "arn:aws:s3:::b 999988887777"),
            (keys, "kms:ReEncryptTo", " 1 …0"),
            (r#""resources":[{"ARN":"arn:aws:sns:eu-west-1:111122223333:t"}]"#, "sns:Publish", "arn:aws:sns:eu-west-1:111122223333:t"),
            (r#""requestParameters":{"bucketName":"b","Host":"x"}"#, "s3:PutBucketPolicy", "arn:aws:s3:::b"),
            (r#""requestParameters":{"bucketName":"b","key":"a/*:b"}"#, "s3:PutObject", "arn:aws:s3:::b/a/*:b"),
            (r#""requestParameters":{"bucketName":"b"}"#, "s3:DeleteObject", " …0"),
            (r#""requestParameters":{"roleName":"r"}"#, "iam:DeleteRole", "arn:aws:iam::111122223333:role/r …31"),
            (
                r#""requestParameters":{"policyArn":"arn:aws:iam::aws:policy/X","roleName":"r"}"#,
                "iam:AttachRolePolicy",
                "arn:aws:iam::111122223333:role/r …31",
            ),
            (
                r#""requestParameters":{"policyArn":"arn:aws:iam::111122223333:policy/X"}"#,
                "iam:DeletePolicy",
                "arn:aws:iam::111122223333:policy/X",
            ),
            (r#""requestParameters":{"functionName":"f"}"#, "lambda:GetFunction", "arn:aws:lambda:eu-west-1:111122223333:function:f"),
            (
                r#""requestParameters":{"functionName":"arn:aws:lambda:eu-west-1:9:function:g"}"#,
                "lambda:GetFunction",
                "arn:aws:lambda:eu-west-1:9:function:g",
            ),
            (r#""requestParameters":{"keyId":"alias/x"}"#, "kms:Encrypt", " …0"),
            (r#""requestParameters":{"roleArn":["x"]}"#, "sts:AssumeRole", " …0"),
            (r#""requestParameters":null"#, "ec2:RunInstances", " …0"),
        ] {
            let json = format!(r#"{{"awsRegion":"eu-west-1","recipientAccountId":"111122223333",{members}}}"#);
            let record: Record<'_> = serde_json::from_str(&json).unwrap();
            let found = of_action(&record, action);
            let account = found.account.map_or_else(String::new, |account| format!(" {account}"));
            let gap = found.gap.map_or_else(String::new, |gap| format!(" …{gap}"));
            assert_eq!(format!("{}{account}{gap}", found.arn), expected, "{members} {action}");
        }
    }
}
