//! The main job: discover, assess, plan, approve, execute, verify, report; or go on where the last run stopped.

use crate::approval::approve;
use crate::args::{MigrateArgs, Output};
use crate::error::CliError;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::progress::Watcher;
use crate::session::Session;
use crate::witness::Eyes;
use crate::{journal, render, stages};
use orgkit_execute::{Clock, Ended, ExecuteError, Executor, Journal, Tuning};
use orgkit_model::{Approval, Entry, Event, Opening, Picture, Run, Severity};
use orgkit_report::Summary;
use std::collections::BTreeMap;

/// Runs `orgkit migrate`.
pub(crate) async fn run(args: &MigrateArgs, printer: Printer) -> Result<Exit, CliError> {
    let notes = notes(&args.pass_gates)?;
    let session = Session::open(&args.stage, args.fresh, notes)?;
    let job = Job { args, printer, session };
    match job.opened()? {
        Some(journal) if journal.run().finished.is_some() => job.nothing_to_do(&journal),
        Some(journal) => job.resume(journal).await,
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
    fn opened(&self) -> Result<Option<Journal>, CliError> {
        let path = self.session.state.file("journal.db");
        if !path.exists() {
            return Ok(None);
        }
        let journal = Journal::open(&path).map_err(|error| journal::error(&error))?;
        Ok(journal.run().opening.is_some().then_some(journal))
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
        let mut journal = Journal::open(&self.session.state.file("journal.db")).map_err(|error| journal::error(&error))?;
        let (digest, approach) = (opening.plan.digest(), opening.plan.decision.taken);
        self.append(&mut journal, Event::Opened(Box::new(opening)))?;
        self.append(&mut journal, Event::Approved { digest, by, approach })?;
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

    async fn resume(&self, mut journal: Journal) -> Result<Exit, CliError> {
        let done = journal.run().steps.values().filter(|record| record.is_done()).count();
        self.printer.say(&format!("resuming: {done} of {} steps are done", journal.run().steps.len()));
        if journal.run().approval.is_none()
            && let Some(opening) = journal.run().opening.clone()
        {
            let by = self.approval(&opening)?;
            let (digest, approach) = (opening.plan.digest(), opening.plan.decision.taken);
            self.append(&mut journal, Event::Approved { digest, by, approach })?;
        }
        self.offer_member_access(journal.run());
        self.execute(journal).await
    }

    /// A run that goes on has not walked the organizations: their members are entered by the role that their organization made.
    fn offer_member_access(&self, run: &Run) {
        let Some(plan) = run.opening.as_ref().map(|opening| &opening.plan) else { return };
        for placement in &plan.placements {
            let source = plan.sources.iter().find(|(id, _)| Some(id) == placement.from.as_ref());
            if let Some((_, management)) = source.filter(|(_, management)| management != &placement.account) {
                self.session.offer_member_access(management, &placement.account);
            }
        }
    }

    async fn execute(&self, mut journal: Journal) -> Result<Exit, CliError> {
        let Some(plan) = journal.run().opening.as_ref().map(|opening| opening.plan.clone()) else {
            return Err(CliError::new(Exit::Unexpected, "OK2101", "the journal holds no plan"));
        };
        let watcher = Watcher::new(&plan, self.printer);
        let interrupt = Interrupt::watch(&self.again());
        let witness = Eyes { cloud: &self.session.cloud, rules: &self.session.rules, regions: &self.session.scope.regions };
        let executor = Executor {
            cloud: &self.session.cloud,
            clock: &self.session.time,
            gates: &self.session.gates,
            witness: &witness,
            tuning: Tuning::default(),
            stop: &|| interrupt.asked(),
            watch: &|progress| watcher.show(progress),
        };
        let ended = executor.run(&mut journal).await;
        watcher.close();
        match ended {
            Ok(ended) => self.close(&journal, &ended),
            Err(ExecuteError::Journal(error)) => Err(journal::error(&error)),
            Err(ExecuteError::Cloud(error)) => {
                self.close(&journal, &Ended::Stopped { reason: error.to_string() }).and(Err(stages::cloud_error(&error)))
            }
            Err(error) => Err(CliError::from_source(Exit::Unexpected, "OK1701", &error)),
        }
    }

    /// Writes the report and the closing words.
    fn close(&self, journal: &Journal, ended: &Ended) -> Result<Exit, CliError> {
        let entries = journal.entries().map_err(|error| journal::error(&error))?;
        self.report(&entries)?;
        self.print(journal.run(), true)?;
        match ended {
            Ended::Finished if self.args.detailed_exitcode => Ok(Exit::Changes),
            Ended::Finished => Ok(Exit::Ok),
            Ended::Stopped { reason } => {
                Err(CliError::new(Exit::Stopped, "OK1902", format!("stopped: {reason}"))
                    .hint(format!("`{}` goes on from here", self.again())))
            }
            Ended::Waiting { step, question } => Err(CliError::new(Exit::Stopped, "OK1905", format!("a person is asked to: {question}"))
                .hint(format!("when that is done or decided: `{} --pass-gate '{step}=NOTE'`", self.again()))),
            Ended::Stuck { step, message } => Err(CliError::new(Exit::Stuck, "OK1903", format!("step `{step}` is stuck: {message}"))
                .hint(format!("when a person has cleared it, `{}` goes on from here", self.again()))),
            Ended::Credentials { step, message } => Err(CliError::new(Exit::Credentials, "OK1601", format!("step `{step}`: {message}"))
                .hint(format!("renew the credentials; `{}` goes on from here", self.again()))),
        }
    }

    fn nothing_to_do(&self, journal: &Journal) -> Result<Exit, CliError> {
        self.printer.say("nothing to do: this migration is finished and verified; nothing was changed");
        let missing = ["report.html", "report.json"].iter().any(|name| !self.session.state.file(name).exists());
        if missing {
            self.report(&journal.entries().map_err(|error| journal::error(&error))?)?;
        }
        self.print(journal.run(), true)?;
        let findings = journal.run().opening.as_ref().map(|opening| opening.findings.as_slice()).unwrap_or_default();
        let reached = stages::reaches(findings, self.args.fail_on.map(Severity::from));
        Ok(if reached { Exit::Findings } else { Exit::Ok })
    }

    /// Prints what is known of a run that did not start. Nothing of it is kept.
    fn unstarted(&self, opening: Opening) -> Result<(), CliError> {
        if self.args.stage.output == Output::Json {
            let entry = Entry { seq: 1, at: self.session.time.now(), generation: 1, event: Event::Opened(Box::new(opening)) };
            let run = Run::replay([&entry]).map_err(|error| CliError::from_source(Exit::Unexpected, "OK2101", &error))?;
            self.print(&run, false)?;
        }
        Ok(())
    }

    fn report(&self, entries: &[Entry]) -> Result<(), CliError> {
        render::write_reports(&self.session.state, entries)
    }

    fn print(&self, run: &Run, kept: bool) -> Result<(), CliError> {
        let (journal, report) = (self.session.state.file("journal.db"), self.session.state.file("report.html"));
        let (journal, report) = (journal.display().to_string(), report.display().to_string());
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

    fn append(&self, journal: &mut Journal, event: Event) -> Result<(), CliError> {
        journal.append(self.session.time.now(), event).map_err(|error| journal::error(&error))
    }

    /// The command that goes on with this run.
    fn again(&self) -> String {
        let stage = &self.args.stage;
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
