//! What the comparison says, held against the evaluator.

use super::{chain, difference, new, old};
use crate::compare::symbolic::{Change, Difference};
use crate::{Context, ContextValue, Document, Evaluator, Level, Memo, PolicyKind, Principal, RcpServices, Request, Universe, Verdict};
use proptest::prelude::*;
use proptest::sample::select;

/// A world of few actions, so that random statements often speak about the same ones.
const ACTIONS: &str = "orgkit-actions 1\nsource by hand\ndate 2026-01-02\n\n:ec2\nLDescribeInstances\nwRunInstances\n:kms\nrDecrypt\npRetireGrant\n:s3\nrGetObject\nLListAllMyBuckets\nwPutObject\n";

fn actions() -> impl Strategy<Value = &'static str> {
    select(vec![
        r#""Action":"*""#,
        r#""Action":"s3:*""#,
        r#""Action":["S3:Get*","kms:Decrypt"]"#,
        r#""Action":["s3:GetObject","s3:PutObject"]"#,
        r#""Action":["kms:*","ec2:RunInstances"]"#,
        r#""NotAction":"s3:*""#,
        r#""NotAction":["s3:GetObject","ec2:*","kms:*"]"#,
    ])
}

fn resources() -> impl Strategy<Value = &'static str> {
    select(vec![
        r#""Resource":"*""#,
        r#""Resource":["*"]"#,
        r#""Resource":"**""#,
        r#""Resource":"arn:aws:s3:::a/*""#,
        r#""Resource":["arn:aws:s3:::b","arn:aws:s3:::a/*"]"#,
        r#""Resource":"arn:aws:s3:::${aws:username}/*""#,
        r#""NotResource":"arn:aws:s3:::b""#,
        r#""NotResource":["arn:aws:s3:::b","arn:aws:s3:::a/*"]"#,
        r#""NotResource":["arn:aws:s3:::b","*"]"#,
    ])
}

/// `OWN` stands for the organization of the side, `UNIT` for the account's unit in it.
fn conditions() -> impl Strategy<Value = &'static str> {
    select(vec![
        r#""StringEquals":{"aws:RequestedRegion":"x"}"#,
        r#""StringLike":{"AWS:requestedRegion":["x"]}"#,
        r#""StringNotEquals":{"aws:RequestedRegion":["x","y"]}"#,
        r#""StringNotLikeIfExists":{"aws:RequestedRegion":["y","x","x"]}"#,
        r#""StringNotEquals":{"aws:RequestedRegion":"x"}"#,
        r#""StringEqualsIfExists":{"aws:RequestedRegion":"x"}"#,
        r#""StringEqualsIgnoreCase":{"aws:RequestedRegion":"X"}"#,
        r#""ForAllValues:StringEquals":{"aws:RequestedRegion":["x"]}"#,
        r#""ForAllValues:StringLikeIfExists":{"aws:RequestedRegion":"x"}"#,
        r#""ForAnyValue:StringEquals":{"aws:RequestedRegion":["x","y"]}"#,
        r#""Null":{"aws:RequestedRegion":"true"}"#,
        r#""NumericLessThan":{"aws:RequestedRegion":["10","oops"]}"#,
        r#""StringNotEquals":{"aws:RequestedRegion":"${aws:username}"}"#,
        r#""StringIs":{"aws:RequestedRegion":"x"}"#,
        r#""StringNotEquals":{"aws:PrincipalOrgID":"OWN"}"#,
        r#""StringNotEquals":{"aws:PrincipalOrgID":["OWN","o-other"]}"#,
        r#""StringNotEqualsIfExists":{"aws:ResourceOrgID":"OWN"}"#,
        r#""StringNotEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}"#,
        r#""StringNotEquals":{"aws:ResourceOrgID":"o-old"}"#,
        r#""StringEquals":{"aws:PrincipalOrgID":"o-new"}"#,
        r#""ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"UNIT*"}"#,
        r#""ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"OWN/*"}"#,
        r#""StringLike":{"aws:PrincipalOrgPaths":"OWN/*"}"#,
    ])
}

