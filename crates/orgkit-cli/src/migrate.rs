//! The main job: discover, assess, plan, approve, execute, verify, report; or go on where the last run stopped.

use crate::approval::approve;
use crate::args::{MigrateArgs, Output, StageArgs};
use crate::drive::{self, Drive, drive};
use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::session::Session;
use crate::store::Store;
use crate::{journal, render, stages};
use orgkit_execute::{Clock, Ended, ExecuteError, Extent, Journal, Question, Trouble};
use orgkit_model::{AccountId, Approval, Entry, Event, Opening, Picture, Run, Severity, StepId, StepRecord};
use orgkit_report::Summary;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Runs `orgkit migrate`.
pub(crate) async fn run(args: &MigrateArgs, printer: Printer) -> Result<Exit, CliError> {
    let notes = notes(&args.pass_gates)?;
    let session = Session::open(&args.stage, args.fresh, notes)?;
    let job = Job { args, printer, session };
    match job.opened().await? {
        Some((run, entries)) if run.finished.is_some() => job.nothing_to_do(&run, &entries),
        Some(_) => job.resume().await,
        None => job.begin().await,
    }
}

/// One `orgkit migrate`.
struct Job<'a> {
    args: &'a MigrateArgs,
    printer: Printer,
    session: Session,
}

