//! Source SCPs that keep an account from leaving.
//!
//! AWS's pages contradict each other on whether accepting an invitation as a member needs `organizations:LeaveOrganization`
//! [AWS Organizations User Guide: orgs_manage_accounts_accept-decline-invite says yes, orgs_account_migration says no]. orgkit takes the strict reading:
//! both actions must be allowed for the migration role before an account accepts.

use crate::input::PlanError;
use orgkit_iam::{Context, Document, Evaluator, Level, Memo, Principal, RcpServices, Request, Verdict, except_principal};
use orgkit_model::{AccountId, OrganizationSnapshot, Policy, PolicyType};
use std::collections::BTreeMap;

/// The actions that must be allowed to accept an invitation while still a member.
pub(crate) const NEEDED: [&str; 2] = ["organizations:AcceptHandshake", "organizations:LeaveOrganization"];

/// A source policy to change before accounts under it can leave.
pub(crate) struct Exception<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) content: String,
    pub(crate) accounts: Vec<AccountId>,
}

/// The exceptions that the given members need, by policy.
pub(crate) fn exceptions<'a>(source: &'a OrganizationSnapshot, members: &[AccountId], role: &str) -> Result<Vec<Exception<'a>>, PlanError> {
    let pattern = format!("arn:aws:iam::*:role/{role}");
    let mut found: BTreeMap<&str, Exception<'a>> = BTreeMap::new();
    for account in members {
        let principal = format!("arn:aws:iam::{account}:role/{role}");
        for policy in denying(source, account, &principal) {
            if let Some(known) = found.get_mut(policy.id.as_str()) {
                known.accounts.push(account.clone());
                continue;
            }
            let content = except_principal(&policy.content, &NEEDED, &principal, &pattern).map_err(|source| PlanError::Guardrail {
                policy: policy.name.clone(),
                account: account.clone(),
                source,
            })?;
            found.insert(policy.id.as_str(), Exception { policy, content, accounts: vec![account.clone()] });
        }
    }
    Ok(found.into_values().collect())
}

/// The policies on the account's way to the root that deny one of the needed actions, or may deny it.
fn denying<'a>(source: &'a OrganizationSnapshot, account: &AccountId, principal: &str) -> Vec<&'a Policy> {
    let lineage = source.lineage(account);
    let scps = source.policies.iter().filter(|policy| policy.kind == PolicyType::ServiceControlPolicy);
    scps.filter(|policy| policy.targets.iter().any(|target| lineage.contains(target)))
        .filter(|policy| may_deny(policy, principal))
        .collect()
}

fn may_deny(policy: &Policy, principal: &str) -> bool {
    let Ok(document) = Document::parse(&policy.content) else { return true };
    // Whether another policy of the level allows is not asked here, so that a deny which hangs on something unknown shows.
    let policies = vec![orgkit_iam::Policy::new(&policy.name, document), orgkit_iam::Policy::full_aws_access()];
    let evaluator = Evaluator::guardrails(&[Level { target: "".into(), policies }], &[], RcpServices::default());
    NEEDED.iter().any(|action| {
        let mut request = Request::new(Principal::parse(principal), action);
        request.context = Context::partly_known().with("aws:PrincipalArn", principal).with("aws:PrincipalIsAWSService", "false");
        matches!(evaluator.decide(&request, &mut Memo::default()), Verdict::ExplicitlyDenied | Verdict::Unknown)
    })
}
