//! How often operations may be called: token buckets, as AWS documents them.
//!
//! Organizations gives each account a bucket of its own for an operation, and for some operations all accounts of an organization share
//! a second one [Organizations User Guide, orgs_reference_limits, as of October 2026]. The numbers change; operations that are not listed
//! have no documented limit.

/// A token bucket: each call takes a token, and a call that finds none is throttled. It begins full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// How fast it fills: thousandths of a token per second, so that arithmetic on whole numbers is exact.
    pub millitokens_per_second: u32,
    /// How many tokens it holds at most.
    pub burst: u32,
}

/// The limit of an operation. A call needs a token of every bucket that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimit {
    /// The bucket of each account that calls.
    pub account: Bucket,
    /// Whether an account has such a bucket for each region rather than one for all.
    pub regional: bool,
    /// The bucket that all accounts of an organization share, where there is one.
    pub organization: Option<Bucket>,
}

/// The documented limit of an operation; `service` is the name in [`SERVICES`](super::SERVICES).
pub fn limit(service: &str, operation: &str) -> Option<RequestLimit> {
    LIMITS.iter().find(|row| row.service == service && row.operations.contains(&operation)).map(|row| row.limit)
}

/// Operations of a service that have the same limit, each its own buckets.
struct Row {
    service: &'static str,
    operations: &'static [&'static str],
    limit: RequestLimit,
}

const fn bucket(millitokens_per_second: u32, burst: u32) -> Bucket {
    Bucket { millitokens_per_second, burst }
}

/// A row of Organizations that limits each account only.
const fn each(operations: &'static [&'static str], account: Bucket) -> Row {
    Row { service: "organizations", operations, limit: RequestLimit { account, regional: false, organization: None } }
}

/// A row of Organizations that limits each account, and all accounts of an organization together.
const fn both(operations: &'static [&'static str], account: Bucket, organization: Bucket) -> Row {
    Row { service: "organizations", operations, limit: RequestLimit { account, regional: false, organization: Some(organization) } }
}

/// The documented limits.
const LIMITS: &[Row] = &[
    both(&["AcceptHandshake"], bucket(1_000, 2), bucket(5_000, 5)),
    both(&["DeclineHandshake"], bucket(1_000, 1), bucket(5_000, 5)),
    both(&["DescribeHandshake"], bucket(1_000, 2), bucket(6_000, 10)),
    each(&["CancelHandshake"], bucket(2_000, 3)),
    each(&["InviteAccountToOrganization"], bucket(3_000, 5)),
    // The shared bucket stands in the text of the operation: five accounts a second may leave [Organizations API Reference,
    // LeaveOrganization].
    both(&["LeaveOrganization"], bucket(1_000, 1), bucket(5_000, 5)),
    each(&["RemoveAccountFromOrganization"], bucket(2_000, 2)),
    each(&["MoveAccount"], bucket(2_000, 3)),
    each(&["CreateAccount"], bucket(100, 3)),
    each(&["CloseAccount"], bucket(50, 1)),
    each(&["CreateOrganization", "DeleteOrganization"], bucket(1_000, 1)),
    each(&["DescribeOrganization", "CreateOrganizationalUnit"], bucket(1_000, 2)),
    each(&["UpdateOrganizationalUnit", "DeleteOrganizationalUnit"], bucket(2_000, 3)),
    both(&["DescribeOrganizationalUnit", "DescribeCreateAccountStatus", "DescribePolicy"], bucket(2_000, 2), bucket(2_000, 3)),
    both(&["DescribeAccount"], bucket(20_000, 30), bucket(24_000, 36)),
    both(&["ListAccounts"], bucket(8_000, 12), bucket(9_000, 15)),
    both(&["ListChildren"], bucket(6_000, 10), bucket(7_000, 12)),
    both(&["ListRoots"], bucket(1_000, 2), bucket(1_000, 3)),
    both(&["ListTagsForResource"], bucket(10_000, 15), bucket(12_000, 18)),
    both(
        &[
            "ListHandshakesForAccount",
            "ListHandshakesForOrganization",
            "ListParents",
            "ListAccountsForParent",
            "ListOrganizationalUnitsForParent",
            "ListPolicies",
            "ListPoliciesForTarget",
            "ListTargetsForPolicy",
            "ListDelegatedAdministrators",
        ],
        bucket(5_000, 8),
        bucket(6_000, 10),
    ),
    each(&["TagResource", "UntagResource"], bucket(4_000, 6)),
    each(&["CreatePolicy", "UpdatePolicy", "DeletePolicy", "AttachPolicy", "DetachPolicy"], bucket(2_000, 3)),
    each(&["EnablePolicyType", "DisablePolicyType"], bucket(1_000, 1)),
    each(
        &["EnableAWSServiceAccess", "DisableAWSServiceAccess", "RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator"],
        bucket(1_000, 2),
    ),
    both(&["ListAWSServiceAccessForOrganization", "ListDelegatedServicesForAccount"], bucket(1_000, 3), bucket(1_000, 4)),
    // Two a second, per account and region. The burst is unconfirmed [CloudTrail API Reference, LookupEvents].
    Row {
        service: "cloudtrail",
        operations: &["LookupEvents"],
        limit: RequestLimit { account: bucket(2_000, 2), regional: true, organization: None },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_operation_stands_in_one_row_and_a_bucket_can_be_taken_from() {
        let mut seen = BTreeSet::new();
        for row in LIMITS {
            for operation in row.operations {
                assert!(seen.insert((row.service, *operation)), "{operation} stands in two rows");
            }
            for bucket in std::iter::once(row.limit.account).chain(row.limit.organization) {
                assert!(bucket.millitokens_per_second > 0 && bucket.burst > 0, "{:?}", row.operations);
            }
        }
    }

    #[test]
    fn limits_are_found_by_service_and_operation() {
        let accept = limit("organizations", "AcceptHandshake").map(|limit| (limit.account.burst, limit.organization));
        assert_eq!(accept, Some((2, Some(bucket(5_000, 5)))));
        assert!(limit("cloudtrail", "LookupEvents").is_some_and(|limit| limit.regional));
        assert_eq!(limit("cloudtrail", "AcceptHandshake"), None);
        assert_eq!(limit("organizations", "DescribeEffectivePolicy"), None);
    }
}
