//! Compares 1,000 accounts with 10,000 distinct calls each, on all cores, and says how long it took.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark measures time and prints it")]

use orgkit_iam::cloudtrail::read;
use orgkit_iam::compare::{Comparer, Comparison, Move, Organization, Place, Report, Seat};
use orgkit_iam::{Document, Level, ParseError, Policy};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const ACCOUNTS: u64 = 1_000;
const PRINCIPALS: usize = 50;

/// Events of which each principal makes all, in two regions: with [`PRINCIPALS`] 10,000 distinct calls.
const SERVICES: &[(&str, &[&str])] = &[
    (
        "ec2",
        &[
            "DescribeInstances",
            "RunInstances",
            "StopInstances",
            "StartInstances",
            "CreateTags",
            "DescribeVpcs",
            "DescribeSubnets",
            "AttachVolume",
        ],
    ),
    ("s3", &["ListObjects", "GetBucketPolicy", "PutBucketPolicy", "HeadBucket", "GetObject", "PutObject", "DeleteObject", "ListBuckets"]),
    ("iam", &["GetRole", "ListRoles", "CreateRole", "AttachRolePolicy", "PassRole", "GetPolicy", "CreatePolicy", "ListUsers"]),
    ("kms", &["Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey", "CreateGrant", "ListKeys", "ReEncrypt", "CreateKey"]),
    (
        "lambda",
        &[
            "Invoke",
            "GetFunction20150331v2",
            "CreateFunction20150331",
            "UpdateFunctionCode20150331v2",
            "ListFunctions20150331",
            "AddPermission20150331v2",
            "DeleteFunction20150331",
            "PublishVersion20150331",
        ],
    ),
    ("dynamodb", &["GetItem", "PutItem", "Query", "Scan", "UpdateItem", "DeleteItem", "DescribeTable", "CreateTable"]),
    (
        "sqs",
        &["ReceiveMessage", "SendMessage", "DeleteMessage", "GetQueueUrl", "CreateQueue", "SetQueueAttributes", "PurgeQueue", "ListQueues"],
    ),
    (
        "logs",
        &[
            "CreateLogStream",
            "PutLogEvents",
            "CreateLogGroup",
            "DescribeLogGroups",
            "FilterLogEvents",
            "GetLogEvents",
            "StartQuery",
            "PutRetentionPolicy",
        ],
    ),
    (
        "monitoring",
        &[
            "PutMetricData",
            "GetMetricData",
            "PutMetricAlarm",
            "DescribeAlarms",
            "ListMetrics",
            "GetDashboard",
            "PutDashboard",
            "DeleteAlarms",
        ],
    ),
    (
        "rds",
        &[
            "DescribeDBInstances",
            "CreateDBInstance",
            "ModifyDBInstance",
            "CreateDBSnapshot",
            "DeleteDBInstance",
            "ListTagsForResource",
            "DescribeDBClusters",
            "RebootDBInstance",
        ],
    ),
    (
        "ssm",
        &[
            "GetParameter",
            "PutParameter",
            "SendCommand",
            "StartSession",
            "DescribeInstanceInformation",
            "GetParameters",
            "DescribeDocument",
        ],
    ),
    ("sts", &["AssumeRole", "GetFederationToken", "DecodeAuthorizationMessage"]),
    ("cloudtrail", &["LookupEvents", "DescribeTrails", "StopLogging"]),
    ("eks", &["DescribeCluster", "ListClusters", "UpdateClusterConfig"]),
    ("ecr", &["GetAuthorizationToken", "BatchGetImage", "PutImage"]),
    ("bedrock", &["InvokeModel"]),
];

const FULL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
const ROOT: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Sid":"NoLeave","Effect":"Deny","Action":["organizations:LeaveOrganization","account:CloseAccount"],"Resource":"*"},
    {"Sid":"NoRoot","Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}},
    {"Sid":"Regions","Effect":"Deny","NotAction":["iam:*","sts:*","organizations:*","support:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","us-east-1"]},"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/break-glass-*"}}}]}"#;
