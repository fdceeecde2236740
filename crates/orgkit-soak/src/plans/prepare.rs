//! From a world to an approved plan: discovery, placement, orgkit-plan. It is done once; runs begin with a fork of the world.

use super::canonical::Canonical;
use crate::poll::now_or_never;
use crate::stage::Index;
use jiff::Timestamp;
use orgkit_cloud::{Access, CloudError, CloudRead, FACT_KINDS};
use orgkit_discover::{DiscoverError, Discovery, Scope};
use orgkit_model::{AccountId, Approach, Decision, Digest, Estate, Evidence, Finding, Opening, Picture, Plan, Severity, Status, Was};
use orgkit_plan::{Options, Placed, PlanError, PlanInput, Proposal};
use orgkit_sim::{Call, CallError, OrganizationRole, SimCloud, SimError, Simulator, WorldError, WorldFile};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The role by which orgkit enters accounts that it moves.
pub const ACCESS_ROLE: &str = "OrgkitMigration";
/// The role by which a management account enters members that it created.
pub const MEMBER_ROLE: &str = "OrganizationAccountAccessRole";
/// The facts that the canonical plans are made from.
pub(crate) const KINDS: [&str; 3] =
    ["AWS::CloudFormation::StackSet", "ram:GetResourceShareAssociations", "savingsplans:DescribeSavingsPlans"];
const SHARES: &str = "ram:GetResourceShareAssociations";

/// When all worlds begin.
pub fn start() -> Timestamp {
    // INVARIANT: the text is a time.
    "2026-01-05T08:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A plan that could not be made ready.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The world file is wrong.
    #[error("world `{name}` cannot be read")]
    World {
        /// The plan's name.
        name: String,
        /// What is wrong.
        #[source]
        source: WorldError,
    },
    /// The world cannot be built.
    #[error("world `{name}` cannot be built")]
    Build {
        /// The plan's name.
        name: String,
        /// What is wrong.
        #[source]
        source: SimError,
    },
    /// The world cannot be discovered.
    #[error("world `{name}` cannot be discovered")]
    Discover {
        /// The plan's name.
        name: String,
        /// What is wrong.
        #[source]
        source: DiscoverError,
    },
    /// There is no plan.
    #[error("no plan can be made for `{name}`")]
    Plan {
        /// The plan's name.
        name: String,
        /// What is wrong.
        #[source]
        source: PlanError,
    },
    /// An account cannot be brought into the target by hand.
    #[error("an account of `{name}` cannot be brought into the target by hand")]
    ByHand {
        /// The plan's name.
        name: String,
        /// What is wrong.
        #[source]
        source: CallError,
    },
    /// An account cannot be looked into.
    #[error("`{name}` cannot be looked into")]
    Look {
        /// The plan's name.
        name: String,
        /// What is wrong.
        #[source]
        source: CloudError,
    },
}

/// A plan that is ready to be carried out, as often as wanted.
#[derive(Debug)]
pub struct Prepared {
    /// Its name.
    pub name: String,
    /// The world as it is when the plan begins. It is only ever forked.
    pub simulator: Simulator,
    /// What the journal opens with.
    pub opening: Opening,
    /// The accounts that are entered with their administrators' keys.
    pub administrators: Vec<AccountId>,
    /// The members of the sources, with the management accounts by which they are entered.
    pub members: Vec<(AccountId, AccountId)>,
    /// The accounts that share something with their organization.
    pub sharing: BTreeSet<AccountId>,
    /// The digest of the plan.
    pub digest: Digest,
    /// The plan's steps, found by name and by account.
    pub index: Arc<Index>,
}

impl Prepared {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.opening.plan
    }

    /// A cloud on a fork of the world, with the ways into accounts that a user has.
    pub fn cloud(&self, simulator: &Simulator) -> SimCloud {
        cloud(simulator, &self.administrators, &self.members)
    }

    /// The accounts that the plan moves.
    pub fn moves(&self) -> usize {
        self.plan().placements.len()
    }
}

/// All canonical plans, and the further ones.
///
/// # Errors
/// [`PrepareError`] of the first that cannot be made ready.
pub fn prepare_every() -> Result<Vec<Prepared>, PrepareError> {
    super::CANONICAL.iter().chain(super::FURTHER).map(prepare).collect()
}

/// All canonical plans.
///
/// # Errors
/// [`PrepareError`] of the first that cannot be made ready.
pub fn prepare_all() -> Result<Vec<Prepared>, PrepareError> {
    super::CANONICAL.iter().map(prepare).collect()
}

