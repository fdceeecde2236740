//! Who may do what. Every call is judged by the policies that AWS would ask [IAM User Guide, reference_policies_evaluation-logic]: service
//! control policies level by level, resource control policies for the resource's account, the caller's own policies, its permissions
//! boundary and session policies, and the trust policy of a role that is assumed. `orgkit_iam` gives the verdicts; this module knows which
//! policies there are ([`chain`], [`permissions`]), what AWS knows of a call ([`context`]), and how AWS words a refusal ([`refusal`]).
//!
//! What cannot be told is refused, with words that say what was not known.

mod cache;
mod chain;
mod context;
mod permissions;
mod refusal;
mod resource;
mod set;

pub(crate) use cache::Compiled;
pub(crate) use chain::above;
pub(crate) use refusal::Refusal;
pub(crate) use set::Set;

use crate::call::{Principal, Request, SessionKind};
use crate::catalog::Operation;
use crate::world::World;
use crate::{ApiError, error};
use context::Circumstances;
use orgkit_iam::Verdict;
use orgkit_model::{AccountState, PolicyType};

/// What nobody can be kept from, not even in an account that is closed [STS API Reference, GetCallerIdentity].
const CALLER_IDENTITY: &str = "sts:GetCallerIdentity";
/// What no policy is asked about [STS API Reference, GetSessionToken].
const SESSION_TOKEN: &str = "sts:GetSessionToken";

/// What a caller wants to be allowed.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'a> {
    /// The IAM action: `organizations:AcceptHandshake`.
    pub(crate) action: &'a str,
    /// The ARN of the resource, or `*`.
    pub(crate) resource: String,
    /// Condition keys, in lower case, that the call's input does not tell.
    pub(crate) keys: &'a [(&'static str, &'a str)],
}

impl World {
    /// Lets a call in, or refuses it: callers whose account is not in use, credentials that the service does not take, and what policies
    /// do not allow.
    pub(crate) fn admit(&mut self, operation: &Operation, request: &Request<'_>) -> Result<(), ApiError> {
        let action = request.service.action(operation);
        if action == CALLER_IDENTITY {
            return Ok(());
        }
        let account = self.accounts.get(&request.caller.account);
        if account.is_none_or(|account| account.state(request.now) != AccountState::Active) {
            return Err(error::denied(request, &action, "because the account is not active"));
        }
        takes_credentials(request, &action)?;
        if action == SESSION_TOKEN {
            return Ok(());
        }
        let resource = resource::of(self, operation, request);
        self.demand(request, &Asked { action: &action, resource, keys: &[] })
    }

    /// Refuses the caller what its policies do not allow, with the service's own error.
    pub(crate) fn demand(&mut self, request: &Request<'_>, asked: &Asked<'_>) -> Result<(), ApiError> {
        self.refusal(request, asked).map_or(Ok(()), |refusal| Err(error::denied(request, asked.action, refusal.words())))
    }

    /// Why the caller may not do something; `None` when it may.
    pub(crate) fn refusal(&mut self, request: &Request<'_>, asked: &Asked<'_>) -> Option<Refusal> {
        let mut compiled = std::mem::take(&mut self.compiled);
        let refusal = self.judge(&mut compiled, request, asked);
        self.compiled = compiled;
        refusal
    }

    /// Why the SCPs above a principal keep it from an action, whatever else its policies say: for services that look before they act in an
    /// account. Nothing is kept from this.
    pub(crate) fn scp_refusal(&self, principal: &Principal, action: &str, region: &str) -> Option<Refusal> {
        let set = above(self, &principal.account, PolicyType::ServiceControlPolicy)?;
        let circumstances = Circumstances::imagined(self, principal, action, region);
        let mut compiled = Compiled::default();
        circumstances.ask(&mut compiled, &set, &mut circumstances.call())
    }

    /// Guardrails and permissions are judged one after the other, and each must let the call pass. Of several refusals the caller hears of
    /// an explicit deny first, then of the guardrails.
    fn judge(&self, compiled: &mut Compiled, request: &Request<'_>, asked: &Asked<'_>) -> Option<Refusal> {
        let circumstances = Circumstances::new(self, request, asked);
        let mut call = circumstances.call();
        let permissions = permissions::of(self, request.caller, &circumstances);
        let scps = chain::above(self, &request.caller.account, PolicyType::ServiceControlPolicy);
        let has_rcps = asked.resource != "*" && compiled.services.reach(&asked.action.to_ascii_lowercase());
        let rcps = circumstances.owner().filter(|_| has_rcps);
        let rcps = rcps.and_then(|owner| chain::above(self, owner, PolicyType::ResourceControlPolicy));
        let sets = [scps, rcps, Some(permissions)].into_iter().flatten();
        let refusals = sets.filter_map(|set| circumstances.ask(compiled, &set, &mut call));
        refusals.min_by_key(|refusal| !refusal.is_explicit())
    }
}

impl Circumstances<'_> {
    /// Why a set of policies does not let the call pass; `None` when it does.
    fn ask(&self, compiled: &mut Compiled, set: &Set<'_>, call: &mut orgkit_iam::Request) -> Option<Refusal> {
        let ready = compiled.ready(set);
        call.context = self.context(ready.keys());
        match ready.decide(call) {
            Verdict::Allowed => None,
            _ => Some(refusal::of(ready, call, set)),
        }
    }
}

/// Keys that `GetSessionToken` gave out without MFA open neither IAM nor, but for assuming roles, STS [STS API Reference, GetSessionToken].
/// The code is unconfirmed.
fn takes_credentials(request: &Request<'_>, action: &str) -> Result<(), ApiError> {
    let of_user = request.caller.session.as_ref().is_some_and(|session| session.kind == SessionKind::User);
    let open = match request.service.name {
        "iam" => false,
        "sts" => action == "sts:AssumeRole",
        _ => true,
    };
    if of_user && !open {
        let message = "The security token included in the request is invalid";
        return Err(ApiError::new("InvalidClientTokenId", message).with_status(403));
    }
    Ok(())
}
