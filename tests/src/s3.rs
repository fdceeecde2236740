//! moto's S3 on the loopback.

use crate::{Peer, peer, repository};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A store that speaks S3, with one bucket, until this is dropped.
#[derive(Debug)]
pub struct S3 {
    child: Child,
    port: u16,
}

impl S3 {
    /// The name of its bucket.
    pub const BUCKET: &str = "org-state";

    /// Starts one for the test of that name; `None` where moto is not set up.
    pub fn start(test: &str) -> Option<Self> {
        let mut command = Command::new(peer(test, Peer::Boto3)?);
        command.arg(repository().join("tests/peers/s3.py")).arg(Self::BUCKET).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("python starts");
        let mut port = String::new();
        let stdout = child.stdout.take().expect("standard output is piped");
        BufReader::new(stdout).read_line(&mut port).expect("python writes text");
        Some(Self { child, port: port.trim().parse().expect("moto's S3 prints its port") })
    }

    /// Where it listens.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How many objects there are with such a name.
    pub fn count(&self, prefix: &str) -> usize {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("moto's S3 listens");
        let bucket = Self::BUCKET;
        let request = format!("GET /{bucket}?list-type=2&prefix={prefix} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("moto's S3 reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("moto's S3 answers");
        answer.matches("<Key>").count()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
