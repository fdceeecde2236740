//! The steps of one account, from its preparation to its final unit.

use crate::enrol::enrolment;
use crate::input::PlanInput;
use crate::organization::{self, is_bound};
use crate::products::{Before, before};
use crate::tower::{self, WayOut};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{
    AccountId, AccountState, Action, Fact, Finding, Gate, GateKind, JoinedMethod, LOOKUP_EVENTS, OrganizationSnapshot, Placement, Severity,
    Step, StepClass, StepId, Was,
};
use std::collections::BTreeMap;

/// How old a created account has to be before another organization may invite it.
const YOUNGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The steps of one account in their order. `preparation` are the steps on its source that must be done before it leaves.
pub(crate) fn steps(input: &PlanInput<'_>, placement: &Placement, preparation: &[Step]) -> Vec<Step> {
    let maker = Maker { input, placement, target: input.estate.target.organization.management_account.clone() };
    let mut steps = maker.gates();
    let source = input.estate.source_of(&placement.account);
    if let Some(source) = source.filter(|_| placement.was == Was::Member) {
        steps.extend(maker.deregistrations(source));
    }
    steps.push(maker.open_access());
    if let Some(source) = source.filter(|_| placement.was == Was::Member) {
        steps.extend(maker.unenrolment(source, preparation));
    }
    if let Some(source) = source.filter(|_| placement.was == Was::Management) {
        let before = steps.iter().map(|step| step.id.clone()).collect();
        steps.push(maker.delete_organization(source, before));
    }
    let mut before: Vec<StepId> = steps.iter().map(|step| step.id.clone()).collect();
    if is_bound(placement) {
        before.extend(preparation.iter().map(|step| step.id.clone()));
    }
    steps.extend(maker.transfer(before));
    steps
}

/// Makes the steps of one account.
pub(crate) struct Maker<'a> {
    pub(crate) input: &'a PlanInput<'a>,
    pub(crate) placement: &'a Placement,
    target: AccountId,
}

