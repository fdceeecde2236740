//! The stages in their order: discover, assess, plan.

use crate::error::CliError;
use crate::exit::Exit;
use crate::packs::assess_error;
use crate::printer::Printer;
use crate::session::Session;
use orgkit_assess::{ActivityInput, PolicyProposal, WORKLOAD_KINDS, activity_findings, decide_approach, guardrail_findings, sort_findings};
use orgkit_cloud::{CloudError, ErrorClass};
use orgkit_discover::{DiscoverError, Discovery, EstateFile};
use orgkit_execute::Clock;
use orgkit_iam::glob_matches;
use orgkit_model::{Accepted, AccountId, Approach, Estate, Finding, Plan, Severity, Status};
use orgkit_plan::{Placed, PlanError, PlanInput, Proposal};
use std::collections::BTreeMap;

/// Facts that the planner itself asks for, whatever the packs say.
const PLANNER_KINDS: [&str; 7] = [
    "AWS::CloudFormation::StackSet",
    "controltower:GetLandingZone",
    "controltower:ListEnabledBaselines",
    "organizations:ListInboundResponsibilityTransfers",
    "organizations:ListOutboundResponsibilityTransfers",
    "ram:GetResourceShareAssociations",
    "savingsplans:DescribeSavingsPlans",
];

/// What the stages before execution come to.
pub(crate) struct Planned {
    /// The estate.
    pub(crate) estate: Estate,
    /// The findings.
    pub(crate) findings: Vec<Finding>,
    /// The plan.
    pub(crate) plan: Plan,
}

/// Reads both estates and keeps them in the state directory.
pub(crate) async fn discover(session: &Session, printer: Printer) -> Result<Estate, CliError> {
    let mut scope = session.scope.clone();
    scope.kinds.extend(WORKLOAD_KINDS.iter().chain(&PLANNER_KINDS).map(|kind| (*kind).to_owned()));
    scope.kinds.sort();
    scope.kinds.dedup();
    let bar = crate::progress::spinner(printer, "discover");
    let discovery = Discovery { cloud: &session.cloud, scope: &scope, at: session.time.now() };
    let estate =
        discovery.run(&mut |progress| bar.tell(progress.done, progress.total, &format!("{} {}", progress.account, progress.kind))).await;
    bar.close();
    let estate = estate.map_err(|error| discover_error(&error))?;
    EstateFile::write(&session.state.file("estate.db"), &estate)
        .map_err(|error| CliError::from_source(Exit::Unexpected, "OK1501", &error))?;
    let accounts = estate.standalone.len() + estate.sources.iter().map(|source| source.accounts.len()).sum::<usize>();
    let blind = estate.collections.iter().filter(|collection| !collection.outcome.looked()).count();
    let looked = if blind == 0 { String::new() } else { format!("; {blind} looks were refused, failed or are incomplete") };
    printer.say(&format!("discover: {accounts} accounts to migrate, {} facts{looked}", estate.facts.len()));
    Ok(estate)
}

/// What packs and user decide before anything is judged: where accounts go, and which guardrails the target gets.
pub(crate) struct Decided {
    placements: BTreeMap<AccountId, Placed>,
    proposals: Vec<PolicyProposal>,
}

/// Asks the packs' enrolment rules and hardening steps.
pub(crate) fn decide(session: &Session, estate: &Estate) -> Result<Decided, CliError> {
    let proposals = session.rules.proposals(estate).map_err(|error| assess_error(&error))?;
    Ok(Decided { placements: placements(session, estate)?, proposals })
}

/// Runs the packs' checks, and compares the calls that were made with what will be allowed where each account goes.
pub(crate) fn assess(session: &Session, estate: &Estate, decided: &Decided, printer: Printer) -> Result<Vec<Finding>, CliError> {
    let mut findings = session.rules.findings(estate, "assess", None).map_err(|error| assess_error(&error))?;
    findings.extend(moves(session, estate, decided));
    sort_findings(&mut findings);
    let blocking = findings.iter().filter(|finding| finding.blocks_move).count();
    printer.say(&format!("assess: {} findings, {blocking} of them block an account until remedied or accepted", findings.len()));
    Ok(findings)
}

/// All stages up to the plan, which is kept in the state directory.
pub(crate) async fn plan(session: &Session, printer: Printer) -> Result<Planned, CliError> {
    let estate = discover(session, printer).await?;
    let decided = decide(session, &estate)?;
    let findings = assess(session, &estate, &decided, printer)?;
    let plan = make_plan(session, &estate, &findings, decided)?;
    unused_acceptances(session, &plan, printer);
    let text = serde_json::to_string_pretty(&plan).map_err(|error| CliError::from_source(Exit::Unexpected, "OK2101", &error))?;
    session.state.write("plan.json", text.as_bytes())?;
    Ok(Planned { estate, findings, plan })
}

