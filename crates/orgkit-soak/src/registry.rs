//! What every kind of step has to stand, asked of each kind that plans know: a new one cannot be forgotten.

use crate::crashes::{Failure, Tally};
use crate::end::end_of;
use crate::plans::Prepared;
use crate::poll::now_or_never;
use crate::stage::{Doom, Life, Moment, Stage};
use jiff::SignedDuration;
use orgkit_cloud::{Access, CloudRead};
use orgkit_execute::Ended;
use orgkit_execute::steps::Site;
use orgkit_model::{Action, Step, StepRecord};
use orgkit_sim::{Fault, FaultPlan, FaultRule, Loss, SimCloud};
use serde_json::Value;

/// Lives that a run may take after one call failed.
const LIVES: usize = 6;

/// As many minutes as AWS may take for one step.
const PATIENCE: u32 = 20;

/// The kinds that no plan of the planner has, and where they are carried out, repeated and undone instead.
pub const ELSEWHERE: &[(&str, &str)] =
    &[("return", "crates/orgkit-execute/tests/steps.rs: it comes by an approved amendment, never with a plan")];

/// A step of a kind, and the plan that has it.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'p> {
    /// The plan.
    pub prepared: &'p Prepared,
    /// The step.
    pub step: &'p Step,
}

/// A sample of each kind of step, `None` where no plan has one.
pub fn samples(plans: &[Prepared]) -> Vec<(&'static str, Option<Sample<'_>>)> {
    // The plan that was made for a kind comes after those that happen to have it.
    let sample = |kind: &str| {
        plans.iter().rev().find_map(|prepared| {
            let step = prepared.plan().steps().find(|step| step.action.kind() == kind)?;
            Some(Sample { prepared, step })
        })
    };
    let here = |kind: &&str| !ELSEWHERE.iter().any(|(elsewhere, _)| elsewhere == kind);
    Action::KINDS.iter().map(|kind| (*kind, Some(kind).filter(|kind| here(kind)).and_then(|kind| sample(kind)))).collect()
}

/// Whether a kind changes nothing by itself: people and packs are asked instead.
fn is_asked(step: &Step) -> bool {
    matches!(step.action, Action::Gate(_) | Action::ProveBaseline)
}

/// Carried out twice, a step has one effect: the second time its goal is seen to hold, and doing it all the same changes nothing.
///
/// # Errors
/// What was wrong.
pub fn twice(sample: Sample<'_>) -> Result<(), String> {
    let mut stage = before(sample)?;
    if is_asked(sample.step) {
        return finish(&mut stage).and_then(|()| crate::crashes::no_op(&mut stage));
    }
    let cloud = cloud(&stage)?;
    let site = Site::new(&cloud, sample.prepared.plan());
    let look = || now_or_never(site.look(sample.step)).map(|look| look.holds).map_err(|error| error.to_string());
    if look()? {
        return Err("it held before it was done".to_owned());
    }
    let mut acted = now_or_never(site.act(sample.step));
    // Some things take AWS a while; the executor waits, too.
    for _ in 0..PATIENCE {
        let is_soon = acted.as_ref().is_err_and(|error| error.is("StillEnrolled"));
        if !is_soon && (acted.is_err() || look()?) {
            break;
        }
        stage.simulator().advance(SignedDuration::from_mins(1)).map_err(|error| error.to_string())?;
        if is_soon {
            acted = now_or_never(site.act(sample.step));
        }
    }
    acted.map_err(|error| format!("the first time: {error}"))?;
    if !look()? {
        return Err("its goal does not hold after it was done".to_owned());
    }
    let once = world_of(&stage)?;
    // Doing it again may be refused; it must not have another effect.
    drop(now_or_never(site.act(sample.step)));
    if world_of(&stage)? != once {
        return Err("done again it had another effect".to_owned());
    }
    finish(&mut stage)
}

/// Taken back twice, a step is taken back once; a step that cannot be taken back says so. Whether it can.
///
/// # Errors
/// What was wrong.
pub fn undone_twice(sample: Sample<'_>) -> Result<bool, String> {
    let mut stage = Stage::new(sample.prepared, Doom::default());
    stage.simulator().set_throttling(false);
    stage.dies_at = Some((sample.step.id.clone(), Moment::End));
    match stage.life(true) {
        Life::Crashed => {}
        other => return Err(format!("the run did not come to the step: {other:?}")),
    }
    let cloud = cloud(&stage)?;
    let site = Site::new(&cloud, sample.prepared.plan());
    let gone = || now_or_never(site.look_undone(sample.step));
    match now_or_never(site.undo(sample.step)) {
        Err(error) if error.is("NoUndo") => return Ok(false),
        Err(error) => return Err(format!("the first time: {error}")),
        Ok(()) => {}
    }
    if !gone().map_err(|error| error.to_string())?.holds {
        return Err("it is not undone after it was undone".to_owned());
    }
    let once = world_of(&stage)?;
    drop(now_or_never(site.undo(sample.step)));
    if world_of(&stage)? != once || !gone().map_err(|error| error.to_string())?.holds {
        return Err("undone again it had another effect".to_owned());
    }
    Ok(true)
}

