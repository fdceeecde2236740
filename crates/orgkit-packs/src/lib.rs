//! Policy packs: manifest, loading, parameters, digests.
