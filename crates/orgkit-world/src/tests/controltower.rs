//! Control Tower: landing zones, registered units, and accounts that come and go.

use super::*;

const TOWERS: &str = include_str!("../../../../tests/conformance/controltower.toml");
const LOGS: &str = "212121212121";
const AUDIT: &str = "232323232323";
const CLEAN: &str = "242424242424";
const ENROLLED: &str = "333333333333";
const ENROLLED_TOO: &str = "353535353535";
const NOT_ENROLLED: &str = "343434343434";
const WORKLOADS: &str = "ou-old1-workload";
const LANDING: &str = "ou-new1-landing0";
const PRODUCTION: &str = "ou-new1-product0";

fn towers() -> Cloud {
    let file = WorldFile::parse("controltower.toml", TOWERS).unwrap();
    Cloud { world: World::from_file(&file, 7, start()).unwrap(), now: start(), region: "us-east-1".to_owned() }
}

fn manifest() -> Value {
    let buckets = json!({ "loggingBucket": { "retentionDays": 365 }, "accessLoggingBucket": { "retentionDays": 365 } });
    json!({
        "accessManagement": { "enabled": false },
        "centralizedLogging": { "enabled": true, "accountId": LOGS, "configurations": buckets },
        "config": { "enabled": true, "accountId": AUDIT, "configurations": buckets },
        "governedRegions": ["us-east-1", "eu-west-1"],
        "securityRoles": { "enabled": true, "accountId": AUDIT },
    })
}

fn unit_arn(unit: &str) -> String {
    let (management, organization) = if unit.contains("new1") { (NEW, "o-new0000000") } else { (OLD, "o-old0000000") };
    format!("arn:aws:organizations::{management}:ou/{organization}/{unit}")
}

impl Cloud {
    fn tower(&mut self, by: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
        self.service(by, "controltower", operation, input)
    }

    /// The code of a refusal; the world must be as before.
    fn tower_refuses(&mut self, by: &str, operation: &str, input: Value) -> &'static str {
        let before = self.world.clone();
        let error = self.tower(by, operation, input).unwrap_err();
        assert!(self.world == before, "{operation} was refused and changed something");
        error.code
    }

    /// Makes the new organization's landing zone, 4.0 with automatic enrolment, and waits for it.
    fn make_landing_zone(&mut self) {
        let input = json!({ "version": "4.0", "manifest": manifest(), "remediationTypes": ["INHERITANCE_DRIFT"] });
        self.tower(NEW, "CreateLandingZone", input).unwrap();
        self.wait(SignedDuration::from_hours(1));
    }

    fn baseline(&mut self, by: &str, name: &str) -> String {
        let baselines = self.tower(by, "ListBaselines", json!({})).unwrap();
        let found = baselines["baselines"].as_array().unwrap().iter().find(|baseline| baseline["name"] == name);
        found.unwrap()["arn"].as_str().unwrap().to_owned()
    }

    /// Registers a unit, waits, and returns the enabled baseline's ARN and how the operation ended.
    fn register(&mut self, unit: &str) -> (String, Value) {
        let baseline = self.baseline(NEW, "AWSControlTowerBaseline");
        let input = json!({ "baselineIdentifier": baseline, "baselineVersion": "5.0", "targetIdentifier": unit_arn(unit) });
        let enabled = self.tower(NEW, "EnableBaseline", input).unwrap();
        self.wait(SignedDuration::from_hours(1));
        let asked = json!({ "operationIdentifier": enabled["operationIdentifier"] });
        let operation = self.tower(NEW, "GetBaselineOperation", asked).unwrap();
        (enabled["arn"].as_str().unwrap().to_owned(), operation["baselineOperation"].clone())
    }

    fn move_account(&mut self, by: &str, account: &str, from: &str, to: &str) {
        let input = json!({ "AccountId": account, "SourceParentId": from, "DestinationParentId": to });
        self.org(by, "MoveAccount", input).unwrap();
    }

    /// An account moves into the other organization's root.
    fn transfer(&mut self, account: &str) {
        let handshake = self.invite(NEW, account);
        self.org(account, "AcceptHandshake", json!({ "HandshakeId": handshake })).unwrap();
    }

    /// The statuses of the baselines that an account has from its unit, each with its inheritance drift.
    fn children(&mut self, by: &str, account: &str) -> Vec<(String, String)> {
        let listed = self.tower(by, "ListEnabledBaselines", json!({ "includeChildren": true })).unwrap();
        let of_account =
            |enabled: &&Value| enabled["targetIdentifier"].as_str().unwrap().ends_with(account) && enabled["parentIdentifier"].is_string();
        let words = |enabled: &Value| {
            let text = |path: &str| enabled.pointer(path).unwrap().as_str().unwrap().to_owned();
            (text("/statusSummary/status"), text("/driftStatusSummary/types/inheritance/status"))
        };
        listed["enabledBaselines"].as_array().unwrap().iter().filter(of_account).map(words).collect()
    }

    fn zone(&mut self, by: &str) -> Value {
        let arn = self.tower(by, "ListLandingZones", json!({})).unwrap()["landingZones"][0]["arn"].clone();
        self.tower(by, "GetLandingZone", json!({ "landingZoneIdentifier": arn })).unwrap()["landingZone"].clone()
    }

    fn roles(&mut self, account: &str) -> Vec<String> {
        let roles = self.service(account, "iam", "ListRoles", json!({})).unwrap();
        roles["Roles"].as_array().unwrap().iter().map(|role| role["RoleName"].as_str().unwrap().to_owned()).collect()
    }

    fn recorders(&mut self, account: &str) -> usize {
        let recorders = self.service(account, "config", "DescribeConfigurationRecorders", json!({})).unwrap();
        recorders["ConfigurationRecorders"].as_array().unwrap().len()
    }
}

