//! The cloud traits over the official AWS SDK: profiles, SSO, role hops, throttling.
