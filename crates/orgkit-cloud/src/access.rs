//! Ways into an account.

use orgkit_model::AccountId;

/// A way to get credentials of one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// A named profile of the AWS configuration; `None` is the default credential chain (environment, default profile, SSO …).
    Profile(Option<String>),
    /// A role in the account, assumed with another account's credentials.
    Role {
        /// The account that assumes it.
        via: AccountId,
        /// The role's name (with its path, if it has one).
        role: String,
    },
}
