//! Packs from the outside: what is found comes from them, with the parameters in force.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orgkit_tests::Scene;
use serde_json::Value;
use std::collections::BTreeSet;

/// The result of a rehearsal of Acme, or of its plan alone.
fn result(command: &str, arguments: &[&str]) -> Value {
    let scene = Scene::new();
    let output = scene.run(&[&[command, "--rehearse", "--output", "json"], arguments].concat()).expect_code(0);
    serde_json::from_str(&output.stdout).unwrap()
}

/// The findings of a rule as (account, subject).
fn findings(result: &Value, code: &str) -> BTreeSet<(String, String)> {
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let found = result["findings"].as_array().unwrap().iter().filter(|finding| text(finding, "code").starts_with(code));
    found.map(|finding| (text(finding, "account"), text(finding, "subject"))).collect()
}

#[test]
fn what_binds_acme_to_its_old_organization_is_found() {
    let result = result("assess", &[]);
    let codes: BTreeSet<_> = result["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect();
    for code in [
        "foundation/org-id-conditions/allow-stops",
        "foundation/org-id-conditions/deny-locks-out",
        "foundation/ram-org-shares/shared-with-organization",
        "foundation/stack-set-retention/stacks-deleted",
        "foundation/identity-center/assignments-lost",
        "foundation/commitments/discount-stops",
    ] {
        assert!(codes.contains(code), "{code} is not among {codes:#?}");
    }
}

#[test]
fn taking_the_pack_out_takes_its_findings_out_and_the_accounts_move_all_the_same() {
    let result = result("migrate", &["--without-pack", "foundation"]);
    let mut codes = result["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap());
    assert!(codes.all(|code| !code.starts_with("foundation/")), "{result:#}");
    assert_eq!(result["result"], "completed");
    assert!(result["accounts"].as_array().unwrap().iter().all(|account| account["unit"] == "Transitional"), "{result:#}");
}

#[test]
fn a_parameter_changes_what_is_found_and_where_accounts_go() {
    let code = "foundation/org-id-conditions/deny-locks-out";
    let found = findings(&result("assess", &[]), code);
    assert_eq!(found.len(), 1);
    let (_, subject) = found.first().unwrap();
    let ignore = format!("foundation.org-id-conditions.ignore=[\"{subject}\"]");
    assert_eq!(findings(&result("assess", &["--set", &ignore]), code), BTreeSet::new());

    let plan = result("plan", &["--set", "foundation.placement.otherwise=[\"Review\"]"]);
    let units: BTreeSet<_> = plan["placements"].as_array().unwrap().iter().map(|one| one["unit"][0].as_str().unwrap()).collect();
    assert!(units.contains("Review") && units.contains("Production"), "{units:?}");
}

#[test]
fn a_policy_is_proposed_for_every_promise_of_the_deny_list() {
    let plan = result("plan", &[]);
    let steps = plan["waves"].as_array().unwrap().iter().flat_map(|wave| wave["steps"].as_array().unwrap());
    let policies: String =
        steps.filter(|step| step["action"]["type"] == "apply-policy").map(|step| step["action"]["content"].to_string()).collect();
    for action in
        ["organizations:LeaveOrganization", "cloudtrail:StopLogging", "guardduty:DeleteDetector", "aws:RequestedRegion", "NotAction"]
    {
        assert!(policies.contains(action), "{action} is in no policy");
    }
}
