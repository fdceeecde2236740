//! Alternate contacts: one each for billing, operations and security. They stay with the account wherever it goes.

use super::nothing;
use super::target::target;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::world::World;
use serde_json::{Map, Value, json};

/// The types of contacts (botocore `account/2021-02-01`, shape `AlternateContactType`).
const TYPES: [&str; 3] = ["BILLING", "OPERATIONS", "SECURITY"];

/// What is known of a contact, and how long it may be (the shapes of the same names).
const MEMBERS: [(&str, usize); 4] = [("Name", 64), ("Title", 50), ("EmailAddress", 254), ("PhoneNumber", 25)];

/// `GetAlternateContact`.
pub(super) fn get(world: &World, request: &Request<'_>) -> Answer {
    let kind = kind(request)?;
    let account = target(world, request)?;
    let contact = world.services.account.contacts.get(&account.id).and_then(|contacts| contacts.get(kind));
    Ok(json!({ "AlternateContact": contact.ok_or_else(none)? }))
}

/// `PutAlternateContact`.
pub(super) fn put(world: &mut World, request: &Request<'_>) -> Answer {
    let kind = kind(request)?;
    let mut contact = Map::new();
    for (member, most) in MEMBERS {
        let text = request.required(member)?;
        if !(1..=most).contains(&text.chars().count()) || (member == "EmailAddress" && !text.contains('@')) {
            return Err(request.invalid("INVALID_PATTERN", format!("{member} is not valid.")));
        }
        contact.insert(member.to_owned(), text.into());
    }
    contact.insert("AlternateContactType".to_owned(), kind.into());
    let account = target(world, request)?.id.clone();
    world.services.account.contacts.entry(account).or_default().insert(kind.to_owned(), Value::Object(contact));
    Ok(nothing())
}

/// `DeleteAlternateContact`.
pub(super) fn delete(world: &mut World, request: &Request<'_>) -> Answer {
    let kind = kind(request)?;
    let account = target(world, request)?.id.clone();
    let contacts = world.services.account.contacts.get_mut(&account);
    contacts.and_then(|contacts| contacts.remove(kind)).ok_or_else(none)?;
    Ok(nothing())
}

fn kind<'a>(request: &Request<'a>) -> Result<&'a str, ApiError> {
    request.required("AlternateContactType")?;
    Ok(request.one_of("AlternateContactType", &TYPES)?.unwrap_or_default())
}

fn none() -> ApiError {
    ApiError::new("ResourceNotFoundException", "No contact of the inputted alternate contact type found.").with_status(404)
}
