//! Moving one account back: before it joined by undoing what was done for it, afterwards by a return plan that is approved like any other.

use crate::approval::approve_words;
use crate::args::{MoveBackArgs, Output};
use crate::drive::{self, Drive, Driven, drive};
use crate::error::CliError;
use crate::exit::Exit;
use crate::migrate::{again, offer_members, outcome};
use crate::printer::Printer;
use crate::session::Session;
use crate::store::Store;
use crate::{journal, render, stages};
use orgkit_cloud::CloudRead as _;
use orgkit_discover::EstateFile;
use orgkit_execute::{Clock, Ended, ExecuteError, Extent, Journal};
use orgkit_model::{Account, AccountId, Amendment, Approval, Digest, Estate, Event, Opening, Organization, Plan, Run, Step, StepState};
use orgkit_plan::{ReturnError, Returning, return_plan};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Runs `orgkit move-back`.
pub(crate) async fn run(args: &MoveBackArgs, printer: Printer) -> Result<Exit, CliError> {
    let session = Session::open(&args.stage, false, BTreeMap::new())?;
    let missing =
        || CliError::new(Exit::Usage, "OK1401", "there is no migration here that could have moved it").hint("`orgkit migrate` makes one");
    let (run, _) = journal::read(&session.journal).await?.ok_or_else(missing)?;
    let opening = run.opening.clone().ok_or_else(missing)?;
    if !opening.plan.placements.iter().any(|placement| placement.account == args.account) {
        return Err(refused(&ReturnError::NotMoved(args.account.clone())));
    }
    offer_members(&session, &run);
    let job = Job { args, printer, session, opening };
    if let Some(known) = run.amendments.iter().find(|amendment| amendment.account == args.account).cloned() {
        return job.go_on(&run, &known).await;
    }
    let target = &job.opening.plan.target_management;
    let joined = job.session.cloud.account(target, &args.account).await.map_err(|error| stages::cloud_error(&error))?;
    match joined {
        Some(joined) => job.send_back(&run, &joined).await,
        None => job.take_back(&run).await,
    }
}

/// One `orgkit move-back`.
struct Job<'a> {
    args: &'a MoveBackArgs,
    printer: Printer,
    session: Session,
    opening: Arc<Opening>,
}

