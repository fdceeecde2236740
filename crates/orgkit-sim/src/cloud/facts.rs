//! The facts: the same documents as the implementation over the SDK makes.

use super::convert::{text, time};
use super::{Ask, SimCloud, governance, iam, nothing};
use jiff::Timestamp;
use orgkit_cloud::{CloudError, ErrorClass, EventPage, FACT_KINDS, FactDoc, is_whole};
use orgkit_model::AccountId;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The most events in a page [CloudTrail API Reference, LookupEvents].
const PAGE: u32 = 50;
/// `LookupEvents` is answered twice a second for each account and region [CloudTrail API Reference, LookupEvents].
const PACE: Duration = Duration::from_millis(500);

/// The facts of one kind, sorted by name.
pub(super) fn collect(cloud: &SimCloud, by: &AccountId, region: Option<&str>, kind: &str) -> Result<Vec<FactDoc>, CloudError> {
    let fatal = |message: String| CloudError {
        class: ErrorClass::Fatal,
        operation: kind.to_owned(),
        by: by.clone(),
        code: Some("UnknownFactKind".to_owned()),
        reason: None,
        message,
    };
    match FACT_KINDS.iter().find(|(known, _)| *known == kind) {
        None => return Err(fatal("orgkit has no collector for this kind of fact".to_owned())),
        Some((_, regional)) if *regional != region.is_some() => {
            let where_to = if *regional { "in a region" } else { "once for all regions" };
            return Err(fatal(format!("this kind of fact is read {where_to}")));
        }
        Some(_) => {}
    }
    let at = At { cloud, by, region };
    let mut facts = match kind {
        "cloudtrail:DescribeTrails" => trails(at),
        "cloudtrail:GetTrailStatus" => trail_statuses(at),
        "config:DescribeConfigurationRecorderStatus" => {
            let members = ["name", "recording", "lastStatus"];
            at.listed("config", "DescribeConfigurationRecorderStatus", "ConfigurationRecordersStatus", "name", &members)
        }
        "config:DescribeConfigurationRecorders" => recorders(at),
        "config:DescribeDeliveryChannels" => {
            at.listed("config", "DescribeDeliveryChannels", "DeliveryChannels", "name", &["name", "s3BucketName"])
        }
        "controltower:GetLandingZone" => governance::landing_zones(at),
        "controltower:ListEnabledBaselines" => governance::enabled_baselines(at, None),
        "iam:GetAccountAuthorizationDetails" => iam::authorization_details(at),
        "inspector2:BatchGetAccountStatus" => inspector_status(at),
        "inspector2:GetDelegatedAdminAccount" => inspector_administrator(at),
        "organizations:ListInboundResponsibilityTransfers" => governance::transfers(at, "ListInboundResponsibilityTransfers"),
        "organizations:ListOutboundResponsibilityTransfers" => governance::transfers(at, "ListOutboundResponsibilityTransfers"),
        "ram:GetResourceShareAssociations" => shares(at),
        "savingsplans:DescribeSavingsPlans" => savings_plans(at),
        "sso-admin:ListAccountsForProvisionedPermissionSet" => provisioned(at),
        resource_type => resources(at, resource_type),
    }?;
    facts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(facts)
}

/// Whose facts, and where.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) cloud: &'a SimCloud,
    pub(super) by: &'a AccountId,
    pub(super) region: Option<&'a str>,
}

impl<'a> At<'a> {
    pub(super) fn ask(&self, service: &'static str, operation: &'static str) -> Ask<'a> {
        Ask::of(self.by, self.region, service, operation)
    }

    /// One document per item of a list without pages, with some of its members.
    fn listed(
        self,
        service: &'static str,
        operation: &'static str,
        items: &str,
        name: &str,
        members: &[&str],
    ) -> Result<Vec<FactDoc>, CloudError> {
        let answer = self.cloud.read(&self.ask(service, operation), &nothing())?;
        let items = answer.get(items).and_then(Value::as_array).into_iter().flatten();
        Ok(items.map(|item| fact(text(item, name), picked(item, members))).collect())
    }
}

pub(super) fn fact(name: Option<&str>, doc: Value) -> FactDoc {
    FactDoc { name: name.unwrap_or_default().to_owned(), doc }
}

/// Some of an object's members; what is not there stays out.
pub(super) fn picked(value: &Value, members: &[&str]) -> Value {
    let found = members.iter().filter_map(|name| Some(((*name).to_owned(), value.get(*name)?.clone())));
    Value::Object(found.collect::<Map<_, _>>())
}