/// Each call of a plan fails once, in each of the ways in which calls fail: the end is that of the run that nothing disturbed.
pub fn fails_once_everywhere(prepared: &Prepared) -> Tally {
    let mut tally = Tally::default();
    let mut stage = Stage::new(prepared, Doom::default());
    let fail = |case: &str, detail: String| Failure { plan: prepared.name.clone(), case: case.to_owned(), detail };
    let wanted = match finish(&mut stage).and_then(|()| end_of(&stage).map_err(|error| error.to_string())) {
        Ok(end) => end,
        Err(detail) => {
            tally.failures.push(fail("undisturbed", detail));
            return tally;
        }
    };
    let faults = [
        Fault::Throttled {},
        Fault::ConcurrentModification {},
        Fault::Internal {},
        Fault::LostBefore { how: Loss::Reset },
        Fault::LostAfter { how: Loss::Timeout },
        Fault::SessionEnds {},
    ];
    for call in 1..=stage.counts().calls {
        for fault in &faults {
            tally.cases += 1;
            let mut stage = Stage::new(prepared, Doom::default());
            drop(stage.simulator().arm(once(fault.clone(), call)));
            let end = finish(&mut stage).and_then(|()| end_of(&stage).map_err(|error| error.to_string()));
            match end {
                Ok(end) if end == wanted => {}
                Ok(_) => tally.failures.push(fail(&format!("call {call}, {fault:?}"), "another end".to_owned())),
                Err(detail) => tally.failures.push(fail(&format!("call {call}, {fault:?}"), detail)),
            }
        }
    }
    tally
}

fn once(fault: Fault, call: u64) -> FaultPlan {
    let rule = FaultRule {
        fault,
        service: None,
        operation: None,
        accounts: Vec::new(),
        regions: Vec::new(),
        only: None,
        calls: vec![call],
        chance: None,
        from_seconds: 0,
        until_seconds: None,
        times: None,
    };
    FaultPlan { rules: vec![rule], ..FaultPlan::default() }
}

/// A run that died just before the step.
fn before(sample: Sample<'_>) -> Result<Stage<'_>, String> {
    let mut stage = Stage::new(sample.prepared, Doom::default());
    stage.simulator().set_throttling(false);
    stage.dies_at = Some((sample.step.id.clone(), Moment::Beginning));
    match stage.life(true) {
        Life::Crashed => {
            stage.dies_at = None;
            Ok(stage)
        }
        other => Err(format!("the run did not come to the step: {other:?}")),
    }
}

fn finish(stage: &mut Stage<'_>) -> Result<(), String> {
    let mut last = Life::Held;
    for _ in 0..LIVES {
        last = stage.life(true);
        if last == Life::Ended(Ended::Finished) {
            return match stage.violations().first() {
                Some(violation) => Err(violation.to_string()),
                None => Ok(()),
            };
        }
    }
    Err(format!("not finished: {last:?}, {:?}", stage.violations().first()))
}

/// A cloud that nobody watches, on the same world. It uses the roles that the run has opened, as the executor does.
fn cloud(stage: &Stage<'_>) -> Result<SimCloud, String> {
    stage.look_away();
    let cloud = stage.prepared().cloud(stage.simulator());
    let plan = stage.prepared().plan();
    let run = stage.journal().map_err(|error| error.to_string())?;
    for step in plan.steps().filter(|step| run.record(&step.id).is_some_and(StepRecord::is_done)) {
        if let (Action::OpenAccess { role }, Some(account)) = (&step.action, &step.account) {
            cloud.prefer_access(account, Access::Role { via: plan.target_management.clone(), role: role.clone() });
        }
    }
    Ok(cloud)
}

/// How the world stands; the journal aside.
fn world_of(stage: &Stage<'_>) -> Result<Value, String> {
    let mut end = end_of(stage).map_err(|error| error.to_string())?;
    if let Some(members) = end.as_object_mut() {
        members.remove("run");
    }
    Ok(end)
}
