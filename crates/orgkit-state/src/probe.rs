//! Whether a store honours conditions: tried before anything rests on it.
//!
//! A store, or a gateway before one, that takes no notice of `If-None-Match` or `If-Match` answers like one that does, until two people
//! write at once. So both are asked for what they must refuse.

use crate::StateError;
use crate::conditional::{When, put_once};
use object_store::path::Path;
use object_store::{Error, ObjectStore};

/// The ETag of no object.
const NO_TAG: &str = "\"00000000000000000000000000000000\"";

/// Tries both conditions on an object of its own. It is the same for everybody and is left there, so that nothing has to be deleted.
pub(crate) async fn conditions(store: &dyn ObjectStore, path: &Path, place: &str) -> Result<(), StateError> {
    let failed = |source| StateError::Store { action: "try", place: place.to_owned(), source };
    let ignores = |condition| StateError::Unconditional { place: place.to_owned(), condition };
    let content = b"orgkit tries here whether this store honours conditional writes\n";
    let mut made = 0;
    for _ in 0..2 {
        match put_once(store, path, content, &When::Missing).await {
            Ok(_) => made += 1,
            Err(Error::AlreadyExists { .. }) => {}
            Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => return Err(ignores("If-None-Match")),
            Err(error) => return Err(failed(error)),
        }
    }
    // Nobody deletes it, so it can be made once at most, whoever else tries at the same time.
    if made > 1 {
        return Err(ignores("If-None-Match"));
    }
    match put_once(store, path, content, &When::Is(NO_TAG.to_owned())).await {
        Err(Error::Precondition { .. }) => Ok(()),
        Ok(_) | Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => Err(ignores("If-Match")),
        Err(error) => Err(failed(error)),
    }
}
