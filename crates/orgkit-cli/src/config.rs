//! orgkit.toml: the target, the sources, the standalone accounts, and what the user decides about the plan.

use crate::error::CliError;
use crate::exit::Exit;
use crate::toml_error;
use orgkit_discover::Lookup;
use orgkit_execute::Tuning;
use orgkit_model::AccountId;
use orgkit_plan::{Acceptance, Options, WishedWave};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The name that is looked for where no other is given.
pub(crate) const FILE_NAME: &str = "orgkit.toml";

/// orgkit.toml as written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The version of the format: 1.
    pub(crate) version: u32,
    /// The regions to look at.
    #[serde(default)]
    pub(crate) regions: Vec<String>,
    /// The organization to move into.
    pub(crate) target: Option<Target>,
    /// The organizations to move out of.
    #[serde(default)]
    pub(crate) sources: Vec<Source>,
    /// The accounts outside every organization.
    #[serde(default)]
    pub(crate) standalone: Vec<Standalone>,
    /// The way into accounts once they have joined.
    #[serde(default)]
    pub(crate) access: AccessRole,
    /// Units that the user decides, by account.
    #[serde(default)]
    pub(crate) placement: BTreeMap<AccountId, String>,
    /// Accounts that stay where they are.
    #[serde(default)]
    pub(crate) leave_out: BTreeSet<AccountId>,
    /// Waves by name, before the others.
    #[serde(default)]
    pub(crate) waves: Vec<Wave>,
    /// How many accounts a wave takes at most.
    pub(crate) batch: Option<usize>,
    /// How the calls that were made in the accounts are looked up.
    #[serde(default)]
    pub(crate) activity: Activity,
    /// Findings that are accepted by name.
    #[serde(default)]
    pub(crate) accept: Vec<Accept>,
    /// How much is done at once, and when it is enough.
    #[serde(default)]
    pub(crate) execution: Execution,
    /// The packs, by name.
    #[serde(default)]
    pub(crate) packs: BTreeMap<String, Pack>,
}

/// The target.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    /// Its management account.
    pub(crate) management_account: AccountId,
    /// The AWS profile of that account; the default chain where there is none.
    pub(crate) profile: Option<String>,
    /// How many accounts it may have ("Default maximum number of accounts" in Service Quotas).
    pub(crate) account_quota: Option<u32>,
}

/// How a plan is carried out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Execution {
    /// How many accounts of a wave are worked on at once.
    pub(crate) concurrency: Option<usize>,
    /// No further account is begun once so many steps of a wave are stuck.
    pub(crate) max_failures: Option<usize>,
    /// Whether somebody looks at what each wave has come to before the next one begins.
    #[serde(default)]
    pub(crate) approve_waves: bool,
}

/// A source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    /// Its management account.
    pub(crate) management_account: AccountId,
    /// The AWS profile of that account.
    pub(crate) profile: Option<String>,
    /// The role by which it enters its members.
    #[serde(default = "member_role")]
    pub(crate) member_role: String,
    /// Members that are entered by a profile of their own.
    #[serde(default)]
    pub(crate) member_profiles: BTreeMap<AccountId, String>,
}

fn member_role() -> String {
    "OrganizationAccountAccessRole".to_owned()
}

/// A standalone account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standalone {
    /// The account.
    pub(crate) account: AccountId,
    /// Its name, for people.
    pub(crate) name: Option<String>,
    /// The AWS profile of the account.
    pub(crate) profile: Option<String>,
    /// A role in the account that the target's management account may assume; used where there is no profile.
    pub(crate) role: Option<String>,
}

/// The role that is made in every account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessRole {
    /// Its name.
    pub(crate) role: String,
}

impl Default for AccessRole {
    fn default() -> Self {
        Self { role: Options::default().access_role }
    }
}

/// A wave.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wave {
    /// Its name.
    pub(crate) name: String,
    /// Its accounts in their order.
    pub(crate) accounts: Vec<AccountId>,
}

/// How the calls that were made in the accounts are looked up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Activity {
    /// Whether CloudTrail's event history is asked.
    #[serde(default = "yes")]
    lookup: bool,
    /// How many days back; CloudTrail keeps 90.
    #[serde(default = "days")]
    days: u32,
    /// How many pages of 50 events in each account and region.
    #[serde(default = "pages")]
    pages: u32,
}

fn yes() -> bool {
    true
}

fn days() -> u32 {
    Lookup::default().days
}

fn pages() -> u32 {
    Lookup::default().pages
}