fn statement() -> impl Strategy<Value = String> {
    let effect = prop_oneof![Just("Allow"), Just("Deny")];
    let block = proptest::collection::vec(conditions(), 0..3);
    let who = prop_oneof![4 => Just(r#""Principal":"*","#), 1 => Just(r#""Principal":{"AWS":"111122223333"},"#)];
    (effect, who, actions(), resources(), block).prop_map(|(effect, who, actions, resources, mut block)| {
        block.sort_unstable();
        // An operator may stand in a block once.
        block.dedup_by_key(|one| one.split('{').next());
        let condition = if block.is_empty() { String::new() } else { format!(r#","Condition":{{{}}}"#, block.join(",")) };
        format!(r#"{{"Effect":"{effect}",{who}{actions},{resources}{condition}}}"#)
    })
}

type Levels = Vec<Vec<String>>;

/// A chain; full access is at many levels, or little would ever be allowed.
fn levels() -> impl Strategy<Value = Levels> {
    let full = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#.to_owned();
    let level = (proptest::collection::vec(statement(), 0..3), proptest::bool::weighted(0.8)).prop_map(move |(mut statements, open)| {
        if open {
            statements.push(full.clone());
        }
        statements
    });
    proptest::collection::vec(level, 0..3)
}

/// Small changes of a statement: some keep its meaning, some do not.
const EDITS: &[(&str, &str)] = &[
    (r#"["x","y"]"#, r#""x""#),
    (r#":"x"}"#, r#":["x","y"]}"#),
    (r#""y","x","x""#, r#""x""#),
    ("IfExists", ""),
    ("StringEquals\"", "StringEqualsIfExists\""),
    ("StringNotEquals\"", "StringNotEqualsIfExists\""),
    ("StringLike", "StringEquals"),
    ("NotEquals", "Equals"),
    ("ForAllValues", "ForAnyValue"),
    ("aws:RequestedRegion", "AWS:requestedregion"),
    ("OWN", "o-old"),
    (r#""OWN""#, r#""${aws:PrincipalOrgID}""#),
    ("UNIT", "OWN/r-a/ou-1/"),
    (r#"["arn:aws:s3:::b","arn:aws:s3:::a/*"]"#, r#""arn:aws:s3:::a/*""#),
    ("NotResource", "Resource"),
    ("s3:*", "s3:G*"),
    ("Allow", "Deny"),
];

/// Two chains, the second one often like the first: one of its statements is moved to another level, edited, or replaced.
fn two_chains() -> impl Strategy<Value = (Levels, Levels)> {
    let alike = (levels(), statement(), 0_usize..4, 0_usize..4, 0..2 * EDITS.len()).prop_map(|(old, other, from, how, edit)| {
        let mut new = old.clone();
        let count = new.len().max(1);
        let taken = new.get_mut(from % count).and_then(|level| if level.is_empty() { None } else { Some(level.remove(0)) });
        let edited = |text: String| {
            let edited = EDITS.get(edit).map(|(before, after)| text.replace(before, after));
            // An edit may make an operator stand twice.
            edited.filter(|text| Document::parse(&format!(r#"{{"Statement":{text}}}"#)).is_ok()).unwrap_or(text)
        };
        if let (Some(taken), Some(level)) = (taken, new.get_mut((from + how) % count)) {
            level.push(if how == 3 && edit == 0 { other } else { edited(taken) });
        }
        (old, new)
    });
    prop_oneof![3 => alike, 1 => (levels(), levels())]
}

/// A chain in the words of one side.
fn on_side(levels: &Levels, own: &str, unit: &str) -> Vec<Level> {
    let said = |statement: &String| statement.replace("OWN", own).replace("UNIT", unit);
    let levels: Vec<Vec<String>> = levels.iter().map(|level| level.iter().map(said).collect()).collect();
    let texts: Vec<Vec<&str>> = levels.iter().map(|level| level.iter().map(String::as_str).collect()).collect();
    chain(&texts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// A request, its organization written `OWN` and its unit `UNIT`.
fn request(kind: PolicyKind) -> impl Strategy<Value = Request> {
    let one = |values: &[&'static str]| {
        let given = select(values.to_vec()).prop_map(ContextValue::from);
        let several = proptest::collection::vec(select(values.to_vec()).prop_map(str::to_owned), 0..3).prop_map(ContextValue::Many);
        prop_oneof![4 => given, 1 => several, 2 => Just(ContextValue::Absent), 2 => Just(ContextValue::Unknown)]
    };
    let action = select(vec![
        "ec2:DescribeInstances",
        "ec2:RunInstances",
        "kms:Decrypt",
        "kms:RetireGrant",
        "s3:GetObject",
        "s3:ListAllMyBuckets",
        "s3:PutObject",
    ]);
    let resource = select(vec!["arn:aws:s3:::a/k", "arn:aws:s3:::b", "arn:aws:s3:::x/k", "*"]);
    let caller = select(vec![
        "arn:aws:iam::111122223333:user/x",
        "arn:aws:iam::444455556666:role/r",
        "arn:aws:iam::111122223333:role/aws-service-role/s/r",
    ]);
    let values = (one(&["x", "X", "y", "z", "3", ""]), one(&["x", "b"]), one(&["OWN", "o-other", "o-foreign"]));
    let of_caller = (one(&["OWN", "o-other", "o-foreign"]), one(&["UNIT", "OWN/r-q/", "o-foreign/r-q/"]));
    (action, resource, caller, values, of_caller).prop_map(move |(action, resource, caller, (region, name, owner), (id, paths))| {
        let mut request = Request::new(Principal::parse(caller), action);
        request.resource = resource.to_owned();
        request.context = Context::new().with("aws:RequestedRegion", region).with("aws:username", name).with("aws:ResourceOrgID", owner);
        // Service control policies speak about principals of the account alone.
        let of_account = kind == PolicyKind::Scp;
        request.context.set("aws:PrincipalOrgID", if of_account { ContextValue::from("OWN") } else { id });
        request.context.set("aws:PrincipalOrgPaths", if of_account { ContextValue::Many(vec!["UNIT".to_owned()]) } else { paths });
        request
    })
}

fn rewritten(request: &Request, own: &str, unit: &str) -> Request {
    let say = |text: &String| text.replace("OWN", own).replace("UNIT", unit);
    let mut rewritten = request.clone();
    rewritten.context = Context::new();
    for (key, value) in request.context.iter() {
        let value = match value {
            ContextValue::One(text) => ContextValue::One(say(text)),
            ContextValue::Many(list) => ContextValue::Many(list.iter().map(say).collect()),
            value => value.clone(),
        };
        rewritten.context.set(key, value);
    }
    rewritten
}

/// Allowed, denied or unknown.
fn answer(kind: PolicyKind, levels: &[Level], request: &Request, universe: &Universe) -> Verdict {
    let services = RcpServices::parse("s3\nkms\n");
    let evaluator = match kind {
        PolicyKind::Scp => Evaluator::guardrails(levels, &[], services),
        _ => Evaluator::guardrails(&[], levels, services),
    };
    let mut request = request.clone();
    request.wildcard_only_action = universe.get(&request.action).unwrap().wildcard_only;
    let verdict = evaluator.decide(&request, &mut Memo::default());
    if verdict.is_denied() { Verdict::ExplicitlyDenied } else { verdict }
}

/// What is reported for an action must be borne out by every request, and what is not reported too.
fn bear_out(difference: Option<&Difference>, request: &Request, old: Verdict, new: Verdict) -> Result<(), TestCaseError> {
    let is_service_linked = matches!(&request.principal, Principal::Aws(caller) if caller.is_service_linked());
    let harsher = |one: Verdict, other: Verdict| one == Verdict::ExplicitlyDenied || other == Verdict::Allowed || one == other;
    match difference.map(|difference| difference.change) {
        None => prop_assert_eq!(old, new),
        Some(Change::DeniedAlways | Change::AllowedNowhere) => prop_assert!(new == Verdict::ExplicitlyDenied || is_service_linked),
        Some(Change::DeniedUnderConditions) => prop_assert!(harsher(new, old), "{old:?} {new:?}"),
        Some(Change::NoLongerDenied) => prop_assert!(harsher(old, new), "{old:?} {new:?}"),
        Some(Change::ConditionChanged) => (),
    }
    Ok(())
}

fn check(kind: PolicyKind, before: &Levels, after: &Levels, requests: &[Request]) -> Result<(), TestCaseError> {
    let universe = Universe::parse(ACTIONS.as_bytes()).unwrap();
    let services = RcpServices::parse("s3\nkms\n");
    let (before, after) = (on_side(before, "o-old", "o-old/r-a/ou-1/"), on_side(after, "o-new", "o-new/r-b/ou-9/"));
    let differences = match kind {
        PolicyKind::Scp => difference(&old(&before, &[]), &new(&after, &[]), &universe, &services),
        _ => difference(&old(&[], &before), &new(&[], &after), &universe, &services),
    };
    for request in requests {
        let at = universe.matching(&request.action)[0];
        let reported = differences.iter().find(|difference| difference.actions.contains(&at));
        let one = answer(kind, &before, &rewritten(request, "o-old", "o-old/r-a/ou-1/"), &universe);
        let other = answer(kind, &after, &rewritten(request, "o-new", "o-new/r-b/ou-9/"), &universe);
        bear_out(reported, request, one, other)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn service_control_policies((before, after) in two_chains(), requests in proptest::collection::vec(request(PolicyKind::Scp), 30)) {
        check(PolicyKind::Scp, &before, &after, &requests)?;
    }

    #[test]
    fn resource_control_policies((before, after) in two_chains(), requests in proptest::collection::vec(request(PolicyKind::Rcp), 30)) {
        check(PolicyKind::Rcp, &before, &after, &requests)?;
    }
}
