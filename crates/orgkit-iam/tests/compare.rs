//! A move judged by the calls that an account made.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_iam::cloudtrail::read;
use orgkit_iam::compare::{Changes, Comparer, Comparison, Move, Organization, Place, Report, Seat};
use orgkit_iam::{Document, Level, Policy};
use std::collections::BTreeSet;
use std::sync::Arc;

const MOVER: &str = "111122223333";
const OLD_NEIGHBOUR: &str = "222233334444";
const NEW_NEIGHBOUR: &str = "333344445555";
const OLD_MANAGEMENT: &str = "999900001111";
const NEW_MANAGEMENT: &str = "888800001111";
const FULL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

fn level(target: &str, statements: &[&str]) -> Level {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    Level { target: target.into(), policies: vec![Policy::new(&format!("policy-of-{target}"), Document::parse(&text).unwrap())] }
}

/// An organization of one unit; the management account has no guardrails.
fn organization(name: &str, management: &str, members: &[&str], scps: &[&str], rcps: &[&str]) -> Arc<Organization> {
    let id = format!("o-{name}000000");
    let all_scps: Vec<&str> = std::iter::once(FULL).chain(scps.iter().copied()).collect();
    let seat = Seat {
        path: format!("{id}/r-{name}/ou-{name}-work/"),
        scps: vec![level(&format!("r-{name}"), &[FULL]), level(&format!("ou-{name}-work"), &all_scps)],
        rcps: if rcps.is_empty() { Vec::new() } else { vec![level(&format!("r-{name}"), rcps)] },
    };
    let head = Seat { path: format!("{id}/r-{name}/"), ..Seat::default() };
    let mut seats: std::collections::BTreeMap<String, Seat> = members.iter().map(|member| ((*member).to_owned(), seat.clone())).collect();
    seats.insert(management.to_owned(), head);
    Arc::new(Organization { id, management: management.to_owned(), members: seats })
}

/// From the unit of the old organization into that of the new one.
struct Case {
    account: &'static str,
    old_scps: &'static [&'static str],
    old_rcps: &'static [&'static str],
    new_scps: &'static [&'static str],
    new_rcps: &'static [&'static str],
}

const NOTHING: Case = Case { account: MOVER, old_scps: &[], old_rcps: &[], new_scps: &[], new_rcps: &[] };

impl Case {
    fn comparer(&self) -> Comparer {
        let old = organization("old", OLD_MANAGEMENT, &[MOVER, OLD_NEIGHBOUR], self.old_scps, self.old_rcps);
        let new = organization("new", NEW_MANAGEMENT, &[NEW_NEIGHBOUR], self.new_scps, self.new_rcps);
        let seat = new.members.get(NEW_NEIGHBOUR).unwrap().clone();
        Comparer::new(Move {
            account: self.account.to_owned(),
            old: Place::of(&old, self.account),
            new: Place { organization: Some(Arc::clone(&new)), seat },
            window: true,
            organizations: vec![old, new],
            standalone: BTreeSet::new(),
            since: None,
        })
    }

    fn report(&self, records: &[String]) -> Report {
        report(&self.comparer(), records)
    }
}

fn report(comparer: &Comparer, records: &[String]) -> Report {
    let mut comparison = Comparison::default();
    fold(&mut comparison, comparer, records);
    comparison.report(comparer)
}

fn fold(comparison: &mut Comparison, comparer: &Comparer, records: &[String]) {
    let mut seen = BTreeSet::new();
    let text = format!(r#"{{"Records":[{}]}}"#, records.join(","));
    let broken = read(text.as_bytes(), &mut |record| comparison.add(comparer, record, &mut |key| seen.insert(key)));
    comparison.add_broken(broken.len() as u64);
}

/// A record of a role of the moving account; `more` are further members.
fn record(id: u32, event: &str, more: &str) -> String {
    by(MOVER, id, event, more)
}

fn by(account: &str, id: u32, event: &str, more: &str) -> String {
    let (source, name) = event.split_once(':').unwrap();
    format!(
        r#"{{"eventID":"e-{id}","eventTime":"2026-10-{:02}T08:00:00Z","eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1",
        "sourceIPAddress":"198.51.100.7","recipientAccountId":"{account}","userIdentity":{{"type":"AssumedRole","accountId":"{account}","arn":"arn:aws:sts::{account}:assumed-role/Ci/s",
        "sessionContext":{{"sessionIssuer":{{"arn":"arn:aws:iam::{account}:role/Ci"}}}}}}{more}}}"#,
        1 + id % 28
    )
}