/// A canonical plan, made ready.
///
/// # Errors
/// [`PrepareError`].
pub fn prepare(canonical: &Canonical) -> Result<Prepared, PrepareError> {
    let name = canonical.name.to_owned();
    let text = canonical.world.concat();
    let world = WorldFile::parse(canonical.name, &text).map_err(|source| PrepareError::World { name: name.clone(), source })?;
    let options = Options {
        access_role: ACCESS_ROLE.to_owned(),
        batch: canonical.batch,
        leave_out: canonical.stays.iter().filter_map(|id| id.parse().ok()).filter(|id| is_in(&world, id)).collect(),
        ..Options::default()
    };
    let proposals = canonical.guardrails.iter().map(|(name, kind, content, unit)| Proposal {
        name: (*name).to_owned(),
        kind: *kind,
        content: (*content).to_owned(),
        unit: unit.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        because: "the target needs it".to_owned(),
        covers: Vec::new(),
    });
    let goes = |id: &AccountId| {
        let named = canonical.goes.iter().find(|(account, _)| *account == id.as_str());
        named.map_or("Workloads", |(_, unit)| unit).to_owned()
    };
    let every: Vec<&str> = FACT_KINDS.iter().map(|(kind, _)| *kind).collect();
    let kinds = if canonical.reads_all { every.as_slice() } else { &KINDS };
    let prepared = ready(&name, &world, kinds, options, proposals.collect(), &goes)?;
    if canonical.joined_by_hand {
        join_by_hand(&prepared)?;
    }
    Ok(prepared)
}

fn is_in(world: &WorldFile, id: &AccountId) -> bool {
    world.accounts.iter().any(|account| &account.id == id)
}

/// Discovers a world and makes its plan.
pub(crate) fn ready(
    name: &str,
    world: &WorldFile,
    kinds: &[&str],
    options: Options,
    proposals: Vec<Proposal>,
    goes: &dyn Fn(&AccountId) -> String,
) -> Result<Prepared, PrepareError> {
    let name = name.to_owned();
    let simulator = Simulator::in_memory(world, 1, start()).map_err(|source| PrepareError::Build { name: name.clone(), source })?;
    simulator.set_throttling(false);
    let scope = scope(world, kinds);
    let administrators = administrators(world);
    let members = members(world);
    let reader = cloud(&simulator, &administrators, &members);
    let discovery = Discovery { cloud: &reader, scope: &scope, at: simulator.now() };
    let estate = now_or_never(discovery.run(&mut |_| ())).map_err(|source| PrepareError::Discover { name: name.clone(), source })?;
    let findings = share_findings(&estate);
    let placements = subjects(&estate).map(|id| (id.clone(), placed(&goes(id)))).collect();
    let decision =
        Decision { recommended: Approach::NewOrganizationInviteAll, taken: Approach::NewOrganizationInviteAll, reasons: Vec::new() };
    let input =
        PlanInput { estate: &estate, findings: &findings, decision, placements, proposals, packs: Digest::of(&"no packs"), options };
    let plan = orgkit_plan::plan(&input).map_err(|source| PrepareError::Plan { name: name.clone(), source })?;
    let digest = plan.digest();
    let index = Arc::new(Index::new(&plan));
    let sharing = findings.iter().map(|finding| finding.account.clone()).collect();
    let opening = Opening { plan, findings, before: Picture::of(&estate), rehearsal: Some(name.clone()) };
    Ok(Prepared { name, simulator: simulator.fork(), opening, administrators, members, sharing, digest, index })
}

fn cloud(simulator: &Simulator, administrators: &[AccountId], members: &[(AccountId, AccountId)]) -> SimCloud {
    let mut cloud = SimCloud::new(simulator.clone());
    for account in administrators {
        cloud = cloud.administrator(account.clone());
    }
    for (member, management) in members {
        cloud.offer_access(member, Access::Role { via: management.clone(), role: MEMBER_ROLE.to_owned() });
    }
    cloud
}

fn managements(world: &WorldFile, role: OrganizationRole) -> impl Iterator<Item = &AccountId> {
    world.organizations.iter().filter(move |organization| organization.role == role).map(|organization| &organization.management)
}

/// Management accounts and those of no organization.
fn administrators(world: &WorldFile) -> Vec<AccountId> {
    let manages = |id: &AccountId| world.organizations.iter().any(|organization| &organization.management == id);
    let own = world.accounts.iter().filter(|account| account.organization.is_none() || manages(&account.id));
    own.map(|account| account.id.clone()).collect()
}

fn members(world: &WorldFile) -> Vec<(AccountId, AccountId)> {
    let sources = world.organizations.iter().filter(|organization| organization.role == OrganizationRole::Source);
    let pairs = sources.flat_map(|source| {
        let inside = world.accounts.iter().filter(|account| account.organization.as_ref() == Some(&source.id));
        inside.filter(|account| account.id != source.management).map(|account| (account.id.clone(), source.management.clone()))
    });
    pairs.collect()
}

