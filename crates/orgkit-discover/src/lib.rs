//! Walks the estates through the cloud traits and fills the estate file.
