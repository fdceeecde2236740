//! Policies of the types that merge: keeping them, and what they come to for an account.

use super::*;
use crate::catalog::PolicyKind;

/// A policy of each type that AWS would take.
fn document(kind: PolicyKind) -> String {
    match kind {
        PolicyKind::ServiceControlPolicy => {
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#.to_owned()
        }
        PolicyKind::ResourceControlPolicy => {
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#.to_owned()
        }
        PolicyKind::SecurityhubPolicy => {
            r#"{"securityhub":{"enable_in_regions":{"@@assign":["eu-west-1"]},"disable_in_regions":{"@@assign":[]}}}"#.to_owned()
        }
        PolicyKind::TagPolicy => tags("Team", &["web"]),
        other => format!(r#"{{"{}":{{"a":{{"b":{{"@@assign":"x"}}}}}}}}"#, other.rules().top.unwrap_or("settings")),
    }
}

fn tags(key: &str, values: &[&str]) -> String {
    json!({ "tags": { "team": { "tag_key": { "@@assign": key }, "tag_value": { "@@append": values } } } }).to_string()
}

fn create(cloud: &mut Cloud, kind: PolicyKind, name: &str, content: &str) -> Value {
    let input = json!({ "Name": name, "Description": "", "Type": kind, "Content": content });
    cloud.org(OLD, "CreatePolicy", input).unwrap()["Policy"]["PolicySummary"]["Id"].clone()
}

fn enable(cloud: &mut Cloud, kind: PolicyKind) {
    if let Some(service) = kind.rules().access {
        cloud.org(OLD, "EnableAWSServiceAccess", json!({ "ServicePrincipal": service })).unwrap();
    }
    cloud.org(OLD, "EnablePolicyType", json!({ "RootId": ROOT_OLD, "PolicyType": kind })).unwrap();
}

fn attach(cloud: &mut Cloud, policy: &Value, target: &str) {
    cloud.org(OLD, "AttachPolicy", json!({ "PolicyId": policy, "TargetId": target })).unwrap();
}

/// The effective policy of an account, parsed.
fn effective(cloud: &mut Cloud, kind: PolicyKind, account: &str) -> Result<Value, &'static str> {
    let described = cloud.org(OLD, "DescribeEffectivePolicy", json!({ "PolicyType": kind, "TargetId": account }));
    let described = described.map_err(|error| error.code)?;
    Ok(serde_json::from_str(described["EffectivePolicy"]["PolicyContent"].as_str().unwrap()).unwrap())
}

#[test]
fn policies_of_every_type_live_from_creation_to_deletion() {
    for kind in PolicyKind::ALL {
        let mut cloud = Cloud::new();
        let id = create(&mut cloud, kind, "one", &document(kind));
        let twice = json!({ "Name": "one", "Description": "", "Type": kind, "Content": document(kind) });
        assert_eq!(cloud.refused(OLD, "CreatePolicy", twice).0, "DuplicatePolicyException", "{kind:?}");
        let input = json!({ "PolicyId": id, "TargetId": MEMBER });
        if kind.is_management() {
            assert_eq!(cloud.refused(OLD, "AttachPolicy", input.clone()).0, "PolicyTypeNotEnabledException", "{kind:?}");
            enable(&mut cloud, kind);
        }
        cloud.org(OLD, "AttachPolicy", input.clone()).unwrap();
        let on = |cloud: &mut Cloud| {
            cloud.org(OLD, "ListPoliciesForTarget", json!({ "TargetId": MEMBER, "Filter": kind })).unwrap()["Policies"].clone()
        };
        let attached = on(&mut cloud);
        let mine = attached.as_array().unwrap().iter().find(|policy| policy["Id"] == id).unwrap();
        let segment = kind.as_str().to_lowercase();
        assert!(mine["Arn"].as_str().unwrap().contains(&format!(":policy/o-old0000000/{segment}/p-")), "{mine}");
        cloud.org(OLD, "DetachPolicy", input).unwrap();
        assert_eq!(on(&mut cloud).as_array().unwrap().len(), usize::from(!kind.is_management()), "only AWS's own has to stay: {kind:?}");
        cloud.org(OLD, "DeletePolicy", json!({ "PolicyId": id })).unwrap();
    }
}

#[test]
fn as_many_policies_fit_on_a_target_as_their_type_says() {
    for kind in [PolicyKind::ChatbotPolicy, PolicyKind::TagPolicy, PolicyKind::ResourceControlPolicy] {
        let mut cloud = Cloud::new();
        if kind.is_management() {
            enable(&mut cloud, kind);
        }
        let own = usize::from(!kind.is_management());
        for number in own..kind.rules().attached {
            let id = create(&mut cloud, kind, &number.to_string(), &document(kind));
            attach(&mut cloud, &id, MEMBER);
        }
        let id = create(&mut cloud, kind, "too many", &document(kind));
        let full = ("ConstraintViolationException", Some("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"));
        assert_eq!(cloud.refused(OLD, "AttachPolicy", json!({ "PolicyId": id, "TargetId": MEMBER })), full, "{kind:?}");
    }
}

