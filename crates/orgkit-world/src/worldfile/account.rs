//! What a world file says about accounts and what is in them.

use super::billing::BillingSpec;
use super::governance::{AggregationAuthorizationSpec, AggregatorSpec, AlternateContactSpec};
use super::standing::is_usual_signup;
use super::types::{TrailSpec, is_no, is_yes, yes};
use super::{ActivitySpec, AnalyzerSpec, EventDataStoreSpec, OwnDetectionSpec, ResourceExplorerSpec, SignupSpec, UserSpec};
use orgkit_model::{AccountId, AccountState, JoinedMethod, OrganizationId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An AWS account. Besides what is listed, it has an administrator, and, when an organization created it, the role
/// `OrganizationAccountAccessRole`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountSpec {
    /// The account's id: twelve digits.
    pub id: AccountId,
    /// The account's name.
    pub name: String,
    /// The e-mail address of its root user. Left out: `<name>@example.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The organization it is in, by id. Left out: none, or the one that it manages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
    /// The path of the unit it is in. Left out: the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its state. Left out: `ACTIVE`.
    #[serde(default = "active", skip_serializing_if = "is_active")]
    pub state: AccountState,
    /// How many days ago it was closed, for accounts that are not `ACTIVE`. A `SUSPENDED` account leaves its organization when they are 90.
    /// Left out: it stays in its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_days: Option<u32>,
    /// How it came into its organization. Left out: `CREATED`.
    #[serde(default = "created", skip_serializing_if = "is_created")]
    pub joined: JoinedMethod,
    /// How many days ago it was created.
    pub age_days: u32,
    /// How many days ago it joined its organization. Left out: `age_days`, but not before the organization was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_days: Option<u32>,
    /// Whether it has a valid payment method of its own. Left out: yes.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub payment_method: bool,
    /// What its owner has confirmed, and who sold it. Left out: everything is confirmed, and AWS, Inc. sold it.
    #[serde(default, skip_serializing_if = "is_usual_signup")]
    pub signup: SignupSpec,
    /// Whether it has the role `OrganizationAccountAccessRole`, which trusts the management account of its organization. Left out: as
    /// AWS makes it, which is for members that were `CREATED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_role: Option<bool>,
    /// Its tags in its organization.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Its IAM roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleSpec>,
    /// Its customer managed IAM policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<IamPolicySpec>,
    /// Its IAM users, the administrator left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserSpec>,
    /// Its own CloudTrail trails, the organization's left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trails: Vec<TrailSpec>,
    /// Its event data stores of CloudTrail Lake.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event_data_stores: Vec<EventDataStoreSpec>,
    /// Its AWS Config recorders: one a region of its own, and those that services have linked to themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub config: Vec<ConfigSpec>,
    /// Its AWS Config aggregators.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub config_aggregators: Vec<AggregatorSpec>,
    /// Whose AWS Config aggregators it lets in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aggregation_authorizations: Vec<AggregationAuthorizationSpec>,
    /// Its alternate contacts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternate_contacts: Vec<AlternateContactSpec>,
    /// The regions that it has opted in to, such as `eu-south-1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opt_in_regions: Vec<String>,
    /// GuardDuty, Security Hub and Inspector that it has for itself. As a member it has its organization's besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detection: Vec<OwnDetectionSpec>,
    /// Its analyzers of IAM Access Analyzer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub analyzers: Vec<AnalyzerSpec>,
    /// AWS Resource Explorer. Left out: it is not turned on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_explorer: Option<ResourceExplorerSpec>,
    /// Its other resources, by CloudFormation resource type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceSpec>,
    /// The AWS RAM resource shares that it owns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<ShareSpec>,
    /// Its Savings Plans.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub savings_plans: Vec<SavingsPlanSpec>,
    /// What it has set up for billing. Left out: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing: Option<BillingSpec>,
    /// The calls that were made in it, as CloudTrail's event history has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activity: Vec<ActivitySpec>,
}

/// An IAM role. Who may assume it stands in `trusts` or, in full, in `trust`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleSpec {
    /// The role's name.
    pub name: String,
    /// Its path. Left out: `/`.
    #[serde(default = "slash", skip_serializing_if = "is_slash")]
    pub path: String,
    /// Who may assume it: account ids, ARNs or service principals such as `lambda.amazonaws.com`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trusts: Vec<String>,
    /// The whole trust policy, as JSON text, instead of `trusts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<String>,
    /// The managed policies attached to it: names of the account's own `policies`, or ARNs (`arn:aws:iam::aws:policy/ReadOnlyAccess`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub managed_policies: Vec<String>,
    /// The inline policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inline: Vec<IamPolicySpec>,
    /// The permissions boundary: the name of one of the account's own `policies`, or an ARN. Left out: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<String>,
    /// The StackSet that deployed it. Left out: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployed_by: Option<String>,
}

/// An IAM policy: customer managed, or inline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IamPolicySpec {
    /// Its name.
    pub name: String,
    /// The document, as JSON text.
    pub document: String,
}

