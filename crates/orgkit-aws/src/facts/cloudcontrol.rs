//! AWS Cloud Control: resources by CloudFormation type.

use super::Ask;
use super::doc::json;
use crate::organizations::pages;
use aws_sdk_cloudcontrol::Client;
use orgkit_cloud::{CloudError, FactDoc, is_whole};
use serde_json::Value;

/// One document per resource, named by its identifier: its properties.
pub(super) async fn resources(ask: Ask<'_>, resource_type: &str) -> Result<Vec<FactDoc>, CloudError> {
    let client: Client = ask.cloud.client(ask.by, ask.region).await?;
    let listed =
        pages!(ask.cloud, ask.by, "cloudformation:ListResources", client.list_resources().type_name(resource_type), resource_descriptions);
    let mut facts = Vec::with_capacity(listed.len());
    for resource in listed {
        let name = resource.identifier().unwrap_or_default();
        let properties = match json(resource.properties()) {
            Some(properties) if is_whole(resource_type, &properties) => Some(properties),
            _ => read(ask, &client, resource_type, name).await?,
        };
        facts.extend(properties.map(|doc| FactDoc { name: name.to_owned(), doc }));
    }
    Ok(facts)
}

/// One resource's properties; `None` when it was deleted since it was listed.
async fn read(ask: Ask<'_>, client: &Client, resource_type: &str, name: &str) -> Result<Option<Value>, CloudError> {
    let call = || client.get_resource().type_name(resource_type).identifier(name).send();
    match ask.cloud.reading(ask.by, "cloudformation:GetResource", call).await {
        Ok(answer) => Ok(answer.resource_description().and_then(|resource| json(resource.properties()))),
        Err(error) if error.is("ResourceNotFoundException") => Ok(None),
        Err(error) => Err(error),
    }
}
