//! What stands before an old management account may delete its organization and move: questions to people, most of which AWS answers by itself.

use crate::account::Maker;
use orgkit_model::{Account, AccountId, AccountState, Gate, GateKind, LOOKUP_EVENTS, OrganizationSnapshot, Outcome, Step};

/// The fact that shows a landing zone.
pub(crate) const LANDING_ZONE: &str = "controltower:GetLandingZone";
const TRANSFERS: [&str; 2] = ["organizations:ListInboundResponsibilityTransfers", "organizations:ListOutboundResponsibilityTransfers"];

impl Maker<'_> {
    /// The gates of an old management account, in the order in which a person works through them.
    pub(crate) fn departure_gates(&self, source: &OrganizationSnapshot) -> Vec<Step> {
        let mut gates = vec![self.exports(), self.first_guardrails()];
        gates.extend(self.landing_zone(source));
        gates.push(self.billing_transfer(source));
        gates.push(self.empty_organization(source));
        gates
    }

    fn exports(&self) -> Step {
        let gate = Gate {
            kind: GateKind::Export,
            question: "export what is deleted with the old organization: Cost Explorer history, cost and usage reports, organization-level findings"
                .to_owned(),
            evidence: Vec::new(),
            assumption: "the exports were made".to_owned(),
        };
        self.gate("exports", gate, "deleting an organization deletes its policies, reports and cost data".to_owned(), &["D3"])
    }

    /// Its workloads have run without SCPs: what the calls that were made in it say of the unit it goes to is a person's to judge.
    fn first_guardrails(&self) -> Step {
        let (account, unit) = (&self.placement.account, self.placement.unit.join("/"));
        let calls = self.input.findings.iter().filter(|finding| &finding.account == account && finding.kind == LOOKUP_EVENTS);
        let mut evidence: Vec<String> = calls.map(|finding| format!("{}: {}", finding.code, finding.subject)).collect();
        evidence.sort();
        evidence.dedup();
        if evidence.is_empty() {
            let looks = self.input.estate.collections.iter().filter(|look| &look.account == account && look.kind == LOOKUP_EVENTS);
            let looked =
                looks.filter(|look| matches!(look.outcome, Outcome::Collected { .. } | Outcome::Partial { .. } | Outcome::Empty)).count();
            evidence.push(match looked {
                0 => format!("{LOOKUP_EVENTS}: the calls made in the account were not read"),
                _ => format!("{LOOKUP_EVENTS}: none of the calls that were read will be denied in {unit}"),
            });
        }
        let gate = Gate {
            kind: GateKind::FirstGuardrails,
            question: format!(
                "agree that service control policies apply to {} ({account}) for the first time, in {unit}",
                self.placement.name
            ),
            evidence,
            assumption: "the owners of its workloads agreed".to_owned(),
        };
        let because = "service control policies never apply to a management account, so nothing in it has met one yet";
        self.gate("first-guardrails", gate, because.to_owned(), &["D3", "D6"])
    }

    fn landing_zone(&self, source: &OrganizationSnapshot) -> Option<Step> {
        let management = &source.organization.management_account;
        let zones = self.input.estate.facts_of(LANDING_ZONE).filter(|fact| &fact.account == management);
        let evidence: Vec<String> = zones.map(|zone| format!("{LANDING_ZONE}: {}", zone.name)).collect();
        if evidence.is_empty() {
            return None;
        }
        let gate = Gate {
            kind: GateKind::LandingZone,
            question: format!("decommission the Control Tower landing zone of {}", source.organization.id),
            evidence,
            assumption: "the landing zone was decommissioned".to_owned(),
        };
        let because = "a landing zone outlives neither its organization nor its management account; decommissioning it cannot be undone";
        Some(self.gate("landing-zone", gate, because.to_owned(), &["D3"]))
    }

    fn billing_transfer(&self, source: &OrganizationSnapshot) -> Step {
        let management = &source.organization.management_account;
        let transfers = TRANSFERS.iter().flat_map(|kind| self.input.estate.facts_of(kind)).filter(|fact| &fact.account == management);
        let gate = Gate {
            kind: GateKind::BillingTransfer,
            question: format!("end the billing transfers of {}", source.organization.id),
            evidence: transfers.map(|transfer| format!("{}: {}", transfer.kind, transfer.name)).collect(),
            assumption: "no billing transfer was active".to_owned(),
        };
        let because = "AWS deletes no organization with a billing transfer that is offered or active";
        self.gate("billing-transfer", gate, because.to_owned(), &["D3"])
    }

    fn empty_organization(&self, source: &OrganizationSnapshot) -> Step {
        let stays = |account: &&Account| !self.input.placements.contains_key(&account.id) || self.is_left_out(&account.id);
        let left = source.members().filter(|account| stays(account) || account.state != AccountState::Active);
        let gate = Gate {
            kind: GateKind::EmptyOrganization,
            question: format!("see to it that {} has no member but its management account", source.organization.id),
            evidence: left
                .map(|account| format!("organizations:ListAccounts: {} ({}) is {}", account.name, account.id, word(account.state)))
                .collect(),
            assumption: "every member was out".to_owned(),
        };
        let because = "AWS deletes only empty organizations, and a closed account counts as a member for up to 90 days";
        self.gate("empty", gate, because.to_owned(), &["D3"])
    }

    fn is_left_out(&self, account: &AccountId) -> bool {
        self.input.options.leave_out.contains(account)
    }
}

fn word(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "left out of the plan",
        AccountState::Suspended => "suspended",
        AccountState::PendingActivation => "not activated yet",
        AccountState::PendingClosure => "being closed",
        AccountState::Closed => "closed",
    }
}
