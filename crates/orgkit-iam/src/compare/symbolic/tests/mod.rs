//! What is equal, what is not, and in which words.

mod property;

use super::{Difference, Side, Source, difference};
use crate::{Document, Level, Policy, RcpServices, Universe};

const FULL: &str = r#"{"Version":"2012-10-17","Statement":{"Sid":"Full","Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// A level for each list of documents; the statements come without the document around them.
fn chain(levels: &[&[&str]]) -> Vec<Level> {
    let level = |(number, documents): (usize, &&[&str])| Level {
        target: format!("level-{number}").into(),
        policies: documents.iter().enumerate().map(|(at, text)| Policy::new(&format!("p-{number}-{at}"), document(text))).collect(),
    };
    levels.iter().enumerate().map(level).collect()
}

fn document(statements: &str) -> Document {
    let whole = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Document::parse(if statements.contains("Version") { statements } else { &whole }).unwrap()
}

fn old<'a>(scps: &'a [Level], rcps: &'a [Level]) -> Side<'a> {
    Side { scps, rcps, organization: Some("o-old"), path: Some("o-old/r-a/ou-1/") }
}

fn new<'a>(scps: &'a [Level], rcps: &'a [Level]) -> Side<'a> {
    Side { scps, rcps, organization: Some("o-new"), path: Some("o-new/r-b/ou-9/") }
}

fn compare(old_scps: &[&[&str]], new_scps: &[&[&str]]) -> Vec<Difference> {
    let (before, after) = (chain(old_scps), chain(new_scps));
    difference(&old(&before, &[]), &new(&after, &[]), Universe::embedded(), &RcpServices::default())
}

fn compare_rcps(old_rcps: &[&[&str]], new_rcps: &[&[&str]]) -> Vec<Difference> {
    let (before, after) = (chain(old_rcps), chain(new_rcps));
    difference(&old(&[], &before), &new(&[], &after), Universe::embedded(), &RcpServices::default())
}

/// One line for each difference and each source.
fn shown(differences: &[Difference]) -> String {
    let source = |side: &str, source: &Source| {
        format!("\n  {side} {:?} {}/{}/{} {}", source.part, source.target, source.policy, source.statement, source.condition)
            .trim_end()
            .to_owned()
    };
    let one = |difference: &Difference| {
        let head = format!(
            "{} {}, {}, {}: {}",
            difference.kind.as_str(),
            difference.change.as_str(),
            difference.access.as_str(),
            difference.actions.len(),
            difference.named
        );
        let old = difference.old.iter().map(|one| source("old", one));
        let new = difference.new.iter().map(|one| source("new", one));
        std::iter::once(head).chain(old).chain(new).collect::<String>()
    };
    differences.iter().map(one).collect::<Vec<_>>().join("\n")
}

const REGION: &str = r#"{"Sid":"Region","Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}}}"#;

/// The statements of each level.
type Chain<'a> = &'a [&'a [&'a str]];

