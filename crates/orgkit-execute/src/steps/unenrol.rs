//! Out of the source's Control Tower: moved to where it governs nothing, until nothing of it is left in the account.

use super::site::{Look, Site, account_of, refused};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::{OrganizationId, ParentId, Step};

/// The code of an account that was moved and still has what Control Tower gave it.
const STILL_ENROLLED: &str = "StillEnrolled";

impl<C: CloudChange> Site<'_, C> {
    /// Whether the account is where Control Tower does not govern it, and has none of its baselines any more.
    pub(super) async fn look_for_unenrolment(
        &self,
        step: &Step,
        organization: &OrganizationId,
        region: &str,
        to: &ParentId,
    ) -> Result<Look, CloudError> {
        let parent = self.cloud.parent(&step.by, account_of(step)).await?;
        let left = self.baselines_of(step, organization, region).await?;
        let seen = format!("it is in {parent}, and has {left} baselines of Control Tower");
        Ok(Look::new(&parent == to && left == 0, seen, &["organizations:ListParents", "controltower:ListEnabledBaselines"]))
    }

    /// Moves the account, which makes Control Tower unenrol it. That takes minutes, and is met by waiting.
    pub(super) async fn unenrol(&self, step: &Step, organization: &OrganizationId, region: &str, to: &ParentId) -> Result<(), CloudError> {
        self.shift(step, to).await?;
        match self.baselines_of(step, organization, region).await? {
            0 => Ok(()),
            left => Err(refused(step, STILL_ENROLLED, format!("the account still has {left} baselines of Control Tower"))),
        }
    }

    pub(super) async fn look_at_former_unit(&self, step: &Step, from: &ParentId) -> Result<Look, CloudError> {
        let parent = self.cloud.parent(&step.by, account_of(step)).await?;
        Ok(Look::new(&parent == from, format!("it is in {parent}"), &["organizations:ListParents"]))
    }

    /// Moves the account within its organization, unless it is there already.
    pub(super) async fn shift(&self, step: &Step, to: &ParentId) -> Result<(), CloudError> {
        let account = account_of(step);
        let parent = self.cloud.parent(&step.by, account).await?;
        if &parent == to {
            return Ok(());
        }
        self.cloud.move_account(&step.by, account, &parent, to).await
    }

    async fn baselines_of(&self, step: &Step, organization: &OrganizationId, region: &str) -> Result<usize, CloudError> {
        let target = format!("arn:aws:organizations::{}:account/{organization}/{}", step.by, account_of(step));
        Ok(self.cloud.enabled_baselines(&step.by, region, &target).await?.len())
    }
}