/// The groups in short: what happens, to which action, how often, by which statement, depending on which keys.
fn shown(changes: &Changes) -> Vec<String> {
    let all = [
        ("denied", &changes.newly_denied),
        ("unknown", &changes.unknown),
        ("allowed", &changes.newly_allowed),
        ("both", &changes.denied_in_both),
    ];
    let lines = all.iter().flat_map(|(name, groups)| {
        groups.iter().map(move |group| {
            let because: Vec<String> = group.because.iter().map(|one| format!("{}@{}{}", one.kind, one.target, one.statement)).collect();
            let keys: Vec<&str> = group.unknown_keys.iter().map(String::as_str).collect();
            format!("{name} {} ×{} {} {}", group.action, group.calls, because.join(","), keys.join(",")).trim_end().to_owned()
        })
    });
    lines.collect()
}

const REGIONS: &str = r#"{"Sid":"Home","Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}}"#;

#[test]
fn a_region_that_the_new_unit_denies() {
    let report = Case { new_scps: &[REGIONS], ..NOTHING }.report(&[
        record(1, "ec2:RunInstances", ""),
        record(3, "ec2:RunInstances", ""),
        record(2, "iam:ListRoles", ""),
        record(4, "sts:GetCallerIdentity", ""),
    ]);
    assert_eq!(shown(&report.after), ["denied ec2:RunInstances ×2 scp@ou-new-workHome"]);
    assert!(shown(report.window.as_ref().unwrap()).is_empty(), "alone, nothing denies");
    assert_eq!((report.after.counts.newly_denied, report.after.counts.unchanged, report.calls, report.distinct_calls), (2, 1, 3, 2));
    let group = &report.after.newly_denied[0];
    assert_eq!(group.principal, "arn:aws:iam::111122223333:role/Ci");
    assert_eq!((group.first_seen.to_string(), group.last_seen.to_string()), ("2026-10-02T08:00:00Z".into(), "2026-10-04T08:00:00Z".into()));
    assert_eq!(report.set_aside.iter().map(|one| (one.reason, one.records)).collect::<Vec<_>>(), [("needs-no-permission", 1)]);
}

/// The data perimeter of the old organization: its resources are for its own principals.
const OLD_ONLY: &str = r#"{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-old000000"}}}"#;
/// And its principals are for its own resources.
const OLD_RESOURCES: &str = r#"{"Sid":"Within","Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceOrgID":"o-old000000"}}}"#;
const NEW_RESOURCES: &str = r#"{"Sid":"Within","Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceOrgID":"o-new000000"}}}"#;

