//! A served simulator through sockets: good requests, and whatever else may come out of a wire.

use super::*;
use proptest::prelude::*;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// A simulator that is served by a thread of its own, with a machine's clock that stands still.
pub(super) struct Served {
    pub(super) simulator: Simulator,
    pub(super) address: SocketAddr,
}

/// An answer: its status, its head and its body.
pub(super) type Heard = (u16, String, Vec<u8>);

impl Served {
    pub(super) fn new() -> Self {
        let simulator = simulator();
        let (served, (tell, told)) = (simulator.clone(), std::sync::mpsc::channel());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                served.serve(listener, Arc::new(start)).await.unwrap();
            });
        });
        Self { simulator, address: told.recv().unwrap() }
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Sends bytes on a connection of their own and reads one answer; `None` when the connection ends without one.
    pub(super) fn send(&self, bytes: &[u8]) -> Option<Heard> {
        let mut stream = self.connect();
        stream.write_all(bytes).unwrap();
        hear(&mut stream)
    }

    /// A call of Organizations that is signed for this server.
    pub(super) fn signed(&self, by: &str, operation: &str, input: &Value) -> Sent {
        let sent = Sent::organizations(operation, input).to(&self.address.to_string());
        sent.signed(&keys_of(&account(by)), "organizations", start())
    }

    /// Whether a good request is answered.
    fn is_well(&self) -> bool {
        let (status, head, body) = self.send(&self.signed(NEW, "DescribeOrganization", &json!({})).bytes()).unwrap();
        let throttled = status == 400 && String::from_utf8_lossy(&body).contains("TooManyRequestsException");
        head.to_ascii_lowercase().contains("x-amzn-requestid: ") && (status == 200 || throttled)
    }
}

/// Reads one answer.
pub(super) fn hear(stream: &mut TcpStream) -> Option<Heard> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            Ok(_) => return None,
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
                return None;
            }
        }
    }
    let head = String::from_utf8(head).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    Some((status, head, body))
}

fn text(heard: Option<Heard>) -> (u16, String) {
    let (status, _, body) = heard.expect("an answer");
    (status, String::from_utf8(body).unwrap())
}

#[test]
fn faults_are_seen_over_loopback() {
    let served = Served::new();
    let invite = served.signed(NEW, "InviteAccountToOrganization", &json!({ "Target": { "Id": MEMBER, "Type": "ACCOUNT" } }));
    let arm = |rule: &str| served.simulator.arm(plan(&format!("[[rules]]\n{rule}\ntimes = 1"))).unwrap();
    arm("fault = { type = \"throttled\" }");
    let (status, body) = text(served.send(&invite.bytes()));
    assert!(status == 400 && body.contains("TooManyRequestsException"), "{body}");
    arm("fault = { type = \"internal\" }");
    assert_eq!(text(served.send(&invite.bytes())).0, 500);
    arm("fault = { type = \"lost-before\", how = \"timeout\" }");
    assert_eq!(served.send(&invite.bytes()), None, "closed without a byte");
    arm("fault = { type = \"lost-after\" }");
    assert_eq!(served.send(&invite.bytes()), None);
    let (_, body) = text(served.send(&invite.bytes()));
    assert!(body.contains("DuplicateHandshakeException"), "it was done: {body}");
    assert!(served.is_well());
}

