//! The request of a call in one place: the context that is on record, and the keys of organizations as that place has them.

use super::comparer::Comparer;
use super::needs::Key;
use super::place::Standing;
use crate::cloudtrail::{Call, CallerKind, Operation, Resource};
use crate::context::{Context, ContextValue};
use crate::principal::{AwsPrincipal, Principal, PrincipalKind};
use crate::request::Request;
use core::net::IpAddr;

/// One action of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'c> {
    pub(super) call: &'c Call<'c>,
    pub(super) action: &'c str,
    /// Whether the action has no resource types.
    pub(super) wildcard_only: bool,
    pub(super) resource: &'c Resource<'c>,
}

impl<'c> Asked<'c> {
    /// The action with a number.
    pub(super) fn of(call: &'c Call<'c>, operation: &'c Operation, resources: &'c [Resource<'c>], index: usize) -> Option<Self> {
        let resource = resources.get(index).unwrap_or(&Resource::UNKNOWN);
        let wildcard_only = operation.wildcard_only.get(index) == Some(&true);
        Some(Self { call, action: operation.actions.get(index)?, wildcard_only, resource })
    }
}

/// Who owns the resource of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner<'a> {
    /// An account.
    Account(&'a str),
    /// The record does not say.
    NotOnRecord,
}

/// Who owns a resource. Where the record says nothing and was written in one account only, that account does: a call across accounts is recorded in
/// both, with a `sharedEventID` [AWS CloudTrail User Guide, cloudtrail-event-reference-record-contents].
pub(super) fn owner<'a>(comparer: &'a Comparer, call: &Call<'_>, resource: &'a Resource<'_>) -> Owner<'a> {
    let in_arn = || resource.arn.split(':').nth(4).filter(|account| account.len() == 12);
    let known = resource.account.as_deref().or_else(in_arn);
    let foreign_caller = call.caller.account.as_deref() != Some(comparer.account());
    match known {
        Some(account) => Owner::Account(account),
        None if !call.shared || foreign_caller => Owner::Account(comparer.account()),
        None => Owner::NotOnRecord,
    }
}

/// The request of one action of a call, with the account in the given place.
pub(super) fn request(comparer: &Comparer, side: usize, asked: Asked<'_>) -> Request {
    let Asked { call, action, wildcard_only, resource } = asked;
    let owner = owner(comparer, call, resource);
    let mut context = Context::partly_known();
    let mut put = |key: Key, value: ContextValue| {
        if comparer.needs().has(key) {
            context.set_lower(key.name(), value);
        }
    };
    caller(call, &mut put);
    circumstances(call, &mut put);
    network(call, &mut put);
    let known_owner = match owner {
        Owner::Account(account) => Some(account.to_owned()),
        Owner::NotOnRecord => None,
    };
    put(Key::ResourceAccount, one(known_owner.as_deref(), ContextValue::Unknown));
    let mut request = Request {
        resource: resource.arn.to_string(),
        resource_gap: resource.gap,
        resource_account: known_owner,
        wildcard_only_action: wildcard_only,
        context,
        ..Request::new(principal(call), action)
    };
    place(comparer, side, call, owner, &mut request.context);
    request
}

/// Writes the keys that tell where accounts stand, with the moving account at a side.
pub(super) fn place(comparer: &Comparer, side: usize, call: &Call<'_>, owner: Owner<'_>, context: &mut Context) {
    let needs = comparer.needs();
    if !needs.has_any(&Key::OF_ORGANIZATIONS) {
        return;
    }
    let mut put = |key: Key, value: &dyn Fn() -> ContextValue| {
        if needs.has(key) {
            context.set_lower(key.name(), value());
        }
    };
    let caller = call.caller.account.as_deref().map_or(Standing::Alone, |account| comparer.standing(side, account));
    put(Key::PrincipalOrgId, &|| organization_id(caller));
    put(Key::PrincipalOrgPaths, &|| path(caller));
    put(Key::PrincipalOrgMaster, &|| of(caller, |organization, _| organization.management.clone().into()));
    let resource = match owner {
        Owner::Account(account) => comparer.standing(side, account),
        Owner::NotOnRecord => Standing::Unknown,
    };
    put(Key::ResourceOrgId, &|| organization_id(resource));
    put(Key::ResourceOrgPaths, &|| path(resource));
    let endpoint = match (call.vpc_endpoint_account.as_deref(), came_through(call)) {
        (Some(owner), _) => comparer.standing(side, owner),
        (None, Some(false)) => Standing::Alone,
        (None, _) => Standing::Unknown,
    };
    put(Key::VpceOrgId, &|| organization_id(endpoint));
    put(Key::VpceOrgPaths, &|| path(endpoint));
}

fn principal(call: &Call<'_>) -> Principal {
    let caller = &call.caller;
    match (caller.kind, caller.arn.as_deref(), caller.account.as_deref()) {
        (CallerKind::Anonymous, ..) => Principal::Anonymous,
        (CallerKind::Federated, ..) => Principal::Federated(String::new()),
        (_, Some(arn), _) => Principal::parse(arn),
        (_, None, account) => {
            let account = account.unwrap_or_default().to_owned();
            Principal::Aws(AwsPrincipal { arn: format!("arn:aws:iam::{account}:"), account, kind: PrincipalKind::Other })
        }
    }
}

fn one(text: Option<&str>, without: ContextValue) -> ContextValue {
    text.map_or(without, ContextValue::from)
}

fn boolean(value: bool) -> ContextValue {
    ContextValue::from(if value { "true" } else { "false" })
}

fn caller(call: &Call<'_>, put: &mut impl FnMut(Key, ContextValue)) {
    use ContextValue::{Absent, Unknown};
    let caller = &call.caller;
    let is_nobody = matches!(caller.kind, CallerKind::Anonymous | CallerKind::Federated);
    put(Key::PrincipalArn, one(caller.arn.as_deref(), if is_nobody { Absent } else { Unknown }));
    put(Key::PrincipalAccount, one(caller.account.as_deref(), Absent));
    put(Key::PrincipalType, one(caller.kind.principal_type(), Unknown));
    put(Key::UserId, one(caller.user_id.as_deref(), Unknown));
    let user_name = match caller.kind {
        CallerKind::User => one(caller.user_name.as_deref(), Unknown),
        CallerKind::Account => Unknown,
        _ => Absent,
    };
    put(Key::Username, user_name);
    put(Key::Mfa, caller.mfa.map_or(if caller.kind == CallerKind::Account { Unknown } else { Absent }, boolean));
}

fn circumstances(call: &Call<'_>, put: &mut impl FnMut(Key, ContextValue)) {
    use ContextValue::{Absent, Unknown};
    put(Key::Region, one(call.region.as_deref(), Unknown));
    put(Key::CurrentTime, call.time.to_string().into());
    put(Key::EpochTime, call.time.as_second().to_string().into());
    put(Key::SecureTransport, if call.tls { boolean(true) } else { Unknown });
    // `invokedBy` is written for forward access sessions and for roles given to a service alike; `aws:ViaAWSService` is true for the former only
    // [AWS CloudTrail User Guide, cloudtrail-event-reference-user-identity; IAM User Guide, reference_policies_condition-keys].
    let is_direct = call.invoked_by.is_none();
    put(Key::ViaAwsService, if is_direct { boolean(false) } else { Unknown });
    put(Key::IsAwsService, boolean(false));
    for key in [Key::ServiceName, Key::ServiceNames] {
        put(key, Absent);
    }
    for key in
        [Key::CalledVia, Key::CalledViaFirst, Key::CalledViaLast, Key::SourceArn, Key::SourceAccount, Key::SourceOrgId, Key::SourceOrgPaths]
    {
        put(key, if is_direct { Absent } else { Unknown });
    }
}

/// Where the call came from. Through a VPC endpoint there is no `aws:SourceIp`, but `aws:VpcSourceIp`.
fn network(call: &Call<'_>, put: &mut impl FnMut(Key, ContextValue)) {
    use ContextValue::{Absent, Unknown};
    let (address, through) = (call.address.as_deref(), came_through(call));
    let without = || if through == Some(false) { Absent } else { Unknown };
    put(Key::SourceVpce, one(call.vpc_endpoint.as_deref(), without()));
    put(Key::SourceVpc, without());
    put(Key::VpceAccount, one(call.vpc_endpoint_account.as_deref(), without()));
    let (source, within) = match through {
        Some(true) => (Absent, one(address, Unknown)),
        Some(false) => (one(address, Unknown), Absent),
        None => (Unknown, Unknown),
    };
    put(Key::SourceIp, source);
    put(Key::VpcSourceIp, within);
}

/// Whether the call came through a VPC endpoint. With a public address it came through none; of a private address without an endpoint, and of a call by
/// a service, nobody knows.
fn came_through(call: &Call<'_>) -> Option<bool> {
    let is_public = || call.address.as_deref().and_then(|address| address.parse().ok()).is_some_and(is_public);
    if call.vpc_endpoint.is_some() {
        return Some(true);
    }
    is_public().then_some(false)
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let shared = first == 100 && (64..128).contains(&second);
            !(address.is_private() || address.is_loopback() || address.is_link_local() || shared)
        }
        // A VPC's IPv6 addresses are public ones, with an endpoint or without.
        IpAddr::V6(_) => false,
    }
}