fn bucket_of(account: &str) -> String {
    format!(r#","sharedEventID":"s","resources":[{{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b","accountId":"{account}"}}]"#)
}

#[test]
fn organizations_in_conditions_change_with_the_caller() {
    for (case, owner, after, window) in [
        // Others' buckets close when the caller leaves; alone, the key is absent and `IfExists` … of a negated operator holds.
        (
            Case { old_rcps: &[OLD_ONLY], ..NOTHING },
            OLD_NEIGHBOUR,
            "denied s3:ListBucket ×1 rcp@r-oldOurs",
            "denied s3:ListBucket ×1 rcp@r-oldOurs",
        ),
        // Its own buckets leave with it.
        (Case { old_rcps: &[OLD_ONLY], ..NOTHING }, MOVER, "", ""),
        (Case { new_rcps: &[OLD_ONLY], ..NOTHING }, MOVER, "denied s3:ListBucket ×1 rcp@r-newOurs", ""),
        // A policy copied from the old organization without a change of its id.
        (
            Case { old_scps: &[OLD_RESOURCES], new_scps: &[OLD_RESOURCES], ..NOTHING },
            MOVER,
            "denied s3:ListBucket ×1 scp@ou-new-workWithin",
            "",
        ),
        (Case { old_scps: &[OLD_RESOURCES], new_scps: &[NEW_RESOURCES], ..NOTHING }, MOVER, "", ""),
        (
            Case { old_scps: &[OLD_RESOURCES], new_scps: &[NEW_RESOURCES], ..NOTHING },
            OLD_NEIGHBOUR,
            "denied s3:ListBucket ×1 scp@ou-new-workWithin",
            "",
        ),
        (
            Case { old_scps: &[OLD_RESOURCES], new_scps: &[], ..NOTHING },
            NEW_NEIGHBOUR,
            "allowed s3:ListBucket ×1 scp@ou-old-workWithin",
            "allowed s3:ListBucket ×1 scp@ou-old-workWithin",
        ),
        // Where a third party stands, nobody knows.
        (
            Case { new_scps: &[NEW_RESOURCES], ..NOTHING },
            "777766665555",
            "unknown s3:ListBucket ×1 scp@ou-new-workWithin aws:resourceorgid",
            "",
        ),
        (Case { old_scps: &[NEW_RESOURCES], new_scps: &[NEW_RESOURCES], ..NOTHING }, "777766665555", "", ""),
    ] {
        let report = case.report(&[record(1, "s3:ListObjects", &bucket_of(owner))]);
        let context = format!("{:?} {owner}", case.new_scps);
        assert_eq!(shown(&report.after).join(""), after, "{context}");
        assert_eq!(shown(report.window.as_ref().unwrap()).join(""), window, "{context}");
    }
}

#[test]
fn the_old_management_account_meets_guardrails_for_the_first_time() {
    let no_leave = r#"{"Sid":"NoUsers","Effect":"Deny","Action":"iam:CreateUser","Resource":"*"}"#;
    let case = Case { account: OLD_MANAGEMENT, old_scps: &[REGIONS], new_scps: Box::leak(Box::new([no_leave])), ..NOTHING };
    let report = case.report(&[by(OLD_MANAGEMENT, 1, "iam:CreateUser", ""), by(OLD_MANAGEMENT, 2, "ec2:RunInstances", "")]);
    assert_eq!(shown(&report.after), ["denied iam:CreateUser ×1 scp@ou-new-workNoUsers"]);
}

#[test]
fn resources_and_paths_that_are_not_on_record() {
    let protected = r#"{"Sid":"Protected","Effect":"Deny","Action":"iam:*","Resource":"arn:aws:iam::*:role/aws-controltower-*"}"#;
    let copied = r#"{"Sid":"Vault","Effect":"Deny","Action":"s3:PutObject","Resource":"arn:aws:s3:::vault/*"}"#;
    let case = Case { new_scps: Box::leak(Box::new([protected, copied])), ..NOTHING };
    let role = |id, name: &str| record(id, "iam:DeleteRole", &format!(r#","requestParameters":{{"roleName":"{name}"}}"#));
    let put = |id, bucket: &str| record(id, "s3:PutObject", &format!(r#","requestParameters":{{"bucketName":"{bucket}","key":"k"}}"#));
    for (one, expected) in [
        (role(1, "aws-controltower-x"), "unknown iam:DeleteRole ×1 scp@ou-new-workProtected resource"),
        (record(2, "iam:GetRole", ""), "unknown iam:GetRole ×1 scp@ou-new-workProtected resource"),
        // It has no resource types, so that a statement about a role says nothing of it.
        (record(2, "iam:ListRoles", ""), ""),
        (put(3, "vault"), "denied s3:PutObject ×1 scp@ou-new-workVault"),
        (put(4, "other"), ""),
    ] {
        assert_eq!(shown(&case.report(std::slice::from_ref(&one)).after).join(""), expected, "{one}");
    }
}

#[test]
fn what_a_call_proved_before_is_not_asked_again() {
    const BY_TAG: &str =
        r#"{"Sid":"Team","Effect":"Deny","Action":"ec2:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"net"}}}"#;
    let calls = [record(1, "ec2:RunInstances", "")];
    let fresh = Case { new_scps: &[BY_TAG], ..NOTHING }.report(&calls);
    assert_eq!(shown(&fresh.after), ["unknown ec2:RunInstances ×1 scp@ou-new-workTeam aws:principaltag/team"]);
    let same = Case { old_scps: &[BY_TAG], new_scps: &[BY_TAG], ..NOTHING }.report(&calls);
    assert_eq!(shown(&same.after), Vec::<String>::new());
    let failed = Case { old_scps: &[BY_TAG], new_scps: &[BY_TAG], ..NOTHING };
    let failed = failed.report(&[record(1, "ec2:RunInstances", r#","errorCode":"Client.InvalidParameterValue""#)]);
    assert_eq!(failed.after.counts.unknown, 1, "a call that failed proves nothing");
}

#[test]
fn denied_calls_count_only_where_they_become_allowed() {
    let denied = |id, event: &str| record(id, event, r#","errorCode":"AccessDenied""#);
    let case = Case { old_scps: &[REGIONS], ..NOTHING };
    let report = case.report(&[denied(1, "ec2:RunInstances"), denied(2, "iam:ListRoles"), record(3, "ec2:StopInstances", "")]);
    let expected = ["allowed ec2:RunInstances ×1 scp@ou-old-workHome", "allowed ec2:StopInstances ×1 scp@ou-old-workHome"];
    assert_eq!(shown(&report.after), expected);
    assert_eq!(report.set_aside.iter().map(|one| (one.reason, one.records)).collect::<Vec<_>>(), [("already-denied", 1)]);
}

#[test]
fn one_denied_action_denies_an_event_of_several() {
    const NO_READ: &str = r#"{"Sid":"NoRead","Effect":"Deny","Action":"s3:GetObject","Resource":"*"}"#;
    let report = Case { new_scps: &[NO_READ], ..NOTHING }.report(&[record(1, "s3:CopyObject", "")]);
    assert_eq!(shown(&report.after), ["denied s3:GetObject ×1 scp@ou-new-workNoRead"]);
    assert_eq!(report.after.counts.newly_denied, 1);
}

#[test]
fn every_record_is_accounted_for() {
    let records = [
        record(1, "ec2:RunInstances", ""),
        record(1, "ec2:RunInstances", ""),
        by(OLD_NEIGHBOUR, 2, "ec2:RunInstances", ""),
        record(3, "signin:ConsoleLogin", r#","eventType":"AwsConsoleSignIn""#),
        record(4, "dynamodb:ExecuteStatement", ""),
        "17".to_owned(),
    ];
    let report = NOTHING.report(&records);
    let aside: Vec<(&str, u64)> = report.set_aside.iter().map(|one| (one.reason, one.records)).collect();
    assert_eq!(aside, [("not-a-call", 1), ("unmappable", 1), ("other-account", 1), ("duplicate", 1), ("broken", 1)]);
    assert_eq!((report.records, report.calls), (6, 1));
}

#[test]
fn parts_merge_to_the_same_report_in_any_order() {
    let case = Case { new_scps: &[REGIONS], ..NOTHING };
    let comparer = case.comparer();
    let records: Vec<String> = (0..60).map(|id| record(id, if id % 3 == 0 { "ec2:RunInstances" } else { "s3:ListBuckets" }, "")).collect();
    let whole = serde_json::to_string(&report(&comparer, &records)).unwrap();
    let part = |records: &[String]| {
        let mut comparison = Comparison::default();
        fold(&mut comparison, &comparer, records);
        comparison
    };
    for cut in [1, 20, 59] {
        let (left, right) = records.split_at(cut);
        let mut merged = part(right);
        merged.merge(part(left));
        assert_eq!(serde_json::to_string(&merged.report(&comparer)).unwrap(), whole, "{cut}");
    }
}
