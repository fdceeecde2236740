//! What holds for all policies and requests, tried on many small ones.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_iam::{Context, ContextValue, Document, Evaluator, Level, Memo, Policies, Policy, Principal, Request, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};

const KEYS: [&str; 3] = ["a:x", "a:y", "aws:username"];
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLikeIfExists",
    "StringEqualsIfExists",
    "Null",
    "ForAllValues:StringEquals",
    "ForAnyValue:StringNotEquals",
    "NumericLessThan",
    "NoSuchOperator",
];
const VALUES: &[&str] = &["1", "2", "*", "true", "${aws:username}", "${a:y, '1'}", "x-${aws:username}"];
const ACTIONS: &[&str] = &["*", "s3:*", "s3:GetObject", "kms:*", "ec2:*"];
const RESOURCES: &[&str] = &["*", "arn:aws:s3:::data/*", "arn:aws:s3:::data/${aws:username}", "arn:aws:s3:::other/*"];
const PRINCIPALS: &[&str] = &[
    "*",
    "111122223333",
    "arn:aws:iam::111122223333:user/ana",
    "arn:aws:iam::111122223333:role/Admin",
    "arn:aws:sts::111122223333:assumed-role/Admin/s",
    "444455556666",
];
const CALLERS: &[&str] = &[
    "*",
    "cloudtrail.amazonaws.com",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/ana",
    "arn:aws:sts::111122223333:assumed-role/Admin/s",
    "arn:aws:iam::444455556666:user/bob",
    "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
];
const CALLS: &[(&str, &str)] = &[
    ("s3:GetObject", "arn:aws:s3:::data/1"),
    ("s3:PutObject", "arn:aws:s3:::data/x-2"),
    ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/0a"),
    ("ec2:RunInstances", "*"),
];

fn any_of(list: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(list)
}

fn condition() -> impl Strategy<Value = Value> {
    let values = prop::collection::vec(any_of(VALUES), 1..3);
    let one = (any_of(OPERATORS), any_of(&KEYS), values).prop_map(|(operator, key, values)| (operator, json!({ key: values })));
    prop::collection::vec(one, 0..3).prop_map(|list| list.into_iter().map(|(operator, block)| (operator.to_owned(), block)).collect())
}

/// A statement; `with_principal` for policies on resources.
fn statement(effects: &'static [&'static str], with_principal: bool) -> impl Strategy<Value = Value> {
    let negations = (prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    (any_of(effects), any_of(ACTIONS), any_of(RESOURCES), any_of(PRINCIPALS), condition(), negations).prop_map(
        move |(effect, action, resource, principal, condition, (not_action, not_resource, not_principal))| {
            let name = |name: &str, negated: bool| if negated { format!("Not{name}") } else { name.to_owned() };
            let mut statement = json!({ "Effect": effect, "Condition": condition });
            statement[name("Action", not_action)] = action.into();
            statement[name("Resource", not_resource)] = resource.into();
            if with_principal {
                statement[name("Principal", not_principal && effect == "Deny")] = json!({ "AWS": principal });
            }
            statement
        },
    )
}

fn policy_of(statements: &[Value]) -> Policy {
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    Policy::new("p", Document::parse(&document.to_string()).unwrap())
}

fn policy(with_principal: bool) -> impl Strategy<Value = Policy> {
    prop::collection::vec(statement(&["Allow", "Allow", "Deny"], with_principal), 1..3).prop_map(|statements| policy_of(&statements))
}

fn full_access() -> Policy {
    policy_of(&[json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })])
}

/// Often with full access beside it, or next to nothing would ever be allowed.
fn level() -> impl Strategy<Value = Level> {
    (prop::collection::vec(policy(false), 0..2), prop::bool::weighted(0.7)).prop_map(|(mut policies, full)| {
        policies.extend(full.then(full_access));
        Level { target: "t".into(), policies }
    })
}

fn rcp_level() -> impl Strategy<Value = Level> {
    let deny = statement(&["Deny"], false).prop_map(|mut statement| {
        statement["Principal"] = "*".into();
        policy_of(&[statement])
    });
    prop::collection::vec(deny, 0..2).prop_map(|policies| Level { target: "t".into(), policies })
}

fn policies() -> impl Strategy<Value = Policies> {
    let identity = (prop::collection::vec(policy(false), 0..2), prop::bool::weighted(0.6)).prop_map(|(mut policies, full)| {
        policies.extend(full.then(full_access));
        policies
    });
    let few = |with_principal| prop::option::weighted(0.3, policy(with_principal));
    let chains = (prop::collection::vec(level(), 0..3), prop::collection::vec(rcp_level(), 0..2));
    (chains, identity, few(false), few(false), prop::option::of(policy(true)), few(true)).prop_map(
        |((scps, rcps), identity, boundary, session, resource, endpoint)| Policies {
            scps,
            rcps,
            identity,
            boundary,
            session: session.into_iter().collect(),
            resource,
            endpoint: endpoint.into_iter().collect(),
        },
    )
}

