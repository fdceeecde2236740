//! Creating accounts, and how far that has come.

use super::{constraint, name, organization, tags};
use crate::ApiError;
use crate::call::{Answer, Request};
use crate::format::epoch;
use crate::page::Paging;
use crate::world::{AccountRecord, CREATION_TAKES, Creation, OrganizationRecord, Outcome, World, access_role};
use jiff::Timestamp;
use orgkit_model::{AccountId, AccountState, JoinedMethod};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many creations may be under way at a time [Organizations User Guide, orgs_reference_limits, 2026-10].
const AT_A_TIME: usize = 5;
/// What an e-mail address must not have before its `@` (botocore `organizations/2016-11-28`, operation `CreateAccount`).
const NOT_IN_LOCAL_NAME: &str = "\"'()<>[]:;,\\|%&";

/// What is asked for.
struct Wanted {
    name: String,
    email: String,
    role: Option<String>,
    tags: BTreeMap<String, String>,
}

/// `CreateAccount`. Whether it works out is decided at once and told after a minute: until then the request is `IN_PROGRESS` and the account
/// `PENDING_ACTIVATION`.
pub(crate) fn create(world: &mut World, request: &Request<'_>) -> Answer {
    let (record, wanted) = (world.managed(request)?, wanted(request)?);
    check_under_way(record, request.now)?;
    organization::check_initialized(record, request.now)?;
    start(world, request, wanted, false)
}

/// `CreateGovCloudAccount`: the same, with a partner in AWS GovCloud (US), of which only the number is known here. Only a management account
/// that has such a partner itself may ask.
pub(crate) fn create_govcloud(world: &mut World, request: &Request<'_>) -> Answer {
    let (record, wanted) = (world.managed(request)?, wanted(request)?);
    if !wanted.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)) {
        return Err(request.invalid("INVALID_PATTERN", "AccountName may have letters, digits, hyphens and dots only.".to_owned()));
    }
    if !record.ledger.govcloud {
        let message = "The management account has no associated account in AWS GovCloud (US).";
        return Err(constraint("MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED", message));
    }
    check_under_way(record, request.now)?;
    organization::check_initialized(record, request.now)?;
    start(world, request, wanted, true)
}

/// `DescribeCreateAccountStatus`.
pub(crate) fn describe_status(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let id = request.required("CreateAccountRequestId")?;
    let is_id = |rest: &str| (8..=32).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !id.strip_prefix("car-").is_some_and(is_id) {
        return Err(request.invalid("INVALID_PATTERN", format!("`{id}` is not the id of a create account request.")));
    }
    let message = "We can't find a create account request with the CreateAccountRequestId that you specified.";
    let creation = organization.ledger.creations.get(id);
    let creation = creation.ok_or_else(|| ApiError::new("CreateAccountStatusNotFoundException", message))?;
    Ok(json!({ "CreateAccountStatus": shape(creation, request.now) }))
}

/// `ListCreateAccountStatus`, of all states or of some.
pub(crate) fn list_statuses(world: &World, request: &Request<'_>) -> Answer {
    let organization = world.readable(request)?;
    let states = request.texts("States");
    if let Some(state) = states.iter().find(|state| !["IN_PROGRESS", "SUCCEEDED", "FAILED"].contains(state)) {
        return Err(request.invalid("INVALID_ENUM", format!("`{state}` is not a state of a create account request.")));
    }
    let mut listed: Vec<&Creation> = organization.ledger.creations.values().collect();
    listed.retain(|creation| states.is_empty() || states.contains(&creation.state(request.now)));
    listed.sort_by_key(|creation| (creation.requested_at, &creation.id));
    let shapes = listed.into_iter().map(|creation| shape(creation, request.now)).collect();
    Paging::organizations("ListCreateAccountStatus", "CreateAccountStatuses").page(request, shapes)
}

fn check_under_way(organization: &OrganizationRecord, now: Timestamp) -> Result<(), ApiError> {
    let under_way = organization.ledger.creations.values().filter(|creation| now < creation.finished_at()).count();
    if under_way < AT_A_TIME {
        return Ok(());
    }
    Err(constraint("ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED", "You have exceeded the number of accounts that can be in progress at a time."))
}

fn wanted(request: &Request<'_>) -> Result<Wanted, ApiError> {
    let email = request.required("Email")?;
    match email.len() {
        0..6 => return Err(request.invalid("MIN_LENGTH_EXCEEDED", "Email must have at least 6 characters.".to_owned())),
        6..=64 if is_email(email) => {}
        6..=64 => return Err(request.invalid("INVALID_PATTERN", format!("`{email}` is not a valid e-mail address."))),
        _ => return Err(request.invalid("MAX_LENGTH_EXCEEDED", "Email must have at most 64 characters.".to_owned())),
    }
    let account_name = name(request, "AccountName")?;
    if account_name.len() > 50 {
        return Err(request.invalid("MAX_LENGTH_EXCEEDED", "AccountName must have at most 50 characters.".to_owned()));
    }
    if !account_name.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Err(request.invalid("INVALID_PATTERN", "AccountName must have printable ASCII characters only.".to_owned()));
    }
    let role = request.text("RoleName");
    if role.is_some_and(|role| !is_role_name(role)) {
        return Err(request.invalid("INVALID_ROLE_NAME", "RoleName is not a name that a role can have.".to_owned()));
    }
    request.one_of("IamUserAccessToBilling", &["ALLOW", "DENY"])?;
    Ok(Wanted { name: account_name.to_owned(), email: email.to_owned(), role: role.map(str::to_owned), tags: tags(request)? })
}

