//! Collecting facts: what is asked where, and what came of it.

use crate::synthesize::SYNTHESIZED;
use orgkit_cloud::{CloudError, CloudRead, HOME_REGION};
use orgkit_model::{Account, AccountId, AccountState, Collection, Fact, FactKind, LOOKUP_EVENTS, Outcome};

/// What an account is, as far as it decides which kinds are asked there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The management account of the target.
    TargetManagement,
    /// The management account of a source.
    SourceManagement,
    /// An account of no organization.
    Alone,
    /// A member.
    Member,
}

/// Kinds that are not asked in member accounts, and why.
const NOT_IN_MEMBERS: [(&str, &str); 5] = [
    ("AWS::CloudFormation::StackSet", "service-managed StackSets are kept in the management account"),
    ("AWS::EC2::VPC", "it is asked whether a management account has workloads"),
    ("AWS::RDS::DBInstance", "it is asked whether a management account has workloads"),
    ("savingsplans:DescribeSavingsPlans", "commitments that others use are bought by the account that pays"),
    ("sso-admin:ListAccountsForProvisionedPermissionSet", "the organization's Identity Center belongs to the management account"),
];

/// Kinds that only the management account of an organization can answer.
const ONLY_IN_MANAGEMENT: [&str; 4] = [
    "controltower:GetLandingZone",
    "controltower:ListEnabledBaselines",
    "organizations:ListInboundResponsibilityTransfers",
    "organizations:ListOutboundResponsibilityTransfers",
];

/// Kinds that are asked in the management account of the target: what must be there before anybody moves in.
const IN_TARGET: [&str; 6] = [
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetTrailStatus",
    "controltower:GetLandingZone",
    "controltower:ListEnabledBaselines",
    "inspector2:BatchGetAccountStatus",
    "inspector2:GetDelegatedAdminAccount",
];

/// Codes that say that the service is not there or not in use.
const NOT_AVAILABLE: [&str; 5] =
    ["OptInRequired", "RegionDisabledException", "SubscriptionRequiredException", "TypeNotFoundException", "UnsupportedActionException"];

/// One look to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) account: AccountId,
    pub(crate) region: Option<String>,
    pub(crate) kind: FactKind,
    /// What came of it before it was taken: there is nobody to ask.
    pub(crate) settled: Option<Outcome>,
}

/// The looks to be taken in one account.
pub(crate) fn looks(
    known: &[(&str, bool)],
    account: &AccountId,
    standing: Standing,
    closed: Option<&Outcome>,
    regions: &[String],
    kinds: &[FactKind],
) -> Vec<Look> {
    let mut looks = Vec::new();
    for kind in kinds.iter().filter(|kind| is_asked(standing, kind)) {
        let regional = known.iter().find(|(name, _)| name == kind).map(|(_, regional)| *regional);
        let nobody = regional.is_none().then(|| Outcome::Failed { reason: "orgkit has no collector for this kind of fact".to_owned() });
        let settled = closed.cloned().or(nobody);
        let look = |region: Option<&String>| Look {
            account: account.clone(),
            region: region.cloned(),
            kind: kind.clone(),
            settled: settled.clone(),
        };
        match regional {
            Some(true) => looks.extend(regions.iter().map(|region| look(Some(region)))),
            _ => looks.push(look(None)),
        }
    }
    looks
}

/// The looks into the event history of one account. Calls of global services are recorded in the home region, so that one is always looked at
/// [CloudTrail User Guide, cloudtrail-concepts-global-service-events].
pub(crate) fn lookups(account: &AccountId, settled: Option<&Outcome>, regions: &[String]) -> Vec<Look> {
    let home = (!regions.iter().any(|region| region == HOME_REGION)).then(|| HOME_REGION.to_owned());
    let look = |region| Look { account: account.clone(), region: Some(region), kind: LOOKUP_EVENTS.to_owned(), settled: settled.cloned() };
    regions.iter().cloned().chain(home).map(look).collect()
}

/// The outcome for every look in an account that cannot be asked.
pub(crate) fn closed(account: &Account) -> Option<Outcome> {
    let reason = match account.state {
        AccountState::Active => return None,
        AccountState::PendingActivation => "account is not activated yet",
        AccountState::Suspended => "account is suspended",
        AccountState::PendingClosure => "account is being closed",
        AccountState::Closed => "account is closed",
    };
    Some(Outcome::NotAvailable { reason: reason.to_owned() })
}

fn is_asked(standing: Standing, kind: &str) -> bool {
    if SYNTHESIZED.contains(&kind) || kind == LOOKUP_EVENTS {
        return false;
    }
    match standing {
        Standing::TargetManagement => IN_TARGET.contains(&kind),
        Standing::SourceManagement => true,
        Standing::Alone => !ONLY_IN_MANAGEMENT.contains(&kind),
        Standing::Member => !ONLY_IN_MANAGEMENT.contains(&kind) && NOT_IN_MEMBERS.iter().all(|(other, _)| *other != kind),
    }
}

