//! The way back of an account to the organization that it came from: the same steps as the way out, seen from the other side.

use super::site::{Look, Site, account_of, refused};
use orgkit_cloud::{Access, CloudChange, CloudError};
use orgkit_model::{AccountId, Handshake, HandshakeState, OrganizationId, ParentId, ReturnPart, Step};

/// Where an account goes back to, and how its management account gets in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home<'a> {
    pub(super) organization: &'a OrganizationId,
    pub(super) management: &'a AccountId,
    pub(super) role: &'a str,
}

impl<C: CloudChange> Site<'_, C> {
    pub(super) async fn look_back(&self, step: &Step, home: Home<'_>, part: &ReturnPart) -> Result<Look, CloudError> {
        match part {
            ReturnPart::OpenAccess => self.way_back_in(account_of(step), home).await,
            ReturnPart::Invite => self.look_for_return_invitation(step, home).await,
            ReturnPart::Accept => self.returned(account_of(step), home).await,
            ReturnPart::MoveToUnit { unit } => self.look_at_old_place(step, home, unit).await,
        }
    }

    pub(super) async fn go_back(&self, step: &Step, home: Home<'_>, part: &ReturnPart) -> Result<(), CloudError> {
        let account = account_of(step);
        match part {
            ReturnPart::OpenAccess => self.cloud.put_access_role(account, home.role, home.management).await,
            ReturnPart::Invite => self.cloud.invite(home.management, account, &self.return_marker(account)).await.map(drop),
            ReturnPart::Accept => self.accept_return(step, home).await,
            ReturnPart::MoveToUnit { unit } => {
                let from = self.cloud.parent(home.management, account).await?;
                self.cloud.move_account(home.management, account, &from, unit).await
            }
        }
    }

    pub(super) async fn look_back_undone(&self, step: &Step, home: Home<'_>, part: &ReturnPart) -> Result<Look, CloudError> {
        let account = account_of(step);
        match part {
            ReturnPart::OpenAccess => self.no_way_in(account, home.management, home.role).await,
            ReturnPart::Invite => {
                let open = self.return_invitation(account, home).await?;
                let seen = open.as_ref().map_or("no invitation back is open".to_owned(), |open| format!("invitation {} is open", open.id));
                Ok(Look::new(open.is_none(), seen, &["organizations:ListHandshakesForOrganization"]))
            }
            ReturnPart::Accept => Err(super::no_undo(step)),
            ReturnPart::MoveToUnit { .. } => {
                let root = self.cloud.root(home.management).await?.into();
                self.look_at_old_place(step, home, &root).await
            }
        }
    }

    pub(super) async fn undo_back(&self, step: &Step, home: Home<'_>, part: &ReturnPart) -> Result<(), CloudError> {
        let account = account_of(step);
        match part {
            ReturnPart::OpenAccess => self.cloud.delete_access_role(account, home.role).await,
            ReturnPart::Invite => match self.return_invitation(account, home).await? {
                Some(open) => self.cloud.cancel_invitation(home.management, &open.id).await,
                None => Ok(()),
            },
            ReturnPart::Accept => Err(super::no_undo(step)),
            ReturnPart::MoveToUnit { .. } => {
                let from = self.cloud.parent(home.management, account).await?;
                let root = self.cloud.root(home.management).await?.into();
                self.cloud.move_account(home.management, account, &from, &root).await
            }
        }
    }

    /// Whether the old management account gets in. The way is taken, not looked at.
    async fn way_back_in(&self, account: &AccountId, home: Home<'_>) -> Result<Look, CloudError> {
        let access = Access::Role { via: home.management.clone(), role: home.role.to_owned() };
        match self.cloud.exercise(account, &access).await {
            Ok(arn) => {
                Ok(Look::new(true, format!("the old management account is in as {arn}"), &["sts:AssumeRole", "sts:GetCallerIdentity"]))
            }
            Err(error) if error.is_access_denied() => {
                Ok(Look::new(false, format!("the old management account cannot assume {}", home.role), &["sts:AssumeRole"]))
            }
            Err(error) => Err(error),
        }
    }

    /// An open invitation of this plan's way back is as good as membership.
    async fn look_for_return_invitation(&self, step: &Step, home: Home<'_>) -> Result<Look, CloudError> {
        let account = account_of(step);
        if let Some(open) = self.return_invitation(account, home).await? {
            return Ok(Look::new(true, format!("invitation {} is open", open.id), &["organizations:ListHandshakesForOrganization"]));
        }
        let returned = self.returned(account, home).await?;
        if returned.holds {
            Ok(returned)
        } else {
            Ok(Look::new(false, "no invitation back is open", &["organizations:ListHandshakesForOrganization"]))
        }
    }

    /// Both sides: the old organization lists the account, and the account says that it belongs there.
    async fn returned(&self, account: &AccountId, home: Home<'_>) -> Result<Look, CloudError> {
        let calls = ["organizations:DescribeAccount", "organizations:DescribeOrganization"];
        if self.cloud.account(home.management, account).await?.is_none() {
            return Ok(Look::new(false, format!("{} does not list {account}", home.organization), &calls[..1]));
        }
        let says = self.cloud.organization(account).await?.map(|organization| organization.id);
        let holds = says.as_ref() == Some(home.organization);
        let seen = match says {
            Some(_) if holds => format!("{account} is a member of {} again, seen from both sides", home.organization),
            Some(says) => format!("{} lists {account}, which says it belongs to {says}", home.organization),
            None => format!("{} lists {account}, which says it belongs to no organization", home.organization),
        };
        Ok(Look::new(holds, seen, &calls))
    }

    async fn look_at_old_place(&self, step: &Step, home: Home<'_>, unit: &ParentId) -> Result<Look, CloudError> {
        let parent = self.cloud.parent(home.management, account_of(step)).await?;
        Ok(Look::new(&parent == unit, format!("it is in {parent}"), &["organizations:ListParents"]))
    }

    /// Accepts as the account itself, only the invitation of this way back, and only while both sides get in.
    async fn accept_return(&self, step: &Step, home: Home<'_>) -> Result<(), CloudError> {
        let account = account_of(step);
        self.cloud.caller_arn(account).await?;
        let way_in = self.way_back_in(account, home).await?;
        if !way_in.holds {
            return Err(refused(step, "NoWayIn", format!("{}: accepting now could lock everybody out", way_in.seen)));
        }
        let missing = || refused(step, "NoOwnInvitation", format!("no invitation back to {} is open for {account}", home.organization));
        let open = self.return_invitation(account, home).await?.ok_or_else(missing)?;
        self.cloud.accept(account, &open.id).await.map(drop)
    }

    /// The open invitation back that this plan sent.
    async fn return_invitation(&self, account: &AccountId, home: Home<'_>) -> Result<Option<Handshake>, CloudError> {
        let marker = self.return_marker(account);
        let sent = self.cloud.invitations_sent(home.management).await?;
        Ok(sent.into_iter().find(|handshake| {
            let ours = handshake.notes.as_deref().is_some_and(|notes| notes.contains(&marker));
            ours && handshake.state == HandshakeState::Open && handshake.organization.as_ref() == Some(home.organization)
        }))
    }
}
