//! What stops a discovery.

use orgkit_cloud::CloudError;
use orgkit_model::{AccountId, OrganizationId};

/// A discovery that cannot go on: without a whole organization tree nothing can be said about anything in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoverError {
    /// A call failed that the organization walk needs, or a caller is not who it should be.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The account that should manage the target organization is in none.
    #[error("account {account} is in no organization; it should manage the target organization")]
    NoOrganization {
        /// The account.
        account: AccountId,
    },
    /// An account that should manage an organization is a member of one.
    #[error("account {account} does not manage organization {organization}; {management} does")]
    NotManagement {
        /// The account.
        account: AccountId,
        /// The organization that it is in.
        organization: OrganizationId,
        /// The account that manages it.
        management: AccountId,
    },
    /// An account that should be standalone is in an organization that is neither the target nor a source.
    #[error("account {account} is in organization {organization}, which is neither the target nor a source")]
    OtherOrganization {
        /// The account.
        account: AccountId,
        /// The organization that it is in.
        organization: OrganizationId,
    },
}
