//! Driving an executor: what `migrate` and `move-back` have in common.

use crate::error::CliError;
use crate::gates::GateKeeper;
use crate::glance::Keeper;
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::progress::Watcher;
use crate::session::Session;
use crate::store::Store;
use crate::time::Time;
use crate::witness::Eyes;
use crate::{journal, render};
use orgkit_aws::AwsCloud;
use orgkit_execute::{Discipline, Ended, ExecuteError, Executor, Extent, Journal};
use orgkit_model::Plan;

/// An executor on what a session has.
pub(crate) type Driven<'a> = Executor<'a, AwsCloud, Time, GateKeeper, Eyes<'a>>;

/// How far and how patiently.
pub(crate) struct Drive<'a> {
    /// What to show progress of.
    pub(crate) plan: &'a Plan,
    /// How far to go.
    pub(crate) extent: Extent,
    /// Whether to wait as long as AWS asks for.
    pub(crate) waits: bool,
    /// The command that goes on, for whoever interrupts it.
    pub(crate) again: String,
}

/// Lets an executor work, with progress on the terminal, Ctrl-C heard, and the journal's lease kept good.
pub(crate) async fn drive(
    session: &Session,
    printer: Printer,
    journal: &Journal<Store>,
    drive: Drive<'_>,
    work: impl AsyncFnOnce(&Driven<'_>) -> Result<Ended, ExecuteError>,
) -> Result<Ended, ExecuteError> {
    let watcher = Watcher::new(drive.plan, printer);
    let keeper = Keeper::new(&session.state, &session.journal);
    let interrupt = Interrupt::watch(&drive.again);
    let witness = Eyes { cloud: &session.cloud, rules: &session.rules, regions: &session.scope.regions };
    let executor = Executor {
        cloud: &session.cloud,
        clock: &session.time,
        gates: &session.gates,
        witness: &witness,
        tuning: session.config.tuning(drive.waits || session.rehearsal.is_some()),
        extent: drive.extent,
        discipline: Discipline::FULL,
        stop: &|| interrupt.asked(),
        watch: &|progress| {
            watcher.show(progress);
            keeper.look(journal);
        },
    };
    let ended = journal::while_held(&session.journal, journal, &session.time, work(&executor)).await;
    watcher.close();
    ended
}

/// Gives a journal back, and writes the reports and the status of what it says.
pub(crate) async fn close(session: &Session, journal: &Journal<Store>) -> Result<(), CliError> {
    let entries = journal.entries().await.map_err(|error| journal::error(&error))?;
    Keeper::new(&session.state, &session.journal).keep(journal);
    journal.close().await.map_err(|error| journal::error(&error))?;
    render::write_reports(&session.state, &entries)
}
