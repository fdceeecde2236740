//! Configuration recorders: the customer's own, and those that are linked to services.

use super::setup::{ConfigSetup, DEFAULT, LINKED_PREFIX, Recorder, continuous};
use super::{nothing, setup, setup_mut};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::page::Paging;
use crate::world::World;
use serde_json::{Value, json};

/// A recorder as the operations that look see it.
enum Seen<'w> {
    Own(&'w Recorder),
    /// One that is linked to a service: principal and name.
    Linked(&'w str, &'w str),
}

/// `DescribeConfigurationRecorders`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let shapes: Vec<Value> = asked(world, request)?.iter().map(|seen| shape(request, seen)).collect();
    Ok(json!({ "ConfigurationRecorders": shapes }))
}

/// `DescribeConfigurationRecorderStatus`.
pub(super) fn describe_status(world: &World, request: &Request<'_>) -> Answer {
    let shapes: Vec<Value> = asked(world, request)?.iter().map(|seen| status(request, seen)).collect();
    Ok(json!({ "ConfigurationRecordersStatus": shapes }))
}

/// `ListConfigurationRecorders`, at most 20 a page.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let wanted: Vec<&str> = request.input.get("Filters").and_then(Value::as_array).into_iter().flatten().flat_map(filter_values).collect();
    let scope = |seen: &Seen<'_>| if matches!(seen, Seen::Own(_)) { "PAID" } else { "INTERNAL" };
    let recorders = all(setup(world, request)?, request);
    let listed = recorders.iter().filter(|seen| wanted.is_empty() || wanted.contains(&scope(seen))).map(|seen| {
        let mut summary = json!({ "arn": arn(request, seen.name()), "name": seen.name(), "recordingScope": scope(seen) });
        add_principal(&mut summary, seen);
        summary
    });
    let listed = listed.collect();
    let paging = Paging {
        list: "ListConfigurationRecorders",
        items: "ConfigurationRecorderSummaries",
        limit: "MaxResults",
        token: "NextToken",
        usual: 20,
        most: 20,
        bad_token: "ValidationException",
    };
    paging.page(request, listed)
}

/// `PutConfigurationRecorder`: makes the region's recorder, or changes it.
pub(super) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let given = request.input.get("ConfigurationRecorder").unwrap_or(&Value::Null);
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    if text("servicePrincipal").is_some() {
        return Err(unmodifiable("A service-linked recorder is made by its service."));
    }
    let name = text("name").unwrap_or(DEFAULT);
    if name.is_empty() || name.len() > 256 || name.starts_with(LINKED_PREFIX) {
        let message = format!("The configuration recorder name '{name}' is not valid.");
        return Err(ApiError::new("InvalidConfigurationRecorderNameException", message));
    }
    let role = text("roleARN").filter(|role| role.starts_with("arn:"));
    let role = role.ok_or_else(|| ApiError::new("InvalidRoleException", "A recorder needs the ARN of an IAM role."))?.to_owned();
    let group = recording_group(given.get("recordingGroup"))?;
    let known = setup(world, request)?.and_then(|setup| setup.recorder.as_ref());
    if known.is_some_and(|known| known.name != name) {
        let message = "Failed to put configuration recorder because the maximum number of configuration recorders: 1 is reached.";
        return Err(ApiError::new("MaxNumberOfConfigurationRecordersExceededException", message));
    }
    let mode = given.get("recordingMode").cloned().unwrap_or_else(continuous);
    let (recording, changed_at) = known.map_or((false, None), |known| (known.recording, known.changed_at));
    let since = known.map_or(request.now, |known| known.since.min(request.now));
    let recorder = Recorder { name: name.to_owned(), role: Some(role), group, mode, recording, changed_at, since };
    setup_mut(world, request)?.recorder = Some(recorder);
    Ok(nothing())
}

/// `DeleteConfigurationRecorder`. The delivery channel stays.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    named(world, request)?;
    setup_mut(world, request)?.recorder = None;
    Ok(nothing())
}