fn scope(world: &WorldFile, kinds: &[&str]) -> Scope {
    let sources: Vec<AccountId> = managements(world, OrganizationRole::Source).cloned().collect();
    let manages = |id: &AccountId| world.organizations.iter().any(|organization| &organization.management == id);
    let alone = world.accounts.iter().filter(|account| account.organization.is_none() && !manages(&account.id));
    Scope {
        // INVARIANT: a world file that was read has exactly one target.
        #[expect(clippy::expect_used, reason = "stated invariant")]
        target_management: managements(world, OrganizationRole::Target).next().expect("a world has a target").clone(),
        member_roles: sources.iter().map(|management| (management.clone(), MEMBER_ROLE.to_owned())).collect(),
        sources,
        standalone: alone.map(|account| (account.id.clone(), account.name.clone())).collect(),
        regions: world.regions.clone(),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        activity: None,
    }
}

fn subjects(estate: &Estate) -> impl Iterator<Item = &AccountId> {
    estate.standalone.iter().map(|account| &account.id).chain(estate.sources.iter().flat_map(|source| source.accounts.keys()))
}

fn placed(unit: &str) -> Placed {
    Placed { unit: unit.split('/').map(str::to_owned).collect(), decided_by: "the soak".to_owned(), held: None }
}

/// What the pack of resource shares would find: each association with an organization that is not kept when an account leaves.
fn share_findings(estate: &Estate) -> Vec<Finding> {
    let shared = estate.facts_of(SHARES).filter(|fact| {
        let with = fact.doc.pointer("/associatedEntity").and_then(Value::as_str).unwrap_or_default();
        with.contains(":organization/") || with.contains(":ou/")
    });
    let findings = shared.map(|fact| Finding {
        code: "share/lost".to_owned(),
        severity: Severity::High,
        status: Status::Fail,
        account: fact.account.clone(),
        region: fact.region.clone(),
        kind: SHARES.to_owned(),
        subject: fact.name.clone(),
        title: "a resource share ends when its accounts leave the organization".to_owned(),
        remedy: "share with account ids".to_owned(),
        blocks_move: true,
        evidence: vec![Evidence {
            call: SHARES.to_owned(),
            account: fact.account.clone(),
            region: fact.region.clone(),
            name: fact.name.clone(),
            pointer: "/associatedEntity".to_owned(),
            observed: String::new(),
        }],
        covers: Vec::new(),
    });
    findings.collect()
}

/// Somebody brings the standalone accounts into the target without orgkit.
fn join_by_hand(prepared: &Prepared) -> Result<(), PrepareError> {
    let failed = |source| PrepareError::ByHand { name: prepared.name.clone(), source };
    let ask = |by: &AccountId, operation: &str, input: Value| {
        let call = Call { service: "organizations".into(), operation: operation.into(), region: "us-east-1".into(), input };
        match prepared.simulator.administrator(by) {
            Some(caller) => prepared.simulator.call(&caller, &call),
            None => Ok(Value::Null),
        }
    };
    let plan = prepared.plan();
    for placement in plan.placements.iter().filter(|placement| placement.was == Was::Standalone) {
        let target = json!({ "Target": { "Id": placement.account, "Type": "ACCOUNT" } });
        let invited = ask(&plan.target_management, "InviteAccountToOrganization", target).map_err(failed)?;
        let id = invited.pointer("/Handshake/Id").cloned().unwrap_or_default();
        ask(&placement.account, "AcceptHandshake", json!({ "HandshakeId": id })).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_canonical_plan_is_made_and_moves_somebody() {
        for prepared in prepare_every().unwrap() {
            assert!(prepared.moves() > 0, "{}", prepared.name);
            assert!(prepared.plan().steps().count() > 3, "{}", prepared.name);
        }
    }

    #[test]
    fn the_plans_have_what_they_are_named_after() {
        let steps = |name: &str| {
            let canonical = super::super::CANONICAL.iter().chain(super::super::FURTHER).find(|canonical| canonical.name == name).unwrap();
            let ids: Vec<String> = prepare(canonical).unwrap().plan().steps().map(|step| step.id.0.clone()).collect();
            ids.join("\n")
        };
        for (name, part) in [
            ("guarded", "/except"),
            ("delegated-administrator", "deregister/"),
            ("stack-set", "/retain"),
            ("share", "gate/share/lost"),
            ("suspended", "/reinstate"),
            ("guardrails", "target/policy/KeepLogging/Workloads"),
            ("management-last", "delete-organization"),
            ("organization-ids", "/AWS::S3::BucketPolicy/shop-lake/add-organization"),
            ("organization-ids", "/clean-up/role/OrganizationAccountAccessRole"),
            ("products", "/dismiss/guardduty.amazonaws.com/us-east-1"),
            ("bridged-share", "/share/orgkit-"),
            ("landing-zones", "/unenrol"),
            ("landing-zones", "/enrol"),
        ] {
            assert!(steps(name).contains(part), "{name}: {}", steps(name));
        }
    }
}
