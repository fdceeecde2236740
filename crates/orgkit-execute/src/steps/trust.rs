//! Roles by which an old management account gets into accounts that were its members.

use super::site::{Look, Site, account_of, refused};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::Step;
use serde_json::Value;

impl<C: CloudChange> Site<'_, C> {
    /// Whether a role has a trust policy. A role that is gone lets nobody in, so `gone` says what that means.
    pub(super) async fn look_at_trust(&self, step: &Step, role: &str, content: &str, gone: bool) -> Result<Look, CloudError> {
        let account = account_of(step);
        let calls = ["iam:GetRole"];
        let Some(found) = self.cloud.role_trust(account, role).await? else {
            return Ok(Look::new(gone, format!("{account} has no role {role}"), &calls));
        };
        let holds = is(&found, content);
        Ok(Look::new(
            holds,
            format!("role {role} of {account} {} the planned trust policy", if holds { "has" } else { "does not have" }),
            &calls,
        ))
    }

    /// Changes a trust policy, if it is still what it was when the plan was made, and only once the new management account has another way in.
    pub(super) async fn set_trust(&self, step: &Step, role: &str, from: &str, to: &str) -> Result<(), CloudError> {
        let account = account_of(step);
        let found = self.cloud.role_trust(account, role).await?;
        if !found.is_some_and(|found| is(&found, from)) {
            let message = format!("somebody has changed the trust policy of role {role} since the plan was made");
            return Err(refused(step, "TrustChanged", message));
        }
        self.need_way_in(step, "nobody could mend the role").await?;
        self.cloud.set_trust_policy(account, role, to).await
    }
}

fn is(found: &Value, content: &str) -> bool {
    serde_json::from_str::<Value>(content).is_ok_and(|content| &content == found)
}
