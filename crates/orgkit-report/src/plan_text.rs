//! The plan as text, to read like `terraform plan`: why, what changes in which account, what cannot be undone.

use crate::paint::{Paint, Sign, line};
use crate::places::Names;
use crate::summary::is_open;
use crate::{findings_text, words};
use orgkit_model::{AccountId, Action, Finding, Opening, Placement, Plan, Step, StepClass, Wave};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Above this number of accounts, ordinary accounts take one line each.
const MANY: usize = 40;

/// The plan in an opening, as text that ends with its digest.
pub fn plan_text(opening: &Opening, paint: Paint) -> String {
    let plan = &opening.plan;
    let view = View {
        plan,
        names: Names::of(opening),
        placements: plan.placements.iter().map(|placement| (&placement.account, placement)).collect(),
        collapse: plan.placements.len() > MANY,
        paint,
    };
    let mut out = String::new();
    view.header(&mut out, opening.rehearsal.as_deref());
    view.approach(&mut out);
    view.legend(&mut out);
    for (number, wave) in plan.waves.iter().enumerate() {
        view.wave(&mut out, number + 1, wave);
    }
    view.left_out(&mut out);
    view.accepted(&mut out);
    view.findings(&mut out, &opening.findings);
    view.closing(&mut out);
    out
}

struct View<'a> {
    plan: &'a Plan,
    names: Names,
    placements: BTreeMap<&'a AccountId, &'a Placement>,
    collapse: bool,
    paint: Paint,
}

/// The steps of a wave that belong together: those of one account, or those of the organization.
type Group<'a> = (Option<&'a AccountId>, Vec<&'a Step>);