impl Job<'_> {
    /// Undoes what was done for an account that has not joined.
    async fn take_back(&self, run: &Run) -> Result<Exit, CliError> {
        let account = &self.args.account;
        let done: Vec<&Step> = run.steps_of(account).filter(|step| was_begun(run, step)).collect();
        let undone = done.iter().rev().map(|step| json!({ "step": step.id, "title": step.title })).collect::<Vec<_>>();
        let digest = Digest::of(&(account, &undone));
        let mut text = format!("account {account} has not joined {}; to be taken back, the last thing first:\n", self.opening.plan.target);
        text.extend(done.iter().rev().map(|step| format!("  - {}\n", step.title)));
        text.push_str(if done.is_empty() { "  nothing was done for it yet\n" } else { "" });
        self.show(&text)?;
        let told = |state: &str| json!({ "account": account, "state": state, "digest": digest, "undone": undone });
        self.approved(&digest, &["undo".to_owned(), account.to_string()], &told("not-approved"))?;
        let journal = journal::take(&self.session.journal, &self.session.time, None).await?;
        let ended = self.with_executor(&journal, Extent::default(), async |executor| executor.undo(&journal, account).await).await?;
        let over = matches!(ended, Ended::Until { .. });
        if over && !journal.run().is_excused(account) {
            let note = "moved back before it had joined".to_owned();
            self.append(&journal, Event::Excused { account: account.clone(), note }).await?;
        }
        self.close(&journal, &ended, &told(if over { "undone" } else { "stopped" })).await
    }

    /// Plans the way back of an account that has joined, and goes it once it is approved.
    async fn send_back(&self, run: &Run, joined: &Account) -> Result<Exit, CliError> {
        let amendment = self.amendment(joined).await?;
        let digest = Digest::of(&(&amendment.account, &amendment.wave, &amendment.lost));
        self.show(&text(&amendment, &digest))?;
        let words = [amendment.to.as_ref().map(ToString::to_string).unwrap_or_default(), self.args.account.to_string()];
        let by = self.approved(&digest, &words, &told(&amendment, &digest, "not-approved"))?;
        let whole = run.all_done();
        let journal = journal::take(&self.session.journal, &self.session.time, None).await?;
        if run.steps_of(&self.args.account).any(|step| journal.run().record(&step.id).is_some_and(orgkit_model::StepRecord::may_have_acted))
        {
            // Nobody has to wait for a run that did not go on.
            drop(journal.close().await);
            let message = format!("something may have been done for account {} that nobody has looked at", self.args.account);
            return Err(CliError::new(Exit::Stopped, "OK1912", message).hint(format!("`{}` looks", again(&self.args.stage))));
        }
        let amendment = Amendment { by, ..amendment };
        self.append(&journal, Event::Amended(Box::new(amendment.clone()))).await?;
        self.carry_out(journal, &amendment, &digest, whole).await
    }

    /// Goes on with a way back that was approved before.
    async fn go_on(&self, run: &Run, amendment: &Amendment) -> Result<Exit, CliError> {
        let digest = Digest::of(&(&amendment.account, &amendment.wave, &amendment.lost));
        let is_done = |step: &Step| run.record(&step.id).is_some_and(orgkit_model::StepRecord::is_done);
        if amendment.wave.steps.iter().all(is_done) {
            self.printer.say(&format!("nothing to do: account {} is back", self.args.account));
            self.result(&told(amendment, &digest, "returned"))?;
            return Ok(Exit::Ok);
        }
        let planned = self.opening.plan.waves.len();
        let whole = run.left().iter().take(planned).all(|left| *left == 0);
        let journal = journal::take(&self.session.journal, &self.session.time, None).await?;
        self.carry_out(journal, amendment, &digest, whole).await
    }

    async fn carry_out(&self, journal: Journal<Store>, amendment: &Amendment, digest: &Digest, whole: bool) -> Result<Exit, CliError> {
        let alone = (!whole).then(|| amendment.wave.name.clone());
        let extent = Extent { alone, ..Extent::default() };
        let ended = self.with_executor(&journal, extent, async |executor| executor.run(&journal).await).await?;
        let over = matches!(ended, Ended::Finished | Ended::Until { .. });
        self.close(&journal, &ended, &told(amendment, digest, if over { "returned" } else { "stopped" })).await
    }

    /// The way back, from what was known when the account moved and what is so now.
    async fn amendment(&self, joined: &Account) -> Result<Amendment, CliError> {
        let (plan, account) = (&self.opening.plan, &self.args.account);
        let estate = self.estate()?;
        let old = match estate.source_of(account) {
            Some(source) => self.managed_by(&source.organization.management_account).await?,
            None => None,
        };
        let config = self.session.config.options();
        let returning = Returning {
            plan,
            estate: &estate,
            account,
            joined_at: joined.joined_at,
            old: old.as_ref(),
            now: self.session.time.now(),
            access_role: &config.access_role,
            by: Approval::Rehearsal,
        };
        return_plan(&returning).map_err(|error| refused(&error))
    }

    /// The estate that the plan was made from.
    fn estate(&self) -> Result<Estate, CliError> {
        let gone = |message: String| {
            CliError::new(Exit::Stale, "OK1911", message).hint("invite the account by hand from its old organization, if that still exists")
        };
        let path = self.session.state.file("estate.db");
        let estate = EstateFile::read(&path).map_err(|error| gone(format!("the estate of before cannot be read: {error}")))?;
        if estate.digest() == self.opening.plan.estate {
            return Ok(estate);
        }
        Err(gone(format!("`{}` is no longer the estate that the plan was made from", path.display())))
    }

    /// The organization that an account manages now.
    async fn managed_by(&self, management: &AccountId) -> Result<Option<Organization>, CliError> {
        let now = self.session.cloud.organization(management).await.map_err(|error| stages::cloud_error(&error))?;
        Ok(now.filter(|organization| &organization.management_account == management))
    }

    fn approved(&self, digest: &Digest, words: &[String], told: &serde_json::Value) -> Result<Approval, CliError> {
        if self.session.rehearsal.is_some() {
            return Ok(Approval::Rehearsal);
        }
        let command = format!("orgkit move-back {}", self.args.account);
        approve_words(digest, words, self.args.confirm.as_deref(), &command, self.printer).inspect_err(|_| {
            // What was not approved is printed all the same; that it was not is the error that follows.
            drop(self.result(told));
        })
    }

    /// Runs an executor with everything that this session has.
    async fn with_executor(
        &self,
        journal: &Journal<Store>,
        extent: Extent,
        work: impl AsyncFnOnce(&Driven<'_>) -> Result<Ended, ExecuteError>,
    ) -> Result<Ended, CliError> {
        let waves = journal.run().waves().cloned().collect();
        let plan = Plan { waves, ..self.opening.plan.clone() };
        let again = format!("orgkit move-back {}", self.args.account);
        let how = Drive { plan: &plan, extent, waits: self.args.wait, again };
        let ended = drive(&self.session, self.printer, journal, how, work).await;
        ended.map_err(|error| match error {
            ExecuteError::Journal(error) => journal::error(&error),
            ExecuteError::Cloud(error) => stages::cloud_error(&error),
            error => CliError::from_source(Exit::Unexpected, "OK1701", &error),
        })
    }

    /// Writes the report and says how it ended.
    async fn close(&self, journal: &Journal<Store>, ended: &Ended, told: &serde_json::Value) -> Result<Exit, CliError> {
        drive::close(&self.session, journal).await?;
        self.result(told)?;
        match ended {
            Ended::Finished | Ended::Until { .. } => {
                let state = told["state"].as_str().unwrap_or_default();
                self.printer.say(&format!("account {} is {state}", self.args.account));
                Ok(Exit::Ok)
            }
            ended => outcome(ended, &format!("orgkit move-back {}", self.args.account), &again(&self.args.stage)),
        }
    }

    /// Prints text for people; a program gets one JSON object at the end.
    fn show(&self, text: &str) -> Result<(), CliError> {
        if self.args.stage.output == Output::Text { Ok(self.printer.result(text.trim_end())?) } else { Ok(()) }
    }

    fn result(&self, told: &serde_json::Value) -> Result<(), CliError> {
        if self.args.stage.output == Output::Json { Ok(self.printer.result(&render::json(told)?)?) } else { Ok(()) }
    }

    async fn append(&self, journal: &Journal<Store>, event: Event) -> Result<(), CliError> {
        journal.append(self.session.time.now(), event).await.map_err(|error| journal::error(&error))
    }
}