/// Whether a text is an e-mail address by the rules that the API reference lists.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let is_local = |letter: char| letter.is_ascii_graphic() && !NOT_IN_LOCAL_NAME.contains(letter);
    let is_domain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '.';
    let edge = ['-', '.'];
    !local.is_empty()
        && !local.starts_with('.')
        && local.chars().all(is_local)
        && domain.chars().all(is_domain)
        && domain.contains('.')
        && !domain.starts_with(edge)
        && !domain.ends_with(edge)
}

fn is_role_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_letter) && !name.starts_with("AWSServiceRoleFor")
}

fn start(world: &mut World, request: &Request<'_>, wanted: Wanted, govcloud: bool) -> Answer {
    let organization = world.managed(request)?;
    let failure = failure(world, organization, &wanted, request.now);
    let (organization, name) = (organization.id.clone(), wanted.name.clone());
    let id = format!("car-{}", world.ids.take(32));
    let outcome = match failure {
        Some(reason) => Outcome::Failed { reason: reason.to_owned() },
        None => {
            Outcome::Created { account: make(world, request, wanted)?, govcloud: if govcloud { Some(world.ids.account()?) } else { None } }
        }
    };
    let creation = Creation { id: id.clone(), name, requested_at: request.now, outcome };
    let output = json!({ "CreateAccountStatus": shape(&creation, request.now) });
    world.organization_mut(&organization)?.ledger.creations.insert(id, creation);
    Ok(output)
}

/// Why nothing will come of a request (botocore shape `CreateAccountFailureReason`).
fn failure(world: &World, organization: &OrganizationRecord, wanted: &Wanted, now: Timestamp) -> Option<&'static str> {
    if world.accounts.get(&organization.management).is_some_and(|management| !management.payment_method) {
        return Some("MISSING_PAYMENT_INSTRUMENT");
    }
    if organization.members.len() + world.handshakes.invitations_open(&organization.id, now) >= organization.account_quota {
        return Some("ACCOUNT_LIMIT_EXCEEDED");
    }
    let other = world.account_with_email(&wanted.email)?;
    let is_twin = other.state(now) == AccountState::PendingActivation && organization.members.contains(&other.id);
    Some(if is_twin { "CONCURRENT_ACCOUNT_MODIFICATION" } else { "EMAIL_ALREADY_EXISTS" })
}

/// Makes the account: a member in the root, with the role that trusts the management account, and without what an account needs to stand
/// alone.
fn make(world: &mut World, request: &Request<'_>, wanted: Wanted) -> Result<AccountId, ApiError> {
    let organization = world.managed(request)?;
    let (organization, management) = (organization.id.clone(), organization.management.clone());
    let from = request.now.saturating_add(CREATION_TAKES).unwrap_or(Timestamp::MAX);
    let signup = world.accounts.get(&management).map(|account| account.signup.clone()).unwrap_or_default();
    let id = loop {
        let id = world.ids.account()?;
        if !world.accounts.contains_key(&id) {
            break id;
        }
    };
    let role = access_role(&id, &management, wanted.role.as_deref(), from)
        .map_err(|fault| ApiError::new("ServiceException", fault.to_string()).with_status(500))?;
    let mut account = AccountRecord::new(id.clone(), &wanted.name, &wanted.email, from);
    account.payment_method = false;
    account.signup = signup;
    (account.signup.email_verified, account.signup.phone_verified) = (false, false);
    account.roles.insert(role.name.clone(), role);
    world.add_account(account);
    world.join(&id, &organization, JoinedMethod::Created, wanted.tags, from);
    Ok(id)
}

/// `CreateAccountStatus`.
fn shape(creation: &Creation, now: Timestamp) -> Value {
    let mut shape = json!({
        "Id": creation.id,
        "AccountName": creation.name,
        "State": creation.state(now),
        "RequestedTimestamp": epoch(creation.requested_at),
    });
    if let (true, Some(members)) = (now >= creation.finished_at(), shape.as_object_mut()) {
        members.insert("CompletedTimestamp".to_owned(), epoch(creation.finished_at()));
        match &creation.outcome {
            Outcome::Created { account, govcloud } => {
                members.insert("AccountId".to_owned(), json!(account));
                members.extend(govcloud.iter().map(|partner| ("GovCloudAccountId".to_owned(), json!(partner))));
            }
            Outcome::Failed { reason } => {
                members.insert("FailureReason".to_owned(), json!(reason));
            }
        }
    }
    shape
}
