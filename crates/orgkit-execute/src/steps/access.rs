//! The way in that depends neither on the old management account nor on its Identity Center.

use super::site::{Look, Site, account_of};
use orgkit_cloud::{Access, CloudChange, CloudError};
use orgkit_model::{AccountId, Step};

impl<C: CloudChange> Site<'_, C> {
    /// Whether the new management account gets in. The way is taken, not looked at: a role that stands in IAM may still let nobody in.
    pub(super) async fn look_for_way_in(&self, step: &Step, role: &str) -> Result<Look, CloudError> {
        self.way_in(account_of(step), role).await
    }

    pub(super) async fn way_in(&self, account: &AccountId, role: &str) -> Result<Look, CloudError> {
        let access = Access::Role { via: self.plan.target_management.clone(), role: role.to_owned() };
        match self.cloud.exercise(account, &access).await {
            Ok(arn) => {
                self.cloud.prefer_access(account, access);
                Ok(Look::new(true, format!("the new management account is in as {arn}"), &["sts:AssumeRole", "sts:GetCallerIdentity"]))
            }
            Err(error) if error.is_access_denied() => {
                Ok(Look::new(false, format!("the new management account cannot assume {role}"), &["sts:AssumeRole"]))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether nobody gets in by a role from an account any more.
    pub(super) async fn no_way_in(&self, account: &AccountId, via: &AccountId, role: &str) -> Result<Look, CloudError> {
        let access = Access::Role { via: via.clone(), role: role.to_owned() };
        match self.cloud.exercise(account, &access).await {
            Ok(arn) => Ok(Look::new(false, format!("{via} is in as {arn}"), &["sts:AssumeRole", "sts:GetCallerIdentity"])),
            Err(error) if error.is_access_denied() => Ok(Look::new(true, format!("{via} cannot assume {role}"), &["sts:AssumeRole"])),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn look_for_no_way_in(&self, step: &Step, role: &str) -> Result<Look, CloudError> {
        self.no_way_in(account_of(step), &self.plan.target_management, role).await
    }

    /// Deletes the role, by another way in: whoever deletes the role that he came by loses his rights halfway.
    pub(super) async fn close_access(&self, step: &Step, role: &str) -> Result<(), CloudError> {
        let account = account_of(step);
        self.cloud.forget_access(account, &Access::Role { via: self.plan.target_management.clone(), role: role.to_owned() });
        self.cloud.delete_access_role(account, role).await
    }

    pub(super) async fn open_access(&self, step: &Step, role: &str) -> Result<(), CloudError> {
        self.cloud.put_access_role(account_of(step), role, &self.plan.target_management).await
    }
}
