//! Worlds saved and restored, and worlds beside each other.

use super::*;
use proptest::prelude::*;

/// Some calls that change something, by number.
fn change(simulator: &Simulator, number: u8) {
    let whom = [MEMBER, STANDALONE, DELEGATED][usize::from(number / 4) % 3];
    let _ = match number % 4 {
        0 => direct(simulator, NEW, "InviteAccountToOrganization", json!({ "Target": { "Id": whom, "Type": "ACCOUNT" } })),
        1 => {
            let sent = direct(simulator, whom, "ListHandshakesForAccount", json!({})).unwrap_or_default();
            direct(simulator, whom, "AcceptHandshake", json!({ "HandshakeId": sent["Handshakes"][0]["Id"] }))
        }
        2 => direct(simulator, OLD, "CreateOrganizationalUnit", json!({ "ParentId": "r-old1", "Name": format!("unit {number}") })),
        _ => {
            let role = format!("arn:aws:iam::{whom}:role/OrganizationAccountAccessRole");
            simulator.call(&admin(simulator, OLD), &call("sts", "AssumeRole", json!({ "RoleArn": role, "RoleSessionName": "orgkit" })))
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_restored_world_gives_the_same_answers(before in prop::collection::vec(any::<u8>(), 0..12), after in prop::collection::vec(any::<u8>(), 0..12)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        let original = simulator();
        original.set_throttling(false);
        before.iter().for_each(|number| change(&original, *number));
        original.save(&path).unwrap();
        let restored = Simulator::restore(&path).unwrap();
        restored.set_throttling(false);
        prop_assert_eq!(original.state(), restored.state());
        for number in after {
            change(&original, number);
            change(&restored, number);
        }
        prop_assert_eq!(original.state(), restored.state());
    }
}

#[test]
fn a_snapshot_that_cannot_be_right_is_refused_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let original = simulator();
    invite(&original, MEMBER);
    original.save(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let before = original.state();
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    };
    for (bad, expected) in [
        (text[..text.len() / 2].to_owned(), "it is not JSON"),
        ("{}".to_owned(), "no snapshot"),
        (changed("orgkit-simulated-world", "something-else"), "no snapshot"),
        (changed("\"version\":1", "\"version\":\"1\""), "no version"),
        (changed("\"version\":1", "\"version\":2"), "newer orgkit (format 2, this one reads up to 1)"),
        (changed("\"taken\":", "\"taken\":1"), "`digest` is not that"),
        (changed("\"taken\":", "\"token\":"), "`world` cannot be read"),
        (changed("\"start\":\"2026-", "\"start\":\"yesterday 2026-"), "`start` is no time"),
        (changed("\"start\":\"2026-", "\"start\":\"2027-"), "`now` is before `start`"),
    ] {
        std::fs::write(&path, &bad).unwrap();
        let error = Simulator::restore(&path).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), bad, "the file stays");
        let error = original.put_state(bad.as_bytes(), original.now()).unwrap_err().to_string();
        assert!(error.contains(expected) && original.state() == before, "{error}");
    }
    assert!(matches!(Simulator::restore(&folder.path().join("none")), Err(SimError::File { .. })));
    original.save(&path).unwrap();
    assert_eq!(Simulator::restore(&path).unwrap().state(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_reset_gives_back_the_start() {
    let simulator = simulator();
    let before = simulator.state();
    simulator.arm(plan("[[rules]]\nfault = { type = \"internal\" }\ncalls = [3]")).unwrap();
    let first: Vec<_> = (0..3).map(|_| wired(&simulator, NEW, "DescribeOrganization", &json!({}))).collect();
    simulator.advance(SignedDuration::from_secs(5)).unwrap();
    invite(&simulator, MEMBER);
    simulator.reset().unwrap();
    assert_eq!(simulator.state(), before);
    let again: Vec<_> = (0..3).map(|_| wired(&simulator, NEW, "DescribeOrganization", &json!({}))).collect();
    assert_eq!(first, again, "the plan starts over, and the buckets are full");
}

#[test]
fn two_worlds_in_one_process_do_not_touch_each_other() {
    let (one, two) = (simulator(), simulator());
    let untouched = two.state();
    one.arm(plan("[[rules]]\nfault = { type = \"internal\" }\noperation = \"ListRoots\"")).unwrap();
    let id = invite(&one, MEMBER);
    direct(&one, MEMBER, "AcceptHandshake", json!({ "HandshakeId": id })).unwrap();
    assert_eq!(two.state(), untouched);
    assert!(direct(&one, NEW, "ListRoots", json!({})).is_err() && direct(&two, NEW, "ListRoots", json!({})).is_ok());
    assert_ne!(organization_of(&one, MEMBER), organization_of(&two, MEMBER));
    let (keys, _) = enter(&one, "777777777777");
    let sent = Sent::form("Action=GetCallerIdentity").signed(&keys, "sts", two.now());
    let answer = two.answer_in_process(&sent.http()).unwrap();
    assert!(String::from_utf8(answer.body).unwrap().contains("InvalidClientTokenId"), "a session of the other world");
}
