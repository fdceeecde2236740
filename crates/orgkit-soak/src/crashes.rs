//! A crash at every durable write, exhaustively: whatever was lost or kept, done or not done, answered or not, the end is that of a run that
//! nothing disturbed, and going on from there changes nothing.

use crate::end::end_of;
use crate::plans::Prepared;
use crate::stage::{Doom, Fate, Life, Stage, Strike};
use jiff::SignedDuration;
use orgkit_execute::Ended;
use orgkit_sim::Passage;
use serde_json::Value;

/// A run takes at most so many lives: one more for each time that it was hit.
const LIVES: u64 = 12;

/// What the change before the write came to.
const EFFECTS: [(&str, Option<Passage>); 3] =
    [("done and answered", None), ("done, answer lost", Some(Passage::LoseAnswer)), ("not done, request lost", Some(Passage::LoseRequest))];

/// A case that went wrong.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The plan.
    pub plan: String,
    /// Where it was hit.
    pub case: String,
    /// What was wrong at the end.
    pub detail: String,
}

/// What an exhaustive search came to.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// How many cases there were.
    pub cases: u64,
    /// Those that went wrong.
    pub failures: Vec<Failure>,
}

impl Tally {
    /// Adds another one up.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.cases += other.cases;
        self.failures.extend(other.failures);
        self
    }
}

/// The undisturbed run: how it ends, how many writes it makes, and how many changes there were before each.
struct Undisturbed {
    end: Value,
    /// The changes made before each write.
    changes_before: Vec<u64>,
}

/// Every write of a plan × lost or kept × what the change before it came to.
pub fn exhaust(prepared: &Prepared) -> Tally {
    let mut tally = Tally::default();
    let Some(undisturbed) = undisturbed(prepared, &mut tally) else { return tally };
    for (write, changes) in (1..).zip(&undisturbed.changes_before) {
        for fate in [Fate::Lost, Fate::Kept] {
            for (effect, passage) in EFFECTS.iter().filter(|(_, passage)| passage.is_none() || *changes > 0) {
                let changes = passage.map(|passage| (*changes, passage, false)).into_iter().collect();
                let doom = Doom { writes: vec![(write, Strike::Crash(fate))], changes };
                check(prepared, &undisturbed.end, doom, &format!("write {write} {fate:?}, change before it {effect}"), &mut tally);
            }
        }
    }
    // The process dies with the call itself: before it is done, or before its answer comes.
    let last = undisturbed.changes_before.last().copied().unwrap_or_default();
    for change in 1..=last {
        for passage in [Passage::LoseRequest, Passage::LoseAnswer] {
            let doom = Doom { writes: Vec::new(), changes: vec![(change, passage, true)] };
            check(prepared, &undisturbed.end, doom, &format!("change {change} {passage:?}"), &mut tally);
        }
    }
    tally
}

/// Every pair of writes, the second of them while the run recovers from the first.
pub fn exhaust_pairs(prepared: &Prepared) -> Tally {
    let mut tally = Tally::default();
    let Some(undisturbed) = undisturbed(prepared, &mut tally) else { return tally };
    let writes = u64::try_from(undisturbed.changes_before.len()).unwrap_or(u64::MAX);
    let fates = [Fate::Lost, Fate::Kept];
    for first in 1..=writes {
        for fate in fates {
            // Going on writes a record that says so; the run is never longer than its writes, that record, and one look for each crash.
            for second in first + 1..=writes + 4 {
                for other in fates {
                    let writes = vec![(first, Strike::Crash(fate)), (second, Strike::Crash(other))];
                    let case = format!("write {first} {fate:?}, then write {second} {other:?}");
                    check(prepared, &undisturbed.end, Doom { writes, changes: Vec::new() }, &case, &mut tally);
                }
            }
        }
    }
    tally
}

