//! AWS RAM: who the account's shares are shared with.

use super::Ask;
use super::doc::{object, text};
use crate::organizations::pages;
use aws_sdk_ram::types::{ResourceShareAssociation, ResourceShareAssociationType};
use orgkit_cloud::{CloudError, FactDoc};
use serde_json::Value;

/// One document per share and principal, named by the share's ARN and the principal.
pub(super) async fn principals(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: aws_sdk_ram::Client = ask.cloud.client(ask.by, ask.region).await?;
    let list = || client.get_resource_share_associations().association_type(ResourceShareAssociationType::Principal);
    let associations = pages!(ask.cloud, ask.by, ask.kind, list(), resource_share_associations);
    let facts = associations.iter().map(|association| {
        let share = association.resource_share_arn().unwrap_or_default();
        let name = format!("{share} {}", association.associated_entity().unwrap_or_default());
        FactDoc { name, doc: association_doc(association) }
    });
    Ok(facts.collect())
}

fn association_doc(association: &ResourceShareAssociation) -> Value {
    object([
        ("resourceShareArn", text(association.resource_share_arn())),
        ("resourceShareName", text(association.resource_share_name())),
        ("associatedEntity", text(association.associated_entity())),
        ("associationType", text(association.association_type().map(|kind| kind.as_str()))),
        ("status", text(association.status().map(|status| status.as_str()))),
        ("external", association.external().map(Value::from)),
    ])
}
