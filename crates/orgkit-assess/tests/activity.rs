//! Calls that were made, judged where accounts stand and where they will stand.
#![cfg(test)]

use orgkit_assess::{ActivityInput, PolicyProposal, activity_findings, guardrail_findings};
use orgkit_model::{Collection, Estate, Fact, Finding, LOOKUP_EVENTS, Outcome, PolicyType};
use serde_json::{Value, json};

const MANAGEMENT: &str = "200000000001";
const MEMBER: &str = "200000000002";
const ALONE: &str = "300000000001";
const FULL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn deny(action: &str, condition: &Value) -> String {
    let statement = json!({"Sid": "No", "Effect": "Deny", "Action": action, "Resource": "*", "Condition": condition});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn policy(id: &str, name: &str, content: &str, targets: &[&str]) -> Value {
    json!({"id": id, "name": name, "kind": "SERVICE_CONTROL_POLICY", "aws_managed": false, "content": content, "targets": targets})
}

fn organization(id: &str, root: &str, accounts: &[&str], policies: &[Value]) -> Value {
    let account = |account: &&str| {
        ((*account).to_owned(), json!({"id": account, "name": account, "state": "ACTIVE", "joined_method": "INVITED", "joined_at": null}))
    };
    let everywhere: Vec<&str> = accounts.iter().copied().chain([root]).collect();
    let full = policy("p-FullAWSAccess", "FullAWSAccess", FULL, &everywhere);
    json!({
        "organization": {"id": id, "management_account": accounts[0], "feature_set": "ALL"},
        "root": root,
        "units": [],
        "accounts": accounts.iter().map(account).collect::<serde_json::Map<_, _>>(),
        "parents": accounts.iter().map(|account| ((*account).to_owned(), json!(root))).collect::<serde_json::Map<_, _>>(),
        "policies": std::iter::once(full).chain(policies.iter().cloned()).collect::<Vec<_>>(),
        "delegated_administrators": [],
    })
}

/// A role's call in an account, made five times.
fn call(account: &str, role: &str, source: &str, name: &str, more: Value) -> Fact {
    let mut record = json!({
        "eventTime": "2026-11-20T00:00:00Z", "eventSource": source, "eventName": name, "awsRegion": "us-east-1", "eventType": "AwsApiCall",
        "sourceIPAddress": "192.0.2.1", "recipientAccountId": account,
        "userIdentity": {
            "type": "AssumedRole", "accountId": account,
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": format!("arn:aws:iam::{account}:role/{role}"), "accountId": account}},
        },
    });
    record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Fact {
        account: account.parse().unwrap(),
        region: Some("us-east-1".to_owned()),
        kind: LOOKUP_EVENTS.to_owned(),
        name: format!("{role} {name}"),
        doc: json!({"CloudTrailEvent": record, "Count": 5, "FirstTime": "2026-09-01T00:00:00Z", "LastTime": "2026-11-20T00:00:00Z"}),
    }
}

fn findings(unit: &str, facts: Vec<Fact>, outcome: Option<Outcome>) -> Vec<Finding> {
    ask(unit, facts, outcome, activity_findings)
}

/// The old organization denies `sqs:*`; the plan adds two SCPs at the target's root and one in `Sandbox`.
fn ask(unit: &str, facts: Vec<Fact>, outcome: Option<Outcome>, question: fn(&ActivityInput<'_>) -> Vec<Finding>) -> Vec<Finding> {
    let queues = policy("p-queues00", "no-queues", &deny("sqs:*", &json!({})), &["r-old1"]);
    let mut estate: Estate = serde_json::from_value(json!({
        "schema": 1,
        "taken_at": "2026-11-21T00:00:00Z",
        "target": organization("o-newnewnew1", "r-new1", &["100000000001"], &[]),
        "sources": [organization("o-oldoldold1", "r-old1", &[MANAGEMENT, MEMBER], &[queues])],
        "standalone": [{"id": ALONE, "name": "labs", "state": "ACTIVE", "joined_method": null, "joined_at": null}],
        "regions": ["us-east-1"],
        "facts": [],
        "collections": [],
    }))
    .unwrap();
    let account = facts.first().map_or_else(|| MEMBER.parse().unwrap(), |fact| fact.account.clone());
    estate.facts = facts;
    estate.collections.extend(outcome.map(|outcome| Collection {
        account: account.clone(),
        region: Some("us-east-1".to_owned()),
        kind: LOOKUP_EVENTS.to_owned(),
        outcome,
    }));
    let proposal = |name: &str, unit: &[&str], content: String| PolicyProposal {
        name: name.to_owned(),
        kind: PolicyType::ServiceControlPolicy,
        content,
        unit: unit.iter().map(|name| (*name).to_owned()).collect(),
        rule: String::new(),
        because: String::new(),
        covers: Vec::new(),
    };
    let proposals = [
        proposal("baseline", &[], deny("config:Stop*", &json!({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/exempt"}}))),
        proposal("acl", &[], deny("s3:CreateBucket", &json!({"StringEquals": {"s3:x-amz-acl": "public-read"}}))),
        proposal("sandbox", &["Sandbox"], deny("iam:CreateUser", &json!({}))),
    ];
    let moves = std::iter::once((account, vec![unit.to_owned()])).collect();
    let transitional = vec!["Transitional".to_owned()];
    question(&ActivityInput { estate: &estate, moves, transitional, proposals: &proposals, days: 90 })
}

fn told(found: &[Finding]) -> String {
    found
        .iter()
        .map(|one| format!("{} {}{}", one.code, if one.blocks_move { "BLOCKS " } else { "" }, one.title))
        .collect::<Vec<_>>()
        .join("\n")
}

fn said(account: &str, unit: &str, role: &str, source: &str, name: &str, more: Value) -> String {
    told(&findings(unit, vec![call(account, role, source, name, more)], Some(Outcome::Collected { count: 1 })))
}

#[test]
fn what_becomes_of_a_call() {
    let denied = json!({"errorCode": "AccessDenied"});
    let linked = json!({"userIdentity": {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {
        "arn": "arn:aws:iam::200000000002:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"}}}});
    let cases = [
        (MEMBER, "Production", "app", "ec2", "RunInstances", json!({})),
        (MEMBER, "Production", "app", "config", "StopConfigurationRecorder", json!({})),
        (MEMBER, "Production", "exempt", "config", "StopConfigurationRecorder", json!({})),
        (MEMBER, "Production", "app", "config", "StopConfigurationRecorder", denied.clone()),
        (MEMBER, "Production", "app", "config", "StopConfigurationRecorder", linked),
        (MEMBER, "Production", "app", "s3", "CreateBucket", json!({})),
        (MEMBER, "Production", "app", "sqs", "CreateQueue", denied),
        (MEMBER, "Production", "app", "iam", "CreateUser", json!({})),
        (MEMBER, "Sandbox", "app", "iam", "CreateUser", json!({})),
        (ALONE, "Sandbox", "app", "iam", "CreateUser", json!({})),
        (MANAGEMENT, "Production", "app", "config", "StopConfigurationRecorder", json!({})),
        (MEMBER, "Transitional", "app", "config", "StopConfigurationRecorder", json!({})),
        (MEMBER, "Production", "app", "config", "StopConfigurationRecorder", json!({"eventTime": "2026-08-01T00:00:00Z"})),
    ];
    let lines = cases.map(|(account, unit, role, service, name, more)| {
        format!("{service}:{name} -> {unit}: {}", said(account, unit, role, &format!("{service}.amazonaws.com"), name, more))
    });
    insta::assert_snapshot!(lines.join("\n"), @r"
    ec2:RunInstances -> Production: 
    config:StopConfigurationRecorder -> Production: activity/newly-denied BLOCKS role/app calls config:StopConfigurationRecorder, which will be denied in Transitional and Production (SCP baseline, statement No)
    config:StopConfigurationRecorder -> Production: 
    config:StopConfigurationRecorder -> Production: 
    config:StopConfigurationRecorder -> Production: 
    s3:CreateBucket -> Production: activity/unknown whether role/app may still call s3:CreateBucket in Transitional and Production depends on s3:x-amz-acl, which is not on record (SCP acl, statement No)
    sqs:CreateQueue -> Production: activity/newly-allowed role/app was kept from sqs:CreateQueue, and no guardrail in Production will (SCP no-queues, statement No)
    iam:CreateUser -> Production: 
    iam:CreateUser -> Sandbox: activity/newly-denied BLOCKS role/app calls iam:CreateUser, which will be denied in Sandbox (SCP sandbox, statement No)
    iam:CreateUser -> Sandbox: activity/newly-denied BLOCKS role/app calls iam:CreateUser, which will be denied in Sandbox (SCP sandbox, statement No)
    config:StopConfigurationRecorder -> Production: activity/newly-denied BLOCKS role/app calls config:StopConfigurationRecorder, which will be denied in Transitional and Production (SCP baseline, statement No)
    config:StopConfigurationRecorder -> Transitional: activity/newly-denied BLOCKS role/app calls config:StopConfigurationRecorder, which will be denied in Transitional (SCP baseline, statement No)
    config:StopConfigurationRecorder -> Production: 
    ");
}

#[test]
fn a_newly_denied_call_stands_once_with_its_facts() {
    let stop = |name: &str, count: u64| {
        let mut fact = call(MEMBER, "app", "config.amazonaws.com", "StopConfigurationRecorder", json!({"sourceIPAddress": name}));
        fact.name = name.to_owned();
        fact.doc["Count"] = json!(count);
        fact
    };
    let found =
        findings("Production", vec![stop("a", 3), stop("b", 88), stop("c", 1), stop("d", 2)], Some(Outcome::Collected { count: 4 }));
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(finding.subject, "arn:aws:iam::200000000002:role/app config:StopConfigurationRecorder");
    assert_eq!((finding.kind.as_str(), finding.covers.as_slice()), (LOOKUP_EVENTS, ["D6".to_owned(), "D9".to_owned()].as_slice()));
    let evidence: Vec<_> = finding.evidence.iter().map(|one| format!("{} {}", one.name, one.observed)).collect();
    insta::assert_snapshot!(evidence.join("\n"), @r"
    b called 88 times, the last time 2026-11-20T00:00:00Z
    a called 3 times, the last time 2026-11-20T00:00:00Z
    d called 2 times, the last time 2026-11-20T00:00:00Z
    ");
}

#[test]
fn what_nobody_looked_at_is_never_fine() {
    let partial = Outcome::Partial { count: 1, reason: "only the newest 2000 events were read".to_owned() };
    let harmless = || vec![call(MEMBER, "app", "ec2.amazonaws.com", "RunInstances", json!({}))];
    let cases = [
        findings("Production", Vec::new(), None),
        findings("Production", Vec::new(), Some(Outcome::Denied { action: LOOKUP_EVENTS.to_owned() })),
        findings("Production", harmless(), Some(partial)),
        findings("Production", Vec::new(), Some(Outcome::Empty)),
    ];
    insta::assert_snapshot!(cases.each_ref().map(|found| told(found)).join("\n"), @r"
    activity/not-looked nobody looked at the calls of the last 90 days, so it is not known what the move would deny
    activity/not-looked not all calls of the last 90 days were looked at (us-east-1: cloudtrail:LookupEvents is denied)
    activity/not-looked not all calls of the last 90 days were looked at (us-east-1: only the newest 2000 events were read)
    ");
    let none_passes = cases.iter().flatten().all(|finding| finding.status == orgkit_model::Status::Undetermined);
    assert!(none_passes);
}

#[test]
fn a_guardrail_that_an_account_depended_on_is_missed() {
    let of =
        |account| ask("Production", vec![call(account, "app", "ec2.amazonaws.com", "RunInstances", json!({}))], None, guardrail_findings);
    let found = of(MEMBER);
    insta::assert_snapshot!(told(&found), @"guardrails/lost guardrails of the old organization that Production does not have: no-queues, statement No");
    assert!(found[0].remedy.contains("sqs:*"), "the remedy says what would bring it back: {}", found[0].remedy);
    assert_eq!((of(ALONE), of(MANAGEMENT)), (Vec::new(), Vec::new()), "neither had guardrails");
}
