//! New ids in a text: beside the old ones, in their place, and left to a person where neither is safe.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_iam::references::{Edited, Known, KnownId, PatchMode, Successor, Syntax, edit, find_in_text};
use orgkit_iam::{Context, Document, Evaluator, Level, Memo, Policy, Principal, RcpServices, Request, Verdict};
use proptest::prelude::*;

fn known() -> Known {
    let id = |id: &str, new: &str, successor| KnownId::new(id, "").unwrap().becomes(new, successor).unwrap();
    Known::new([
        id("o-a1b2c3d4e5", "o-z9y8x7w6v5", Successor::Everywhere),
        id("r-ab12", "r-zy98", Successor::Everywhere),
        id("111122223333", "999988887777", Successor::InOrganizationsArns),
        KnownId::new("ou-ab12-a1b2c3d4", "").unwrap(),
    ])
    .unwrap()
}

fn edited(syntax: Syntax, text: &str, mode: PatchMode) -> Edited {
    let known = known();
    edit(text, syntax, &find_in_text(text, syntax, &known), &known, mode)
}

/// What a file becomes during the migration, and what that becomes afterwards; `Err` where a person is needed.
fn check(syntax: Syntax, text: &str, dual: Result<&str, &str>, replaced: &str) {
    let during = edited(syntax, text, PatchMode::Dual);
    match dual {
        Ok(expected) => assert_eq!((during.text.as_str(), during.by_hand.len()), (expected, 0), "{text}"),
        Err(reason) => {
            assert_eq!((during.text.as_str(), during.changes), (text, 0), "{text}");
            let reasons: Vec<&str> = during.by_hand.iter().map(|one| one.reason).collect();
            assert!(!reasons.is_empty() && reasons.iter().any(|one| one.contains(reason)), "{text}: {reasons:?}");
        }
    }
    let again = edited(syntax, &during.text, PatchMode::Dual);
    assert_eq!(again.text, during.text, "a second time changes nothing");
    assert_eq!(edited(syntax, text, PatchMode::Replace).text, replaced, "{text}");
}

