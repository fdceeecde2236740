//! How an [`AwsCloud`] is put together.

use crate::access::{Sessions, Way};
use crate::cloud::AwsCloud;
use crate::time::VirtualTime;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder as HttpBuilder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jiff::Timestamp;
use orgkit_cloud::{Access, HOME_REGION};
use orgkit_model::AccountId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Collects the ways into accounts and, for rehearsals, the transport and the clock.
#[derive(Debug)]
pub struct AwsCloudBuilder {
    ways: BTreeMap<AccountId, Vec<Way>>,
    http: Option<SharedHttpClient>,
    time: Option<VirtualTime>,
    home_region: String,
}

impl AwsCloudBuilder {
    pub(crate) fn new() -> Self {
        Self { ways: BTreeMap::new(), http: None, time: None, home_region: HOME_REGION.to_owned() }
    }

    /// Adds a way into an account. The first one added is tried first.
    #[must_use]
    pub fn access(self, account: AccountId, access: Access) -> Self {
        self.way(account, Way::Access(access))
    }

    /// Adds long-term keys of an account: rehearsals have no AWS configuration. Nothing of the environment is read for them.
    #[must_use]
    pub fn keys(self, account: AccountId, access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        self.way(account, Way::Keys { id: access_key_id.into(), secret: secret_access_key.into() })
    }

    /// Sends every request through this client, those for credentials included.
    #[must_use]
    pub fn http_client(mut self, client: SharedHttpClient) -> Self {
        self.http = Some(client);
        self
    }

    /// Takes the time from `now` and waits with `sleep`: signatures, credential expiry and waits between attempts follow them.
    #[must_use]
    pub fn virtual_time(mut self, now: Arc<dyn Fn() -> Timestamp + Send + Sync>, sleep: Arc<dyn Fn(Duration) + Send + Sync>) -> Self {
        self.time = Some(VirtualTime { now, sleep });
        self
    }

    /// The region for global services and for whatever names no region; [`HOME_REGION`] unless set.
    #[must_use]
    pub fn home_region(mut self, region: impl Into<String>) -> Self {
        self.home_region = region.into();
        self
    }

    /// Puts it together. No call is made.
    pub fn build(self) -> AwsCloud {
        let http = self.http.unwrap_or_else(shared_https_client);
        AwsCloud::new(Sessions::new(self.ways, http, self.time, self.home_region))
    }

    fn way(mut self, account: AccountId, way: Way) -> Self {
        self.ways.entry(account).or_default().push(way);
        self
    }
}

/// The SDK's default transport, but one for all accounts: left alone, every client of every account would keep connections of its own.
fn shared_https_client() -> SharedHttpClient {
    HttpBuilder::new().build_with_connector_fn(|settings, components| {
        let mut connector = ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.build()
    })
}
