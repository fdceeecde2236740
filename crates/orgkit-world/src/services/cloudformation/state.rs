//! What StackSets and stacks are.

use crate::ids::uuid_of;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How long an operation takes. AWS gives no number; it takes its time there, too.
pub(super) const OPERATION_TAKES: SignedDuration = SignedDuration::from_secs(60);

/// CloudFormation in all accounts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// StackSets by the account that owns them and by id. Service-managed ones belong to the management account.
    pub(super) sets: BTreeMap<AccountId, BTreeMap<String, StackSet>>,
    /// Stacks by account and ARN.
    pub(super) stacks: BTreeMap<AccountId, BTreeMap<String, Stack>>,
    /// The organizations whose trusted access was deactivated.
    pub(super) deactivated: BTreeSet<OrganizationId>,
}

/// A StackSet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct StackSet {
    /// `<name>:<UUID>`.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) region: String,
    pub(super) description: Option<String>,
    /// The template as it was given; empty for StackSets of a world file that names none.
    pub(super) template: String,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) capabilities: Vec<String>,
    pub(super) tags: BTreeMap<String, String>,
    /// Whether Organizations provides its roles; otherwise the two roles below do.
    pub(super) service_managed: bool,
    pub(super) administration_role: Option<String>,
    pub(super) execution_role: Option<String>,
    pub(super) auto_deployment: AutoDeployment,
    /// Whether operations that would conflict wait for each other.
    pub(super) managed_execution: bool,
    /// The roots and units that it deploys to, with the regions.
    pub(super) targets: BTreeMap<String, BTreeSet<String>>,
    /// Stack instances by account and region.
    #[serde(with = "crate::pairs")]
    pub(super) instances: BTreeMap<(AccountId, String), Instance>,
    /// Oldest first.
    pub(super) operations: Vec<Operation>,
}

/// Whether accounts that come into the targets get stacks, and whether those that leave keep them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct AutoDeployment {
    pub(super) enabled: bool,
    pub(super) retain: bool,
}

/// A stack instance: what a StackSet knows of one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Instance {
    /// The stack's ARN, where there is one.
    pub(super) stack: Option<String>,
    /// The target that the account was in.
    pub(super) unit: Option<String>,
    /// The operation that touched it last, and when that is or was finished.
    pub(super) operation: Option<String>,
    pub(super) ready_at: Timestamp,
    pub(super) outcome: Outcome,
}

/// How an operation ended in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Outcome {
    Succeeded,
    /// The account is suspended.
    Skipped,
    /// Why it failed.
    Failed(String),
}

/// An operation of a StackSet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Operation {
    pub(super) id: String,
    /// `CREATE`, `UPDATE` or `DELETE`.
    pub(super) action: String,
    pub(super) created_at: Timestamp,
    /// Later than `created_at` for an operation that was queued.
    pub(super) starts_at: Timestamp,
    pub(super) ready_at: Timestamp,
    pub(super) retain_stacks: Option<bool>,
    /// `DeploymentTargets` as they were given.
    pub(super) targets: Option<Value>,
    /// How many failures in a region it puts up with.
    pub(super) tolerance: usize,
    pub(super) results: Vec<OperationResult>,
}

/// What an operation did in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OperationResult {
    pub(super) account: AccountId,
    pub(super) region: String,
    pub(super) unit: Option<String>,
    pub(super) outcome: Outcome,
}

/// A stack that a StackSet made in an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stack {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) region: String,
    /// The StackSet that it is an instance of; `None` when it was retained.
    pub(super) set: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) ready_at: Timestamp,
    pub(super) deleted_at: Option<Timestamp>,
    pub(super) description: Option<String>,
    pub(super) template: String,
}

impl StackSet {
    /// When its last operation is or was finished.
    pub(super) fn busy_until(&self) -> Option<Timestamp> {
        self.operations.iter().map(|operation| operation.ready_at).max()
    }

    /// The instances in an account, with their regions.
    pub(super) fn regions_in(&self, account: &AccountId) -> Vec<String> {
        let from = (account.clone(), String::new());
        self.instances.range(from..).take_while(|((other, _), _)| other == account).map(|((_, region), _)| region.clone()).collect()
    }
}

