//! What Resource Explorer finds in an account, with its names for it.

use crate::world::{AccountRecord, ResourceKey};
use orgkit_model::AccountId;

/// A resource that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) arn: String,
    pub(super) account: AccountId,
    /// The region, or `global`.
    pub(super) region: String,
    /// Resource Explorer's type: `ec2:vpc`.
    pub(super) kind: String,
    /// The CloudFormation type: `AWS::EC2::VPC`.
    pub(super) cfn: String,
}

/// The region of resources that have none.
pub(super) const GLOBAL: &str = "global";

/// A resource type that Resource Explorer supports.
struct Kind {
    /// The CloudFormation type.
    cfn: &'static str,
    /// Resource Explorer's type.
    name: &'static str,
    /// The form of the ARN; `{r}`, `{a}` and `{i}` stand for region, account and identifier.
    arn: &'static str,
    is_global: bool,
}

const fn regional(cfn: &'static str, name: &'static str, arn: &'static str) -> Kind {
    Kind { cfn, name, arn, is_global: false }
}

const fn global(cfn: &'static str, name: &'static str, arn: &'static str) -> Kind {
    Kind { cfn, name, arn, is_global: true }
}

/// The supported types that workloads are made of [Resource Explorer User Guide, supported-resource-types; ARNs: Service Authorization
/// Reference; 2026]. Others are not found.
const KINDS: [Kind; 32] = [
    regional("AWS::ApiGateway::RestApi", "apigateway:restapis", "arn:aws:apigateway:{r}::/restapis/{i}"),
    regional("AWS::AutoScaling::AutoScalingGroup", "autoscaling:autoScalingGroup", "arn:aws:autoscaling:{r}:{a}:autoScalingGroup:{i}"),
    regional("AWS::CloudFormation::Stack", "cloudformation:stack", "arn:aws:cloudformation:{r}:{a}:stack/{i}"),
    global("AWS::CloudFront::Distribution", "cloudfront:distribution", "arn:aws:cloudfront::{a}:distribution/{i}"),
    regional("AWS::CodeBuild::Project", "codebuild:project", "arn:aws:codebuild:{r}:{a}:project/{i}"),
    regional("AWS::DynamoDB::Table", "dynamodb:table", "arn:aws:dynamodb:{r}:{a}:table/{i}"),
    regional("AWS::EC2::Instance", "ec2:instance", "arn:aws:ec2:{r}:{a}:instance/{i}"),
    regional("AWS::EC2::NatGateway", "ec2:natgateway", "arn:aws:ec2:{r}:{a}:natgateway/{i}"),
    regional("AWS::EC2::SecurityGroup", "ec2:security-group", "arn:aws:ec2:{r}:{a}:security-group/{i}"),
    regional("AWS::EC2::Subnet", "ec2:subnet", "arn:aws:ec2:{r}:{a}:subnet/{i}"),
    regional("AWS::EC2::TransitGateway", "ec2:transit-gateway", "arn:aws:ec2:{r}:{a}:transit-gateway/{i}"),
    regional("AWS::EC2::VPC", "ec2:vpc", "arn:aws:ec2:{r}:{a}:vpc/{i}"),
    regional("AWS::EC2::VPCEndpoint", "ec2:vpc-endpoint", "arn:aws:ec2:{r}:{a}:vpc-endpoint/{i}"),
    regional("AWS::EC2::Volume", "ec2:volume", "arn:aws:ec2:{r}:{a}:volume/{i}"),
    regional("AWS::ECR::Repository", "ecr:repository", "arn:aws:ecr:{r}:{a}:repository/{i}"),
    regional("AWS::ECS::Cluster", "ecs:cluster", "arn:aws:ecs:{r}:{a}:cluster/{i}"),
    regional("AWS::EFS::FileSystem", "elasticfilesystem:file-system", "arn:aws:elasticfilesystem:{r}:{a}:file-system/{i}"),
    regional("AWS::EKS::Cluster", "eks:cluster", "arn:aws:eks:{r}:{a}:cluster/{i}"),
    regional("AWS::ElastiCache::CacheCluster", "elasticache:cluster", "arn:aws:elasticache:{r}:{a}:cluster:{i}"),
    regional("AWS::Events::EventBus", "events:event-bus", "arn:aws:events:{r}:{a}:event-bus/{i}"),
    regional("AWS::KMS::Key", "kms:key", "arn:aws:kms:{r}:{a}:key/{i}"),
    regional("AWS::Lambda::Function", "lambda:function", "arn:aws:lambda:{r}:{a}:function:{i}"),
    regional("AWS::Logs::LogGroup", "logs:log-group", "arn:aws:logs:{r}:{a}:log-group:{i}"),
    regional("AWS::OpenSearchService::Domain", "es:domain", "arn:aws:es:{r}:{a}:domain/{i}"),
    regional("AWS::RDS::DBCluster", "rds:cluster", "arn:aws:rds:{r}:{a}:cluster:{i}"),
    regional("AWS::RDS::DBInstance", "rds:db", "arn:aws:rds:{r}:{a}:db:{i}"),
    regional("AWS::Redshift::Cluster", "redshift:cluster", "arn:aws:redshift:{r}:{a}:cluster:{i}"),
    global("AWS::Route53::HostedZone", "route53:hostedzone", "arn:aws:route53:::hostedzone/{i}"),
    regional("AWS::S3::Bucket", "s3:bucket", "arn:aws:s3:::{i}"),
    regional("AWS::SNS::Topic", "sns:topic", "arn:aws:sns:{r}:{a}:{i}"),
    regional("AWS::SQS::Queue", "sqs:queue", "arn:aws:sqs:{r}:{a}:{i}"),
    regional("AWS::SecretsManager::Secret", "secretsmanager:secret", "arn:aws:secretsmanager:{r}:{a}:secret:{i}"),
];

