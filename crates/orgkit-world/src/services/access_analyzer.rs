//! IAM Access Analyzer (botocore `accessanalyzer/2019-11-01`): analyzers of accounts and of organizations.
//!
//! An analyzer of an organization is active only while its organization is there, has trusted access for Access Analyzer, and its owner
//! manages it or administers Access Analyzer for it. Archive rules and findings are not simulated.

use super::own;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::catalog::{Faults, Protocol, Service, change, read};
use crate::format::iso;
use crate::page::Paging;
use crate::world::{OrganizationRecord, World};
use crate::worldfile::AnalyzerType;
use jiff::Timestamp;
use orgkit_model::{AccountId, OrganizationId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The service and its operations.
pub(crate) const SERVICE: Service = Service {
    name: "accessanalyzer",
    signing_name: "access-analyzer",
    actions: "access-analyzer",
    model: "accessanalyzer/2019-11-01",
    protocol: Protocol::RestJson,
    faults: Faults::REST,
    operations: &[
        change("CreateAnalyzer", create)
            .at("PUT", "/analyzer")
            .rules(
                "one of a type an account and region, five an organization; an organization's only by its management account or delegated administrator",
                "Access Analyzer API Reference, CreateAnalyzer",
            ),
        read("GetAnalyzer", get)
            .at("GET", "/analyzer/{analyzerName}")
            .rules("DISABLED with the reason when the organization is lost", "Access Analyzer API Reference, AnalyzerSummary"),
        read("ListAnalyzers", list)
            .at("GET", "/analyzer")
            .rules("of the region, by type", "Access Analyzer API Reference, ListAnalyzers"),
        change("DeleteAnalyzer", delete)
            .at("DELETE", "/analyzer/{analyzerName}")
            .rules("the caller's own", "Access Analyzer API Reference, DeleteAnalyzer"),
    ],
};

/// Access Analyzer's name in Organizations.
const PRINCIPAL: &str = "access-analyzer.amazonaws.com";
/// How many analyzers of a type an account can have in a region (botocore, shape `CreateAnalyzerRequest`, 2026; that it counts by type is
/// unconfirmed).
const MOST_OF_ACCOUNT: usize = 1;
/// How many analyzers of a type the accounts of an organization can have for it in a region (as above).
const MOST_OF_ORGANIZATION: usize = 5;

/// What Access Analyzer keeps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    analyzers: BTreeMap<AccountId, Vec<Analyzer>>,
}

/// An analyzer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Analyzer {
    name: String,
    region: String,
    kind: AnalyzerType,
    /// The organization that it analyzes; `None` for one of its account.
    organization: Option<OrganizationId>,
    created_at: Timestamp,
    /// The configuration as it was given.
    configuration: Option<Value>,
    tags: BTreeMap<String, String>,
}

/// `CreateAnalyzer`.
fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?.id.clone();
    let name = name(request)?;
    let kind = kind(request)?.ok_or_else(|| invalid("type is required."))?;
    if request.input.get("archiveRules").and_then(Value::as_array).is_some_and(|rules| !rules.is_empty()) {
        return Err(invalid("Archive rules are not simulated."));
    }
    let organization = if kind.is_of_organization() { Some(zone(world, request)?.id.clone()) } else { None };
    let own = world.services.access_analyzer.analyzers.get(&account).map(Vec::as_slice).unwrap_or_default();
    if own.iter().any(|analyzer| analyzer.region == request.region && analyzer.name == name) {
        return Err(ApiError::new("ConflictException", format!("An analyzer named {name} already exists.")).with_status(409));
    }
    let same = |analyzer: &&Analyzer| analyzer.region == request.region && analyzer.kind == kind && analyzer.organization == organization;
    let (count, most) = match organization {
        None => (own.iter().filter(same).count(), MOST_OF_ACCOUNT),
        Some(_) => (world.services.access_analyzer.analyzers.values().flatten().filter(same).count(), MOST_OF_ORGANIZATION),
    };
    if count >= most {
        let message = format!("You have reached the maximum of {most} analyzers of type {}.", kind.word());
        return Err(ApiError::new("ServiceQuotaExceededException", message).with_status(402));
    }
    let analyzer = Analyzer {
        name: name.to_owned(),
        region: request.region.to_owned(),
        kind,
        organization,
        created_at: request.now,
        configuration: request.input.get("configuration").cloned(),
        tags: request.object("tags"),
    };
    let arn = analyzer.arn(&account);
    world.services.access_analyzer.analyzers.entry(account).or_default().push(analyzer);
    Ok(json!({ "arn": arn }))
}

/// `GetAnalyzer`.
fn get(world: &World, request: &Request<'_>) -> Answer {
    let analyzer = find(world, request)?;
    let mut shape = shape(world, &request.caller.account, analyzer);
    if let Some(configuration) = &analyzer.configuration {
        shape["configuration"] = configuration.clone();
    }
    Ok(json!({ "analyzer": shape }))
}

