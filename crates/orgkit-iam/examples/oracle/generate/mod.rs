//! Random cases, dense in everything that the policy language has: few accounts, principals, actions, resources and keys, so that they meet.

mod chance;
mod condition;
mod document;
mod pattern;
mod request;

use chance::Chance;
use document::Kind;
use request::{Call, Caller};
use serde_json::{Map, Value, json};

/// The case of a seed and an index: always the same.
pub(crate) fn case(seed: u64, index: u64) -> Value {
    let mut chance = Chance::new(seed, index);
    let call = Call::new(&mut chance);
    let mut case = Map::new();
    case.insert("id".to_owned(), format!("{seed}-{index}").into());
    case.insert("scpChain".to_owned(), chain(&mut chance, &call, Kind::Scp));
    case.insert("rcpChain".to_owned(), chain(&mut chance, &call, Kind::Rcp));
    let is_of_an_account = !matches!(call.caller, Caller::Service | Caller::Anonymous | Caller::Federated);
    let identity =
        if is_of_an_account { chance.some(0, 2, |chance| document::document(chance, &call, Kind::Identity)) } else { Vec::new() };
    case.insert("identityPolicies".to_owned(), identity.into());
    let limited = is_of_an_account && call.caller != Caller::Root;
    let is_session = matches!(call.caller, Caller::Session | Caller::FederatedUser);
    for (field, kind, share) in [
        ("permissionBoundary", Kind::Boundary, if limited { 25 } else { 0 }),
        ("sessionPolicy", Kind::Session, if is_session { 30 } else { 0 }),
        ("resourcePolicy", Kind::Resource, if call.crosses() || call.is_trust() { 85 } else { 40 }),
    ] {
        if chance.percent(share) {
            case.insert(field.to_owned(), document::document(&mut chance, &call, kind));
        }
    }
    if chance.percent(12) {
        case.insert("vpcEndpointPolicies".to_owned(), chance.some(1, 2, |chance| document::document(chance, &call, Kind::Endpoint)).into());
    }
    case.insert("request".to_owned(), call.request(&mut chance));
    case.into()
}

fn chain(chance: &mut Chance, call: &Call, kind: Kind) -> Value {
    if chance.percent(if kind == Kind::Scp { 40 } else { 70 }) {
        return json!([]);
    }
    let levels = chance.some(1, 4, |chance| chance.below(1000));
    let levels = levels.into_iter().enumerate().map(|(depth, _)| {
        let mut policies = Vec::new();
        if kind == Kind::Scp && chance.percent(85) {
            policies.push(document::full());
        }
        let least = usize::from(policies.is_empty());
        policies.extend(chance.some(least, 1, |chance| document::document(chance, call, kind)));
        json!({ "target": format!("level-{depth}"), "policies": policies })
    });
    levels.collect()
}