impl Job<'_> {
    /// The journal of an earlier run, if it got as far as a plan.
    async fn opened(&self) -> Result<Option<(Run, Vec<Entry>)>, CliError> {
        Ok(journal::read(&self.session.journal).await?.filter(|(run, _)| run.opening.is_some()))
    }

    async fn take(&self) -> Result<Journal<Store>, CliError> {
        journal::take(&self.session.journal, &self.session.time, self.args.take_over).await
    }

    async fn begin(&self) -> Result<Exit, CliError> {
        let planned = stages::plan(&self.session, self.printer).await?;
        let opening = Opening {
            before: Picture::of(&planned.estate),
            plan: planned.plan,
            findings: planned.findings,
            rehearsal: self.session.rehearsal.clone(),
        };
        if self.args.stage.output == Output::Text {
            self.printer.result(&orgkit_report::plan_text(&opening, render::paint(self.printer)))?;
        }
        let level = self.args.fail_on.map(Severity::from);
        if stages::reaches(&opening.findings, level) {
            self.unstarted(opening)?;
            return Err(CliError::new(Exit::Findings, "OK1904", "findings are at or above --fail-on: nothing was changed")
                .hint("remedy them, accept them by raising --fail-on, or leave their rules out"));
        }
        let by = match self.approval(&opening) {
            Ok(by) => by,
            Err(error) => {
                self.unstarted(opening)?;
                return Err(error);
            }
        };
        self.extent(&opening)?;
        let journal = self.take().await?;
        if journal.run().opening.is_some() {
            drop(journal.close().await);
            return Err(CliError::new(Exit::Stale, "OK1408", "somebody else has begun this migration in the meantime")
                .hint(format!("nothing was changed here; `{}` goes on with theirs", self.again())));
        }
        let (digest, approach) = (opening.plan.digest(), opening.plan.decision.taken);
        self.append(&journal, Event::Opened(Arc::new(opening))).await?;
        self.append(&journal, Event::Approved { digest, by, approach }).await?;
        self.execute(journal).await
    }

    fn approval(&self, opening: &Opening) -> Result<Approval, CliError> {
        if self.session.rehearsal.is_some() {
            return Ok(Approval::Rehearsal);
        }
        if opening.plan.is_empty() {
            self.printer.say("nothing to do: every account is where it belongs");
            return Ok(Approval::NothingToDo);
        }
        approve(&opening.plan, self.args.confirm.as_deref(), self.printer)
    }

    async fn resume(&self) -> Result<Exit, CliError> {
        let journal = self.take().await?;
        let done = journal.run().steps.values().filter(|record| record.is_done()).count();
        self.printer.say(&format!("resuming: {done} of {} steps are done", journal.run().steps.len()));
        if let Err(error) = self.make_ready(&journal).await {
            // Nobody has to wait for a run that did not go on.
            drop(journal.close().await);
            return Err(error);
        }
        offer_members(&self.session, &journal.run());
        self.execute(journal).await
    }

    /// What people have to say before a run goes on.
    async fn make_ready(&self, journal: &Journal<Store>) -> Result<(), CliError> {
        let unapproved = journal.run().opening.clone().filter(|_| journal.run().approval.is_none());
        if let Some(opening) = unapproved {
            let by = self.approval(&opening)?;
            let (digest, approach) = (opening.plan.digest(), opening.plan.decision.taken);
            self.append(journal, Event::Approved { digest, by, approach }).await?;
        }
        self.take_words(journal).await
    }

    /// What people say of stuck steps and of accounts to go on without.
    async fn take_words(&self, journal: &Journal<Store>) -> Result<(), CliError> {
        for (step, note) in notes(&self.args.clear)? {
            let step = StepId(step);
            if !journal.run().record(&step).is_some_and(StepRecord::is_stuck) {
                return Err(CliError::new(Exit::Usage, "OK1906", format!("step `{step}` is not stuck"))
                    .hint("`orgkit status` shows which steps are"));
            }
            self.append(journal, Event::Cleared { step, note }).await?;
        }
        for (account, note) in notes(&self.args.excuse)? {
            let wrong = |why: String| CliError::new(Exit::Usage, "OK1906", why).hint("`orgkit status` shows the accounts of the plan");
            let account: AccountId = account.parse().map_err(|_| wrong(format!("`{account}` is no account id")))?;
            let (known, excused) = (journal.run().steps_of(&account).next().is_some(), journal.run().is_excused(&account));
            if !known {
                return Err(wrong(format!("the plan does not move account {account}")));
            }
            if !excused {
                self.append(journal, Event::Excused { account, note }).await?;
            }
        }
        Ok(())
    }

    /// How far this run goes; what it names must be in the plan.
    fn extent(&self, opening: &Opening) -> Result<Extent, CliError> {
        let plan = &opening.plan;
        if let Some(until) = self.args.until.as_ref().filter(|until| !plan.waves.iter().any(|wave| &wave.name == *until)) {
            let names: Vec<_> = plan.waves.iter().map(|wave| wave.name.as_str()).collect();
            return Err(CliError::new(Exit::Usage, "OK1907", format!("the plan has no wave `{until}`"))
                .hint(format!("it has {}", names.join(", "))));
        }
        if let Some(account) = self.args.only.iter().find(|account| !plan.placements.iter().any(|one| &one.account == *account)) {
            return Err(CliError::new(Exit::Usage, "OK1907", format!("the plan does not move account {account}"))
                .hint("`orgkit plan` lists the accounts that it moves"));
        }
        Ok(Extent { until: self.args.until.clone(), only: self.args.only.clone(), alone: None })
    }

    async fn execute(&self, journal: Journal<Store>) -> Result<Exit, CliError> {
        let Some(opening) = journal.run().opening.clone() else {
            return Err(CliError::new(Exit::Unexpected, "OK2101", "the journal holds no plan"));
        };
        let extent = self.extent(&opening)?;
        let how = Drive { plan: &opening.plan, extent, waits: self.args.wait, again: self.again() };
        let ended = drive(&self.session, self.printer, &journal, how, async |executor| executor.run(&journal).await).await;
        match ended {
            Ok(ended) => self.close(&journal, &ended).await,
            Err(ExecuteError::Journal(error)) => Err(journal::error(&error)),
            Err(ExecuteError::Cloud(error)) => {
                self.close(&journal, &Ended::Stopped { reason: error.to_string() }).await.and(Err(stages::cloud_error(&error)))
            }
            Err(error) => Err(CliError::from_source(Exit::Unexpected, "OK1701", &error)),
        }
    }

    /// Writes the report and the closing words.
    async fn close(&self, journal: &Journal<Store>, ended: &Ended) -> Result<Exit, CliError> {
        drive::close(&self.session, journal).await?;
        self.print(&journal.run(), true)?;
        match ended {
            Ended::Finished if self.args.detailed_exitcode => Ok(Exit::Changes),
            Ended::Finished => Ok(Exit::Ok),
            Ended::Until { what } => {
                self.printer.say(&format!("{what} is done, as asked; `{}` goes on from here", self.again()));
                Ok(Exit::Ok)
            }
            ended => outcome(ended, &self.again(), &self.again()),
        }
    }

    fn nothing_to_do(&self, run: &Run, entries: &[Entry]) -> Result<Exit, CliError> {
        self.printer.say("nothing to do: this migration is finished and verified; nothing was changed");
        let missing = ["report.html", "report.json"].iter().any(|name| !self.session.state.file(name).exists());
        if missing {
            render::write_reports(&self.session.state, entries)?;
        }
        self.print(run, true)?;
        let findings = run.opening.as_ref().map(|opening| opening.findings.as_slice()).unwrap_or_default();
        let reached = stages::reaches(findings, self.args.fail_on.map(Severity::from));
        Ok(if reached { Exit::Findings } else { Exit::Ok })
    }

    /// Prints what is known of a run that did not start. Nothing of it is kept.
    fn unstarted(&self, opening: Opening) -> Result<(), CliError> {
        if self.args.stage.output == Output::Json {
            let entry = Entry { seq: 1, at: self.session.time.now(), generation: 1, event: Event::Opened(Arc::new(opening)) };
            let run = Run::replay([&entry]).map_err(|error| CliError::from_source(Exit::Unexpected, "OK2101", &error))?;
            self.print(&run, false)?;
        }
        Ok(())
    }

    fn print(&self, run: &Run, kept: bool) -> Result<(), CliError> {
        let (journal, report) = (self.session.journal.to_string(), self.session.state.file("report.html").display().to_string());
        let Some(summary) = Summary::of(run, kept.then_some((journal.as_str(), report.as_str()))) else { return Ok(()) };
        let again = run.finished.is_none().then(|| self.again());
        match self.args.stage.output {
            Output::Text => {
                self.printer.result(&orgkit_report::closing_text(run, &summary, again.as_deref(), render::paint(self.printer)))?
            }
            Output::Json => self.printer.result(&render::json(&summary)?)?,
        }
        Ok(())
    }

    async fn append(&self, journal: &Journal<Store>, event: Event) -> Result<(), CliError> {
        journal.append(self.session.time.now(), event).await.map_err(|error| journal::error(&error))
    }

    /// The command that goes on with this run.
    fn again(&self) -> String {
        again(&self.args.stage)
    }
}

