//! The regions of AWS, and the services that have one endpoint for all of them.

/// The regions of the partition `aws` (botocore `endpoints.json`, 2026-11).
pub const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The region that global services are signed for.
pub const GLOBAL_REGION: &str = "us-east-1";

/// The services with one endpoint for the partition (their endpoint rule sets in botocore, 2026-11), by the name that calls have.
const GLOBAL: &[&str] = &["account", "ce", "iam", "organizations", "savingsplans"];

/// Whether AWS has a region of that name.
pub fn is_region(name: &str) -> bool {
    REGIONS.contains(&name)
}

/// Whether a service is the same in all regions.
pub fn is_global(service: &str) -> bool {
    GLOBAL.contains(&service)
}