#[test]
fn lists_get_the_new_id_beside_the_old_one() {
    check(
        Syntax::Json,
        r#"{"Statement":{"Effect":"Deny","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5"]}}}}"#,
        Ok(r#"{"Statement":{"Effect":"Deny","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5", "o-z9y8x7w6v5"]}}}}"#),
        r#"{"Statement":{"Effect":"Deny","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":["o-z9y8x7w6v5"]}}}}"#,
    );
    check(
        Syntax::Hcl,
        "condition {\n  values = [\n    \"o-a1b2c3d4e5/r-ab12/*\",\n    \"x\"\n  ]\n}",
        Ok("condition {\n  values = [\n    \"o-a1b2c3d4e5/r-ab12/*\",\n    \"o-z9y8x7w6v5/r-zy98/*\",\n    \"x\"\n  ]\n}"),
        "condition {\n  values = [\n    \"o-z9y8x7w6v5/r-zy98/*\",\n    \"x\"\n  ]\n}",
    );
    check(
        Syntax::Yaml,
        "aws:PrincipalOrgID:\n  - o-a1b2c3d4e5 # ours\n",
        Ok("aws:PrincipalOrgID:\n  - o-a1b2c3d4e5\n  - o-z9y8x7w6v5 # ours\n"),
        "aws:PrincipalOrgID:\n  - o-z9y8x7w6v5 # ours\n",
    );
}

#[test]
fn a_single_value_of_a_policy_becomes_a_list() {
    check(
        Syntax::Json,
        r#"{"Statement":{"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}}"#,
        Ok(
            r#"{"Statement":{"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID": ["o-a1b2c3d4e5", "o-z9y8x7w6v5"]}}}}"#,
        ),
        r#"{"Statement":{"Effect":"Allow","Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID": "o-z9y8x7w6v5"}}}}"#,
    );
    check(
        Syntax::Yaml,
        "Statement:\n- Effect: Allow\n  Condition:\n    StringEquals:\n      aws:PrincipalOrgID: o-a1b2c3d4e5\n",
        Ok("Statement:\n- Effect: Allow\n  Condition:\n    StringEquals:\n      aws:PrincipalOrgID: [o-a1b2c3d4e5, o-z9y8x7w6v5]\n"),
        "Statement:\n- Effect: Allow\n  Condition:\n    StringEquals:\n      aws:PrincipalOrgID: o-z9y8x7w6v5\n",
    );
    check(
        Syntax::Slashes,
        "new PolicyStatement({ conditions: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } })",
        Ok("new PolicyStatement({ conditions: { StringEquals: { 'aws:PrincipalOrgID': ['o-a1b2c3d4e5', 'o-z9y8x7w6v5'] } } })"),
        "new PolicyStatement({ conditions: { StringEquals: { 'aws:PrincipalOrgID': 'o-z9y8x7w6v5' } } })",
    );
}

#[test]
fn what_is_not_safe_is_left_to_a_person() {
    for (syntax, text, reason, replaced) in [
        (Syntax::Hcl, "org = \"o-a1b2c3d4e5\"", "a single value", "org = \"o-z9y8x7w6v5\""),
        (Syntax::Hcl, "targets = [\"r-ab12\"]", "no policy's", "targets = [\"r-zy98\"]"),
        (
            Syntax::Slashes,
            "new OrganizationPrincipal('o-a1b2c3d4e5')",
            "an argument of a call",
            "new OrganizationPrincipal('o-z9y8x7w6v5')",
        ),
        (
            Syntax::Slashes,
            "({ effect: Effect.ALLOW, conditions: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' + x } } })",
            "a single value",
            "({ effect: Effect.ALLOW, conditions: { StringEquals: { 'aws:PrincipalOrgID': 'o-z9y8x7w6v5' + x } } })",
        ),
        (Syntax::Hashes, "ORG=o-a1b2c3d4e5\n", "a single value", "ORG=o-z9y8x7w6v5\n"),
        (Syntax::Hcl, "x = [\"o-a1b*\"]", "a pattern", "x = [\"o-a1b*\"]"),
        (Syntax::Hcl, "x = [\"o-a1b2c3d4e5/r-ab12/ou-ab12-a1b2c3d4/\"]", "no new id", "x = [\"o-a1b2c3d4e5/r-ab12/ou-ab12-a1b2c3d4/\"]"),
        (
            Syntax::Json,
            r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"}}}"#,
            "roles and users",
            r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"}}}"#,
        ),
        (Syntax::Json, r#"{"a":"\u006f-a1b2c3d4e5"}"#, "escapes", r#"{"a":"\u006f-a1b2c3d4e5"}"#),
        (Syntax::Prose, "See o-a1b2c3d4e5.", "a single value", "See o-z9y8x7w6v5."),
    ] {
        check(syntax, text, Err(reason), replaced);
    }
}

#[test]
fn comments_wait_for_the_end() {
    let during = edited(Syntax::Hcl, "# o-a1b2c3d4e5 in r-ab12\n", PatchMode::Dual);
    assert_eq!((during.changes, during.by_hand.len()), (0, 0));
    assert_eq!(edited(Syntax::Hcl, "# o-a1b2c3d4e5 in r-ab12\n", PatchMode::Replace).text, "# o-z9y8x7w6v5 in r-zy98\n");
}

#[test]
fn the_old_id_goes_where_the_new_one_stands_already() {
    for (syntax, text, expected) in [
        (Syntax::Json, r#"["o-a1b2c3d4e5", "o-z9y8x7w6v5"]"#, r#"["o-z9y8x7w6v5"]"#),
        (Syntax::Json, r#"["o-z9y8x7w6v5", "o-a1b2c3d4e5"]"#, r#"["o-z9y8x7w6v5"]"#),
        (Syntax::Json, "[\n  \"o-a1b2c3d4e5\",\n  \"o-z9y8x7w6v5\",\n  \"x\"\n]", "[\n  \"o-z9y8x7w6v5\",\n  \"x\"\n]"),
        (Syntax::Yaml, "a:\n  - o-a1b2c3d4e5\n  - o-z9y8x7w6v5\nb: 1\n", "a:\n  - o-z9y8x7w6v5\nb: 1\n"),
    ] {
        assert_eq!(edited(syntax, text, PatchMode::Replace).text, expected, "{text}");
    }
}

/// Who is let in by a policy: a principal of the old organization, of the new one, of a third.
fn let_in(document: &str) -> Vec<Verdict> {
    let everything = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let policies = vec![Policy::new("all", Document::parse(everything).unwrap()), Policy::new("it", Document::parse(document).unwrap())];
    let evaluator = Evaluator::guardrails(&[Level { target: "r-root".into(), policies }], &[], RcpServices::default());
    let verdict = |organization: &str| {
        let mut request = Request::new(Principal::parse("arn:aws:iam::444455556666:role/x"), "s3:GetObject");
        request.context = Context::default();
        request.context.set("aws:PrincipalOrgID", organization);
        evaluator.decide(&request, &mut Memo::default())
    };
    ["o-a1b2c3d4e5", "o-z9y8x7w6v5", "o-thirdthird"].into_iter().map(verdict).collect()
}

#[test]
fn policies_mean_both_organizations_during_the_migration_and_the_new_one_afterwards() {
    use Verdict::{Allowed, ExplicitlyDenied};
    for (operator, values, old, both, new) in [
        (
            "StringNotEquals",
            r#""o-a1b2c3d4e5""#,
            [Allowed, ExplicitlyDenied, ExplicitlyDenied],
            [Allowed, Allowed, ExplicitlyDenied],
            [ExplicitlyDenied, Allowed, ExplicitlyDenied],
        ),
        (
            "StringEquals",
            r#"["o-a1b2c3d4e5"]"#,
            [ExplicitlyDenied, Allowed, Allowed],
            [ExplicitlyDenied, ExplicitlyDenied, Allowed],
            [Allowed, ExplicitlyDenied, Allowed],
        ),
    ] {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{{"{operator}":{{"aws:PrincipalOrgID":{values}}}}}}}}}"#
        );
        let during = edited(Syntax::Json, &text, PatchMode::Dual).text;
        assert_eq!((let_in(&text), let_in(&during)), (old.to_vec(), both.to_vec()), "{during}");
        assert_eq!(let_in(&edited(Syntax::Json, &during, PatchMode::Replace).text), new.to_vec());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// JSON stays JSON, and what is not left to a person no longer names the old organization.
    #[test]
    fn json_stays_json(values in prop::collection::vec(prop::collection::vec(0..6usize, 0..4), 1..4), allow in any::<bool>(), spaced in any::<bool>()) {
        let words = ["o-a1b2c3d4e5", "o-z9y8x7w6v5", "o-a1b2c3d4e5/r-ab12/*", "x", "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5", "r-ab12"];
        let statements: Vec<_> = values.iter().map(|list| {
            let values: Vec<_> = list.iter().map(|word| words[*word]).collect();
            let values = if let [one] = values.as_slice() { serde_json::json!(one) } else { serde_json::json!(values) };
            serde_json::json!({"Effect": if allow { "Allow" } else { "Deny" }, "Action": "*", "Condition": {"StringLike": {"aws:PrincipalOrgID": values.clone()}}, "Resource": values})
        }).collect();
        let document = serde_json::json!({"Version": "2012-10-17", "Statement": statements});
        let text = if spaced { serde_json::to_string_pretty(&document).unwrap() } else { document.to_string() };
        for mode in [PatchMode::Dual, PatchMode::Replace] {
            let edited = edited(Syntax::Json, &text, mode);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&edited.text).is_ok(), "{}", edited.text);
            prop_assert!(edited.by_hand.is_empty(), "{:?}", edited.by_hand);
            prop_assert!(mode == PatchMode::Dual || !edited.text.contains("o-a1b2c3d4e5"), "{}", edited.text);
        }
    }
}
