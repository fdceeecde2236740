//! Programs of others that orgkit is measured against. Where one is missing the test that needs it is left out, by name.

use std::io::Write;
use std::path::{Path, PathBuf};

/// A program of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The AWS CLI.
    AwsCli,
    /// Python with boto3.
    Boto3,
    /// The AWS-managed policies, as moto has them.
    ManagedPolicies,
    /// iam-simulate, another evaluator of IAM policies.
    IamSimulate,
    /// A browser of the Chromium family.
    Browser,
}

impl Peer {
    fn name(self) -> &'static str {
        match self {
            Self::AwsCli => "AWS CLI",
            Self::Boto3 => "boto3",
            Self::ManagedPolicies => "AWS-managed policies of moto",
            Self::IamSimulate => "iam-simulate",
            Self::Browser => "browser",
        }
    }

    fn find(self) -> Option<PathBuf> {
        match self {
            Self::AwsCli => variable("ORGKIT_PEERS").map(|folder| folder.join("bin/aws")),
            Self::Boto3 => variable("ORGKIT_PEERS").map(|folder| folder.join("bin/python")),
            Self::ManagedPolicies => variable("ORGKIT_PEERS").and_then(|folder| in_packages(&folder, "moto/iam/aws_managed_policies.py")),
            Self::IamSimulate => variable("ORGKIT_IAM_SIMULATE").map(|folder| folder.join("@cloud-copilot/iam-simulate/package.json")),
            Self::Browser => variable("ORGKIT_BROWSER"),
        }
    }
}

/// A file of a Python package in a virtual environment: `lib/python3.N/site-packages/…`.
fn in_packages(environment: &Path, file: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir(environment.join("lib")).ok()?;
    let mut found = versions.filter_map(Result::ok).map(|version| version.path().join("site-packages").join(file));
    found.find(|path| path.is_file())
}

/// Where a peer is, for the test of that name; `None` where it is not set up: `cargo xtask test` does that.
///
/// Says so past the test runner, which shows nothing of what a passing test prints.
pub fn peer(test: &str, peer: Peer) -> Option<PathBuf> {
    let found = peer.find().filter(|path| path.is_file());
    let line = match &found {
        Some(_) => format!("ran {test} with the {}\n", peer.name()),
        None => format!("left out {test}: no {} (`cargo xtask test` sets it up)\n", peer.name()),
    };
    if found.is_none() {
        drop(std::io::stderr().write_all(line.as_bytes()));
    }
    if let Some(log) = variable("ORGKIT_PEERS_LOG") {
        let log = std::fs::OpenOptions::new().append(true).create(true).open(log);
        log.and_then(|mut log| log.write_all(line.as_bytes())).expect("the log of `cargo xtask test` can be written");
    }
    found
}

#[expect(clippy::disallowed_methods, reason = "`cargo xtask test` says through the environment what it has set up")]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