/// Whether this run has done something for a step that is not taken back yet.
fn was_begun(run: &Run, step: &Step) -> bool {
    run.record(&step.id).is_some_and(|record| record.intents > 0 && record.state != StepState::Undone)
}

fn refused(error: &ReturnError) -> CliError {
    CliError::from_source(Exit::Usage, "OK1910", error).hint("`orgkit explain OK1910` says what can go back; nothing was changed")
}

/// The way back for people: where to, how, and what does not come back.
fn text(amendment: &Amendment, digest: &Digest) -> String {
    let to = amendment.to.as_ref().map_or_else(|| "no organization".to_owned(), ToString::to_string);
    let unit = if amendment.unit.is_empty() { "the root".to_owned() } else { amendment.unit.join("/") };
    let mut text = format!("account {} goes back to {to}, into {unit}:\n", amendment.account);
    text.extend(amendment.wave.steps.iter().map(|step| format!("  - {}\n", step.title)));
    text.push_str(if amendment.lost.is_empty() {
        "nothing else is known that it had there\n"
    } else {
        "what does not come back by itself:\n"
    });
    text.extend(amendment.lost.iter().map(|line| format!("  - {line}\n")));
    text + &format!("digest {}\n", digest.short())
}

/// The same for programs.
fn told(amendment: &Amendment, digest: &Digest, state: &str) -> serde_json::Value {
    let steps: Vec<_> = amendment.wave.steps.iter().map(|step| json!({ "step": step.id, "title": step.title })).collect();
    json!({
        "account": amendment.account,
        "state": state,
        "digest": digest,
        "to": amendment.to,
        "unit": amendment.unit,
        "steps": steps,
        "lost": amendment.lost,
    })
}
