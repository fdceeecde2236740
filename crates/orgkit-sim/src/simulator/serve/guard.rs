//! Who may control a served simulator: programs on this machine, and no web page.
//!
//! A page that a browser shows can send requests to loopback. It cannot hide where it is from: its requests have an `Origin`, or, when it
//! made its own name point to loopback (DNS rebinding), that name as their `Host`.

use axum::http::{HeaderMap, Uri, header};
use std::net::IpAddr;

/// Why a request may not control the simulator.
pub(super) fn refusal(headers: &HeaderMap, uri: &Uri) -> Option<&'static str> {
    if headers.contains_key(header::ORIGIN) {
        return Some("requests of web pages (header `Origin`) are refused");
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let is_good = hosts.next().is_none() && host.is_some_and(is_loopback) && uri.host().is_none_or(is_loopback);
    (!is_good).then_some("only requests to this machine's loopback are taken (header `Host`)")
}

/// Whether a host, with or without a port, is this machine's loopback.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').filter(|(name, _)| !name.contains(':')).map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_loopback() {
        for host in ["localhost", "LOCALHOST:4577", "127.0.0.1", "127.0.0.1:4577", "127.8.9.1:1", "[::1]", "[::1]:4577"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example:80", "127.0.0.1.nip.io", "10.0.0.1", "[::2]:1", "::2", "127.0.0.1@evil"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
