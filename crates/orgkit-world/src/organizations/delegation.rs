//! What the resource policy of an organization lets member accounts do [Organizations User Guide, orgs_delegate_policies].

use super::{SERVICE, shapes};
use crate::call::Request;
use crate::catalog::PolicyKind;
use crate::world::OrganizationRecord;
use orgkit_iam::{Context, ContextValue, Document, Evaluator, Memo, Policies, Policy, Principal, Request as Question, Verdict};

/// The members of inputs that name what a call is about.
const ABOUT: [&str; 8] = ["PolicyId", "TargetId", "AccountId", "OrganizationalUnitId", "ParentId", "ChildId", "RootId", "ResourceId"];

/// Whether the organization's resource policy lets a member account make this call. The caller's own policies were asked when the call was
/// let in.
///
/// A call about a policy and a target needs both. What depends on a condition key that the simulation does not know is not allowed.
pub(crate) fn allows(organization: &OrganizationRecord, request: &Request<'_>) -> bool {
    let Some(policy) = &organization.resource_policy else { return false };
    let Ok(document) = Document::parse(&policy.content) else { return false };
    let policies =
        Policies { identity: vec![Policy::full_aws_access()], resource: Some(Policy::new(&policy.id, document)), ..Policies::default() };
    let (evaluator, mut memo) = (Evaluator::new(&policies), Memo::default());
    resources(organization, request).into_iter().all(|resource| {
        let question = Question {
            resource,
            resource_account: Some(organization.management.to_string()),
            context: context(organization, request),
            ..Question::new(Principal::parse(&request.caller.arn), &SERVICE.action(request.operation))
        };
        evaluator.decide(&question, &mut memo) == Verdict::Allowed
    })
}

fn context(organization: &OrganizationRecord, request: &Request<'_>) -> Context {
    let kind = kind(organization, request).map_or(ContextValue::Absent, |kind| ContextValue::One(kind.as_str().to_owned()));
    Context::partly_known()
        .with("aws:PrincipalArn", request.caller.principal_arn())
        .with("aws:PrincipalAccount", request.caller.account.as_str())
        .with("aws:PrincipalOrgID", organization.id.as_str())
        .with("aws:RequestedRegion", request.region)
        .with("organizations:PolicyType", kind)
}

/// The policy type that a call is about.
fn kind(organization: &OrganizationRecord, request: &Request<'_>) -> Option<PolicyKind> {
    let named = ["Type", "PolicyType", "Filter"].into_iter().find_map(|member| PolicyKind::parse(request.text(member)?));
    let of_policy = || Some(organization.policies.get(&request.text("PolicyId")?.parse().ok()?)?.kind);
    named.or_else(of_policy)
}

/// The ARNs of what a call is about; `*` when it is about nothing in particular.
fn resources(organization: &OrganizationRecord, request: &Request<'_>) -> Vec<String> {
    if request.operation.name == "CreatePolicy" {
        let kind = request.text("Type").unwrap_or_default().to_ascii_lowercase();
        return vec![format!("arn:aws:organizations::{}:policy/{}/{kind}/*", organization.management, organization.id)];
    }
    let named: Vec<String> = ABOUT.into_iter().filter_map(|member| request.text(member)).map(|id| arn(organization, id)).collect();
    if named.is_empty() { vec!["*".to_owned()] } else { named }
}

/// The ARN of a root, unit, account or policy by its id; what is not there has none.
fn arn(organization: &OrganizationRecord, id: &str) -> String {
    let policy = || organization.policies.get(&id.parse().ok()?);
    if id == organization.root.as_str() {
        shapes::root_arn(organization)
    } else if id.starts_with("ou-") {
        shapes::unit_arn(organization, id)
    } else if let Some(policy) = policy() {
        shapes::policy_arn(organization, policy)
    } else {
        shapes::account_arn(organization, id)
    }
}
