//! The IAM policy language: parse policy documents, find organization references, evaluate guardrails.
