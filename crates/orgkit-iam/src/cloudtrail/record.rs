//! The members of a record that matter [AWS CloudTrail User Guide, cloudtrail-event-reference-record-contents and
//! cloudtrail-event-reference-user-identity].

use super::text::{Maybe, Rows, Text};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::hash::BuildHasher;

/// One record, as far as anybody here asks for it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Record<'a> {
    /// `eventID`, a GUID.
    #[serde(rename = "eventID", borrow)]
    pub event_id: Text<'a>,
    /// `eventTime`, ISO 8601 in UTC, to the second.
    #[serde(borrow)]
    pub event_time: Text<'a>,
    /// `eventSource`, such as `s3.amazonaws.com`.
    #[serde(borrow)]
    pub event_source: Text<'a>,
    /// `eventName`, the operation.
    #[serde(borrow)]
    pub event_name: Text<'a>,
    /// `eventType`, `AwsApiCall` for a call.
    #[serde(borrow)]
    pub event_type: Text<'a>,
    /// `awsRegion`, to which the call was made.
    #[serde(borrow)]
    pub aws_region: Text<'a>,
    /// `sourceIPAddress`: an address, or a service's name.
    #[serde(rename = "sourceIPAddress", borrow)]
    pub source_ip_address: Text<'a>,
    /// `userIdentity`.
    #[serde(borrow)]
    pub user_identity: Maybe<Identity<'a>>,
    /// `errorCode`, where the call failed.
    #[serde(borrow)]
    pub error_code: Text<'a>,
    /// `resources`, which data events and a few services have.
    #[serde(borrow)]
    pub resources: Rows<ResourceEntry<'a>>,
    /// `recipientAccountId`: the account whose record this is.
    #[serde(borrow)]
    pub recipient_account_id: Text<'a>,
    /// `vpcEndpointId`.
    #[serde(borrow)]
    pub vpc_endpoint_id: Text<'a>,
    /// `vpcEndpointAccountId`: who owns the endpoint.
    #[serde(borrow)]
    pub vpc_endpoint_account_id: Text<'a>,
    /// `sharedEventID`: there where one call was recorded in two accounts.
    #[serde(rename = "sharedEventID", borrow)]
    pub shared_event_id: Text<'a>,
    /// `requestParameters`, not read until somebody asks.
    #[serde(borrow)]
    pub request_parameters: Option<&'a RawValue>,
    /// Whether there are `tlsDetails`.
    pub tls_details: Option<IgnoredAny>,
}

/// `userIdentity`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Identity<'a> {
    /// `type`, such as `AssumedRole`.
    #[serde(rename = "type", borrow)]
    pub kind: Text<'a>,
    /// `principalId`, as in `aws:userid`.
    #[serde(borrow)]
    pub principal_id: Text<'a>,
    /// `arn`.
    #[serde(borrow)]
    pub arn: Text<'a>,
    /// `accountId`.
    #[serde(borrow)]
    pub account_id: Text<'a>,
    /// `userName`, for IAM users.
    #[serde(borrow)]
    pub user_name: Text<'a>,
    /// `invokedBy`: the service that made the call.
    #[serde(borrow)]
    pub invoked_by: Text<'a>,
    /// `sessionContext`, for temporary credentials.
    #[serde(borrow)]
    pub session_context: Maybe<SessionContext<'a>>,
}

/// `userIdentity.sessionContext`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionContext<'a> {
    /// `sessionIssuer`: the role or user whose credentials these are.
    #[serde(borrow)]
    pub session_issuer: Maybe<Issuer<'a>>,
    /// `attributes`.
    #[serde(borrow)]
    pub attributes: Maybe<SessionAttributes<'a>>,
}

/// `userIdentity.sessionContext.sessionIssuer`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Issuer<'a> {
    /// `arn`; a role's has its path, which the session's ARN leaves out.
    #[serde(borrow)]
    pub arn: Text<'a>,
}

/// `userIdentity.sessionContext.attributes`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionAttributes<'a> {
    /// `mfaAuthenticated`: `true` or `false`.
    #[serde(borrow)]
    pub mfa_authenticated: Text<'a>,
}

/// One of the `resources`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceEntry<'a> {
    /// `ARN`.
    #[serde(rename = "ARN", borrow)]
    pub arn: Text<'a>,
    /// `accountId`: who owns it.
    #[serde(borrow)]
    pub account_id: Text<'a>,
    /// `type`, such as `AWS::S3::Object`.
    #[serde(rename = "type", borrow)]
    pub kind: Text<'a>,
}

impl Record<'_> {
    /// The account whose record this is.
    pub fn account(&self) -> Option<&str> {
        let by_caller = || self.user_identity.0.as_ref().and_then(|identity| identity.account_id.get());
        self.recipient_account_id.get().or_else(by_caller)
    }

    /// A number for `eventID` by which the same event is known again: the GUID itself, or a hash of an id that is none.
    pub fn key(&self) -> Option<u128> {
        let id = self.event_id.get()?;
        let guid = (id.len() == 36).then(|| {
            let mut hex = id.bytes().filter(|byte| *byte != b'-').map(|byte| char::from(byte).to_digit(16));
            hex.try_fold(0_u128, |number, digit| digit.map(|digit| (number << 4) | u128::from(digit)))
        });
        let hash = |seed: u64| foldhash::fast::FixedState::with_seed(seed).hash_one(id);
        Some(guid.flatten().unwrap_or_else(|| (u128::from(hash(1)) << 64) | u128::from(hash(2))))
    }
}
