//! The whole of a discovery: who is who, the trees, then the facts.

use crate::collect::{Look, Standing, closed, looks, lookups, take, unreachable};
use crate::snapshot::{managed_by, snapshot};
use crate::{DiscoverError, Scope, activity, synthesize};
use jiff::Timestamp;
use orgkit_cloud::{Access, CloudRead};
use orgkit_model::{Account, AccountId, AccountState, ESTATE_SCHEMA, Estate, LOOKUP_EVENTS, OrganizationSnapshot};

/// How far a discovery has come: told before each look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Looks taken.
    pub done: usize,
    /// Looks to be taken in all.
    pub total: usize,
    /// The account that is looked at now.
    pub account: &'a AccountId,
    /// The kind of fact that is looked for now.
    pub kind: &'a str,
}

/// A discovery to be made.
#[derive(Debug)]
pub struct Discovery<'a, C> {
    /// What is read.
    pub cloud: &'a C,
    /// What to look at.
    pub scope: &'a Scope,
    /// The time that the estate is of.
    pub at: Timestamp,
}

impl<C: CloudRead> Discovery<'_, C> {
    /// Reads both sides and collects the facts. Repeated runs over the same thing give estates with one digest.
    ///
    /// # Errors
    /// When an organization cannot be read as a whole, or an account is not what the scope says. Facts that cannot be read are no error:
    /// the estate says so itself.
    pub async fn run(&self, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Estate, DiscoverError> {
        let mut estate = self.walk().await?;
        let looks = self.looks(&estate).await;
        for (done, look) in looks.iter().enumerate() {
            progress(Progress { done, total: looks.len(), account: &look.account, kind: &look.kind });
            let collection = match self.scope.activity {
                Some(lookup) if look.kind == LOOKUP_EVENTS => activity::take(self.cloud, look, lookup, self.at, &mut estate.facts).await,
                _ => take(self.cloud, look, &mut estate.facts).await,
            };
            estate.collections.push(collection);
        }
        synthesize::add(&mut estate);
        estate.sort();
        Ok(estate)
    }

    /// Both sides without facts. The callers are checked first: a wrong profile must not become a wrong estate.
    async fn walk(&self) -> Result<Estate, DiscoverError> {
        let scope = self.scope;
        let named = std::iter::once(&scope.target_management).chain(&scope.sources);
        for account in named.chain(scope.standalone.iter().map(|(id, _)| id)) {
            self.cloud.caller_arn(account).await?;
        }
        let target = snapshot(self.cloud, &scope.target_management).await?;
        let (mut sources, mut standalone) = (Vec::new(), Vec::new());
        for management in &scope.sources {
            match self.cloud.organization(management).await? {
                None => standalone.push(self.alone(management)),
                Some(joined) if joined.id == target.organization.id => {}
                Some(organization) => {
                    managed_by(&organization, management)?;
                    let source = snapshot(self.cloud, management).await?;
                    self.offer_ways(management, &source);
                    sources.push(source);
                }
            }
        }
        for (account, _) in &scope.standalone {
            if self.is_alone(account, &target, &sources).await? {
                standalone.push(self.alone(account));
            }
        }
        standalone.sort_by(|a, b| a.id.cmp(&b.id));
        standalone.dedup_by(|a, b| a.id == b.id);
        let mut regions = scope.regions.clone();
        regions.sort();
        regions.dedup();
        Ok(Estate {
            schema: ESTATE_SCHEMA,
            taken_at: self.at,
            target,
            sources,
            standalone,
            regions,
            facts: Vec::new(),
            collections: Vec::new(),
        })
    }

    /// Members are entered by the role that their management account may assume, unless another way is known.
    fn offer_ways(&self, management: &AccountId, source: &OrganizationSnapshot) {
        if let Some(role) = self.scope.member_roles.get(management) {
            for member in source.members() {
                self.cloud.offer_access(&member.id, Access::Role { via: management.clone(), role: role.clone() });
            }
        }
    }

    /// Whether an account is still in no organization. One that has joined the target, or that a source has, is found there.
    async fn is_alone(
        &self,
        account: &AccountId,
        target: &OrganizationSnapshot,
        sources: &[OrganizationSnapshot],
    ) -> Result<bool, DiscoverError> {
        let Some(organization) = self.cloud.organization(account).await? else {
            return Ok(true);
        };
        if std::iter::once(target).chain(sources).any(|known| known.organization.id == organization.id) {
            return Ok(false);
        }
        Err(DiscoverError::OtherOrganization { account: account.clone(), organization: organization.id })
    }

    /// An account of no organization. It answered with its own credentials, so it is in use.
    fn alone(&self, account: &AccountId) -> Account {
        Account {
            id: account.clone(),
            name: self.scope.name_of(account),
            state: AccountState::Active,
            joined_method: None,
            joined_at: None,
        }
    }

    async fn looks(&self, estate: &Estate) -> Vec<Look> {
        let mut kinds = self.scope.kinds.clone();
        kinds.sort();
        kinds.dedup();
        let mut accounts: Vec<(&Account, Standing)> = Vec::new();
        let target = &estate.target;
        accounts.extend(target.accounts.get(&target.organization.management_account).map(|account| (account, Standing::TargetManagement)));
        for source in &estate.sources {
            accounts.extend(source.accounts.values().map(|account| (account, standing(source, account))));
        }
        accounts.extend(estate.standalone.iter().map(|account| (account, Standing::Alone)));
        let mut all = Vec::new();
        for (account, standing) in accounts {
            let settled = match closed(account) {
                Some(outcome) => Some(outcome),
                None => unreachable(self.cloud, &account.id).await,
            };
            all.extend(looks(self.cloud.fact_kinds(), &account.id, standing, settled.as_ref(), &estate.regions, &kinds));
            if self.scope.activity.is_some() && standing != Standing::TargetManagement {
                all.extend(lookups(&account.id, settled.as_ref(), &estate.regions));
            }
        }
        all
    }
}

fn standing(source: &OrganizationSnapshot, account: &Account) -> Standing {
    if account.id == source.organization.management_account { Standing::SourceManagement } else { Standing::Member }
}
