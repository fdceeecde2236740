//! The benchmark's setting: six service control policies with nine statements on three levels, a resource control policy, an identity policy, and
//! ten thousand requests of an ordinary account.

use serde_json::{Value, json};

/// How many requests there are.
const REQUESTS: usize = 10_000;

const ACCOUNT: &str = "111122223333";

/// Calls with their resources; `@` stands for region and account, `#` for a number.
const CALLS: &[(&str, &str)] = &[
    ("s3:GetObject", "arn:aws:s3:::data-lake/raw/2026/part-#.parquet"),
    ("s3:PutObject", "arn:aws:s3:::data-lake/curated/part-#.parquet"),
    ("s3:ListBucket", "arn:aws:s3:::data-lake"),
    ("s3:GetBucketLocation", "arn:aws:s3:::data-lake"),
    ("ec2:DescribeInstances", "*"),
    ("ec2:RunInstances", "arn:aws:ec2:@:volume/*"),
    ("ec2:CreateVolume", "arn:aws:ec2:@:volume/*"),
    ("ec2:StopInstances", "arn:aws:ec2:@:instance/i-0000000#"),
    ("ec2:CreateTags", "arn:aws:ec2:@:instance/i-0000000#"),
    ("lambda:InvokeFunction", "arn:aws:lambda:@:function:worker-#"),
    ("lambda:UpdateFunctionCode", "arn:aws:lambda:@:function:worker-#"),
    ("dynamodb:GetItem", "arn:aws:dynamodb:@:table/orders-#"),
    ("dynamodb:PutItem", "arn:aws:dynamodb:@:table/orders-#"),
    ("sqs:SendMessage", "arn:aws:sqs:@:jobs-#"),
    ("sqs:ReceiveMessage", "arn:aws:sqs:@:jobs-#"),
    ("kms:Decrypt", "arn:aws:kms:@:key/00000000-0000-4000-8000-00000000000#"),
    ("kms:GenerateDataKey", "arn:aws:kms:@:key/00000000-0000-4000-8000-00000000000#"),
    ("logs:PutLogEvents", "arn:aws:logs:@:log-group:/app/#:log-stream:main"),
    ("cloudwatch:PutMetricData", "*"),
    ("sts:AssumeRole", "arn:aws:iam::111122223333:role/Worker#"),
    ("sts:GetCallerIdentity", "*"),
    ("iam:GetRole", "arn:aws:iam::111122223333:role/Worker#"),
    ("iam:PassRole", "arn:aws:iam::111122223333:role/Worker#"),
    ("iam:DeleteRole", "arn:aws:iam::111122223333:role/LandingZone"),
    ("iam:AttachRolePolicy", "arn:aws:iam::111122223333:role/Worker#"),
    ("iam:CreateUser", "arn:aws:iam::111122223333:user/user-#"),
    ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:@:secret:app-#"),
    ("ssm:GetParameter", "arn:aws:ssm:@:parameter/app/#"),
    ("cloudtrail:StopLogging", "arn:aws:cloudtrail:@:trail/main"),
    ("cloudtrail:LookupEvents", "*"),
    ("config:DeleteConfigRule", "arn:aws:config:@:config-rule/config-rule-#"),
    ("guardduty:UpdateDetector", "arn:aws:guardduty:@:detector/d#"),
    ("organizations:DescribeOrganization", "*"),
    ("organizations:LeaveOrganization", "*"),
    ("ecr:GetAuthorizationToken", "*"),
    ("ecr:BatchGetImage", "arn:aws:ecr:@:repository/app-#"),
    ("ecs:UpdateService", "arn:aws:ecs:@:service/cluster/app-#"),
    ("rds:DescribeDBInstances", "arn:aws:rds:@:db:main-#"),
    ("elasticloadbalancing:DescribeLoadBalancers", "*"),
    ("route53:ListHostedZones", "*"),
];

const ROLES: &[(&str, &str)] = &[
    ("Worker", "role/Worker"),
    ("Deploy", "role/ci/Deploy"),
    ("SecurityAudit", "role/SecurityAudit"),
    ("LandingZone", "role/LandingZone"),
    (
        "AWSReservedSSO_PowerUser_0123456789abcdef",
        "role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_PowerUser_0123456789abcdef",
    ),
    ("AWSReservedSSO_PlatformAdmin_0123456789abcdef", "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_PlatformAdmin_0123456789abcdef"),
];

const REGIONS: &[&str] = &["eu-central-1", "eu-west-1", "eu-central-1", "eu-west-1", "us-east-1", "eu-central-1", "ap-south-1"];

/// Policies and requests as one JSON object.
pub(crate) fn setting() -> Value {
    // INVARIANT: the file is part of this program, and every run reads it.
    let mut setting: Value = serde_json::from_str(include_str!("setting.json")).unwrap_or_default();
    setting["requests"] = (0..REQUESTS).map(request).collect();
    setting
}

/// Steps that share no factor with the lists' lengths, so that everything meets everything.
fn request(index: usize) -> Value {
    let at = |step: usize, length: usize| index.wrapping_mul(step).wrapping_add(index / length) % length;
    let (action, resource) = CALLS[at(7, CALLS.len())];
    let region = REGIONS[at(5, REGIONS.len())];
    let resource = resource.replace('@', &format!("{region}:{ACCOUNT}")).replace('#', &(index % 50).to_string());
    let (principal, arn) = if index.is_multiple_of(97) {
        let root = format!("arn:aws:iam::{ACCOUNT}:root");
        (root.clone(), root)
    } else {
        let (name, path) = ROLES[at(11, ROLES.len())];
        (format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/session-{}", index % 20), format!("arn:aws:iam::{ACCOUNT}:{path}"))
    };
    let mut context = json!({
        "aws:PrincipalArn": arn, "aws:PrincipalAccount": ACCOUNT, "aws:PrincipalOrgID": "o-exampleorgid",
        "aws:PrincipalOrgPaths": ["o-exampleorgid/r-root/ou-root-workloads/"], "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalIsAWSService": "false", "aws:PrincipalTag/team": if index.is_multiple_of(3) { "blue" } else { "green" },
        "aws:userid": format!("AROAEXAMPLE:session-{}", index % 20), "aws:RequestedRegion": region,
        "aws:SourceIp": format!("203.0.113.{}", index % 40), "aws:SecureTransport": "true", "aws:CurrentTime": "2026-11-22T00:00:00Z",
        "aws:EpochTime": "1795305600", "aws:UserAgent": "aws-sdk-rust/1.3",
    });
    if resource.contains(":volume/") {
        context["ec2:Encrypted"] = if index.is_multiple_of(2) { "true" } else { "false" }.into();
    }
    let mut request =
        json!({ "principal": principal, "action": action, "resource": resource, "resourceAccount": ACCOUNT, "context": context });
    if resource == "*" {
        request["wildcardOnlyAction"] = true.into();
    }
    request
}
