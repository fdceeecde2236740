//! Whether an account keeps its guardrails, seen from outside.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{policy, request};
use orgkit_iam::equivalence::{Guardrails, IdMap, Report, Status, guardrails_kept};
use orgkit_iam::{Document, Evaluator, Level, Memo, Policy, RcpServices, Verdict};
use proptest::prelude::*;

const FULL: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

fn level(target: &str, policies: &[(&str, &str)]) -> Level {
    let policies = policies.iter().map(|(name, statements)| {
        Policy::new(name, Document::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap())
    });
    Level { target: target.into(), policies: policies.collect() }
}

fn kept(old: &[Level], new: &[Level]) -> Report {
    guardrails_kept(Guardrails::Scp, old, new, &IdMap::default()).unwrap()
}

/// One line for each guardrail, one for each gap in it, one for each added document.
fn shown(report: &Report) -> String {
    let mut lines = Vec::new();
    for one in &report.guardrails {
        let by: Vec<String> = one
            .covered_by
            .iter()
            .map(|place| format!("{}/{}", place.policy.as_deref().unwrap_or(&place.target), place.statement))
            .collect();
        let place = format!("{}/{}", one.guardrail.target, one.guardrail.statement);
        lines.push(format!("{place}: {:?} [{}]{}", one.status, by.join(" "), if one.can_be_added { "" } else { ", not all can be added" }));
        lines.extend(one.missing.iter().map(|gap| {
            let except = |list: &orgkit_iam::equivalence::Listed| {
                format!("{}{}", if list.except { "all but " } else { "" }, list.patterns.join(","))
            };
            let near: Vec<&str> = gap.near.iter().map(|place| place.statement.as_str()).collect();
            format!(
                "  {:?} {} ({}) on {} if {:?} near {near:?}",
                gap.why,
                except(&gap.actions),
                gap.actions_today,
                except(&gap.resources),
                gap.conditions
            )
        }));
    }
    lines.extend(report.addition.iter().map(|one| format!("+ {}", one.text)));
    lines.join("\n")
}

