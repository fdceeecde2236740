//! Asynchronous requests and their status.

use super::{administered, not_found};
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How long a request is in progress. AWS gives no number; it takes its time there, too.
const TAKES: SignedDuration = SignedDuration::from_secs(10);

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// `CreateAccountAssignment`.
    Create,
    /// `DeleteAccountAssignment`.
    Delete,
    /// `ProvisionPermissionSet`.
    Provision,
}

/// An asynchronous request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AsyncRequest {
    pub(super) kind: Kind,
    /// `None` when all accounts are provisioned.
    pub(super) account: Option<AccountId>,
    pub(super) permission_set: String,
    /// `GROUP` or `USER`, and the id.
    pub(super) principal: Option<(String, String)>,
    pub(super) created_at: Timestamp,
    /// Why it fails, if it does.
    pub(super) failure: Option<String>,
}

impl AsyncRequest {
    /// `AccountAssignmentOperationStatus` or `PermissionSetProvisioningStatus`.
    pub(super) fn shape(&self, id: &str, now: Timestamp) -> Value {
        let done = now.duration_since(self.created_at) >= TAKES;
        let status = match (&self.failure, done) {
            (_, false) => "IN_PROGRESS",
            (None, true) => "SUCCEEDED",
            (Some(_), true) => "FAILED",
        };
        let mut shape = json!({
            "Status": status,
            "RequestId": id,
            "PermissionSetArn": self.permission_set,
            "CreatedDate": epoch(self.created_at),
        });
        let assignment = self.kind != Kind::Provision;
        let account = self.account.as_ref().map(|account| Value::from(account.as_str()));
        let optional = [
            ("FailureReason", self.failure.as_deref().filter(|_| done).map(Value::from)),
            (if assignment { "TargetId" } else { "AccountId" }, account),
            ("TargetType", assignment.then(|| "AWS_ACCOUNT".into())),
            ("PrincipalType", self.principal.as_ref().map(|(kind, _)| kind.as_str().into())),
            ("PrincipalId", self.principal.as_ref().map(|(_, id)| id.as_str().into())),
        ];
        if let Some(members) = shape.as_object_mut() {
            members.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        shape
    }
}

/// `DescribeAccountAssignmentCreationStatus`.
pub(super) fn creation(world: &World, request: &Request<'_>) -> Answer {
    let status = find(world, request, "AccountAssignmentCreationRequestId", Kind::Create)?;
    Ok(json!({ "AccountAssignmentCreationStatus": status }))
}

/// `DescribeAccountAssignmentDeletionStatus`.
pub(super) fn deletion(world: &World, request: &Request<'_>) -> Answer {
    let status = find(world, request, "AccountAssignmentDeletionRequestId", Kind::Delete)?;
    Ok(json!({ "AccountAssignmentDeletionStatus": status }))
}

/// `DescribePermissionSetProvisioningStatus`.
pub(super) fn provisioning(world: &World, request: &Request<'_>) -> Answer {
    let status = find(world, request, "ProvisionPermissionSetRequestId", Kind::Provision)?;
    Ok(json!({ "PermissionSetProvisioningStatus": status }))
}

fn find(world: &World, request: &Request<'_>, member: &str, kind: Kind) -> Answer {
    let (_, center) = administered(world, request)?;
    let id = request.required(member)?;
    let found = center.requests.get(id).filter(|found| found.kind == kind);
    found.map(|found| found.shape(id, request.now)).ok_or_else(|| not_found("The request does not exist."))
}