#[test]
fn a_type_needs_its_service_and_the_service_stays_while_the_type_does() {
    let mut cloud = Cloud::new();
    let input = json!({ "RootId": ROOT_OLD, "PolicyType": "SECURITYHUB_POLICY" });
    let first = ("ConstraintViolationException", Some("SERVICE_ACCESS_NOT_ENABLED"));
    assert_eq!(cloud.refused(OLD, "EnablePolicyType", input.clone()), first);
    enable(&mut cloud, PolicyKind::SecurityhubPolicy);
    let access = json!({ "ServicePrincipal": "securityhub.amazonaws.com" });
    let stays = ("ConstraintViolationException", Some("POLICY_TYPE_ENABLED_FOR_THIS_SERVICE"));
    assert_eq!(cloud.refused(OLD, "DisableAWSServiceAccess", access.clone()), stays);
    cloud.org(OLD, "DisablePolicyType", input).unwrap();
    cloud.org(OLD, "DisableAWSServiceAccess", access.clone()).unwrap();
    cloud.org(OLD, "DisableAWSServiceAccess", access).unwrap();
}

#[test]
fn an_effective_policy_comes_from_every_level_above() {
    let mut cloud = Cloud::new();
    let kind = PolicyKind::TagPolicy;
    assert_eq!(effective(&mut cloud, kind, MEMBER), Err("EffectivePolicyNotFoundException"), "the type is not enabled");
    enable(&mut cloud, kind);
    assert_eq!(effective(&mut cloud, kind, MEMBER), Err("EffectivePolicyNotFoundException"), "nothing is attached");
    let second = create(&mut cloud, kind, "second", &tags("TEAM", &["ops"]));
    let first = create(&mut cloud, kind, "first", &tags("Team", &["web"]));
    attach(&mut cloud, &first, ROOT_OLD);
    attach(&mut cloud, &second, ROOT_OLD);
    let own = create(&mut cloud, kind, "own", &json!({ "tags": { "team": { "tag_value": { "@@remove": ["web"] } } } }).to_string());
    attach(&mut cloud, &own, MEMBER);
    let team = |key: &str, values: Value| Ok(json!({ "tags": { "team": { "tag_key": key, "tag_value": values } } }));
    assert_eq!(effective(&mut cloud, kind, FENCED), team("Team", json!(["web", "ops"])));
    assert_eq!(effective(&mut cloud, kind, MEMBER), team("Team", json!(["ops"])));
    assert_eq!(effective(&mut cloud, kind, OLD), team("Team", json!(["web", "ops"])), "the management account is not exempt");
    cloud.org(OLD, "DetachPolicy", json!({ "PolicyId": first, "TargetId": ROOT_OLD })).unwrap();
    attach(&mut cloud, &first, ROOT_OLD);
    assert_eq!(effective(&mut cloud, kind, FENCED), team("TEAM", json!(["ops", "web"])), "attached again, it comes last");
    cloud.org(OLD, "DisablePolicyType", json!({ "RootId": ROOT_OLD, "PolicyType": kind })).unwrap();
    enable(&mut cloud, kind);
    assert_eq!(effective(&mut cloud, kind, MEMBER), Err("EffectivePolicyNotFoundException"), "the attachments are lost");
}

#[test]
fn members_see_their_own_effective_policy_and_nobody_elses() {
    let mut cloud = Cloud::new();
    enable(&mut cloud, PolicyKind::TagPolicy);
    let id = create(&mut cloud, PolicyKind::TagPolicy, "team", &tags("Team", &[]));
    cloud.wait(days(1));
    attach(&mut cloud, &id, ROOT_OLD);
    let attached_at = crate::format::epoch(cloud.now);
    cloud.wait(days(1));
    let ask = |target: &str| json!({ "PolicyType": "TAG_POLICY", "TargetId": target });
    let own = cloud.org(MEMBER, "DescribeEffectivePolicy", json!({ "PolicyType": "TAG_POLICY" })).unwrap();
    assert_eq!((&own["EffectivePolicy"]["TargetId"], &own["EffectivePolicy"]["LastUpdatedTimestamp"]), (&json!(MEMBER), &attached_at));
    assert_eq!(cloud.org(DELEGATED, "DescribeEffectivePolicy", ask(MEMBER)).unwrap()["EffectivePolicy"]["TargetId"], MEMBER);
    for (by, input, code, reason) in [
        (MEMBER, ask(FENCED), "AccessDeniedException", None),
        (OLD, ask(STANDALONE), "TargetNotFoundException", None),
        (OLD, ask(ROOT_OLD), "InvalidInputException", Some("TARGET_NOT_SUPPORTED")),
        (OLD, ask("x"), "InvalidInputException", Some("INVALID_PATTERN_TARGET_ID")),
        (OLD, json!({ "PolicyType": "SERVICE_CONTROL_POLICY" }), "InvalidInputException", Some("INVALID_ENUM_POLICY_TYPE")),
    ] {
        assert_eq!(cloud.refused(by, "DescribeEffectivePolicy", input.clone()), (code, reason), "{input}");
    }
}

