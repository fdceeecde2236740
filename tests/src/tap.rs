//! A wiretap: it stands between a program and a server, passes everything on and keeps it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A wiretap that listens until the test process ends.
#[derive(Debug)]
pub struct Tap {
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub endpoint: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    /// Starts one before a server, such as `http://127.0.0.1:4577`.
    pub fn before(server: &str) -> Self {
        let server = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the loopback is free");
        let endpoint = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let heard: Arc<Mutex<Vec<u8>>> = Arc::default();
        let kept = Arc::clone(&heard);
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let far = TcpStream::connect(&server).expect("the server listens");
                pass(&near, &far, &kept);
                pass(&far, &near, &kept);
            }
        });
        Self { endpoint, heard }
    }

    /// Everything that was said so far, in both directions.
    pub fn heard(&self) -> Vec<u8> {
        self.heard.lock().expect("no test thread panicked").clone()
    }
}

/// Passes on what comes from one side, on a thread of its own, until it ends.
fn pass(from: &TcpStream, to: &TcpStream, kept: &Arc<Mutex<Vec<u8>>>) {
    let mut from = from.try_clone().expect("a stream has two handles");
    let mut to = to.try_clone().expect("a stream has two handles");
    let kept = Arc::clone(kept);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let said = buffer.get(..length).unwrap_or_default();
            kept.lock().expect("no test thread panicked").extend_from_slice(said);
            if to.write_all(said).is_err() {
                break;
            }
        }
        // The other side may be gone already.
        drop(to.shutdown(Shutdown::Write));
    });
}