#[test]
fn equal_guardrails_in_other_words() {
    let cases: &[(&str, Chain<'_>, Chain<'_>)] = &[
        (
            "another level and another Sid",
            &[&[FULL, REGION], &[FULL]],
            &[&[FULL], &[FULL, &REGION.replace("\"Sid\":\"Region\"", "\"Sid\":\"Elsewhere\"")]],
        ),
        ("one level more", &[&[FULL, REGION]], &[&[FULL], &[FULL, REGION], &[FULL]]),
        (
            "order of values, case of keys, a pattern without wildcards, an operator's redundant suffix",
            &[&[FULL, REGION]],
            &[&[
                FULL,
                r#"{"Effect":"Deny","NotAction":["STS:*","iam:*","iam:Get*"],"Resource":["*"],"Condition":{"StringNotLikeIfExists":{"AWS:requestedregion":["eu-central-1","eu-west-1","eu-west-1"]}}}"#,
            ]],
        ),
        (
            "statements taken apart and put together",
            &[&[
                FULL,
                r#"{"Effect":"Deny","Action":["s3:DeleteBucket","s3:PutBucketPolicy"],"Resource":["arn:aws:s3:::a","arn:aws:s3:::b"]}"#,
            ]],
            &[&[
                FULL,
                r#"{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":["arn:aws:s3:::b","arn:aws:s3:::a"]},{"Effect":"Deny","Action":"s3:PutBucketPolicy","Resource":"arn:aws:s3:::a"},{"Effect":"Deny","Action":"s3:PutBucketPolic?","Resource":"arn:aws:s3:::b"}"#,
            ]],
        ),
        (
            "wildcards that name the same actions today",
            &[&[FULL, r#"{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*"}"#]],
            &[&[FULL, r#"{"Effect":"Deny","Action":"ec2:RunInst*","Resource":"*"}"#]],
        ),
        (
            "an allow list and a deny list",
            &[&[r#"{"Effect":"Allow","Action":["s3:*","ec2:*"],"Resource":"*"}"#]],
            &[&[FULL, r#"{"Effect":"Deny","NotAction":["s3:*","ec2:*"],"Resource":"*"}"#]],
        ),
        (
            "one deny that swallows another",
            &[&[FULL, r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#, REGION]],
            &[&[
                FULL,
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#,
                REGION,
                r#"{"Effect":"Deny","Action":"s3:PutObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
            ]],
        ),
        (
            "one's own organization, by id and by variable",
            &[&[
                FULL,
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:ResourceOrgID":"o-old"}}}"#,
            ]],
            &[&[
                FULL,
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}}}"#,
            ]],
        ),
        (
            "one's own organization and unit, by path",
            &[&[
                FULL,
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"ForAllValues:StringNotLike":{"aws:ResourceOrgPaths":["o-old/r-a/*","o-old/r-a/ou-1/*","o-old/*"]}}}"#,
            ]],
            &[&[
                FULL,
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"ForAllValues:StringNotLike":{"aws:ResourceOrgPaths":["o-new/r-b/*","o-new/r-b/ou-9/*","o-new/*"]}}}"#,
            ]],
        ),
        (
            "a condition that holds for every principal of the account",
            &[&[FULL, r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#]],
            &[&[
                FULL,
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-old"}}}"#,
            ]],
        ),
        (
            "a condition that holds for none",
            &[&[FULL]],
            &[&[
                FULL,
                r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-new"}}}"#,
            ]],
        ),
        (
            "a resource for an action that has none",
            &[&[FULL]],
            &[&[FULL, r#"{"Effect":"Deny","Action":"s3:ListAllMyBuckets","Resource":"arn:aws:s3:::a"}"#]],
        ),
        ("no policies and full access", &[], &[&[FULL], &[FULL]]),
    ];
    for (what, old, new) in cases {
        assert_eq!(shown(&compare(old, new)), "", "{what}");
    }
}

#[test]
fn the_same_bytes_mean_something_else_after_a_move() {
    let perimeter = r#"{"Sid":"Perimeter","Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceOrgID":"o-old"}}}"#;
    let own = r#"{"Sid":"Own","Effect":"Deny","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-old"}}}"#;
    insta::assert_snapshot!(shown(&compare(&[&[FULL, perimeter, own]], &[&[FULL, perimeter, own]])), @"
    scp denied always, write, 1: sts:AssumeRole
      new Denies level-0/p-0-2/Own StringNotEquals aws:PrincipalOrgID [o-old] (which always holds here)
    scp condition changed, read, 1: s3:GetObject
      old Denies level-0/p-0-1/Perimeter StringNotEquals aws:ResourceOrgID [o-old]
      new Denies level-0/p-0-1/Perimeter StringNotEquals aws:ResourceOrgID [o-old]
    ");
}

#[test]
fn differences_are_ranked_and_name_their_statements() {
    let leave = r#"{"Sid":"NoLeave","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}"#;
    let limited = r#"{"Sid":"Most","Effect":"Allow","NotAction":["redshift:*","athena:StartQueryExecution"],"Resource":"*"},
        {"Sid":"Athena","Effect":"Allow","Action":"athena:StartQueryExecution","Resource":"*","Condition":{"Bool":{"aws:ViaAWSService":"true"}}}"#;
    let old: &[&[&str]] = &[
        &[FULL, leave],
        &[
            FULL,
            r#"{"Sid":"Region","Effect":"Deny","Action":"sqs:SendMessage","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}}}"#,
        ],
    ];
    let new: &[&[&str]] = &[
        &[FULL, r#"{"Sid":"NoUsers","Effect":"Deny","Action":["iam:CreateUser","iam:CreateAccessKey","ec2:Run*"],"Resource":"*"}"#],
        &[limited],
        &[
            FULL,
            r#"{"Sid":"Region","Effect":"Deny","Action":"sqs:SendMessage","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}}"#,
        ],
    ];
    insta::assert_snapshot!(shown(&compare(old, new)), @"
    scp allowed nowhere, permissions, 166: redshift:*
      new AllowsNothing level-1//
    scp denied always, write, 4: ec2:Run*, iam:CreateAccessKey, iam:CreateUser
      new Denies level-0/p-0-1/NoUsers
    scp denied under conditions, write, 1: athena:StartQueryExecution
      new Allows level-1/p-1-0/Athena Bool aws:ViaAWSService [true]
    scp denied under conditions, write, 1: sqs:SendMessage
      old Denies level-1/p-1-1/Region StringNotEquals aws:RequestedRegion [eu-west-1, eu-central-1]
      new Denies level-2/p-2-1/Region StringNotEquals aws:RequestedRegion [eu-central-1]
    scp no longer denied, write, 1: organizations:LeaveOrganization
      old Denies level-0/p-0-1/NoLeave
    ");
}

#[test]
fn resource_control_policies_reach_their_services_alone() {
    let perimeter = |id: &str| {
        format!(
            r#"{{"Sid":"Perimeter","Effect":"Deny","Principal":"*","Action":["s3:GetObject","kms:Decrypt","kms:RetireGrant","ec2:RunInstances"],"Resource":"*","Condition":{{"StringNotEqualsIfExists":{{"aws:PrincipalOrgID":"{id}"}},"BoolIfExists":{{"aws:PrincipalIsAWSService":"false"}}}}}}"#
        )
    };
    assert_eq!(shown(&compare_rcps(&[&[&perimeter("o-old")]], &[&[], &[&perimeter("o-new")]])), "");
    insta::assert_snapshot!(shown(&compare_rcps(&[], &[&[&perimeter("o-new")]])), @"
    rcp denied under conditions, write, 2: kms:Decrypt, s3:GetObject
      new Denies level-0/p-0-0/Perimeter StringNotEqualsIfExists aws:PrincipalOrgID [o-new] and BoolIfExists aws:PrincipalIsAWSService [false]
    ");
    insta::assert_snapshot!(shown(&compare_rcps(&[&[&perimeter("o-old")]], &[&[&perimeter("o-old")]])), @"
    rcp condition changed, write, 2: kms:Decrypt, s3:GetObject
      old Denies level-0/p-0-0/Perimeter StringNotEqualsIfExists aws:PrincipalOrgID [o-old] and BoolIfExists aws:PrincipalIsAWSService [false]
      new Denies level-0/p-0-0/Perimeter StringNotEqualsIfExists aws:PrincipalOrgID [o-old] and BoolIfExists aws:PrincipalIsAWSService [false]
    ");
}