fn pair(status: &str, drift: &str) -> Vec<(String, String)> {
    vec![(status.to_owned(), drift.to_owned())]
}

#[test]
fn manifests_are_taken_or_refused() {
    let without = |key: &str| {
        let mut manifest = manifest();
        manifest.as_object_mut().unwrap().remove(key);
        manifest
    };
    let with = |pointer: &str, value: Value| {
        let mut manifest = manifest();
        *manifest.pointer_mut(pointer).unwrap() = value;
        manifest
    };
    let mut unknown = manifest();
    unknown["organizationStructure"] = json!({ "security": { "name": "Security" } });
    for (version, manifest, refused) in [
        ("4.0", manifest(), false),
        ("4.0", json!({}), false),
        ("4.0", without("governedRegions"), false),
        ("4.0", without("centralizedLogging"), false),
        ("4.0", without("securityRoles"), true),
        ("4.0", unknown, true),
        ("4.0", with("/config/enabled", json!(null)), true),
        ("4.0", with("/governedRegions", json!(["eu-west-1"])), true),
        ("4.0", with("/governedRegions", json!(["us-east-1", "xx-west-1"])), true),
        ("4.0", with("/centralizedLogging/accountId", json!(AUDIT)), true),
        ("4.0", with("/centralizedLogging/accountId", json!(CLEAN)), true),
        ("4.0", with("/centralizedLogging/accountId", json!("888888888888")), true),
        ("4.0", with("/centralizedLogging/configurations/loggingBucket/retentionDays", json!(0)), true),
        ("3.3", manifest(), true),
        ("9.9", manifest(), true),
        ("4.0", json!([]), true),
    ] {
        let mut cloud = towers();
        let input = json!({ "version": version, "manifest": manifest });
        if refused {
            assert_eq!(cloud.tower_refuses(NEW, "CreateLandingZone", input), "ValidationException", "{version} {manifest}");
        } else {
            cloud.tower(NEW, "CreateLandingZone", input).unwrap();
        }
    }
}

