//! How fast policies are evaluated, beside iam-simulate's core on the same policies and requests in the same run.

use super::table::{Row, Unit};
use crate::TaskError;
use crate::iam_diff::Engines;
use crate::machine::median;
use crate::workspace::Workspace;

/// How many requests lie in the processor's cache together.
const FEW: usize = 250;

/// How many requests the setting has.
const ALL: usize = 10_000;

/// Decisions on six service control policies with nine statements on three levels, a resource control policy and an identity policy.
pub(super) fn run(workspace: &Workspace, runs: usize) -> Result<Vec<Row>, TaskError> {
    let engines = Engines::set_up(workspace)?;
    let setting = engines.setting()?;
    // One after the other: two programs at once would take each other's caches.
    let few = engines.our_rates(&setting, runs, FEW)?;
    let all = engines.our_rates(&setting, runs, ALL)?;
    let mut theirs = engines.their_rates(&format!("{setting}\n"), runs)?;
    let their_median = median(&mut theirs);
    let ends = [theirs.first(), theirs.last()].map(|figure| Unit::PerSecond.show(figure.copied().unwrap_or(f64::NAN)));
    let row = |what: &str, goal: &str, mut figures: Vec<f64>| {
        let factor = median(&mut figures) / their_median;
        let beside = format!("iam-simulate's core: {} ({} – {}), {factor:.0} ×", Unit::PerSecond.show(their_median), ends[0], ends[1]);
        Row { what: what.to_owned(), goal: goal.to_owned(), figures, unit: Unit::PerSecond, beside }
    };
    Ok(vec![
        row("decisions per CPU second", "3.00 M/s and 1000 ×", few),
        row("the same, requests from memory instead of the cache", "–", all),
    ])
}