/// Everything that can be found in an account, sorted by region, type and ARN.
pub(super) fn of(account: &AccountRecord) -> Vec<Found> {
    let found = |arn: &str, region: &str, kind: &str, cfn: &str| Found {
        arn: arn.to_owned(),
        account: account.id.clone(),
        region: region.to_owned(),
        kind: kind.to_owned(),
        cfn: cfn.to_owned(),
    };
    let roles = account.roles.values().map(|role| found(&role.arn, GLOBAL, "iam:role", "AWS::IAM::Role"));
    let policies = account.policies.keys().map(|arn| found(arn, GLOBAL, "iam:policy", "AWS::IAM::ManagedPolicy"));
    let trails = account.trails.iter().map(|trail| found(&trail.arn, &trail.home_region, "cloudtrail:trail", "AWS::CloudTrail::Trail"));
    let resources = account.resources.keys().filter_map(|key| {
        let kind = KINDS.iter().find(|kind| kind.cfn == key.kind)?;
        let region = if kind.is_global { GLOBAL } else { &key.region };
        Some(found(&arn(kind, key, &account.id), region, kind.name, kind.cfn))
    });
    let mut all: Vec<Found> = roles.chain(policies).chain(trails).chain(resources).collect();
    all.sort_by(|a, b| (&a.region, &a.kind, &a.arn).cmp(&(&b.region, &b.kind, &b.arn)));
    all
}

/// A resource's ARN. Some types have it for their identifier, and a queue has its URL.
fn arn(kind: &Kind, key: &ResourceKey, account: &AccountId) -> String {
    if key.identifier.starts_with("arn:") {
        return key.identifier.clone();
    }
    let id = match key.identifier.strip_prefix("https://") {
        Some(url) => url.rsplit('/').next().unwrap_or_default(),
        None => &key.identifier,
    };
    kind.arn.replace("{r}", &key.region).replace("{a}", account.as_str()).replace("{i}", id)
}
