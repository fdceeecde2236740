//! The orgkit command line.
