//! What Control Tower is doing or has done. Operations are decided when they begin; how they ended is shown when their time has passed.

use super::versions::OPERATIONS_SEEN;
use super::{not_found, owned, paging};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::world::World;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::OrganizationId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Create,
    Update,
    Reset,
    Delete,
    EnableBaseline,
    UpdateEnabledBaseline,
    ResetEnabledBaseline,
    DisableBaseline,
    EnableControl,
    DisableControl,
}

/// Which operation of the API shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    LandingZone,
    Baseline,
    Control,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Reset => "RESET",
            Self::Delete => "DELETE",
            Self::EnableBaseline => "ENABLE_BASELINE",
            Self::UpdateEnabledBaseline => "UPDATE_ENABLED_BASELINE",
            Self::ResetEnabledBaseline => "RESET_ENABLED_BASELINE",
            Self::DisableBaseline => "DISABLE_BASELINE",
            Self::EnableControl => "ENABLE_CONTROL",
            Self::DisableControl => "DISABLE_CONTROL",
        }
    }

    fn family(self) -> Family {
        match self {
            Self::Create | Self::Update | Self::Reset | Self::Delete => Family::LandingZone,
            Self::EnableControl | Self::DisableControl => Family::Control,
            _ => Family::Baseline,
        }
    }

    /// Whether it is about a control.
    pub(super) fn is_of_controls(self) -> bool {
        self.family() == Family::Control
    }
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Operation {
    pub(super) organization: OrganizationId,
    pub(super) kind: Kind,
    pub(super) started: Timestamp,
    pub(super) ends: Timestamp,
    /// Why it fails; `None` when it succeeds.
    pub(super) failure: Option<String>,
    /// What it is about, in the members of `ControlOperation`; empty for operations without a control.
    pub(super) about: Map<String, Value>,
}

impl Operation {
    /// `SUCCEEDED`, `FAILED` or `IN_PROGRESS`.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match &self.failure {
            _ if now < self.ends => "IN_PROGRESS",
            Some(_) => "FAILED",
            None => "SUCCEEDED",
        }
    }

    fn is_seen(&self, now: Timestamp) -> bool {
        now.duration_since(self.ends) < OPERATIONS_SEEN
    }

    fn shape(&self, id: &str, now: Timestamp) -> Value {
        let mut shape = self.about.clone();
        shape.insert("operationType".to_owned(), self.kind.name().into());
        shape.insert("operationIdentifier".to_owned(), id.into());
        shape.insert("status".to_owned(), self.status(now).into());
        shape.insert("startTime".to_owned(), iso(self.started).into());
        if now >= self.ends {
            shape.insert("endTime".to_owned(), iso(self.ends).into());
            shape.extend(self.failure.as_ref().map(|failure| ("statusMessage".to_owned(), failure.as_str().into())));
        }
        Value::Object(shape)
    }
}

/// Notes an operation that has just begun, and returns its id.
pub(super) fn begin(
    world: &mut World,
    organization: &OrganizationId,
    kind: Kind,
    now: Timestamp,
    takes: SignedDuration,
    failure: Option<String>,
) -> String {
    let id = world.ids.uuid();
    let ends = now.saturating_add(takes).unwrap_or(Timestamp::MAX);
    let operation = Operation { organization: organization.clone(), kind, started: now, ends, failure, about: Map::new() };
    world.services.controltower.operations.insert(id.clone(), operation);
    id
}

/// `GetLandingZoneOperation`.
pub(super) fn get_landing_zone(world: &World, request: &Request<'_>) -> Answer {
    Ok(json!({ "operationDetails": find(world, request, Family::LandingZone)? }))
}

/// `GetBaselineOperation`.
pub(super) fn get_baseline(world: &World, request: &Request<'_>) -> Answer {
    Ok(json!({ "baselineOperation": find(world, request, Family::Baseline)? }))
}

/// `GetControlOperation`.
pub(super) fn get_control(world: &World, request: &Request<'_>) -> Answer {
    Ok(json!({ "controlOperation": find(world, request, Family::Control)? }))
}

/// `ListLandingZoneOperations`, the latest first.
pub(super) fn list_landing_zone(world: &World, request: &Request<'_>) -> Answer {
    let organization = owned(world, request)?;
    let wanted = |name: &str| super::filter_texts(request, name);
    let (types, statuses) = (wanted("types"), wanted("statuses"));
    let fits = |operation: &Operation| {
        operation.organization == organization.id
            && operation.kind.family() == Family::LandingZone
            && operation.is_seen(request.now)
            && (types.is_empty() || types.contains(&operation.kind.name()))
            && (statuses.is_empty() || statuses.contains(&operation.status(request.now)))
    };
    let all = world.services.controltower.operations.iter();
    let mut found: Vec<(&String, &Operation)> = all.filter(|(_, operation)| fits(operation)).collect();
    found.sort_by_key(|(id, operation)| (std::cmp::Reverse(operation.started), *id));
    let shape = |(id, operation): (&String, &Operation)| {
        let (kind, status) = (operation.kind.name(), operation.status(request.now));
        json!({ "operationIdentifier": id, "operationType": kind, "status": status })
    };
    paging("ListLandingZoneOperations", "landingZoneOperations").page(request, found.into_iter().map(shape).collect())
}

fn find(world: &World, request: &Request<'_>, family: Family) -> Result<Value, ApiError> {
    let organization = owned(world, request)?;
    let id = request.required("operationIdentifier")?;
    let found = world.services.controltower.operations.get(id);
    let operation = found
        .filter(|operation| operation.organization == organization.id && operation.kind.family() == family)
        .filter(|operation| operation.is_seen(request.now))
        .ok_or_else(|| not_found("The operation does not exist."))?;
    Ok(operation.shape(id, request.now))
}
