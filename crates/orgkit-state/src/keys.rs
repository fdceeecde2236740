//! Where the keys for the store come from: somebody else knows profiles and sessions.

use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// An error of whoever gives the keys.
pub type KeyError = Box<dyn std::error::Error + Send + Sync>;

/// Keys that sign requests to the store.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// The id of the access key.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The session token of temporary keys.
    pub token: Option<String>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.id)
    }
}

/// Gives the keys that are good now. It is asked before each request, so it keeps them as long as they last.
pub trait KeySource: fmt::Debug + Send + Sync {
    /// The keys.
    fn keys(&self) -> Pin<Box<dyn Future<Output = Result<Keys, KeyError>> + Send + '_>>;
}

/// Keys that never change.
impl KeySource for Keys {
    fn keys(&self) -> Pin<Box<dyn Future<Output = Result<Keys, KeyError>> + Send + '_>> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

/// As `object_store` asks for them.
#[derive(Debug)]
pub(crate) struct Provider(pub(crate) Arc<dyn KeySource>);

impl CredentialProvider for Provider {
    type Credential = AwsCredential;

    // Written out: the trait is made by a macro that is not used here.
    fn get_credential<'a, 'b>(&'a self) -> Pin<Box<dyn Future<Output = object_store::Result<Arc<AwsCredential>>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async {
            let keys = self.0.keys().await.map_err(|source| object_store::Error::Unauthenticated { path: String::new(), source })?;
            Ok(Arc::new(AwsCredential { key_id: keys.id, secret_key: keys.secret, token: keys.token }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let keys = Keys { id: "AKIA".to_owned(), secret: "s3cr3t".to_owned(), token: Some("t0k3n".to_owned()) };
        assert_eq!(format!("{keys:?} {:?}", Provider(Arc::new(keys.clone()))), "Keys(AKIA) Provider(Keys(AKIA))");
    }
}
