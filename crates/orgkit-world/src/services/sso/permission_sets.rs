//! Permission sets.

use super::records::PermissionSet;
use super::{administered, instance_mut, named, paging};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::World;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// `ListPermissionSets`.
pub(super) fn list(world: &World, request: &Request<'_>) -> Answer {
    let sets = administered(world, request)?.1.permission_sets.iter().map(|set| Value::from(set.arn.as_str())).collect();
    paging("ListPermissionSets", "PermissionSets").page(request, sets)
}

/// `DescribePermissionSet`.
pub(super) fn describe(world: &World, request: &Request<'_>) -> Answer {
    Ok(json!({ "PermissionSet": shape(named(world, request)?.2) }))
}

/// `CreatePermissionSet`.
pub(super) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let (_, center) = administered(world, request)?;
    let name = request.required("Name")?;
    let is_name = (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte));
    if !is_name {
        return Err(ApiError::new("ValidationException", format!("`{name}` is not the name of a permission set.")));
    }
    let session = request.text("SessionDuration").unwrap_or("PT1H");
    if !(3600..=43_200).contains(&seconds(session)) {
        return Err(ApiError::new("ValidationException", "A session lasts from one to twelve hours."));
    }
    if center.permission_sets.iter().any(|set| set.name == name) {
        return Err(ApiError::new("ConflictException", format!("A permission set with the name {name} exists already.")));
    }
    let instance = center.arn.rsplit('/').next().unwrap_or_default().to_owned();
    let id = world.ids.uuid().replace('-', "");
    let set = PermissionSet {
        arn: format!("arn:aws:sso:::permissionSet/{instance}/ps-{}", id.get(..16).unwrap_or_default()),
        name: name.to_owned(),
        description: request.text("Description").map(str::to_owned),
        session_duration: session.to_owned(),
        relay_state: request.text("RelayState").map(str::to_owned),
        created_at: request.now,
        managed: BTreeSet::new(),
        inline: None,
        version: 0,
        accounts: BTreeMap::new(),
    };
    let output = json!({ "PermissionSet": shape(&set) });
    instance_mut(world, request)?.permission_sets.push(set);
    Ok(output)
}

/// The seconds of a duration of hours and minutes in ISO 8601, such as `PT1H30M`; 0 for anything else.
fn seconds(duration: &str) -> u64 {
    let Some(mut rest) = duration.strip_prefix("PT") else { return 0 };
    let mut total = 0;
    for (letter, unit) in [('H', 3600), ('M', 60), ('S', 1)] {
        if let Some((number, behind)) = rest.split_once(letter) {
            let Ok(number) = number.parse::<u32>() else { return 0 };
            total += u64::from(number) * unit;
            rest = behind;
        }
    }
    if rest.is_empty() { total } else { 0 }
}

/// `PermissionSet`.
fn shape(set: &PermissionSet) -> Value {
    let mut shape = json!({
        "Name": set.name,
        "PermissionSetArn": set.arn,
        "CreatedDate": epoch(set.created_at),
        "SessionDuration": set.session_duration,
    });
    let optional = [("Description", &set.description), ("RelayState", &set.relay_state)];
    if let Some(members) = shape.as_object_mut() {
        members.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.as_deref()?.into()))));
    }
    shape
}
