//! How an act is done: through the operations of the API, as the administrator of the account that may.

use super::PersonAct;
use super::choose::{self, Attached};
use crate::catalog::GLOBAL_REGION;
use crate::error::account_not_found;
use crate::faults::{Draws, choices};
use crate::world::{OrganizationRecord, World};
use crate::{ApiError, Call};
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde_json::{Value, json};

impl World {
    /// Does what a person does, and returns it with everything filled in that it left open; `draw` decides about that.
    ///
    /// # Errors
    /// The refusal of the operation that would do it, or its error for something that is not there. Nothing is changed then.
    pub fn act(&mut self, act: &PersonAct, draw: u64, now: Timestamp) -> Result<PersonAct, ApiError> {
        let draws = &mut choices(draw);
        match act {
            PersonAct::ReinstateAccount { account } => self.reinstate(account, now).map(|()| act.clone()),
            PersonAct::DeclineInvitation { account } => {
                let account = self.answer("DeclineHandshake", account.as_ref(), draws, now)?;
                Ok(PersonAct::DeclineInvitation { account: Some(account) })
            }
            PersonAct::AcceptInvitation { account } => {
                let account = self.answer("AcceptHandshake", account.as_ref(), draws, now)?;
                Ok(PersonAct::AcceptInvitation { account: Some(account) })
            }
            PersonAct::CancelInvitation { account } => {
                let invitation = choose::invitation(self, account.as_ref(), draws, now)?;
                self.ask(&invitation.inviter, "CancelHandshake", json!({ "HandshakeId": invitation.id }), now)?;
                Ok(PersonAct::CancelInvitation { account: Some(invitation.invited) })
            }
            PersonAct::MoveAccount { account, to } => {
                let account = choose::member(self, account.as_ref(), draws)?;
                let to = self.move_by_hand(&account, to.as_deref(), draws, now)?;
                Ok(PersonAct::MoveAccount { account: Some(account), to: Some(to) })
            }
            PersonAct::CloseAccount { account } => {
                let account = self.manage("CloseAccount", account.as_ref(), draws, now)?;
                Ok(PersonAct::CloseAccount { account: Some(account) })
            }
            PersonAct::RemoveAccount { account } => {
                let account = self.manage("RemoveAccountFromOrganization", account.as_ref(), draws, now)?;
                Ok(PersonAct::RemoveAccount { account: Some(account) })
            }
            PersonAct::LeaveOrganization { account } => {
                let account = choose::member(self, account.as_ref(), draws)?;
                self.ask(&account, "LeaveOrganization", json!({}), now)?;
                Ok(PersonAct::LeaveOrganization { account: Some(account) })
            }
            PersonAct::EndSessions { account } => {
                self.end_sessions(|session| account.as_ref().is_none_or(|account| &session.principal.account == account), now);
                Ok(act.clone())
            }
            PersonAct::AttachPolicy { .. } | PersonAct::DetachPolicy { .. } | PersonAct::EditPolicy { .. } => {
                self.work_on_policy(act, draws, now)
            }
        }
    }

    /// Answers an invitation as the invited account.
    fn answer(&mut self, operation: &str, account: Option<&AccountId>, draws: &mut Draws, now: Timestamp) -> Result<AccountId, ApiError> {
        let invitation = choose::invitation(self, account, draws, now)?;
        self.ask(&invitation.invited, operation, json!({ "HandshakeId": invitation.id }), now)?;
        Ok(invitation.invited)
    }

    /// Does something to a member as its management account.
    fn manage(&mut self, operation: &str, account: Option<&AccountId>, draws: &mut Draws, now: Timestamp) -> Result<AccountId, ApiError> {
        let account = choose::member(self, account, draws)?;
        let management = home(self, &account)?.management.clone();
        self.ask(&management, operation, json!({ "AccountId": account }), now)?;
        Ok(account)
    }

    fn move_by_hand(&mut self, account: &AccountId, to: Option<&str>, draws: &mut Draws, now: Timestamp) -> Result<String, ApiError> {
        let organization = home(self, account)?;
        let current = self.membership(account).map(|membership| membership.parent.to_string()).unwrap_or_default();
        let to = choose::parent(organization, &current, to, draws)?;
        let management = organization.management.clone();
        let input = json!({ "AccountId": account, "SourceParentId": current, "DestinationParentId": to });
        self.ask(&management, "MoveAccount", input, now)?;
        Ok(to)
    }

    fn work_on_policy(&mut self, act: &PersonAct, draws: &mut Draws, now: Timestamp) -> Result<PersonAct, ApiError> {
        let (organization, policy) = match act {
            PersonAct::AttachPolicy { organization, policy, .. }
            | PersonAct::DetachPolicy { organization, policy, .. }
            | PersonAct::EditPolicy { organization, policy, .. } => (organization.as_ref(), policy.as_deref()),
            _ => (None, None),
        };
        let found = choose::policy(self, organization, policy, draws)?;
        let (organization, policy) = (Some(found.organization.clone()), Some(found.policy.clone()));
        match act {
            PersonAct::EditPolicy { content, .. } => {
                let content = content.clone().unwrap_or_else(|| with_a_fence(&found.content));
                self.ask(&found.management, "UpdatePolicy", json!({ "PolicyId": found.policy, "Content": content }), now)?;
                Ok(PersonAct::EditPolicy { organization, policy, content: Some(content) })
            }
            PersonAct::DetachPolicy { target, .. } => {
                let target = choose::target(self, &found, target.as_deref(), Attached::Yes, draws)?;
                self.ask(&found.management, "DetachPolicy", json!({ "PolicyId": found.policy, "TargetId": target }), now)?;
                Ok(PersonAct::DetachPolicy { organization, policy, target: Some(target) })
            }
            PersonAct::AttachPolicy { target, .. } => {
                let target = choose::target(self, &found, target.as_deref(), Attached::No, draws)?;
                self.ask(&found.management, "AttachPolicy", json!({ "PolicyId": found.policy, "TargetId": target }), now)?;
                Ok(PersonAct::AttachPolicy { organization, policy, target: Some(target) })
            }
            other => Ok(other.clone()),
        }
    }

    /// Calls Organizations as an account's administrator.
    fn ask(&mut self, by: &AccountId, operation: &str, input: Value, now: Timestamp) -> Result<Value, ApiError> {
        let caller = self.administrator(by).ok_or_else(|| account_not_found(by))?;
        let call = Call { service: "organizations".to_owned(), operation: operation.to_owned(), region: GLOBAL_REGION.to_owned(), input };
        self.handle(&caller, &call, now)
    }
}

/// The organization that an account is in.
fn home<'w>(world: &'w World, account: &AccountId) -> Result<&'w OrganizationRecord, ApiError> {
    world
        .organization_of(account)
        .ok_or_else(|| ApiError::new("AWSOrganizationsNotInUseException", "The account is not a member of an organization."))
}

/// A policy document with a statement that forbids to leave the organization.
fn with_a_fence(content: &str) -> String {
    let fence = json!({ "Sid": "AddedByHand", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*" });
    let mut document: Value = serde_json::from_str(content).unwrap_or_default();
    match document.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.push(fence),
        Some(one) => *one = json!([one.take(), fence]),
        None => document = json!({ "Version": "2012-10-17", "Statement": [fence] }),
    }
    document.to_string()
}