#[test]
fn a_landing_zone_is_made_once_in_its_home_region_by_the_management_account() {
    let mut cloud = towers();
    let input = || json!({ "version": "4.0", "manifest": manifest() });
    for by in [CLEAN, STANDALONE] {
        assert_eq!(cloud.tower_refuses(by, "CreateLandingZone", input()), "AccessDeniedException");
    }
    assert_eq!(cloud.tower_refuses(OLD, "CreateLandingZone", input()), "ConflictException");
    let made = cloud.tower(NEW, "CreateLandingZone", input()).unwrap();
    assert_eq!(cloud.zone(NEW)["status"], "PROCESSING");
    let named = json!({ "landingZoneIdentifier": made["arn"] });
    assert_eq!(cloud.tower_refuses(NEW, "DeleteLandingZone", named.clone()), "ConflictException");
    assert_eq!(cloud.tower_refuses(NEW, "ResetLandingZone", named.clone()), "ConflictException");
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!((&cloud.zone(NEW)["status"], &cloud.zone(NEW)["driftStatus"]["status"]), (&json!("ACTIVE"), &json!("IN_SYNC")));
    cloud.region = "eu-west-1".to_owned();
    assert_eq!(cloud.tower(NEW, "ListLandingZones", json!({})).unwrap()["landingZones"], json!([]));
    cloud.region = "us-east-1".to_owned();
    let older = json!({ "landingZoneIdentifier": made["arn"], "version": "3.3", "manifest": manifest() });
    assert_eq!(cloud.tower_refuses(NEW, "UpdateLandingZone", older), "ValidationException");
    cloud.tower(NEW, "DeleteLandingZone", named.clone()).unwrap();
    assert_eq!(cloud.tower_refuses(NEW, "ResetLandingZone", named.clone()), "ConflictException");
    cloud.wait(SignedDuration::from_hours(2));
    assert_eq!(cloud.tower_refuses(NEW, "GetLandingZone", named), "ResourceNotFoundException");
    assert!(!cloud.roles(AUDIT).iter().any(|role| role.starts_with("aws-controltower-")));
    cloud.tower(NEW, "CreateLandingZone", input()).unwrap();
}

#[test]
fn shared_accounts_must_be_clean_and_the_landing_zone_can_be_set_up_once_they_are() {
    let mut cloud = towers();
    let recorder = json!({ "name": "mine", "roleARN": "arn:aws:iam::232323232323:role/mine" });
    cloud.service(AUDIT, "config", "PutConfigurationRecorder", json!({ "ConfigurationRecorder": recorder })).unwrap();
    let made = cloud.tower(NEW, "CreateLandingZone", json!({ "version": "4.0", "manifest": manifest() })).unwrap();
    cloud.wait(SignedDuration::from_hours(1));
    let asked = json!({ "operationIdentifier": made["operationIdentifier"] });
    let operation = cloud.tower(NEW, "GetLandingZoneOperation", asked).unwrap();
    assert_eq!(operation["operationDetails"]["status"], "FAILED");
    assert!(operation["operationDetails"]["statusMessage"].as_str().unwrap().contains(AUDIT));
    assert_eq!(cloud.zone(NEW)["status"], "FAILED");
    let named = json!({ "landingZoneIdentifier": made["arn"] });
    assert_eq!(cloud.tower_refuses(NEW, "DeleteLandingZone", named.clone()), "ConflictException");
    cloud.service(AUDIT, "config", "DeleteConfigurationRecorder", json!({ "ConfigurationRecorderName": "mine" })).unwrap();
    cloud.tower(NEW, "ResetLandingZone", named).unwrap();
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!(cloud.zone(NEW)["status"], "ACTIVE");
    assert_eq!(cloud.recorders(AUDIT), 1);
}

#[test]
fn registering_a_unit_enrols_the_accounts_that_are_ready_for_it() {
    for (unit, ended, reason) in [
        (LANDING, "SUCCEEDED", None),
        (PRODUCTION, "FAILED", Some("eu-west-1")),
        ("ou-new1-closed00", "FAILED", Some("suspended")),
        ("ou-new1-fenced00", "FAILED", Some("config:PutConfigurationRecorder")),
    ] {
        let mut cloud = towers();
        cloud.make_landing_zone();
        let (_, operation) = cloud.register(unit);
        assert_eq!(operation["status"], ended, "{unit}");
        let message = operation["statusMessage"].as_str();
        assert_eq!(message.map(|message| reason.is_some_and(|reason| message.contains(reason))), reason.map(|_| true), "{operation}");
        if unit == LANDING {
            assert_eq!(cloud.children(NEW, CLEAN), pair("SUCCEEDED", "IN_SYNC"));
            assert_eq!(cloud.recorders(CLEAN), 1);
            assert!(cloud.roles(CLEAN).contains(&"AWSControlTowerExecution".to_owned()));
        }
    }
}

