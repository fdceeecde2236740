//! From a command to what it does.

use crate::args::{AssessArgs, Cli, Command, Output, PlanArgs, ReportArgs, SchemaOf, StageArgs};
use crate::config::Config;
use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::session::Session;
use crate::state::{JOURNAL, State};
use crate::store::Place;
use crate::{explain, init, journal, migrate, move_back, policy, render, scan, sim, stages, status};
use clap::CommandFactory;
use orgkit_execute::{Witness, verify, verify_return};
use orgkit_model::{Estate, Opening, Picture, Severity};
use orgkit_sim::WorldFile;
use std::collections::BTreeMap;

/// Runs a command.
pub(crate) async fn run(command: &Command, printer: Printer) -> Result<Exit, CliError> {
    match command {
        Command::Init(args) => init::run(args, printer).await,
        Command::Discover(args) => discover(args, printer).await,
        Command::Assess(args) => assess(args, printer).await,
        Command::Plan(args) => plan(args, printer).await,
        Command::Migrate(args) => migrate::run(args, printer).await,
        Command::Status(args) => status::run(args, printer).await,
        Command::MoveBack(args) => move_back::run(args, printer).await,
        Command::Verify(args) => verified(args, printer).await,
        Command::Report(args) => report(args, printer).await,
        Command::Policy(command) => policy::run(command, printer),
        Command::Scan(args) => scan::run(args, printer),
        Command::Sim(command) => sim::run(command, printer).await,
        Command::Explain { code } => Ok(printer.result(&explain::explain(code.as_deref())?).map(|()| Exit::Ok)?),
        Command::Schema { of } => schema(*of, printer),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "orgkit", &mut script);
            printer.result(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Ok)
        }
    }
}

fn schema(of: SchemaOf, printer: Printer) -> Result<Exit, CliError> {
    let schema = match of {
        SchemaOf::World => WorldFile::schema(),
        SchemaOf::Result => orgkit_report::result_schema(),
        SchemaOf::Report => orgkit_report::report_schema(),
        SchemaOf::Status => orgkit_report::status_schema(),
    };
    printer.result(&render::json(&schema)?)?;
    Ok(Exit::Ok)
}

async fn discover(args: &StageArgs, printer: Printer) -> Result<Exit, CliError> {
    let session = Session::open(args, false, BTreeMap::new())?;
    let estate = stages::discover(&session, printer).await?;
    let path = session.state.file("estate.db").display().to_string();
    let text = match args.output {
        Output::Json => render::json(&serde_json::json!({ "estate": path, "digest": estate.digest(), "accounts": accounts(&estate) }))?,
        Output::Text => format!("wrote {path} ({})", estate.digest().short()),
    };
    printer.result(&text)?;
    Ok(Exit::Ok)
}

fn accounts(estate: &Estate) -> usize {
    estate.standalone.len() + estate.sources.iter().map(|source| source.accounts.len()).sum::<usize>()
}

async fn assess(args: &AssessArgs, printer: Printer) -> Result<Exit, CliError> {
    let session = Session::open(&args.stage, false, BTreeMap::new())?;
    let estate = stages::discover(&session, printer).await?;
    let findings = stages::assess(&session, &estate, &stages::decide(&session, &estate)?, printer)?;
    let decision = orgkit_assess::decide_approach(&estate, None);
    let text = match args.stage.output {
        Output::Json => render::json(&serde_json::json!({ "decision": decision, "findings": findings }))?,
        Output::Text => orgkit_report::findings_text(&findings, |account| Some(estate.name_of(account)), render::paint(printer)),
    };
    printer.result(&text)?;
    Ok(if stages::reaches(&findings, args.fail_on.map(Severity::from)) { Exit::Findings } else { Exit::Ok })
}

async fn plan(args: &PlanArgs, printer: Printer) -> Result<Exit, CliError> {
    let session = Session::open(&args.stage, false, BTreeMap::new())?;
    let planned = stages::plan(&session, printer).await?;
    let something = !planned.plan.is_empty();
    let opening = Opening {
        before: Picture::of(&planned.estate),
        plan: planned.plan,
        findings: planned.findings,
        rehearsal: session.rehearsal.clone(),
    };
    let text = match args.stage.output {
        Output::Json => render::json(&opening.plan)?,
        Output::Text => orgkit_report::plan_text(&opening, render::paint(printer)),
    };
    printer.result(&text)?;
    Ok(match (stages::reaches(&opening.findings, args.fail_on.map(Severity::from)), something && args.detailed_exitcode) {
        (true, _) => Exit::Findings,
        (false, true) => Exit::Changes,
        (false, false) => Exit::Ok,
    })
}

/// Compares the plan of the journal with what the organizations say now.
async fn verified(args: &StageArgs, printer: Printer) -> Result<Exit, CliError> {
    let session = Session::open(args, false, BTreeMap::new())?;
    let missing = || CliError::new(Exit::Usage, "OK1401", "there is no migration to verify here").hint("`orgkit migrate` makes one");
    let (run, _) = journal::read(&session.journal).await?.ok_or_else(missing)?;
    let plan = run.opening.as_ref().map(|opening| opening.plan.clone()).ok_or_else(missing)?;
    let witness = crate::witness::Eyes { cloud: &session.cloud, rules: &session.rules, regions: &session.scope.regions };
    let failed = |error: orgkit_execute::ExecuteError| CliError::from_source(Exit::Unexpected, "OK1701", &error);
    let target = witness.organization(&plan.target_management).await.map_err(failed)?;
    let mut accounts = verify(&plan, &target, &[], &[]);
    accounts.retain(|account| !run.is_excused(&account.account));
    for amendment in &run.amendments {
        let home = plan.sources.iter().find(|(id, _)| Some(id) == amendment.to.as_ref());
        let source = match home {
            Some((_, management)) => Some(witness.organization(management).await.map_err(failed)?),
            None => None,
        };
        accounts.push(verify_return(amendment, &target, source.as_ref()));
    }
    let wrong = accounts.iter().filter(|account| !account.ok).count();
    let text = match args.output {
        Output::Json => render::json(&serde_json::json!({ "accounts": accounts, "ok": wrong == 0 }))?,
        Output::Text => {
            let line =
                |one: &orgkit_model::Verified| format!("{} {}  {}\n", if one.ok { "ok   " } else { "wrong" }, one.account, one.detail);
            accounts.iter().map(line).collect()
        }
    };
    printer.result(&text)?;
    Ok(if wrong == 0 { Exit::Ok } else { Exit::Stale })
}

async fn report(args: &ReportArgs, printer: Printer) -> Result<Exit, CliError> {
    let config = Config::read(args.config.as_deref())?.unwrap_or_default();
    let place = Place::of(config.state.as_ref(), State::folder(&args.state, args.rehearse).join(JOURNAL), args.rehearse);
    let (_, entries) = journal::read(&place).await?.ok_or_else(|| {
        CliError::new(Exit::Usage, "OK1401", format!("there is no journal at `{place}`"))
            .hint("`orgkit migrate` writes one; `--rehearse` looks for that of a rehearsal")
    })?;
    let state = State::take(&args.state, args.rehearse)?;
    render::write_reports(&state, &entries)?;
    printer.result(&format!("wrote {}", state.file("report.html").display()))?;
    Ok(Exit::Ok)
}
