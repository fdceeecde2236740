//! What people do outside a program's run: in the console, on the telephone, with a script of their own.

mod act;
mod choose;

use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};

/// What a person does. Where the API has an operation for it, it is done through that, by the administrator of the account that may, so
/// that every rule holds and it may be refused. What is left out is chosen when it is done, among what is there then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum PersonAct {
    /// AWS Support makes a suspended account active again.
    ReinstateAccount {
        /// The account.
        account: AccountId,
    },
    /// Somebody in an invited account says no.
    DeclineInvitation {
        /// The invited account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
    },
    /// Somebody in the inviting management account takes an invitation back.
    CancelInvitation {
        /// The invited account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
    },
    /// Somebody in an invited account says yes.
    AcceptInvitation {
        /// The invited account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
    },
    /// An account is moved within its organization.
    MoveAccount {
        /// The account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
        /// The root or unit: its id, or a unit's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// A management account closes a member.
    CloseAccount {
        /// The member.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
    },
    /// A management account removes a member.
    RemoveAccount {
        /// The member.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
    },
    /// A member leaves.
    LeaveOrganization {
        /// The member.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
    },
    /// A policy that exists is attached somewhere else, too.
    AttachPolicy {
        /// The organization; only needed where more than one has the policy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organization: Option<OrganizationId>,
        /// The policy's id or name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<String>,
        /// A root, unit or account, by id, or a unit by name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<String>,
    },
    /// A policy is detached.
    DetachPolicy {
        /// The organization; only needed where more than one has the policy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organization: Option<OrganizationId>,
        /// The policy's id or name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<String>,
        /// A root, unit or account, by id, or a unit by name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<String>,
    },
    /// A policy gets another document.
    EditPolicy {
        /// The organization; only needed where more than one has the policy.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organization: Option<OrganizationId>,
        /// The policy's id or name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<String>,
        /// The new document. Left out: the old one with a statement that forbids to leave the organization.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<String>,
    },
    /// All sessions in roles that are open now end, as when their older sessions are revoked
    /// [IAM User Guide, id_roles_use_revoke-sessions].
    EndSessions {
        /// Sessions in this account; left out: in all accounts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<AccountId>,
    },
}
