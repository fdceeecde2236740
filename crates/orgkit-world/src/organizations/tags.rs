//! Tags of accounts, roots, units, policies and billing transfers.

use super::{constraint, nothing};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::page::Paging;
use crate::world::{OrganizationRecord, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many tags a resource may have [Organizations User Guide, orgs_reference_limits, 2026-10].
const MOST: usize = 50;
/// The most characters of a key and of a value (botocore shapes `TagKey` and `TagValue`).
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;
/// What the keys of system tags begin with; nobody but AWS may use it.
const SYSTEM: &str = "aws:";

/// `TagResource`: adds tags, or gives them new values.
pub(crate) fn tag(world: &mut World, request: &Request<'_>) -> Answer {
    let (id, given) = (request.required("ResourceId")?, tags(request)?);
    if request.input.get("Tags").is_none() {
        return Err(request.invalid("INPUT_REQUIRED", "You must specify Tags.".to_owned()));
    }
    let mut all = changeable(world, request, id)?.clone();
    all.extend(given);
    if all.len() > MOST {
        return Err(too_many());
    }
    put(world, request, id, all)
}

/// `UntagResource`: keys that are not there are no error.
pub(crate) fn untag(world: &mut World, request: &Request<'_>) -> Answer {
    let id = request.required("ResourceId")?;
    let keys = request.texts("TagKeys");
    if request.input.get("TagKeys").is_none() {
        return Err(request.invalid("INPUT_REQUIRED", "You must specify TagKeys.".to_owned()));
    }
    for key in &keys {
        check_key(request, key)?;
    }
    let mut all = changeable(world, request, id)?.clone();
    all.retain(|key, _| !keys.contains(&key.as_str()));
    put(world, request, id, all)
}

/// `ListTagsForResource`.
pub(crate) fn list(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let tags = of(world, organization, request.required("ResourceId")?)?;
    let listed = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Paging::organizations("ListTagsForResource", "Tags").page(request, listed)
}

/// The member `Tags` of an input: at most 50, with keys that are not AWS's own, each once.
pub(super) fn tags(request: &Request<'_>) -> Result<BTreeMap<String, String>, ApiError> {
    let mut tags = BTreeMap::new();
    for tag in request.input.get("Tags").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| tag.get(name).and_then(Value::as_str);
        let (Some(key), Some(value)) = (text("Key"), text("Value")) else {
            return Err(request.invalid("INVALID_LIST_MEMBER", "A tag needs Key and Value.".to_owned()));
        };
        check_key(request, key)?;
        check_text(request, "A tag's value", value, LONGEST_VALUE)?;
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(request.invalid("DUPLICATE_TAG_KEY", format!("Tag key `{key}` is there twice.")));
        }
    }
    if tags.len() > MOST { Err(too_many()) } else { Ok(tags) }
}

fn check_key(request: &Request<'_>, key: &str) -> Result<(), ApiError> {
    if key.to_ascii_lowercase().starts_with(SYSTEM) {
        return Err(request.invalid("INVALID_SYSTEM_TAGS_PARAMETER", format!("Tag key `{key}` is reserved for AWS.")));
    }
    if key.is_empty() {
        return Err(request.invalid("MIN_LENGTH_EXCEEDED", "A tag's key must have at least 1 character.".to_owned()));
    }
    check_text(request, "A tag's key", key, LONGEST_KEY)
}

/// Letters, separators, digits and a few signs (botocore shapes `TagKey` and `TagValue`).
fn check_text(request: &Request<'_>, what: &str, text: &str, longest: usize) -> Result<(), ApiError> {
    if text.chars().count() > longest {
        return Err(request.invalid("MAX_LENGTH_EXCEEDED", format!("{what} must have at most {longest} characters.")));
    }
    let is_separator = |letter: char| letter.is_whitespace() && !letter.is_control();
    let is_taken = |letter: char| letter.is_alphanumeric() || is_separator(letter) || "_.:/=+-@".contains(letter);
    if text.chars().all(is_taken) {
        return Ok(());
    }
    Err(request.invalid("INVALID_PATTERN", format!("{what} has a character that it must not have.")))
}

fn too_many() -> ApiError {
    constraint("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags allowed on this resource.")
}

/// The tags of a resource that the caller may change: any but AWS's own policies.
fn changeable<'w>(world: &'w World, request: &Request<'_>, id: &str) -> Result<&'w BTreeMap<String, String>, ApiError> {
    let organization = world.administered(request)?;
    if organization.policies.values().any(|policy| policy.aws_managed && policy.id.as_str() == id) {
        return Err(request.invalid("IMMUTABLE_POLICY", "You can't modify a policy that AWS manages.".to_owned()));
    }
    of(world, organization, id)
}

/// The tags of a resource of an organization.
fn of<'w>(world: &'w World, organization: &'w OrganizationRecord, id: &str) -> Result<&'w BTreeMap<String, String>, ApiError> {
    static NONE: BTreeMap<String, String> = BTreeMap::new();
    if let Some((_, place)) = world.member(&organization.id, id) {
        return Ok(&place.tags);
    }
    let is_transfer = || world.transfers.get(id).is_some_and(|transfer| transfer.side_of(&organization.id).is_some());
    let is_resource_policy = || organization.resource_policy.as_ref().is_some_and(|policy| policy.id == id);
    let is_policy = || organization.policies.keys().any(|policy| policy.as_str() == id) || is_resource_policy();
    if organization.parent(id).is_some() || is_policy() || is_transfer() {
        return Ok(organization.tags.get(id).unwrap_or(&NONE));
    }
    Err(ApiError::new("TargetNotFoundException", "We can't find a root, OU, account, or policy with the ResourceId that you specified."))
}

/// Replaces the tags of a resource that was just looked up.
fn put(world: &mut World, request: &Request<'_>, id: &str, all: BTreeMap<String, String>) -> Answer {
    let organization = world.administered(request)?.id.clone();
    let member = world.member(&organization, id).map(|(account, _)| account.id.clone());
    if let Some(place) = member.and_then(|account| world.accounts.get_mut(&account)?.membership.as_mut()) {
        place.tags = all;
        return Ok(nothing());
    }
    world.organization_mut(&organization)?.tag(id, all);
    Ok(nothing())
}

impl OrganizationRecord {
    /// Gives the root, a unit, a policy or a transfer its tags.
    pub(crate) fn tag(&mut self, id: &str, tags: BTreeMap<String, String>) {
        if tags.is_empty() {
            self.tags.remove(id);
        } else {
            self.tags.insert(id.to_owned(), tags);
        }
    }
}
