//! The WIT package of orgkit plugins, frozen per version.
