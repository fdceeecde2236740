//! Who calls, and what.

use crate::catalog::{Operation, Service};
use crate::{ApiError, World};
use jiff::Timestamp;
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A call to a service, freed from its wire protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The service, by the prefix of its IAM actions: `organizations`, `sts`; Cloud Control is `cloudcontrol`.
    pub service: String,
    /// The operation: `AcceptHandshake`.
    pub operation: String,
    /// The region that was asked.
    pub region: String,
    /// The input, in the shape that the service documents.
    pub input: Value,
}

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The caller's account.
    pub account: AccountId,
    /// What `sts:GetCallerIdentity` answers: a user's ARN, or an assumed role's session ARN.
    pub arn: String,
    /// The unique id: a user's, or `<role id>:<session name>`.
    pub user_id: String,
    /// The ARN of the IAM role behind a session; `None` for a user.
    pub role: Option<String>,
    /// What temporary credentials were given with; `None` for a user's own keys.
    #[serde(default)]
    pub session: Option<SessionScope>,
}

/// What a session was opened with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionScope {
    /// Whose session it is.
    pub kind: SessionKind,
    /// When it was opened.
    pub issued_at: Timestamp,
    /// Session policies, as JSON text.
    pub policies: Vec<String>,
    /// Managed session policies, by ARN.
    pub policy_arns: Vec<String>,
    /// Session tags.
    pub tags: BTreeMap<String, String>,
    /// The keys of the tags that go on to sessions of roles that are assumed in this one.
    pub transitive: BTreeSet<String>,
    /// The source identity, which goes on, too.
    pub source_identity: Option<String>,
}

/// Whose session it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionKind {
    /// A role's, by `AssumeRole`.
    Role,
    /// A user's, by `GetSessionToken`.
    User,
    /// The root user's of a member account, by `AssumeRoot`.
    Root {
        /// The ARN of the task policy.
        task: String,
    },
}

impl SessionScope {
    /// A session with nothing passed.
    pub(crate) fn new(kind: SessionKind, issued_at: Timestamp) -> Self {
        Self {
            kind,
            issued_at,
            policies: Vec::new(),
            policy_arns: Vec::new(),
            tags: BTreeMap::new(),
            transitive: BTreeSet::new(),
            source_identity: None,
        }
    }
}

impl Principal {
    /// The value of `aws:PrincipalArn`: for a session it is the role's ARN [IAM User Guide, reference_policies_condition-keys].
    pub fn principal_arn(&self) -> &str {
        self.role.as_deref().unwrap_or(&self.arn)
    }

    /// The value of `aws:PrincipalType` [IAM User Guide, reference_policies_condition-keys].
    pub(crate) fn kind(&self) -> &'static str {
        match self.session.as_ref().map(|session| &session.kind) {
            Some(SessionKind::Role) => "AssumedRole",
            Some(SessionKind::Root { .. }) => "Account",
            Some(SessionKind::User) | None => "User",
        }
    }

    /// Whether it is a session of `AssumeRoot`.
    pub(crate) fn is_assumed_root(&self) -> bool {
        self.session.as_ref().is_some_and(|session| matches!(session.kind, SessionKind::Root { .. }))
    }
}

/// What a service gives back.
pub type Answer = Result<Value, ApiError>;

/// A call that was let in, as an operation sees it.
pub(crate) struct Request<'a> {
    pub(crate) caller: &'a Principal,
    pub(crate) service: &'static Service,
    pub(crate) operation: &'static Operation,
    pub(crate) region: &'a str,
    pub(crate) input: &'a Value,
    pub(crate) now: Timestamp,
}

impl<'a> Request<'a> {
    /// A text of the input that may be left out.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.input.get(name)?.as_str()
    }

    /// A text of the input that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&'a str, ApiError> {
        self.text(name).ok_or_else(|| self.invalid("INPUT_REQUIRED", format!("You must specify {name}.")))
    }

    /// A text of the input that must be one of `values`; `None` when it is left out.
    pub(crate) fn one_of(&self, name: &str, values: &[&str]) -> Result<Option<&'a str>, ApiError> {
        match self.text(name) {
            Some(text) if !values.contains(&text) => Err(self.invalid("INVALID_ENUM", format!("`{text}` is not a valid value of {name}."))),
            text => Ok(text),
        }
    }

    /// A whole number of the input. The query protocol sends numbers as text.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        let value = self.input.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    /// A truth value of the input, in either protocol's form.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        let value = self.input.get(name)?;
        value.as_bool().or_else(|| value.as_str()?.parse().ok())
    }

    /// The texts of a list of the input; empty when it is left out.
    pub(crate) fn texts(&self, name: &str) -> Vec<&'a str> {
        let list = self.input.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The texts of an object of the input, such as the tags of the REST services; empty when it is left out.
    pub(crate) fn object(&self, name: &str) -> BTreeMap<String, String> {
        let members = self.input.get(name).and_then(Value::as_object).into_iter().flatten();
        members.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    }

    /// The service's own error for an input it cannot take. Only Organizations gives a reason.
    pub(crate) fn invalid(&self, reason: &'static str, message: String) -> ApiError {
        let error = ApiError::new(self.service.faults.invalid, message);
        if self.service.name == "organizations" { error.because(reason) } else { error }
    }
}

/// Says which resource a call is about: its ARN, or nothing for `*`.
pub(crate) type Resource = fn(&World, &Request<'_>) -> Option<String>;
/// An operation that looks.
pub(crate) type Read = fn(&World, &Request<'_>) -> Answer;
/// An operation that changes the world. It takes ids and changes anything only after everything that can be refused was checked, so that
/// a refused call leaves the world as it was.
pub(crate) type Change = fn(&mut World, &Request<'_>) -> Answer;