#[test]
fn units_are_registered_from_the_top_one_operation_at_a_time() {
    let mut cloud = towers();
    cloud.make_landing_zone();
    let (tower, config) = (cloud.baseline(NEW, "AWSControlTowerBaseline"), cloud.baseline(NEW, "ConfigBaseline"));
    let (audit, backup) = (cloud.baseline(NEW, "CentralSecurityRolesBaseline"), cloud.baseline(NEW, "BackupBaseline"));
    let root = format!("arn:aws:organizations::{NEW}:root/o-new0000000/{ROOT_NEW}");
    let input = |baseline: &str, version: &str, target: &str| json!({ "baselineIdentifier": baseline, "baselineVersion": version, "targetIdentifier": target });
    for (baseline, version, target, code) in [
        (&tower, "5.0", unit_arn("ou-new1-web00000"), "ValidationException"),
        (&tower, "4.0", unit_arn(LANDING), "ValidationException"),
        (&audit, "1.0", unit_arn(LANDING), "ValidationException"),
        (&backup, "1.0", unit_arn(LANDING), "ValidationException"),
        (&tower, "5.0", unit_arn("ou-new1-security"), "ValidationException"),
        (&tower, "5.0", root, "ValidationException"),
        (&tower, "5.0", unit_arn("ou-new1-nowhere0"), "ResourceNotFoundException"),
        (&format!("{tower}X"), "5.0", unit_arn(LANDING), "ResourceNotFoundException"),
    ] {
        assert_eq!(cloud.tower_refuses(NEW, "EnableBaseline", input(baseline, version, &target)), code, "{baseline} {target}");
    }
    cloud.tower(NEW, "EnableBaseline", input(&tower, "5.0", &unit_arn(LANDING))).unwrap();
    assert_eq!(cloud.tower_refuses(NEW, "EnableBaseline", input(&tower, "5.0", &unit_arn(PRODUCTION))), "ConflictException");
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!(cloud.tower_refuses(NEW, "EnableBaseline", input(&tower, "5.0", &unit_arn(LANDING))), "ConflictException");
    assert_eq!(cloud.tower_refuses(NEW, "EnableBaseline", input(&config, "1.0", &unit_arn(LANDING))), "ValidationException");
    let before = cloud.tower_refuses(NEW, "GetBaseline", json!({ "baselineIdentifier": "arn:aws:controltower:us-east-1::baseline/X" }));
    assert_eq!(before, "ResourceNotFoundException");
}

#[test]
fn an_account_that_was_unenrolled_first_is_enrolled_by_moving_it() {
    let mut cloud = towers();
    cloud.make_landing_zone();
    cloud.register(LANDING);
    assert_eq!(cloud.children(OLD, ENROLLED), pair("SUCCEEDED", "IN_SYNC"));
    cloud.move_account(OLD, ENROLLED, WORKLOADS, ROOT_OLD);
    assert_eq!(cloud.children(OLD, ENROLLED)[0].0, "UNDER_CHANGE");
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!(cloud.children(OLD, ENROLLED), Vec::new());
    let roles = cloud.roles(ENROLLED);
    assert!(roles.contains(&"OrganizationsAccountAccessRole".to_owned()) && !roles.contains(&"AWSControlTowerExecution".to_owned()));
    assert_eq!(cloud.recorders(ENROLLED), 0);
    cloud.transfer(ENROLLED);
    assert_eq!(cloud.zone(OLD)["driftStatus"]["status"], "IN_SYNC");
    cloud.move_account(NEW, ENROLLED, ROOT_NEW, LANDING);
    assert_eq!(cloud.children(NEW, ENROLLED)[0].0, "UNDER_CHANGE");
    assert_eq!(cloud.recorders(ENROLLED), 0);
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!((cloud.children(NEW, ENROLLED), cloud.recorders(ENROLLED)), (pair("SUCCEEDED", "IN_SYNC"), 1));
}