impl View<'_> {
    fn header(&self, out: &mut String, rehearsal: Option<&str>) {
        let plan = self.plan;
        if plan.is_empty() {
            line!(out, "{}", self.paint.bold(&format!("Nothing to do: {} is as planned.", plan.target)));
        } else {
            let moving = words::count(plan.placements.len(), "account");
            line!(out, "{}", self.paint.bold(&format!("orgkit will bring {moving} into {}.", plan.target)));
        }
        if let Some(world) = rehearsal {
            line!(out, "{}", self.paint.dim(&format!("Rehearsal in the world `{world}`: nothing outside this process is changed.")));
        }
    }

    fn approach(&self, out: &mut String) {
        let decision = &self.plan.decision;
        line!(out);
        line!(out, "{} {}", self.paint.bold("Approach:"), words::approach(decision.taken));
        if decision.recommended != decision.taken {
            let advice = format!("the evidence speaks for another: {}", words::approach(decision.recommended));
            line!(out, "  {} {}", self.paint.sign(Sign::NoReturn), self.paint.yellow(&advice));
        }
        for reason in &decision.reasons {
            line!(out, "  - {}: {}", words::clean(&reason.question), words::clean(&reason.answer));
            for evidence in &reason.evidence {
                line!(out, "    {}", self.paint.dim(evidence));
            }
        }
    }

    fn legend(&self, out: &mut String) {
        let used: Vec<_> = self.plan.steps().map(Sign::of).collect();
        let signs: Vec<_> = Sign::LEGEND
            .into_iter()
            .filter(|(sign, _)| used.contains(sign))
            .map(|(sign, meaning)| format!("{} {meaning}", self.paint.sign(sign)))
            .collect();
        if !signs.is_empty() {
            line!(out);
            line!(out, "Steps are marked: {}", signs.join("   "));
        }
    }

    fn wave(&self, out: &mut String, number: usize, wave: &Wave) {
        let accounts = match wave.accounts.len() {
            0 => String::new(),
            some => format!(", {}", words::count(some, "account")),
        };
        let phase = if wave.name == wave.phase.as_str() { String::new() } else { format!(" ({})", wave.phase.as_str()) };
        line!(out);
        let title = format!("Wave {number} of {}: {}{phase}{accounts}", self.plan.waves.len(), wave.name);
        line!(out, "{}", self.paint.bold(&title));
        let groups = groups(wave);
        let usual = if self.collapse { usual_shape(&groups) } else { None };
        if let Some(shape) = &usual {
            let signs: Vec<_> = shape.iter().map(|(sign, kind)| format!("{} {kind}", self.paint.sign(*sign))).collect();
            line!(out, "  {} {}", self.paint.dim("accounts on one line:"), signs.join(", "));
        }
        for (account, steps) in &groups {
            match (account, usual.as_ref().is_some_and(|usual| *usual == shape(steps))) {
                (Some(account), true) => line!(out, "  {} {}", self.paint.sign(Sign::Move), self.heading(account)),
                _ => self.group(out, *account, steps),
            }
        }
    }

    fn group(&self, out: &mut String, account: Option<&AccountId>, steps: &[&Step]) {
        let organization = || steps.first().map_or(self.plan.target.as_str(), |step| words::organization(self.plan, step));
        let heading = account.map_or_else(|| self.paint.cyan(organization()), |account| self.heading(account));
        line!(out, "  {heading}");
        for step in steps {
            let mut notes = Vec::new();
            match step.class {
                StepClass::PointOfNoReturn => notes.push(self.paint.red("no way back")),
                StepClass::Compensable => notes.push(self.paint.yellow("cannot be undone, only made up for")),
                StepClass::Human => notes.push(self.paint.yellow("a person decides")),
                StepClass::Reversible => {}
            }
            let note = if notes.is_empty() { String::new() } else { format!("  [{}]", notes.join(", ")) };
            line!(out, "    {} {}{note}", self.paint.sign(Sign::of(step)), words::clean(&step.title));
            if let Action::Gate(gate) = &step.action {
                if gate.question != step.title {
                    line!(out, "      {}", words::clean(&gate.question));
                }
                gate.evidence.iter().for_each(|evidence| line!(out, "      {}", self.paint.dim(evidence)));
            }
        }
    }

    fn heading(&self, account: &AccountId) -> String {
        let label = self.paint.cyan(&self.names.label(account));
        match self.placements.get(account) {
            Some(placement) => {
                let unit = words::clean(&words::unit(&placement.unit));
                format!("{label}: {} {} {unit}", words::was(placement.was), self.paint.arrow())
            }
            None => label,
        }
    }

    fn left_out(&self, out: &mut String) {
        if self.plan.left_out.is_empty() {
            return;
        }
        line!(out);
        line!(out, "{}", self.paint.bold("Left where they are"));
        for left in &self.plan.left_out {
            line!(out, "  {}: {}", self.names.label(&left.account), words::clean(&left.why));
        }
    }

    fn accepted(&self, out: &mut String) {
        if self.plan.accepted.is_empty() {
            return;
        }
        line!(out);
        line!(out, "{}", self.paint.bold("Accepted by name"));
        for one in &self.plan.accepted {
            line!(out, "  {}: {}  [{}]", self.names.label(&one.account), words::clean(&one.title), words::clean(&one.code));
            line!(out, "    {}", self.paint.dim(&words::clean(&one.because)));
        }
    }

    fn findings(&self, out: &mut String, findings: &[Finding]) {
        let open: Vec<_> = findings.iter().filter(|finding| is_open(finding)).collect();
        line!(out);
        line!(out, "{} {}", self.paint.bold("Findings:"), findings_text::counts(&open));
        for finding in open.iter().filter(|finding| finding.blocks_move) {
            let label = self.names.label(&finding.account);
            line!(out, "  {} {label}: {}  [{}]", self.paint.red("blocks"), words::clean(&finding.title), words::clean(&finding.code));
        }
    }

    fn closing(&self, out: &mut String) {
        let plan = self.plan;
        let number = |wanted: &dyn Fn(&Step) -> bool| plan.steps().filter(|step| wanted(step)).count();
        let joins = number(&|step| matches!(step.action, Action::Accept));
        let parts = [
            format!("{} to move", words::count(joins, "account")),
            format!("{} to create", words::count(number(&|step| matches!(step.action, Action::CreateUnit { .. })), "unit")),
            format!("{} to apply", words::count(number(&|step| matches!(step.action, Action::ApplyPolicy { .. })), "policy")),
            format!(
                "{} to change",
                words::count(
                    number(&|step| matches!(step.action, Action::UpdatePolicy { .. } | Action::AddOrganizationId { .. })),
                    "policy"
                )
            ),
            words::count(number(&|step| step.class == StepClass::PointOfNoReturn), "point of no return"),
            words::count(number(&|step| step.class == StepClass::Human), "human gate"),
        ];
        if self.collapse {
            line!(out);
            line!(out, "{}", self.paint.dim("Every step of every account: `--output json`."));
        }
        line!(out);
        line!(out, "{} {}.", self.paint.bold("Plan:"), parts.join(", "));
        let digest = plan.digest();
        line!(out, "Digest: {} {}", self.paint.bold(digest.short()), self.paint.dim(&format!("({digest})")));
    }
}

