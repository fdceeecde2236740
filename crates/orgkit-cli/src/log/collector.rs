//! An OpenTelemetry collector: spans as OTLP over HTTP. It is never waited for while a run goes on, and it can make no run fail.

use super::wrong;
use crate::error::CliError;
use crate::printer::Printer;
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::TokioExecutor;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider, SpanData, SpanExporter};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

/// How long a collector may take for a batch of spans, and for all that is left at the end.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many spans wait to be sent; those beyond are dropped. A rehearsal makes thousands a second.
const QUEUE: usize = 65_536;

/// How much of an answer is read: it says what was wrong, at most.
const ANSWER: usize = 64 * 1024;

/// A collector to send spans to.
pub(super) struct Collector {
    provider: SdkTracerProvider,
}

impl Collector {
    /// Makes everything ready; nothing is sent yet. A URL without a path gets OTLP's `/v1/traces`.
    pub(super) fn connect(url: &str) -> Result<Self, CliError> {
        let endpoint = endpoint(url)?;
        let client = client(&endpoint).map_err(|error| {
            wrong(format!("cannot speak with the collector `{endpoint}`")).cause(&*error).hint("an `http://` URL needs no certificates")
        })?;
        let built = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_shared_http_client(client)
            .with_timeout(PATIENCE)
            .with_endpoint(endpoint.to_string())
            .build();
        let inner = built.map_err(|error| wrong(format!("cannot speak with the collector `{endpoint}`")).cause(&error))?;
        let exporter = Patient { inner, told: AtomicBool::new(false), endpoint: endpoint.to_string() };
        let config = BatchConfigBuilder::default().with_max_queue_size(QUEUE).with_scheduled_delay(Duration::from_secs(1)).build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(config).build())
            .with_resource(Resource::builder().with_service_name("orgkit").build())
            .build();
        Ok(Self { provider })
    }

    /// The layer that makes spans of `tracing` those of OpenTelemetry.
    pub(super) fn layer<S>(&self) -> OpenTelemetryLayer<S, SdkTracer>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer().with_tracer(self.provider.tracer("orgkit")).with_location(false).with_threads(false)
    }

    /// Sends what is left.
    pub(super) fn close(self) {
        // What could not be sent was said by the exporter.
        let _ = self.provider.shutdown_with_timeout(PATIENCE);
    }
}

/// Where the spans go.
fn endpoint(url: &str) -> Result<Uri, CliError> {
    let refused = || wrong(format!("`{url}` is not the URL of a collector")).hint("such as `--otel-endpoint http://127.0.0.1:4318`");
    let uri: Uri = url.parse().map_err(|_| refused())?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
        return Err(refused());
    }
    if matches!(uri.path(), "" | "/") {
        return format!("{}/v1/traces", url.trim_end_matches('/')).parse().map_err(|_| refused());
    }
    Ok(uri)
}

fn client(endpoint: &Uri) -> Result<Arc<dyn HttpClient>, HttpError> {
    let mut plain = HttpConnector::new();
    plain.set_connect_timeout(Some(PATIENCE));
    if endpoint.scheme_str() == Some("http") {
        return Ok(Arc::new(Client::over(plain)?));
    }
    plain.enforce_http(false);
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let secure = HttpsConnectorBuilder::new().with_provider_and_native_roots(provider)?.https_only().enable_http1().wrap_connector(plain);
    Ok(Arc::new(Client::over(secure)?))
}

/// An HTTP client with a runtime of its own: the thread that exports has none.
struct Client<C> {
    runtime: Runtime,
    inner: HyperClient<C, Full<Bytes>>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Client<C> {
    fn over(connector: C) -> Result<Self, HttpError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, inner: HyperClient::builder(TokioExecutor::new()).build(connector) })
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = self.inner.request(request.map(Full::new)).await?.into_parts();
        let body = Limited::new(body, ANSWER).collect().await?.to_bytes();
        Ok(Response::from_parts(head, body))
    }
}

impl<C> fmt::Debug for Client<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

#[async_trait]
impl<C: Connect + Clone + Send + Sync + 'static> HttpClient for Client<C> {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, self.send(request)).await })?
    }
}

/// An exporter whose failures are said once and change nothing.
#[derive(Debug)]
struct Patient {
    inner: opentelemetry_otlp::SpanExporter,
    told: AtomicBool,
    endpoint: String,
}

impl SpanExporter for Patient {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if let Err(error) = self.inner.export(batch).await
            && !self.told.swap(true, Ordering::SeqCst)
        {
            let text = format!("warning: traces could not be sent to `{}` ({error}); the run goes on", self.endpoint);
            Printer::default().insist(&text);
        }
        Ok(())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_a_path_gets_that_of_traces() {
        for (url, expected) in [
            ("http://127.0.0.1:4318", Some("http://127.0.0.1:4318/v1/traces")),
            ("http://127.0.0.1:4318/", Some("http://127.0.0.1:4318/v1/traces")),
            ("https://otel.example/own/path", Some("https://otel.example/own/path")),
            ("127.0.0.1:4318", None),
            ("ftp://127.0.0.1", None),
            ("", None),
        ] {
            assert_eq!(endpoint(url).ok().map(|uri| uri.to_string()).as_deref(), expected, "{url}");
        }
    }
}