#[test]
fn requests_come_in_every_form_that_http_has() {
    let served = Served::new();
    served.simulator.set_throttling(false);
    let sent = served.signed(NEW, "DescribeOrganization", &json!({}));
    let whole = String::from_utf8(sent.bytes()).unwrap();
    let is_good = |heard: Option<Heard>| text(heard) == text(served.send(&sent.bytes()));
    assert!(is_good(served.send(whole.replace("HTTP/1.1", "HTTP/1.0").as_bytes())), "HTTP/1.0");
    let chunked = whole.replace("content-length: 2\r\n\r\n{}", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
    assert!(is_good(served.send(chunked.as_bytes())), "a body in chunks");
    let mut stream = served.connect();
    stream.write_all(&[sent.bytes(), sent.bytes(), sent.bytes()].concat()).unwrap();
    for _ in 0..3 {
        assert!(is_good(hear(&mut stream)), "three requests at once");
    }
    let mut stream = served.connect();
    stream.write_all(&sent.bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    // hyper may take a connection that is closed on one side for one that is given up; whoever goes on listening then hears the end of it.
    if let Some(heard) = hear(&mut stream) {
        assert!(is_good(Some(heard)), "a connection that is closed on one side");
    }
    let mut stream = served.connect();
    for part in sent.bytes().chunks(100) {
        stream.write_all(part).unwrap();
        std::thread::yield_now();
    }
    assert!(is_good(hear(&mut stream)), "bit by bit");
}

#[test]
fn bad_requests_are_answered_and_the_server_goes_on() {
    let served = Served::new();
    served.simulator.set_throttling(false);
    let good = String::from_utf8(served.signed(NEW, "ListRoots", &json!({})).bytes()).unwrap();
    let huge = format!("{}{}", good.replace("content-length: 2", "content-length: 2000000").trim_end_matches("{}"), "x".repeat(2_000_000));
    let flood = good.replacen("\r\n", &format!("\r\n{}", "x-flood: 1\r\n".repeat(5000)), 1);
    let long = good.replacen("\r\n", &format!("\r\nx-long: {}\r\n", "y".repeat(1_000_000)), 1);
    for (bytes, expected) in [
        (huge.as_bytes(), Some((413, "RequestEntityTooLargeException"))),
        (good.replace("{}", "[1").as_bytes(), Some((400, "InvalidSignatureException"))),
        (good.replace("POST / ", "POST /%ff%fe?%80=%c3%28&a=\u{e9} ").as_bytes(), None),
        (b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", Some((403, "MissingAuthenticationTokenException"))),
        (b"BREW / HTTP/1.1\r\n\r\n", Some((403, "MissingAuthenticationTokenException"))),
        (b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n", Some((403, "MissingAuthenticationTokenException"))),
        (
            b"POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: \xff\xfe\r\nauthorization: \x80\r\n\r\n",
            Some((403, "MissingAuthenticationTokenException")),
        ),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", Some((400, ""))),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", None),
        (b"this is no HTTP\r\n\r\n", Some((400, ""))),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", None),
        (flood.as_bytes(), Some((431, ""))),
        (long.as_bytes(), None),
    ] {
        let mut stream = served.connect();
        // The server may close while a request that it does not want is still on its way.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let heard = if bytes.len() > 500_000 { hear_if_any(&mut stream) } else { hear(&mut stream) };
        if let (Some((status, code)), Some((seen, _, body))) = (expected, &heard) {
            let body = String::from_utf8_lossy(body);
            assert!(
                *seen == status && body.contains(code),
                "{seen} {body} for {:?}",
                String::from_utf8_lossy(&bytes[..bytes.len().min(80)])
            );
        }
        assert!(heard.is_none_or(|(status, ..)| (400..500).contains(&status)));
        assert!(served.is_well());
    }
    // A body that never comes in full, and a client that says nothing, keep nobody else waiting.
    let mut half = served.connect();
    half.write_all(good.replace("content-length: 2", "content-length: 9").as_bytes()).unwrap();
    let silent = served.connect();
    assert!(served.is_well());
    half.shutdown(Shutdown::Write).unwrap();
    assert!(hear(&mut half).is_none_or(|(status, ..)| status == 400));
    drop(silent);
}

/// The answer, where the server gave one before it closed a connection on which too much was sent.
fn hear_if_any(stream: &mut TcpStream) -> Option<Heard> {
    let mut first = [0];
    match stream.peek(&mut first) {
        Ok(1) => hear(stream),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_bytes_stop_the_server(
        noise in prop::collection::vec(any::<u8>(), 0..400),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        control in any::<bool>(),
    ) {
        thread_local!(static SERVED: Served = Served::new());
        SERVED.with(|served| {
            let mut bytes = served.signed(NEW, "ListRoots", &json!({})).bytes();
            if control {
                bytes = String::from_utf8(bytes).unwrap().replace("POST / ", "POST /_sim/clock ").into_bytes();
            }
            for (place, byte) in &changes {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            bytes.truncate(cut.index(bytes.len()) + 1);
            for bytes in [noise, bytes] {
                let mut stream = served.connect();
                let _ = stream.write_all(&bytes);
                let _ = stream.shutdown(Shutdown::Write);
                let mut all = Vec::new();
                let _ = stream.read_to_end(&mut all);
            }
            prop_assert!(served.is_well());
            Ok(())
        })?;
    }
}