#[test]
fn each_guardrail_is_covered_partly_covered_or_missing() {
    let old = [
        level(
            "r-old",
            &[
                ("FullAWSAccess", FULL),
                ("base", r#"{"Sid":"Leave","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}"#),
            ],
        ),
        level(
            "ou-old",
            &[
                ("FullAWSAccess", FULL),
                (
                    "logs",
                    r#"
            {"Sid":"Trails","Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail"],"Resource":"*"},
            {"Sid":"Region","Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}},
            {"Sid":"Buckets","Effect":"Deny","Action":"s3:DeleteBucket","Resource":["arn:aws:s3:::logs-*","arn:aws:s3:::audit"]},
            {"Sid":"Gone","Effect":"Deny","Action":"macie2:Disable*","Resource":"*"}"#,
                ),
            ],
        ),
    ];
    let new = [
        level(
            "r-new",
            &[("FullAWSAccess", FULL), ("all", r#"{"Sid":"NoLeave","Effect":"Deny","Action":"organizations:Leave*","Resource":"*"}"#)],
        ),
        level(
            "ou-new",
            &[
                ("FullAWSAccess", FULL),
                (
                    "guard",
                    r#"
            {"Sid":"Stop","Effect":"Deny","Action":"cloudtrail:Stop*","Resource":"*"},
            {"Sid":"Home","Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}},
            {"Sid":"Logs","Effect":"Deny","Action":"s3:Delete*","Resource":"arn:aws:s3:::logs-*"}"#,
                ),
            ],
        ),
    ];
    insta::assert_snapshot!(shown(&kept(&old, &new)), @r#"
    r-old/Leave: Covered [all/NoLeave]
    ou-old/Trails: Partly [guard/Stop]
      Conditions cloudtrail:DeleteTrail (1) on * if [] near ["Home"]
    ou-old/Region: Partly [guard/Home]
      Actions sts:* (16) on * if ["StringNotEquals aws:RequestedRegion eu-central-1, eu-west-1"] near []
    ou-old/Buckets: Partly [guard/Logs]
      Conditions s3:DeleteBucket (1) on arn:aws:s3:::audit if [] near ["Home"]
    ou-old/Gone: Missing []
      Conditions macie2:Disable* (2) on * if [] near ["Home"]
    + {"Statement":[{"Action":["cloudtrail:DeleteTrail","macie2:Disable*"],"Effect":"Deny","Resource":"*"},{"Action":"sts:*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}},"Effect":"Deny","Resource":"*"},{"Action":"s3:DeleteBucket","Effect":"Deny","Resource":"arn:aws:s3:::audit"}],"Version":"2012-10-17"}
    "#);
}

#[test]
fn a_level_that_allows_less_is_a_guardrail() {
    let list = r#"{"Effect":"Allow","Action":["s3:*","ec2:*"],"Resource":"*"}"#;
    let old = [level("r-old", &[("FullAWSAccess", FULL)]), level("ou-old", &[("list", list)])];
    let wider = [level("r-new", &[("FullAWSAccess", FULL)])];
    insta::assert_snapshot!(shown(&kept(&old, &wider)), @r#"
    ou-old/what it does not allow: Missing []
      Actions all but s3:*,ec2:* (21085) on * if [] near []
    + {"Statement":{"Effect":"Deny","NotAction":["s3:*","ec2:*"],"Resource":"*"},"Version":"2012-10-17"}
    "#);
    let narrower = [level("r-new", &[("some", r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#)])];
    insta::assert_snapshot!(shown(&kept(&old, &narrower)), @"ou-old/what it does not allow: Covered [r-new/what it does not allow]");
    let by_deny =
        [level("r-new", &[("FullAWSAccess", FULL), ("deny", r#"{"Sid":"Rest","Effect":"Deny","NotAction":"s3:*","Resource":"*"}"#)])];
    insta::assert_snapshot!(shown(&kept(&old, &by_deny)), @"ou-old/what it does not allow: Covered [deny/Rest]");
    // The other way round: what the new level does not allow covers an old deny.
    let deny = [level("r-old", &[("FullAWSAccess", FULL), ("d", r#"{"Sid":"NoIam","Effect":"Deny","Action":"iam:*","Resource":"*"}"#)])];
    insta::assert_snapshot!(shown(&kept(&deny, &old)), @"r-old/NoIam: Covered [ou-old/what it does not allow]");
    // Under a condition only: no deny says the opposite.
    let conditional = [level(
        "r-old",
        &[("c", r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#)],
    )];
    insta::assert_snapshot!(shown(&kept(&conditional, &wider)), @r#"
    r-old/what it does not allow: Missing [], not all can be added
      Actions all but s3:* (21911) on * if [] near []
    + {"Statement":{"Effect":"Deny","NotAction":"s3:*","Resource":"*"},"Version":"2012-10-17"}
    "#);
    assert!(kept(&conditional, &conditional).all_kept());
}

#[test]
fn ids_are_the_new_ones_before_anything_is_compared() {
    let deny = |id: &str| {
        format!(
            r#"{{"Sid":"Outside","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{{"StringNotEqualsIfExists":{{"aws:PrincipalOrgID":"{id}"}},"BoolIfExists":{{"aws:PrincipalIsAWSService":"false"}}}}}}"#
        )
    };
    let old = [level("r-old", &[("perimeter", &deny("o-oldoldold1"))])];
    let new = [level("r-new", &[("perimeter", &deny("o-newnewnew1"))])];
    let ids: IdMap = [("o-oldoldold1", "o-newnewnew1")].into_iter().collect();
    let report = guardrails_kept(Guardrails::Rcp, &old, &new, &ids).unwrap();
    assert!(report.all_kept() && report.guardrails.len() == 1 && report.guardrails[0].unmapped_ids.is_empty());
    let report = guardrails_kept(Guardrails::Rcp, &old, &new, &IdMap::default()).unwrap();
    assert_eq!(
        (report.guardrails[0].status, report.guardrails[0].unmapped_ids.as_slice()),
        (Status::Missing, ["o-oldoldold1".to_owned()].as_slice())
    );
    let report = guardrails_kept(Guardrails::Rcp, &old, &[], &ids).unwrap();
    insta::assert_snapshot!(shown(&report), @r#"
    r-old/Outside: Missing []
      Actions s3:* (180) on * if ["StringNotEqualsIfExists aws:PrincipalOrgID o-newnewnew1", "BoolIfExists aws:PrincipalIsAWSService false"] near []
    + {"Statement":{"Action":"s3:*","Condition":{"BoolIfExists":{"aws:PrincipalIsAWSService":"false"},"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-newnewnew1"}},"Effect":"Deny","Principal":"*","Resource":"*"},"Version":"2012-10-17"}
    "#);
}

fn chain() -> impl Strategy<Value = Vec<Level>> {
    let full = Document::parse(&format!(r#"{{"Version":"2012-10-17","Statement":{FULL}}}"#)).unwrap();
    let level = (prop::collection::vec(policy(), 0..2), prop::bool::weighted(0.8)).prop_map(move |(documents, is_full)| {
        let full = is_full.then(|| full.clone());
        Level { target: "t".into(), policies: documents.into_iter().chain(full).map(|document| Policy::new("p", document)).collect() }
    });
    prop::collection::vec(level, 0..3)
}

/// The chain with the added documents beside what is attached last.
fn with_addition(mut chain: Vec<Level>, report: &Report) -> Vec<Level> {
    if chain.is_empty() && !report.addition.is_empty() {
        chain.push(level("t", &[("FullAWSAccess", FULL)]));
    }
    if let Some(last) = chain.last_mut() {
        last.policies.extend(report.addition.iter().map(|one| Policy::new("added", Document::parse(&one.text).unwrap())));
    }
    chain
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn the_addition_brings_what_is_missing_and_nothing_else(old in chain(), new in chain(), requests in prop::collection::vec(request(), 60)) {
        let report = kept(&old, &new);
        let changed = with_addition(new.clone(), &report);
        let again = kept(&old, &changed);
        for (before, after) in report.guardrails.iter().zip(&again.guardrails) {
            prop_assert!(after.missing.is_empty() && (after.status == Status::Covered) >= before.can_be_added);
        }
        prop_assert!(again.addition.is_empty());
        let ready = |chain: &[Level]| Evaluator::guardrails(chain, &[], RcpServices::default());
        let (old, new, changed) = (ready(&old), ready(&new), ready(&changed));
        let is_whole = report.guardrails.iter().all(|one| one.can_be_added);
        for request in requests {
            let verdict = |evaluator: &Evaluator| evaluator.decide(&request, &mut Memo::default());
            let (before, without, with) = (verdict(&old), verdict(&new), verdict(&changed));
            prop_assert!(!(is_whole && before.is_denied()) || with.is_denied(), "{:?} {:?}\n{}", before, with, shown(&report));
            if before == Verdict::Allowed {
                prop_assert_eq!(without, with, "{}", shown(&report));
            }
        }
    }
}