/// The command that goes on with a migration.
pub(crate) fn again(stage: &StageArgs) -> String {
    let mut words = vec!["orgkit migrate".to_owned()];
    if stage.rehearse {
        words.push("--rehearse".to_owned());
    }
    if let Some(world) = stage.world.as_ref().or(stage.world_file.as_ref()) {
        words.push(format!("--world {}", world.display()));
    }
    if stage.seed != 1 {
        words.push(format!("--seed {}", stage.seed));
    }
    if stage.state != std::path::Path::new(".orgkit") {
        words.push(format!("--state {}", stage.state.display()));
    }
    words.join(" ")
}

/// A run that goes on has not walked the organizations: their members are entered by the role that their organization made.
pub(crate) fn offer_members(session: &Session, run: &Run) {
    let Some(plan) = run.opening.as_ref().map(|opening| &opening.plan) else { return };
    for placement in &plan.placements {
        let source = plan.sources.iter().find(|(id, _)| Some(id) == placement.from.as_ref());
        if let Some((_, management)) = source.filter(|(_, management)| management != &placement.account) {
            session.offer_member_access(management, &placement.account);
        }
    }
}

/// How a run that did not come to its end is told: `same` is the command that was run, `migrate` the one that clears steps and passes gates.
pub(crate) fn outcome(ended: &Ended, same: &str, migrate: &str) -> Result<Exit, CliError> {
    Err(match ended {
        Ended::Finished | Ended::Until { .. } => return Ok(Exit::Ok),
        Ended::Stopped { reason } => {
            CliError::new(Exit::Stopped, "OK1902", format!("stopped: {reason}")).hint(format!("`{same}` goes on from here"))
        }
        Ended::Scheduled { until, reason } => {
            CliError::new(Exit::Stopped, "OK1908", format!("nothing can be done before {until}: waiting for {reason}"))
                .hint(format!("`{same}` goes on then; with `--wait` it waits by itself"))
        }
        Ended::Waiting { questions } => waiting(questions, migrate),
        Ended::Stuck { troubles } => stuck(troubles, migrate),
        Ended::Credentials { step, message } => CliError::new(Exit::Credentials, "OK1601", format!("step `{step}`: {message}"))
            .hint(format!("renew the credentials; `{same}` goes on from here")),
    })
}

fn waiting(questions: &[Question], again: &str) -> CliError {
    let asked: Vec<_> = questions.iter().map(|one| one.question.as_str()).collect();
    let gates: Vec<_> = questions.iter().map(|one| format!("--pass-gate '{}=NOTE'", one.step)).collect();
    CliError::new(Exit::Stopped, "OK1905", format!("a person is asked to: {}", asked.join("; ")))
        .hint(format!("when that is done or decided: `{again} {}`", gates.join(" ")))
}

fn stuck(troubles: &[Trouble], again: &str) -> CliError {
    let steps: Vec<_> = troubles.iter().map(|one| format!("step `{}` is stuck: {}", one.step, one.message)).collect();
    let clear: Vec<_> = troubles.iter().map(|one| format!("--clear '{}=NOTE'", one.step)).collect();
    CliError::new(Exit::Stuck, "OK1903", steps.join("; ")).hint(format!("when a person has cleared it: `{again} {}`", clear.join(" ")))
}

/// Reads `STEP=NOTE` pairs.
fn notes(texts: &[String]) -> Result<BTreeMap<String, String>, CliError> {
    let read = |text: &String| match text.split_once('=') {
        Some((step, note)) if !note.trim().is_empty() => Ok((step.to_owned(), note.trim().to_owned())),
        _ => Err(CliError::new(Exit::Usage, "OK1001", format!("`{text}` is not of the form STEP=NOTE"))
            .hint("such as `--pass-gate 111122223333/commitments=\"agreed with finance, ticket 42\"`")),
    };
    texts.iter().map(read).collect()
}
