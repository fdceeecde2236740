//! A cloud in memory: what it has is in its fields.

use jiff::Timestamp;
use orgkit_cloud::{Access, CloudError, CloudRead, EnabledBaseline, ErrorClass, EventPage, FactDoc};
use orgkit_model::{
    Account, AccountId, AccountState, DelegatedAdministrator, Handshake, JoinedMethod, LOOKUP_EVENTS, Organization, OrganizationSnapshot,
    ParentId, Policy, PolicyType, RootId, Unit,
};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const TARGET: &str = "111111111111";
pub(crate) const SOURCE: &str = "222222222222";
pub(crate) const MEMBER: &str = "333333333333";
pub(crate) const SUSPENDED: &str = "444444444444";
pub(crate) const ALONE: &str = "555555555555";
pub(crate) const KINDS: &[(&str, bool)] =
    &[("AWS::EC2::VPC", true), ("cloudtrail:DescribeTrails", true), ("iam:GetAccountAuthorizationDetails", false)];

type Place = (String, Option<String>, String);

/// What the calls answer.
#[derive(Debug, Default)]
pub(crate) struct Fake {
    pub(crate) organizations: Vec<OrganizationSnapshot>,
    pub(crate) facts: BTreeMap<Place, Vec<(String, Value)>>,
    /// The event history, in pages.
    pub(crate) history: BTreeMap<Place, Vec<Vec<String>>>,
    /// Calls for facts that fail, with code and message.
    pub(crate) errors: BTreeMap<Place, (String, String)>,
    /// Accounts that no credentials are known for.
    pub(crate) locked: BTreeSet<String>,
    /// The calls for facts that were made.
    pub(crate) asked: RefCell<Vec<Place>>,
}

pub(crate) fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

pub(crate) fn place(account: &str, region: Option<&str>, kind: &str) -> Place {
    (account.to_owned(), region.map(str::to_owned), kind.to_owned())
}

pub(crate) fn account(text: &str, name: &str, state: AccountState) -> Account {
    let joined_at = Some("2024-05-06T07:08:09.5Z".parse().unwrap());
    Account { id: id(text), name: name.to_owned(), state, joined_method: Some(JoinedMethod::Created), joined_at }
}

fn unit(id: &str, name: &str, parent: &str) -> Unit {
    Unit { id: id.parse().unwrap(), name: name.to_owned(), parent: parent.parse().unwrap() }
}

fn snapshot(id: &str, management: &str, root: &str, accounts: Vec<(Account, &str)>, units: Vec<Unit>) -> OrganizationSnapshot {
    let scp = Policy {
        id: "p-FullAWSAccess".parse().unwrap(),
        name: "FullAWSAccess".to_owned(),
        kind: PolicyType::ServiceControlPolicy,
        aws_managed: true,
        content: r#"{ "Version": "2012-10-17" }"#.to_owned(),
        targets: vec![management.to_owned(), root.to_owned()],
    };
    OrganizationSnapshot {
        organization: Organization { id: id.parse().unwrap(), management_account: self::id(management), feature_set: "ALL".to_owned() },
        root: root.parse().unwrap(),
        units,
        parents: accounts.iter().map(|(account, parent)| (account.id.clone(), parent.parse().unwrap())).collect(),
        accounts: accounts.into_iter().map(|(account, _)| (account.id.clone(), account)).collect(),
        policies: vec![scp],
        delegated_administrators: Vec::new(),
    }
}

/// A target with a management account; a source with nested units, a member and a suspended account; a standalone account.
pub(crate) fn world() -> Fake {
    let target = snapshot("o-target0000", TARGET, "r-targ", vec![(account(TARGET, "new root", AccountState::Active), "r-targ")], vec![]);
    let accounts = vec![
        (account(SOURCE, "old root", AccountState::Active), "r-srce"),
        (account(MEMBER, "shop", AccountState::Active), "ou-srce-bbbbbbbb"),
        (account(SUSPENDED, "gone", AccountState::Suspended), "ou-srce-aaaaaaaa"),
    ];
    let units = vec![unit("ou-srce-aaaaaaaa", "Workloads", "r-srce"), unit("ou-srce-bbbbbbbb", "Prod", "ou-srce-aaaaaaaa")];
    let mut source = snapshot("o-source0000", SOURCE, "r-srce", accounts, units);
    source.delegated_administrators = vec![DelegatedAdministrator {
        account: id(MEMBER),
        services: vec!["config.amazonaws.com".to_owned(), "guardduty.amazonaws.com".to_owned()],
    }];
    let trail = |name: &str| vec![(format!("arn:aws:cloudtrail:::trail/{name}"), json!({"Name": name, "IsMultiRegionTrail": true}))];
    Fake {
        organizations: vec![target, source],
        facts: BTreeMap::from([
            (place(TARGET, Some("us-east-1"), "cloudtrail:DescribeTrails"), trail("org")),
            (place(MEMBER, Some("us-east-1"), "cloudtrail:DescribeTrails"), trail("own")),
            (
                place(ALONE, None, "iam:GetAccountAuthorizationDetails"),
                vec![("arn:b".to_owned(), json!(1.5)), ("arn:a".to_owned(), json!({}))],
            ),
        ]),
        ..Fake::default()
    }
}

