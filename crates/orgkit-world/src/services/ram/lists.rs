//! What is shared, and with whom, across shares.

use super::paging;
use super::principals::{is_external, shares_with};
use super::state::Share;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::world::World;
use serde_json::{Value, json};

/// `ListPrincipals`: with whom the caller shares, or who shares with it.
pub(super) fn principals(world: &World, request: &Request<'_>) -> Answer {
    let (own, shares) = shares(world, request)?;
    let (wanted, resource) = (request.texts("principals"), request.text("resourceArn"));
    let mut found: Vec<Value> = Vec::new();
    for share in shares.into_iter().filter(|share| resource.is_none_or(|arn| share.resources.contains_key(arn))) {
        let ids: Vec<(&str, bool)> = if own {
            share.principals.keys().map(|id| (id.as_str(), is_external(world, &share.owner, id))).collect()
        } else {
            vec![(share.owner.as_str(), is_external(world, &request.caller.account, share.owner.as_str()))]
        };
        let wanted = ids.into_iter().filter(|(id, _)| wanted.is_empty() || wanted.contains(id));
        found.extend(wanted.map(|(id, external)| {
            json!({
                "id": id,
                "resourceShareArn": share.arn,
                "creationTime": epoch(share.created_at),
                "lastUpdatedTime": epoch(share.updated_at),
                "external": external,
            })
        }));
    }
    paging("ListPrincipals", "principals").page(request, found)
}

/// `ListResources`: what the caller shares, or what is shared with it.
pub(super) fn resources(world: &World, request: &Request<'_>) -> Answer {
    let (own, shares) = shares(world, request)?;
    let (wanted, kind, principal) = (request.texts("resourceArns"), request.text("resourceType"), request.text("principal"));
    let with = |share: &&Share| {
        principal.is_none_or(|principal| if own { share.principals.contains_key(principal) } else { share.owner.as_str() == principal })
    };
    let mut found: Vec<Value> = Vec::new();
    for share in shares.into_iter().filter(with) {
        let resources = share.resources.iter().map(|(arn, since)| (arn, since, resource_type(arn)));
        let wanted = resources.filter(|(arn, _, of)| {
            (wanted.is_empty() || wanted.contains(&arn.as_str())) && kind.is_none_or(|kind| kind.eq_ignore_ascii_case(of))
        });
        found.extend(wanted.map(|(arn, since, kind)| {
            json!({
                "arn": arn,
                "type": kind,
                "resourceShareArn": share.arn,
                "status": "AVAILABLE",
                "creationTime": epoch(*since),
                "lastUpdatedTime": epoch(*since),
                "resourceRegionScope": "REGIONAL",
            })
        }));
    }
    paging("ListResources", "resources").page(request, found)
}

/// The caller's own shares, or those that it has part in; and which of the two.
fn shares<'w>(world: &'w World, request: &Request<'_>) -> Result<(bool, Vec<&'w Share>), ApiError> {
    request.required("resourceOwner")?;
    let own = request.one_of("resourceOwner", &["SELF", "OTHER-ACCOUNTS"])? == Some("SELF");
    let account = &request.caller.account;
    let mut shares: Vec<&Share> = if own { world.services.ram.of_owner(account).collect() } else { shares_with(world, request, account) };
    let wanted = request.texts("resourceShareArns");
    shares.retain(|share| share.region == request.region && (wanted.is_empty() || wanted.contains(&share.arn.as_str())));
    Ok((own, shares))
}

/// RAM's name of the type of a resource, made from its ARN: `ec2:TransitGateway` for `…:ec2:…:transit-gateway/…`.
fn resource_type(arn: &str) -> String {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let (service, rest) = (parts.get(2).unwrap_or(&""), parts.get(5).unwrap_or(&""));
    let kind = rest.split(['/', ':']).next().unwrap_or_default();
    let words = kind.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    });
    format!("{service}:{}", words.collect::<String>())
}