impl Operation {
    /// Its status at a time.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        if now < self.starts_at {
            return "QUEUED";
        }
        if now < self.ready_at {
            return "RUNNING";
        }
        if self.exceeds_tolerance() { "FAILED" } else { "SUCCEEDED" }
    }

    /// How many stack instances failed.
    pub(super) fn failures(&self) -> usize {
        self.results.iter().filter(|result| matches!(result.outcome, Outcome::Failed(_))).count()
    }

    fn exceeds_tolerance(&self) -> bool {
        let mut failed: BTreeMap<&str, usize> = BTreeMap::new();
        for result in self.results.iter().filter(|result| matches!(result.outcome, Outcome::Failed(_))) {
            *failed.entry(&result.region).or_default() += 1;
        }
        failed.values().any(|failures| *failures > self.tolerance)
    }
}

impl State {
    /// The StackSet of an owner by name or id, in a region.
    pub(super) fn find(&self, owner: &AccountId, region: &str, name: &str) -> Option<&StackSet> {
        let sets = self.sets.get(owner)?;
        let is_it = |set: &&StackSet| set.region == region && set.name == name;
        sets.get(name).filter(|set| set.region == region).or_else(|| sets.values().find(is_it))
    }

    /// The StackSet of an owner by id, to change it.
    pub(super) fn set_mut(&mut self, owner: &AccountId, id: &str) -> Option<&mut StackSet> {
        self.sets.get_mut(owner)?.get_mut(id)
    }

    /// The service-managed StackSets of an organization, by its management account; none when its trusted access was deactivated.
    pub(super) fn managed_sets(&self, organization: &OrganizationId, management: &AccountId) -> impl Iterator<Item = &StackSet> {
        let active = !self.deactivated.contains(organization);
        let sets = self.sets.get(management).filter(|_| active).into_iter().flat_map(BTreeMap::values);
        sets.filter(|set| set.service_managed && set.auto_deployment.enabled)
    }
}

/// The id of a StackSet that a world file names.
pub(crate) fn stack_set_id(organization: &OrganizationId, name: &str) -> String {
    format!("{name}:{}", uuid_of(&format!("{organization}/{name}")))
}

/// The name and the ARN of the stack that a StackSet has in an account and region. `seed` tells stacks of different times apart.
pub(super) fn stack_names(set: &str, name: &str, account: &AccountId, region: &str, seed: &str) -> (String, String) {
    let stack = format!("StackSet-{name}-{}", uuid_of(&format!("name/{set}/{account}/{region}/{seed}")));
    let id = uuid_of(&format!("stack/{set}/{account}/{region}/{seed}"));
    let arn = format!("arn:aws:cloudformation:{region}:{account}:stack/{stack}/{id}");
    (stack, arn)
}

/// The ARN of the stack that a StackSet of a world file has in an account.
pub(crate) fn world_stack(set: &str, account: &AccountId, region: &str) -> String {
    let name = set.split(':').next().unwrap_or(set);
    stack_names(set, name, account, region, "").1
}

/// A StackSet of a world file and what it has deployed.
pub(crate) struct Seed {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) template: String,
    pub(crate) units: Vec<String>,
    pub(crate) auto_deployment: bool,
    pub(crate) retain: bool,
    pub(crate) since: Timestamp,
}

impl State {
    /// Puts in a StackSet of a world file, with a stack in each account that is given with the target it is in.
    pub(crate) fn plant(&mut self, management: &AccountId, seed: Seed, accounts: Vec<(AccountId, Option<String>)>) {
        let regions = BTreeSet::from([seed.region.clone()]);
        let mut set = StackSet {
            id: seed.id.clone(),
            name: seed.name.clone(),
            region: seed.region.clone(),
            template: seed.template.clone(),
            service_managed: true,
            capabilities: vec!["CAPABILITY_NAMED_IAM".to_owned()],
            auto_deployment: AutoDeployment { enabled: seed.auto_deployment, retain: seed.retain },
            targets: seed.units.iter().map(|unit| (unit.clone(), regions.clone())).collect(),
            ..StackSet::default()
        };
        for (account, unit) in accounts {
            let (name, arn) = stack_names(&seed.id, &seed.name, &account, &seed.region, "");
            let (set_id, at) = (Some(seed.id.clone()), seed.since);
            let stack = Stack {
                arn: arn.clone(),
                name,
                region: seed.region.clone(),
                set: set_id,
                created_at: at,
                ready_at: at,
                deleted_at: None,
                description: None,
                template: seed.template.clone(),
            };
            let instance = Instance { stack: Some(arn.clone()), unit, operation: None, ready_at: at, outcome: Outcome::Succeeded };
            self.stacks.entry(account.clone()).or_default().insert(arn, stack);
            set.instances.insert((account, seed.region.clone()), instance);
        }
        self.sets.entry(management.clone()).or_default().insert(seed.id, set);
    }
}
