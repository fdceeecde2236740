//! What an error of AWS's means for the caller, and how long to wait before asking again. It stands here once, for every implementation.

use orgkit_model::ErrorClass;
use std::time::Duration;

/// Whether a call changes something: what a lost answer means depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It looks.
    Read,
    /// It changes something.
    Change,
}

/// Codes with which a service refuses a call for the moment, without having done anything.
/// [botocore retry definitions; `organizations/2016-11-28`; `cloudcontrol/2021-09-30`; IAM calls it without `Exception`: `iam/2010-05-08`]
const NOT_NOW: &[&str] = &[
    "ConcurrentModification",
    "ConcurrentModificationException",
    "ConcurrentOperationException",
    "FinalizingOrganizationException",
    "PolicyChangesInProgressException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// Codes with which a service refuses the credentials themselves. [AWS General Reference, common errors]
const CREDENTIALS: &[&str] = &[
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// The class of an error with a code and an HTTP status; a status of 0 stands for an answer that never came.
pub fn class_of(code: Option<&str>, status: u16, effect: Effect) -> ErrorClass {
    match code {
        Some(code) if NOT_NOW.contains(&code) => ErrorClass::Retry,
        Some(code) if CREDENTIALS.contains(&code) => ErrorClass::Credentials,
        _ if (400..500).contains(&status) => ErrorClass::Refused,
        _ if effect == Effect::Change => ErrorClass::Ambiguous,
        _ => ErrorClass::Retry,
    }
}

/// How often a call is made at most.
pub const ATTEMPTS: u32 = 8;

/// The wait after a failed attempt, counted from 1: half a second, doubled each time, at most 20 seconds.
pub fn backoff(attempt: u32) -> Duration {
    let doubled = 500_u64.saturating_mul(1_u64 << attempt.saturating_sub(1).min(16));
    Duration::from_millis(doubled.min(20_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let waits: Vec<u128> = (1..ATTEMPTS).map(|attempt| backoff(attempt).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 20_000]);
    }
}
