//! AWS Cloud Control: resources by CloudFormation type.

use super::Ask;
use super::doc::json;
use crate::organizations::pages;
use aws_sdk_cloudcontrol::Client;
use orgkit_cloud::{CloudError, FactDoc};
use serde_json::Value;

/// A property of each type that a list without it is not worth much.
///
/// `ListResources` gives what the type's list handler gives, which for many types is the primary identifier alone [Cloud Control API User
/// Guide, "Discovering resources"]. A resource listed without this property is read on its own.
const TELLING_PROPERTY: [(&str, &str); 5] = [
    ("AWS::CloudFormation::StackSet", "PermissionModel"),
    ("AWS::EC2::VPC", "CidrBlock"),
    ("AWS::KMS::Key", "KeyPolicy"),
    ("AWS::RDS::DBInstance", "DBInstanceClass"),
    ("AWS::S3::BucketPolicy", "PolicyDocument"),
];

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

fn is_whole(resource_type: &str, properties: &Value) -> bool {
    TELLING_PROPERTY.iter().any(|(of, property)| *of == resource_type && properties.get(property).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::KINDS;
    use serde_json::json as value;

    #[test]
    fn every_resource_type_has_a_telling_property() {
        let types: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).filter(|kind| kind.starts_with("AWS::")).collect();
        assert_eq!(types, TELLING_PROPERTY.map(|(kind, _)| kind));
        assert!(is_whole("AWS::KMS::Key", &value!({"KeyId": "k", "KeyPolicy": {}})));
        assert!(!is_whole("AWS::KMS::Key", &value!({"KeyId": "k"})));
    }
}