/// A wave's steps by account, in the order in which the accounts first appear.
pub(crate) fn groups(wave: &Wave) -> Vec<Group<'_>> {
    let mut places: BTreeMap<Option<&AccountId>, usize> = BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for step in &wave.steps {
        let account = step.account.as_ref();
        let place = *places.entry(account).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, steps)) => steps.push(step),
            None => groups.push((account, vec![step])),
        }
    }
    groups
}

/// What an account's steps look like, whatever the account.
type Shape = Vec<(Sign, &'static str)>;

fn shape(steps: &[&Step]) -> Shape {
    steps.iter().map(|step| (Sign::of(step), kind(&step.action))).collect()
}

/// The shape that most accounts of a wave share, gates aside: an account with a gate is never ordinary.
fn usual_shape(groups: &[Group<'_>]) -> Option<Shape> {
    let mut seen: BTreeMap<Shape, usize> = BTreeMap::new();
    for (_, steps) in groups.iter().filter(|(account, steps)| account.is_some() && !steps.iter().any(|step| step.class == StepClass::Human))
    {
        *seen.entry(shape(steps)).or_default() += 1;
    }
    let (shape, number) = seen.into_iter().max_by_key(|(_, number)| *number)?;
    (number > 1).then_some(shape)
}

fn kind(action: &Action) -> &'static str {
    match action {
        Action::CreateUnit { .. } => "create a unit",
        Action::ApplyPolicy { .. } => "apply a policy",
        Action::UpdatePolicy { .. } => "change a policy",
        Action::RetainStacks { .. } => "retain stacks",
        Action::DeregisterDelegatedAdministrator { .. } => "deregister a delegated administrator",
        Action::RemoveProductAdministrator { .. } => "dismiss an administrator",
        Action::AddOrganizationId { .. } => "add the new organization to a policy",
        Action::BridgeShare { .. } => "bridge a share",
        Action::Unenrol { .. } => "unenrol",
        Action::OpenAccess { .. } => "open access",
        Action::Gate(_) => "gate",
        Action::Invite => "invite",
        Action::Accept => "accept",
        Action::MoveToUnit { .. } => "move to its unit",
        Action::ProveBaseline => "prove the baseline",
        Action::Enrol { .. } => "enrol in Control Tower",
        Action::TransferTrust { .. } => "close the old way in",
        Action::Return { .. } => "go back",
        Action::DeleteOrganization { .. } => "delete the organization",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn opening_of(entries: &[orgkit_model::Entry]) -> std::sync::Arc<Opening> {
        orgkit_model::Run::replay(entries).unwrap().opening.unwrap()
    }

    #[test]
    fn a_plan_reads_from_why_to_digest() {
        insta::assert_snapshot!(plan_text(&fixture::opening(), Paint::plain()), @r"
        orgkit will bring 4 accounts into o-target0001.
        Rehearsal in the world `small-company`: nothing outside this process is changed.

        Approach: a new organization, every account invited, the old management account last
          - workloads in the management account: yes: 12 running instances and 3 databases
            ec2:DescribeInstances in 111111111111, eu-central-1: 12 running
          - accounts to move: 4, all of them worth moving
            organizations:ListAccounts in o-oldcorp001: 3

        Steps are marked: + create   → move   ! point of no return   ? human gate   ✓ proof

        Wave 1 of 6: foundation
          o-target0001
            + create the unit `Sandbox`
            + create the unit `Workloads`
            + create the unit `Workloads/Development`
            + create the unit `Workloads/Production`

        Wave 2 of 6: canary (standalone), 1 account
          sandbox-of-the-data-science-team-in-frankfurt (444444444444): standalone → Sandbox
            + open a way in: role `OrgkitMigration`
            → invite the account (o-target0001)
            → accept the invitation
            → move it to `Sandbox`
            ✓ prove that the baseline covers it

        Wave 3 of 6: members 1 (members), 1 account
          payments-production (222222222222): member → Workloads/Production
            + open a way in: role `OrgkitMigration`
            → invite the account (o-target0001)
            ! accept the invitation: leaves o-oldcorp001 in the same call  [no way back]
            → move it to `Workloads/Production`
            ✓ prove that the baseline covers it

        Wave 4 of 6: members 2 (members), 1 account
          legacy-reporting (333333333333): member → Workloads/Development
            ? reinstate the account through AWS Support  [a person decides]
              Reinstate legacy-reporting through AWS Support before its 90 days are over (2026-04-11).
              organizations:ListAccounts: State is SUSPENDED
            + open a way in: role `OrgkitMigration`
            → invite the account (o-target0001)
            ! accept the invitation: leaves o-oldcorp001 in the same call  [no way back]
            → move it to `Workloads/Development`
            ✓ prove that the baseline covers it

        Wave 5 of 6: old management (management), 1 account
          oldcorp-management (111111111111): management → Workloads/Production
            ! delete the organization o-oldcorp001  [no way back]
            + open a way in: role `OrgkitMigration`
            → invite the account (o-target0001)
            ! accept the invitation  [no way back]
            → move it to `Workloads/Production`
            ✓ prove that the baseline covers it

        Wave 6 of 6: hardening
          o-target0001
            + apply the SCP `region-guard` to `Workloads`

        Left where they are
          555555555555: closed for good: nothing is left to move

        Accepted by name
          payments-production (222222222222): role/night-saver will no longer be allowed config:StopConfigurationRecorder  [activity/newly-denied]
            retired in March, ticket 42

        Findings: 1 high, 1 medium, 1 low (1 blocks a move)
          blocks payments-production (222222222222): a resource share with the organization ends when the account leaves  [standard/shares/breaks-on-leaving]

        Plan: 4 accounts to move, 4 units to create, 1 policy to apply, 0 policies to change, 4 points of no return, 1 human gate.
        Digest: 4a20cf99c08e (4a20cf99c08ede79e353a6161abeea4a68ad106e2cd3f32d04d0e236f9a576f3)
        ");
    }

    #[test]
    fn plain_text_has_no_escape_codes_and_ascii_no_other_characters() {
        let opening = fixture::opening();
        assert!(!plan_text(&opening, Paint::plain()).contains('\u{1b}'));
        assert!(plan_text(&opening, Paint::plain().ascii()).is_ascii());
        assert!(plan_text(&opening, Paint::ansi()).contains("\u{1b}[31m!\u{1b}[0m"));
    }

    #[test]
    fn escape_codes_in_names_do_not_reach_the_terminal() {
        let mut opening = fixture::opening();
        opening.before.standalone[0].name = "\u{1b}[2Jgone".to_owned();
        opening.plan.waves[0].steps[0].title = "\u{1b}]0;gone\u{7}".to_owned();
        assert!(!plan_text(&opening, Paint::plain()).contains(['\u{1b}', '\u{7}']));
    }

    #[test]
    fn many_ordinary_accounts_take_one_line_each() {
        let text = plan_text(&opening_of(&fixture::large(60)), Paint::plain());
        assert!(text.contains("  → workload-0059 (700000000059): member → Workloads/Production\n"), "{text}");
        assert_eq!(text.matches("prove").count(), 1);
    }

    #[test]
    fn an_overruled_recommendation_is_said() {
        let mut opening = fixture::opening();
        opening.plan.decision.recommended = orgkit_model::Approach::RestructureInPlace;
        let text = plan_text(&opening, Paint::plain());
        assert!(text.contains("! the evidence speaks for another: restructure the existing organization in place"), "{text}");
    }
}