/// Takes one look.
pub(crate) async fn take(cloud: &impl CloudRead, look: &Look, facts: &mut Vec<Fact>) -> Collection {
    let outcome = match &look.settled {
        Some(outcome) => outcome.clone(),
        None => match cloud.facts(&look.account, look.region.as_deref(), &look.kind).await {
            Ok(docs) => {
                let count = docs.len() as u64;
                facts.extend(docs.into_iter().map(|found| Fact {
                    account: look.account.clone(),
                    region: look.region.clone(),
                    kind: look.kind.clone(),
                    name: found.name,
                    doc: found.doc,
                }));
                if count == 0 { Outcome::Empty } else { Outcome::Collected { count } }
            }
            Err(error) => outcome_of(&error),
        },
    };
    Collection { account: look.account.clone(), region: look.region.clone(), kind: look.kind.clone(), outcome }
}

/// What an error says about a look.
pub(crate) fn outcome_of(error: &CloudError) -> Outcome {
    let named = missing_action(&error.message);
    if error.is_access_denied() || named.is_some() {
        return Outcome::Denied { action: named.unwrap_or(&error.operation).to_owned() };
    }
    if error.code.as_deref().is_some_and(|code| NOT_AVAILABLE.contains(&code)) {
        return Outcome::NotAvailable { reason: error.message.clone() };
    }
    Outcome::Failed { reason: error.to_string() }
}

/// The action that IAM's message names: "… is not authorized to perform: kms:ListKeys on resource …". Cloud Control hands on the message
/// of the service below it, which names the action that is really missing.
fn missing_action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("is not authorized to perform: ")?;
    let action = rest.split([' ', ',', ';']).next()?.trim_end_matches('.');
    action.contains(':').then_some(action)
}

/// Collects the facts of one account as a member has them, after it joined.
///
/// An account that cannot be entered gives an outcome for every look that was to be taken.
pub async fn collect_account(
    cloud: &impl CloudRead,
    account: &AccountId,
    regions: &[String],
    kinds: &[FactKind],
) -> (Vec<Fact>, Vec<Collection>) {
    let unreachable = unreachable(cloud, account).await;
    let looks = looks(cloud.fact_kinds(), account, Standing::Member, unreachable.as_ref(), regions, kinds);
    let (mut facts, mut collections) = (Vec::new(), Vec::new());
    for look in &looks {
        collections.push(take(cloud, look, &mut facts).await);
    }
    (facts, collections)
}

/// The outcome for every look in an account whose credentials do not work.
pub(crate) async fn unreachable(cloud: &impl CloudRead, account: &AccountId) -> Option<Outcome> {
    match cloud.caller_arn(account).await {
        Ok(_) => None,
        Err(error) => Some(Outcome::Failed { reason: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orgkit_cloud::ErrorClass;

    fn error(code: &str, message: &str) -> CloudError {
        CloudError {
            class: ErrorClass::Refused,
            operation: "kms:ListKeys".to_owned(),
            by: "111122223333".parse().unwrap(),
            code: Some(code.to_owned()),
            reason: None,
            message: message.to_owned(),
        }
    }

    #[test]
    fn a_denial_names_the_action_that_is_missing() {
        let told = "User: arn:aws:iam::1:user/u is not authorized to perform: kms:DescribeKey on resource: *";
        let denied = |action: &str| Outcome::Denied { action: action.to_owned() };
        assert_eq!(outcome_of(&error("AccessDeniedException", told)), denied("kms:DescribeKey"));
        assert_eq!(outcome_of(&error("GeneralServiceException", told)), denied("kms:DescribeKey"));
        assert_eq!(outcome_of(&error("AccessDenied", "no")), denied("kms:ListKeys"));
    }

    #[test]
    fn what_is_not_there_differs_from_what_failed() {
        assert!(outcome_of(&error("OptInRequired", "subscribe first")).looked());
        assert!(!outcome_of(&error("UnknownOperationException", "not simulated")).looked());
    }

    #[test]
    fn members_are_spared_and_unknown_kinds_are_not_passed_over() {
        let known = [("AWS::EC2::VPC", true), ("controltower:GetLandingZone", true), ("iam:GetAccountAuthorizationDetails", false)];
        let kinds =
            ["AWS::EC2::VPC", "controltower:GetLandingZone", "iam:GetAccountAuthorizationDetails", "x:Y", "organizations:DescribeAccount"];
        let kinds = kinds.map(str::to_owned);
        let regions = ["eu-central-1", "us-east-1"].map(str::to_owned);
        let account: AccountId = "111122223333".parse().unwrap();
        let count = |standing| looks(&known, &account, standing, None, &regions, &kinds).len();
        assert_eq!(count(Standing::SourceManagement), 6);
        assert_eq!(count(Standing::Alone), 4);
        assert_eq!(count(Standing::Member), 2);
        assert_eq!(count(Standing::TargetManagement), 2);
        let unknown = looks(&known, &account, Standing::Member, None, &regions, &kinds).pop().unwrap();
        assert!(matches!(unknown.settled, Some(Outcome::Failed { .. })));
    }
}
