//! What a world file says about organizations. Field names are the TOML keys; what may be left out has a default that is written down here.

use super::account::AccountSpec;
use super::detection::DetectionSpec;
use super::governance::{ConfigRuleSpec, LandingZoneSpec};
use super::iam::{AwsManagedPolicySpec, RootAccess};
use super::standing::{is_all_features, is_usual_transfers};
use super::{BillingTransfersSpec, FeatureSet};
use orgkit_model::{AccountId, OrganizationId, PolicyType, RootId, UnitId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the world file's format that this program writes, and the newest that it reads.
pub const WORLD_VERSION: u32 = 1;

/// An AWS estate as a file describes it: organizations, accounts and what is in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorldFile {
    /// The version of the format: 1.
    pub version: u32,
    /// A short name for the estate.
    pub name: String,
    /// What the estate is, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The regions in use, such as `us-east-1`.
    pub regions: Vec<String>,
    /// The organizations: exactly one with the role `target`.
    pub organizations: Vec<OrganizationSpec>,
    /// All accounts, those outside any organization included.
    pub accounts: Vec<AccountSpec>,
    /// The documents of policies of AWS's own that users and roles have. A few are known without this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aws_managed_policies: Vec<AwsManagedPolicySpec>,
}

/// What an organization is in a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrganizationRole {
    /// Accounts move into it.
    Target,
    /// Accounts move out of it.
    Source,
    /// It has nothing to do with the migration.
    Bystander,
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationSpec {
    /// The organization's id, `o-…`.
    pub id: OrganizationId,
    /// What it is in the migration.
    pub role: OrganizationRole,
    /// The management account, by id.
    pub management: AccountId,
    /// How many days ago it was created.
    pub age_days: u32,
    /// The root's id, `r-…`. Left out: one derived from the organization's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<RootId>,
    /// How many accounts it may have, open invitations included. Left out: 10, which is what AWS grants, or as many as the file has
    /// accounts where that is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_quota: Option<u32>,
    /// What it can do: everything, or one bill only. Left out: `ALL`.
    #[serde(default, skip_serializing_if = "is_all_features")]
    pub feature_set: FeatureSet,
    /// Its billing transfers. Left out: it pays its own bill, and no other.
    #[serde(default, skip_serializing_if = "is_usual_transfers")]
    pub billing_transfers: BillingTransfersSpec,
    /// Whether its management account has a partner in AWS GovCloud (US), so that it can create accounts there. Left out: no.
    #[serde(default, skip_serializing_if = "is_no")]
    pub govcloud: bool,
    /// The services that have trusted access, by service principal, such as `guardduty.amazonaws.com`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trusted_access: Vec<String>,
    /// What is turned on of centralized root access. It works with `iam.amazonaws.com` in `trusted_access`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub root_access: Vec<RootAccess>,
    /// The organization trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail: Option<TrailSpec>,
    /// What reaches every account that joins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineSpec>,
    /// The IAM Identity Center instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_center: Option<IdentityCenterSpec>,
    /// The organizational units, parents before or after their children.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitSpec>,
    /// The customer's own SCPs and RCPs. AWS's `FullAWSAccess` policies are there anyway.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicySpec>,
    /// The member accounts that administer services for the organization.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegated_administrators: Vec<DelegatedAdministratorSpec>,
    /// GuardDuty, Security Hub and Inspector for the whole organization.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detection: Vec<DetectionSpec>,
    /// The service-managed CloudFormation StackSets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack_sets: Vec<StackSetSpec>,
    /// The Control Tower landing zone. Left out: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_zone: Option<LandingZoneSpec>,
    /// The organization rules of AWS Config.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub config_rules: Vec<ConfigRuleSpec>,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitSpec {
    /// The names from the root down, separated by `/`: `Workloads/Production`. The parent is a unit of its own in the list.
    pub path: String,
    /// The unit's id, `ou-…`. Left out: one derived from the organization's id and the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<UnitId>,
}

/// A policy of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicySpec {
    /// The policy's name, unique in its organization and type.
    pub name: String,
    /// The policy's type.
    #[serde(rename = "type")]
    pub kind: PolicyType,
    /// Where it is attached: `Root`, a unit's path or an account's id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attach: Vec<String>,
    /// The document, as JSON text.
    pub document: String,
}

