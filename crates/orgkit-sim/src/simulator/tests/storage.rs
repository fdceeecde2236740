//! The file of a world: what was answered is there after a kill, and nothing else is.

use super::*;
use crate::tests::days;
use std::path::PathBuf;

fn open(path: &Path) -> Result<Simulator, SimError> {
    Simulator::open(path, &file(), 7, start())
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.db");
    (folder, path)
}

#[test]
fn a_world_takes_up_where_it_left_off() {
    let (_folder, path) = place();
    let (id, world, now) = {
        let simulator = open(&path).unwrap();
        let id = invite(&simulator, MEMBER);
        assert_eq!(
            wired(&simulator, DELEGATED, "AcceptHandshake", &json!({ "HandshakeId": id })).unwrap().0,
            400,
            "refused calls are not kept"
        );
        simulator.advance(SignedDuration::from_secs(90)).unwrap();
        simulator.act(&PersonAct::ReinstateAccount { account: account(SUSPENDED) }).unwrap();
        let world = simulator.lock().world.clone();
        (id, world, simulator.now())
        // The simulator goes without a word, as in a kill: nothing is written when it is dropped.
    };
    // A later start is not taken: the world has one already.
    let later = start().checked_add(days(100)).unwrap();
    let simulator = Simulator::open(&path, &file(), 7, later).unwrap();
    assert!(simulator.lock().world == world);
    assert_eq!(simulator.now(), now);
    assert_eq!(wired(&simulator, MEMBER, "AcceptHandshake", &json!({ "HandshakeId": id })).unwrap().0, 200);
    drop(simulator);
    let moved = open(&path).unwrap().accounts().into_iter().find(|view| view.id == account(MEMBER)).unwrap();
    assert_eq!(moved.organization.unwrap().as_str(), "o-new0000000");
}

#[test]
fn requests_move_the_clock_and_the_same_calls_give_the_same_ids() {
    let one = Simulator::in_memory(&file(), 7, start()).unwrap();
    let two = Simulator::in_memory(&file(), 7, start()).unwrap();
    let other = Simulator::in_memory(&file(), 8, start()).unwrap();
    let id = invite(&one, MEMBER);
    assert_eq!(id, invite(&two, MEMBER));
    assert_ne!(id, invite(&other, MEMBER));
    assert_eq!(one.now().duration_since(start()), SignedDuration::from_millis(40));
    assert_eq!(one.credentials(&account(MEMBER)), Some(keys_of(&account(MEMBER))));
    assert_eq!(one.credentials(&account("123456789012")), None);
}

#[test]
fn files_that_are_not_this_world_are_refused_with_the_reason() {
    let (_folder, path) = place();
    invite(&open(&path).unwrap(), MEMBER);
    assert!(matches!(Simulator::open(&path, &file(), 8, start()), Err(SimError::OtherWorld { .. })));
    let change = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    change("PRAGMA user_version = 3");
    assert!(matches!(open(&path), Err(SimError::Newer { found: 3, known: 2, .. })));
    change("PRAGMA user_version = 2; UPDATE change SET entry = '{}'");
    assert!(matches!(open(&path), Err(SimError::Damaged { .. })));
    change("PRAGMA user_version = 1; DELETE FROM change");
    open(&path).unwrap();
    let (_folder, path) = place();
    std::fs::write(&path, "this is no SQLite file, and it is long enough to be taken for one".repeat(100)).unwrap();
    assert!(matches!(open(&path), Err(SimError::Damaged { .. })));
    let (_folder, path) = place();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    assert!(matches!(open(&path), Err(SimError::Damaged { .. })), "another program's database");
}

#[test]
fn two_processes_cannot_share_a_world() {
    let (_folder, path) = place();
    let first = open(&path).unwrap();
    invite(&first, MEMBER);
    assert!(matches!(open(&path), Err(SimError::Store { .. })));
}

#[test]
fn resets_states_and_ended_sessions_are_in_the_file() {
    let (_folder, path) = place();
    let simulator = open(&path).unwrap();
    invite(&simulator, MEMBER);
    simulator.reset().unwrap();
    assert_eq!(simulator.now(), start());
    invite(&simulator, STANDALONE);
    let state = simulator.state();
    invite(&simulator, MEMBER);
    let now = simulator.now();
    simulator.put_state(state.to_string().as_bytes(), now).unwrap();
    let (keys, _) = enter(&simulator, MEMBER);
    simulator.arm(plan("[[rules]]\nfault = { type = \"session-ends\" }")).unwrap();
    let session = simulator.session(&keys.access_key_id).unwrap().principal;
    assert!(simulator.call(&session, &call("sts", "GetCallerIdentity", json!({}))).is_err());
    let (state, now) = (simulator.state(), simulator.now());
    drop(simulator);
    let simulator = open(&path).unwrap();
    // Only changes are written down, so time that reads took is not.
    assert!(simulator.now() <= now);
    assert_eq!(simulator.state()["digest"], state["digest"]);
    assert!(simulator.session(&keys.access_key_id).unwrap().expires_at <= now);
}
