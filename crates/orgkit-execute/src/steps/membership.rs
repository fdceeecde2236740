//! Joining: accepted by the account itself, seen from both sides.

use super::site::{Look, Site, account_of, refused};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::{AccountId, Action, Handshake, HandshakeState, Step};

impl<C: CloudChange> Site<'_, C> {
    pub(super) async fn look_for_member(&self, step: &Step) -> Result<Look, CloudError> {
        self.joined(account_of(step)).await
    }

    /// Both sides: the target lists the account, and the account says it belongs to the target.
    pub(super) async fn joined(&self, account: &AccountId) -> Result<Look, CloudError> {
        let calls = ["organizations:DescribeAccount", "organizations:DescribeOrganization"];
        if self.cloud.account(&self.plan.target_management, account).await?.is_none() {
            return Ok(Look::new(false, format!("{} does not list {account}", self.plan.target), &calls[..1]));
        }
        let says = self.cloud.organization(account).await?.map(|organization| organization.id);
        let holds = says.as_ref() == Some(&self.plan.target);
        let seen = match says {
            Some(says) if !holds => format!("{} lists {account}, which says it belongs to {says}", self.plan.target),
            Some(_) => format!("{account} is a member of {}, seen from both sides", self.plan.target),
            None => format!("{} lists {account}, which says it belongs to no organization", self.plan.target),
        };
        Ok(Look::new(holds, seen, &calls))
    }

    /// Accepts with the invited account's own credentials, and only an invitation of this plan from the target.
    ///
    /// Just before, the new management account goes in by its own way once more: after the transfer it may be the only one.
    pub(super) async fn accept(&self, step: &Step) -> Result<(), CloudError> {
        let account = account_of(step);
        self.cloud.caller_arn(account).await?;
        self.need_way_in(step, "accepting now could lock everybody out").await?;
        let handshake = match self.open_invitation(account).await? {
            Some(handshake) => handshake,
            None => self.invite_again(step).await?,
        };
        self.cloud.accept(account, &handshake.id).await.map(drop)
    }

    /// Refuses to go on where the plan opened a way in and the new management account does not get in by it.
    pub(super) async fn need_way_in(&self, step: &Step, danger: &str) -> Result<(), CloudError> {
        let account = account_of(step);
        if let Some(role) = self.own_role(account) {
            let way_in = self.way_in(account, role).await?;
            if !way_in.holds {
                return Err(refused(step, "NoWayIn", format!("{}: {danger}", way_in.seen)));
            }
        }
        Ok(())
    }

    /// An invitation is good for 15 days [Organizations User Guide, orgs_manage_accounts_invites]: one that expired before it was accepted is
    /// sent again. One that somebody declined or cancelled is not: a person meant that.
    async fn invite_again(&self, step: &Step) -> Result<Handshake, CloudError> {
        let account = account_of(step);
        match self.last_invitation(account).await? {
            Some(handshake) if handshake.state == HandshakeState::Expired => {
                self.cloud.invite(&self.plan.target_management, account, &self.marker(account)).await
            }
            Some(handshake) => {
                let how = format!("{:?}", handshake.state).to_lowercase();
                Err(refused(step, "InvitationNotOpen", format!("invitation {} of {account} is {how}", handshake.id)))
            }
            None => {
                let message = format!("no invitation that this plan sent from {} is open for {account}", self.plan.target);
                Err(refused(step, "NoOwnInvitation", message))
            }
        }
    }

    /// The role that the plan opened in an account to the new management account.
    fn own_role(&self, account: &AccountId) -> Option<&str> {
        self.plan.steps().filter(|step| step.account.as_ref() == Some(account)).find_map(|step| match &step.action {
            Action::OpenAccess { role } => Some(role.as_str()),
            _ => None,
        })
    }
}