/// AWS Config in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigSpec {
    /// The region.
    pub region: String,
    /// The recorder's name. Left out: `default`.
    #[serde(default = "default_recorder", skip_serializing_if = "is_default_recorder")]
    pub recorder: String,
    /// The service that the recorder is linked to, by service principal. Left out: it is the customer's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Whether the recorder runs. Left out: yes.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub recording: bool,
    /// The S3 bucket of the delivery channel. Left out: there is no delivery channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
}

/// A resource, as AWS Cloud Control knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceSpec {
    /// The CloudFormation resource type, such as `AWS::S3::BucketPolicy`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The primary identifier, such as a bucket's name.
    pub identifier: String,
    /// The region it is in.
    pub region: String,
    /// Its properties, as JSON text. Left out: none.
    #[serde(default = "no_properties", skip_serializing_if = "is_no_properties")]
    pub properties: String,
    /// The StackSet that deployed it. Left out: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployed_by: Option<String>,
}

/// A resource share of AWS RAM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareSpec {
    /// Its name.
    pub name: String,
    /// The region it is in.
    pub region: String,
    /// With whom: `Organization`, a unit's path or an account's id.
    pub principals: Vec<String>,
    /// What is shared: ARNs.
    pub resources: Vec<String>,
    /// Whether accounts outside the organization may use it. Left out: no.
    #[serde(default, skip_serializing_if = "is_no")]
    pub allow_external_principals: bool,
    /// Whether accounts keep it when they leave the organization (`retainSharingOnAccountLeaveOrganization`). Left out: no.
    #[serde(default, skip_serializing_if = "is_no")]
    pub retain_sharing_on_account_leave: bool,
}

/// A Savings Plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavingsPlanSpec {
    /// Its id, a UUID.
    pub id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: SavingsPlanType,
    /// What is paid an hour in US dollars, such as `"2.50"`.
    pub commitment: String,
    /// Its term in years, 1 or 3. Left out: 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub term_years: u32,
    /// In how many days it ends.
    pub ends_in_days: u32,
}

/// The type of a Savings Plan (botocore `savingsplans/2019-06-28`, shape `SavingsPlanType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum SavingsPlanType {
    /// EC2, Fargate and Lambda anywhere.
    Compute,
    /// One EC2 instance family in one region.
    EC2Instance,
    /// SageMaker.
    SageMaker,
}

impl AccountSpec {
    /// An active account that was created by its organization, with nothing in it.
    pub fn new(id: AccountId, name: &str, age_days: u32) -> Self {
        Self {
            id,
            name: name.to_owned(),
            email: None,
            organization: None,
            unit: None,
            state: AccountState::Active,
            closed_days: None,
            joined: JoinedMethod::Created,
            age_days,
            member_days: None,
            payment_method: true,
            signup: SignupSpec::default(),
            access_role: None,
            tags: BTreeMap::new(),
            roles: Vec::new(),
            policies: Vec::new(),
            users: Vec::new(),
            trails: Vec::new(),
            event_data_stores: Vec::new(),
            config: Vec::new(),
            config_aggregators: Vec::new(),
            aggregation_authorizations: Vec::new(),
            alternate_contacts: Vec::new(),
            opt_in_regions: Vec::new(),
            detection: Vec::new(),
            analyzers: Vec::new(),
            resource_explorer: None,
            resources: Vec::new(),
            shares: Vec::new(),
            savings_plans: Vec::new(),
            billing: None,
            activity: Vec::new(),
        }
    }
}

impl ConfigSpec {
    /// The name that a service-linked recorder is given; `None` when it is AWS's.
    pub(crate) fn linked_name(&self) -> Option<&str> {
        (!is_default_recorder(&self.recorder)).then_some(self.recorder.as_str())
    }
}

impl RoleSpec {
    /// A role without permissions that one principal may assume.
    pub fn new(name: &str, trusted: &str) -> Self {
        Self {
            name: name.to_owned(),
            path: slash(),
            trusts: vec![trusted.to_owned()],
            trust: None,
            managed_policies: Vec::new(),
            inline: Vec::new(),
            permissions_boundary: None,
            deployed_by: None,
        }
    }
}

impl ResourceSpec {
    /// A resource that no StackSet deployed.
    pub fn new(kind: &str, identifier: &str, region: &str, properties: &serde_json::Value) -> Self {
        Self {
            kind: kind.to_owned(),
            identifier: identifier.to_owned(),
            region: region.to_owned(),
            properties: properties.to_string(),
            deployed_by: None,
        }
    }
}

fn active() -> AccountState {
    AccountState::Active
}

fn is_active(state: &AccountState) -> bool {
    *state == AccountState::Active
}

fn created() -> JoinedMethod {
    JoinedMethod::Created
}

fn is_created(method: &JoinedMethod) -> bool {
    *method == JoinedMethod::Created
}

pub(super) fn slash() -> String {
    "/".to_owned()
}

pub(super) fn is_slash(path: &str) -> bool {
    path == "/"
}

fn default_recorder() -> String {
    "default".to_owned()
}

fn is_default_recorder(name: &str) -> bool {
    name == "default"
}

fn no_properties() -> String {
    "{}".to_owned()
}

fn is_no_properties(text: &str) -> bool {
    text == "{}"
}

fn one() -> u32 {
    1
}

fn is_one(years: &u32) -> bool {
    *years == 1
}
