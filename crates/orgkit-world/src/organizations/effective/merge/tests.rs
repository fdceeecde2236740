//! Merging, by examples after those of the guide and by what always holds.

use super::*;
use proptest::prelude::*;
use serde_json::json;

/// What levels of policies come to.
fn effective(levels: &[Vec<Value>]) -> Value {
    let ids: Vec<PolicyId> = (0..10).map(|number| format!("p-0000000{number}").parse().unwrap()).collect();
    let mut ids = ids.iter().cycle();
    let layers = |level: &'_ [Value]| level.iter().map(|document| (ids.next().unwrap().clone(), document.clone())).collect::<Vec<_>>();
    let owned: Vec<Vec<(PolicyId, Value)>> = levels.iter().map(|level| level.as_slice()).map(layers).collect();
    let levels: Vec<Vec<Layer<'_>>> =
        owned.iter().map(|level| level.iter().map(|(policy, document)| Layer { policy, document }).collect()).collect();
    merge(&levels).document().unwrap_or_else(|| json!({}))
}

fn team(key: Value, values: Value) -> Value {
    json!({ "tags": { "team": { "tag_key": key, "tag_value": values } } })
}

#[test]
fn a_level_below_overwrites_adds_and_takes_away() {
    let root = team(json!({ "@@assign": "Team" }), json!({ "@@assign": ["web", "data"] }));
    let enforce = json!({ "tags": { "team": { "tag_value": { "@@assign": ["ops"] }, "enforced_for": { "@@assign": ["s3:bucket"] } } } });
    let more = team(json!({ "@@assign": "Team" }), json!({ "@@append": ["ops", "web"] }));
    let fewer =
        json!({ "tags": { "team": { "tag_value": { "@@remove": ["data", "none"] }, "enforced_for": { "@@remove": ["s3:bucket"] } } } });
    for (levels, expected) in [
        (vec![vec![root.clone()]], json!({ "tag_key": "Team", "tag_value": ["web", "data"] })),
        (
            vec![vec![root.clone()], vec![enforce.clone()]],
            json!({ "tag_key": "Team", "tag_value": ["ops"], "enforced_for": ["s3:bucket"] }),
        ),
        (vec![vec![root.clone()], vec![more.clone()]], json!({ "tag_key": "Team", "tag_value": ["web", "data", "ops"] })),
        (vec![vec![root], vec![], vec![more], vec![enforce], vec![fewer]], json!({ "tag_key": "Team", "tag_value": ["ops"] })),
    ] {
        assert_eq!(effective(&levels), json!({ "tags": { "team": expected } }));
    }
}

#[test]
fn what_a_parent_does_not_allow_does_nothing() {
    let root = team(
        json!({ "@@operators_allowed_for_child_policies": ["@@none"], "@@assign": "Team" }),
        json!({ "@@operators_allowed_for_child_policies": ["@@append"], "@@assign": ["web"] }),
    );
    let below = team(
        json!({ "@@operators_allowed_for_child_policies": ["@@all"], "@@assign": "TEAM" }),
        json!({ "@@append": ["ops"], "@@remove": ["web"] }),
    );
    let expected = json!({ "tags": { "team": { "tag_key": "Team", "tag_value": ["web", "ops"] } } });
    assert_eq!(effective(&[vec![root.clone()], vec![below.clone()]]), expected);
    assert_eq!(effective(&[vec![root], vec![below.clone()], vec![below]]), expected, "a child cannot allow it again");
}

#[test]
fn policies_of_one_level_leave_what_all_of_them_allow() {
    let first = team(json!({}), json!({ "@@operators_allowed_for_child_policies": ["@@append"], "@@assign": ["web"] }));
    let second = team(json!({}), json!({ "@@operators_allowed_for_child_policies": ["@@append", "@@remove"] }));
    let child = team(json!({}), json!({ "@@append": ["ops"], "@@remove": ["web"] }));
    let merged = effective(&[vec![first, second], vec![child]]);
    assert_eq!(merged, json!({ "tags": { "team": { "tag_value": ["web", "ops"] } } }));
}

