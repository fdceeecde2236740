//! A service: its names, its protocol, and the codes of the errors that any of its operations can raise.

use super::Operation;

/// How a service is spoken to (botocore service metadata).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// awsJson 1.0 or 1.1: the operation stands in the header `X-Amz-Target`, behind this prefix.
    Json {
        /// The last part of the prefix of its targets.
        target: &'static str,
    },
    /// awsQuery: a form in, XML out.
    Query {
        /// The XML namespace of its answers.
        namespace: &'static str,
    },
    /// restJson1: the operation is method and path.
    RestJson,
}

impl Protocol {
    /// Its name in botocore's service models.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json { .. } => "json",
            Self::Query { .. } => "query",
            Self::RestJson => "rest-json",
        }
    }
}

/// The codes that a service uses for faults that are not an operation's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    /// For an input that it cannot take.
    pub invalid: &'static str,
    /// For a caller who may not do it, with the HTTP status.
    pub denied: (&'static str, u16),
    /// For calls that come too fast, with the HTTP status.
    pub throttled: (&'static str, u16),
    /// For its own failure, with status 500.
    pub internal: &'static str,
    /// The member of its error shapes that holds the words: `Message` or `message`.
    pub message: &'static str,
}

impl Faults {
    /// The usual codes of the JSON protocols.
    pub const JSON: Self = Self {
        invalid: "ValidationException",
        denied: ("AccessDeniedException", 400),
        throttled: ("ThrottlingException", 400),
        internal: "InternalServerException",
        message: "message",
    };
    /// The usual codes of restJson1.
    pub const REST: Self = Self { denied: ("AccessDeniedException", 403), throttled: ("ThrottlingException", 429), ..Self::JSON };
    /// The codes of the query protocol.
    pub const QUERY: Self = Self {
        invalid: "ValidationError",
        denied: ("AccessDenied", 403),
        throttled: ("Throttling", 400),
        internal: "ServiceFailure",
        message: "Message",
    };
}

/// A service.
#[derive(Debug)]
pub struct Service {
    /// The name by which calls name it: `organizations`, `cloudcontrol`.
    pub name: &'static str,
    /// The name that requests are signed for: `cloudcontrolapi`.
    pub signing_name: &'static str,
    /// The prefix of its IAM actions: `cloudformation`.
    pub actions: &'static str,
    /// The service id and API version of its botocore model, such as `organizations/2016-11-28`.
    pub model: &'static str,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The codes of faults that are not an operation's own.
    pub faults: Faults,
    /// Its operations that are simulated.
    pub operations: &'static [Operation],
}

impl Service {
    /// The operation with that name.
    pub fn operation(&'static self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// The IAM action that permits an operation: `organizations:ListAccounts`.
    pub fn action(&self, operation: &Operation) -> String {
        format!("{}:{}", self.actions, operation.name)
    }
}
