//! Which service is asked in which protocol (botocore service metadata).

use super::HttpRequest;
use crate::ApiError;

/// The protocol of a request, and the service where it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wire {
    /// awsJson 1.0 or 1.1: the operation stands in the header `X-Amz-Target`.
    Json {
        /// The service's name here; empty for one that is not simulated.
        service: &'static str,
        /// `1.0` or `1.1`.
        version: &'static str,
    },
    /// awsQuery: a form in, XML out.
    Query {
        /// The service's name here; empty for one that is not simulated.
        service: &'static str,
    },
    /// restJson1: the operation is method and path.
    Rest {
        /// The service's name here; empty for one that is not simulated.
        service: &'static str,
    },
}

/// How a service is spoken to.
enum Speech {
    /// The prefix of its targets.
    Json(&'static str),
    Query,
    /// Method, path and operation.
    Rest(&'static [(&'static str, &'static str, &'static str)]),
}

/// Signing name, name here, protocol.
const SERVICES: &[(&str, &str, Speech)] = &[
    ("organizations", "organizations", Speech::Json("AWSOrganizationsV20161128")),
    ("cloudtrail", "cloudtrail", Speech::Json("CloudTrail_20131101")),
    ("config", "config", Speech::Json("StarlingDoveService")),
    ("sso", "sso", Speech::Json("SWBExternalService")),
    ("cloudcontrolapi", "cloudcontrol", Speech::Json("CloudApiService")),
    ("sts", "sts", Speech::Query),
    ("iam", "iam", Speech::Query),
    (
        "inspector2",
        "inspector2",
        Speech::Rest(&[
            ("POST", "/delegatedadminaccounts/get", "GetDelegatedAdminAccount"),
            ("POST", "/status/batch/get", "BatchGetAccountStatus"),
            ("POST", "/members/get", "GetMember"),
        ]),
    ),
    (
        "ram",
        "ram",
        Speech::Rest(&[
            ("POST", "/getresourceshareassociations", "GetResourceShareAssociations"),
            ("POST", "/getresourceshares", "GetResourceShares"),
        ]),
    ),
    ("savingsplans", "savingsplans", Speech::Rest(&[("POST", "/DescribeSavingsPlans", "DescribeSavingsPlans")])),
];

fn service(signing_name: &str) -> Option<(&'static str, &'static Speech)> {
    SERVICES.iter().find(|(known, ..)| *known == signing_name).map(|(_, name, speech)| (*name, speech))
}

impl Wire {
    /// The protocol of a request to the service with a signing name. The request's form decides for services that are not known, so that
    /// their clients can read the refusal.
    pub(super) fn of(request: &HttpRequest<'_>, signing_name: Option<&str>) -> Self {
        let content_type = request.header("content-type").unwrap_or_default();
        let version = if content_type.ends_with("json-1.0") { "1.0" } else { "1.1" };
        match signing_name.and_then(service) {
            Some((service, Speech::Json(_))) => Self::Json { service, version },
            Some((service, Speech::Query)) => Self::Query { service },
            Some((service, Speech::Rest(_))) => Self::Rest { service },
            None if request.header("x-amz-target").is_some() => Self::Json { service: "", version },
            None if content_type.starts_with("application/x-www-form-urlencoded") => Self::Query { service: "" },
            None => Self::Rest { service: "" },
        }
    }

    /// The service that is asked; empty for one that is not simulated.
    pub(super) fn service(&self) -> &'static str {
        match self {
            Self::Json { service, .. } | Self::Query { service } | Self::Rest { service } => service,
        }
    }

    /// The operation that a target names; `None` when the target is another service's.
    pub(super) fn operation_of_target<'a>(signing_name: &str, target: &'a str) -> Option<&'a str> {
        let (prefix, operation) = target.rsplit_once('.')?;
        let prefix = prefix.rsplit('.').next()?;
        matches!(service(signing_name), Some((_, Speech::Json(own))) if *own == prefix).then_some(operation)
    }

    /// The operation at a method and path.
    pub(super) fn operation_at(signing_name: &str, method: &str, path: &str) -> Option<&'static str> {
        let path = path.split('?').next().unwrap_or_default();
        match service(signing_name) {
            Some((_, Speech::Rest(routes))) => {
                routes.iter().find(|(known, at, _)| *known == method && *at == path).map(|(.., operation)| *operation)
            }
            _ => None,
        }
    }

    /// The answer to a request that is not signed.
    pub(super) fn missing_token(&self) -> ApiError {
        let message = "Request is missing Authentication Token";
        self.auth_error("MissingAuthenticationToken", "MissingAuthenticationTokenException", message)
    }

    /// The answer to a key or token that nobody has.
    pub(super) fn unknown_key(&self) -> ApiError {
        let message = "The security token included in the request is invalid.";
        self.auth_error("InvalidClientTokenId", "UnrecognizedClientException", message)
    }

    /// The answer to a signature that is not the request's.
    pub(super) fn bad_signature(&self, message: &str) -> ApiError {
        self.auth_error("SignatureDoesNotMatch", "InvalidSignatureException", message)
    }

    /// The answer to a session that has ended.
    pub(super) fn expired(&self) -> ApiError {
        let message = "The security token included in the request is expired";
        self.auth_error("ExpiredToken", "ExpiredTokenException", message)
    }

    fn auth_error(&self, query: &'static str, json: &'static str, message: &str) -> ApiError {
        match self {
            Self::Query { .. } => ApiError::new(query, message).with_status(403),
            Self::Rest { .. } => ApiError::new(json, message).with_status(403),
            Self::Json { .. } => ApiError::new(json, message),
        }
    }
}