#[test]
fn of_two_policies_on_one_level_the_first_that_was_attached_sets_the_value() {
    let first = team(json!({ "@@assign": "TEAM" }), json!({ "@@append": ["web"] }));
    let second = team(json!({ "@@assign": "team" }), json!({ "@@append": ["ops"] }));
    let merged = effective(&[vec![first.clone(), second.clone()]]);
    assert_eq!(merged, json!({ "tags": { "team": { "tag_key": "TEAM", "tag_value": ["web", "ops"] } } }));
    assert_eq!(effective(&[vec![second, first]])["tags"]["team"]["tag_key"], "team");
}

#[test]
fn a_locked_section_takes_no_new_settings_and_leaves_those_their_own_word() {
    let root = json!({ "services": {
        "@@operators_allowed_for_child_policies": ["@@none"],
        "default": {
            "opt_out_policy": { "@@operators_allowed_for_child_policies": ["@@assign"], "@@assign": "optOut" },
            "other": { "@@assign": "x" },
        },
    } });
    let child = json!({ "services": {
        "default": { "opt_out_policy": { "@@assign": "optIn" }, "other": { "@@assign": "y" } },
        "rekognition": { "opt_out_policy": { "@@assign": "optIn" } },
    } });
    let merged = effective(&[vec![root], vec![child]]);
    assert_eq!(merged, json!({ "services": { "default": { "opt_out_policy": "optIn", "other": "x" } } }));
}

#[test]
fn a_list_given_empty_stays_and_a_single_value_takes_no_more() {
    let root = json!({ "securityhub": { "enable_in_regions": { "@@assign": [] }, "mode": { "@@assign": "x" } } });
    let child = json!({ "securityhub": { "mode": { "@@append": ["y"] } } });
    assert_eq!(effective(&[vec![root], vec![child]]), json!({ "securityhub": { "enable_in_regions": [], "mode": "x" } }));
}

/// Any policy: settings up to three deep, with any operators.
fn policy() -> impl Strategy<Value = Value> {
    let list = || prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 0..3);
    let operators = prop::sample::subsequence(vec![ASSIGN, APPEND, REMOVE, "@@none", "@@all"], 0..3);
    let leaf = (prop::option::of(list()), prop::option::of(list()), prop::option::of(list()), prop::option::of(operators)).prop_map(
        |(assign, append, remove, allowed)| {
            let given = [(ASSIGN, assign), (APPEND, append), (REMOVE, remove), (CHILDREN, allowed)];
            given.into_iter().filter_map(|(key, value)| Some((key.to_owned(), json!(value?)))).collect::<Map<_, _>>().into()
        },
    );
    leaf.prop_recursive(2, 16, 3, |inner| {
        let members = prop::collection::btree_map(prop::sample::select(vec!["x", "y", "z"]), inner, 1..3);
        members.prop_map(|members| members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>().into())
    })
}

/// The same policy with nothing allowed to children at any setting.
fn locked(policy: &Value) -> Value {
    let Value::Object(members) = policy else { return policy.clone() };
    let kept = members.iter().filter(|(key, _)| *key != CHILDREN);
    let mut locked: Map<String, Value> =
        kept.map(|(key, value)| (key.clone(), if key.starts_with("@@") { value.clone() } else { locked(value) })).collect();
    locked.insert(CHILDREN.to_owned(), json!(["@@none"]));
    locked.into()
}

fn has_operator(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.iter().any(|(key, value)| key.starts_with("@@") || has_operator(value)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_keeps_its_laws(levels in prop::collection::vec(prop::collection::vec(policy(), 0..3), 0..4), last in policy()) {
        let before = effective(&levels);
        prop_assert!(!has_operator(&before), "{before}");

        let mut spaced: Vec<Vec<Value>> = levels.iter().flat_map(|level| [Vec::new(), level.clone()]).collect();
        prop_assert_eq!(&effective(&spaced), &before, "levels without policies change nothing");
        spaced.push(vec![json!({})]);
        prop_assert_eq!(&effective(&spaced), &before, "an empty policy changes nothing");

        let mut below_a_lock = vec![vec![locked(&last)]];
        let alone = effective(&below_a_lock);
        below_a_lock.extend(levels);
        prop_assert_eq!(effective(&below_a_lock), alone, "what allows nothing stays as it is");
    }
}