fn of(standing: Standing<'_>, value: impl FnOnce(&super::place::Organization, &super::place::Seat) -> ContextValue) -> ContextValue {
    match standing {
        Standing::Member { organization, seat } => value(organization, seat),
        Standing::Alone => ContextValue::Absent,
        Standing::Unknown => ContextValue::Unknown,
    }
}

fn organization_id(standing: Standing<'_>) -> ContextValue {
    of(standing, |organization, _| organization.id.clone().into())
}

fn path(standing: Standing<'_>) -> ContextValue {
    of(standing, |_, seat| ContextValue::Many(vec![seat.path.clone()]))
}

/// Keys that are unknown in both places and may hold something else in each: those of an account that is not on record, which may be the one that moves.
pub(super) fn moving(call: &Call<'_>, owner: Owner<'_>) -> Vec<&'static str> {
    let mut keys = Vec::new();
    if owner == Owner::NotOnRecord {
        keys.extend([Key::ResourceOrgId, Key::ResourceOrgPaths]);
    }
    if call.vpc_endpoint_account.is_none() {
        keys.extend([Key::VpceOrgId, Key::VpceOrgPaths]);
    }
    if call.invoked_by.is_some() {
        keys.extend([Key::SourceOrgId, Key::SourceOrgPaths]);
    }
    keys.into_iter().map(Key::name).collect()
}
