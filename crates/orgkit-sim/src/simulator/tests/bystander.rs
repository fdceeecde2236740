//! Forks, and somebody who stands beside the simulator.

use super::*;
use std::sync::{Arc, Mutex};

/// Takes down what it sees, and loses every answer to an invitation.
struct Scribe(Arc<Mutex<Vec<String>>>);

impl Bystander for Scribe {
    fn asked(&mut self, seen: &Seen<'_>, world: &orgkit_world::World) -> Passage {
        let member = world.home(&seen.caller.account).and_then(|home| home.organization).is_some();
        self.0.lock().unwrap().push(format!("{} {} {member}", seen.call.operation, seen.changes));
        if seen.changes { Passage::LoseAnswer } else { Passage::Go }
    }

    fn answered(&mut self, seen: &Seen<'_>, world: &orgkit_world::World, answer: &Result<Value, CallError>) {
        let sent = world.home(&seen.caller.account).and_then(|home| home.organization);
        let open = sent.map_or(0, |organization| world.open_invitations(organization, seen.now).count());
        self.0.lock().unwrap().push(format!("{} {} {open}", seen.call.operation, answer.is_ok()));
    }
}

#[test]
fn a_bystander_sees_each_call_and_may_lose_its_answer() {
    let (simulator, lines) = (simulator(), Arc::new(Mutex::new(Vec::new())));
    simulator.attend(Box::new(Scribe(Arc::clone(&lines))));
    let input = json!({ "Target": { "Id": STANDALONE, "Type": "ACCOUNT" } });
    let lost = direct(&simulator, NEW, "InviteAccountToOrganization", input.clone());
    assert!(matches!(lost, Err(CallError::LostAfter(_))), "{lost:?}");
    // It was done all the same.
    assert_eq!(code(direct(&simulator, NEW, "InviteAccountToOrganization", input)), "DuplicateHandshakeException");
    direct(&simulator, NEW, "DescribeOrganization", json!({})).unwrap();
    let lines = lines.lock().unwrap().clone();
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert_eq!(lines.last().map(String::as_str), Some("DescribeOrganization true 1"));
}

#[test]
fn a_fork_goes_its_own_way() {
    let one = simulator();
    let other = one.fork();
    let input = json!({ "Target": { "Id": STANDALONE, "Type": "ACCOUNT" } });
    direct(&other, NEW, "InviteAccountToOrganization", input.clone()).unwrap();
    direct(&one, NEW, "InviteAccountToOrganization", input).unwrap();
    assert_eq!(one.now(), other.now());
    other.advance(SignedDuration::from_hours(1)).unwrap();
    assert_ne!(one.now(), other.now());
    assert_eq!(one.look(|world| world.homes().count()), one.accounts().len());
}
