//! Looking at handshakes, from either side.

use super::shapes;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::page::Paging;
use crate::world::{HandshakeRecord, World};
use orgkit_model::{AccountId, HandshakeId};
use serde_json::{Value, json};

/// `DescribeHandshake`: both parties may look.
pub(crate) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let handshake = find(world, request)?;
    let is_sender = handshake.inviter == request.caller.account;
    if !is_sender && !may_see(world, handshake, &request.caller.account) {
        return Err(ApiError::new("AccessDeniedException", "You are not a party of this handshake."));
    }
    Ok(json!({ "Handshake": shapes::handshake(handshake, request.now) }))
}

/// `ListHandshakesForOrganization`: what the organization has sent.
pub(crate) fn list_for_organization(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?.id.clone();
    list(world, request, "ListHandshakesForOrganization", |handshake| handshake.organization == organization)
}

/// `ListHandshakesForAccount`: what the calling account has received. A management account does not see invitations to other organizations
/// while it has one of its own [Organizations User Guide, orgs_manage_accounts_accept-decline-invite].
pub(crate) fn list_for_account(world: &World, request: &Request<'_>) -> Answer {
    list(world, request, "ListHandshakesForAccount", |handshake| may_see(world, handshake, &request.caller.account))
}

fn may_see(world: &World, handshake: &HandshakeRecord, account: &AccountId) -> bool {
    let manages = world.organization_of(account).is_some_and(|organization| &organization.management == account);
    handshake.invited.as_ref() == Some(account) && !manages
}

fn list(world: &World, request: &Request<'_>, name: &'static str, is_mine: impl Fn(&HandshakeRecord) -> bool) -> Answer {
    let filter = request.input.get("Filter");
    let member = |name: &str| filter.and_then(|filter| filter.get(name)).and_then(Value::as_str);
    let paging = Paging::organizations(name, "Handshakes");
    match (member("ActionType"), member("ParentHandshakeId")) {
        (None | Some("INVITE"), None) => {}
        // The other kinds of handshakes are not simulated: there are none.
        (Some("ENABLE_ALL_FEATURES" | "APPROVE_ALL_FEATURES" | "ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE" | "TRANSFER_RESPONSIBILITY"), _)
        | (None | Some("INVITE"), Some(_)) => {
            return paging.page(request, Vec::new());
        }
        (Some(other), _) => return Err(request.invalid("INVALID_ENUM", format!("`{other}` is not an action type."))),
    }
    let shown = world.handshakes.values().filter(|handshake| handshake.is_visible(request.now) && is_mine(handshake));
    paging.page(request, shown.map(|handshake| shapes::handshake(handshake, request.now)).collect())
}

/// The handshake that the input names, as long as the API shows it.
pub(super) fn find<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w HandshakeRecord, ApiError> {
    let id = request.required("HandshakeId")?;
    let id: HandshakeId = id.parse().map_err(|_| request.invalid("INVALID_PATTERN", format!("`{id}` is not a handshake id.")))?;
    let handshake = world.handshakes.get(&id).filter(|handshake| handshake.is_visible(request.now));
    handshake
        .ok_or_else(|| ApiError::new("HandshakeNotFoundException", "We can't find a handshake with the HandshakeId that you specified."))
}
