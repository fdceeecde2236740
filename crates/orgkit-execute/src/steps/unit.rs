//! Units of the target.

use super::site::{Look, Site, refused};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::{Step, UnitId};

impl<C: CloudChange> Site<'_, C> {
    pub(super) async fn look_for_unit(&self, path: &[String]) -> Result<Look, CloudError> {
        let holds = self.unit(path).await?.is_some();
        let seen = format!("unit {} {}", path.join("/"), if holds { "exists" } else { "does not exist" });
        Ok(Look::new(holds, seen, &["organizations:ListOrganizationalUnitsForParent"]))
    }

    pub(super) async fn look_for_no_unit(&self, path: &[String]) -> Result<Look, CloudError> {
        self.forget_unit(path);
        let look = self.look_for_unit(path).await?;
        Ok(Look { holds: !look.holds, ..look })
    }

    /// Deletes the unit. AWS refuses as long as anything is in it.
    pub(super) async fn delete_unit(&self, step: &Step, path: &[String]) -> Result<(), CloudError> {
        let unit = self.existing_unit(step, path).await?;
        let unit: UnitId = unit.as_str().parse().map_err(|_| refused(step, "NoUnit", format!("{unit} is no unit")))?;
        self.cloud.delete_unit(&step.by, &unit).await?;
        self.forget_unit(path);
        Ok(())
    }

    pub(super) async fn create_unit(&self, step: &Step, path: &[String]) -> Result<(), CloudError> {
        let (name, above) = path.split_last().ok_or_else(|| refused(step, "NoUnit", "the root cannot be created".to_owned()))?;
        let parent = self.existing_unit(step, above).await?;
        self.cloud.create_unit(&step.by, &parent, name).await.map(drop)
    }
}
