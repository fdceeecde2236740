//! The words that every renderer uses for the same thing: approaches, classes, counts, times.

use jiff::Timestamp;
use orgkit_model::{Approach, ErrorClass, GateKind, Plan, Status, Step, StepClass, StepResult, StepState, Was};

/// An approach as a phrase.
pub(crate) fn approach(approach: Approach) -> &'static str {
    match approach {
        Approach::RestructureInPlace => "restructure the existing organization in place",
        Approach::MigrateWorkloads => "migrate the workloads out of the management account",
        Approach::NewOrganization => "a new organization, and the accounts worth moving",
        Approach::NewOrganizationInviteAll => "a new organization, every account invited, the old management account last",
    }
}

/// What can be done about a step once it is done.
pub(crate) fn class(class: StepClass) -> &'static str {
    match class {
        StepClass::Reversible => "reversible",
        StepClass::Compensable => "compensable",
        StepClass::PointOfNoReturn => "point of no return",
        StepClass::Human => "human gate",
    }
}

/// The organization that a step changes: the one whose management account makes the change.
pub(crate) fn organization<'a>(plan: &'a Plan, step: &Step) -> &'a str {
    let source = plan.sources.iter().find(|(_, management)| management == &step.by);
    source.map_or(plan.target.as_str(), |(id, _)| id.as_str())
}

/// What an account was before the migration.
pub(crate) fn was(was: Was) -> &'static str {
    match was {
        Was::Standalone => "standalone",
        Was::Member => "member",
        Was::Management => "management",
    }
}

/// Why a person is asked.
pub(crate) fn gate(kind: GateKind) -> &'static str {
    match kind {
        GateKind::ReinstateAccount => "reinstate an account",
        GateKind::Finding => "remedy or accept a finding",
        GateKind::Money => "money or contracts",
        GateKind::Export => "export before deletion",
        GateKind::EmptyOrganization => "empty the organization",
        GateKind::BillingTransfer => "end the billing transfer",
        GateKind::LandingZone => "decommission the landing zone",
        GateKind::FirstGuardrails => "service control policies apply for the first time",
        GateKind::Wave => "let the next wave begin",
    }
}

/// What a rule says.
pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Fail => "fail",
        Status::NotApplicable => "not applicable",
        Status::Undetermined => "could not look",
    }
}

/// How an error is to be met.
pub(crate) fn error_class(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Retry => "try again later",
        ErrorClass::Refused => "refused",
        ErrorClass::Ambiguous => "may or may not have had its effect",
        ErrorClass::Credentials => "credentials",
        ErrorClass::Fatal => "fatal",
    }
}

/// Where a step stands.
pub(crate) fn state(state: &StepState) -> &'static str {
    match state {
        StepState::Waiting => "waiting",
        StepState::Intended => "sent, not looked at",
        StepState::Observed { holds: true } => "holds",
        StepState::Observed { holds: false } => "does not hold yet",
        StepState::Done(StepResult::Acted) => "done",
        StepState::Done(StepResult::Proven) => "proven",
        StepState::Done(StepResult::AlreadyThere) => "already there",
        StepState::Done(StepResult::PassedBy { .. }) => "passed by a person",
        StepState::Done(StepResult::Assumed { .. }) => "assumed",
        StepState::Failed { .. } => "failed",
        StepState::Undoing { .. } => "being taken back",
        StepState::Undone => "taken back",
    }
}

/// A unit's path as people write it; the root is `Root`.
pub(crate) fn unit(path: &[String]) -> String {
    if path.is_empty() { "Root".to_owned() } else { path.join("/") }
}

/// A number with its noun: `1 account`, `2 accounts`.
pub(crate) fn count(number: usize, one: &str) -> String {
    match (number, one.strip_suffix('y'), one.strip_prefix("point ")) {
        (1, _, _) => format!("1 {one}"),
        (_, _, Some(rest)) => format!("{number} points {rest}"),
        (_, Some(stem), _) => format!("{number} {stem}ies"),
        _ => format!("{number} {one}s"),
    }
}

/// Words in a row: `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// A time to the second, in UTC.
pub(crate) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// The time between two times, in its two largest units.
pub(crate) fn duration(from: Timestamp, to: Timestamp) -> String {
    let millis = (to.as_millisecond() - from.as_millisecond()).max(0);
    let seconds = millis / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes, seconds % 60) {
        (0, 0, 0, 0) => format!("{millis} ms"),
        (0, 0, 0, s) => format!("{s} s"),
        (0, 0, m, 0) => format!("{m} min"),
        (0, 0, m, s) => format!("{m} min {s} s"),
        (0, h, 0, _) => format!("{h} h"),
        (0, h, m, _) => format!("{h} h {m} min"),
        (d, 0, _, _) => format!("{d} d"),
        (d, h, _, _) => format!("{d} d {h} h"),
    }
}

/// Text from outside, fit for a terminal: one line, no control characters.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_name_their_two_largest_units() {
        let from = Timestamp::UNIX_EPOCH;
        let after = |seconds: i64| duration(from, Timestamp::from_second(seconds).unwrap());
        let read: Vec<_> = [0, 5, 65, 3600, 3_725, 90_000, 172_800].into_iter().map(after).collect();
        assert_eq!(read, ["0 ms", "5 s", "1 min 5 s", "1 h", "1 h 2 min", "1 d 1 h", "2 d"]);
    }

    #[test]
    fn counts_and_lists_read_as_english() {
        assert_eq!(count(1, "account"), "1 account");
        assert_eq!(count(0, "policy"), "0 policies");
        assert_eq!(count(2, "point of no return"), "2 points of no return");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }

    #[test]
    fn control_characters_never_reach_a_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\nc"), "a [31mb c");
    }
}
