//! Invitations: sent by the target, marked so that orgkit knows its own, and never anybody else's.

use super::site::{Look, Site, account_of, refused};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::{AccountId, Handshake, HandshakeState, Step};

impl<C: CloudChange> Site<'_, C> {
    /// An open invitation of this plan is as good as membership.
    pub(super) async fn look_for_invitation(&self, step: &Step) -> Result<Look, CloudError> {
        let account = account_of(step);
        let calls = ["organizations:ListHandshakesForAccount"];
        if let Some(handshake) = self.open_invitation(account).await? {
            return Ok(Look::new(true, format!("invitation {} is open", handshake.id), &calls));
        }
        let joined = self.joined(account).await?;
        if joined.holds { Ok(joined) } else { Ok(Look::new(false, "no invitation of this plan is open", &calls)) }
    }

    pub(super) async fn invite(&self, step: &Step) -> Result<(), CloudError> {
        let account = account_of(step);
        self.cloud.invite(&step.by, account, &self.marker(account)).await.map(drop)
    }

    /// Whether no invitation of this plan is open. One that was accepted cannot be taken back: its account has moved.
    pub(super) async fn look_for_no_invitation(&self, step: &Step) -> Result<Look, CloudError> {
        let account = account_of(step);
        let calls = ["organizations:ListHandshakesForOrganization"];
        Ok(match self.last_invitation(account).await? {
            Some(last) if last.state == HandshakeState::Open => Look::new(false, format!("invitation {} is open", last.id), &calls),
            Some(last) if last.state == HandshakeState::Accepted && self.joined(account).await?.holds => {
                return Err(refused(step, "Accepted", format!("invitation {} was accepted: moving back is a plan of its own", last.id)));
            }
            Some(last) => Look::new(true, format!("invitation {} is {}", last.id, format!("{:?}", last.state).to_lowercase()), &calls),
            None => Look::new(true, "this plan sent no invitation", &calls),
        })
    }

    /// Cancels the invitation that this plan sent, and no other.
    pub(super) async fn cancel_invitation(&self, step: &Step) -> Result<(), CloudError> {
        match self.last_invitation(account_of(step)).await? {
            Some(last) if last.state == HandshakeState::Open => self.cloud.cancel_invitation(&step.by, &last.id).await,
            _ => Ok(()),
        }
    }

    /// The open invitation to the target that this plan sent, as the invited account sees it.
    pub(super) async fn open_invitation(&self, account: &AccountId) -> Result<Option<Handshake>, CloudError> {
        let received = self.cloud.invitations_received(account).await?;
        Ok(received.into_iter().find(|handshake| {
            handshake.state == HandshakeState::Open
                && handshake.organization.as_ref() == Some(&self.plan.target)
                && self.is_ours(handshake, account)
        }))
    }

    /// The last invitation that this plan sent to an account, as the target sees it.
    pub(super) async fn last_invitation(&self, account: &AccountId) -> Result<Option<Handshake>, CloudError> {
        let sent = self.cloud.invitations_sent(&self.plan.target_management).await?;
        let mut ours: Vec<Handshake> = sent.into_iter().filter(|handshake| self.is_ours(handshake, account)).collect();
        ours.sort_by(|a, b| (a.requested, &a.id).cmp(&(b.requested, &b.id)));
        Ok(ours.pop())
    }
}
