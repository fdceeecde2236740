//! The simulator as the HTTP client of an AWS SDK: in the same process, without a socket.

use super::Simulator;
use crate::wire::HttpRequest;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest as SdkRequest, HttpResponse as SdkResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use orgkit_world::faults::Loss;

impl Simulator {
    /// An HTTP client for SDK configurations: every request goes to this simulator, at the virtual clock's time. The SDK must sign with
    /// that time too (`time_source`), because signatures are good for 15 minutes.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    fn answer_sdk(&self, request: &SdkRequest) -> Result<SdkResponse, ConnectorError> {
        let body = request.body().bytes().ok_or_else(|| ConnectorError::user("the simulated AWS takes no streaming body".into()))?;
        let uri: http::Uri = request.uri().parse().map_err(|error: http::uri::InvalidUri| ConnectorError::user(error.into()))?;
        let host = request.headers().get("host").unwrap_or_else(|| host_of(&uri));
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let headers = request.headers().iter().collect();
        let answer = self.answer_in_process(&HttpRequest { method: request.method(), host, path, headers, body }).map_err(lost)?;
        let status = StatusCode::try_from(answer.status).map_err(|error| ConnectorError::other(error.into(), None))?;
        let mut response = SdkResponse::new(status, SdkBody::from(answer.body));
        for (name, value) in answer.headers {
            response.headers_mut().insert(name, value);
        }
        Ok(response)
    }
}

/// What the SDK's own transport says about a lost connection.
fn lost(loss: Loss) -> ConnectorError {
    match loss {
        Loss::Reset => ConnectorError::io(std::io::Error::from(std::io::ErrorKind::ConnectionReset).into()),
        Loss::Timeout => ConnectorError::timeout(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
    }
}

/// The host that a client signs when it sends no `Host` header itself: without a port that the scheme has anyway.
fn host_of(uri: &http::Uri) -> &str {
    let is_default = matches!((uri.scheme_str(), uri.port_u16()), (Some("https"), Some(443)) | (Some("http"), Some(80)));
    let with_port = uri.authority().map(http::uri::Authority::as_str);
    if is_default { uri.host() } else { with_port }.unwrap_or_default()
}

impl HttpConnector for Simulator {
    fn call(&self, request: SdkRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.answer_sdk(&request))
    }
}

impl HttpClient for Simulator {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
