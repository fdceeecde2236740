//! Minifying and packing, seen from outside: what comes out, how long it is, and that it means the same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{policy, request};
use orgkit_iam::{
    Document, Drift, Evaluator, Level, Limits, Memo, MinifyOptions, Policy, PolicyKind, PolicyLimit, RcpServices, Universe, minify, pack,
    prove,
};
use proptest::prelude::*;

const SCP: MinifyOptions = MinifyOptions { kind: PolicyKind::Scp, keep_sids: false, allow_drift: false };
const DRIFT: MinifyOptions = MinifyOptions { allow_drift: true, ..SCP };
const SIDS: MinifyOptions = MinifyOptions { keep_sids: true, ..SCP };
const IDENTITY: MinifyOptions = MinifyOptions { kind: PolicyKind::Identity, ..SCP };

fn document(statements: &str) -> Document {
    Document::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap()
}

/// The statements of the minified document.
fn minified(statements: &str, options: MinifyOptions) -> String {
    let done = minify(&document(statements), options, Universe::embedded()).unwrap();
    assert_eq!(done.characters, done.text.chars().count());
    let text = done.document.statements.iter().map(|statement| statement.to_json().to_string()).collect::<Vec<_>>().join("\n");
    text.replace(r#""Effect":"Deny""#, "D").replace(r#""Resource":"*""#, "R*")
}

#[test]
fn says_nothing_twice() {
    for (what, statements, expected) in [
        (
            "names and lists of one",
            r#"{"Sid":"A","Effect":"Deny","Action":["s3:*"],"Resource":["*"],"Condition":{}}"#,
            r#"{"Action":"s3:*",D,R*}"#,
        ),
        (
            "included actions",
            r#"{"Effect":"Deny","Action":["s3:GetObject","S3:Get*","s3:get*"],"Resource":"*"}"#,
            r#"{"Action":"S3:Get*",D,R*}"#,
        ),
        (
            "included resources",
            r#"{"Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::a/b","arn:aws:s3:::a/*"]}"#,
            r#"{"Action":"s3:*",D,"Resource":"arn:aws:s3:::a/*"}"#,
        ),
        (
            "included values, negated too",
            r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/a","arn:aws:iam::*:role/*"]}}}"#,
            r#"{"Action":"s3:*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}},D,R*}"#,
        ),
        (
            "a statement within another",
            r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":["s3:PutObject","ec2:*"],"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#,
            "{\"Action\":\"s3:*\",D,R*}\n{\"Action\":\"ec2:*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}},D,R*}",
        ),
        (
            "equal but for actions",
            r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"ec2:*","Resource":"*"}"#,
            r#"{"Action":["s3:*","ec2:*"],D,R*}"#,
        ),
        (
            "equal but for resources",
            r#"{"Effect":"Deny","Action":"s3:*","Resource":"a"},{"Effect":"Deny","Action":"s3:*","Resource":"b"}"#,
            r#"{"Action":"s3:*",D,"Resource":["a","b"]}"#,
        ),
        (
            "equal but for values of which one must match",
            r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"k":"a"}}},{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"k":"b"}}}"#,
            r#"{"Action":"s3:*","Condition":{"StringEquals":{"k":["a","b"]}},D,R*}"#,
        ),
        (
            "four corners",
            r#"{"Effect":"Deny","Action":"a:x","Resource":"r"},{"Effect":"Deny","Action":"a:y","Resource":"r"},{"Effect":"Deny","Action":"a:x","Resource":"s"},{"Effect":"Deny","Action":"a:y","Resource":"s"}"#,
            r#"{"Action":["a:x","a:y"],D,"Resource":["r","s"]}"#,
        ),
        (
            "a weaker condition",
            r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"k":["a","b"]}}},{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"k":"a"}}}"#,
            r#"{"Action":"s3:*","Condition":{"StringNotEquals":{"k":"a"}},D,R*}"#,
        ),
    ] {
        assert_eq!(minified(statements, SCP), expected, "{what}");
    }
}

#[test]
fn leaves_alone_what_means_something_else() {
    for statements in [
        // None of the values may match: together this is not the union.
        r#"{"Action":"s3:*","Condition":{"StringNotEquals":{"k":"a"}},D,R*}
{"Action":"s3:*","Condition":{"StringNotEquals":{"k":"b"}},D,R*}"#,
        r#"{"Action":"s3:*","Condition":{"ForAllValues:StringEquals":{"k":"a"}},D,R*}
{"Action":"s3:*","Condition":{"ForAllValues:StringEquals":{"k":"b"}},D,R*}"#,
        // An absent key passes one of them only.
        r#"{"Action":"s3:*","Condition":{"StringEquals":{"k":"a"}},D,R*}
{"Action":"s3:*","Condition":{"StringEqualsIfExists":{"k":"b"}},D,R*}"#,
        r#"{"Action":"s3:*",D,"Resource":"a"}
{"Action":"ec2:*",D,"Resource":"b"}"#,
        r#"{D,"NotAction":"s3:*",R*}
{D,"NotAction":"ec2:*","Resource":"a"}"#,
        r#"{"Action":"s3:*","Condition":{"StringEqual":{"k":"a"}},D,R*}
{"Action":"s3:*","Condition":{"StringEqual":{"k":"b"}},D,R*}"#,
    ] {
        let written = statements.replace("D,", r#""Effect":"Deny","#).replace("R*", r#""Resource":"*""#).replace('\n', ",");
        assert_eq!(minified(&written, SCP), statements);
        assert_eq!(minified(&written, DRIFT), statements);
    }
}

#[test]
fn names_stay_where_they_are_wanted_and_other_kinds_keep_their_statements() {
    let statements = r#"{"Sid":"A","Effect":"Deny","Action":["s3:*"],"Resource":"*"},{"Effect":"Deny","Action":"ec2:*","Resource":"*"},{"Effect":"Deny","Action":"ec2:Run*","Resource":"*"}"#;
    assert_eq!(minified(statements, SIDS), "{\"Action\":\"s3:*\",D,R*,\"Sid\":\"A\"}\n{\"Action\":\"ec2:*\",D,R*}");
    assert_eq!(minified(statements, IDENTITY), "{\"Action\":\"s3:*\",D,R*}\n{\"Action\":\"ec2:*\",D,R*}\n{\"Action\":\"ec2:Run*\",D,R*}");
}

#[test]
fn a_deny_may_drift_an_allow_never() {
    let actions = r#"["cloudtrail:StopLogging","s3:PutBucketPublicAccessBlock","s3:PutAccountPublicAccessBlock","s3:NoSuchAction"]"#;
    for statement in [
        format!(r#"{{"Effect":"Allow","Action":{actions},"Resource":"*"}}"#),
        format!(r#"{{"Effect":"Deny","NotAction":{actions},"Resource":"*"}}"#),
        format!(r#"{{"Effect":"Allow","NotAction":{actions},"Resource":"*"}}"#),
    ] {
        let done = minify(&document(&statement), DRIFT, Universe::embedded()).unwrap();
        assert!(done.drift.is_empty() && done.text.contains("cloudtrail:StopLogging"), "{}", done.text);
    }
    let denied = document(&format!(r#"{{"Effect":"Deny","Action":{actions},"Resource":"*"}}"#));
    let done = minify(&denied, DRIFT, Universe::embedded()).unwrap();
    insta::assert_snapshot!(done.text, @r#"{"Statement":{"Action":["cloudtrail:StopLogging","s3:PutBucket*Block","s3:PutAccount*","s3:NoSuchAction"],"Effect":"Deny","Resource":"*"},"Version":"2012-10-17"}"#);
    let told: Vec<String> = done.drift.iter().map(|one| format!("{} for {}", one.pattern, one.replaces.join(" "))).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    s3:PutAccount* for s3:PutAccountPublicAccessBlock
    s3:PutBucket*Block for s3:PutBucketPublicAccessBlock
    "#);
    assert!(minify(&denied, SCP, Universe::embedded()).unwrap().drift.is_empty());
}

#[test]
fn the_proof_refuses_what_differs() {
    let one = document(
        r#"{"Effect":"Deny","Action":["s3:PutObject","s3:GetObject"],"Resource":"*"},{"Sid":"Q","Effect":"Deny","Action":"sqs:*","Resource":"*"}"#,
    );
    let drift = |pattern: &str| vec![Drift { statement: 0, pattern: pattern.to_owned(), replaces: Vec::new() }];
    let failed = |after: &str, drift: Vec<Drift>| {
        prove(std::slice::from_ref(&one), &[(document(after), drift)], Universe::embedded()).map_err(|unproven| unproven.to_string())
    };
    let after = |action: &str, more: &str| format!(r#"{{"Effect":"Deny","Action":{action},"Resource":"*"{more}}}"#);
    assert_eq!(failed(&after(r#"["s3:PutObject","s3:GetObject","sqs:*"]"#, ""), vec![]), Ok(()));
    let lost = "it is not proved that statement `Q` still says all that it said";
    assert_eq!(failed(&after(r#"["s3:PutObject","s3:GetObject"]"#, ""), vec![]), Err(lost.to_owned()));
    let added = "it is not proved that the new statement `#1` says nothing new";
    assert_eq!(failed(&after(r#"["s3:PutObject*","s3:GetObject","sqs:*"]"#, ""), vec![]), Err(added.to_owned()));
    // What is told as drift must match nothing more of what exists: `s3:PutObjectAcl` does.
    assert_eq!(failed(&after(r#"["s3:PutObject*","s3:GetObject","sqs:*"]"#, ""), drift("s3:PutObject*")), Err(added.to_owned()));
    let first = "it is not proved that statement `#1` still says all that it said";
    assert_eq!(failed(&after(r#"["s3:*","sqs:*"]"#, r#","Condition":{"Null":{"aws:x":"true"}}"#), vec![]), Err(first.to_owned()));
}

#[test]
fn packs_into_as_few_documents_as_the_limit_allows() {
    let full = document(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let deny = |name: usize, length: usize| {
        document(&format!(
            r#"{{"Sid":"S{name}","Effect":"Deny","Action":"s3:*","Resource":"{}{name}","Condition":{{"StringNotEquals":{{"k{name}":"v"}}}}}}"#,
            "r".repeat(length)
        ))
    };
    let sizes = |documents: &[Document], characters: usize, count: usize| {
        let packed = pack(documents, SCP, PolicyLimit { characters, documents: count }, Universe::embedded()).unwrap();
        (packed.documents.iter().map(|one| one.characters).collect::<Vec<_>>(), packed.fits)
    };
    let short: Vec<Document> = (0..4).map(|name| deny(name, 10)).collect();
    assert_eq!(
        sizes(&[std::slice::from_ref(&full), short.as_slice(), std::slice::from_ref(&full)].concat(), 1_000, 2),
        (vec![83, 446], true)
    );
    assert_eq!(sizes(&short, 300, 5).0.len(), 2);
    assert_eq!(sizes(&short, 300, 1), (vec![242, 242], false));
    // The longest first takes three documents for 5 5 4 4 3 3 (hundred) in two of 12; the other arrangements are tried.
    let uneven: Vec<Document> = [500, 500, 400, 400, 300, 300].iter().enumerate().map(|(name, length)| deny(name, *length)).collect();
    let exact: Vec<Document> = [0, 2, 4, 1, 3, 5].iter().map(|at| uneven[*at].clone()).collect();
    assert!(sizes(&exact, 1_200 + 300 + 40, 2).1);
    // A statement that is too long by itself is cut.
    let actions: Vec<String> = (0..100).map(|at| format!(r#""s3:Action{at}""#)).collect();
    let long = document(&format!(r#"{{"Effect":"Deny","Action":[{}],"Resource":"*"}}"#, actions.join(",")));
    let (lengths, fits) = sizes(&[long], 600, 10);
    assert!(fits && lengths.iter().all(|length| *length <= 600) && lengths.len() <= 4, "{lengths:?}");
}

#[test]
fn an_allow_beside_full_access_goes() {
    let documents = [
        document(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#),
        document(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"sqs:*","Resource":"*"}"#),
    ];
    let packed = pack(&documents, SCP, PolicyLimit::of(PolicyKind::Scp, &Limits::today()), Universe::embedded()).unwrap();
    let texts: Vec<&str> = packed.documents.iter().map(|one| one.text.as_str()).collect();
    insta::assert_snapshot!(texts.join("\n"), @r#"
    {"Statement":{"Action":"*","Effect":"Allow","Resource":"*"},"Version":"2012-10-17"}
    {"Statement":{"Action":"sqs:*","Effect":"Deny","Resource":"*"},"Version":"2012-10-17"}
    "#);
}

/// A universe of few actions, so that random policies hit it.
fn small_universe() -> Universe {
    Universe::parse(b"orgkit-actions 1\nsource a test\ndate 2026-01-01\n\n:ec2\nwRunInstances\nwStopInstances\nwTerminateInstances\n:s3\nwDeleteBucket\nrGetBucketAcl\nrGetObject\nwPutBucketAcl\nwPutObject\nwPutObjectAcl\n").unwrap()
}

fn evaluator(documents: impl IntoIterator<Item = Document>) -> Evaluator {
    let policies = documents.into_iter().map(|document| Policy::new("p", document)).collect();
    Evaluator::guardrails(&[Level { target: "r-root".into(), policies }], &[], RcpServices::default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn nothing_changes(policy in policy(), requests in prop::collection::vec(request(), 60), keep_sids in any::<bool>()) {
        let universe = small_universe();
        let done = minify(&policy, MinifyOptions { keep_sids, ..SCP }, &universe).unwrap();
        prop_assert!(done.characters <= policy.to_compact().chars().count());
        let (before, after) = (evaluator([policy]), evaluator([Document::parse(&done.text).unwrap()]));
        for request in requests {
            let verdicts = (before.decide(&request, &mut Memo::default()), after.decide(&request, &mut Memo::default()));
            prop_assert_eq!(verdicts.0, verdicts.1, "{}\n{:?}", done.text, request);
        }
    }

    #[test]
    fn drift_changes_only_what_does_not_exist(policy in policy(), requests in prop::collection::vec(request(), 60)) {
        let universe = small_universe();
        let done = minify(&policy, DRIFT, &universe).unwrap();
        let (before, after) = (evaluator([policy]), evaluator([done.document.clone()]));
        for request in requests {
            let verdicts = (before.decide(&request, &mut Memo::default()), after.decide(&request, &mut Memo::default()));
            let is_told = universe.get(&request.action).is_none()
                && done.drift.iter().any(|one| orgkit_iam::glob_matches(&one.pattern.to_ascii_lowercase(), &request.action.to_ascii_lowercase()));
            prop_assert!(verdicts.0 == verdicts.1 || (is_told && verdicts.1 != orgkit_iam::Verdict::Allowed), "{:?} {}\n{:?}", verdicts, done.text, request);
        }
    }

    #[test]
    fn packing_changes_nothing(policies in prop::collection::vec(policy(), 1..4), requests in prop::collection::vec(request(), 40), characters in 250_usize..1_000) {
        let packed = pack(&policies, SCP, PolicyLimit { characters, documents: 20 }, &small_universe()).unwrap();
        let (before, after) = (evaluator(policies), evaluator(packed.documents.iter().map(|one| one.document.clone())));
        for request in requests {
            let verdicts = (before.decide(&request, &mut Memo::default()), after.decide(&request, &mut Memo::default()));
            prop_assert_eq!(verdicts.0, verdicts.1, "{:?}", request);
        }
    }
}
