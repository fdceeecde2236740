//! Gates that AWS itself can answer: they pass when it does, whatever a person says.

use super::site::{Look, Site};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::{AccountState, Gate, GateKind, OrganizationId, Step};
use serde_json::Value;

const LANDING_ZONE: &str = "controltower:GetLandingZone";
const INBOUND: &str = "organizations:ListInboundResponsibilityTransfers";
const OUTBOUND: &str = "organizations:ListOutboundResponsibilityTransfers";
/// The states in which a billing transfer is offered or active (botocore `organizations/2016-11-28`, shape `ResponsibilityTransferStatus`).
const IN_PROCESS: [&str; 2] = ["ACCEPTED", "REQUESTED"];

impl<C: CloudChange> Site<'_, C> {
    /// What AWS shows of what a gate asks for; `None` for a gate that only a person can answer.
    ///
    /// # Errors
    /// A read that failed: then nothing is known, and the gate stays shut.
    pub async fn look_at_gate(&self, step: &Step, gate: &Gate) -> Result<Option<Look>, CloudError> {
        match gate.kind {
            GateKind::ReinstateAccount => self.look_for_active(step).await.map(Some),
            GateKind::EmptyOrganization => self.look_for_members(step).await.map(Some),
            GateKind::BillingTransfer => self.look_for_transfers(step).await.map(Some),
            GateKind::LandingZone => self.look_for_landing_zones(step, gate).await.map(Some),
            GateKind::Finding | GateKind::Money | GateKind::Export | GateKind::FirstGuardrails | GateKind::Wave => Ok(None),
        }
    }

    /// Whether the account that a gate waits for is active by now, as its organization sees it.
    async fn look_for_active(&self, step: &Step) -> Result<Look, CloudError> {
        let plan = self.plan;
        let placement = plan.placements.iter().find(|placement| Some(&placement.account) == step.account.as_ref());
        let source = placement.and_then(|placement| plan.sources.iter().find(|(id, _)| Some(id) == placement.from.as_ref()));
        let account = match (source, placement) {
            (Some((_, management)), Some(placement)) => self.cloud.account(management, &placement.account).await?,
            _ => None,
        };
        let active = account.is_some_and(|account| account.state == AccountState::Active);
        let seen = if active { "it is active" } else { "AWS does not show it as active" };
        Ok(Look::new(active, seen, &["organizations:DescribeAccount"]))
    }

    /// Whether the organization that the account manages has no other member. One that is deleted has none.
    async fn look_for_members(&self, step: &Step) -> Result<Look, CloudError> {
        if self.old_organization(step).await?.is_none() {
            return Ok(Look::new(true, "the organization is gone", &["organizations:DescribeOrganization"]));
        }
        let others = self.cloud.accounts(&step.by).await?.into_iter().filter(|account| account.id != step.by);
        let names: Vec<String> = others.map(|account| format!("{} ({}, {:?})", account.name, account.id, account.state)).collect();
        let seen = if names.is_empty() { "it is empty".to_owned() } else { format!("{} in it", names.join(", ")) };
        Ok(Look::new(names.is_empty(), seen, &["organizations:ListAccounts"]))
    }

    async fn look_for_transfers(&self, step: &Step) -> Result<Look, CloudError> {
        if self.old_organization(step).await?.is_none() {
            return Ok(Look::new(true, "the organization is gone", &["organizations:DescribeOrganization"]));
        }
        let mut open = Vec::new();
        for kind in [INBOUND, OUTBOUND] {
            let transfers = self.cloud.facts(&step.by, None, kind).await?;
            let status = |doc: &Value| doc.get("Status").and_then(Value::as_str).unwrap_or_default().to_owned();
            let in_process = transfers.into_iter().map(|found| (status(&found.doc), found.name));
            open.extend(
                in_process.filter(|(status, _)| IN_PROCESS.contains(&status.as_str())).map(|(status, id)| format!("{id} is {status}")),
            );
        }
        let seen = if open.is_empty() { "no billing transfer is offered or active".to_owned() } else { open.join(", ") };
        Ok(Look::new(open.is_empty(), seen, &[INBOUND, OUTBOUND]))
    }

    /// Whether the landing zones that the gate names are gone, each looked for in its home region.
    async fn look_for_landing_zones(&self, step: &Step, gate: &Gate) -> Result<Look, CloudError> {
        let named: Vec<&str> = gate.evidence.iter().filter_map(|line| line.strip_prefix(LANDING_ZONE)?.strip_prefix(": ")).collect();
        let mut there = Vec::new();
        for arn in &named {
            let region = arn.split(':').nth(3).unwrap_or_default();
            let found = self.cloud.facts(&step.by, Some(region), LANDING_ZONE).await?;
            there.extend(found.into_iter().filter(|zone| zone.name == **arn).map(|zone| zone.name));
        }
        let holds = !named.is_empty() && there.is_empty();
        let seen = if holds { "the landing zone is gone".to_owned() } else { format!("{} is there", there.join(", ")) };
        Ok(Look::new(holds, seen, &[LANDING_ZONE]))
    }

    /// The organization of the plan that the step's account still manages.
    async fn old_organization(&self, step: &Step) -> Result<Option<OrganizationId>, CloudError> {
        let now = self.cloud.organization(&step.by).await?;
        let is_old = |id: &OrganizationId| self.plan.sources.iter().any(|(source, management)| source == id && management == &step.by);
        Ok(now.map(|organization| organization.id).filter(is_old))
    }
}