impl Maker<'_> {
    fn id(&self, what: &str) -> StepId {
        StepId(format!("{}/{what}", self.placement.account))
    }

    fn step(&self, what: &str, by: &AccountId, action: Action, class: StepClass, title: String) -> Step {
        Step {
            id: self.id(what),
            account: Some(self.placement.account.clone()),
            by: by.clone(),
            action,
            class,
            after: Vec::new(),
            not_before: None,
            title,
            because: String::new(),
            covers: Vec::new(),
        }
    }

    pub(crate) fn gate(&self, what: &str, gate: Gate, because: String, covers: &[&str]) -> Step {
        let title = gate.question.clone();
        let covers = covers.iter().map(|row| (*row).to_owned()).collect();
        Step { because, covers, ..self.step(what, &self.placement.account, Action::Gate(gate), StepClass::Human, title) }
    }

    fn gates(&self) -> Vec<Step> {
        let mut gates: Vec<Step> = self.reinstatement().into_iter().collect();
        let mut by_code: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in self.input.findings.iter().filter(|finding| self.blocks(finding)) {
            by_code.entry(&finding.code).or_default().push(finding);
        }
        gates.extend(by_code.into_iter().map(|(code, findings)| self.finding_gate(code, &findings)));
        gates.extend(self.hold());
        gates.extend(self.commitments());
        if let Some(source) = self.input.estate.source_of(&self.placement.account).filter(|_| self.placement.was == Was::Management) {
            gates.extend(self.departure_gates(source));
        }
        gates
    }

    /// Whether a finding stands in this account's way and no step of the plan removes it.
    fn blocks(&self, finding: &Finding) -> bool {
        finding.account == self.placement.account
            && finding.blocks_move
            && finding.kind != "AWS::CloudFormation::StackSet"
            && !organization::is_shared(finding)
    }

    fn reinstatement(&self) -> Option<Step> {
        let account = self.input.estate.source_of(&self.placement.account)?.accounts.get(&self.placement.account)?;
        let state = match account.state {
            AccountState::Active => return None,
            AccountState::Suspended => "suspended",
            AccountState::PendingActivation => "not activated yet",
            AccountState::PendingClosure | AccountState::Closed => "closed",
        };
        let gate = Gate {
            kind: GateKind::ReinstateAccount,
            question: format!("have AWS Support reinstate account {} ({})", self.placement.name, self.placement.account),
            evidence: vec![format!("organizations:ListAccounts: the account is {state}")],
            assumption: "AWS Support reinstated the account".to_owned(),
        };
        let because = "only active accounts can move, and a closed one counts as a member for up to 90 days, which keeps the old organization from being deleted";
        Some(self.gate("reinstate", gate, because.to_owned(), &["D2", "D3"]))
    }

    fn finding_gate(&self, code: &str, findings: &[&Finding]) -> Step {
        let title = findings.first().map_or_else(String::new, |finding| finding.title.clone());
        let more = if findings.len() > 1 { format!(" (and {} more)", findings.len() - 1) } else { String::new() };
        let gate = Gate {
            kind: GateKind::Finding,
            question: format!("remedy or accept: {title}{more}"),
            evidence: findings.iter().flat_map(|finding| evidence(finding)).collect(),
            assumption: findings.first().map_or_else(String::new, |finding| format!("remedied: {}", finding.remedy)),
        };
        let worst = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::High).as_str();
        self.gate(&format!("gate/{code}"), gate, format!("finding {code}, {worst}"), &["D6", "D9"])
    }

    fn hold(&self) -> Option<Step> {
        let placed = self.input.placements.get(&self.placement.account)?;
        let why = placed.held.as_ref()?;
        let gate = Gate {
            kind: GateKind::Finding,
            question: format!("let the account move although a rule holds it back: {why}"),
            evidence: vec![placed.decided_by.clone()],
            assumption: "the account may move".to_owned(),
        };
        Some(self.gate("hold", gate, placed.decided_by.clone(), &["D9"]))
    }

    fn commitments(&self) -> Option<Step> {
        let plans: Vec<&Fact> = self
            .input
            .estate
            .facts_of("savingsplans:DescribeSavingsPlans")
            .filter(|fact| fact.account == self.placement.account)
            .filter(|fact| fact.doc.pointer("/state").and_then(serde_json::Value::as_str) == Some("active"))
            .collect();
        if plans.is_empty() {
            return None;
        }
        let gate = Gate {
            kind: GateKind::Money,
            question: format!("confirm with the owners of the bill that the account takes its Savings Plans along ({})", plans.len()),
            evidence: plans.iter().map(|fact| format!("savingsplans:DescribeSavingsPlans: {}", fact.name)).collect(),
            assumption: "the owners of the bill agreed".to_owned(),
        };
        let because = "owned commitments travel with the account, and accounts in other organizations no longer share them";
        Some(self.gate("commitments", gate, because.to_owned(), &["D6"]))
    }

    fn deregistrations(&self, source: &OrganizationSnapshot) -> Vec<Step> {
        let services = source
            .delegated_administrators
            .iter()
            .filter(|admin| admin.account == self.placement.account)
            .flat_map(|admin| &admin.services);
        let management = &source.organization.management_account;
        services.flat_map(|service| self.deregistration(service, management)).collect()
    }

    /// What a service needs, and the deregistration after it.
    fn deregistration(&self, service: &str, management: &AccountId) -> Vec<Step> {
        let name = &self.placement.name;
        let because = || "a delegated administrator cannot leave its organization".to_owned();
        let mut steps: Vec<Step> = match before(service, name, &self.input.estate.regions) {
            Before::Nothing => Vec::new(),
            Before::Person(gate) => vec![self.gate(&format!("destroys/{service}"), gate, because(), &["D6", "D9"])],
            Before::Dismiss(product, regions) => {
                let dismiss = |region: Option<String>| {
                    let place = region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
                    let what = ["dismiss".to_owned(), service.to_owned()].into_iter().chain(region.clone()).collect::<Vec<_>>().join("/");
                    let title = format!("dismiss {name} as administrator of {product}{place}");
                    let action = Action::RemoveProductAdministrator { product, region };
                    Step {
                        because: "the service ends its own administration before Organizations forgets the administrator".to_owned(),
                        covers: vec!["D6".to_owned()],
                        ..self.step(&what, management, action, StepClass::Compensable, title)
                    }
                };
                regions.into_iter().map(dismiss).collect()
            }
        };
        let action = Action::DeregisterDelegatedAdministrator { service: service.to_owned() };
        let title = format!("deregister {name} as delegated administrator for {service}");
        let deregister = Step {
            because: because(),
            covers: vec!["D6".to_owned()],
            after: steps.iter().map(|step| step.id.clone()).collect(),
            ..self.step(&format!("deregister/{service}"), management, action, StepClass::Compensable, title)
        };
        steps.push(deregister);
        steps
    }

    /// The way out of the source's Control Tower. Moving an account out of its unit takes away what the unit gives it, so it comes after the
    /// preparation; and Control Tower takes its own role along, so it comes after the way in.
    fn unenrolment(&self, source: &OrganizationSnapshot, preparation: &[Step]) -> Option<Step> {
        let because =
            "Control Tower keeps what it deployed into an account that leaves while it is enrolled, and the next landing zone refuses it";
        match tower::way_out(self.input, source, &self.placement.account)? {
            WayOut::Person(gate) => {
                let after = vec![self.id("access")];
                Some(Step { after, ..self.gate("unenrol", gate, because.to_owned(), &["D6"]) })
            }
            WayOut::Move(action) => {
                let by = &source.organization.management_account;
                let title =
                    format!("move {} out of its unit in {}: Control Tower unenrols it", self.placement.name, source.organization.id);
                let before = preparation.iter().map(|step| step.id.clone());
                Some(Step {
                    because: because.to_owned(),
                    covers: vec!["D6".to_owned()],
                    after: before.chain([self.id("access")]).collect(),
                    ..self.step("unenrol", by, action, StepClass::Reversible, title)
                })
            }
        }
    }

    fn open_access(&self) -> Step {
        let role = self.input.options.access_role.clone();
        let title = format!("open role {role} to the new management account, and use it");
        let reinstate = self.id("reinstate");
        Step {
            because: "a way in that depends neither on the old management account nor on its Identity Center".to_owned(),
            covers: vec!["D5".to_owned()],
            after: if self.reinstatement().is_some() { vec![reinstate] } else { Vec::new() },
            ..self.step("access", &self.placement.account, Action::OpenAccess { role }, StepClass::Reversible, title)
        }
    }

    fn delete_organization(&self, source: &OrganizationSnapshot, after: Vec<StepId>) -> Step {
        let organization = source.organization.id.clone();
        let title = format!("delete organization {organization}");
        let by = &source.organization.management_account;
        Step {
            because: "a management account can only join another organization once its own is empty and deleted".to_owned(),
            covers: vec!["D3".to_owned()],
            after,
            ..self.step("delete-organization", by, Action::DeleteOrganization { organization }, StepClass::PointOfNoReturn, title)
        }
    }

    fn transfer(&self, before: Vec<StepId>) -> Vec<Step> {
        let rows = match self.placement.was {
            Was::Standalone => "D1",
            Was::Member => "D2",
            Was::Management => "D3",
        };
        let covers = vec![rows.to_owned(), "D4".to_owned(), "D5".to_owned()];
        let account = &self.placement.account;
        let unit = self.placement.unit.join("/");
        let name = &self.placement.name;
        let arrive = vec![self.input.options.transitional.clone()];
        let baseline = Step {
            covers: vec!["C7".to_owned()],
            ..self.step("baseline", account, Action::ProveBaseline, StepClass::Reversible, format!("prove that the baseline covers {name}"))
        };
        let place = (self.placement.unit != arrive).then(|| {
            let action = Action::MoveToUnit { unit: self.placement.unit.clone() };
            self.step("place", &self.target, action, StepClass::Reversible, format!("move {name} to {unit}"))
        });
        let enrol = enrolment(self.input, &self.placement.unit).map(|action| Step {
            because: "the unit is registered in Control Tower, and an account that is moved in has to get its baselines".to_owned(),
            covers: vec!["C7".to_owned()],
            ..self.step("enrol", &self.target, action, StepClass::Compensable, format!("see {name} enrolled in Control Tower"))
        });
        let mut steps = vec![
            Step {
                after: before,
                not_before: self.old_enough(),
                because: format!("{} decided that it moves to {unit}", self.placement.decided_by),
                covers: covers.clone(),
                ..self.step("invite", &self.target, Action::Invite, StepClass::Reversible, format!("invite {name}"))
            },
            Step { covers, ..self.step("accept", account, Action::Accept, self.accept_class(), format!("accept as {name}: it joins")) },
            Step {
                because: "it arrives in the root; units are set afterwards".to_owned(),
                ..self.step(
                    "arrive",
                    &self.target,
                    Action::MoveToUnit { unit: arrive.clone() },
                    StepClass::Reversible,
                    format!("move {name} to {}", arrive.join("/")),
                )
            },
        ];
        // An account does not go among the others before the baseline covers it. Where Control Tower brings the baseline, it does so there, and only there.
        match enrol {
            Some(enrol) => steps.extend(place.into_iter().chain([enrol, baseline])),
            None => steps.extend([baseline].into_iter().chain(place)),
        }
        for at in 1..steps.len() {
            let before = steps.get(at - 1).map(|step| step.id.clone());
            if let Some(step) = steps.get_mut(at) {
                step.after.extend(before);
            }
        }
        steps
    }

    /// When a member that its organization created is old enough to be invited, unless it is so already: the strictest of the ages that AWS
    /// documents is taken [Organizations User Guide, orgs_account_migration and orgs_reference_limits, 2026-08].
    fn old_enough(&self) -> Option<Timestamp> {
        let account = self.input.estate.source_of(&self.placement.account)?.accounts.get(&self.placement.account)?;
        let created =
            account.joined_at.filter(|_| account.joined_method == Some(JoinedMethod::Created) && self.placement.was == Was::Member)?;
        created.saturating_add(YOUNGEST).ok().filter(|at| *at > self.input.estate.taken_at)
    }

    fn accept_class(&self) -> StepClass {
        match self.placement.was {
            Was::Management => StepClass::PointOfNoReturn,
            Was::Standalone | Was::Member => StepClass::Compensable,
        }
    }
}

/// Where a finding rests. For calls that were made it is who calls what: the records behind it differ from one look to the next, and a plan that is
/// made again shall be the same plan.
fn evidence(finding: &Finding) -> Vec<String> {
    if finding.kind == LOOKUP_EVENTS {
        return vec![format!("{LOOKUP_EVENTS}: {}", finding.subject)];
    }
    finding.evidence.iter().map(|one| format!("{}: {} {}", one.call, one.name, one.pointer).trim_end().to_owned()).collect()
}
