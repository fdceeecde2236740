//! The security baseline covers the account: CloudTrail, AWS Config and Amazon Inspector. Run again as the proof once it has joined.

use orgkit_policy_sdk::serde_json::Value;
use orgkit_policy_sdk::{
    Context, Finding, FindingExt as _, RuleError, Status, Subject, SubjectExt as _, Unknown, extra, facts, parse_params,
};

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Params {
    /// The services that must cover the account.
    services: Vec<Service>,
    /// The regions in which Config and Inspector must be on; empty for all that were looked at.
    regions: Vec<String>,
    /// What Inspector must scan.
    inspector_resources: Vec<String>,
}

#[derive(serde::Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Service {
    Cloudtrail,
    Config,
    Inspector2,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::Cloudtrail => "CloudTrail",
            Self::Config => "AWS Config",
            Self::Inspector2 => "Amazon Inspector",
        }
    }
}

/// Why a service does not cover an account.
enum Lack {
    Missing { code: &'static str, why: String },
    Unknown(Unknown),
}

impl From<Unknown> for Lack {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

pub(crate) fn check(ctx: &Context, params: &str, batch: &[Subject]) -> Result<Vec<Finding>, RuleError> {
    let params: Params = parse_params(params)?;
    let regions: Vec<&str> = match params.regions.as_slice() {
        [] => extra(ctx, "regions").unwrap_or_default().split(',').filter(|region| !region.is_empty()).collect(),
        asked => asked.iter().map(String::as_str).collect(),
    };
    let owner = extra(ctx, "target-management-account").unwrap_or_default();
    let judge = |account: &Subject, service: Service| {
        let lack = match service {
            Service::Cloudtrail => cloudtrail(account, owner),
            Service::Config => everywhere(&regions, |region| config(account, region)),
            Service::Inspector2 => everywhere(&regions, |region| inspector(account, region, &params)),
        };
        verdict(account, service, lack)
    };
    Ok(batch.iter().flat_map(|account| params.services.iter().map(move |service| judge(account, *service))).collect())
}

fn verdict(account: &Subject, service: Service, outcome: Result<(), Lack>) -> Finding {
    let finding = match outcome {
        Ok(()) => account.say(Status::Pass, "covered"),
        Err(Lack::Missing { code, why }) => account.fail(code).with("why", &why),
        Err(Lack::Unknown(unknown)) => account.undetermined(&unknown),
    };
    finding.with("service", service.name())
}

fn everywhere(regions: &[&str], look: impl Fn(&str) -> Result<(), Lack>) -> Result<(), Lack> {
    if regions.is_empty() {
        return Err(Lack::Unknown(Unknown("no region was looked at".to_owned())));
    }
    regions.iter().try_for_each(|region| look(region))
}

fn cloudtrail(account: &Subject, owner: &str) -> Result<(), Lack> {
    let lacking = |why: String| Lack::Missing { code: "cloudtrail-missing", why };
    let mut near = lacking("no organization trail reaches it".to_owned());
    for trail in facts::find("cloudtrail:DescribeTrails", Some(&account.account))? {
        let doc = facts::document(&trail)?;
        if !on(&doc, "IsOrganizationTrail") || !(owner.is_empty() || trail.name.split(':').nth(4) == Some(owner)) {
            continue;
        }
        if !on(&doc, "IsMultiRegionTrail") {
            near = lacking(format!("{} covers one region only", trail.name));
            continue;
        }
        match logs(&trail)? {
            None => return Ok(()),
            Some(why) => near = lacking(why),
        }
    }
    Err(near)
}

/// Why a trail does not log, if it does not.
fn logs(trail: &Subject) -> Result<Option<String>, Unknown> {
    let statuses = facts::related(trail.id, "same-name:cloudtrail:GetTrailStatus")?;
    let Some(status) = statuses.first() else {
        return Err(Unknown(format!("cloudtrail:GetTrailStatus of {} was not read", trail.name)));
    };
    let doc = facts::document(status)?;
    let error = doc.get("LatestDeliveryError").and_then(Value::as_str).filter(|error| !error.is_empty());
    Ok(match (on(&doc, "IsLogging"), error) {
        (true, None) => None,
        (true, Some(error)) => Some(format!("{} cannot deliver: {error}", trail.name)),
        (false, _) => Some(format!("{} is not logging", trail.name)),
    })
}

fn config(account: &Subject, region: &str) -> Result<(), Lack> {
    let lacking = |why: &str| Lack::Missing { code: "config-missing", why: format!("{why} in {region}") };
    let find = |kind: &str| facts::find_in(kind, Some(&account.account), Some(region));
    if find("config:DescribeConfigurationRecorders")?.is_empty() {
        return Err(lacking("no configuration recorder"));
    }
    let statuses = find("config:DescribeConfigurationRecorderStatus")?;
    let mut recording = false;
    for status in &statuses {
        let doc = facts::document(status)?;
        let failed = doc.get("lastStatus").and_then(Value::as_str).is_some_and(|last| last.eq_ignore_ascii_case("failure"));
        recording |= on(&doc, "recording") && !failed;
    }
    if !recording {
        return Err(lacking("the configuration recorder does not record"));
    }
    if find("config:DescribeDeliveryChannels")?.is_empty() {
        return Err(lacking("no delivery channel"));
    }
    Ok(())
}

fn inspector(account: &Subject, region: &str, params: &Params) -> Result<(), Lack> {
    let lacking = |why: String| Lack::Missing { code: "inspector-missing", why: format!("{why} in {region}") };
    let found = facts::find_in("inspector2:BatchGetAccountStatus", Some(&account.account), Some(region))?;
    let mut ours = None;
    for fact in &found {
        let doc = facts::document(fact)?;
        if doc.get("accountId").and_then(Value::as_str).is_none_or(|id| id == account.account) {
            ours = Some(doc);
        }
    }
    let Some(doc) = ours else { return Err(lacking("not enabled".to_owned())) };
    let status = |pointer: &str| doc.pointer(pointer).and_then(Value::as_str).unwrap_or("absent");
    if status("/state/status") != "ENABLED" {
        return Err(lacking(format!("the status is {}", status("/state/status"))));
    }
    for resource in &params.inspector_resources {
        let scanned = status(&format!("/resourceState/{resource}/status"));
        if scanned != "ENABLED" {
            return Err(lacking(format!("the status of {resource} scanning is {scanned}")));
        }
    }
    Ok(())
}

fn on(doc: &Value, member: &str) -> bool {
    doc.get(member).and_then(Value::as_bool) == Some(true)
}
