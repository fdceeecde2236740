//! A small, realistic run to test with and to look at: one old organization (management account, two members, one of them suspended), one
//! standalone account, a target with a log archive.

use jiff::{SignedDuration, Timestamp};
use orgkit_model::*;
use std::sync::Arc;

pub(crate) const TARGET: &str = "o-target0001";
pub(crate) const SOURCE: &str = "o-oldcorp001";

/// How far the run comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The journal has its opening and nothing else.
    Opened,
    /// It stopped after the standalone account and in the middle of the first member.
    HalfDone,
    /// Everything is done and verified.
    Finished,
    /// AWS refused to delete the old organization.
    Stuck,
}

pub(crate) fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

fn organization(id: &str) -> OrganizationId {
    id.parse().unwrap()
}

fn names(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

/// One account of the scenario: id, name, what it was, the unit it goes to.
type Mover = (&'static str, &'static str, Was, &'static str);

const MOVERS: [Mover; 4] = [
    ("111111111111", "oldcorp-management", Was::Management, "Workloads/Production"),
    ("222222222222", "payments-production", Was::Member, "Workloads/Production"),
    ("333333333333", "legacy-reporting", Was::Member, "Workloads/Development"),
    ("444444444444", "sandbox-of-the-data-science-team-in-frankfurt", Was::Standalone, "Sandbox"),
];

fn leaf(id: &str, name: &str, marks: &[&str]) -> TreeAccount {
    TreeAccount { id: account(id), name: name.to_owned(), marks: marks.iter().map(|mark| (*mark).to_owned()).collect() }
}

fn unit(name: &str, units: Vec<TreeNode>, accounts: Vec<TreeAccount>, policies: &[&str]) -> TreeNode {
    TreeNode { name: name.to_owned(), units, accounts, policies: policies.iter().map(|policy| (*policy).to_owned()).collect() }
}

fn tree(id: &str, management: &str, root: TreeNode) -> OrganizationTree {
    OrganizationTree { id: organization(id), management_account: account(management), root }
}

fn before() -> Picture {
    let security = unit("Security", vec![], vec![leaf("888888888888", "log-archive", &[])], &[]);
    let target = unit("Root", vec![security], vec![leaf("999999999999", "newcorp-management", &["management"])], &[]);
    let old = unit(
        "Root",
        vec![unit("Prod", vec![], vec![leaf("222222222222", "payments-production", &["delegated administrator"])], &["deny-leaving"])],
        vec![leaf("333333333333", "legacy-reporting", &["suspended"]), leaf("111111111111", "oldcorp-management", &["management"])],
        &[],
    );
    Picture {
        organizations: vec![tree(TARGET, "999999999999", target), tree(SOURCE, "111111111111", old)],
        standalone: vec![leaf("444444444444", MOVERS[3].1, &[])],
    }
}

fn after() -> Picture {
    let production = vec![leaf("111111111111", "oldcorp-management", &[]), leaf("222222222222", "payments-production", &[])];
    let workloads = vec![
        unit("Development", vec![], vec![leaf("333333333333", "legacy-reporting", &[])], &[]),
        unit("Production", vec![], production, &["deny-root-user"]),
    ];
    let units = vec![
        unit("Sandbox", vec![], vec![leaf("444444444444", MOVERS[3].1, &[])], &[]),
        unit("Security", vec![], vec![leaf("888888888888", "log-archive", &[])], &[]),
        unit("Workloads", workloads, vec![], &["deny-leaving", "region-guard"]),
    ];
    let root = unit("Root", units, vec![leaf("999999999999", "newcorp-management", &["management"])], &[]);
    Picture { organizations: vec![tree(TARGET, "999999999999", root)], standalone: vec![] }
}

/// Adds steps to a wave, each after the one before it.
struct Steps(Vec<Step>);

impl Steps {
    fn add(&mut self, id: String, of: Option<&str>, by: &str, action: Action, class: StepClass, (title, because): (String, &str)) {
        let after = self.0.last().map(|step| step.id.clone()).into_iter().collect();
        let covers = vec!["D1".to_owned()];
        let because = because.to_owned();
        self.0.push(Step {
            id: StepId(id),
            account: of.map(account),
            by: account(by),
            action,
            class,
            after,
            not_before: None,
            title,
            because,
            covers,
        });
    }

    fn migrate(&mut self, (id, _, was, path): Mover) {
        let target = "999999999999";
        let step = |name: &str| format!("{id}/{name}");
        let access = Action::OpenAccess { role: "OrgkitMigration".to_owned() };
        let why = "a way in that does not depend on the old management account";
        self.add(
            step("open-access"),
            Some(id),
            id,
            access,
            StepClass::Reversible,
            ("open a way in: role `OrgkitMigration`".to_owned(), why),
        );
        let invite = "invite the account (o-target0001)".to_owned();
        self.add(step("invite"), Some(id), target, Action::Invite, StepClass::Reversible, (invite, "it is to join the target"));
        let class = if was == Was::Standalone { StepClass::Reversible } else { StepClass::PointOfNoReturn };
        let accept =
            if was == Was::Member { "accept the invitation: leaves o-oldcorp001 in the same call" } else { "accept the invitation" };
        self.add(step("accept"), Some(id), id, Action::Accept, class, (accept.to_owned(), "it is to join the target"));
        let to = Action::MoveToUnit { unit: names(path) };
        self.add(step("move"), Some(id), target, to, StepClass::Reversible, (format!("move it to `{path}`"), "placement rule `by-name`"));
        let prove = "prove that the baseline covers it".to_owned();
        self.add(step("prove"), Some(id), target, Action::ProveBaseline, StepClass::Reversible, (prove, "no account without guardrails"));
    }
}

fn foundation() -> Wave {
    let mut steps = Steps(Vec::new());
    for path in ["Sandbox", "Workloads", "Workloads/Development", "Workloads/Production"] {
        let create = Action::CreateUnit { path: names(path) };
        let title = format!("create the unit `{path}`");
        steps.add(format!("unit/{path}"), None, "999999999999", create, StepClass::Reversible, (title, "a placement needs it"));
    }
    Wave { name: "foundation".to_owned(), phase: Phase::Foundation, accounts: vec![], steps: steps.0 }
}

fn wave(name: &str, phase: Phase, movers: &[Mover], prelude: impl FnOnce(&mut Steps)) -> Wave {
    let mut steps = Steps(Vec::new());
    prelude(&mut steps);
    movers.iter().for_each(|mover| steps.migrate(*mover));
    Wave { name: name.to_owned(), phase, accounts: movers.iter().map(|mover| account(mover.0)).collect(), steps: steps.0 }
}

fn reinstate(steps: &mut Steps) {
    let gate = Gate {
        kind: GateKind::ReinstateAccount,
        question: "Reinstate legacy-reporting through AWS Support before its 90 days are over (2026-04-11).".to_owned(),
        evidence: vec!["organizations:ListAccounts: State is SUSPENDED".to_owned()],
        assumption: "AWS Support reinstated the account".to_owned(),
    };
    let id = "333333333333";
    let title = "reinstate the account through AWS Support".to_owned();
    steps.add(format!("{id}/reinstate"), Some(id), id, Action::Gate(gate), StepClass::Human, (title, "a suspended account cannot move"));
}

fn delete(steps: &mut Steps) {
    let action = Action::DeleteOrganization { organization: organization(SOURCE) };
    let by = "111111111111";
    let title = format!("delete the organization {SOURCE}");
    let why = "a management account leaves only by deleting its organization";
    steps.add(format!("{SOURCE}/delete"), Some(by), by, action, StepClass::PointOfNoReturn, (title, why));
}

fn hardening() -> Wave {
    let mut steps = Steps(Vec::new());
    let content = r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned();
    let kind = PolicyType::ServiceControlPolicy;
    let action = Action::ApplyPolicy { name: "region-guard".to_owned(), kind, content, unit: names("Workloads") };
    let title = "apply the SCP `region-guard` to `Workloads`".to_owned();
    steps.add(
        "policy/region-guard".to_owned(),
        None,
        "999999999999",
        action,
        StepClass::Reversible,
        (title, "pack `standard`, rule `regions`"),
    );
    Wave { name: "hardening".to_owned(), phase: Phase::Hardening, accounts: vec![], steps: steps.0 }
}

fn decision() -> Decision {
    Decision {
        recommended: Approach::NewOrganizationInviteAll,
        taken: Approach::NewOrganizationInviteAll,
        reasons: vec![
            Reason {
                question: "workloads in the management account".to_owned(),
                answer: "yes: 12 running instances and 3 databases".to_owned(),
                speaks_for: vec![Approach::NewOrganization, Approach::NewOrganizationInviteAll],
                evidence: vec!["ec2:DescribeInstances in 111111111111, eu-central-1: 12 running".to_owned()],
            },
            Reason {
                question: "accounts to move".to_owned(),
                answer: "4, all of them worth moving".to_owned(),
                speaks_for: vec![Approach::NewOrganizationInviteAll],
                evidence: vec!["organizations:ListAccounts in o-oldcorp001: 3".to_owned()],
            },
        ],
    }
}

fn finding(code: &str, severity: Severity, id: &str, title: &str, remedy: &str, blocks_move: bool) -> Finding {
    Finding {
        code: code.to_owned(),
        severity,
        status: Status::Fail,
        account: account(id),
        region: Some("eu-central-1".to_owned()),
        kind: "ram:GetResourceShares".to_owned(),
        subject: format!("arn:aws:ram:eu-central-1:{id}:resource-share/7ab63972-b505-7e2a-420d-6f5d3EXAMPLE"),
        title: title.to_owned(),
        remedy: remedy.to_owned(),
        blocks_move,
        evidence: vec![Evidence {
            call: "ram:GetResourceShares".to_owned(),
            account: account(id),
            region: Some("eu-central-1".to_owned()),
            name: "shared-subnets".to_owned(),
            pointer: "/allowExternalPrincipals".to_owned(),
            observed: "false".to_owned(),
        }],
        covers: vec!["D6".to_owned()],
    }
}

fn findings() -> Vec<Finding> {
    let mut blind = finding(
        "standard/config/recorder-unknown",
        Severity::Medium,
        "222222222222",
        "AWS Config could not be looked at",
        "Allow `config:DescribeDeliveryChannels` to the discovery role and discover again.",
        false,
    );
    blind.status = Status::Undetermined;
    vec![
        finding(
            "standard/shares/breaks-on-leaving",
            Severity::High,
            "222222222222",
            "a resource share with the organization ends when the account leaves",
            "Share with the account ids instead, and let both sides accept, before the move.",
            true,
        ),
        blind,
        finding(
            "standard/tags/missing-owner",
            Severity::Low,
            "444444444444",
            "the account has no <owner> tag",
            "Tag the account with `owner`.",
            false,
        ),
    ]
}

pub(crate) fn opening() -> Opening {
    let placements = MOVERS.map(|(id, name, was, path)| Placement {
        account: account(id),
        name: name.to_owned(),
        was,
        from: (was != Was::Standalone).then(|| organization(SOURCE)),
        unit: names(path),
        decided_by: "by-name".to_owned(),
    });
    let plan = Plan {
        schema: PLAN_SCHEMA,
        estate: Digest::of_bytes(b"estate"),
        packs: Digest::of_bytes(b"packs"),
        target: organization(TARGET),
        target_management: account("999999999999"),
        sources: vec![(organization(SOURCE), account("111111111111"))],
        account_quota: None,
        decision: decision(),
        placements: placements.to_vec(),
        left_out: vec![LeftOut { account: account("555555555555"), why: "closed for good: nothing is left to move".to_owned() }],
        accepted: vec![Accepted {
            account: account("222222222222"),
            code: "activity/newly-denied".to_owned(),
            subject: "arn:aws:iam::222222222222:role/night-saver config:StopConfigurationRecorder".to_owned(),
            title: "role/night-saver will no longer be allowed config:StopConfigurationRecorder".to_owned(),
            because: "retired in March, ticket 42".to_owned(),
        }],
        waves: vec![
            foundation(),
            wave("canary", Phase::Standalone, &MOVERS[3..], |_| {}),
            wave("members 1", Phase::Members, &MOVERS[1..2], |_| {}),
            wave("members 2", Phase::Members, &MOVERS[2..3], reinstate),
            wave("old management", Phase::Management, &MOVERS[..1], delete),
            hardening(),
        ],
    };
    Opening { plan, findings: findings(), before: before(), rehearsal: Some("small-company".to_owned()) }
}

/// Writes entries, one every few seconds of virtual time.
struct Writer {
    entries: Vec<Entry>,
    at: Timestamp,
}

impl Writer {
    fn new(opening: Opening) -> Self {
        let mut writer = Self { entries: Vec::new(), at: "2026-03-02T09:00:00Z".parse().unwrap() };
        writer.write(0, Event::Opened(Arc::new(opening)));
        writer
    }

    fn write(&mut self, seconds: i64, event: Event) {
        self.at += SignedDuration::from_secs(seconds);
        let seq = self.entries.len() as u64 + 1;
        self.entries.push(Entry { seq, at: self.at, generation: 1, event });
    }

    fn step(&mut self, step: &Step) {
        let id = step.id.clone();
        if let Action::Gate(gate) = &step.action {
            let result = StepResult::Assumed { assumption: gate.assumption.clone() };
            return self.write(7200, Event::Done { step: id, result });
        }
        self.write(20, Event::Intent { step: id.clone() });
        let proofs = match (&step.action, &step.account) {
            (Action::ProveBaseline, Some(account)) => vec![Proof {
                rule: "standard/baseline/trail".to_owned(),
                account: account.clone(),
                status: Status::Pass,
                title: "the organization's trail covers the account".to_owned(),
            }],
            _ => vec![],
        };
        let calls = vec!["organizations:DescribeAccount".to_owned(), "organizations:ListParents".to_owned()];
        let seen = format!("read back: {}", step.title);
        self.write(95, Event::Observed { step: id.clone(), holds: true, seen, calls, proofs });
        let result = if step.action == Action::ProveBaseline { StepResult::Proven } else { StepResult::Acted };
        self.write(5, Event::Done { step: id, result });
    }

    fn finish(&mut self, plan: &Plan, after: Picture) {
        let detail = "in its unit, seen from both sides".to_owned();
        let accounts: Vec<_> =
            plan.placements.iter().map(|placed| Verified { account: placed.account.clone(), ok: true, detail: detail.clone() }).collect();
        self.write(600, Event::Verified { accounts, after, proofs: vec![] });
        self.write(1, Event::Finished);
    }
}

/// The journal of the small scenario.
pub(crate) fn journal(ending: Ending) -> Vec<Entry> {
    let plan = opening().plan;
    let mut writer = Writer::new(opening());
    if ending == Ending::Opened {
        return writer.entries;
    }
    writer.write(1, Event::Approved { digest: plan.digest(), by: Approval::Rehearsal, approach: plan.decision.taken });
    for step in plan.steps() {
        let id = step.id.clone();
        if ending == Ending::HalfDone && step.id.0 == "222222222222/move" {
            writer.write(3, Event::Stopped { reason: "interrupted (Ctrl-C)".to_owned() });
            return writer.entries;
        }
        if ending == Ending::Stuck && matches!(step.action, Action::DeleteOrganization { .. }) {
            writer.write(20, Event::Intent { step: id.clone() });
            let code = "OrganizationNotEmptyException".to_owned();
            let message = "the organization still contains 1 account".to_owned();
            writer.write(2, Event::Failed { step: id.clone(), class: ErrorClass::Refused, code, message });
            writer.write(0, Event::Stuck { step: id, runbook: vec!["look, mend, go on".to_owned()] });
            writer.write(1, Event::Stopped { reason: format!("`{SOURCE}/delete` failed") });
            return writer.entries;
        }
        writer.step(step);
    }
    writer.finish(&plan, after());
    writer.entries
}

/// The journal of a finished run that moves that many members in one wave.
pub(crate) fn large(accounts: usize) -> Vec<Entry> {
    let mut opening = opening();
    let ids: Vec<String> = (0..accounts).map(|number| format!("7{number:011}")).collect();
    let mut steps = Steps(Vec::new());
    opening.plan.placements.clear();
    for (number, id) in ids.iter().enumerate() {
        let name = format!("workload-{number:04}");
        let path = names("Workloads/Production");
        let from = Some(organization(SOURCE));
        let id: &'static str = Box::leak(id.clone().into_boxed_str());
        opening.before.organizations[1].root.accounts.push(leaf(id, &name, &[]));
        opening.plan.placements.push(Placement {
            account: account(id),
            name,
            was: Was::Member,
            from,
            unit: path,
            decided_by: "by-name".into(),
        });
        steps.migrate((id, "", Was::Member, "Workloads/Production"));
    }
    let accounts = ids.iter().map(|id| account(id)).collect();
    opening.plan.waves = vec![foundation(), Wave { name: "members 1".to_owned(), phase: Phase::Members, accounts, steps: steps.0 }];
    let plan = opening.plan.clone();
    let mut picture = after();
    for placed in &plan.placements {
        picture.organizations[0].root.units[2].units[1].accounts.push(leaf(placed.account.as_str(), &placed.name, &[]));
    }
    let mut writer = Writer::new(opening);
    writer.write(1, Event::Approved { digest: plan.digest(), by: Approval::Rehearsal, approach: plan.decision.taken });
    plan.steps().for_each(|step| writer.step(step));
    writer.finish(&plan, picture);
    writer.entries
}
