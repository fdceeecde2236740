//! A simulated AWS: a pure world with the real rules, reachable through the AWS wire protocols.