#[test]
fn an_account_that_left_while_enrolled_is_refused_by_the_next_landing_zone() {
    let mut cloud = towers();
    cloud.make_landing_zone();
    let (enabled, _) = cloud.register(LANDING);
    cloud.transfer(ENROLLED);
    assert_eq!(cloud.zone(OLD)["driftStatus"]["status"], "DRIFTED");
    cloud.move_account(NEW, ENROLLED, ROOT_NEW, LANDING);
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!(cloud.children(NEW, ENROLLED), pair("FAILED", "DRIFTED"));
    let reset = cloud.tower(NEW, "ResetEnabledBaseline", json!({ "enabledBaselineIdentifier": enabled })).unwrap();
    cloud.wait(SignedDuration::from_hours(1));
    let operation = cloud.tower(NEW, "GetBaselineOperation", json!({ "operationIdentifier": reset["operationIdentifier"] })).unwrap();
    let message = operation["baselineOperation"]["statusMessage"].as_str().unwrap();
    assert!(message.contains(ENROLLED) && message.contains("us-east-1"), "{message}");
    // The old landing zone forgets the stray when it is reset.
    let zone = cloud.zone(OLD)["arn"].clone();
    cloud.tower(OLD, "ResetLandingZone", json!({ "landingZoneIdentifier": zone })).unwrap();
    assert_eq!(cloud.zone(OLD)["driftStatus"]["status"], "IN_SYNC");
}

#[test]
fn accounts_that_are_moved_into_a_unit_wait_for_each_other() {
    let mut cloud = towers();
    cloud.move_account(OLD, ENROLLED, WORKLOADS, "ou-old1-loose000");
    cloud.move_account(OLD, ENROLLED_TOO, WORKLOADS, "ou-old1-loose000");
    cloud.wait(SignedDuration::from_hours(1));
    cloud.move_account(OLD, ENROLLED, "ou-old1-loose000", WORKLOADS);
    cloud.move_account(OLD, ENROLLED_TOO, "ou-old1-loose000", WORKLOADS);
    cloud.wait(SignedDuration::from_mins(5));
    let statuses = [cloud.children(OLD, ENROLLED)[0].0.clone(), cloud.children(OLD, ENROLLED_TOO)[0].0.clone()];
    assert_eq!(statuses, ["SUCCEEDED", "UNDER_CHANGE"]);
    cloud.wait(SignedDuration::from_mins(5));
    assert_eq!(cloud.children(OLD, ENROLLED_TOO)[0].0, "SUCCEEDED");
}

#[test]
fn without_automatic_enrolment_a_unit_is_reset_and_an_account_disabled() {
    let mut cloud = towers();
    let update = json!({ "version": "4.0", "manifest": manifest() });
    let made = cloud.tower(NEW, "CreateLandingZone", update).unwrap();
    cloud.wait(SignedDuration::from_hours(1));
    let (enabled, _) = cloud.register(LANDING);
    let child = |cloud: &mut Cloud| {
        let input = json!({ "includeChildren": true, "filter": { "parentIdentifiers": [enabled] } });
        cloud.tower(NEW, "ListEnabledBaselines", input).unwrap()["enabledBaselines"][0]["arn"].clone()
    };
    let arn = child(&mut cloud);
    let named = json!({ "enabledBaselineIdentifier": arn });
    for operation in ["DisableBaseline", "ResetEnabledBaseline"] {
        assert_eq!(cloud.tower_refuses(NEW, operation, named.clone()), "ValidationException");
    }
    cloud.move_account(NEW, CLEAN, LANDING, ROOT_NEW);
    assert_eq!(cloud.children(NEW, CLEAN), pair("SUCCEEDED", "DRIFTED"));
    cloud.tower(NEW, "DisableBaseline", named).unwrap();
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!((cloud.children(NEW, CLEAN), cloud.recorders(CLEAN)), (Vec::new(), 0));
    cloud.move_account(NEW, CLEAN, ROOT_NEW, LANDING);
    assert_eq!(cloud.children(NEW, CLEAN), Vec::new());
    let drifted = json!({ "filter": { "inheritanceDriftStatuses": ["DRIFTED"] } });
    assert_eq!(cloud.tower(NEW, "ListEnabledBaselines", drifted).unwrap()["enabledBaselines"][0]["arn"], enabled);
    cloud.tower(NEW, "ResetEnabledBaseline", json!({ "enabledBaselineIdentifier": enabled })).unwrap();
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!(cloud.children(NEW, CLEAN), pair("SUCCEEDED", "IN_SYNC"));
    // Another governed region: the unit is no longer what the landing zone asks for, until it is reset.
    let mut wider = manifest();
    wider["governedRegions"] = json!(["us-east-1"]);
    let update = json!({ "landingZoneIdentifier": made["arn"], "version": "4.0", "manifest": wider });
    cloud.tower(NEW, "UpdateLandingZone", update).unwrap();
    cloud.wait(SignedDuration::from_hours(1));
    let source = json!({ "filter": { "sourceDriftStatuses": ["DRIFTED"] } });
    assert_eq!(cloud.tower(NEW, "ListEnabledBaselines", source).unwrap()["enabledBaselines"][0]["arn"], enabled);
    cloud.tower(NEW, "DisableBaseline", json!({ "enabledBaselineIdentifier": enabled })).unwrap();
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!(cloud.recorders(CLEAN), 0);
}