/// `ListAnalyzers`.
fn list(world: &World, request: &Request<'_>) -> Answer {
    let account = &own(world, request)?.id;
    let kind = kind(request)?;
    let analyzers = world.services.access_analyzer.analyzers.get(account).into_iter().flatten();
    let wanted = analyzers.filter(|analyzer| analyzer.region == request.region && kind.is_none_or(|kind| kind == analyzer.kind));
    let shapes = wanted.map(|analyzer| shape(world, account, analyzer)).collect();
    let (limit, token, bad_token) = ("maxResults", "nextToken", "ValidationException");
    Paging { list: "ListAnalyzers", items: "analyzers", limit, token, usual: 100, most: 100, bad_token }.page(request, shapes)
}

/// `DeleteAnalyzer`.
fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let name = find(world, request)?.name.clone();
    if let Some(analyzers) = world.services.access_analyzer.analyzers.get_mut(&request.caller.account) {
        analyzers.retain(|analyzer| analyzer.region != request.region || analyzer.name != name);
    }
    Ok(json!({}))
}

/// An analyzer that a world file describes. It does not have to be active.
pub(crate) fn put(world: &mut World, account: &AccountId, name: &str, kind: AnalyzerType, region: &str, created_at: Timestamp) {
    let organization = world.membership(account).map(|membership| membership.organization.clone());
    let analyzer = Analyzer {
        name: name.to_owned(),
        region: region.to_owned(),
        kind,
        organization: organization.filter(|_| kind.is_of_organization()),
        created_at,
        configuration: None,
        tags: BTreeMap::new(),
    };
    world.services.access_analyzer.analyzers.entry(account.clone()).or_default().push(analyzer);
}

impl Analyzer {
    fn arn(&self, account: &AccountId) -> String {
        format!("arn:aws:access-analyzer:{}:{account}:analyzer/{}", self.region, self.name)
    }

    /// Why it is disabled; `None` while it is active (botocore, shape `ReasonCode`). An owner that left the organization is no delegated
    /// administrator of it any more.
    fn disabled(&self, world: &World, owner: &AccountId) -> Option<&'static str> {
        let organization = match world.organizations.get(self.organization.as_ref()?) {
            None => return Some("ORGANIZATION_DELETED"),
            Some(organization) => organization,
        };
        if !organization.trusted.contains_key(PRINCIPAL) {
            return Some("AWS_SERVICE_ACCESS_DISABLED");
        }
        (!may_analyze(world, organization, owner)).then_some("DELEGATED_ADMINISTRATOR_DEREGISTERED")
    }
}

/// Whether an account may have analyzers of an organization.
fn may_analyze(world: &World, organization: &OrganizationRecord, account: &AccountId) -> bool {
    &organization.management == account || world.delegated_since(&organization.id, account, PRINCIPAL).is_some()
}

/// The organization that the caller may analyze. Which errors come otherwise is unconfirmed.
fn zone<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w OrganizationRecord, ApiError> {
    let account = &request.caller.account;
    let organization = world.organization_of(account).ok_or_else(|| invalid("The account is not in an organization."))?;
    if !may_analyze(world, organization, account) {
        let message = "Only the management account or a delegated administrator can create an analyzer for the organization.";
        return Err(ApiError::new("AccessDeniedException", message).with_status(403));
    }
    if !organization.trusted.contains_key(PRINCIPAL) {
        return Err(invalid("Trusted access for IAM Access Analyzer is not enabled in the organization."));
    }
    Ok(organization)
}

fn find<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w Analyzer, ApiError> {
    let name = name(request)?;
    let mut analyzers = world.services.access_analyzer.analyzers.get(&request.caller.account).into_iter().flatten();
    let found = analyzers.find(|analyzer| analyzer.region == request.region && analyzer.name == name);
    found.ok_or_else(|| ApiError::new("ResourceNotFoundException", format!("There is no analyzer named {name}.")).with_status(404))
}

/// The name that the call gives: a letter or `_`, then letters, digits, `_`, `.` and `-` (botocore, shape `Name`).
fn name<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    let name = request.required("analyzerName")?;
    let begins_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let is_good = begins_well && name.len() <= 255 && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter));
    if is_good { Ok(name) } else { Err(invalid(format!("`{name}` is not a name of an analyzer."))) }
}

fn kind(request: &Request<'_>) -> Result<Option<AnalyzerType>, ApiError> {
    let Some(word) = request.text("type") else {
        return Ok(None);
    };
    let known = AnalyzerType::EVERY.into_iter().find(|kind| kind.word() == word);
    known.map(Some).ok_or_else(|| invalid(format!("`{word}` is not a type of analyzer.")))
}

fn shape(world: &World, account: &AccountId, analyzer: &Analyzer) -> Value {
    let disabled = analyzer.disabled(world, account);
    let mut shape = json!({
        "arn": analyzer.arn(account),
        "name": analyzer.name,
        "type": analyzer.kind.word(),
        "createdAt": iso(analyzer.created_at),
        "tags": analyzer.tags,
        "status": if disabled.is_some() { "DISABLED" } else { "ACTIVE" },
    });
    if let Some(code) = disabled {
        shape["statusReason"] = json!({ "code": code });
    }
    shape
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}
