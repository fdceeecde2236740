//! Service-linked roles.

use super::{own, own_mut, shapes};
use crate::ApiError;
use crate::authorize::Asked;
use crate::call::{Answer, Request};
use crate::world::{AccountRecord, Role, World};
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::json;

/// The service principal of AWS Organizations.
pub(crate) const ORGANIZATIONS: &str = "organizations.amazonaws.com";

/// The service-linked roles that are known: service principal, name, and the policy that the service gives it [IAM User Guide,
/// reference_aws-services-that-work-with-iam, and the services' own guides, of October 2026].
const KNOWN: [(&str, &str, &str); 14] = [
    ("access-analyzer.amazonaws.com", "AWSServiceRoleForAccessAnalyzer", "AccessAnalyzerServiceRolePolicy"),
    ("cloudtrail.amazonaws.com", "AWSServiceRoleForCloudTrail", "CloudTrailServiceRolePolicy"),
    ("config-multiaccountsetup.amazonaws.com", "AWSServiceRoleForConfigMultiAccountSetup", "AWSConfigMultiAccountSetupPolicy"),
    ("config.amazonaws.com", "AWSServiceRoleForConfig", "AWSConfigServiceRolePolicy"),
    ("controltower.amazonaws.com", "AWSServiceRoleForAWSControlTower", "AWSControlTowerAccountServiceRolePolicy"),
    ("guardduty.amazonaws.com", "AWSServiceRoleForAmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    ("inspector2.amazonaws.com", "AWSServiceRoleForAmazonInspector2", "AmazonInspector2ServiceRolePolicy"),
    (
        "member.org.stacksets.cloudformation.amazonaws.com",
        "AWSServiceRoleForCloudFormationStackSetsOrgMember",
        "CloudFormationStackSetsOrgMemberServiceRolePolicy",
    ),
    (ORGANIZATIONS, "AWSServiceRoleForOrganizations", "AWSOrganizationsServiceTrustPolicy"),
    ("ram.amazonaws.com", "AWSServiceRoleForResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"),
    ("resource-explorer-2.amazonaws.com", "AWSServiceRoleForResourceExplorer", "AWSResourceExplorerServiceRolePolicy"),
    ("securityhub.amazonaws.com", "AWSServiceRoleForSecurityHub", "AWSSecurityHubServiceRolePolicy"),
    ("sso.amazonaws.com", "AWSServiceRoleForSSO", "AWSSSOServiceRolePolicy"),
    (
        "stacksets.cloudformation.amazonaws.com",
        "AWSServiceRoleForCloudFormationStackSetsOrgAdmin",
        "CloudFormationStackSetsOrgAdminServiceRolePolicy",
    ),
];

fn known(service: &str) -> Option<(&'static str, &'static str)> {
    KNOWN.iter().find(|(principal, ..)| *principal == service).map(|(_, name, policy)| (*name, *policy))
}

/// The ARN of a service's role in an account; `None` for services whose role is not known.
pub(super) fn arn(account: &AccountId, service: &str) -> Option<String> {
    known(service).map(|(name, _)| format!("arn:aws:iam::{account}:role/aws-service-role/{service}/{name}"))
}

/// Refuses a caller who may not make the role that a service needs in its account. Where the role is there nothing is asked.
pub(crate) fn demand(world: &mut World, request: &Request<'_>, service: &str) -> Result<(), ApiError> {
    let account = own(world, request)?;
    let Some((name, resource)) = known(service).map(|(name, _)| name).zip(arn(&account.id, service)) else { return Ok(()) };
    if account.roles.contains_key(name) {
        return Ok(());
    }
    world.demand(request, &Asked { action: "iam:CreateServiceLinkedRole", resource, keys: &[("iam:awsservicename", service)] })
}

/// Makes the role that a service needs in an account, if it is not there.
pub(crate) fn ensure(account: &mut AccountRecord, service: &str, now: Timestamp) {
    if let Some(role) = known(service).filter(|(name, _)| !account.roles.contains_key(*name)).and_then(|_| role(&account.id, service, now))
    {
        account.roles.insert(role.name.clone(), role);
    }
}

fn role(account: &AccountId, service: &str, now: Timestamp) -> Option<Role> {
    let (name, policy) = known(service)?;
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }],
    });
    let role = Role::new(account, name, &format!("/aws-service-role/{service}/"), &trust.to_string(), now).ok()?;
    Some(Role { attached: [format!("arn:aws:iam::aws:policy/aws-service-role/{policy}")].into(), ..role })
}

/// `CreateServiceLinkedRole`. None of the known services takes a suffix.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let refuse = |message: String| Err(ApiError::new("InvalidInput", message));
    let service = request.required("AWSServiceName")?;
    let account = own(world, request)?;
    let Some(role) = role(&account.id, service, request.now) else {
        return refuse(format!("No service-linked role is known for {service}."));
    };
    if request.text("CustomSuffix").is_some() {
        return refuse(format!("Custom suffix is not allowed for {service}"));
    }
    if account.roles.contains_key(&role.name) {
        let message = format!("Service role name {} has been taken in this account, please try a different suffix.", role.name);
        return refuse(message);
    }
    let role = Role { description: request.text("Description").map(str::to_owned), ..role };
    let output = json!({ "Role": shapes::role(&role) });
    own_mut(world, request)?.roles.insert(role.name.clone(), role);
    Ok(output)
}
