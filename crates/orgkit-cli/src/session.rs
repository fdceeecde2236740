//! What every stage works with: the clouds, the scope, the rules, the clock, the state directory.

use crate::args::StageArgs;
use crate::config::Config;
use crate::error::CliError;
use crate::exit::Exit;
use crate::gates::GateKeeper;
use crate::packs;
use crate::state::{JOURNAL, State};
use crate::store::Place;
use crate::time::Time;
use crate::world;
use orgkit_assess::RuleRunner;
use orgkit_aws::AwsCloud;
use orgkit_cloud::{Access, CloudRead};
use orgkit_discover::Scope;
use orgkit_model::AccountId;
use orgkit_sim::{OrganizationRole, Simulator, WorldFile};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that a stage needs.
pub(crate) struct Session {
    /// The clouds.
    pub(crate) cloud: AwsCloud,
    /// What to look at.
    pub(crate) scope: Scope,
    /// The packs' rules.
    pub(crate) rules: RuleRunner,
    /// The clock.
    pub(crate) time: Time,
    /// Who answers human gates.
    pub(crate) gates: GateKeeper,
    /// Where everything else is kept.
    pub(crate) state: State,
    /// Where the journal is kept.
    pub(crate) journal: Place,
    /// The user's decisions.
    pub(crate) config: Config,
    /// The world's name when this is a rehearsal.
    pub(crate) rehearsal: Option<String>,
}

impl Session {
    /// Sets everything up. `fresh` forgets a rehearsal; `notes` are the human gates that a person says are passed, by step.
    pub(crate) fn open(args: &StageArgs, fresh: bool, notes: BTreeMap<String, String>) -> Result<Self, CliError> {
        let config = Config::read(args.config.as_deref())?;
        let rules = packs::rules(config.as_ref(), args)?;
        if args.rehearse { Self::rehearsal(args, fresh, config.unwrap_or_default(), rules) } else { Self::real(args, config, rules, notes) }
    }

    fn rehearsal(args: &StageArgs, fresh: bool, config: Config, rules: RuleRunner) -> Result<Self, CliError> {
        let world = world::read(args.world.as_deref().or(args.world_file.as_deref()))?;
        let state = State::take(&args.state, true)?;
        if fresh {
            state.clear()?;
        }
        let scope = simulated_scope(&world, &config, &rules);
        let simulator = world::open(&state.file("aws.db"), &world, args.seed)?;
        Ok(Self {
            cloud: simulated_cloud(&world, &simulator),
            rules: rules.with_target_management(scope.target_management.clone()),
            scope,
            time: Time::Simulated(simulator.clone()),
            gates: GateKeeper::Rehearsal(simulator),
            journal: Place::of(None, state.file(JOURNAL), true),
            state,
            config,
            rehearsal: Some(world.name.clone()),
        })
    }

