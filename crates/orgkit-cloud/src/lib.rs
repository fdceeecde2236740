//! What orgkit asks of a cloud: a trait to read and a trait to change, and the classes of error.
//!
//! Every call names the account whose credentials it uses: `by`. How to come by them is the implementation's concern.

mod access;
mod addresses;
mod error;
mod kinds;
mod meaning;
mod prepare;
mod role;
mod traits;

pub use access::Access;
pub use addresses::without_addresses;
pub use error::CloudError;
pub use kinds::{FACT_KINDS, TELLING_PROPERTY, is_whole};
pub use meaning::{ATTEMPTS, Effect, backoff, class_of};
pub use orgkit_model::ErrorClass;
pub use prepare::{CloudPrepare, NewShare, POLL_EVERY, POLLS, SECURITY_HUB_ADMINISTRATOR, Share};
pub use role::{ADMINISTRATOR_ACCESS, MADE_BY_ORGKIT, SESSION_NAME, closed_trust_policy, split_role, trust_policy};
pub use traits::{CloudChange, CloudRead, EnabledBaseline, EventPage, FactDoc, HOME_REGION};
