//! Reading an organization: every list with all its pages. A page may be empty and still have a next one [Organizations API Reference,
//! `ListAccounts`], so only a missing token ends a list.

use crate::cloud::AwsCloud;
use crate::convert::{self, Malformed, need, parse};
use crate::error::own_error;
use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{ActionType, HandshakeFilter, PolicyType as SdkPolicyType, PolicyTypeStatus, Root};
use orgkit_cloud::{CloudError, ErrorClass};
use orgkit_model::{Account, AccountId, DelegatedAdministrator, Handshake, Organization, ParentId, Policy, PolicyType, RootId, Unit};

/// Reads all pages of a list: `$call` is a builder with a `set_next_token`, `$items` the accessor of its answer's items.
macro_rules! pages {
    ($cloud:expr, $by:expr, $operation:expr, $call:expr, $items:ident) => {{
        let mut all = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let page = $cloud.reading($by, $operation, || $call.set_next_token(token.clone()).send()).await?;
            all.extend(page.$items().iter().cloned());
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                break all;
            }
        }
    }};
}
pub(crate) use pages;

/// An answer that could not be understood as an error of its call.
pub(crate) fn understood<T>(by: &AccountId, operation: &str, answer: Result<T, Malformed>) -> Result<T, CloudError> {
    answer.map_err(|malformed| own_error(ErrorClass::Fatal, by, operation, Some("MalformedAnswer"), malformed.to_string()))
}

impl AwsCloud {
    pub(crate) async fn organizations(&self, by: &AccountId) -> Result<Client, CloudError> {
        self.client(by, None).await
    }

