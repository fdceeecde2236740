//! IAM Identity Center: where its permission sets stand.

use super::Ask;
use super::doc::{list, object, text};
use crate::organizations::pages;
use orgkit_cloud::{CloudError, FactDoc};
use serde_json::Value;

/// One document per permission set, named by its ARN: the accounts that it is provisioned in.
///
/// An instance is seen only in the region it was enabled in [IAM Identity Center API Reference, `ListInstances`], which is taken to be the
/// home region.
pub(super) async fn provisioned(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: aws_sdk_ssoadmin::Client = ask.cloud.client(ask.by, None).await?;
    let mut facts = Vec::new();
    for instance in pages!(ask.cloud, ask.by, "sso:ListInstances", client.list_instances(), instances) {
        let instance = instance.instance_arn().unwrap_or_default();
        let sets =
            pages!(ask.cloud, ask.by, "sso:ListPermissionSets", client.list_permission_sets().instance_arn(instance), permission_sets);
        for set in sets {
            let call = || client.list_accounts_for_provisioned_permission_set().instance_arn(instance).permission_set_arn(&set);
            let mut accounts = pages!(ask.cloud, ask.by, "sso:ListAccountsForProvisionedPermissionSet", call(), account_ids);
            accounts.sort();
            let doc = object([
                ("InstanceArn", text(Some(instance))),
                ("PermissionSetArn", text(Some(&set))),
                ("AccountIds", list(accounts.into_iter().map(Value::from))),
            ]);
            facts.push(FactDoc { name: set, doc });
        }
    }
    Ok(facts)
}
