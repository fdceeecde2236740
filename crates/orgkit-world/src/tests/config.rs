//! AWS Config.

use super::*;

impl Cloud {
    fn config(&mut self, by: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
        self.service(by, "config", operation, input)
    }

    /// The code of a refusal; the world must be as before.
    fn config_refuses(&mut self, by: &str, operation: &str, input: Value) -> &'static str {
        let before = self.world.clone();
        let error = self.config(by, operation, input).unwrap_err();
        assert!(self.world == before, "{operation} was refused and changed something");
        error.code
    }
}

fn recorder(name: &str) -> Value {
    json!({ "ConfigurationRecorder": { "name": name, "roleARN": "arn:aws:iam::888888888888:role/config" } })
}

fn channel(name: &str) -> Value {
    json!({ "DeliveryChannel": { "name": name, "s3BucketName": "bucket" } })
}

#[test]
fn recorder_and_channel_come_and_go_in_order() {
    let mut cloud = Cloud::new();
    let by_name = |name: &str| json!({ "ConfigurationRecorderName": name });
    let steps = [
        ("PutDeliveryChannel", channel("default"), Some("NoAvailableConfigurationRecorderException")),
        ("StartConfigurationRecorder", by_name("main"), Some("NoSuchConfigurationRecorderException")),
        ("PutConfigurationRecorder", recorder("main"), None),
        ("PutConfigurationRecorder", recorder("other"), Some("MaxNumberOfConfigurationRecordersExceededException")),
        ("StartConfigurationRecorder", by_name("main"), Some("NoAvailableDeliveryChannelException")),
        ("PutDeliveryChannel", channel("default"), None),
        ("PutDeliveryChannel", channel("other"), Some("MaxNumberOfDeliveryChannelsExceededException")),
        ("StartConfigurationRecorder", by_name("main"), None),
        ("DeleteDeliveryChannel", json!({ "DeliveryChannelName": "default" }), Some("LastDeliveryChannelDeleteFailedException")),
        ("StopConfigurationRecorder", by_name("main"), None),
        ("DeleteDeliveryChannel", json!({ "DeliveryChannelName": "other" }), Some("NoSuchDeliveryChannelException")),
        ("DeleteDeliveryChannel", json!({ "DeliveryChannelName": "default" }), None),
        ("DeleteConfigurationRecorder", by_name("main"), None),
        ("DeleteConfigurationRecorder", by_name("main"), Some("NoSuchConfigurationRecorderException")),
    ];
    for (number, (operation, input, refused)) in steps.into_iter().enumerate() {
        match refused {
            Some(code) => assert_eq!(cloud.config_refuses(STANDALONE, operation, input), code, "step {number}"),
            None => drop(cloud.config(STANDALONE, operation, input).unwrap()),
        }
    }
    cloud.config(STANDALONE, "PutConfigurationRecorder", recorder("main")).unwrap();
    cloud.region = "eu-west-1".to_owned();
    assert_eq!(cloud.config(STANDALONE, "DescribeConfigurationRecorders", json!({})).unwrap(), json!({ "ConfigurationRecorders": [] }));
}

#[test]
fn recording_groups_must_not_contradict_themselves() {
    for (group, strategy) in [
        (json!(null), Some("ALL_SUPPORTED_RESOURCE_TYPES")),
        (json!({ "allSupported": true, "includeGlobalResourceTypes": true }), Some("ALL_SUPPORTED_RESOURCE_TYPES")),
        (json!({ "resourceTypes": ["AWS::S3::Bucket"] }), Some("INCLUSION_BY_RESOURCE_TYPES")),
        (json!({ "exclusionByResourceTypes": { "resourceTypes": ["AWS::S3::Bucket"] } }), Some("EXCLUSION_BY_RESOURCE_TYPES")),
        (json!({ "allSupported": true, "resourceTypes": ["AWS::S3::Bucket"] }), None),
        (json!({ "allSupported": true, "recordingStrategy": { "useOnly": "EXCLUSION_BY_RESOURCE_TYPES" } }), None),
        (json!({ "allSupported": false }), None),
    ] {
        let mut cloud = Cloud::new();
        let mut input = recorder("main");
        if !group.is_null() {
            input["ConfigurationRecorder"]["recordingGroup"] = group.clone();
        }
        let Some(strategy) = strategy else {
            assert_eq!(cloud.config_refuses(STANDALONE, "PutConfigurationRecorder", input), "InvalidRecordingGroupException", "{group}");
            continue;
        };
        cloud.config(STANDALONE, "PutConfigurationRecorder", input).unwrap();
        let described = cloud.config(STANDALONE, "DescribeConfigurationRecorders", json!({})).unwrap();
        let given = &described["ConfigurationRecorders"][0]["recordingGroup"]["recordingStrategy"]["useOnly"];
        assert_eq!(given, strategy, "{group}");
    }
}

