//! What becomes of a StackSet's stacks when an account leaves.

use super::site::{Look, Site};
use orgkit_cloud::{CloudChange, CloudError};
use orgkit_model::Step;
use serde_json::Value;

const STACK_SET: &str = "AWS::CloudFormation::StackSet";
const RETAIN: &str = "/AutoDeployment/RetainStacksOnAccountRemoval";

impl<C: CloudChange> Site<'_, C> {
    /// Whether the stacks stay (`retained`), or go as they did before.
    pub(super) async fn look_at_stacks(&self, step: &Step, stack_set: &str, region: &str, retained: bool) -> Result<Look, CloudError> {
        let facts = self.cloud.facts(&step.by, Some(region), STACK_SET).await?;
        let found = facts.iter().find(|fact| fact.name == stack_set);
        let stay = found.map(|fact| fact.doc.pointer(RETAIN).and_then(Value::as_bool) == Some(true));
        let seen = match stay {
            Some(true) => format!("StackSet {stack_set}: stacks stay when accounts leave"),
            Some(false) => format!("StackSet {stack_set}: stacks go when accounts leave"),
            None => format!("StackSet {stack_set} is not there"),
        };
        Ok(Look::new(stay == Some(retained), seen, &[STACK_SET]))
    }
}
