//! Views, through which searches look.

use super::indexes::index_mut;
use super::query::Query;
use super::{PRINCIPAL, View, conflict, invalid, not_found, paging, regional, unauthorized};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::iso;
use crate::services::own;
use crate::world::{OrganizationRecord, World};
use orgkit_model::AccountId;
use serde_json::{Value, json};

/// How many views a region can have [Resource Explorer User Guide, quotas, 2026].
const MOST_VIEWS: usize = 10;

/// `CreateView`.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let account = own(world, request)?.id.clone();
    let name = request.required("ViewName")?;
    if name.is_empty() || name.len() > 64 || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
        return Err(invalid(format!("`{name}` is not a name of a view.")));
    }
    let filter = filter(request).unwrap_or_default();
    Query::of_filters(filter)?;
    let scope = scope(world, request)?;
    let index = index_mut(world, request)?;
    if index.views.iter().any(|view| view.name == name) {
        return Err(conflict("There is a view with that name already."));
    }
    if index.views.len() >= MOST_VIEWS {
        let message = format!("A Region has at most {MOST_VIEWS} views.");
        return Err(ApiError::new("ServiceQuotaExceededException", message).with_status(402));
    }
    let properties = request.input.get("IncludedProperties").and_then(Value::as_array).into_iter().flatten();
    let included: Vec<String> = properties.filter_map(|property| Some(property.get("Name")?.as_str()?.to_owned())).collect();
    let (arn, tags) = (format!("arn:aws:resource-explorer-2:{}:{account}:view/{name}", request.region), request.object("Tags"));
    let (name, filter) = (name.to_owned(), filter.to_owned());
    let arn = format!("{arn}/{}", world.ids.uuid());
    let view = View { arn, name, scope, filter, included, updated_at: request.now, tags };
    let answer = json!({ "View": shape(&account, &view) });
    index_mut(world, request)?.views.push(view);
    Ok(answer)
}

/// What the view is over: the caller's account unless the call names the caller's organization or a unit of it.
fn scope(world: &World, request: &Request<'_>) -> Result<String, ApiError> {
    let account = &request.caller.account;
    let of_account = format!("arn:aws:iam::{account}:root");
    let Some(scope) = request.text("Scope").filter(|scope| *scope != of_account) else {
        return Ok(of_account);
    };
    let organization = world.organization_of(account).filter(|organization| may_search(world, organization, account));
    let organization = organization
        .ok_or_else(|| unauthorized("Only the management account or a delegated administrator can create a view of the organization."))?;
    if is_in(organization, scope) { Ok(scope.to_owned()) } else { Err(invalid("Scope is not an ARN of the caller's organization.")) }
}

/// Whether an ARN is an organization's, or a unit's that it has.
fn is_in(organization: &OrganizationRecord, scope: &str) -> bool {
    let prefix = format!("arn:aws:organizations::{}", organization.management);
    let unit = scope.strip_prefix(&format!("{prefix}:ou/{}/", organization.id));
    scope == format!("{prefix}:organization/{}", organization.id) || unit.is_some_and(|unit| organization.unit(unit).is_some())
}

/// Whether an account can search in all of an organization: it manages it or is the delegated administrator, and there is trusted access.
pub(super) fn may_search(world: &World, organization: &OrganizationRecord, account: &AccountId) -> bool {
    let may = &organization.management == account || world.delegated_since(&organization.id, account, PRINCIPAL).is_some();
    may && organization.trusted.contains_key(PRINCIPAL)
}

/// `GetView`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    own(world, request)?;
    let view = find(world, request, request.required("ViewArn")?)?;
    Ok(json!({ "View": shape(&request.caller.account, view), "Tags": view.tags }))
}

/// `ListViews`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let account = &own(world, request)?.id;
    let views = regional(world, account, request.region).into_iter().flat_map(|index| &index.views);
    paging("ListViews", "Views", 50).page(request, views.map(|view| Value::from(view.arn.as_str())).collect())
}

/// `GetDefaultView`.
pub(super) fn get_default(world: &World, request: &Request<'_>) -> Answer {
    let account = &own(world, request)?.id;
    let arn = regional(world, account, request.region).and_then(|index| index.default_view.as_ref());
    Ok(arn.map_or_else(|| json!({}), |arn| json!({ "ViewArn": arn })))
}

/// `AssociateDefaultView`.
pub(super) fn associate_default(world: &mut World, request: &Request<'_>) -> Answer {
    own(world, request)?;
    let arn = find(world, request, request.required("ViewArn")?)?.arn.clone();
    index_mut(world, request)?.default_view = Some(arn.clone());
    Ok(json!({ "ViewArn": arn }))
}

/// `GetAccountLevelServiceConfiguration`: whether the organization lets Resource Explorer look into all accounts.
pub(super) fn service_configuration(world: &World, request: &Request<'_>) -> Answer {
    let account = &own(world, request)?.id;
    let managed = world.organization_of(account).filter(|organization| &organization.management == account);
    let organization = managed.ok_or_else(|| {
        ApiError::new("AccessDeniedException", "Only the management account of an organization can do this.").with_status(403)
    })?;
    let status = if organization.trusted.contains_key(PRINCIPAL) { "ENABLED" } else { "DISABLED" };
    let mut configuration = json!({ "AWSServiceAccessStatus": status });
    if world.services.resource_explorer.regions.contains_key(account) {
        let role = format!("arn:aws:iam::{account}:role/aws-service-role/{PRINCIPAL}/AWSServiceRoleForResourceExplorer");
        configuration["ServiceLinkedRole"] = role.into();
    }
    Ok(json!({ "OrgConfiguration": configuration }))
}

/// A view of the caller in the region.
pub(super) fn find<'w>(world: &'w World, request: &Request<'_>, arn: &str) -> Result<&'w View, ApiError> {
    let account = &request.caller.account;
    if !arn.starts_with(&format!("arn:aws:resource-explorer-2:{}:{account}:view/", request.region)) {
        return Err(unauthorized("The view is not the caller's in this Region."));
    }
    let view = regional(world, account, request.region).and_then(|index| index.views.iter().find(|view| view.arn == arn));
    view.ok_or_else(|| not_found("There is no such view."))
}

/// The text of `Filters`.
pub(super) fn filter<'a>(request: &Request<'a>) -> Option<&'a str> {
    request.input.get("Filters")?.get("FilterString")?.as_str()
}

fn shape(owner: &AccountId, view: &View) -> Value {
    let included: Vec<Value> = view.included.iter().map(|name| json!({ "Name": name })).collect();
    json!({
        "ViewArn": view.arn,
        "ViewName": view.name,
        "Owner": owner,
        "LastUpdatedAt": iso(view.updated_at),
        "Scope": view.scope,
        "IncludedProperties": included,
        "Filters": { "FilterString": view.filter },
    })
}
