//! Units of the target.

use super::site::{Look, Site, refused};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::Step;

impl<C: CloudChange> Site<'_, C> {
    pub(super) async fn look_for_unit(&self, path: &[String]) -> Result<Look, CloudError> {
        let holds = self.unit(path).await?.is_some();
        let seen = format!("unit {} {}", path.join("/"), if holds { "exists" } else { "does not exist" });
        Ok(Look::new(holds, seen, &["organizations:ListOrganizationalUnitsForParent"]))
    }

    pub(super) async fn create_unit(&self, step: &Step, path: &[String]) -> Result<(), CloudError> {
        let (name, above) = path.split_last().ok_or_else(|| refused(step, "NoUnit", "the root cannot be created".to_owned()))?;
        let parent = self.existing_unit(step, above).await?;
        self.cloud.create_unit(&step.by, &parent, name).await.map(drop)
    }
}