/// A JSON document that may be URL-encoded, as IAM's are. What is no JSON stays the text that it is.
pub(super) fn document(value: Option<&Value>) -> Option<Value> {
    let text = value?.as_str()?;
    let decoded = || percent_decode_str(text).decode_utf8_lossy().into_owned();
    let parsed = serde_json::from_str(text).or_else(|_| serde_json::from_str(&decoded()));
    Some(parsed.unwrap_or_else(|_| Value::from(decoded())))
}

fn trail_list(at: At<'_>) -> Result<Vec<Value>, CloudError> {
    let mut answer = at.cloud.read(&at.ask("cloudtrail", "DescribeTrails"), &json!({ "includeShadowTrails": true }))?;
    Ok(match answer.get_mut("trailList").map(Value::take) {
        Some(Value::Array(trails)) => trails,
        _ => Vec::new(),
    })
}

fn trails(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    const MEMBERS: [&str; 8] = [
        "Name",
        "TrailARN",
        "S3BucketName",
        "IsMultiRegionTrail",
        "IsOrganizationTrail",
        "LogFileValidationEnabled",
        "KmsKeyId",
        "HomeRegion",
    ];
    Ok(trail_list(at)?.iter().map(|trail| fact(text(trail, "TrailARN"), picked(trail, &MEMBERS))).collect())
}

fn trail_statuses(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let mut facts = Vec::new();
    for trail in trail_list(at)? {
        let arn = text(&trail, "TrailARN").unwrap_or_default();
        let status = at.cloud.read(&at.ask("cloudtrail", "GetTrailStatus"), &json!({ "Name": arn }))?;
        let mut doc = picked(&status, &["IsLogging", "LatestDeliveryError"]);
        if let Some(delivered) = time(status.get("LatestDeliveryTime")) {
            doc["LatestDeliveryTime"] = json!(delivered);
        }
        facts.push(fact(Some(arn), doc));
    }
    Ok(facts)
}

fn recorders(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let answer = at.cloud.read(&at.ask("config", "DescribeConfigurationRecorders"), &nothing())?;
    let recorders = answer.get("ConfigurationRecorders").and_then(Value::as_array).into_iter().flatten();
    let doc = |recorder: &Value| {
        let mut doc = picked(recorder, &["name", "roleARN"]);
        if let Some(group) = recorder.get("recordingGroup") {
            // The SDK's type has no "not said" for this member.
            let all = group.get("allSupported").and_then(Value::as_bool).unwrap_or(false);
            doc["recordingGroup"] = json!({ "allSupported": all });
        }
        doc
    };
    Ok(recorders.map(|recorder| fact(text(recorder, "name"), doc(recorder))).collect())
}

fn inspector_administrator(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let answer = match at.cloud.read(&at.ask("inspector2", "GetDelegatedAdminAccount"), &nothing()) {
        Err(error) if error.is("ResourceNotFoundException") => return Ok(Vec::new()),
        answer => answer?,
    };
    let administrator = answer.get("delegatedAdmin");
    let doc = |found: &Value| json!({ "delegatedAdmin": picked(found, &["accountId", "relationshipStatus"]) });
    Ok(administrator.map(|found| fact(text(found, "accountId"), doc(found))).into_iter().collect())
}

fn inspector_status(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let ask = at.ask("inspector2", "BatchGetAccountStatus");
    let answer = at.cloud.read(&ask, &json!({ "accountIds": [at.by] }))?;
    let listed = |member: &str| answer.get(member).and_then(Value::as_array).into_iter().flatten();
    if let Some(failed) = listed("failedAccounts").next() {
        let message = text(failed, "errorMessage").unwrap_or_default().to_owned();
        return Err(ask.own(ErrorClass::Refused, text(failed, "errorCode"), message));
    }
    let doc = |account: &Value| {
        let status = |state: &Value| picked(state, &["status"]);
        let resources = account.get("resourceState").and_then(Value::as_object).into_iter().flatten();
        let scanned = resources.filter(|(name, _)| ["ec2", "ecr", "lambda"].contains(&name.as_str()));
        let mut doc = picked(account, &["accountId"]);
        doc["state"] = account.get("state").map(status).unwrap_or_default();
        doc["resourceState"] = scanned.map(|(name, state)| (name.clone(), status(state))).collect::<Map<_, _>>().into();
        doc
    };
    Ok(listed("accounts").map(|account| fact(text(account, "accountId"), doc(account))).collect())
}

