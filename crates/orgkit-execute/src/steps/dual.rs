//! Policies that name the new organization beside the old one.

use super::policy::same_document;
use super::site::{Look, Site, refused};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::{Action, Step};
use serde_json::{Value, json};

/// A resource's policy: where it stands, as the plan saw it, and as it is to be.
struct Planned<'a> {
    resource_type: &'a str,
    /// `None` for a role.
    region: Option<&'a str>,
    identifier: &'a str,
    property: &'a str,
    content: &'a str,
    previous: &'a str,
}

fn planned(step: &Step) -> Result<Planned<'_>, CloudError> {
    let Action::AddOrganizationId { resource_type, region, identifier, property, content, previous } = &step.action else {
        return Err(refused(step, "OtherStep", "the step is about no resource's policy".to_owned()));
    };
    Ok(Planned { resource_type, region: region.as_deref(), identifier, property, content, previous })
}

impl<C: CloudChange> Site<'_, C> {
    /// Whether the policy names both organizations, as planned.
    pub(super) async fn look_for_both_ids(&self, step: &Step) -> Result<Look, CloudError> {
        let planned = planned(step)?;
        self.look_at_policy_of(step, &planned, planned.content).await
    }

    pub(super) async fn add_id(&self, step: &Step) -> Result<(), CloudError> {
        let planned = planned(step)?;
        self.replace_policy_of(step, &planned, planned.previous, planned.content).await
    }

    /// Whether the policy is as the plan saw it.
    pub(super) async fn look_for_old_policy(&self, step: &Step) -> Result<Look, CloudError> {
        let planned = planned(step)?;
        self.look_at_policy_of(step, &planned, planned.previous).await
    }

    pub(super) async fn restore_policy(&self, step: &Step) -> Result<(), CloudError> {
        let planned = planned(step)?;
        self.replace_policy_of(step, &planned, planned.content, planned.previous).await
    }

    async fn look_at_policy_of(&self, step: &Step, of: &Planned<'_>, wanted: &str) -> Result<Look, CloudError> {
        let found = self.policy_of(step, of).await?;
        let holds = found.as_ref().is_some_and(|found| same_document(found, wanted));
        let what = match (&found, holds) {
            (None, _) => "has no policy",
            (_, true) => "has the planned policy",
            (_, false) => "has another policy than the planned one",
        };
        let call = if of.region.is_none() { "iam:GetRole" } else { of.resource_type };
        Ok(Look::new(holds, format!("{} {} {what}", of.resource_type, of.identifier), &[call]))
    }

    /// Writes a policy in the place of another. One that somebody has changed in the meantime is not overwritten.
    async fn replace_policy_of(&self, step: &Step, of: &Planned<'_>, before: &str, wanted: &str) -> Result<(), CloudError> {
        let found = self.policy_of(step, of).await?;
        if !found.is_some_and(|found| same_document(&found, before)) {
            let message =
                format!("somebody changed the policy of {} {} since it was read: make a new plan", of.resource_type, of.identifier);
            return Err(refused(step, "PolicyChanged", message));
        }
        let Some(region) = of.region else { return self.cloud.set_trust_policy(&step.by, of.identifier, wanted).await };
        let document: Value = serde_json::from_str(wanted).map_err(|error| refused(step, "MalformedPolicyDocument", error.to_string()))?;
        let patch = json!([{ "op": "add", "path": format!("/{}", of.property), "value": document }]);
        self.cloud.update_resource(&step.by, region, of.resource_type, of.identifier, &patch).await
    }

    async fn policy_of(&self, step: &Step, of: &Planned<'_>) -> Result<Option<String>, CloudError> {
        let found = match of.region {
            None => self.cloud.role_trust(&step.by, of.identifier).await?,
            Some(region) => {
                let properties = self.cloud.resource(&step.by, region, of.resource_type, of.identifier).await?;
                properties.and_then(|mut properties| properties.get_mut(of.property).map(Value::take))
            }
        };
        // Some types give their policies as text.
        Ok(found.map(|found| found.as_str().map_or_else(|| found.to_string(), str::to_owned)))
    }
}
