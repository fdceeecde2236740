//! Request limits: token buckets in virtual time.

use super::*;

/// How many of `count` calls in a row are answered.
fn answered(simulator: &Simulator, count: usize, by: &Principal, call: &Call) -> usize {
    (0..count).filter(|_| simulator.call(by, call).is_ok()).count()
}

#[test]
fn an_account_has_a_burst_and_a_rate() {
    let simulator = simulator();
    let (new, list) = (admin(&simulator, NEW), call("organizations", "ListRoots", json!({})));
    // ListRoots: a burst of two, one a second; ten calls take 0.4 seconds.
    assert_eq!(answered(&simulator, 10, &new, &list), 2);
    assert_eq!(code(simulator.call(&new, &list)), "TooManyRequestsException");
    assert_eq!(answered(&simulator, 10, &admin(&simulator, OLD), &list), 2, "another organization");
    assert_eq!(answered(&simulator, 10, &new, &call("organizations", "ListAccounts", json!({}))), 10, "another operation");
    simulator.advance(SignedDuration::from_secs(60)).unwrap();
    assert_eq!(answered(&simulator, 10, &new, &list), 2, "it holds no more than the burst");
}

#[test]
fn an_organization_has_a_bucket_too() {
    let simulator = simulator();
    let list = call("organizations", "ListRoots", json!({}));
    // The two accounts could make two calls each; together they have three.
    let (management, delegated) = (admin(&simulator, OLD), admin(&simulator, DELEGATED));
    assert_eq!((answered(&simulator, 2, &management, &list), answered(&simulator, 2, &delegated, &list)), (2, 1));
}

#[test]
fn whoever_waits_and_asks_again_gets_through() {
    let simulator = simulator();
    let (new, list) = (admin(&simulator, NEW), call("organizations", "ListRoots", json!({})));
    for _ in 0..20 {
        let mut wait = 500;
        while simulator.call(&new, &list).is_err() {
            assert!(wait < 4000, "three attempts are enough");
            simulator.advance(SignedDuration::from_millis(wait)).unwrap();
            wait *= 2;
        }
    }
}

#[test]
fn lookups_are_limited_in_each_account_and_region() {
    let simulator = simulator();
    let in_region = |region: &str| Call { region: region.to_owned(), ..call("cloudtrail", "LookupEvents", json!({})) };
    let (new, old) = (admin(&simulator, NEW), admin(&simulator, OLD));
    assert_eq!(answered(&simulator, 5, &new, &in_region("us-east-1")), 2);
    assert_eq!(code(simulator.call(&new, &in_region("us-east-1"))), "ThrottlingException");
    assert_eq!([answered(&simulator, 5, &new, &in_region("eu-west-1")), answered(&simulator, 5, &old, &in_region("us-east-1"))], [2, 2]);
    assert_eq!(answered(&simulator, 5, &new, &call("cloudtrail", "DescribeTrails", json!({}))), 5, "no limit is documented");
}

#[test]
fn limits_can_be_switched_off() {
    let simulator = simulator();
    let (new, list) = (admin(&simulator, NEW), call("organizations", "ListRoots", json!({})));
    simulator.set_throttling(false);
    assert_eq!(answered(&simulator, 50, &new, &list), 50);
    simulator.set_throttling(true);
    assert_eq!(answered(&simulator, 50, &new, &list), 3, "two at once, and one more in less than two seconds");
}
