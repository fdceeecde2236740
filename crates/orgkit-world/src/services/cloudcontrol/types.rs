//! The resource types that are known by their schema: what identifies a resource, what it must have, and what AWS adds to it.

use crate::ids::uuid_of;
use serde_json::{Map, Value};

/// Where the value of a resource's primary identifier comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// The person who creates it says it.
    Given(&'static str),
    /// AWS makes it up: a prefix such as `vpc-` and 17 hexadecimal digits.
    Made(&'static str, &'static str),
    /// AWS makes up a UUID.
    Uuid(&'static str),
    /// It is the resource's ARN, made from a name that is given or made up.
    Arn(&'static str, &'static str),
    /// It is the URL of an SQS queue with that name.
    QueueUrl(&'static str, &'static str),
}

/// A resource type of the CloudFormation registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ResourceType {
    pub(super) name: &'static str,
    pub(super) identity: Identity,
    /// What a desired state must have besides the identifier.
    pub(super) required: &'static [&'static str],
    /// The property that holds the ARN, and the ARN: `{region}`, `{account}` and `{id}` are put in.
    pub(super) arn: Option<(&'static str, &'static str)>,
}

const fn given(name: &'static str, identifier: &'static str, required: &'static [&'static str]) -> ResourceType {
    ResourceType { name, identity: Identity::Given(identifier), required, arn: None }
}

const fn made(name: &'static str, identifier: &'static str, prefix: &'static str, required: &'static [&'static str]) -> ResourceType {
    ResourceType { name, identity: Identity::Made(identifier, prefix), required, arn: None }
}

impl ResourceType {
    /// The property that holds the primary identifier.
    pub(super) fn property(&self) -> &'static str {
        match self.identity {
            Identity::Given(property) | Identity::Made(property, _) | Identity::Uuid(property) => property,
            Identity::Arn(property, _) | Identity::QueueUrl(property, _) => property,
        }
    }

    const fn with_arn(self, property: &'static str, arn: &'static str) -> Self {
        Self { arn: Some((property, arn)), ..self }
    }
}

/// The types, by name [CloudFormation Template Reference, the page of each type; 2026-11]. Other types can be in a world file, and read; they cannot be created.
pub(super) const TYPES: &[ResourceType] = &[
    given("AWS::Backup::BackupVault", "BackupVaultName", &[])
        .with_arn("BackupVaultArn", "arn:aws:backup:{region}:{account}:backup-vault:{id}"),
    given("AWS::DynamoDB::Table", "TableName", &["KeySchema"]).with_arn("Arn", "arn:aws:dynamodb:{region}:{account}:table/{id}"),
    made("AWS::EC2::FlowLog", "Id", "fl-", &["ResourceId", "ResourceType"]),
    made("AWS::EC2::Instance", "InstanceId", "i-", &[]),
    made("AWS::EC2::Subnet", "SubnetId", "subnet-", &["VpcId"]),
    made("AWS::EC2::TransitGateway", "Id", "tgw-", &[])
        .with_arn("TransitGatewayArn", "arn:aws:ec2:{region}:{account}:transit-gateway/{id}"),
    made("AWS::EC2::TransitGatewayAttachment", "Id", "tgw-attach-", &["SubnetIds", "TransitGatewayId", "VpcId"]),
    made("AWS::EC2::VPC", "VpcId", "vpc-", &[]),
    made("AWS::EC2::VPCEndpoint", "Id", "vpce-", &["VpcId"]),
    given("AWS::ECR::Repository", "RepositoryName", &[]).with_arn("Arn", "arn:aws:ecr:{region}:{account}:repository/{id}"),
    made("AWS::EFS::FileSystem", "FileSystemId", "fs-", &[])
        .with_arn("Arn", "arn:aws:elasticfilesystem:{region}:{account}:file-system/{id}"),
    given("AWS::EKS::Cluster", "Name", &["ResourcesVpcConfig", "RoleArn"]).with_arn("Arn", "arn:aws:eks:{region}:{account}:cluster/{id}"),
    given("AWS::Events::EventBus", "Name", &[]).with_arn("Arn", "arn:aws:events:{region}:{account}:event-bus/{id}"),
    ResourceType { name: "AWS::KMS::Key", identity: Identity::Uuid("KeyId"), required: &[], arn: None }
        .with_arn("Arn", "arn:aws:kms:{region}:{account}:key/{id}"),
    given("AWS::Lambda::Function", "FunctionName", &["Code", "Role"]).with_arn("Arn", "arn:aws:lambda:{region}:{account}:function:{id}"),
    given("AWS::Logs::LogGroup", "LogGroupName", &[]).with_arn("Arn", "arn:aws:logs:{region}:{account}:log-group:{id}:*"),
    given("AWS::RDS::DBCluster", "DBClusterIdentifier", &[]).with_arn("DBClusterArn", "arn:aws:rds:{region}:{account}:cluster:{id}"),
    given("AWS::RDS::DBInstance", "DBInstanceIdentifier", &[]).with_arn("DBInstanceArn", "arn:aws:rds:{region}:{account}:db:{id}"),
    given("AWS::S3::Bucket", "BucketName", &[]).with_arn("Arn", "arn:aws:s3:::{id}"),
    given("AWS::S3::BucketPolicy", "Bucket", &["PolicyDocument"]),
    ResourceType {
        name: "AWS::SecretsManager::Secret",
        identity: Identity::Arn("Id", "arn:aws:secretsmanager:{region}:{account}:secret:{name}"),
        required: &[],
        arn: None,
    },
    ResourceType {
        name: "AWS::SNS::Topic",
        identity: Identity::Arn("TopicArn", "arn:aws:sns:{region}:{account}:{name}"),
        required: &[],
        arn: None,
    },
    given("AWS::SNS::TopicInlinePolicy", "TopicArn", &["PolicyDocument"]),
    ResourceType { name: "AWS::SQS::Queue", identity: Identity::QueueUrl("QueueUrl", "QueueName"), required: &[], arn: None },
    given("AWS::SQS::QueueInlinePolicy", "Queue", &["PolicyDocument"]),
];

