//! The policies that apply to a request.

use crate::document::Document;
use std::sync::Arc;

/// A policy and what it is called. Cheap to clone: the same policy stands in a thousand accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name or id.
    pub name: Arc<str>,
    /// Its document.
    pub document: Arc<Document>,
}

impl Policy {
    /// A policy.
    pub fn new(name: &str, document: Document) -> Self {
        Self { name: name.into(), document: Arc::new(document) }
    }

    /// `FullAWSAccess`, which AWS attaches to every root, unit and account once SCPs are in use [AWS Organizations User Guide,
    /// orgs_manage_policies_scps].
    pub fn full_aws_access() -> Self {
        const CONTENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        // INVARIANT: a constant that is a policy document.
        #[expect(clippy::expect_used, reason = "stated invariant")]
        Self::new("FullAWSAccess", Document::parse(CONTENT).expect("a constant policy"))
    }
}

/// The policies of one kind that are attached to one root, organizational unit or account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// What they are attached to.
    pub target: Arc<str>,
    /// The policies.
    pub policies: Vec<Policy>,
}

/// Everything that may speak about a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// The service control policies of the caller's account, from the root down. Empty: none apply, as in the management account and outside an organization.
    pub scps: Vec<Level>,
    /// The resource control policies of the resource's account, from the root down. `RCPFullAWSAccess` is implied at every level.
    pub rcps: Vec<Level>,
    /// The caller's own policies, inline and attached, those of its groups included.
    pub identity: Vec<Policy>,
    /// The caller's permissions boundary.
    pub boundary: Option<Policy>,
    /// The policies passed with the session; they allow what any of them allows.
    pub session: Vec<Policy>,
    /// The policy of the resource: a bucket policy, a key policy, a role's trust policy.
    pub resource: Option<Policy>,
    /// The policy of the VPC endpoint that the request comes through.
    pub endpoint: Vec<Policy>,
}

/// The kinds of policies, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    /// Service control policy.
    Scp,
    /// Resource control policy.
    Rcp,
    /// Identity policy.
    Identity,
    /// Permissions boundary.
    Boundary,
    /// Session policy.
    Session,
    /// Resource policy.
    Resource,
    /// VPC endpoint policy.
    Endpoint,
}

impl PolicyKind {
    /// Its short name, as results print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Resource => "resource",
            Self::Endpoint => "endpoint",
        }
    }
}