    fn real(args: &StageArgs, config: Option<Config>, rules: RuleRunner, notes: BTreeMap<String, String>) -> Result<Self, CliError> {
        let incomplete = |message: &str| {
            CliError::new(Exit::Usage, "OK1202", message)
                .hint("`orgkit init --target-profile P --source-profile P` writes orgkit.toml; `--rehearse` tries orgkit without it")
        };
        let config = config.ok_or_else(|| incomplete("there is no orgkit.toml here, and no `--rehearse`"))?;
        let target = config.target.clone().ok_or_else(|| incomplete("orgkit.toml names no `[target]`"))?;
        if config.sources.is_empty() && config.standalone.is_empty() {
            return Err(incomplete("orgkit.toml names neither `[[sources]]` nor `[[standalone]]` accounts"));
        }
        let mut builder = AwsCloud::builder().access(target.management_account.clone(), Access::Profile(target.profile.clone()));
        for source in &config.sources {
            builder = builder.access(source.management_account.clone(), Access::Profile(source.profile.clone()));
            for (account, profile) in &source.member_profiles {
                builder = builder.access(account.clone(), Access::Profile(Some(profile.clone())));
            }
        }
        for standalone in &config.standalone {
            let access = match (&standalone.profile, &standalone.role) {
                (None, Some(role)) => Access::Role { via: target.management_account.clone(), role: role.clone() },
                (profile, _) => Access::Profile(profile.clone()),
            };
            builder = builder.access(standalone.account.clone(), access);
        }
        let named = |one: &crate::config::Standalone| (one.account.clone(), one.name.clone().unwrap_or_else(|| one.account.to_string()));
        let regions = if config.regions.is_empty() { vec![orgkit_cloud::HOME_REGION.to_owned()] } else { config.regions.clone() };
        let scope = Scope {
            target_management: target.management_account,
            sources: config.sources.iter().map(|source| source.management_account.clone()).collect(),
            member_roles: config.sources.iter().map(|source| (source.management_account.clone(), source.member_role.clone())).collect(),
            standalone: config.standalone.iter().map(named).collect(),
            regions,
            kinds: rules.fact_kinds(),
            activity: config.activity.lookup(),
        };
        let state = State::take(&args.state, false)?;
        let rules = rules.with_target_management(scope.target_management.clone());
        let journal = Place::of(config.state.as_ref(), state.file(JOURNAL), false);
        let (cloud, gates) = (builder.build(), GateKeeper::Notes(notes));
        Ok(Self { cloud, scope, rules, time: Time::Real, gates, state, journal, config, rehearsal: None })
    }
}

impl Session {
    /// Lets a member be entered by the role that its management account may assume, unless another way is known.
    pub(crate) fn offer_member_access(&self, management: &AccountId, member: &AccountId) {
        if let Some(role) = self.scope.member_roles.get(management) {
            self.cloud.offer_access(member, Access::Role { via: management.clone(), role: role.clone() });
        }
    }
}

/// Management and standalone accounts by their administrators' keys, members by the role that their organization made: as in real life.
fn simulated_cloud(world: &WorldFile, simulator: &Simulator) -> AwsCloud {
    let (clock, waiter) = (simulator.clone(), simulator.clone());
    let mut builder = AwsCloud::builder()
        .http_client(simulator.http_client())
        .virtual_time(Arc::new(move || clock.now()), Arc::new(move |time| crate::time::pass(&waiter, time)));
    let managing = |account: &orgkit_sim::AccountSpec| world.organizations.iter().any(|organization| organization.management == account.id);
    for account in world.accounts.iter().filter(|account| account.organization.is_none() || managing(account)) {
        if let Some(keys) = simulator.credentials(&account.id) {
            builder = builder.keys(account.id.clone(), keys.access_key_id, keys.secret_access_key);
        }
    }
    builder.build()
}

fn member_role(config: &Config) -> String {
    config.sources.first().map_or_else(|| "OrganizationAccountAccessRole".to_owned(), |source| source.member_role.clone())
}

fn simulated_scope(world: &WorldFile, config: &Config, rules: &RuleRunner) -> Scope {
    let by_role = |role| world.organizations.iter().filter(move |organization| organization.role == role).map(|one| one.management.clone());
    let standalone = world.accounts.iter().filter(|account| {
        account.organization.is_none() && !world.organizations.iter().any(|organization| organization.management == account.id)
    });
    Scope {
        // INVARIANT: a world file that was read has exactly one target.
        #[expect(clippy::expect_used, reason = "stated invariant")]
        target_management: by_role(OrganizationRole::Target).next().expect("a world has a target"),
        sources: by_role(OrganizationRole::Source).collect(),
        member_roles: by_role(OrganizationRole::Source).map(|management| (management, member_role(config))).collect(),
        standalone: standalone.map(|account| (account.id.clone(), account.name.clone())).collect(),
        regions: world.regions.clone(),
        kinds: rules.fact_kinds(),
        activity: config.activity.lookup(),
    }
}
