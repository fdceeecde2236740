//! Resource shares that end when an account leaves, and those that take their place before.
//!
//! That a share is retained can be said only when it is made [RAM API Reference, CreateResourceShare]. So what an organization-wide share shares is
//! shared once more, by account id, in a share that is retained and open to accounts outside. Within an organization that shares through RAM the
//! accounts need not accept it; whoever has part in it when leaving keeps that part.

use crate::input::PlanInput;
use orgkit_model::{AccountId, AccountState, Action, Digest, Fact, Finding, OrganizationSnapshot, Placement, Step, StepClass, StepId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const SHARES: &str = "ram:GetResourceShares";
const PRINCIPALS: &str = "ram:GetResourceShareAssociations";
const RESOURCES: &str = "ram:ListResources";

/// Resources that can be shared within an organization only, as they stand in ARNs [RAM User Guide, shareable; as of 2026-11].
const WITHIN_ORGANIZATION: [&str; 6] =
    [":coip-pool/", ":license-configuration:", ":local-gateway-route-table/", ":outpost/", ":security-group/", ":subnet/"];

/// What is done about the shares of an estate.
#[derive(Debug, Default)]
pub(crate) struct Bridges<'a> {
    pub(crate) steps: Vec<Step>,
    /// By the ARN of the share: settled, or why it is not.
    outcomes: BTreeMap<&'a str, Result<(), &'static str>>,
}

/// The bridges that an estate needs. `placements` are the accounts that move.
pub(crate) fn bridges<'a>(input: &PlanInput<'a>, placements: &BTreeMap<AccountId, Placement>) -> Bridges<'a> {
    let mut bridges = Bridges::default();
    for fact in input.estate.facts_of(SHARES) {
        let Some(arn) = text(fact, "resourceShareArn").filter(|_| text(fact, "status") == Some("ACTIVE")) else { continue };
        let outcome = match input.estate.source_of(&fact.account) {
            // Nobody leaves the owner's organization: it has none.
            None => continue,
            Some(_) if is_retained(fact) => Ok(()),
            Some(source) => bridge(input, placements, source, fact, arn).map(|step| bridges.steps.extend(step)),
        };
        bridges.outcomes.insert(arn, outcome);
    }
    bridges
}

fn is_retained(share: &Fact) -> bool {
    let pointer = "/resourceShareConfiguration/retainSharingOnAccountLeaveOrganization";
    share.doc.pointer(pointer).and_then(Value::as_bool) == Some(true)
}

/// The step that bridges one share; `None` where nobody would lose it.
fn bridge(
    input: &PlanInput<'_>,
    placements: &BTreeMap<AccountId, Placement>,
    source: &OrganizationSnapshot,
    share: &Fact,
    arn: &str,
) -> Result<Option<Step>, &'static str> {
    let owner = &share.account;
    let of_share = |fact: &&Fact| &fact.account == owner && text(fact, "resourceShareArn") == Some(arn);
    let owner_leaves = placements.contains_key(owner);
    let has_part = |fact: &&Fact| !matches!(text(fact, "status"), Some("DISASSOCIATED" | "FAILED"));
    let entities = input.estate.facts_of(PRINCIPALS).filter(of_share).filter(has_part).filter_map(|fact| text(fact, "associatedEntity"));
    let consumers: BTreeSet<&AccountId> = entities.flat_map(|entity| meant(source, entity)).collect();
    let loses = |id: &&AccountId| *id != owner && (owner_leaves || placements.contains_key(*id)) && is_active(source, id);
    let principals: Vec<AccountId> = consumers.into_iter().filter(loses).cloned().collect();
    if principals.is_empty() {
        return Ok(None);
    }
    let mut resources: Vec<String> =
        input.estate.facts_of(RESOURCES).filter(of_share).filter_map(|fact| text(fact, "arn")).map(str::to_owned).collect();
    resources.sort();
    resources.dedup();
    if resources.is_empty() {
        return Err("what it shares could not be seen");
    }
    if resources.iter().any(|arn| WITHIN_ORGANIZATION.iter().any(|kind| arn.contains(kind))) {
        return Err("what it shares can be shared within an organization only");
    }
    Ok(Some(step(input, share, arn, resources, principals)))
}

fn step(input: &PlanInput<'_>, share: &Fact, arn: &str, resources: Vec<String>, principals: Vec<AccountId>) -> Step {
    let known = text(share, "name").unwrap_or_default();
    let name = format!("orgkit-{}-{known}", Digest::of_bytes(arn.as_bytes()).short());
    let owner = &share.account;
    let accounts = if principals.len() == 1 { "1 account".to_owned() } else { format!("{} accounts", principals.len()) };
    Step {
        id: StepId(format!("{owner}/share/{name}")),
        account: None,
        by: owner.clone(),
        title: format!("share what {known} of {} shares with {accounts} by id, and keep it when they leave", input.estate.name_of(owner)),
        action: Action::BridgeShare {
            region: share.region.clone().unwrap_or_default(),
            share: arn.to_owned(),
            name,
            resources,
            principals,
        },
        class: StepClass::Reversible,
        after: Vec::new(),
        not_before: None,
        because: "the share hangs on the old organization and ends for whoever leaves it".to_owned(),
        covers: vec!["A4".to_owned(), "D9".to_owned()],
    }
}

/// The accounts of an organization that a principal stands for: itself, the members of the organization, those under a unit.
fn meant<'s>(source: &'s OrganizationSnapshot, entity: &str) -> Vec<&'s AccountId> {
    let rest = entity.rsplit(':').next().unwrap_or_default();
    match rest.split('/').collect::<Vec<_>>().as_slice() {
        ["organization", id] if *id == source.organization.id.as_str() => source.accounts.keys().collect(),
        ["ou", id, unit] if *id == source.organization.id.as_str() => {
            source.accounts.keys().filter(|account| source.lineage(account).iter().any(|place| place == unit)).collect()
        }
        [account] => source.accounts.keys().filter(|known| known.as_str() == *account).collect(),
        _ => Vec::new(),
    }
}

fn is_active(source: &OrganizationSnapshot, account: &AccountId) -> bool {
    source.accounts.get(account).is_some_and(|account| account.state == AccountState::Active)
}

fn text<'f>(fact: &'f Fact, member: &str) -> Option<&'f str> {
    fact.doc.get(member)?.as_str()
}

impl Bridges<'_> {
    /// Whether a finding is about a share that is bridged or retained, or that nobody loses. Users, roles and services that it is shared with by name are
    /// not bridged.
    pub(crate) fn remedies(&self, finding: &Finding) -> bool {
        let Some((arn, entity)) = share_of(finding) else { return false };
        let is_account = entity.len() == 12 && entity.bytes().all(|byte| byte.is_ascii_digit());
        (is_account || entity.contains(":organizations:")) && matches!(self.outcomes.get(arn), Some(Ok(())))
    }

    /// Why a share that a finding is about is not bridged.
    pub(crate) fn refusal(&self, finding: &Finding) -> Option<&'static str> {
        let (arn, _) = share_of(finding)?;
        self.outcomes.get(arn)?.err()
    }
}

/// The share and the principal that a finding is about.
fn share_of(finding: &Finding) -> Option<(&str, &str)> {
    finding.subject.split_once(' ').filter(|_| finding.kind == PRINCIPALS)
}
