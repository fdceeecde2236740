//! The store as orgkit.toml names it.

use crate::StateError;
use crate::keys::{KeySource, Provider};
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// A bucket, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedSettings {
    /// The bucket.
    pub bucket: String,
    /// What the names of all objects begin with; one migration each.
    pub prefix: String,
    /// The bucket's region.
    pub region: String,
    /// The address of an S3-compatible store; AWS where there is none. `http://` only on this machine.
    pub endpoint: Option<String>,
}

impl SharedSettings {
    /// Checks what can be checked without asking anybody.
    pub fn check(&self) -> Result<(), StateError> {
        let refused = |setting, value: &str| Err(StateError::Setting { setting, value: value.to_owned() });
        if !is_bucket(&self.bucket) {
            return refused("bucket", &self.bucket);
        }
        if self.region.is_empty() || !self.region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return refused("region", &self.region);
        }
        if self.prefix.trim_matches('/').is_empty() || Path::parse(self.prefix.trim_matches('/')).is_err() {
            return refused("prefix", &self.prefix);
        }
        self.endpoint.as_deref().map_or(Ok(()), check_endpoint)
    }

    /// As a person names it: `s3://BUCKET/PREFIX`.
    pub fn place(&self) -> String {
        let place = format!("s3://{}/{}", self.bucket, self.prefix.trim_matches('/'));
        self.endpoint.as_ref().map_or(place.clone(), |endpoint| format!("{place} at {endpoint}"))
    }

    /// Everything's folder.
    pub(crate) fn folder(&self) -> Result<Path, StateError> {
        Path::parse(self.prefix.trim_matches('/')).map_err(|_| StateError::Setting { setting: "prefix", value: self.prefix.clone() })
    }

    /// The store. Nothing is asked yet.
    pub(crate) fn store(&self, keys: Arc<dyn KeySource>) -> Result<Arc<dyn ObjectStore>, StateError> {
        self.check()?;
        let is_http = self.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.bucket)
            .with_region(&self.region)
            .with_credentials(Arc::new(Provider(keys)))
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_retry(retries())
            .with_client_options(ClientOptions::new().with_connect_timeout(CONNECT).with_timeout(REQUEST).with_allow_http(is_http));
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
        }
        let store = builder.build().map_err(|source| StateError::Store { action: "use", place: self.place(), source })?;
        Ok(Arc::new(store))
    }
}

/// A lease lasts a minute; what takes longer than this is not waited for.
const REQUEST: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);

/// Few: every write is looked after above, and the lease goes on ageing.
fn retries() -> RetryConfig {
    let backoff = BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(2), base: 2. };
    RetryConfig { backoff, max_retries: 3, retry_timeout: Duration::from_secs(15) }
}

/// [Amazon S3 User Guide, bucketnamingrules, 2025-11]
fn is_bucket(name: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    let may_begin = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (3..=63).contains(&name.len()) && name.bytes().all(may_stand) && may_begin(name.bytes().next()) && may_begin(name.bytes().last())
}

fn check_endpoint(endpoint: &str) -> Result<(), StateError> {
    let refused = |why| Err(StateError::Endpoint { endpoint: endpoint.to_owned(), why });
    let (rest, is_http) = match (endpoint.strip_prefix("https://"), endpoint.strip_prefix("http://")) {
        (Some(rest), _) => (rest, false),
        (_, Some(rest)) => (rest, true),
        _ => return refused("it has to begin with `https://`"),
    };
    let rest = rest.trim_end_matches('/');
    if rest.is_empty() || rest.contains(['/', '?', '#', '@', ' ']) {
        return refused("it has to be a host, and a port where one is needed");
    }
    let host = rest.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(rest, |(host, _)| host);
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if is_http && host != "localhost" && !address.is_ok_and(|address| address.is_loopback()) {
        return refused("without TLS only an address of this machine is spoken to");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_this_machine_only() {
        for good in
            ["https://s3.example.com", "https://s3.example.com:9000/", "http://127.0.0.1:5000", "http://localhost", "http://[::1]:80"]
        {
            assert!(check_endpoint(good).is_ok(), "{good}");
        }
        let bad = [
            "http://s3.example.com",
            "http://127.0.0.1.example.com",
            "http://127.0.0.1@example.com",
            "s3.example.com",
            "https://",
            "https://a/b",
        ];
        for bad in bad {
            assert!(check_endpoint(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn settings_are_checked_before_anything_is_asked() {
        let good = SharedSettings { bucket: "org-state".into(), prefix: "/acme/".into(), region: "eu-west-1".into(), endpoint: None };
        assert!(good.check().is_ok());
        assert_eq!(good.place(), "s3://org-state/acme");
        let changes: [fn(&mut SharedSettings); 5] = [
            |settings| settings.bucket = "Org".into(),
            |settings| settings.bucket = "-org".into(),
            |settings| settings.prefix = "/".into(),
            |settings| settings.prefix = "a//b".into(),
            |settings| settings.region = "eu west".into(),
        ];
        for change in changes {
            let mut bad = good.clone();
            change(&mut bad);
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
