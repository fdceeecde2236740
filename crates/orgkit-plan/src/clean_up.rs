//! The last wave: what the old organizations left in the accounts, and what the migration left in the old organizations.

use crate::input::{PlanError, PlanInput};
use crate::leave;
use orgkit_model::{AccountId, Action, Fact, OrganizationSnapshot, Phase, Placement, Step, StepClass, StepId, Was, Wave};
use serde_json::Value;
use std::collections::BTreeMap;

/// The facts that have the roles of an account with their trust policies.
const ROLES: &str = "iam:GetAccountAuthorizationDetails";

/// The roles by which a management account gets into its members: the one that Organizations makes
/// [Organizations User Guide, orgs_manage_accounts_create-cross-account-role], and the one that Control Tower leaves behind
/// [Control Tower User Guide, account-transfer].
const OLD_WAYS_IN: [&str; 2] = ["OrganizationAccountAccessRole", "OrganizationsAccountAccessRole"];

/// The clean-up of all sources.
pub(crate) fn clean_up(input: &PlanInput<'_>, placements: &BTreeMap<AccountId, Placement>) -> Result<Wave, PlanError> {
    let mut steps = Vec::new();
    for source in &input.estate.sources {
        let moved =
            placements.values().filter(|placement| placement.was == Was::Member && source.accounts.contains_key(&placement.account));
        for placement in moved {
            let roles = input.estate.facts_of(ROLES).filter(|fact| fact.account == placement.account);
            steps.extend(roles.filter_map(|fact| transfer_trust(input, source, placement, fact)));
        }
        if !placements.contains_key(&source.organization.management_account) {
            steps.extend(restored(input, source, placements)?);
        }
    }
    Ok(Wave { name: "clean-up".to_owned(), phase: Phase::CleanUp, accounts: Vec::new(), steps })
}

/// The step by which the new management account takes the old one's place in a role; `None` for a role that does not let the old one in.
fn transfer_trust(input: &PlanInput<'_>, source: &OrganizationSnapshot, placement: &Placement, fact: &Fact) -> Option<Step> {
    let role = fact.doc.get("RoleName").and_then(Value::as_str).filter(|role| OLD_WAYS_IN.contains(role))?;
    let previous = fact.doc.get("AssumeRolePolicyDocument")?;
    let (old, new) = (&source.organization.management_account, &input.estate.target.organization.management_account);
    let content = succeeded(previous, old, new)?;
    let account = &placement.account;
    Some(Step {
        id: StepId(format!("{account}/clean-up/role/{role}")),
        account: Some(account.clone()),
        by: account.clone(),
        action: Action::TransferTrust { role: role.to_owned(), content: content.to_string(), previous: previous.to_string() },
        class: StepClass::Reversible,
        after: vec![StepId(format!("{account}/access")), StepId(format!("{account}/baseline"))],
        not_before: None,
        title: format!("let the new management account into {} by role {role}, and the old one no longer", placement.name),
        because: format!("the old management account {old} keeps its way into every account that was its member"),
        covers: vec!["D5".to_owned(), "D6".to_owned()],
    })
}

/// A trust policy with one account in another's place wherever it is a principal; `None` where it is none.
fn succeeded(trust: &Value, old: &AccountId, new: &AccountId) -> Option<Value> {
    let root = |account: &AccountId| format!("arn:aws:iam::{account}:root");
    let mut content = trust.clone();
    let statements: Vec<&mut Value> = match content.get_mut("Statement")? {
        Value::Array(list) => list.iter_mut().collect(),
        one => vec![one],
    };
    let mut changed = false;
    for principal in statements.into_iter().filter_map(|statement| statement.get_mut("Principal")?.get_mut("AWS")) {
        let named: Vec<&mut Value> = match principal {
            Value::Array(list) => list.iter_mut().collect(),
            one => vec![one],
        };
        for one in named {
            if one.as_str().is_some_and(|name| name == old.as_str() || name == root(old)) {
                *one = root(new).into();
                changed = true;
            }
        }
    }
    changed.then_some(content)
}

/// The steps that take back the exceptions in policies of a source that goes on existing.
fn restored(
    input: &PlanInput<'_>,
    source: &OrganizationSnapshot,
    placements: &BTreeMap<AccountId, Placement>,
) -> Result<Vec<Step>, PlanError> {
    let moved: Vec<AccountId> = source.members().map(|account| account.id.clone()).filter(|id| placements.contains_key(id)).collect();
    let exceptions = leave::exceptions(source, &moved, &input.options.access_role)?;
    let step = |exception: leave::Exception<'_>| {
        let (organization, policy) = (&source.organization, exception.policy);
        Step {
            id: StepId(format!("{}/policy/{}/restore", organization.id, policy.id)),
            account: None,
            by: organization.management_account.clone(),
            action: Action::UpdatePolicy {
                policy: policy.id.clone(),
                name: policy.name.clone(),
                content: policy.content.clone(),
                previous: exception.content,
            },
            class: StepClass::Reversible,
            after: vec![StepId(format!("{}/policy/{}/except", organization.id, policy.id))],
            not_before: None,
            title: format!("take the exception for role {} out of policy {} again", input.options.access_role, policy.name),
            because: "every account that needed it is out, and the organization goes on".to_owned(),
            covers: vec!["D6".to_owned()],
        }
    };
    Ok(exceptions.into_iter().map(step).collect())
}