#[test]
fn backup_plans_that_lack_parts_or_have_too_many_rules_are_found() {
    let mut cloud = Cloud::new();
    let kind = PolicyKind::BackupPolicy;
    let ask = json!({ "PolicyType": kind });
    assert_eq!(cloud.refused(OLD, "ListAccountsWithInvalidEffectivePolicy", ask.clone()).0, "EffectivePolicyNotFoundException");
    enable(&mut cloud, kind);
    let rules = |from: usize, to: usize| {
        let rule = |number: usize| (format!("rule-{number}"), json!({ "target_backup_vault_name": { "@@assign": "vault" } }));
        (from..to).map(rule).collect::<serde_json::Map<_, _>>()
    };
    let selections = json!({ "tags": { "all": { "tag_key": { "@@assign": "backup" } } } });
    let plan =
        json!({ "plans": { "daily": { "regions": { "@@assign": ["eu-west-1"] }, "rules": rules(0, 6), "selections": selections } } });
    let more = json!({ "plans": { "daily": { "rules": rules(6, 11) } } });
    let part = json!({ "plans": { "weekly": { "regions": { "@@assign": ["eu-west-1"] } } } });
    let [plan, more, part] =
        [plan, more, part].map(|document| create(&mut cloud, kind, &document.to_string()[..40], &document.to_string()));
    attach(&mut cloud, &plan, ROOT_OLD);
    let invalid = |cloud: &mut Cloud| {
        let listed = cloud.org(DELEGATED, "ListAccountsWithInvalidEffectivePolicy", json!({ "PolicyType": kind })).unwrap();
        listed["Accounts"].as_array().unwrap().iter().map(|account| account["Id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(invalid(&mut cloud), Vec::<Value>::new());
    attach(&mut cloud, &more, MEMBER);
    attach(&mut cloud, &part, FENCED);
    assert_eq!(invalid(&mut cloud), [MEMBER, FENCED]);
    let errors = |cloud: &mut Cloud, account: &str| {
        let input = json!({ "AccountId": account, "PolicyType": kind });
        let listed = cloud.org(OLD, "ListEffectivePolicyValidationErrors", input).unwrap();
        listed["EffectivePolicyValidationErrors"].as_array().unwrap().clone()
    };
    let too_many = errors(&mut cloud, MEMBER);
    assert_eq!(too_many.len(), 1);
    assert_eq!((&too_many[0]["ErrorCode"], &too_many[0]["PathToError"]), (&json!("ELEMENTS_TOO_MANY"), &json!("plans/daily/rules")));
    assert_eq!(too_many[0]["ContributingPolicies"].as_array().unwrap().len(), 2);
    let missing: Vec<Value> = errors(&mut cloud, FENCED).into_iter().map(|error| error["ErrorMessage"].clone()).collect();
    assert_eq!(missing, ["'rules' is missing", "'selections' is missing"]);
    assert_eq!(errors(&mut cloud, OLD), Vec::<Value>::new());
}

#[test]
fn without_all_features_there_are_no_policies() {
    let mut cloud = Cloud::new();
    cloud.org(STANDALONE, "CreateOrganization", json!({ "FeatureSet": "CONSOLIDATED_BILLING" })).unwrap();
    let root = cloud.org(STANDALONE, "ListRoots", json!({})).unwrap()["Roots"][0]["Id"].clone();
    let new = json!({ "Name": "a", "Description": "", "Type": "TAG_POLICY", "Content": tags("Team", &[]) });
    let unavailable = ("PolicyTypeNotAvailableForOrganizationException", None);
    let not_all = ("ConstraintViolationException", Some("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"));
    for (operation, input, refusal) in [
        ("CreatePolicy", new, unavailable),
        ("EnablePolicyType", json!({ "RootId": root, "PolicyType": "TAG_POLICY" }), unavailable),
        ("AttachPolicy", json!({ "PolicyId": "p-FullAWSAccess", "TargetId": root }), not_all),
        ("DescribeEffectivePolicy", json!({ "PolicyType": "TAG_POLICY" }), not_all),
        ("EnableAWSServiceAccess", json!({ "ServicePrincipal": "config.amazonaws.com" }), not_all),
        ("DescribeResourcePolicy", json!({}), not_all),
    ] {
        assert_eq!(cloud.refused(STANDALONE, operation, input), refusal, "{operation}");
    }
}

#[test]
fn an_organization_has_so_many_policies_of_a_type_and_no_more() {
    let mut cloud = Cloud::new();
    let (kind, content) = (PolicyKind::TagPolicy, document(PolicyKind::TagPolicy));
    for number in 0..kind.rules().most {
        create(&mut cloud, kind, &number.to_string(), &content);
    }
    let input = json!({ "Name": "one more", "Description": "", "Type": kind, "Content": content });
    let full = ("ConstraintViolationException", Some("POLICY_NUMBER_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(OLD, "CreatePolicy", input), full);
    create(&mut cloud, PolicyKind::BackupPolicy, "another type", &document(PolicyKind::BackupPolicy));
}
