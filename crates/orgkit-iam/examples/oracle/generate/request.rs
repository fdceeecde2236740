//! Random requests.

use super::chance::Chance;
use super::condition::{KEYS, Key};
use serde_json::{Map, Value, json};

pub(super) const ACCOUNTS: &[&str] = &["111111111111", "222222222222"];

/// What calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    Root,
    User,
    Role,
    Session,
    FederatedUser,
    Service,
    Federated,
    Anonymous,
}

/// A call whose context is still open.
pub(super) struct Call {
    pub(super) caller: Caller,
    /// The ARN or name, if the caller has one.
    pub(super) principal: Option<String>,
    /// What `aws:PrincipalArn` says.
    principal_arn: Option<String>,
    pub(super) account: &'static str,
    pub(super) action: &'static str,
    pub(super) resource: String,
    pub(super) resource_account: &'static str,
    wildcard_only: bool,
}

/// Actions with the resources that they take; none: the action has no resource types.
const ACTIONS: &[(&str, &[&str])] = &[
    ("s3:GetObject", &["arn:aws:s3:::bucket/home/ana/x.txt", "arn:aws:s3:::bucket/a:b", "arn:aws:s3:::other/*/y"]),
    ("s3:PutObject", &["arn:aws:s3:::bucket/home/ana/x.txt", "arn:aws:s3:::bucket/Team/blue"]),
    ("s3:ListBucket", &["arn:aws:s3:::bucket", "arn:aws:s3:::other"]),
    ("s3:ListAllMyBuckets", &[]),
    ("ec2:RunInstances", &["arn:aws:ec2:eu-west-1:@:instance/i-0123", "arn:aws:ec2:us-east-1:@:subnet/subnet-1"]),
    ("ec2:DescribeInstances", &[]),
    ("sts:AssumeRole", &["arn:aws:iam::@:role/target", "arn:aws:iam::@:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"]),
    ("kms:Decrypt", &["arn:aws:kms:eu-west-1:@:key/1234abcd", "arn:aws:kms:eu-west-1:@:alias/aws/s3"]),
    ("kms:RetireGrant", &["arn:aws:kms:eu-west-1:@:key/1234abcd"]),
    ("iam:PassRole", &["arn:aws:iam::@:role/team/ops", "arn:aws:iam::@:role/dev"]),
    ("dynamodb:GetItem", &["arn:aws:dynamodb:eu-west-1:@:table/blue", "arn:aws:dynamodb:eu-west-1:@:table/ana/index/i"]),
    ("sqs:SendMessage", &["arn:aws:sqs:eu-west-1:@:queue", "arn:aws:sqs:us-east-1:@:ana"]),
    ("logs:PutLogEvents", &["arn:aws:logs:eu-west-1:@:log-group:g:log-stream:s"]),
    ("organizations:LeaveOrganization", &[]),
];

impl Call {
    pub(super) fn new(chance: &mut Chance) -> Self {
        let account = chance.pick(ACCOUNTS);
        let resource_account = if chance.percent(65) { account } else { chance.pick(ACCOUNTS) };
        let (action, resources) = ACTIONS[chance.below(ACTIONS.len())];
        let resource = if resources.is_empty() { "*".to_owned() } else { chance.pick(resources).replace('@', resource_account) };
        // A call without a resource happens in the caller's own account.
        let resource_account = if resources.is_empty() { account } else { resource_account };
        let (caller, principal, principal_arn) = caller(chance, account, resource_account);
        Self { caller, principal, principal_arn, account, action, resource, resource_account, wildcard_only: resources.is_empty() }
    }

    /// Whether caller and resource belong to different accounts.
    pub(super) fn crosses(&self) -> bool {
        self.account != self.resource_account || matches!(self.caller, Caller::Service | Caller::Federated | Caller::Anonymous)
    }

    /// Whether the resource's policy is a role's trust policy, which has no `Resource`.
    pub(super) fn is_trust(&self) -> bool {
        self.action == "sts:AssumeRole"
    }

    /// The request with a random context.
    pub(super) fn request(&self, chance: &mut Chance) -> Value {
        let mut context = Map::new();
        if let Some(arn) = self.principal_arn.as_ref().filter(|_| chance.percent(90)) {
            context.insert("aws:PrincipalArn".to_owned(), arn.as_str().into());
            context.insert("aws:PrincipalAccount".to_owned(), self.account.into());
        }
        // What is said of the caller is true, or not said.
        for key in KEYS.iter().filter(|key| !["aws:PrincipalArn", "aws:PrincipalAccount"].contains(&key.name)) {
            if chance.percent(55) {
                context.insert(key.name.to_owned(), key_value(chance, key));
            }
        }
        let mut request = json!({
            "action": self.action, "resource": self.resource, "resourceAccount": self.resource_account, "context": context,
            "principal": self.principal,
        });
        if self.wildcard_only {
            request["wildcardOnlyAction"] = true.into();
        }
        request
    }
}

fn key_value(chance: &mut Chance, key: &Key) -> Value {
    let one = |chance: &mut Chance| Value::from(chance.pick(key.values));
    // Now and then a key comes in the other shape than its type has.
    if key.is_list != chance.percent(3) { chance.some(0, 3, one).into() } else { one(chance) }
}

fn caller(chance: &mut Chance, account: &str, resource_account: &str) -> (Caller, Option<String>, Option<String>) {
    let iam = |path: &str| format!("arn:aws:iam::{account}:{path}");
    let sts = |path: &str| format!("arn:aws:sts::{account}:{path}");
    let own = |caller: Caller, arn: String| (caller, Some(arn.clone()), Some(arn));
    match chance.below(100) {
        0..4 => own(Caller::Root, iam("root")),
        4..24 | 95..100 => own(Caller::User, iam("user/ana")),
        24..32 => own(Caller::User, iam("user/team/bob")),
        32..40 => own(Caller::Role, iam("role/dev")),
        40..58 => (Caller::Session, Some(sts("assumed-role/dev/s1")), Some(iam("role/dev"))),
        58..68 => (Caller::Session, Some(sts("assumed-role/ops/s2")), Some(iam("role/team/ops"))),
        68..72 => {
            let arn = iam("role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX");
            (Caller::Session, Some(sts("assumed-role/AWSServiceRoleForX/x")), Some(arn))
        }
        72..80 => own(Caller::FederatedUser, sts("federated-user/fed")),
        80..88 => (Caller::Service, Some("cloudtrail.amazonaws.com".to_owned()), None),
        88..91 => (Caller::Federated, Some(format!("arn:aws:iam::{resource_account}:saml-provider/Corp")), None),
        _ => (Caller::Anonymous, None, None),
    }
}
