//! Requests as clients sign and send them.

use crate::wire::HttpRequest;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use jiff::Timestamp;
use orgkit_world::Keys;

pub(crate) const HOST: &str = "aws.example.com";

/// A request to be signed and changed.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: &'static str,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Sent {
    fn new(method: &'static str, path: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { method, host: HOST.to_owned(), path: path.to_owned(), headers, body: body.as_bytes().to_vec() }
    }

    pub(crate) fn json(target: &str, body: &str) -> Self {
        Self::new("POST", "/", &[("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)], body)
    }

    pub(crate) fn organizations(operation: &str, input: &serde_json::Value) -> Self {
        Self::json(&format!("AWSOrganizationsV20161128.{operation}"), &input.to_string())
    }

    pub(crate) fn form(body: &str) -> Self {
        Self::new("POST", "/", &[("content-type", "application/x-www-form-urlencoded")], body)
    }

    pub(crate) fn rest(path: &str, body: &str) -> Self {
        Self::new("POST", path, &[("content-type", "application/json")], body)
    }

    pub(crate) fn to(self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self }
    }

    pub(crate) fn signed(self, keys: &Keys, service: &str, at: Timestamp) -> Self {
        self.signed_in(keys, service, "us-east-1", at)
    }

    pub(crate) fn signed_in(mut self, keys: &Keys, service: &str, region: &str, at: Timestamp) -> Self {
        let identity = Credentials::new(&keys.access_key_id, &keys.secret_access_key, keys.session_token.clone(), None, "test").into();
        let params = v4::SigningParams::builder().identity(&identity).region(region).name(service).time(at.into());
        let params = params.settings(SigningSettings::default()).build().unwrap().into();
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let uri = format!("http://{}{}", self.host, self.path);
        let signable = SignableRequest::new(self.method, uri, headers, SignableBody::Bytes(&self.body)).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let added: Vec<(String, String)> = instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        self.headers.extend(added);
        self
    }

    /// The request as the wire sees it.
    pub(crate) fn http(&self) -> HttpRequest<'_> {
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        HttpRequest { method: self.method, host: &self.host, path: &self.path, headers, body: &self.body }
    }

    /// The request as bytes of HTTP/1.1.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>();
        let length = self.body.len();
        let head = format!("{} {} HTTP/1.1\r\nhost: {}\r\n{headers}content-length: {length}\r\n\r\n", self.method, self.path, self.host);
        [head.as_bytes(), &self.body].concat()
    }
}