#[test]
fn accounts_that_the_file_leaves_out_are_not_enrolled() {
    let mut cloud = towers();
    assert_eq!(cloud.children(OLD, NOT_ENROLLED), Vec::new());
    let drifted = json!({ "filter": { "inheritanceDriftStatuses": ["DRIFTED"] } });
    let listed = cloud.tower(OLD, "ListEnabledBaselines", drifted).unwrap();
    assert_eq!(listed["enabledBaselines"][0]["targetIdentifier"], unit_arn(WORKLOADS));
}

#[test]
fn controls_queue_up_and_can_be_too_many() {
    let mut cloud = towers();
    let input = |number: usize| {
        let identifier = format!("arn:aws:controltower:us-east-1::control/AWS-GR_{number}");
        json!({ "controlIdentifier": identifier, "targetIdentifier": unit_arn(WORKLOADS) })
    };
    let enabled: Vec<Value> = (0..110).map(|number| cloud.tower(OLD, "EnableControl", input(number)).unwrap()).collect();
    assert_eq!(cloud.tower_refuses(OLD, "EnableControl", input(110)), "ServiceQuotaExceededException");
    cloud.wait(SignedDuration::from_mins(2));
    let status = |cloud: &mut Cloud, number: usize| {
        let asked = json!({ "operationIdentifier": enabled[number]["operationIdentifier"] });
        cloud.tower(OLD, "GetControlOperation", asked).unwrap()["controlOperation"]["status"].clone()
    };
    assert_eq!((status(&mut cloud, 9), status(&mut cloud, 10)), (json!("SUCCEEDED"), json!("IN_PROGRESS")));
    assert_eq!(cloud.tower_refuses(OLD, "EnableControl", input(0)), "ConflictException");
    let mut elsewhere = input(0);
    elsewhere["targetIdentifier"] = json!(unit_arn("ou-old1-loose000"));
    assert_eq!(cloud.tower_refuses(OLD, "EnableControl", elsewhere), "ValidationException");
}

#[test]
fn a_world_with_landing_zones_can_be_saved_and_restored() {
    let mut cloud = towers();
    cloud.make_landing_zone();
    cloud.register(LANDING);
    let saved = serde_json::to_string(&cloud.world).unwrap();
    let restored: World = serde_json::from_str(&saved).unwrap();
    assert!(restored == cloud.world);
}

#[test]
fn what_concerns_the_unit_leaves_all_its_accounts_alone() {
    let mut cloud = towers();
    cloud.make_landing_zone();
    cloud.move_account(NEW, CLEAN, LANDING, "ou-new1-closed00");
    let (_, operation) = cloud.register("ou-new1-closed00");
    assert_eq!((operation["status"].as_str(), cloud.children(NEW, CLEAN), cloud.recorders(CLEAN)), (Some("FAILED"), Vec::new(), 0));
}

