//! Organizational units.

use super::{constraint, name, nothing, shapes, tags, tree};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::page::Paging;
use crate::world::{OrganizationRecord, UnitRecord, World};
use orgkit_model::{ParentId, UnitId};
use serde_json::json;

/// How deep units may nest below the root [Organizations User Guide, orgs_reference_limits, as of October 2026].
pub(crate) const MAX_UNIT_DEPTH: usize = 5;
/// How many there may be [same].
const MAX_UNITS: usize = 2_000;

/// `ListOrganizationalUnitsForParent`.
pub(crate) fn list_for_parent(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let parent = tree::parent(organization, request)?;
    let children = organization.units.iter().filter(|(_, unit)| unit.parent == parent);
    let paging = Paging::organizations("ListOrganizationalUnitsForParent", "OrganizationalUnits");
    paging.page_of(request, children, |(id, unit)| shapes::unit(organization, id, unit))
}

/// `DescribeOrganizationalUnit`.
pub(crate) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let (id, unit) = find(organization, request)?;
    Ok(json!({ "OrganizationalUnit": shapes::unit(organization, id, unit) }))
}

/// `CreateOrganizationalUnit`: names are unique among siblings, and case counts (unconfirmed).
pub(crate) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let parent = tree::parent(organization, request)?;
    let name = name(request, "Name")?;
    let tags = tags(request)?;
    check_name(organization, &parent, name, None)?;
    if organization.units.len() >= MAX_UNITS {
        return Err(constraint("OU_NUMBER_LIMIT_EXCEEDED", "You have exceeded the number of OUs that you can have."));
    }
    // The path of the parent begins with the root, so its length is the depth of the new unit.
    if organization.path_to(&parent).len() > MAX_UNIT_DEPTH {
        return Err(constraint("OU_DEPTH_LIMIT_EXCEEDED", "You attempted to create an OU tree that is too many levels deep."));
    }
    let (organization, root) = (organization.id.clone(), organization.root.clone());
    let prefix = format!("ou-{}-", root.as_str().trim_start_matches("r-"));
    let id: UnitId = world.ids.id(&prefix, 8)?;
    let organization = world.organization_mut(&organization)?;
    let unit = UnitRecord { name: name.to_owned(), parent };
    organization.units.insert(id.clone(), unit.clone());
    organization.attach_defaults(id.as_str(), request.now);
    organization.tag(id.as_str(), tags);
    Ok(json!({ "OrganizationalUnit": shapes::unit(organization, &id, &unit) }))
}

/// `UpdateOrganizationalUnit`: a new name.
pub(crate) fn update(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let (id, unit) = find(organization, request)?;
    let new_name = if request.text("Name").is_some() { name(request, "Name")? } else { &unit.name };
    check_name(organization, &unit.parent, new_name, Some(id))?;
    let (id, unit) = (id.clone(), UnitRecord { name: new_name.to_owned(), parent: unit.parent.clone() });
    let organization = organization.id.clone();
    let organization = world.organization_mut(&organization)?;
    organization.units.insert(id.clone(), unit.clone());
    Ok(json!({ "OrganizationalUnit": shapes::unit(organization, &id, &unit) }))
}

/// `DeleteOrganizationalUnit`: only an empty one. Policies on it do not keep it.
pub(crate) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let organization = world.managed(request)?;
    let (id, _) = find(organization, request)?;
    let parent = ParentId::from(id.clone());
    let has_units = organization.units.values().any(|unit| unit.parent == parent);
    if has_units || organization.members.under(&parent).next().is_some() {
        let message = "The specified OU is not empty. Move all accounts to another root or to other OUs, and remove all child OUs.";
        return Err(ApiError::new("OrganizationalUnitNotEmptyException", message));
    }
    let (organization, id) = (organization.id.clone(), id.clone());
    let organization = world.organization_mut(&organization)?;
    organization.units.remove(&id);
    organization.tags.remove(id.as_str());
    organization.attachments.release(id.as_str());
    Ok(nothing())
}

fn find<'w>(organization: &'w OrganizationRecord, request: &Request<'_>) -> Result<(&'w UnitId, &'w UnitRecord), ApiError> {
    let id = request.required("OrganizationalUnitId")?;
    if id.parse::<UnitId>().is_err() {
        return Err(request.invalid("INVALID_PATTERN", format!("`{id}` is not the id of a unit.")));
    }
    let message = "We can't find an OU with the OrganizationalUnitId that you specified.";
    organization.unit(id).ok_or_else(|| ApiError::new("OrganizationalUnitNotFoundException", message))
}

fn check_name(organization: &OrganizationRecord, parent: &ParentId, name: &str, but: Option<&UnitId>) -> Result<(), ApiError> {
    let taken = |(id, unit): (&UnitId, &UnitRecord)| &unit.parent == parent && unit.name == name && Some(id) != but;
    if organization.units.iter().any(taken) {
        return Err(ApiError::new("DuplicateOrganizationalUnitException", "An OU with the same name already exists."));
    }
    Ok(())
}
