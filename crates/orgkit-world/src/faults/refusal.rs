//! The errors that faults answer with: each service's own.

use crate::ApiError;
use crate::catalog::{Protocol, Service};

/// Operations that declare an error for changes that meet another (botocore models, 2026-11).
struct Concurrent {
    service: &'static str,
    code: &'static str,
    status: u16,
    operations: &'static [&'static str],
}

const CONCURRENT: &[Concurrent] = &[
    Concurrent {
        service: "organizations",
        code: "ConcurrentModificationException",
        status: 400,
        operations: &[
            "AcceptHandshake",
            "AttachPolicy",
            "CancelHandshake",
            "CloseAccount",
            "CreateAccount",
            "CreateGovCloudAccount",
            "CreateOrganization",
            "CreateOrganizationalUnit",
            "CreatePolicy",
            "DeclineHandshake",
            "DeleteOrganization",
            "DeleteOrganizationalUnit",
            "DeletePolicy",
            "DeleteResourcePolicy",
            "DeregisterDelegatedAdministrator",
            "DescribeHandshake",
            "DescribeOrganization",
            "DetachPolicy",
            "DisableAWSServiceAccess",
            "DisablePolicyType",
            "EnableAWSServiceAccess",
            "EnableAllFeatures",
            "EnablePolicyType",
            "InviteAccountToOrganization",
            "InviteOrganizationToTransferResponsibility",
            "LeaveOrganization",
            "ListHandshakesForAccount",
            "ListHandshakesForOrganization",
            "MoveAccount",
            "PutResourcePolicy",
            "RegisterDelegatedAdministrator",
            "RemoveAccountFromOrganization",
            "TagResource",
            "TerminateResponsibilityTransfer",
            "UntagResource",
            "UpdateOrganizationalUnit",
            "UpdatePolicy",
        ],
    },
    Concurrent {
        service: "iam",
        code: "ConcurrentModification",
        status: 409,
        operations: &[
            "CreateAccountAlias",
            "CreatePolicy",
            "CreateRole",
            "DeleteAccountAlias",
            "DeleteRole",
            "TagPolicy",
            "TagRole",
            "UntagPolicy",
            "UntagRole",
        ],
    },
    Concurrent {
        service: "cloudcontrol",
        code: "ConcurrentOperationException",
        status: 400,
        operations: &["CreateResource", "DeleteResource", "UpdateResource"],
    },
];

/// The refusal of a call that comes too fast.
pub fn throttled(service: &Service) -> ApiError {
    let (code, status) = service.faults.throttled;
    let error = ApiError::new(code, "Too many requests were sent in too short a time. Try again later.").with_status(status);
    // The shape says which limit was met (botocore `organizations/2016-11-28`); the word itself is unconfirmed.
    if service.name == "organizations" { error.of_type("ACCOUNT_RATE") } else { error }
}

/// The refusal of a change that meets another; `None` where the operation declares no such error.
pub(super) fn concurrent_modification(service: &Service, operation: &str) -> Option<ApiError> {
    let row = CONCURRENT.iter().find(|row| row.service == service.name && row.operations.contains(&operation))?;
    let message = "The target of the operation is currently being modified by a different request. Try again later.";
    Some(ApiError::new(row.code, message).with_status(row.status))
}

/// A service's own failure.
pub(super) fn internal(service: &Service) -> ApiError {
    ApiError::new(service.faults.internal, "The service can't complete your request because of an internal error. Try again later.")
        .with_status(500)
}

/// The refusal of a caller whose session has ended.
pub fn expired(service: &Service) -> ApiError {
    let (code, status) = match service.protocol {
        Protocol::Query { .. } => ("ExpiredToken", 403),
        Protocol::Json { .. } => ("ExpiredTokenException", 400),
        _ => ("ExpiredTokenException", 403),
    };
    ApiError::new(code, "The security token included in the request is expired").with_status(status)
}
