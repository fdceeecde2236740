//! The simulator without its wire: calls as they are, from callers who are taken at their word.

use super::{REQUEST_TAKES, Simulator};
use orgkit_model::AccountId;
use orgkit_world::faults::Loss;
use orgkit_world::{ApiError, Call, Principal, Session};
use serde_json::Value;

/// Why a call gave no output.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The service said no; nothing was changed.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// The connection was lost before the service had the request: nothing was done.
    #[error("the connection was lost before the request arrived ({0})")]
    LostBefore(Loss),
    /// The connection was lost while the answer was on its way: what was asked is done. The caller cannot tell this from
    /// [`CallError::LostBefore`], and code under test must not.
    #[error("the connection was lost before the answer arrived ({0})")]
    LostAfter(Loss),
}

impl Simulator {
    /// Does what a caller asks, 40 milliseconds later on the virtual clock: the same as a request over the wire that is signed by
    /// `caller`, with the same limits and faults, without signing, encoding and decoding.
    ///
    /// # Errors
    /// The service's refusal, or a connection that an armed fault cut.
    pub fn call(&self, caller: &Principal, call: &Call) -> Result<Value, CallError> {
        let mut inner = self.lock();
        inner.pass(REQUEST_TAKES);
        inner.check_session(caller, call)?;
        inner.perform(caller, call)
    }

    /// An account's administrator as a caller; `None` for an account that is not in this world.
    pub fn administrator(&self, account: &AccountId) -> Option<Principal> {
        self.lock().world.administrator(account)
    }

    /// The session behind a temporary key (`ASIA…`) that `sts:AssumeRole` gave: whose it is and until when it is good.
    pub fn session(&self, access_key_id: &str) -> Option<Session> {
        self.lock().world.session(access_key_id).cloned()
    }
}
