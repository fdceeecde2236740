//! [`CloudRead`] on the simulator.

use super::convert::{self, need, parse, text};
use super::{Ask, SimCloud, facts, governance, nothing};
use jiff::Timestamp;
use orgkit_cloud::{Access, CloudError, CloudRead, Effect, EnabledBaseline, ErrorClass, EventPage, FACT_KINDS, FactDoc};
use orgkit_model::{Account, AccountId, DelegatedAdministrator, Handshake, Organization, ParentId, Policy, PolicyType, RootId, Unit};
use orgkit_world::Call;
use serde_json::{Value, json};

impl CloudRead for SimCloud {
    async fn caller_arn(&self, by: &AccountId) -> Result<String, CloudError> {
        if let Some(arn) = self.callers.borrow().get(by) {
            return Ok(arn.clone());
        }
        let ask = Ask::of(by, None, "sts", "GetCallerIdentity");
        let arn = arn_of(&ask, &self.read(&ask, &nothing())?)?;
        self.callers.borrow_mut().insert(by.clone(), arn.clone());
        Ok(arn)
    }

    async fn organization(&self, by: &AccountId) -> Result<Option<Organization>, CloudError> {
        let ask = Ask::organizations(by, "DescribeOrganization");
        match self.read(&ask, &nothing()) {
            Ok(answer) => convert::organization(&ask, &answer["Organization"]).map(Some),
            Err(error) if error.is("AWSOrganizationsNotInUseException") => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn root(&self, by: &AccountId) -> Result<RootId, CloudError> {
        let ask = Ask::organizations(by, "ListRoots");
        parse(&ask, &self.only_root(&ask)?, "Id")
    }

    async fn accounts(&self, by: &AccountId) -> Result<Vec<Account>, CloudError> {
        let ask = Ask::organizations(by, "ListAccounts");
        let all = self.pages(&ask, nothing(), "Accounts", "NextToken")?;
        all.iter().map(|account| convert::account(&ask, account)).collect()
    }

    async fn account(&self, by: &AccountId, account: &AccountId) -> Result<Option<Account>, CloudError> {
        let ask = Ask::organizations(by, "DescribeAccount");
        match self.read(&ask, &json!({ "AccountId": account })) {
            Ok(answer) => convert::account(&ask, &answer["Account"]).map(Some),
            Err(error) if error.is("AccountNotFoundException") => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn parent(&self, by: &AccountId, account: &AccountId) -> Result<ParentId, CloudError> {
        let ask = Ask::organizations(by, "ListParents");
        let all = self.pages(&ask, json!({ "ChildId": account }), "Parents", "NextToken")?;
        parse(&ask, all.first().unwrap_or(&Value::Null), "Id")
    }

    async fn units_under(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<Unit>, CloudError> {
        let ask = Ask::organizations(by, "ListOrganizationalUnitsForParent");
        let all = self.pages(&ask, json!({ "ParentId": parent }), "OrganizationalUnits", "NextToken")?;
        all.iter().map(|unit| convert::unit(&ask, unit, parent)).collect()
    }

    async fn accounts_under(&self, by: &AccountId, parent: &ParentId) -> Result<Vec<AccountId>, CloudError> {
        let ask = Ask::organizations(by, "ListAccountsForParent");
        let all = self.pages(&ask, json!({ "ParentId": parent }), "Accounts", "NextToken")?;
        all.iter().map(|account| parse(&ask, account, "Id")).collect()
    }

    async fn policies(&self, by: &AccountId, kind: PolicyType) -> Result<Vec<Policy>, CloudError> {
        self.policy_ids(by, kind)?.into_iter().map(|(id, _)| self.whole_policy(by, kind, &id)).collect()
    }

    async fn policy(&self, by: &AccountId, kind: PolicyType, name: &str) -> Result<Option<Policy>, CloudError> {
        let found = self.policy_ids(by, kind)?.into_iter().find(|(_, known)| known == name);
        found.map(|(id, _)| self.whole_policy(by, kind, &id)).transpose()
    }

    async fn delegated_administrators(&self, by: &AccountId) -> Result<Vec<DelegatedAdministrator>, CloudError> {
        let ask = Ask::organizations(by, "ListDelegatedAdministrators");
        let services = Ask::organizations(by, "ListDelegatedServicesForAccount");
        let mut found = Vec::new();
        for administrator in self.pages(&ask, nothing(), "DelegatedAdministrators", "NextToken")? {
            let account: AccountId = parse(&ask, &administrator, "Id")?;
            let listed = self.pages(&services, json!({ "AccountId": account }), "DelegatedServices", "NextToken")?;
            let mut services: Vec<String> =
                listed.iter().filter_map(|service| text(service, "ServicePrincipal").map(str::to_owned)).collect();
            services.sort();
            found.push(DelegatedAdministrator { account, services });
        }
        found.sort_by(|a, b| a.account.cmp(&b.account));
        Ok(found)
    }

    async fn invitations_sent(&self, by: &AccountId) -> Result<Vec<Handshake>, CloudError> {
        self.invitations(&Ask::organizations(by, "ListHandshakesForOrganization"))
    }

    async fn invitations_received(&self, by: &AccountId) -> Result<Vec<Handshake>, CloudError> {
        self.invitations(&Ask::organizations(by, "ListHandshakesForAccount"))
    }

    async fn facts(&self, by: &AccountId, region: Option<&str>, kind: &str) -> Result<Vec<FactDoc>, CloudError> {
        facts::collect(self, by, region, kind)
    }

    async fn enabled_baselines(&self, by: &AccountId, region: &str, target: &str) -> Result<Vec<EnabledBaseline>, CloudError> {
        let found = governance::enabled_baselines(facts::At { cloud: self, by, region: Some(region) }, Some(target))?;
        let status = |doc: &Value| text(&doc["statusSummary"], "status").unwrap_or_default().to_owned();
        Ok(found.into_iter().map(|enabled| EnabledBaseline { status: status(&enabled.doc), arn: enabled.name }).collect())
    }

    async fn role_trust(&self, by: &AccountId, role: &str) -> Result<Option<Value>, CloudError> {
        Ok(self.role(by, role)?.and_then(|role| facts::document(role.get("AssumeRolePolicyDocument"))))
    }

    async fn events(
        &self,
        by: &AccountId,
        region: &str,
        between: (Timestamp, Timestamp),
        next: Option<String>,
    ) -> Result<EventPage, CloudError> {
        facts::events(self, by, region, between, next)
    }

    fn fact_kinds(&self) -> &'static [(&'static str, bool)] {
        FACT_KINDS
    }

    fn prefer_access(&self, account: &AccountId, access: Access) {
        for affected in self.sessions.borrow_mut().prefer(account, access) {
            self.callers.borrow_mut().remove(&affected);
        }
    }

    fn forget_access(&self, account: &AccountId, access: &Access) {
        for affected in self.sessions.borrow_mut().forget(account, access) {
            self.callers.borrow_mut().remove(&affected);
        }
    }

    fn offer_access(&self, account: &AccountId, access: Access) {
        self.sessions.borrow_mut().offer(account, access);
    }

    async fn exercise(&self, account: &AccountId, access: &Access) -> Result<String, CloudError> {
        let principal = self.fresh(account, access)?;
        let ask = Ask::of(account, None, "sts", "GetCallerIdentity");
        let call = Call {
            service: ask.service.to_owned(),
            operation: ask.operation.to_owned(),
            region: orgkit_cloud::HOME_REGION.to_owned(),
            input: nothing(),
        };
        let answer = self.simulator.call(&principal, &call).map_err(|error| ask.error(&error, Effect::Read))?;
        arn_of(&ask, &answer)
    }
}

impl SimCloud {
    fn only_root(&self, ask: &Ask<'_>) -> Result<Value, CloudError> {
        self.pages(ask, nothing(), "Roots", "NextToken")?.into_iter().next().ok_or_else(|| ask.malformed("Roots"))
    }

    /// The ids and names of an organization's policies of a type; none when the type is not enabled.
    fn policy_ids(&self, by: &AccountId, kind: PolicyType) -> Result<Vec<(String, String)>, CloudError> {
        let root = self.only_root(&Ask::organizations(by, "ListRoots"))?;
        let types = root.get("PolicyTypes").and_then(Value::as_array).into_iter().flatten();
        let is_enabled = |known: &Value| text(known, "Type") == Some(kind.as_str()) && text(known, "Status") == Some("ENABLED");
        if !types.into_iter().any(is_enabled) {
            return Ok(Vec::new());
        }
        let ask = Ask::organizations(by, "ListPolicies");
        let named = |summary: &Value| Ok((need(&ask, summary, "Id")?.to_owned(), text(summary, "Name").unwrap_or_default().to_owned()));
        self.pages(&ask, json!({ "Filter": kind }), "Policies", "NextToken")?.iter().map(named).collect()
    }

    fn whole_policy(&self, by: &AccountId, kind: PolicyType, id: &str) -> Result<Policy, CloudError> {
        let input = json!({ "PolicyId": id });
        let targets = self.pages(&Ask::organizations(by, "ListTargetsForPolicy"), input.clone(), "Targets", "NextToken")?;
        let targets = targets.iter().filter_map(|target| text(target, "TargetId").map(str::to_owned)).collect();
        let ask = Ask::organizations(by, "DescribePolicy");
        convert::policy(&ask, &self.read(&ask, &input)?["Policy"], kind, targets)
    }

    fn invitations(&self, ask: &Ask<'_>) -> Result<Vec<Handshake>, CloudError> {
        let all = self.pages(ask, json!({ "Filter": { "ActionType": "INVITE" } }), "Handshakes", "NextToken")?;
        all.iter().map(|handshake| convert::handshake(ask, handshake)).collect()
    }
}

/// The caller's ARN, if it is a caller of the account that was meant.
fn arn_of(ask: &Ask<'_>, answer: &Value) -> Result<String, CloudError> {
    let (account, arn) = (need(ask, answer, "Account")?, need(ask, answer, "Arn")?);
    if account == ask.by.as_str() {
        return Ok(arn.to_owned());
    }
    let message = format!("the credentials meant for account {} are those of `{arn}` in account {account}", ask.by);
    Err(ask.own(ErrorClass::Credentials, Some("AccountMismatch"), message))
}
