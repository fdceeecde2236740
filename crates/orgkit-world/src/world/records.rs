//! What an account is and has.

use super::Activity;
use crate::call::Principal;
use crate::worldfile::{InspectorResource, SavingsPlanType};
use jiff::{SignedDuration, Timestamp};
use orgkit_model::{AccountId, AccountState, HandshakeId, HandshakeState, JoinedMethod, OrganizationId, ParentId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Invitations expire after 15 days [Organizations User Guide, orgs_reference_limits].
const INVITATION_LIVES: SignedDuration = SignedDuration::from_hours(15 * 24);
/// Finished handshakes can be seen for 30 days (botocore `organizations/2016-11-28`, operation `DescribeHandshake`).
const FINISHED_SEEN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AccountRecord {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) state: AccountState,
    pub(crate) created_at: Timestamp,
    /// Whether it has a payment method of its own, without which it cannot stand alone.
    pub(crate) payment_method: bool,
    pub(crate) membership: Option<Membership>,
    /// Roles by name.
    pub(crate) roles: BTreeMap<String, Role>,
    /// Customer managed policies by ARN.
    pub(crate) policies: BTreeMap<String, ManagedPolicy>,
    /// Trails it owns, organization trails included.
    pub(crate) trails: Vec<Trail>,
    /// AWS Config by region.
    pub(crate) config: BTreeMap<String, ConfigSetup>,
    /// Its membership in Inspector by region.
    pub(crate) inspector: BTreeMap<String, InspectorMembership>,
    pub(crate) shares: Vec<Share>,
    pub(crate) savings_plans: Vec<SavingsPlan>,
    #[serde(with = "crate::pairs")]
    pub(crate) resources: BTreeMap<ResourceKey, Resource>,
    /// What was called in it before the world began.
    pub(crate) activity: Vec<Activity>,
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

/// The StackSet that deployed something, if one did.
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
    pub(crate) deployed_by: Deployed,
}

/// A customer managed IAM policy with its one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ManagedPolicy {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) document: String,
    pub(crate) created_at: Timestamp,
}

/// A CloudTrail trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trail {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) home_region: String,
    pub(crate) bucket: String,
    pub(crate) multi_region: bool,
    pub(crate) log_file_validation: bool,
    pub(crate) kms_key: Option<String>,
    /// Whether it covers its owner's organization.
    pub(crate) of_organization: bool,
    /// Whether it is logging.
    pub(crate) logging: bool,
    pub(crate) started_at: Timestamp,
}

/// AWS Config in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ConfigSetup {
    pub(crate) recorder: String,
    pub(crate) recording: bool,
    /// The bucket of the delivery channel; `None` without a channel.
    pub(crate) bucket: Option<String>,
    /// From when it is there.
    pub(crate) from: Timestamp,
}

/// An account's membership in its organization's Inspector in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InspectorMembership {
    pub(crate) administrator: AccountId,
    /// What is scanned: `ec2`, `ecr`, `lambda`.
    pub(crate) resources: BTreeSet<InspectorResource>,
    /// From when it is enabled.
    pub(crate) from: Timestamp,
}

/// A resource share of AWS RAM, kept by its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Share {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) region: String,
    /// ARNs of organizations and units, and account ids.
    pub(crate) principals: BTreeSet<String>,
    pub(crate) resources: BTreeSet<String>,
    pub(crate) allow_external: bool,
    /// `retainSharingOnAccountLeaveOrganization`.
    pub(crate) retain: bool,
    pub(crate) created_at: Timestamp,
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

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HandshakeRecord {
    pub(crate) id: HandshakeId,
    pub(crate) organization: OrganizationId,
    /// The inviting management account, with its e-mail address and name.
    pub(crate) inviter: AccountId,
    pub(crate) inviter_email: String,
    pub(crate) inviter_name: String,
    /// The invited account; `None` for an e-mail address that no account has.
    pub(crate) invited: Option<AccountId>,
    /// The e-mail address, when the account was invited by it.
    pub(crate) email: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) requested_at: Timestamp,
    /// The answer and when it was given; `None` while there is none.
    pub(crate) answer: Option<(HandshakeState, Timestamp)>,
}

impl HandshakeRecord {
    /// When it expires if nobody answers.
    pub(crate) fn expires_at(&self) -> Timestamp {
        self.requested_at.saturating_add(INVITATION_LIVES).unwrap_or(Timestamp::MAX)
    }

    /// Its state at a time.
    pub(crate) fn state(&self, now: Timestamp) -> HandshakeState {
        match self.answer {
            Some((state, _)) => state,
            None if now >= self.expires_at() => HandshakeState::Expired,
            None => HandshakeState::Open,
        }
    }

    /// Whether the API still shows it.
    pub(crate) fn is_visible(&self, now: Timestamp) -> bool {
        let finished = match self.answer {
            Some((_, at)) => at,
            None if now >= self.expires_at() => self.expires_at(),
            None => return true,
        };
        now.duration_since(finished) < FINISHED_SEEN
    }
}