/// Whether a text has the form of a type's name [botocore `cloudcontrol/2021-09-30`, shape `TypeName`].
pub(super) fn is_type_name(name: &str) -> bool {
    name.split("::").count() == 3 && name.split("::").all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The type of that name.
pub(super) fn find(name: &str) -> Option<&'static ResourceType> {
    TYPES.iter().find(|known| known.name == name)
}

/// A resource about to be created: its identifier, and its properties with what AWS adds.
pub(super) struct Draft {
    pub(super) identifier: String,
    pub(super) properties: Map<String, Value>,
}

impl ResourceType {
    /// What comes of a desired state; `nonce` is where made-up identifiers come from.
    ///
    /// # Errors
    /// The name of a property that is missing.
    pub(super) fn draft(&self, desired: &Map<String, Value>, region: &str, account: &str, nonce: &str) -> Result<Draft, &'static str> {
        let text = |property: &str| desired.get(property).and_then(Value::as_str).filter(|text| !text.is_empty());
        if let Some(missing) = self.required.iter().find(|property| !desired.contains_key(**property)) {
            return Err(missing);
        }
        let fill = |template: &str, id: &str| template.replace("{region}", region).replace("{account}", account).replace("{id}", id);
        // The names that CloudFormation makes up are longer; what matters here is that they are new.
        let made_name = || nonce.chars().filter(char::is_ascii_alphanumeric).take(12).collect::<String>();
        let identifier = match self.identity {
            Identity::Given(property) => text(property).map_or_else(made_name, str::to_owned),
            Identity::Made(_, prefix) => {
                let digits: String = uuid_of(nonce).chars().filter(char::is_ascii_hexdigit).take(17).collect();
                format!("{prefix}{digits}")
            }
            Identity::Uuid(_) => uuid_of(nonce),
            Identity::Arn(_, arn) => {
                let name = text("Name").or_else(|| text("TopicName")).map_or_else(made_name, str::to_owned);
                fill(&arn.replace("{name}", &name), "")
            }
            Identity::QueueUrl(_, name) => {
                let name = text(name).map_or_else(made_name, str::to_owned);
                format!("https://sqs.{region}.amazonaws.com/{account}/{name}")
            }
        };
        let mut properties = desired.clone();
        properties.insert(self.property().to_owned(), identifier.as_str().into());
        if let Some((property, arn)) = self.arn {
            properties.insert(property.to_owned(), fill(arn, &identifier).into());
        }
        Ok(Draft { identifier, properties })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_stand_in_order_and_identify_what_is_created() {
        assert!(TYPES.is_sorted_by_key(|known| known.name.to_ascii_lowercase()));
        for (name, desired, expected) in [
            ("AWS::S3::Bucket", json!({ "BucketName": "logs" }), "logs"),
            ("AWS::SNS::Topic", json!({ "TopicName": "alarms" }), "arn:aws:sns:eu-west-1:111122223333:alarms"),
            ("AWS::SQS::Queue", json!({ "QueueName": "work" }), "https://sqs.eu-west-1.amazonaws.com/111122223333/work"),
        ] {
            let draft = find(name).unwrap().draft(desired.as_object().unwrap(), "eu-west-1", "111122223333", "n").ok().unwrap();
            assert_eq!(draft.identifier, expected);
        }
        let vpc = find("AWS::EC2::VPC").unwrap().draft(&Map::new(), "eu-west-1", "111122223333", "n").ok().unwrap();
        assert!(vpc.identifier.starts_with("vpc-") && vpc.identifier.len() == 21, "{}", vpc.identifier);
        let policy = find("AWS::S3::BucketPolicy").unwrap().draft(&Map::new(), "eu-west-1", "111122223333", "n").err();
        assert_eq!(policy, Some("PolicyDocument"));
    }
}