fn shares(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    const MEMBERS: [&str; 6] = ["resourceShareArn", "resourceShareName", "associatedEntity", "associationType", "status", "external"];
    let ask = at.ask("ram", "GetResourceShareAssociations");
    let all = at.cloud.pages(&ask, json!({ "associationType": "PRINCIPAL" }), "resourceShareAssociations", "nextToken")?;
    let name = |item: &Value| {
        format!("{} {}", text(item, "resourceShareArn").unwrap_or_default(), text(item, "associatedEntity").unwrap_or_default())
    };
    Ok(all.iter().map(|item| FactDoc { name: name(item), doc: picked(item, &MEMBERS) }).collect())
}

fn savings_plans(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    const MEMBERS: [&str; 5] = ["savingsPlanArn", "savingsPlanType", "state", "commitment", "end"];
    let all = at.cloud.pages(&at.ask("savingsplans", "DescribeSavingsPlans"), nothing(), "savingsPlans", "nextToken")?;
    Ok(all.iter().map(|plan| fact(text(plan, "savingsPlanArn"), picked(plan, &MEMBERS))).collect())
}

fn provisioned(at: At<'_>) -> Result<Vec<FactDoc>, CloudError> {
    let mut facts = Vec::new();
    for instance in at.cloud.pages(&at.ask("sso", "ListInstances"), nothing(), "Instances", "NextToken")? {
        let instance = text(&instance, "InstanceArn").unwrap_or_default();
        let sets =
            at.cloud.pages(&at.ask("sso", "ListPermissionSets"), json!({ "InstanceArn": instance }), "PermissionSets", "NextToken")?;
        for set in sets.iter().filter_map(Value::as_str) {
            let ask = at.ask("sso", "ListAccountsForProvisionedPermissionSet");
            let input = json!({ "InstanceArn": instance, "PermissionSetArn": set });
            let mut accounts = at.cloud.pages(&ask, input, "AccountIds", "NextToken")?;
            accounts.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            let doc = json!({ "InstanceArn": instance, "PermissionSetArn": set, "AccountIds": accounts });
            facts.push(fact(Some(set), doc));
        }
    }
    Ok(facts)
}

/// One document per resource, named by its identifier: its properties.
fn resources(at: At<'_>, resource_type: &str) -> Result<Vec<FactDoc>, CloudError> {
    let mut facts = Vec::new();
    let listed = at.cloud.pages(
        &at.ask("cloudcontrol", "ListResources"),
        json!({ "TypeName": resource_type }),
        "ResourceDescriptions",
        "NextToken",
    )?;
    for resource in listed {
        let name = text(&resource, "Identifier").unwrap_or_default();
        let properties = match document(resource.get("Properties")) {
            Some(properties) if is_whole(resource_type, &properties) => Some(properties),
            _ => {
                let input = json!({ "TypeName": resource_type, "Identifier": name });
                match at.cloud.read(&at.ask("cloudcontrol", "GetResource"), &input) {
                    Ok(answer) => document(answer.pointer("/ResourceDescription/Properties")),
                    Err(error) if error.is("ResourceNotFoundException") => None,
                    Err(error) => return Err(error),
                }
            }
        };
        facts.extend(properties.map(|doc| fact(Some(name), doc)));
    }
    Ok(facts)
}

/// One page of the event history, the newest events first.
pub(super) fn events(
    cloud: &SimCloud,
    by: &AccountId,
    region: &str,
    (since, until): (Timestamp, Timestamp),
    next: Option<String>,
) -> Result<EventPage, CloudError> {
    if next.is_some() {
        cloud.sleep(PACE);
    }
    let mut input = json!({ "StartTime": since.as_second(), "EndTime": until.as_second(), "MaxResults": PAGE });
    if let Some(next) = next {
        input["NextToken"] = next.into();
    }
    let answer = cloud.read(&Ask::of(by, Some(region), "cloudtrail", "LookupEvents"), &input)?;
    let events = answer.get("Events").and_then(Value::as_array).into_iter().flatten();
    let events = events.filter_map(|event| text(event, "CloudTrailEvent")).map(str::to_owned).collect();
    Ok(EventPage { events, next: text(&answer, "NextToken").map(str::to_owned) })
}
