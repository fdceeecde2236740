//! A journal in an object store: in memory, in a rough one, and in one that speaks S3.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod contract;
mod interleavings;
mod rough;
mod s3;