#[test]
fn an_organization_is_aggregated_by_those_who_may_speak_for_it() {
    let mut cloud = Cloud::new();
    let input = |source: &str| match source {
        "organization" => json!({
            "ConfigurationAggregatorName": "all",
            "OrganizationAggregationSource": { "RoleArn": "arn:aws:iam::222222222222:role/r", "AllAwsRegions": true },
        }),
        "accounts" => json!({
            "ConfigurationAggregatorName": "some",
            "AccountAggregationSources": [{ "AccountIds": [MEMBER], "AwsRegions": ["us-east-1"] }],
        }),
        _ => json!({ "ConfigurationAggregatorName": "none" }),
    };
    for (by, source, code) in [
        (MEMBER, "organization", "OrganizationAccessDeniedException"),
        (DELEGATED, "organization", "OrganizationAccessDeniedException"),
        (STANDALONE, "organization", "NoAvailableOrganizationException"),
        (NEW, "nothing", "InvalidParameterValueException"),
    ] {
        assert_eq!(cloud.config_refuses(by, "PutConfigurationAggregator", input(source)), code, "{by} {source}");
    }
    cloud.config(NEW, "PutConfigurationAggregator", input("organization")).unwrap();
    let trusted = cloud.org(NEW, "ListAWSServiceAccessForOrganization", json!({})).unwrap();
    assert_eq!(trusted["EnabledServicePrincipals"][0]["ServicePrincipal"], "config.amazonaws.com");
    let status = |cloud: &mut Cloud, by: &str, name: &str| {
        let asked = json!({ "ConfigurationAggregatorName": name });
        let listed = cloud.config(by, "DescribeConfigurationAggregatorSourcesStatus", asked).unwrap();
        listed["AggregatedSourceStatusList"][0]["LastUpdateStatus"].clone()
    };
    assert_eq!(status(&mut cloud, NEW, "all"), "SUCCEEDED");
    cloud.config(STANDALONE, "PutConfigurationAggregator", input("accounts")).unwrap();
    assert_eq!(status(&mut cloud, STANDALONE, "some"), "FAILED");
    let authorization = json!({ "AuthorizedAccountId": STANDALONE, "AuthorizedAwsRegion": "us-east-1" });
    cloud.config(MEMBER, "PutAggregationAuthorization", authorization.clone()).unwrap();
    assert_eq!(status(&mut cloud, STANDALONE, "some"), "SUCCEEDED");
    cloud.config(MEMBER, "DeleteAggregationAuthorization", authorization).unwrap();
    assert_eq!(status(&mut cloud, STANDALONE, "some"), "FAILED");
}

#[test]
fn organization_rules_come_and_go_with_the_membership() {
    let mut cloud = Cloud::new();
    let rule = |name: &str, excluded: &[&str]| {
        json!({
            "OrganizationConfigRuleName": name,
            "OrganizationManagedRuleMetadata": { "RuleIdentifier": "IAM_PASSWORD_POLICY" },
            "ExcludedAccounts": excluded,
        })
    };
    assert_eq!(cloud.config_refuses(MEMBER, "PutOrganizationConfigRule", rule("r", &[])), "OrganizationAccessDeniedException");
    cloud.config(OLD, "PutOrganizationConfigRule", rule("old", &[DELEGATED])).unwrap();
    cloud.config(NEW, "PutOrganizationConfigRule", rule("new", &[])).unwrap();
    let rules = |cloud: &mut Cloud, account: &str| -> Vec<String> {
        let rules = cloud.config(account, "DescribeConfigRules", json!({})).unwrap();
        let names = rules["ConfigRules"].as_array().unwrap().iter().map(|rule| rule["ConfigRuleName"].as_str().unwrap().to_owned());
        names.map(|name| name.split('-').nth(1).unwrap().to_owned()).collect()
    };
    assert_eq!((rules(&mut cloud, MEMBER), rules(&mut cloud, DELEGATED)), (vec!["old".to_owned()], Vec::new()));
    let handshake = cloud.invite(NEW, MEMBER);
    cloud.org(MEMBER, "AcceptHandshake", json!({ "HandshakeId": handshake })).unwrap();
    assert_eq!(rules(&mut cloud, MEMBER), ["new"]);
    let named = json!({ "OrganizationConfigRuleName": "new" });
    cloud.config(NEW, "DeleteOrganizationConfigRule", named.clone()).unwrap();
    assert_eq!(rules(&mut cloud, MEMBER), Vec::<String>::new());
    assert_eq!(cloud.config_refuses(NEW, "DeleteOrganizationConfigRule", named), "NoSuchOrganizationConfigRuleException");
}