#[test]
fn leftovers_of_a_landing_zone_keep_an_account_out() {
    for (leftover, enrolled) in [("role", false), ("region", true), ("authorization", true), ("nothing", true)] {
        let mut cloud = towers();
        cloud.make_landing_zone();
        let trust =
            json!({ "Statement": [{ "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
        let role = json!({ "RoleName": "aws-controltower-ForwardSnsNotificationRole", "AssumeRolePolicyDocument": trust.to_string() });
        match leftover {
            "role" => drop(cloud.service(CLEAN, "iam", "CreateRole", role).unwrap()),
            // A recorder where nothing is governed, and since 4.0 an authorization, do no harm.
            "region" => {
                let recorder = json!({ "name": "mine", "roleARN": "arn:aws:iam::242424242424:role/mine" });
                cloud.region = "eu-south-1".to_owned();
                cloud.service(CLEAN, "config", "PutConfigurationRecorder", json!({ "ConfigurationRecorder": recorder })).unwrap();
                cloud.region = "us-east-1".to_owned();
            }
            "authorization" => {
                let input = json!({ "AuthorizedAccountId": AUDIT, "AuthorizedAwsRegion": "us-east-1" });
                cloud.service(CLEAN, "config", "PutAggregationAuthorization", input).unwrap();
            }
            _ => {}
        }
        let (_, operation) = cloud.register(LANDING);
        assert_eq!(operation["status"], if enrolled { "SUCCEEDED" } else { "FAILED" }, "{leftover}");
    }
}

#[test]
fn enabled_baselines_come_in_pages() {
    let mut cloud = towers();
    let mut pages = Vec::new();
    let mut token = Value::Null;
    loop {
        let mut input = json!({ "includeChildren": true, "maxResults": 2 });
        if token.is_string() {
            input["nextToken"] = token.clone();
        }
        let page = cloud.tower(OLD, "ListEnabledBaselines", input).unwrap();
        pages.push(page["enabledBaselines"].as_array().unwrap().len());
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    // Identity Center, audit, log archive, the registered unit and two accounts.
    assert_eq!(pages, [2, 2, 2]);
}

#[test]
fn before_4_0_the_landing_zone_makes_its_units_and_gathers_its_accounts() {
    let mut cloud = towers();
    let mut manifest = manifest();
    manifest.as_object_mut().unwrap().remove("config");
    manifest["organizationStructure"] = json!({ "security": { "name": "Core" }, "sandbox": { "name": "Sandbox" } });
    let input = json!({ "version": "3.3", "manifest": manifest });
    // Until 3.3 a role for the aggregator is needed besides.
    assert_eq!(cloud.tower_refuses(NEW, "CreateLandingZone", input.clone()), "ValidationException");
    let trust =
        json!({ "Statement": [{ "Effect": "Allow", "Principal": { "Service": "config.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let role = json!({
        "RoleName": "AWSControlTowerConfigAggregatorRoleForOrganizations",
        "Path": "/service-role/",
        "AssumeRolePolicyDocument": trust.to_string(),
    });
    cloud.service(NEW, "iam", "CreateRole", role).unwrap();
    cloud.tower(NEW, "CreateLandingZone", input).unwrap();
    cloud.wait(SignedDuration::from_hours(1));
    let units = cloud.org(NEW, "ListOrganizationalUnitsForParent", json!({ "ParentId": ROOT_NEW })).unwrap();
    let named = |name: &str| {
        let units = units["OrganizationalUnits"].as_array().unwrap();
        units.iter().find(|unit| unit["Name"] == name).map(|unit| unit["Id"].clone())
    };
    assert!(named("Sandbox").is_some());
    for account in [LOGS, AUDIT] {
        let parents = cloud.org(NEW, "ListParents", json!({ "ChildId": account })).unwrap();
        assert_eq!(Some(parents["Parents"][0]["Id"].clone()), named("Core"), "{account}");
    }
    assert_eq!(cloud.zone(NEW)["driftStatus"]["status"], "IN_SYNC");
    let core = named("Core").unwrap().as_str().unwrap().to_owned();
    let listed = cloud.org(NEW, "ListAccountsForParent", json!({ "ParentId": core })).unwrap();
    assert_eq!(listed["Accounts"].as_array().unwrap().len(), 2);
    cloud.move_account(NEW, AUDIT, &core, ROOT_NEW);
    assert_eq!(cloud.zone(NEW)["driftStatus"]["status"], "DRIFTED");
}
