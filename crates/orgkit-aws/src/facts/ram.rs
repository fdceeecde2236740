//! AWS RAM: the account's shares, who they are shared with, and what is in them.

use super::Ask;
use super::doc::{object, text};
use crate::organizations::pages;
use aws_sdk_ram::types::{ResourceOwner, ResourceShare, ResourceShareAssociation, ResourceShareAssociationType};
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

/// One document per share of the account, named by its ARN.
pub(super) async fn shares(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: aws_sdk_ram::Client = ask.cloud.client(ask.by, ask.region).await?;
    let list = || client.get_resource_shares().resource_owner(ResourceOwner::SelfValue);
    let shares = pages!(ask.cloud, ask.by, ask.kind, list(), resource_shares);
    Ok(shares
        .iter()
        .map(|share| FactDoc { name: share.resource_share_arn().unwrap_or_default().to_owned(), doc: share_doc(share) })
        .collect())
}

fn share_doc(share: &ResourceShare) -> Value {
    let configuration = share.resource_share_configuration().map(|configuration| {
        let retain = configuration.retain_sharing_on_account_leave_organization().map(Value::from);
        object([("retainSharingOnAccountLeaveOrganization", retain)])
    });
    object([
        ("resourceShareArn", text(share.resource_share_arn())),
        ("name", text(share.name())),
        ("owningAccountId", text(share.owning_account_id())),
        ("allowExternalPrincipals", share.allow_external_principals().map(Value::from)),
        ("status", text(share.status().map(|status| status.as_str()))),
        ("resourceShareConfiguration", configuration),
    ])
}

/// One document per share and resource in it, named by the share's ARN and the resource's.
pub(super) async fn resources(ask: Ask<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let client: aws_sdk_ram::Client = ask.cloud.client(ask.by, ask.region).await?;
    let shared = pages!(ask.cloud, ask.by, ask.kind, client.list_resources().resource_owner(ResourceOwner::SelfValue), resources);
    let facts = shared.iter().map(|resource| {
        let name = format!("{} {}", resource.resource_share_arn().unwrap_or_default(), resource.arn().unwrap_or_default());
        let doc = object([
            ("arn", text(resource.arn())),
            ("type", text(resource.r#type())),
            ("resourceShareArn", text(resource.resource_share_arn())),
            ("status", text(resource.status().map(|status| status.as_str()))),
        ]);
        FactDoc { name, doc }
    });
    Ok(facts.collect())
}
