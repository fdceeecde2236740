//! References in documents and code: every form of an id, what hangs on it, and that nothing that stands there is missed.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_iam::references::{Known, KnownId, Place, Reference, Successor, Syntax, What, find, find_in_text};
use proptest::prelude::*;

const ORG: &str = "o-a1b2c3d4e5";
const UNIT: &str = "ou-ab12-a1b2c3d4";
const MANAGEMENT: &str = "111122223333";

fn known() -> Known {
    let id = |id: &str, new: &str, successor| KnownId::new(id, "").unwrap().becomes(new, successor).unwrap();
    Known::new([
        id(ORG, "o-z9y8x7w6v5", Successor::Everywhere),
        id("r-ab12", "r-zy98", Successor::Everywhere),
        id(UNIT, "ou-zy98-z9y8x7w6", Successor::Everywhere),
        id(MANAGEMENT, "999988887777", Successor::InOrganizationsArns),
        KnownId::new("p-a1b2c3d4", "").unwrap(),
    ])
    .unwrap()
}

fn told(references: &[Reference]) -> Vec<String> {
    references.iter().map(|one| format!("{}:{} {} {} {}", one.line, one.column, one.class.name(), one.text, place(&one.place))).collect()
}

fn place(place: &Place) -> String {
    match place {
        Place::Condition { operator, key } => format!("{operator}/{key}"),
        Place::Key(key) => format!("key {key}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn statement(effect: &str, rest: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":"s3:*",{rest}}}]}}"#)
}

