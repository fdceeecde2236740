//! Who calls.

/// Who calls, as AWS names it [IAM User Guide, reference_policies_elements_principal].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody who has signed.
    Anonymous,
    /// An AWS service, such as `cloudtrail.amazonaws.com`.
    Service(String),
    /// A web or SAML identity before it has a role: a provider's name or ARN.
    Federated(String),
    /// A principal of an account.
    Aws(AwsPrincipal),
}

/// A principal of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsPrincipal {
    /// Its ARN, as in `aws:PrincipalArn` or `GetCallerIdentity`.
    pub arn: String,
    /// Its account.
    pub account: String,
    /// What it is.
    pub kind: PrincipalKind,
}

/// What a principal of an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalKind {
    /// The root user.
    Root,
    /// An IAM user; path and name.
    User(String),
    /// A role, named by its own ARN; path and name.
    Role(String),
    /// A session of a role; AWS leaves the role's path out.
    Session {
        /// The role's name.
        role: String,
        /// The session's name.
        session: String,
    },
    /// A session of `GetFederationToken`; its name.
    FederatedUser(String),
    /// Anything else.
    Other,
}

impl Principal {
    /// Reads an ARN, an account id, a service's name, or `*`.
    pub fn parse(text: &str) -> Self {
        if text.is_empty() || text == "*" {
            return Self::Anonymous;
        }
        if is_account(text) {
            let arn = format!("arn:aws:iam::{text}:root");
            return Self::Aws(AwsPrincipal { arn, account: text.to_owned(), kind: PrincipalKind::Root });
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", _, service, _, account, resource] = parts.as_slice() else {
            let is_service = text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") || text.ends_with(".amazon.com");
            let is_provider = matches!(text, "cognito-identity.amazonaws.com" | "www.amazon.com");
            return if is_service && !is_provider { Self::Service(text.to_owned()) } else { Self::Federated(text.to_owned()) };
        };
        if resource.starts_with("oidc-provider/") || resource.starts_with("saml-provider/") {
            return Self::Federated(text.to_owned());
        }
        Self::Aws(AwsPrincipal { arn: text.to_owned(), account: (*account).to_owned(), kind: kind(service, resource) })
    }

    /// The account it belongs to.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Aws(principal) => Some(&principal.account),
            Self::Anonymous | Self::Service(_) | Self::Federated(_) => None,
        }
    }
}

impl AwsPrincipal {
    /// Whether it is a service-linked role or a session of one. Their path is `/aws-service-role/`; a session's ARN leaves the path out, but names that
    /// begin with `AWSServiceRoleFor` are what services give them [IAM User Guide, id_roles_create-service-linked-role].
    pub fn is_service_linked(&self) -> bool {
        match &self.kind {
            PrincipalKind::Role(path) => path.starts_with("aws-service-role/"),
            PrincipalKind::Session { role, .. } => role.starts_with("AWSServiceRoleFor"),
            PrincipalKind::Root | PrincipalKind::User(_) | PrincipalKind::FederatedUser(_) | PrincipalKind::Other => false,
        }
    }
}

pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn kind(service: &str, resource: &str) -> PrincipalKind {
    let after = |prefix: &str| resource.strip_prefix(prefix).map(str::to_owned);
    match service {
        "iam" if resource == "root" => Some(PrincipalKind::Root),
        "iam" => after("user/").map(PrincipalKind::User).or_else(|| after("role/").map(PrincipalKind::Role)),
        "sts" => resource
            .strip_prefix("assumed-role/")
            .and_then(|rest| rest.rsplit_once('/'))
            .map(|(role, session)| PrincipalKind::Session { role: role.to_owned(), session: session.to_owned() })
            .or_else(|| after("federated-user/").map(PrincipalKind::FederatedUser)),
        _ => None,
    }
    .unwrap_or(PrincipalKind::Other)
}