/// What changes for the accounts that move: for the calls that were made in them, and for the guardrails that they had.
fn moves(session: &Session, estate: &Estate, decided: &Decided) -> Vec<Finding> {
    let leave_out = &session.config.leave_out;
    let moves = decided.placements.iter().filter(|(account, _)| !leave_out.contains(*account));
    let moves = moves.map(|(account, placed)| (account.clone(), placed.unit.clone())).collect();
    let transitional = vec![session.config.options().transitional];
    let days = session.config.activity.days();
    let input = ActivityInput { estate, moves, transitional, proposals: &decided.proposals, days };
    let mut findings = activity_findings(&input);
    findings.extend(guardrail_findings(&input));
    findings
}

/// Says which acceptances in orgkit.toml meet no finding: a name that is misspelt, or a finding that was remedied.
fn unused_acceptances(session: &Session, plan: &Plan, printer: Printer) {
    for accept in session.config.options().accept {
        let meets =
            |one: &Accepted| one.account == accept.account && one.code == accept.code && glob_matches(&accept.subject, &one.subject);
        if !plan.accepted.iter().any(meets) {
            printer.say(&format!(
                "nothing to accept: account {} has no blocking finding `{}` about `{}`",
                accept.account, accept.code, accept.subject
            ));
        }
    }
}

fn make_plan(session: &Session, estate: &Estate, findings: &[Finding], decided: Decided) -> Result<Plan, CliError> {
    let input = PlanInput {
        estate,
        findings,
        // Whoever names a target and asks for its plan has chosen; the report shows what the evidence speaks for.
        decision: decide_approach(estate, Some(Approach::NewOrganizationInviteAll)),
        placements: decided.placements,
        proposals: decided
            .proposals
            .into_iter()
            .map(|one| Proposal {
                name: one.name,
                kind: one.kind,
                content: one.content,
                unit: one.unit,
                because: one.because,
                covers: one.covers,
            })
            .collect(),
        packs: session.rules.digest(),
        options: session.config.options(),
    };
    orgkit_plan::plan(&input).map_err(|error| plan_error(&error))
}

/// Where each account goes: the user's word before the packs'. What nobody places stays where it arrives, for a person to place later.
fn placements(session: &Session, estate: &Estate) -> Result<BTreeMap<AccountId, Placed>, CliError> {
    let arrivals = vec![session.config.options().transitional];
    let everybody = estate.standalone.iter().chain(estate.sources.iter().flat_map(|source| source.accounts.values()));
    let by_nobody = everybody.map(|account| {
        let placed = Placed { unit: arrivals.clone(), decided_by: "no rule places it".to_owned(), held: None };
        (account.id.clone(), placed)
    });
    let decisions = session.rules.placements(estate).map_err(|error| assess_error(&error))?;
    let by_rule = decisions.into_iter().map(|(account, decision)| {
        let unit = if decision.held.is_some() { arrivals.clone() } else { decision.unit };
        (account, Placed { unit, decided_by: decision.decided_by, held: decision.held })
    });
    let by_user = session.config.placement.iter().map(|(account, unit)| {
        let unit = unit.split('/').map(str::to_owned).collect();
        (account.clone(), Placed { unit, decided_by: "orgkit.toml".to_owned(), held: None })
    });
    Ok(by_nobody.chain(by_rule).chain(by_user).collect())
}

/// Whether a finding that really is one is at least this bad.
pub(crate) fn reaches(findings: &[Finding], level: Option<Severity>) -> bool {
    level.is_some_and(|level| findings.iter().any(|finding| finding.severity >= level && finding.status != Status::Pass))
}

fn plan_error(error: &PlanError) -> CliError {
    let told = CliError::from_source(Exit::Usage, "OK1801", error);
    match error {
        PlanError::Unplaced { account, .. } => told.hint(format!("add a line to `[placement]` in orgkit.toml: \"{account}\" = \"UNIT\"")),
        PlanError::Wave { .. } => told.hint("correct `[[waves]]` in orgkit.toml"),
        PlanError::Guardrail { .. } => told.hint("lift the policy by hand for the time of the migration, then plan again"),
    }
}

/// A failed discovery, as a person sees it.
pub(crate) fn discover_error(error: &DiscoverError) -> CliError {
    match error {
        DiscoverError::Cloud(cloud) => cloud_error(cloud),
        _ => CliError::from_source(Exit::Usage, "OK1202", error)
            .hint("`[target]`, `[[sources]]` and `[[standalone]]` in orgkit.toml say who is who"),
    }
}

/// A failed call, as a person sees it.
pub(crate) fn cloud_error(error: &CloudError) -> CliError {
    match error.class {
        ErrorClass::Credentials => CliError::from_source(Exit::Credentials, "OK1601", error)
            .hint("`aws sts get-caller-identity --profile NAME` shows what a profile gives; `aws sso login` renews a session"),
        _ => CliError::from_source(Exit::Unexpected, "OK1701", error)
            .hint("what was done is in the journal; the same command goes on from there"),
    }
}