/// An account that administers services for its organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegatedAdministratorSpec {
    /// The member account.
    pub account: AccountId,
    /// The service principals, such as `guardduty.amazonaws.com`.
    pub services: Vec<String>,
}

/// A CloudTrail trail that is logging: an organization's, or an account's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrailSpec {
    /// The trail's name.
    pub name: String,
    /// The region it was created in.
    pub home_region: String,
    /// The S3 bucket it delivers to.
    pub bucket: String,
    /// The account that owns the bucket. Left out: the trail's own account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket_account: Option<AccountId>,
    /// Whether it covers all regions. Left out: yes.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub multi_region: bool,
    /// Whether it writes digest files. Left out: yes.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub log_file_validation: bool,
    /// The ARN of the KMS key that encrypts the log files. Left out: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
}

/// What an organization's services bring to every account that joins it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineSpec {
    /// The S3 bucket of the AWS Config delivery channel that each account gets, with a recorder, in each region. Left out: Config is
    /// not brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_bucket: Option<String>,
    /// Amazon Inspector for each account. Left out: it is not brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspector: Option<InspectorSpec>,
    /// How many seconds after an account joined all of this is there. Left out: 60. AWS gives no number; it takes its time there, too.
    #[serde(default = "a_minute", skip_serializing_if = "is_a_minute")]
    pub delay_seconds: u32,
}

fn a_minute() -> u32 {
    60
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_a_minute(seconds: &u32) -> bool {
    *seconds == a_minute()
}

/// Amazon Inspector's automatic enablement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectorSpec {
    /// The delegated administrator of Inspector.
    pub administrator: AccountId,
    /// What is scanned.
    pub resources: Vec<InspectorResource>,
}

/// What Amazon Inspector scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum InspectorResource {
    /// EC2 instances.
    Ec2,
    /// Container images in ECR.
    Ecr,
    /// Lambda functions.
    Lambda,
    /// The code of Lambda functions.
    LambdaCode,
    /// Repositories of code.
    CodeRepository,
}

/// An IAM Identity Center instance of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityCenterSpec {
    /// The instance's region.
    pub region: String,
    /// Its permission sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permission_sets: Vec<PermissionSetSpec>,
    /// The users of its identity store, by name. Its groups are those that the permission sets name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
}

/// A permission set and where it is assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionSetSpec {
    /// Its name; each account that it is assigned in has a role `AWSReservedSSO_<name>_…`.
    pub name: String,
    /// The group that has it.
    pub group: String,
    /// The accounts that it is assigned in.
    pub accounts: Vec<AccountId>,
    /// AWS's own policies in it, by ARN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub managed_policies: Vec<String>,
    /// Its inline policy, as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inline_policy: Option<String>,
}

/// A service-managed StackSet. Roles and resources that it deployed say so with `deployed_by`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StackSetSpec {
    /// Its name, unique in the organization.
    pub name: String,
    /// The region it was created in.
    pub region: String,
    /// The units whose accounts it deploys to: `Root` or paths.
    pub units: Vec<String>,
    /// Whether it deploys to accounts that join those units, and removes its stacks when they leave.
    pub auto_deployment: bool,
    /// Whether its stacks stay when an account leaves. Left out: no.
    #[serde(default, skip_serializing_if = "is_no")]
    pub retain_stacks_on_account_removal: bool,
    /// Its template, as JSON text: what accounts get that come into its units. Left out: they get empty stacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

impl OrganizationSpec {
    /// An organization of its management account alone.
    pub fn new(id: OrganizationId, role: OrganizationRole, management: AccountId, age_days: u32) -> Self {
        Self {
            id,
            role,
            management,
            age_days,
            root: None,
            account_quota: None,
            feature_set: FeatureSet::All,
            billing_transfers: BillingTransfersSpec::default(),
            govcloud: false,
            trusted_access: Vec::new(),
            root_access: Vec::new(),
            trail: None,
            baseline: None,
            identity_center: None,
            units: Vec::new(),
            policies: Vec::new(),
            delegated_administrators: Vec::new(),
            detection: Vec::new(),
            stack_sets: Vec::new(),
            landing_zone: None,
            config_rules: Vec::new(),
        }
    }
}

pub(super) fn yes() -> bool {
    true
}

pub(super) fn is_yes(flag: &bool) -> bool {
    *flag
}

pub(super) fn is_no(flag: &bool) -> bool {
    !*flag
}