impl Default for Activity {
    fn default() -> Self {
        Self { lookup: yes(), days: days(), pages: pages() }
    }
}

impl Activity {
    /// How many days back calls count.
    pub(crate) fn days(&self) -> u32 {
        self.days
    }

    /// How far the event history is read; `None`: not at all.
    pub(crate) fn lookup(&self) -> Option<Lookup> {
        self.lookup.then_some(Lookup { days: self.days, pages: self.pages })
    }
}

/// A finding that does not keep its account from moving, because somebody said so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accept {
    /// The account.
    account: AccountId,
    /// The finding's code, such as `activity/newly-denied`.
    finding: String,
    /// What it is about, as the finding names it; `*` stands for any text.
    subject: String,
    /// Who decided it, and why.
    because: String,
}

/// A pack.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pack {
    /// Its folder, relative to orgkit.toml; the pack built into orgkit where there is none.
    pub(crate) path: Option<PathBuf>,
    /// Whether it is used.
    pub(crate) enabled: Option<bool>,
    /// Parameters, by rule.
    #[serde(default)]
    pub(crate) params: BTreeMap<String, toml::Table>,
}

impl Config {
    /// Reads the file that is named, or the one in the current folder where there is one.
    pub(crate) fn read(named: Option<&Path>) -> Result<Option<Self>, CliError> {
        let path = named.unwrap_or(Path::new(FILE_NAME));
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(path, &text).map(Some),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CliError::from_source(Exit::Usage, "OK1201", &error)
                .named(&format!("cannot read `{}`", path.display()))
                .hint("`orgkit init` writes one")),
        }
    }

    fn parse(path: &Path, text: &str) -> Result<Self, CliError> {
        let mut config: Self = toml::from_str(text).map_err(|error| toml_error::explain(path, text, &error, "OK1202"))?;
        if config.version != 1 {
            let message = format!("{}: version {} is not known; this orgkit reads version 1", path.display(), config.version);
            return Err(CliError::new(Exit::Usage, "OK1202", message));
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        for pack in config.packs.values_mut() {
            pack.path = pack.path.take().map(|path| folder.join(path));
        }
        config.check(path)?;
        Ok(config)
    }

    /// An account is named once, and whoever accepts something says why.
    fn check(&self, path: &Path) -> Result<(), CliError> {
        if let Some(accept) = self.accept.iter().find(|accept| accept.because.trim().is_empty()) {
            let message = format!("{}: `{}` of account {} is accepted without a reason", path.display(), accept.finding, accept.account);
            return Err(CliError::new(Exit::Usage, "OK1202", message).hint("say in `because` who decided it, and why"));
        }
        let named = self
            .target
            .iter()
            .map(|target| &target.management_account)
            .chain(self.sources.iter().map(|source| &source.management_account))
            .chain(self.standalone.iter().map(|standalone| &standalone.account));
        let mut seen = BTreeSet::new();
        for account in named {
            if !seen.insert(account) {
                let message = format!("{}: account {account} is named twice", path.display());
                return Err(CliError::new(Exit::Usage, "OK1202", message)
                    .hint("an account is the target's or a source's management account, or standalone, and only one of these"));
            }
        }
        Ok(())
    }

    /// How the plan is carried out. A rehearsal's clock takes no time, so it stays for as long as it has to.
    pub(crate) fn tuning(&self, stays: bool) -> Tuning {
        let defaults = Tuning::default();
        Tuning {
            concurrency: self.execution.concurrency.unwrap_or(defaults.concurrency).max(1),
            failures: self.execution.max_failures.unwrap_or(defaults.failures).max(1),
            longest_stay: if stays { Duration::MAX } else { defaults.longest_stay },
            ..defaults
        }
    }

    /// What the user decides about the plan.
    pub(crate) fn options(&self) -> Options {
        let defaults = Options::default();
        let waves = self.waves.iter().map(|wave| WishedWave { name: wave.name.clone(), accounts: wave.accounts.clone() });
        Options {
            access_role: self.access.role.clone(),
            waves: waves.collect(),
            batch: self.batch.unwrap_or(defaults.batch),
            leave_out: self.leave_out.clone(),
            accept: self.accept.iter().map(acceptance).collect(),
            account_quota: self.target.as_ref().and_then(|target| target.account_quota),
            approve_waves: self.execution.approve_waves,
            ..defaults
        }
    }
}

fn acceptance(accept: &Accept) -> Acceptance {
    Acceptance {
        account: accept.account.clone(),
        code: accept.finding.clone(),
        subject: accept.subject.clone(),
        because: accept.because.clone(),
    }
}
