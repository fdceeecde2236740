//! `orgkit sim serve` on the loopback.

use crate::{Keys, Scene, collect, orgkit};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A simulated AWS that listens until this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub endpoint: String,
}

impl Server {
    /// Starts one on a free port, with more arguments, and waits until it listens.
    pub fn start(scene: &Scene, arguments: &[&str]) -> Self {
        let mut command = orgkit(scene.home());
        // Tests ask faster than AWS lets anybody.
        command
            .args(["sim", "serve", "--no-throttle", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("orgkit starts");
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut line = String::new();
        for read in BufReader::new(stdout).lines().map_while(Result::ok) {
            line = read;
            if let Some(endpoint) = endpoint_in(&line) {
                return Self { child, endpoint };
            }
        }
        drop(child.kill());
        let output = child.wait_with_output().expect("orgkit ends");
        panic!("`orgkit sim serve` said no address but `{line}`:\n{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The keys of an account's administrator; the arguments name the world.
    pub fn keys(&self, scene: &Scene, account: &str, arguments: &[&str]) -> Keys {
        let output = collect(orgkit(scene.home()).args(["sim", "env", account]).args(arguments)).expect_code(0);
        Keys::parse(&output.stdout)
    }

    /// Makes a program of others speak with this server as the owner of keys, in a home of its own.
    pub fn aim(&self, command: &mut Command, scene: &Scene, keys: &Keys) {
        crate::orgkit::isolated(command, scene.home());
        command.env("AWS_ENDPOINT_URL", &self.endpoint).env("AWS_REGION", "us-east-1").env("AWS_DEFAULT_REGION", "us-east-1");
        command.env("AWS_MAX_ATTEMPTS", "1").env("AWS_PAGER", "");
        keys.give(command);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The first `http://…` of a line.
fn endpoint_in(line: &str) -> Option<String> {
    let from = line.find("http://127.0.0.1:")?;
    let rest = line.get(from..)?;
    let end = rest.find(|letter: char| letter.is_whitespace() || letter == '`' || letter == '"').unwrap_or(rest.len());
    rest.get(..end).map(|endpoint| endpoint.trim_end_matches(['/', '.', ',']).to_owned())
}
