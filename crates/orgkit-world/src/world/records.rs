//! What an account is and has.

use super::{Activity, Standing};
use crate::call::Principal;
use crate::services::cloudtrail::{EventDataStore, Trail};
use crate::services::config::ConfigSetup;
use crate::worldfile::{SavingsPlanType, SignupSpec};
use jiff::Timestamp;
use orgkit_model::{AccountId, JoinedMethod, OrganizationId, ParentId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AccountRecord {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) standing: Standing,
    pub(crate) created_at: Timestamp,
    /// Whether it has a payment method of its own, without which it cannot stand alone.
    pub(crate) payment_method: bool,
    /// What its owner has confirmed, and who sold it.
    pub(crate) signup: SignupSpec,
    pub(crate) membership: Option<Membership>,
    /// Roles by name.
    pub(crate) roles: BTreeMap<String, Role>,
    /// Customer managed policies by ARN.
    pub(crate) policies: BTreeMap<String, ManagedPolicy>,
    /// Trails it owns, organization trails included.
    pub(crate) trails: Vec<Trail>,
    /// Event data stores of CloudTrail Lake.
    pub(crate) event_data_stores: Vec<EventDataStore>,
    /// AWS Config by region.
    pub(crate) config: BTreeMap<String, ConfigSetup>,
    pub(crate) savings_plans: Vec<SavingsPlan>,
    #[serde(with = "crate::pairs")]
    pub(crate) resources: BTreeMap<ResourceKey, Resource>,
    /// What was called in it before the world began.
    pub(crate) activity: Vec<Activity>,
}

impl AccountRecord {
    /// An account in use from a time on, with nothing in it and outside any organization.
    pub(crate) fn new(id: AccountId, name: &str, email: &str, created_at: Timestamp) -> Self {
        Self {
            id,
            name: name.to_owned(),
            email: email.to_owned(),
            standing: Standing::Open { from: created_at },
            created_at,
            payment_method: true,
            signup: SignupSpec::default(),
            membership: None,
            roles: BTreeMap::new(),
            policies: BTreeMap::new(),
            trails: Vec::new(),
            event_data_stores: Vec::new(),
            config: BTreeMap::new(),
            savings_plans: Vec::new(),
            resources: BTreeMap::new(),
            activity: Vec::new(),
        }
    }
}

/// An account as lists of accounts show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// The account's id.
    pub id: AccountId,
    /// The account's name.
    pub name: String,
    /// The organization that it is in; `None` when it stands alone.
    pub organization: Option<OrganizationId>,
}

/// An account's place in an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Membership {
    pub(crate) organization: OrganizationId,
    pub(crate) parent: ParentId,
    pub(crate) method: JoinedMethod,
    pub(crate) joined_at: Timestamp,
    /// Tags of the account object. They do not travel.
    pub(crate) tags: BTreeMap<String, String>,
}

/// The CloudFormation stack that something belongs to, by its ARN, if it belongs to one.
pub(crate) type Deployed = Option<String>;

/// An IAM role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) arn: String,
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) description: Option<String>,
    /// The longest session in seconds.
    pub(crate) max_session: i64,
    /// The trust policy as it was given, and parsed.
    pub(crate) trust: String,
    pub(crate) trust_document: Value,
    /// Attached managed policies by ARN.
    pub(crate) attached: BTreeSet<String>,
    /// Inline policies by name.
    pub(crate) inline: BTreeMap<String, String>,
    /// The permissions boundary: a managed policy by ARN.
    pub(crate) boundary: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) deployed_by: Deployed,
}

/// A customer managed IAM policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ManagedPolicy {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) arn: String,
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
    /// Its versions by number, five at most.
    pub(crate) versions: BTreeMap<u32, PolicyVersion>,
    /// The version that counts.
    pub(crate) default: u32,
}

/// A version of a customer managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PolicyVersion {
    pub(crate) document: String,
    pub(crate) created_at: Timestamp,
}

impl ManagedPolicy {
    /// The version that counts.
    pub(crate) fn current(&self) -> Option<&PolicyVersion> {
        self.versions.get(&self.default)
    }
}

/// A Savings Plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavingsPlan {
    pub(crate) id: String,
    pub(crate) arn: String,
    /// `Compute`, `EC2Instance` or `SageMaker`.
    pub(crate) kind: SavingsPlanType,
    pub(crate) commitment: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

/// Where a resource stands: region, CloudFormation type, primary identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ResourceKey {
    pub(crate) region: String,
    pub(crate) kind: String,
    pub(crate) identifier: String,
}

/// A resource that only Cloud Control knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Resource {
    pub(crate) properties: Value,
    pub(crate) deployed_by: Deployed,
}

/// A session of an assumed role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Who acts in it.
    pub principal: Principal,
    /// The session token that goes with its access key.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}