/// A value that is known.
fn known() -> impl Strategy<Value = ContextValue> {
    prop_oneof![
        Just(ContextValue::Absent),
        any_of(&["1", "2", "x-2", "", "*"]).prop_map(ContextValue::from),
        prop::collection::vec(any_of(&["1", "2"]).prop_map(str::to_owned), 0..3).prop_map(ContextValue::Many),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let context = prop::collection::vec(prop_oneof![known(), Just(ContextValue::Unknown)], KEYS.len());
    (any_of(CALLERS), prop::sample::select(CALLS), context, prop::bool::weighted(0.1)).prop_map(
        |(caller, (action, resource), values, wildcard_only)| {
            let mut request = Request::new(Principal::parse(caller), action);
            request.resource = resource.to_owned();
            request.resource_account = Some("111122223333".to_owned());
            request.wildcard_only_action = wildcard_only;
            for (key, value) in KEYS.into_iter().zip(values) {
                request.context.set(key, value);
            }
            request
        },
    )
}

fn decide(policies: &Policies, request: &Request) -> Verdict {
    Evaluator::new(policies).decide(request, &mut Memo::default())
}

/// The request with every unknown key that passes given a value.
fn with_known(request: &Request, values: &[ContextValue], passes: impl Fn(&str) -> bool) -> Request {
    let mut context = Context::new();
    for (key, value) in KEYS.into_iter().zip(values) {
        let now = request.context.get(key);
        context.set(key, if *now == ContextValue::Unknown && passes(key) { value.clone() } else { now.clone() });
    }
    Request { context, ..request.clone() }
}

/// The policies with one more, in one of the places where a deny can stand.
fn with_deny(policies: &Policies, place: usize, deny: Value) -> Policies {
    let mut more = policies.clone();
    let mut for_everyone = deny.clone();
    for_everyone["Principal"] = "*".into();
    match place {
        0 if !more.scps.is_empty() => more.scps[0].policies.push(policy_of(&[deny])),
        1 if !more.rcps.is_empty() => more.rcps[0].policies.push(policy_of(&[for_everyone])),
        2 if !more.session.is_empty() => more.session.push(policy_of(&[deny])),
        3 if !more.endpoint.is_empty() => more.endpoint.push(policy_of(&[for_everyone])),
        _ => more.identity.push(policy_of(&[deny])),
    }
    more
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn one_more_deny_never_lets_pass_what_was_denied(
        policies in policies(), request in request(), deny in statement(&["Deny"], false), place in 0..5_usize,
    ) {
        let before = decide(&policies, &request);
        let after = decide(&with_deny(&policies, place, deny), &request);
        match before {
            Verdict::ExplicitlyDenied => prop_assert_eq!(after, Verdict::ExplicitlyDenied),
            Verdict::ImplicitlyDenied => prop_assert!(after.is_denied(), "{:?}", after),
            Verdict::Unknown => prop_assert!(after != Verdict::Allowed),
            Verdict::Allowed => prop_assert!(after != Verdict::ImplicitlyDenied),
        }
    }

    #[test]
    fn learning_a_key_never_contradicts_a_verdict(
        policies in policies(), request in request(), values in prop::collection::vec(known(), KEYS.len()),
    ) {
        let before = decide(&policies, &request);
        let after = decide(&policies, &with_known(&request, &values, |_| true));
        prop_assert!(after != Verdict::Unknown);
        match before {
            Verdict::Unknown => {}
            Verdict::ImplicitlyDenied => prop_assert!(after.is_denied(), "{:?}", after),
            before => prop_assert_eq!(after, before),
        }
    }

    #[test]
    fn the_keys_that_are_named_are_those_that_matter(
        policies in policies(), request in request(), values in prop::collection::vec(known(), KEYS.len()),
    ) {
        let why = Evaluator::new(&policies).explain(&request);
        let named = |key: &str| why.unknown_keys.iter().any(|named| named == key);
        prop_assert_eq!(why.verdict == Verdict::Unknown, !why.unknown_keys.is_empty());
        prop_assert!(why.unknown_keys.iter().all(|key| *request.context.get(key) == ContextValue::Unknown));
        if why.verdict == Verdict::Unknown {
            let others_known = with_known(&request, &values, |key| !named(key));
            prop_assert_eq!(decide(&policies, &others_known), Verdict::Unknown);
        }
    }

    #[test]
    fn an_explanation_has_the_same_verdict_and_names_who_blocks(policies in policies(), request in request()) {
        let evaluator = Evaluator::new(&policies);
        let why = evaluator.explain(&request);
        prop_assert_eq!(evaluator.decide(&request, &mut Memo::default()), why.verdict);
        prop_assert_eq!(why.blocked_by.is_empty(), why.verdict == Verdict::Allowed);
    }

    #[test]
    fn a_level_of_full_access_changes_nothing(policies in policies(), request in request(), at in 0..4_usize) {
        let mut more = policies.clone();
        if !more.scps.is_empty() {
            more.scps.insert(at.min(more.scps.len()), Level { target: "t".into(), policies: vec![full_access()] });
        }
        prop_assert_eq!(decide(&more, &request), decide(&policies, &request));
    }

    #[test]
    fn the_order_of_policies_and_a_used_memo_change_nothing(policies in policies(), requests in prop::collection::vec(request(), 1..4)) {
        let mut turned = policies.clone();
        turned.scps.reverse();
        turned.identity.reverse();
        let (evaluator, turned, mut memo) = (Evaluator::new(&policies), Evaluator::new(&turned), Memo::default());
        for request in &requests {
            prop_assert_eq!(evaluator.decide(request, &mut memo), turned.decide(request, &mut Memo::default()));
        }
    }
}
