//! A shared store that cannot be used.

/// Why a shared store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The store takes no notice of a condition, so two runs could write over each other.
    #[error("{place} does not honour `{condition}`: two runs could write over each other there")]
    Unconditional {
        /// The store.
        place: String,
        /// The header that it ignores.
        condition: &'static str,
    },
    /// The store failed.
    #[error("cannot {action} {place}")]
    Store {
        /// What was tried.
        action: &'static str,
        /// The store.
        place: String,
        /// Its word for it.
        #[source]
        source: object_store::Error,
    },
    /// The endpoint is no `https://` address, and no `http://` address of this machine.
    #[error("endpoint `{endpoint}` is refused: {why}")]
    Endpoint {
        /// The endpoint.
        endpoint: String,
        /// Why.
        why: &'static str,
    },
    /// The bucket, the prefix or the region is not what it must be.
    #[error("{setting} `{value}` cannot be used")]
    Setting {
        /// Which one.
        setting: &'static str,
        /// What it is.
        value: String,
    },
}