const UNIT: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Sid":"Trails","Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail"],"Resource":"*"},
    {"Sid":"Roles","Effect":"Deny","Action":"iam:*Role*","Resource":"arn:aws:iam::*:role/platform-*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/platform-*"}}},
    {"Sid":"Within","Effect":"Deny","Action":["s3:*","sqs:*"],"Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}}},
    {"Sid":"Bedrock","Effect":"Deny","Action":"bedrock:*","Resource":"*"}]}"#;
const PERIMETER: &str = r#"{"Version":"2012-10-17","Statement":{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":["s3:*","sqs:*","kms:*"],"Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-bench00002"}}}}"#;

fn main() -> Result<(), ParseError> {
    let old = organization("o-bench00001", (0..ACCOUNTS).map(account), &[FULL, FULL], &[])?;
    let new = organization("o-bench00002", std::iter::once("200000000002".to_owned()), &[ROOT, UNIT], &[PERIMETER])?;
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    let work = || {
        let (mut distinct, mut denied) = (0, 0);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= ACCOUNTS {
                return (distinct, denied);
            }
            let report = compare(account(number), &old, &new);
            distinct += report.distinct_calls;
            denied += report.after.newly_denied.len();
        }
    };
    let sums: Vec<(usize, usize)> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        started.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let (distinct, denied) = sums.iter().fold((0, 0), |(calls, groups), (more, others)| (calls + more, groups + others));
    let seconds = began.elapsed().as_secs_f64();
    println!("{seconds:.2} s; {distinct} distinct calls written and parsed, {denied} groups newly denied, {threads} threads");
    Ok(())
}

fn account(number: u64) -> String {
    format!("3{number:011}")
}

fn compare(account: String, old: &Arc<Organization>, new: &Arc<Organization>) -> Report {
    let text = records(&account);
    let comparer = Comparer::new(Move {
        old: Place::of(old, &account),
        new: Place { organization: Some(Arc::clone(new)), seat: new.members.get("200000000002").cloned().unwrap_or_default() },
        window: false,
        organizations: vec![Arc::clone(old), Arc::clone(new)],
        standalone: BTreeSet::new(),
        since: None,
        account,
    });
    let mut comparison = Comparison::default();
    let mut ids = BTreeSet::new();
    read(text.as_bytes(), &mut |record| comparison.add(&comparer, record, &mut |id| ids.insert(id)));
    comparison.report(&comparer)
}

/// An organization whose members sit in one unit.
fn organization(id: &str, members: impl Iterator<Item = String>, scps: &[&str; 2], rcps: &[&str]) -> Result<Arc<Organization>, ParseError> {
    let level = |target: &str, texts: &[&str]| -> Result<Level, ParseError> {
        let policies =
            texts.iter().map(|text| Document::parse(text).map(|document| Policy::new("p", document))).collect::<Result<_, _>>()?;
        Ok(Level { target: target.into(), policies })
    };
    let [root, unit] = scps;
    let seat = Seat {
        path: format!("{id}/r-aaaa/ou-aaaa-11111111/"),
        scps: vec![level("r-aaaa", &[FULL, root])?, level("ou-aaaa-11111111", &[FULL, unit])?, level("account", &[FULL])?],
        rcps: vec![level("r-aaaa", rcps)?],
    };
    let members = members.map(|member| (member, seat.clone())).collect();
    Ok(Arc::new(Organization { id: id.to_owned(), management: "100000000001".to_owned(), members }))
}

/// Every distinct call of one account once, in records of the fewest members.
fn records(account: &str) -> String {
    let mut text = String::from("{\"Records\":[{}");
    let mut number = 0;
    for principal in 0..PRINCIPALS {
        for region in ["eu-west-1", "us-east-1"] {
            for (service, names) in SERVICES {
                for name in *names {
                    number += 1;
                    // Writing to a string does not fail.
                    let _ = write!(
                        text,
                        r#",{{"eventID":"{number}","eventTime":"2026-10-05T08:00:00Z","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"{region}","recipientAccountId":"{account}","requestParameters":{{"roleName":"worker-{principal}"}},"userIdentity":{{"type":"AssumedRole","accountId":"{account}","sessionContext":{{"sessionIssuer":{{"arn":"arn:aws:iam::{account}:role/worker-{principal}"}}}}}}}}"#
                    );
                }
            }
        }
    }
    text.push_str("]}");
    text
}
