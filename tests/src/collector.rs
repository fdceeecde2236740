//! An OpenTelemetry collector on the loopback that keeps what it is sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A span, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: Vec<u8>,
    /// The id of the span that it is part of; empty for none.
    pub parent: Vec<u8>,
    /// The whole span as it was encoded.
    pub encoded: Vec<u8>,
}

/// A collector that listens until the test process ends.
#[derive(Debug)]
pub struct Collector {
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub endpoint: String,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    /// Starts one that answers every request with a status, such as `200 OK`.
    pub fn start(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the loopback is free");
        let endpoint = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let bodies: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let kept = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || serve(&stream, status, &kept));
            }
        });
        Self { endpoint, bodies }
    }

    /// The bodies of the requests that came.
    pub fn bodies(&self) -> Vec<Vec<u8>> {
        self.bodies.lock().expect("no test thread panicked").clone()
    }

    /// The spans that came, in their order.
    pub fn spans(&self) -> Vec<Span> {
        // ExportTraceServiceRequest.resource_spans = 1, ResourceSpans.scope_spans = 2, ScopeSpans.spans = 2
        // [opentelemetry-proto, trace_service.proto and trace.proto].
        let bodies = self.bodies();
        let resources = bodies.iter().flat_map(|body| fields(body, 1));
        let scopes = resources.flat_map(|resource| fields(resource, 2));
        let spans = scopes.flat_map(|scope| fields(scope, 2));
        spans.map(span).collect()
    }
}

/// Span.span_id = 2, parent_span_id = 4, name = 5.
fn span(encoded: &[u8]) -> Span {
    let first = |number| fields(encoded, number).first().map(|bytes| bytes.to_vec()).unwrap_or_default();
    Span { name: String::from_utf8(first(5)).expect("a name is UTF-8"), id: first(2), parent: first(4), encoded: encoded.to_vec() }
}

/// Answers the requests of one connection until it ends.
fn serve(stream: &TcpStream, status: &str, kept: &Mutex<Vec<Vec<u8>>>) {
    let mut reader = BufReader::new(stream);
    while let Some(length) = head(&mut reader) {
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        kept.lock().expect("no test thread panicked").push(body);
        let mut writer = stream;
        if write!(writer, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").is_err() {
            return;
        }
    }
}

/// Reads a request's head and says how long its body is; `None` when the connection is over.
fn head(reader: &mut impl BufRead) -> Option<usize> {
    let mut length = 0;
    let mut lines = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" if lines > 0 => return Some(length),
            text => {
                if let Some((name, value)) = text.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
                    length = value.trim().parse().unwrap_or_else(|_| panic!("{name}:{value}"));
                }
            }
        }
        lines += 1;
    }
}

/// The length-delimited fields of that number in a message of Protocol Buffers.
fn fields(message: &[u8], number: u64) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        let (key, after) = varint(rest);
        let (value, after) = match key & 7 {
            0 => (None, varint(after).1),
            1 => (None, after.get(8..).expect("a fixed64 has eight bytes")),
            2 => {
                let (length, after) = varint(after);
                let (value, after) = after.split_at(usize::try_from(length).expect("a message fits into memory"));
                (Some(value), after)
            }
            5 => (None, after.get(4..).expect("a fixed32 has four bytes")),
            kind => panic!("no wire type {kind} is in use"),
        };
        found.extend(value.filter(|_| key >> 3 == number));
        rest = after;
    }
    found
}

/// A variable-length number, and what follows it.
fn varint(bytes: &[u8]) -> (u64, &[u8]) {
    let mut number = 0;
    for (place, byte) in bytes.iter().enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return (number, bytes.get(place + 1..).unwrap_or_default());
        }
    }
    panic!("a number has no end");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_number() {
        // 1: varint 300, 2: "ab", 3: fixed64, 2: "c"
        let message = [0x08, 0xac, 0x02, 0x12, 2, b'a', b'b', 0x19, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 1, b'c'];
        assert_eq!(fields(&message, 2), [&b"ab"[..], b"c"]);
        assert!(fields(&message, 1).is_empty() && fields(&message, 3).is_empty());
    }
}
