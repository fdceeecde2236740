//! Shares that take the place of those that end when accounts leave.

use super::site::{Look, Site, refused};
use orgkit_cloud::{CloudChange, CloudError, NewShare, Share};
use orgkit_model::{AccountId, Action, Step};

const CALLS: [&str; 2] = ["ram:GetResourceShares", "ram:GetResourceShareAssociations"];
const HAS_PART: &str = "ASSOCIATED";

/// The region of a bridge, and the bridge.
fn planned(step: &Step) -> Result<(&str, NewShare<'_>), CloudError> {
    let Action::BridgeShare { region, name, resources, principals, .. } = &step.action else {
        return Err(refused(step, "OtherStep", "the step is about no share".to_owned()));
    };
    Ok((region, NewShare { name, resources, principals }))
}

impl<C: CloudChange> Site<'_, C> {
    /// Whether every account has part in the share, with everything in it.
    pub(super) async fn look_at_bridge(&self, step: &Step) -> Result<Look, CloudError> {
        let (region, wanted) = planned(step)?;
        let name = wanted.name;
        let Some(share) = self.cloud.share(&step.by, region, name).await? else {
            return Ok(Look::new(false, format!("there is no share {name}"), &CALLS));
        };
        let without = wanted.principals.iter().filter(|account| status(&share, account) != Some(HAS_PART)).count();
        let missing = wanted.resources.iter().filter(|resource| !share.resources.contains(resource)).count();
        let seen = match (share.retained, missing, without) {
            (false, ..) => format!("share {name} ends when accounts leave"),
            (true, 0, 0) => format!("{} accounts have part in {name}, and keep it when they leave", wanted.principals.len()),
            (true, ..) => format!("share {name}: {without} accounts have no part in it, {missing} resources are not in it"),
        };
        Ok(Look::new(share.retained && missing + without == 0, seen, &CALLS))
    }

    /// Makes the share, unless it is there already, and accepts it for the accounts that were sent an invitation.
    pub(super) async fn bridge(&self, step: &Step) -> Result<(), CloudError> {
        let (region, wanted) = planned(step)?;
        if self.cloud.share(&step.by, region, wanted.name).await?.is_none() {
            self.cloud.create_share(&step.by, region, &wanted).await?;
        }
        let Some(share) = self.cloud.share(&step.by, region, wanted.name).await? else { return Ok(()) };
        for account in wanted.principals.iter().filter(|account| status(&share, account) != Some(HAS_PART)) {
            self.cloud.accept_share(account, region, &share.arn).await?;
        }
        Ok(())
    }

    pub(super) async fn look_for_no_share(&self, step: &Step, region: &str, name: &str) -> Result<Look, CloudError> {
        let found = self.cloud.share(&step.by, region, name).await?;
        let seen = if found.is_some() { format!("share {name} is there") } else { format!("there is no share {name}") };
        Ok(Look::new(found.is_none(), seen, &CALLS[..1]))
    }

    pub(super) async fn take_down(&self, step: &Step, region: &str, name: &str) -> Result<(), CloudError> {
        match self.cloud.share(&step.by, region, name).await? {
            Some(share) => self.cloud.delete_share(&step.by, region, &share.arn).await,
            None => Ok(()),
        }
    }
}

fn status<'s>(share: &'s Share, account: &AccountId) -> Option<&'s str> {
    share.principals.iter().find(|(principal, _)| principal == account.as_str()).map(|(_, status)| status.as_str())
}
