//! Two places for an account compared: what would be denied tomorrow that is allowed today?

pub mod symbolic;
