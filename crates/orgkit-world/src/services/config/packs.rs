//! Organization conformance packs.

use super::organization::{DEPLOYMENT, Deployment, deploy, may_administer, speaks_for, trust};
use super::{nothing, paging, place};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::World;
use serde_json::{Map, Value, json};

/// The members of the input that `DescribeOrganizationConformancePacks` gives back.
const SETTINGS: [&str; 3] = ["DeliveryS3Bucket", "DeliveryS3KeyPrefix", "ConformancePackInputParameters"];

/// `PutOrganizationConformancePack`: makes a pack, or changes the one of that name. The template itself is not looked into.
pub(super) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let name = request.required("OrganizationConformancePackName")?;
    let sources = ["TemplateS3Uri", "TemplateBody"].iter().filter(|source| request.text(source).is_some()).count();
    if sources != 1 {
        return Err(request.invalid("INPUT_REQUIRED", "Give one of TemplateS3Uri and TemplateBody.".to_owned()));
    }
    let organization = speaks_for(world, request, DEPLOYMENT)?;
    trust(world, &organization, DEPLOYMENT, request);
    let settings: Map<String, Value> =
        SETTINGS.iter().filter_map(|name| Some(((*name).to_owned(), request.input.get(*name)?.clone()))).collect();
    let id = deploy(world, request, |state| &mut state.packs, name, Value::Object(settings));
    Ok(json!({ "OrganizationConformancePackArn": arn(request, name, &id) }))
}

/// `DescribeOrganizationConformancePacks`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    may_administer(world, request)?;
    let wanted = request.texts("OrganizationConformancePackNames");
    let known = world.services.config.packs.get(&place(request));
    if wanted.iter().any(|name| known.is_none_or(|known| !known.contains_key(*name))) {
        return Err(no_pack());
    }
    let listed = known.into_iter().flatten().filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()));
    paging("DescribeOrganizationConformancePacks", "OrganizationConformancePacks")
        .page(request, listed.map(|(name, pack)| shape(request, name, pack)).collect())
}

/// `DeleteOrganizationConformancePack`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    may_administer(world, request)?;
    let name = request.required("OrganizationConformancePackName")?;
    let known = world.services.config.packs.get_mut(&place(request));
    known.and_then(|known| known.remove(name)).ok_or_else(no_pack)?;
    Ok(nothing())
}

fn shape(request: &Request<'_>, name: &str, pack: &Deployment) -> Value {
    let mut shape = json!({
        "OrganizationConformancePackName": name,
        "OrganizationConformancePackArn": arn(request, name, &pack.id),
        "ExcludedAccounts": pack.excluded,
        "LastUpdateTime": epoch(pack.updated_at),
    });
    if let (Some(settings), Some(members)) = (pack.settings.as_object(), shape.as_object_mut()) {
        members.extend(settings.clone());
    }
    shape
}

fn arn(request: &Request<'_>, name: &str, id: &str) -> String {
    format!("arn:aws:config:{}:{}:organization-conformance-pack/{name}-{id}", request.region, request.caller.account)
}

fn no_pack() -> ApiError {
    ApiError::new("NoSuchOrganizationConformancePackException", "The organization conformance pack does not exist.")
}