/// `StartConfigurationRecorder`.
pub(super) fn start(world: &mut World, request: &Request<'_>) -> Answer {
    named(world, request)?;
    if setup(world, request)?.and_then(|setup| setup.channel(request.now)).is_none() {
        return Err(ApiError::new(
            "NoAvailableDeliveryChannelException",
            "Delivery channel is not available to start configuration recorder.",
        ));
    }
    switch(world, request, true)
}

/// `StopConfigurationRecorder`.
pub(super) fn stop(world: &mut World, request: &Request<'_>) -> Answer {
    named(world, request)?;
    switch(world, request, false)
}

fn switch(world: &mut World, request: &Request<'_>, recording: bool) -> Answer {
    if let Some(recorder) = &mut setup_mut(world, request)?.recorder
        && recorder.recording != recording
    {
        (recorder.recording, recorder.changed_at) = (recording, Some(request.now));
    }
    Ok(nothing())
}

/// Refuses a name that is not the customer managed recorder's.
fn named(world: &World, request: &Request<'_>) -> Result<(), ApiError> {
    let name = request.required("ConfigurationRecorderName")?;
    let setup = setup(world, request)?;
    if setup.is_some_and(|setup| setup.linked.values().any(|linked| linked == name)) {
        return Err(unmodifiable("A service-linked recorder is changed by its service."));
    }
    let found = setup.and_then(|setup| setup.recorder(request.now)).is_some_and(|recorder| recorder.name == name);
    if found { Ok(()) } else { Err(no_recorder(name)) }
}

/// The recorders that the input of the operations that describe asks for.
fn asked<'w>(world: &'w World, request: &Request<'_>) -> Result<Vec<Seen<'w>>, ApiError> {
    let names = request.texts("ConfigurationRecorderNames");
    if names.len() > 1 {
        return Err(ApiError::new("ValidationException", "You can only specify one configuration recorder."));
    }
    let everything = all(setup(world, request)?, request);
    let (service, wanted) = (request.text("ServicePrincipal"), request.text("Arn"));
    let Some(asked) = names.first().copied().or(service).or(wanted) else {
        return Ok(everything.into_iter().filter(|seen| matches!(seen, Seen::Own(_))).collect());
    };
    let fits = |seen: &Seen<'_>| {
        names.iter().all(|name| seen.name() == *name)
            && service.is_none_or(|service| matches!(seen, Seen::Linked(principal, _) if *principal == service))
            && wanted.is_none_or(|wanted| arn(request, seen.name()) == wanted)
    };
    let found: Vec<Seen<'w>> = everything.into_iter().filter(fits).collect();
    if found.is_empty() { Err(no_recorder(asked)) } else { Ok(found) }
}

/// All recorders of the region.
fn all<'w>(setup: Option<&'w ConfigSetup>, request: &Request<'_>) -> Vec<Seen<'w>> {
    let own = setup.and_then(|setup| setup.recorder(request.now)).map(Seen::Own);
    let linked = setup.into_iter().flat_map(|setup| &setup.linked);
    own.into_iter().chain(linked.map(|(service, name)| Seen::Linked(service, name))).collect()
}

impl Seen<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Own(recorder) => &recorder.name,
            Self::Linked(_, name) => name,
        }
    }
}

fn shape(request: &Request<'_>, seen: &Seen<'_>) -> Value {
    let slr = || format!("arn:aws:iam::{}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig", request.caller.account);
    let mut shape = match seen {
        Seen::Own(recorder) => json!({
            "roleARN": recorder.role.clone().unwrap_or_else(slr),
            "recordingGroup": recorder.group,
            "recordingMode": recorder.mode,
            "recordingScope": "PAID",
        }),
        Seen::Linked(..) => json!({ "roleARN": slr(), "recordingMode": continuous(), "recordingScope": "INTERNAL" }),
    };
    if let Some(members) = shape.as_object_mut() {
        members.insert("arn".to_owned(), arn(request, seen.name()).into());
        members.insert("name".to_owned(), seen.name().into());
    }
    add_principal(&mut shape, seen);
    shape
}

