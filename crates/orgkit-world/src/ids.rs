//! Identifiers made from a seed and a counter, so that the same calls give the same ids.

use crate::error::ApiError;
use orgkit_model::{AccountId, IdError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::str::FromStr;

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Where new identifiers come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: u64,
    taken: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, taken: 0 }
    }

    /// What they are drawn from.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// The next text of `len` lower-case letters and digits (at most 32).
    pub(crate) fn take(&mut self, len: usize) -> String {
        self.taken += 1;
        let hash = Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(self.taken.to_be_bytes()).finalize();
        hash.iter().take(len).map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()
    }

    /// The next id of a type, put together from a prefix and `len` new letters.
    pub(crate) fn id<T: FromStr<Err = IdError>>(&mut self, prefix: &str, len: usize) -> Result<T, ApiError> {
        format!("{prefix}{}", self.take(len))
            .parse()
            .map_err(|error: IdError| ApiError::new("ServiceException", error.to_string()).with_status(500))
    }

    /// The next twelve digits in the form of an account's id.
    pub(crate) fn account(&mut self) -> Result<AccountId, ApiError> {
        let hash = self.next(b"account");
        let digits: String = hash.iter().take(12).map(|byte| char::from(b'0' + byte % 10)).collect();
        digits.parse().map_err(|error: IdError| ApiError::new("ServiceException", error.to_string()).with_status(500))
    }

    /// The hash that the next id of a kind is made from.
    fn next(&mut self, kind: &[u8]) -> [u8; 32] {
        self.taken += 1;
        Sha256::new().chain_update(kind).chain_update(self.seed.to_be_bytes()).chain_update(self.taken.to_be_bytes()).finalize().into()
    }

    /// The next identifier in the form of a UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let hash = self.next(b"uuid");
        let hex = hex::encode(&hash[..16]);
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }
}

/// A UUID derived from a name: the same name always has the same.
pub fn uuid_of(name: &str) -> String {
    let hash = Sha256::digest(name.as_bytes());
    let hex = hex::encode(&hash[..16]);
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

/// An IAM unique id (`AROA…`, `AIDA…`, `ANPA…`) derived from an ARN.
pub(crate) fn iam_id(prefix: &str, arn: &str) -> String {
    let hash = Sha256::digest(arn.as_bytes());
    let letters = hash.iter().take(17).map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
    format!("{prefix}{}", letters.collect::<String>().to_uppercase())
}
