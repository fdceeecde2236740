//! Objects that are written only where a condition holds, and what it means when the answer is lost.
//!
//! A reply that never came says nothing: the object may be there, it may come later, or never. So nothing is concluded from an error. The
//! object is read back: the very bytes mean that the write was ours, others mean that it was not, and where nothing changed the same write
//! is sent again, which its condition makes harmless. This needs bytes that no other writer sends: a lease has a token, and a page has that
//! of its writer's lease.

use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectStore, PutMode, PutOptions, UpdateVersion};

/// How often a write is sent before its outcome is called unknown. `object_store` itself waits and repeats below this.
const ATTEMPTS: u32 = 3;

/// An object as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    /// Its content.
    pub(crate) content: Vec<u8>,
    /// Its ETag.
    pub(crate) tag: String,
}

/// What must hold for a write.
#[derive(Debug, Clone)]
pub(crate) enum When {
    /// There is no object of that name: `If-None-Match: *`.
    Missing,
    /// The object has this ETag: `If-Match`.
    Is(String),
}

impl When {
    /// Whether the write may still come about over what was found.
    fn holds(&self, found: &Object) -> bool {
        matches!(self, Self::Is(tag) if *tag == found.tag)
    }

    fn mode(&self) -> PutMode {
        match self {
            Self::Missing => PutMode::Create,
            Self::Is(tag) => PutMode::Update(UpdateVersion { e_tag: Some(tag.clone()), version: None }),
        }
    }
}

/// What a write came to.
#[derive(Debug, Clone)]
pub(crate) enum Put {
    /// It is there, with this ETag.
    Ours(String),
    /// Something else is there.
    Theirs(Object),
}

/// Writes an object where the condition holds. An error means that nobody knows whether it was written.
pub(crate) async fn put(store: &dyn ObjectStore, path: &Path, content: &[u8], when: &When) -> Result<Put, Error> {
    let mut failure = None;
    for _ in 0..ATTEMPTS {
        match put_once(store, path, content, when).await {
            Ok(Some(tag)) => return Ok(Put::Ours(tag)),
            Ok(None) => {}
            Err(error) if is_final(&error) => return Err(error),
            Err(error) => failure = Some(error),
        }
        match get(store, path).await {
            Ok(Some(found)) if found.content == content => return Ok(Put::Ours(found.tag)),
            Ok(Some(found)) if !when.holds(&found) => return Ok(Put::Theirs(found)),
            Ok(_) => {}
            Err(error) => failure = Some(error),
        }
    }
    Err(failure.unwrap_or_else(without_tag))
}

/// One request; the ETag where the store gave one.
pub(crate) async fn put_once(store: &dyn ObjectStore, path: &Path, content: &[u8], when: &When) -> Result<Option<String>, Error> {
    let options = PutOptions { mode: when.mode(), ..PutOptions::default() };
    Ok(store.put_opts(path, content.to_vec().into(), options).await?.e_tag)
}

/// Reads an object; `None` where there is none.
pub(crate) async fn get(store: &dyn ObjectStore, path: &Path) -> Result<Option<Object>, Error> {
    let found = match store.get_opts(path, GetOptions::default()).await {
        Err(Error::NotFound { .. }) => return Ok(None),
        other => other?,
    };
    let tag = found.meta.e_tag.clone().ok_or_else(without_tag)?;
    Ok(Some(Object { content: found.bytes().await?.to_vec(), tag }))
}

/// The ETag of an object, without its content; `None` where there is no object.
pub(crate) async fn tag(store: &dyn ObjectStore, path: &Path) -> Result<Option<String>, Error> {
    match store.get_opts(path, GetOptions { head: true, ..GetOptions::default() }).await {
        Err(Error::NotFound { .. }) => Ok(None),
        other => other?.meta.e_tag.map(Some).ok_or_else(without_tag),
    }
}

/// Whether the same request would fail the same way.
fn is_final(error: &Error) -> bool {
    matches!(
        error,
        Error::PermissionDenied { .. }
            | Error::Unauthenticated { .. }
            | Error::NotImplemented { .. }
            | Error::NotSupported { .. }
            | Error::InvalidPath { .. }
            | Error::UnknownConfigurationKey { .. }
    )
}

fn without_tag() -> Error {
    Error::Generic { store: "S3", source: "the store gives its objects no ETag".into() }
}