fn status(request: &Request<'_>, seen: &Seen<'_>) -> Value {
    let mut status = json!({ "arn": arn(request, seen.name()), "name": seen.name(), "recording": true, "lastStatus": "Success" });
    if let (Seen::Own(recorder), Some(members)) = (seen, status.as_object_mut()) {
        members.insert("recording".to_owned(), recorder.recording.into());
        match recorder.changed_at {
            Some(at) => {
                let when = if recorder.recording { "lastStartTime" } else { "lastStopTime" };
                members.insert(when.to_owned(), epoch(at));
                members.insert("lastStatusChangeTime".to_owned(), epoch(at));
            }
            None => {
                members.insert("lastStatus".to_owned(), "Pending".into());
            }
        }
    }
    add_principal(&mut status, seen);
    status
}

fn add_principal(shape: &mut Value, seen: &Seen<'_>) {
    if let (Seen::Linked(service, _), Some(members)) = (seen, shape.as_object_mut()) {
        members.insert("servicePrincipal".to_owned(), (*service).into());
    }
}

fn filter_values(filter: &Value) -> Vec<&str> {
    filter.get("filterValue").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A recording group with what is left out filled in; one that contradicts itself is refused (botocore `config/2014-11-12`, shape
/// `InvalidRecordingGroupException`). Without a group everything but the global IAM types is recorded.
fn recording_group(given: Option<&Value>) -> Result<Value, ApiError> {
    let null = Value::Null;
    let whole = json!({ "allSupported": true });
    let group = given.unwrap_or(&whole);
    let flag = |name: &str| group.get(name).and_then(Value::as_bool).unwrap_or(false);
    let (all, global) = (flag("allSupported"), flag("includeGlobalResourceTypes"));
    let types = group.get("resourceTypes").and_then(Value::as_array).cloned().unwrap_or_default();
    let excluded = group.get("exclusionByResourceTypes").and_then(|by| by.get("resourceTypes")).and_then(Value::as_array);
    let excludes = excluded.is_some_and(|types| !types.is_empty());
    let strategy = group.get("recordingStrategy").and_then(|strategy| strategy.get("useOnly")).and_then(Value::as_str);
    let natural = match (all, types.is_empty(), excludes) {
        (true, true, false) => Some("ALL_SUPPORTED_RESOURCE_TYPES"),
        (false, false, false) => Some("INCLUSION_BY_RESOURCE_TYPES"),
        (false, true, true) => Some("EXCLUSION_BY_RESOURCE_TYPES"),
        _ => None,
    };
    let natural = natural.filter(|natural| strategy.is_none_or(|strategy| strategy == *natural)).filter(|_| all || !global);
    let Some(strategy) = natural else {
        return Err(ApiError::new("InvalidRecordingGroupException", "The recording group provided is not valid."));
    };
    let mut group = json!({
        "allSupported": all,
        "includeGlobalResourceTypes": global,
        "resourceTypes": types,
        "recordingStrategy": { "useOnly": strategy },
    });
    if let (true, Some(members)) = (excludes, group.as_object_mut()) {
        let excluded = given.unwrap_or(&null).get("exclusionByResourceTypes").cloned();
        members.insert("exclusionByResourceTypes".to_owned(), excluded.unwrap_or_default());
    }
    Ok(group)
}

fn arn(request: &Request<'_>, name: &str) -> String {
    format!("arn:aws:config:{}:{}:configuration-recorder/{name}", request.region, request.caller.account)
}

fn no_recorder(name: &str) -> ApiError {
    let message = format!("Cannot find configuration recorder with the specified name '{name}'.");
    ApiError::new("NoSuchConfigurationRecorderException", message)
}

fn unmodifiable(message: &str) -> ApiError {
    ApiError::new("UnmodifiableEntityException", message)
}