/// What a write that fails does: the run stops, and the next one goes on.
pub fn exhaust_errors(prepared: &Prepared) -> Tally {
    let mut tally = Tally::default();
    let Some(undisturbed) = undisturbed(prepared, &mut tally) else { return tally };
    for write in (1..).take(undisturbed.changes_before.len()) {
        for fate in [Fate::Lost, Fate::Kept] {
            let doom = Doom { writes: vec![(write, Strike::Error(fate))], changes: Vec::new() };
            check(prepared, &undisturbed.end, doom, &format!("write {write} fails, {fate:?}"), &mut tally);
        }
    }
    tally
}

fn undisturbed(prepared: &Prepared, tally: &mut Tally) -> Option<Undisturbed> {
    let mut stage = Stage::new(prepared, Doom::default());
    stage.trace();
    tally.cases += 1;
    let fail = |detail: String| Failure { plan: prepared.name.clone(), case: "undisturbed".to_owned(), detail };
    let life = stage.life(true);
    if life != Life::Ended(Ended::Finished) || !stage.violations().is_empty() {
        let broken: Vec<String> = stage.violations().iter().map(ToString::to_string).collect();
        tally.failures.push(fail(format!("{life:?}; {}\n{}", broken.join("; "), stage.traced().join("\n"))));
        return None;
    }
    let (mut changes, mut before) = (0, Vec::new());
    for line in stage.traced() {
        if line.starts_with("-- write ") {
            before.push(changes);
        } else if line.contains(" change ") {
            changes += 1;
        }
    }
    match end_of(&stage) {
        Ok(end) => Some(Undisturbed { end, changes_before: before }),
        Err(error) => {
            tally.failures.push(fail(error.to_string()));
            None
        }
    }
}

fn check(prepared: &Prepared, wanted: &Value, doom: Doom, case: &str, tally: &mut Tally) {
    tally.cases += 1;
    let mut stage = Stage::new(prepared, doom);
    if let Err(detail) = to_its_end(&mut stage).and_then(|()| same_end(&stage, wanted)).and_then(|()| no_op(&mut stage)) {
        tally.failures.push(Failure { plan: prepared.name.clone(), case: case.to_owned(), detail });
    }
}

/// Resumes a run until it is finished. Half of those that go on know that the one before is gone, the others wait its lease out.
fn to_its_end(stage: &mut Stage<'_>) -> Result<(), String> {
    let mut last = Life::Held;
    for life in 0..LIVES {
        last = stage.life(life % 2 == 1);
        match last {
            Life::Ended(Ended::Finished) => return Ok(()),
            Life::Held => drop(stage.simulator().advance(SignedDuration::from_secs(61))),
            Life::Crashed | Life::Journal(_) | Life::Ended(_) => {}
            Life::Hung => return Err("the process waits for nothing".to_owned()),
        }
    }
    Err(format!("not finished after {LIVES} lives: {last:?}"))
}

fn same_end(stage: &Stage<'_>, wanted: &Value) -> Result<(), String> {
    if let Some(violation) = stage.violations().first() {
        return Err(violation.to_string());
    }
    let end = end_of(stage).map_err(|error| error.to_string())?;
    if &end == wanted {
        return Ok(());
    }
    Err(format!("another end:\n{}\ninstead of\n{}", parts(&end, wanted), parts(wanted, &end)))
}

/// The parts of an end in which it differs from another.
fn parts(end: &Value, other: &Value) -> String {
    let members = end.as_object().into_iter().flatten();
    let differing = members.filter(|(name, value)| other.get(name.as_str()) != Some(value));
    differing.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
}

/// 25. Going on with a finished run changes nothing, and neither does starting it twice.
pub(crate) fn no_op(stage: &mut Stage<'_>) -> Result<(), String> {
    stage.spare();
    let (changes, records) = (stage.counts().changes, stage.records());
    let life = stage.life(true);
    let (more, written) = (stage.counts().changes - changes, stage.records() - records);
    if life != Life::Ended(Ended::Finished) || more > 0 || written > 1 {
        return Err(format!("invariant 25: going on with a finished run came to {life:?}, {more} changes and {written} records"));
    }
    Ok(())
}
