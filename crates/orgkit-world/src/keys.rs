//! Made-up access keys. Like AWS's own, an access key id carries its account's number; unlike AWS's own, the secret can be worked out.

use orgkit_model::AccountId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// How many bits stand below the account's number in the 80 bits of an access key id.
const BELOW_ACCOUNT: u32 = 39;

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// `AKIA…` (a user's) or `ASIA…` (a session's).
    pub access_key_id: String,
    /// The secret; it begins with `simulated/`.
    pub secret_access_key: String,
    /// The session token that goes with an `ASIA…` key.
    pub session_token: Option<String>,
}

/// The access key of an account's administrator. It depends on nothing but the account's id.
pub fn keys_of(account: &AccountId) -> Keys {
    let access_key_id = encode("AKIA", account, &hash("administrator", account.as_str()));
    let secret_access_key = secret_of(&access_key_id);
    Keys { access_key_id, secret_access_key, session_token: None }
}

/// The access key of a user that a world file names. It depends on nothing but the account's id and the user's name.
pub fn keys_of_user(account: &AccountId, user: &str) -> Keys {
    let access_key_id = encode("AKIA", account, &hash("user", &format!("{account}/{user}")));
    let secret_access_key = secret_of(&access_key_id);
    Keys { access_key_id, secret_access_key, session_token: None }
}

/// The access key of a new session in an account; `nonce` makes it unique.
pub(crate) fn session_keys(account: &AccountId, nonce: &str) -> Keys {
    let access_key_id = encode("ASIA", account, &hash("session", nonce));
    let secret_access_key = secret_of(&access_key_id);
    let session_token = Some(format!("simulated-session/{}", hex::encode(hash("token", &access_key_id))));
    Keys { access_key_id, secret_access_key, session_token }
}

/// The secret that belongs to an access key id.
pub fn secret_of(access_key_id: &str) -> String {
    let text = hex::encode(hash("secret", access_key_id));
    format!("simulated/{}", text.get(..30).unwrap_or_default())
}

/// The account whose number an access key id carries; `None` when the text has not the form of an access key id.
pub fn account_of_key(access_key_id: &str) -> Option<AccountId> {
    let body = access_key_id.get(4..).filter(|body| body.len() == 16)?;
    let bits = body.bytes().try_fold(0u128, |bits, letter| {
        let digit = BASE32.iter().position(|known| *known == letter)?;
        Some((bits << 5) | digit as u128)
    })?;
    let number = (bits >> BELOW_ACCOUNT) & ((1 << 40) - 1);
    format!("{number:012}").parse().ok()
}

/// Four letters and 16 base-32 digits: a set bit, 40 bits of account number, 39 bits of filling.
fn encode(prefix: &str, account: &AccountId, filling: &[u8; 32]) -> String {
    // Twelve digits always fit: 10^12 < 2^40.
    let number: u128 = account.as_str().parse().unwrap_or_default();
    let filling = filling.iter().take(8).fold(0u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let bits = (1u128 << 79) | (number << BELOW_ACCOUNT) | (filling & ((1 << BELOW_ACCOUNT) - 1));
    let digits = (0..16u32).rev().map(|place| char::from(BASE32[((bits >> (place * 5)) & 31) as usize]));
    prefix.chars().chain(digits).collect()
}

fn hash(purpose: &str, text: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"orgkit simulated aws\0").chain_update(purpose).chain_update(b"\0").chain_update(text).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_key_id_carries_its_account() {
        for id in ["000000000000", "111122223333", "999999999999"] {
            let account: AccountId = id.parse().unwrap();
            let keys = keys_of(&account);
            assert!(keys.access_key_id.starts_with("AKIA") && keys.access_key_id.len() == 20);
            assert_eq!(keys.secret_access_key.len(), 40);
            assert_eq!(account_of_key(&keys.access_key_id), Some(account.clone()));
            assert_eq!(account_of_key(&keys_of_user(&account, "ana").access_key_id), Some(account.clone()));
            assert_ne!(keys_of_user(&account, "ana"), keys_of_user(&account, "bob"));
            assert_eq!(account_of_key(&session_keys(&account, "n").access_key_id), Some(account));
        }
        for rubbish in ["", "AKIA", "AKIAäää", "AKIA0000000000000000", "AKIAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(account_of_key(rubbish), None, "{rubbish}");
        }
    }
}