#[test]
fn documents_in_every_form() {
    let nested =
        serde_json::to_string(&statement("Deny", r#""Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}"#)).unwrap();
    let encoded = "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22a%3Ab%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22111122223333%22%7D%7D%7D";
    for (text, expected) in [
        (
            statement("Allow", r#""Condition":{"StringEquals":{"AWS:PRINCIPALORGID":"o-a1b2c3d4e5"}}"#),
            vec!["grants o-a1b2c3d4e5 StringEquals/AWS:PRINCIPALORGID"],
        ),
        (
            statement("Deny", r#""Condition":{"StringNotEquals":{"aws:PrincipalOrgID":["\u006f-a1b2c3d4\u00655"]}}"#),
            vec!["denies o-a1b2c3d4e5 StringNotEquals/aws:PrincipalOrgID"],
        ),
        (
            statement("Allow", r#""Condition":{"StringLike":{"aws:PrincipalOrgID":"o-a1b*"}}"#),
            vec!["grants o-a1b* StringLike/aws:PrincipalOrgID"],
        ),
        (
            statement("Allow", r#""Condition":{"StringLike":{"aws:PrincipalOrgID":"*c3d4*"}}"#),
            vec!["grants *c3d4* StringLike/aws:PrincipalOrgID"],
        ),
        (
            statement("Allow", r#""Condition":{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"*/ou-ab12-a1b2c3d4/*"}}"#),
            vec!["grants ou-ab12-a1b2c3d4 ForAnyValue:StringLike/aws:PrincipalOrgPaths"],
        ),
        (
            statement("Allow", r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}}"#),
            vec!["grants aws:PrincipalOrgID StringEquals/aws:PrincipalOrgID"],
        ),
        (statement("Allow", r#""Condition":{"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}"#), vec![]),
        (
            statement("Allow", r#""Principal":{"AWS":[111122223333,"arn:aws:iam::111122223333:root"]}"#),
            vec!["grants 111122223333 principal", "grants 111122223333 principal"],
        ),
        (
            statement("Deny", r#""Resource":"arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-a1b2c3d4""#),
            vec!["names 111122223333 resource", "names o-a1b2c3d4e5 resource", "names ou-ab12-a1b2c3d4 resource"],
        ),
        (statement("Deny", r#""Sid":"o-a1b2c3d4e5""#), vec!["cosmetic o-a1b2c3d4e5 sid"]),
        (r#"{"Id":"for o-a1b2c3d4e5","Statement":{"Effect":"Allow"}}"#.to_owned(), vec!["cosmetic o-a1b2c3d4e5 id"]),
        (format!(r#"{{"Roles":[{{"AssumeRolePolicyDocument":"{encoded}"}}]}}"#), vec!["grants 111122223333 principal"]),
        (encoded.to_owned(), vec!["grants 111122223333 principal"]),
        (format!(r#"{{"policy":{nested}}}"#), vec!["denies o-a1b2c3d4e5 StringNotEquals/aws:PrincipalOrgID"]),
        (r#"{"o-a1b2c3d4e5":{"x":"p-a1b2c3d4"}}"#.to_owned(), vec!["names o-a1b2c3d4e5 text", "names p-a1b2c3d4 key x"]),
        ("no JSON: o-a1b2c3d4e5".to_owned(), vec!["names o-a1b2c3d4e5 text"]),
    ] {
        let seen: Vec<String> = told(&find(&text, &known())).into_iter().map(|one| one.split_once(' ').unwrap().1.to_owned()).collect();
        assert_eq!(seen, expected, "{text}");
    }
}

#[test]
fn spans_cover_what_is_written_escapes_included() {
    for text in [r#"{"a":"x \u006f-a1b2c3d4e5 y"}"#, "%7B%22a%22%3A%22o-a1b2c3d4e5%22%7D"] {
        let found = find(text, &known());
        let written = &text[found[0].span.start..found[0].span.end];
        assert!(["\\u006f-a1b2c3d4e5", ORG].contains(&written), "{written}");
        assert_eq!((found.len(), found[0].text.as_str()), (1, ORG));
    }
}

#[test]
fn code_in_every_form() {
    let mut wrong = 0;
    for (name, text, expected) in [
        (
            "a.tf",
            "data \"aws_iam_policy_document\" \"x\" {\n  statement {\n    condition {\n      test = \"StringEquals\"\n      variable = \"aws:PrincipalOrgID\"\n      values = [\"o-a1b2c3d4e5\"] # o-a1b2c3d4e5\n    }\n  }\n}\n",
            vec!["6:18 grants o-a1b2c3d4e5 StringEquals/aws:PrincipalOrgID", "6:35 cosmetic o-a1b2c3d4e5 comment"],
        ),
        (
            "a.tf",
            "statement {\n principals {\n  type = \"AWS\"\n  identifiers = [\"arn:aws:iam::111122223333:root\"]\n }\n effect = \"Deny\"\n resources = [\"arn:aws:s3:::x-111122223333\"]\n}",
            vec!["4:32 denies 111122223333 principal", "7:31 names 111122223333 resource"],
        ),
        (
            "a.tf",
            "policy = jsonencode({\n  Statement = [{\n    Condition = { StringNotEquals = { \"aws:PrincipalOrgID\" = \"o-a1b2c3d4e5\" } }\n    Effect = \"Deny\"\n  }]\n})",
            vec!["3:63 denies o-a1b2c3d4e5 StringNotEquals/aws:PrincipalOrgID"],
        ),
        (
            "a.tf",
            "policy = <<EOF\n{ \"Statement\": [{\"Condition\": {\"StringEquals\": {\"aws:PrincipalOrgID\": \"o-a1b2c3d4e5\"}}, \"Effect\": \"Allow\"}] }\nEOF\nparent_id = \"r-ab12\"",
            vec!["2:72 grants o-a1b2c3d4e5 StringEquals/aws:PrincipalOrgID", "4:14 names r-ab12 key parent_id"],
        ),
        (
            "a.tf",
            "resource \"aws_lambda_permission\" \"x\" {\n  principal_org_id = \"o-a1b2c3d4e5\"\n}",
            vec!["2:23 grants o-a1b2c3d4e5 key principal_org_id"],
        ),
        (
            "a.tf",
            "resource \"aws_lambda_layer_version_permission\" \"x\" {\n  organization_id = \"o-a1b2c3d4e5\"\n}",
            vec!["2:22 grants o-a1b2c3d4e5 key organization_id"],
        ),
        ("a.tf", "locals {\n  organization_id = \"o-a1b2c3d4e5\"\n}", vec!["2:22 names o-a1b2c3d4e5 key organization_id"]),
        (
            "a.yaml",
            "Resources:\n  Topic:\n    PolicyDocument:\n      Statement:\n      - Sid: o-a1b2c3d4e5\n        Condition:\n          StringEquals:\n            aws:PrincipalOrgID:\n            - o-a1b2c3d4e5\n        Effect: Deny\n      - Effect: Allow\n        Principal:\n          AWS: '111122223333'\n        Condition: {StringLike: {aws:SourceOrgPaths: o-a1b2c3d4e5/*}}\n",
            vec![
                "5:14 cosmetic o-a1b2c3d4e5 sid",
                "9:15 denies o-a1b2c3d4e5 StringEquals/aws:PrincipalOrgID",
                "13:17 grants 111122223333 principal",
                "14:54 grants o-a1b2c3d4e5 StringLike/aws:SourceOrgPaths",
            ],
        ),
        (
            "a.yml",
            "env:\n  ORG: o-a1b2c3d4e5\n  # r-ab12\nids:\n- ou-ab12-a1b2c3d4\n",
            vec!["2:8 names o-a1b2c3d4e5 key ORG", "3:5 cosmetic r-ab12 comment", "5:3 names ou-ab12-a1b2c3d4 key ids"],
        ),
        (
            "a.ts",
            "new iam.PolicyStatement({\n  conditions: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, // o-a1b2c3d4e5\n  principals: [new iam.AccountPrincipal('111122223333')],\n});\ngrant(new iam.OrganizationPrincipal(\"o-a1b2c3d4e5\"));",
            vec![
                "2:56 grants o-a1b2c3d4e5 StringEquals/aws:PrincipalOrgID",
                "2:78 cosmetic o-a1b2c3d4e5 comment",
                "3:42 grants 111122223333 principal",
                "5:38 grants o-a1b2c3d4e5 principal",
            ],
        ),
        (
            "a.py",
            "iam.PolicyStatement(effect=iam.Effect.DENY, conditions={\"StringNotEquals\": {\"aws:PrincipalOrgID\": [\"o-a1b2c3d4e5\"]}})\nclient.move_account(SourceParentId='r-ab12')",
            vec!["1:101 denies o-a1b2c3d4e5 StringNotEquals/aws:PrincipalOrgID", "2:37 names r-ab12 key SourceParentId"],
        ),
        (
            "a.sh",
            "aws organizations list-children --parent-id ou-ab12-a1b2c3d4 # r-ab12\nORG_ID=o-a1b2c3d4e5\n",
            vec!["1:45 names ou-ab12-a1b2c3d4 text", "1:64 cosmetic r-ab12 comment", "2:8 names o-a1b2c3d4e5 key ORG_ID"],
        ),
        (".env", "ORG_ID=o-a1b2c3d4e5", vec!["1:8 names o-a1b2c3d4e5 key ORG_ID"]),
        ("a.ini", "[org]\nid = o-a1b2c3d4e5", vec!["2:6 names o-a1b2c3d4e5 key id"]),
        ("a.md", "Our `o-a1b2c3d4e5`, not foo-a1b2c3d4e5.", vec!["1:6 names o-a1b2c3d4e5 text"]),
    ] {
        let seen = told(&find_in_text(text, Syntax::of(name, text), &known()));
        if seen != expected {
            println!("{name}\n{text}\nseen {seen:#?}\nexpected {expected:#?}");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0);
}

#[test]
fn the_unknown_is_found_where_it_is_asked_for() {
    let text = "condition {\n test = \"StringEquals\"\n variable = \"aws:PrincipalOrgID\"\n values = [var.org]\n}\nx = \"o-k1k1k1k1k1/r-kk11/ou-kk11-k1k1k1k1/\"\n";
    let seen = find_in_text(text, Syntax::Hcl, &Known::shapes());
    assert_eq!(
        told(&seen),
        [
            "3:14 names aws:PrincipalOrgID StringEquals/aws:PrincipalOrgID",
            "6:6 names o-k1k1k1k1k1 key x",
            "6:19 names r-kk11 key x",
            "6:26 names ou-kk11-k1k1k1k1 key x"
        ]
    );
    assert!(find_in_text(text, Syntax::Hcl, &known()).is_empty());
    let answered = "condition {\n variable = \"aws:PrincipalOrgID\"\n values = [\"o-k1k1k1k1k1\"]\n}";
    assert_eq!(told(&find_in_text(answered, Syntax::Hcl, &Known::shapes())), ["3:13 names o-k1k1k1k1k1 /aws:PrincipalOrgID"]);
}

/// Where an id stands, looked for without any cleverness: not in the middle of another word.
fn naive(text: &str, id: &str) -> Vec<usize> {
    let glues = |one: &char| if id == MANAGEMENT { one.is_ascii_digit() } else { one.is_ascii_alphanumeric() };
    let is_free = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + id.len()..].chars().next();
        !before.is_some_and(|one| glues(&one)) && !after.is_some_and(|one| glues(&one))
    };
    text.match_indices(id).map(|(at, _)| at).filter(|at| is_free(*at)).collect()
}

fn piece() -> impl Strategy<Value = String> {
    let words = [
        ORG,
        "r-ab12",
        UNIT,
        MANAGEMENT,
        "\"",
        "'",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ":",
        ": ",
        " = ",
        ",",
        "\n",
        "\n  ",
        "\n- ",
        "# ",
        "// ",
        "/* ",
        "\\",
        "%22",
        "*",
        "/",
        "\"aws:PrincipalOrgID\"",
        "StringEquals",
        "Effect",
        "Deny",
        "Statement",
        "é",
        "x",
        "0",
        "-",
        "`",
        "o-a1b*",
        "\\u006f",
        "<<EOF",
        "|",
    ];
    prop_oneof![8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,5}"]
}

fn syntax() -> impl Strategy<Value = Syntax> {
    proptest::sample::select(vec![Syntax::Json, Syntax::Yaml, Syntax::Hcl, Syntax::Slashes, Syntax::Hashes, Syntax::Prose])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_id_that_stands_there_is_reported(pieces in prop::collection::vec(piece(), 0..40), syntax in syntax()) {
        let text = pieces.concat();
        let found = find_in_text(&text, syntax, &known());
        for id in [ORG, "r-ab12", UNIT, MANAGEMENT] {
            for at in naive(&text, id) {
                prop_assert!(known().may_be_in(text.as_bytes()));
                prop_assert!(found.iter().any(|one| one.span.start <= at && at + id.len() <= one.span.end), "{id} at {at} of {text:?}: {found:?}");
            }
        }
        let in_order = found.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start);
        prop_assert!(in_order);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200), syntax in syntax()) {
        let text = String::from_utf8_lossy(&bytes);
        let all = known().and_shapes();
        all.may_be_in(&bytes);
        find(&text, &all);
        find_in_text(&text, syntax, &all);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the time that it takes is what is tested")]
fn hostile_texts_take_no_longer_than_others() {
    let big = |piece: &str| piece.repeat(10_000_000 / piece.len());
    for text in [
        big("o-"),
        big("ou-a"),
        big("%"),
        big("\\u006f"),
        big("["),
        big("{\"a\":"),
        big("o-a1b"),
        big("- "),
        big("a:b "),
        big("*"),
        big("\"\\"),
        big("(x="),
    ] {
        for syntax in [Syntax::Yaml, Syntax::Slashes] {
            let began = std::time::Instant::now();
            let all = known().and_shapes();
            all.may_be_in(text.as_bytes());
            let found = find_in_text(&text, syntax, &all).len();
            let took = began.elapsed();
            assert!(took.as_secs() < 10, "{took:?} {syntax:?} {found} {text:.40}");
            println!("{took:?} {syntax:?} {found} {text:.12}");
        }
    }
}

#[test]
fn wildcards_say_whether_anything_changes() {
    let pattern = |text: &str| find_in_text(text, Syntax::Hcl, &known()).into_iter().map(|one| one.what).collect::<Vec<_>>();
    assert_eq!(pattern("x = \"o-*\""), [What::Pattern { known: 0, matches_successor: true }]);
    assert_eq!(pattern("x = \"o-a1?2*\""), [What::Pattern { known: 0, matches_successor: false }]);
}