impl Fake {
    fn of(&self, by: &AccountId) -> Result<&OrganizationSnapshot, CloudError> {
        let found = self.organizations.iter().find(|side| side.accounts.contains_key(by));
        found.ok_or_else(|| error(by, "organizations:Any", "AWSOrganizationsNotInUseException", "not in an organization"))
    }
}

fn error(by: &AccountId, operation: &str, code: &str, message: &str) -> CloudError {
    CloudError {
        class: ErrorClass::Refused,
        operation: operation.to_owned(),
        by: by.clone(),
        code: Some(code.to_owned()),
        reason: None,
        message: message.to_owned(),
    }
}

impl CloudRead for Fake {
    async fn caller_arn(&self, by: &AccountId) -> Result<String, CloudError> {
        if self.locked.contains(by.as_str()) {
            return Err(error(by, "sts:GetCallerIdentity", "NoAccess", "no way in"));
        }
        Ok(format!("arn:aws:iam::{by}:user/fake"))
    }
    async fn organization(&self, by: &AccountId) -> Result<Option<Organization>, CloudError> {
        Ok(self.of(by).ok().map(|side| side.organization.clone()))
    }
    async fn root(&self, by: &AccountId) -> Result<RootId, CloudError> {
        Ok(self.of(by)?.root.clone())
    }
    async fn accounts(&self, by: &AccountId) -> Result<Vec<Account>, CloudError> {
        Ok(self.of(by)?.accounts.values().rev().cloned().collect())
    }
    async fn account(&self, by: &AccountId, account: &AccountId) -> Result<Option<Account>, CloudError> {
        Ok(self.of(by)?.accounts.get(account).cloned())
    }
    async fn parent(&self, by: &AccountId, account: &AccountId) -> Result<ParentId, CloudError> {
        let found = self.of(by)?.parents.get(account).cloned();
        found.ok_or_else(|| error(by, "organizations:ListParents", "ChildNotFoundException", "no such child"))
    }
    async fn units_under(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<Unit>, CloudError> {
        Ok(self.of(by)?.units.iter().filter(|unit| &unit.parent == parent).cloned().collect())
    }
    async fn accounts_under(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<AccountId>, CloudError> {
        Ok(self.of(by)?.parents.iter().filter(|(_, at)| *at == parent).map(|(account, _)| account.clone()).collect())
    }
    async fn policies(&self, by: &AccountId, kind: PolicyType) -> Result<Vec<Policy>, CloudError> {
        Ok(self.of(by)?.policies.iter().filter(|policy| policy.kind == kind).cloned().collect())
    }
    async fn policy(&self, by: &AccountId, kind: PolicyType, name: &str) -> Result<Option<Policy>, CloudError> {
        Ok(self.policies(by, kind).await?.into_iter().find(|policy| policy.name == name))
    }
    async fn delegated_administrators(&self, by: &AccountId) -> Result<Vec<DelegatedAdministrator>, CloudError> {
        Ok(self.of(by)?.delegated_administrators.clone())
    }
    async fn invitations_sent(&self, _: &AccountId) -> Result<Vec<Handshake>, CloudError> {
        Ok(Vec::new())
    }
    async fn invitations_received(&self, _: &AccountId) -> Result<Vec<Handshake>, CloudError> {
        Ok(Vec::new())
    }
    async fn facts(&self, by: &AccountId, region: Option<&str>, kind: &str) -> Result<Vec<FactDoc>, CloudError> {
        let place = place(by.as_str(), region, kind);
        self.asked.borrow_mut().push(place.clone());
        if let Some((code, message)) = self.errors.get(&place) {
            return Err(error(by, kind, code, message));
        }
        let docs = self.facts.get(&place).cloned().unwrap_or_default();
        Ok(docs.into_iter().map(|(name, doc)| FactDoc { name, doc }).collect())
    }
    async fn enabled_baselines(&self, _: &AccountId, _: &str, _: &str) -> Result<Vec<EnabledBaseline>, CloudError> {
        Ok(Vec::new())
    }
    async fn role_trust(&self, _: &AccountId, _: &str) -> Result<Option<Value>, CloudError> {
        Ok(None)
    }
    async fn events(
        &self,
        by: &AccountId,
        region: &str,
        between: (Timestamp, Timestamp),
        next: Option<String>,
    ) -> Result<EventPage, CloudError> {
        assert!(between.0 < between.1);
        let place = place(by.as_str(), Some(region), LOOKUP_EVENTS);
        self.asked.borrow_mut().push(place.clone());
        if let Some((code, message)) = self.errors.get(&place) {
            return Err(error(by, LOOKUP_EVENTS, code, message));
        }
        let page: usize = next.map_or(0, |token| token.parse().unwrap());
        let pages = self.history.get(&place).map_or(&[][..], Vec::as_slice);
        let following = (page + 1 < pages.len()).then(|| (page + 1).to_string());
        Ok(EventPage { events: pages.get(page).cloned().unwrap_or_default(), next: following })
    }
    fn fact_kinds(&self) -> &'static [(&'static str, bool)] {
        KINDS
    }
    fn prefer_access(&self, _: &AccountId, _: Access) {}
    fn offer_access(&self, _: &AccountId, _: Access) {}
    fn forget_access(&self, _: &AccountId, _: &Access) {}
    async fn exercise(&self, account: &AccountId, _: &Access) -> Result<String, CloudError> {
        self.caller_arn(account).await
    }
}
