//! Looking at handshakes, from either side.

use super::shapes;
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::page::Paging;
use crate::world::{HandshakeKind, HandshakeRecord, World};
use orgkit_model::{AccountId, HandshakeId};
use serde_json::{Value, json};

/// The kinds of handshakes (botocore shape `ActionType`).
const ACTIONS: [&str; 5] =
    ["INVITE", "ENABLE_ALL_FEATURES", "APPROVE_ALL_FEATURES", "ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE", "TRANSFER_RESPONSIBILITY"];

/// `DescribeHandshake`: both parties may look, and nobody else. An id that nobody has is not found.
pub(crate) fn describe(world: &World, request: &Request<'_>) -> Answer {
    let handshake = find(world, request)?;
    let is_sender = handshake.sender.account == request.caller.account;
    if !is_sender && !may_see(world, handshake, &request.caller.account) {
        return Err(ApiError::new("AccessDeniedException", "You are not a party of this handshake."));
    }
    Ok(json!({ "Handshake": shapes::handshake(handshake, request.now) }))
}

/// `ListHandshakesForOrganization`: what the organization has sent.
pub(crate) fn list_for_organization(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    list(request, "ListHandshakesForOrganization", world.handshakes.sent_by(&organization.id))
}

/// `ListHandshakesForAccount`: what the calling account has received. A management account does not see invitations to other organizations
/// while it has one of its own [Organizations User Guide, orgs_manage_accounts_accept-decline-invite].
pub(crate) fn list_for_account(world: &World, request: &Request<'_>) -> Answer {
    let account = &request.caller.account;
    let email = world.accounts.get(account).map(|record| record.email.as_str()).unwrap_or_default();
    let received = world.handshakes.received_by(account, email).filter(|handshake| may_see(world, handshake, account));
    list(request, "ListHandshakesForAccount", received)
}

/// Whether the account is the one that answers: the one that was named, or the one that has the address.
pub(super) fn is_recipient(world: &World, handshake: &HandshakeRecord, account: &AccountId) -> bool {
    match (&handshake.recipient, &handshake.email) {
        (Some(recipient), _) => recipient == account,
        (None, Some(email)) => world.accounts.get(account).is_some_and(|record| record.email.eq_ignore_ascii_case(email)),
        (None, None) => false,
    }
}

fn may_see(world: &World, handshake: &HandshakeRecord, account: &AccountId) -> bool {
    let manages = || world.organization_of(account).is_some_and(|organization| &organization.management == account);
    let is_invitation = matches!(handshake.kind, HandshakeKind::Invite { .. });
    is_recipient(world, handshake, account) && !(is_invitation && manages())
}

/// The page of what a filter leaves. A filter is an action, or the handshake that the others belong to.
fn list<'w>(request: &Request<'_>, name: &'static str, handshakes: impl Iterator<Item = &'w HandshakeRecord>) -> Answer {
    let filter = request.input.get("Filter");
    let member = |name: &str| filter.and_then(|filter| filter.get(name)).and_then(Value::as_str);
    let (action, parent) = (member("ActionType"), member("ParentHandshakeId"));
    if action.is_some() && parent.is_some() {
        return Err(request.invalid("MAX_FILTER_LIMIT_EXCEEDED", "You can specify only one filter for this operation.".to_owned()));
    }
    if let Some(other) = action.filter(|action| !ACTIONS.contains(action)) {
        return Err(request.invalid("INVALID_ENUM", format!("`{other}` is not an action type.")));
    }
    let is_wanted = |handshake: &&HandshakeRecord| {
        let parent_of = match &handshake.kind {
            HandshakeKind::ApproveAllFeatures { parent } => Some(parent.as_str()),
            _ => None,
        };
        handshake.is_visible(request.now)
            && action.is_none_or(|action| handshake.kind.action() == action)
            && (parent.is_none() || parent_of == parent)
    };
    let shape = |handshake: &HandshakeRecord| shapes::handshake(handshake, request.now);
    Paging::organizations(name, "Handshakes").page_of(request, handshakes.filter(is_wanted), shape)
}

/// The handshake that the input names, as long as the API shows it.
pub(super) fn find<'w>(world: &'w World, request: &Request<'_>) -> Result<&'w HandshakeRecord, ApiError> {
    let id = request.required("HandshakeId")?;
    let id: HandshakeId = id.parse().map_err(|_| request.invalid("INVALID_PATTERN", format!("`{id}` is not a handshake id.")))?;
    let handshake = world.handshakes.get(&id).filter(|handshake| handshake.is_visible(request.now));
    handshake
        .ok_or_else(|| ApiError::new("HandshakeNotFoundException", "We can't find a handshake with the HandshakeId that you specified."))
}
