//! Enrolment in the target's Control Tower: an account that stands in a registered unit gets the unit's baselines.

use super::site::{Look, Site, account_of, refused};
use orgkit_cloud::{CloudChange, CloudError, ErrorClass};
use orgkit_model::Step;

const CALLS: &[&str] = &["controltower:ListEnabledBaselines"];
const UNDER_CHANGE: &str = "UNDER_CHANGE";
const FAILED: &str = "FAILED";
/// What Control Tower says while another operation of the landing zone is under way: it does one at a time
/// [Control Tower User Guide, limits; botocore `controltower/2018-05-10`].
const BUSY: &str = "ConflictException";

impl<C: CloudChange> Site<'_, C> {
    /// Whether every baseline that the account has from its unit is there.
    pub(super) async fn look_at_enrolment(&self, step: &Step, region: &str) -> Result<Look, CloudError> {
        let had = self.enrolment(step, region).await?;
        let account = account_of(step);
        let seen = match had.as_slice() {
            [] => format!("Control Tower has nothing enabled on {account}"),
            had => format!("Control Tower on {account}: {}", had.join(", ")),
        };
        Ok(Look::new(!had.is_empty() && had.iter().all(|status| status == "SUCCEEDED"), seen, CALLS))
    }

    /// Whether it has none any more. They go when the account leaves the unit.
    pub(super) async fn look_at_no_enrolment(&self, step: &Step, region: &str) -> Result<Look, CloudError> {
        let had = self.enrolment(step, region).await?;
        Ok(Look::new(had.is_empty(), format!("Control Tower has {} baselines enabled on {}", had.len(), account_of(step)), CALLS))
    }

    async fn enrolment(&self, step: &Step, region: &str) -> Result<Vec<String>, CloudError> {
        let target = format!("arn:aws:organizations::{}:account/{}/{}", step.by, self.plan.target, account_of(step));
        let found = self.cloud.enabled_baselines(&step.by, region, &target).await?;
        Ok(found.into_iter().map(|enabled| enabled.status).collect())
    }

    /// Where accounts are enrolled by the move itself there is nothing to do but wait, unless that failed.
    pub(super) async fn enrol(&self, step: &Step, unit: &[String], region: &str, automatic: bool) -> Result<(), CloudError> {
        let had = self.enrolment(step, region).await?;
        let failed = had.iter().any(|status| status == FAILED);
        if had.iter().any(|status| status == UNDER_CHANGE) || (automatic && !failed) {
            return Ok(());
        }
        let id = self.existing_unit(step, unit).await?;
        let target = format!("arn:aws:organizations::{}:ou/{}/{id}", step.by, self.plan.target);
        let enabled = self.cloud.enabled_baselines(&step.by, region, &target).await?;
        if enabled.is_empty() {
            return Err(refused(step, "NotRegistered", format!("unit {} is no longer registered in Control Tower", unit.join("/"))));
        }
        for baseline in &enabled {
            let reset = self.cloud.reset_enabled_baseline(&step.by, region, &baseline.arn).await;
            reset.map_err(|error| if error.is(BUSY) { CloudError { class: ErrorClass::Retry, ..error } } else { error })?;
        }
        Ok(())
    }
}
