//! What the tests across crates share: they see orgkit as its users do, through the binary, its files and its exit codes.
#![expect(clippy::expect_used, reason = "this is the library of a test suite: what cannot be done here is a failed test")]

mod collector;
mod document;
mod journal;
mod keys;
mod network;
mod orgkit;
mod peer;
mod random;
mod s3;
mod scene;
mod server;
mod tap;
mod transcript;

pub use collector::{Collector, Span};
pub use document::check_document;
pub use journal::Journal;
pub use keys::Keys;
pub use network::Network;
pub use orgkit::{Output, binary, collect, isolated, orgkit, repository};
pub use peer::{Peer, peer};
pub use random::Random;
pub use s3::S3;
pub use scene::{Scene, files_under};
pub use server::Server;
pub use tap::Tap;
pub use transcript::check_transcript;
