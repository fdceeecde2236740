//! What orgkit asks of a cloud: a trait to read and a trait to change, and the classes of error.
//!
//! Every call names the account whose credentials it uses: `by`. How to come by them is the implementation's concern.

mod access;
mod error;
mod traits;

pub use access::Access;
pub use error::CloudError;
pub use orgkit_model::ErrorClass;
pub use traits::{CloudChange, CloudRead, EventPage, FactDoc, HOME_REGION};