    pub(crate) async fn describe_organization(&self, by: &AccountId) -> Result<Option<Organization>, CloudError> {
        const OPERATION: &str = "organizations:DescribeOrganization";
        let client = self.organizations(by).await?;
        match self.reading(by, OPERATION, || client.describe_organization().send()).await {
            Ok(answer) => {
                let found = need("Organization", answer.organization()).and_then(convert::organization);
                understood(by, OPERATION, found).map(Some)
            }
            Err(error) if error.is("AWSOrganizationsNotInUseException") => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn only_root(&self, by: &AccountId) -> Result<Root, CloudError> {
        const OPERATION: &str = "organizations:ListRoots";
        let client = self.organizations(by).await?;
        let roots = pages!(self, by, OPERATION, client.list_roots(), roots);
        understood(by, OPERATION, need("Roots", roots.into_iter().next()))
    }

    pub(crate) async fn root_id(&self, by: &AccountId) -> Result<RootId, CloudError> {
        let root = self.only_root(by).await?;
        understood(by, "organizations:ListRoots", parse("Root.Id", root.id()))
    }

    pub(crate) async fn list_accounts(&self, by: &AccountId) -> Result<Vec<Account>, CloudError> {
        const OPERATION: &str = "organizations:ListAccounts";
        let client = self.organizations(by).await?;
        let accounts = pages!(self, by, OPERATION, client.list_accounts(), accounts);
        accounts.iter().map(|account| understood(by, OPERATION, convert::account(account))).collect()
    }

    pub(crate) async fn describe_account(&self, by: &AccountId, account: &AccountId) -> Result<Option<Account>, CloudError> {
        const OPERATION: &str = "organizations:DescribeAccount";
        let client = self.organizations(by).await?;
        match self.reading(by, OPERATION, || client.describe_account().account_id(account.as_str()).send()).await {
            Ok(answer) => understood(by, OPERATION, need("Account", answer.account()).and_then(convert::account)).map(Some),
            Err(error) if error.is("AccountNotFoundException") => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn list_parents(&self, by: &AccountId, account: &AccountId) -> Result<ParentId, CloudError> {
        const OPERATION: &str = "organizations:ListParents";
        let client = self.organizations(by).await?;
        let parents = pages!(self, by, OPERATION, client.list_parents().child_id(account.as_str()), parents);
        understood(by, OPERATION, parse("Parent.Id", parents.first().and_then(|parent| parent.id())))
    }

    pub(crate) async fn list_units(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<Unit>, CloudError> {
        const OPERATION: &str = "organizations:ListOrganizationalUnitsForParent";
        let client = self.organizations(by).await?;
        let list = || client.list_organizational_units_for_parent().parent_id(parent.as_str());
        let units = pages!(self, by, OPERATION, list(), organizational_units);
        units.iter().map(|unit| understood(by, OPERATION, convert::unit(unit, parent))).collect()
    }

    pub(crate) async fn list_accounts_under(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<AccountId>, CloudError> {
        const OPERATION: &str = "organizations:ListAccountsForParent";
        let client = self.organizations(by).await?;
        let accounts = pages!(self, by, OPERATION, client.list_accounts_for_parent().parent_id(parent.as_str()), accounts);
        accounts.iter().map(|account| understood(by, OPERATION, parse("Account.Id", account.id()))).collect()
    }

    pub(crate) async fn list_policies(&self, by: &AccountId, kind: PolicyType) -> Result<Vec<Policy>, CloudError> {
        let client = self.organizations(by).await?;
        let mut policies = Vec::new();
        for (id, _) in self.policy_ids(by, kind).await? {
            policies.push(self.whole_policy(&client, by, kind, &id).await?);
        }
        Ok(policies)
    }

    /// One policy with its targets: `FullAWSAccess` alone has as many as the organization has accounts, and nobody asked for those.
    pub(crate) async fn policy_by_name(&self, by: &AccountId, kind: PolicyType, name: &str) -> Result<Option<Policy>, CloudError> {
        let client = self.organizations(by).await?;
        let found = self.policy_ids(by, kind).await?.into_iter().find(|(_, known)| known == name);
        match found {
            Some((id, _)) => self.whole_policy(&client, by, kind, &id).await.map(Some),
            None => Ok(None),
        }
    }

    /// The ids and names of an organization's policies of a type; none when the type is not enabled.
    async fn policy_ids(&self, by: &AccountId, kind: PolicyType) -> Result<Vec<(String, String)>, CloudError> {
        const OPERATION: &str = "organizations:ListPolicies";
        let sdk_kind = SdkPolicyType::from(kind.as_str());
        let root = self.only_root(by).await?;
        let enabled =
            root.policy_types().iter().any(|known| known.r#type() == Some(&sdk_kind) && known.status() == Some(&PolicyTypeStatus::Enabled));
        if !enabled {
            return Ok(Vec::new());
        }
        let client = self.organizations(by).await?;
        let summaries = pages!(self, by, OPERATION, client.list_policies().filter(sdk_kind.clone()), policies);
        let named = |summary: &aws_sdk_organizations::types::PolicySummary| {
            let id = understood(by, OPERATION, need("PolicySummary.Id", summary.id()))?;
            Ok((id.to_owned(), summary.name().unwrap_or_default().to_owned()))
        };
        summaries.iter().map(named).collect()
    }

    async fn whole_policy(&self, client: &Client, by: &AccountId, kind: PolicyType, id: &str) -> Result<Policy, CloudError> {
        const TARGETS: &str = "organizations:ListTargetsForPolicy";
        const DESCRIBE: &str = "organizations:DescribePolicy";
        let targets = pages!(self, by, TARGETS, client.list_targets_for_policy().policy_id(id), targets);
        let targets = targets.iter().filter_map(|target| target.target_id().map(str::to_owned)).collect();
        let answer = self.reading(by, DESCRIBE, || client.describe_policy().policy_id(id).send()).await?;
        understood(by, DESCRIBE, need("Policy", answer.policy()).and_then(|policy| convert::policy(policy, kind, targets)))
    }

    pub(crate) async fn list_delegated_administrators(&self, by: &AccountId) -> Result<Vec<DelegatedAdministrator>, CloudError> {
        const ACCOUNTS: &str = "organizations:ListDelegatedAdministrators";
        const SERVICES: &str = "organizations:ListDelegatedServicesForAccount";
        let client = self.organizations(by).await?;
        let administrators = pages!(self, by, ACCOUNTS, client.list_delegated_administrators(), delegated_administrators);
        let mut found = Vec::with_capacity(administrators.len());
        for administrator in &administrators {
            let account: AccountId = understood(by, ACCOUNTS, parse("DelegatedAdministrator.Id", administrator.id()))?;
            let list = || client.list_delegated_services_for_account().account_id(account.as_str());
            let services = pages!(self, by, SERVICES, list(), delegated_services);
            let mut services: Vec<String> = services.iter().filter_map(|service| service.service_principal().map(str::to_owned)).collect();
            services.sort();
            found.push(DelegatedAdministrator { account, services });
        }
        found.sort_by(|a, b| a.account.cmp(&b.account));
        Ok(found)
    }

    pub(crate) async fn list_invitations_sent(&self, by: &AccountId) -> Result<Vec<Handshake>, CloudError> {
        const OPERATION: &str = "organizations:ListHandshakesForOrganization";
        let client = self.organizations(by).await?;
        let handshakes = pages!(self, by, OPERATION, client.list_handshakes_for_organization().filter(invitations()), handshakes);
        handshakes.iter().map(|handshake| understood(by, OPERATION, convert::handshake(handshake))).collect()
    }

    pub(crate) async fn list_invitations_received(&self, by: &AccountId) -> Result<Vec<Handshake>, CloudError> {
        const OPERATION: &str = "organizations:ListHandshakesForAccount";
        let client = self.organizations(by).await?;
        let handshakes = pages!(self, by, OPERATION, client.list_handshakes_for_account().filter(invitations()), handshakes);
        handshakes.iter().map(|handshake| understood(by, OPERATION, convert::handshake(handshake))).collect()
    }
}

fn invitations() -> HandshakeFilter {
    HandshakeFilter::builder().action_type(ActionType::InviteAccountToOrganization).build()
}
