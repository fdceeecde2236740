//! The keys of a profile, for whoever signs requests without this crate.

use crate::ProfileError;
use crate::access::GET_CALLER_IDENTITY;
use crate::cloud::AwsCloud;
use crate::error::credentials_error;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use jiff::{SignedDuration, Timestamp};
use orgkit_cloud::Access;
use orgkit_model::AccountId;
use std::sync::{Mutex, PoisonError};

/// Keys that end within this are not given out any more.
const MARGIN: SignedDuration = SignedDuration::from_mins(2);

/// A profile's keys, asked for anew when they are about to end.
#[derive(Debug)]
pub struct ProfileKeys {
    profile: String,
    provider: SharedCredentialsProvider,
    kept: Mutex<Option<Credentials>>,
}

/// What signs a request: the id, the secret, and the token of a session.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeys {
    /// The id of the access key.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The session token of temporary keys.
    pub token: Option<String>,
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKeys({})", self.id)
    }
}

impl ProfileKeys {
    /// Finds a profile as the AWS CLI does; the default chain where none is named. No key is asked for yet.
    ///
    /// # Errors
    /// A profile that the AWS configuration does not have.
    pub async fn of(profile: Option<&str>) -> Result<Self, ProfileError> {
        let name = profile.unwrap_or("default");
        let unusable = |message: String| ProfileError { profile: name.to_owned(), message };
        let nobody = nobody().map_err(|error| unusable(error.to_string()))?;
        let cloud = AwsCloud::builder().access(nobody.clone(), Access::Profile(profile.map(str::to_owned))).build();
        let session = cloud.sessions.of(&nobody).await.map_err(|error| unusable(error.message))?;
        let provider = session.credentials_provider().ok_or_else(|| unusable("it gives no credentials".to_owned()))?;
        Ok(Self { profile: name.to_owned(), provider, kept: Mutex::new(None) })
    }

    /// The keys that are good now.
    ///
    /// # Errors
    /// A profile that gives none: a session that is over, a role that may not be assumed.
    pub async fn at(&self, now: Timestamp) -> Result<SigningKeys, ProfileError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| lasts(kept, now)) {
            return Ok(signing(&kept));
        }
        let unusable = |message: String| ProfileError { profile: self.profile.clone(), message };
        let fresh = self.provider.provide_credentials().await.map_err(|error| match nobody() {
            Ok(nobody) => unusable(credentials_error(&nobody, GET_CALLER_IDENTITY, &error).message),
            Err(_) => unusable(error.to_string()),
        })?;
        let keys = signing(&fresh);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        Ok(keys)
    }
}

/// The account is not asked for; a stand-in names it.
fn nobody() -> Result<AccountId, orgkit_model::IdError> {
    "000000000000".parse()
}

fn lasts(credentials: &Credentials, now: Timestamp) -> bool {
    let ends = credentials.expiry().map(Timestamp::try_from);
    match ends {
        None => true,
        Some(Ok(ends)) => ends.duration_since(now) > MARGIN,
        Some(Err(_)) => false,
    }
}

fn signing(credentials: &Credentials) -> SigningKeys {
    SigningKeys {
        id: credentials.access_key_id().to_owned(),
        secret: credentials.secret_access_key().to_owned(),
        token: credentials.session_token().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn keys_are_kept_until_shortly_before_they_end() {
        let ending =
            |seconds| Credentials::new("AKIA", "s3cr3t", None, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)), "test");
        assert!(lasts(&ending(121), Timestamp::UNIX_EPOCH) && !lasts(&ending(120), Timestamp::UNIX_EPOCH));
        assert!(lasts(&Credentials::new("AKIA", "s3cr3t", None, None, "test"), Timestamp::UNIX_EPOCH));
        assert_eq!(format!("{:?}", signing(&ending(1))), "SigningKeys(AKIA)");
    }
}
