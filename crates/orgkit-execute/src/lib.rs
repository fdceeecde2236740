//! Journal, step machine, reconcile-before-act and verification.
