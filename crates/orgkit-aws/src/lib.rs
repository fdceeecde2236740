//! The cloud traits over the official AWS SDK: profiles, SSO, role hops, throttling, and what an error means.
//!
//! The SDK's own retries are switched off for the calls made here. One loop serves reads and changes alike, and it repeats a change only
//! when the service said that it did nothing.

mod access;
mod builder;
mod call;
mod change;
mod clients;
mod cloud;
mod convert;
mod error;
mod facts;
mod guardduty;
mod keys;
mod organizations;
mod prepare;
mod profile;
mod read;
mod resources;
mod time;

pub use builder::AwsCloudBuilder;
pub use cloud::AwsCloud;
pub use keys::{ProfileKeys, SigningKeys};
pub use profile::ProfileError;
