//! orgkit's cloud traits on the simulator itself: the same answers as through the SDK and its wire, hundreds of times faster.

mod change;
mod convert;
mod facts;
mod governance;
mod iam;
mod read;
mod sessions;

use crate::Simulator;
use jiff::SignedDuration;
use orgkit_cloud::{ATTEMPTS, Access, CloudError, Effect, ErrorClass, HOME_REGION, backoff, class_of};
use orgkit_model::AccountId;
use orgkit_world::{ApiError, Call};
use serde_json::{Map, Value};
use sessions::Sessions;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::simulator::CallError;

/// A simulated AWS as orgkit sees a cloud, without signing, encoding and decoding.
///
/// Waits move the simulator's virtual clock. It belongs to one thread, like the implementation over the SDK.
#[derive(Debug)]
pub struct SimCloud {
    simulator: Simulator,
    sessions: RefCell<Sessions>,
    callers: RefCell<BTreeMap<AccountId, String>>,
}

impl SimCloud {
    /// Begins with no way into any account.
    pub fn new(simulator: Simulator) -> Self {
        Self { simulator, sessions: RefCell::default(), callers: RefCell::default() }
    }

    /// Adds the administrator's own keys as a way into an account. The first way added is tried first.
    #[must_use]
    pub fn administrator(self, account: AccountId) -> Self {
        self.sessions.borrow_mut().add(account, sessions::Way::Administrator);
        self
    }

    /// Adds a way into an account. The simulated AWS has no profiles: one named here gives no credentials.
    #[must_use]
    pub fn access(self, account: AccountId, access: Access) -> Self {
        self.sessions.borrow_mut().add(account, sessions::Way::Access(access));
        self
    }

    /// The simulator beneath.
    pub fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// Makes a call, again and again where the service says that it did nothing, or where nothing was to be done but to look.
    fn call(&self, ask: &Ask<'_>, effect: Effect, input: &Value) -> Result<Value, CloudError> {
        let call = Call {
            service: ask.service.to_owned(),
            operation: ask.operation.to_owned(),
            region: ask.region.unwrap_or(HOME_REGION).to_owned(),
            input: input.clone(),
        };
        let mut attempt = 1;
        loop {
            // An account with one way in has its credentials made when they are needed, by the call itself.
            let principal = self.principal(ask.by).map_err(|error| match error.code.as_deref() {
                Some("AccessDenied") if self.sessions.borrow().has_one_way(ask.by) => {
                    ask.own(error.class, Some("AccessDenied"), error.message)
                }
                _ => error,
            })?;
            let error = match self.simulator.call(&principal, &call) {
                Ok(answer) => return Ok(answer),
                Err(error) => ask.error(&error, effect),
            };
            if error.class != ErrorClass::Retry || attempt == ATTEMPTS {
                return Err(error);
            }
            self.sleep(backoff(attempt));
            attempt += 1;
        }
    }

    fn read(&self, ask: &Ask<'_>, input: &Value) -> Result<Value, CloudError> {
        self.call(ask, Effect::Read, input)
    }

    fn change(&self, ask: &Ask<'_>, input: &Value) -> Result<Value, CloudError> {
        self.call(ask, Effect::Change, input)
    }

    /// Reads all pages of a list. A page may be empty and still have a next one.
    fn pages(&self, ask: &Ask<'_>, mut input: Value, items: &str, token: &str) -> Result<Vec<Value>, CloudError> {
        let mut all = Vec::new();
        loop {
            let mut page = self.read(ask, &input)?;
            if let Some(Value::Array(found)) = page.get_mut(items).map(Value::take) {
                all.extend(found);
            }
            match page.get_mut(token).map(Value::take) {
                Some(Value::String(next)) => {
                    input.as_object_mut().map(|members| members.insert(token.to_owned(), next.into()));
                }
                _ => return Ok(all),
            }
        }
    }

    fn sleep(&self, duration: Duration) {
        // A world that cannot be saved refuses the next call: that is where it is noticed.
        drop(self.simulator.advance(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)));
    }
}

/// Who asks what, where.
#[derive(Debug, Clone, Copy)]
struct Ask<'a> {
    by: &'a AccountId,
    region: Option<&'a str>,
    service: &'static str,
    operation: &'static str,
    /// The prefix of the IAM action, by which errors name the operation.
    prefix: &'static str,
}

impl<'a> Ask<'a> {
    /// A call of Organizations.
    fn organizations(by: &'a AccountId, operation: &'static str) -> Self {
        Self::of(by, None, "organizations", operation)
    }

    fn of(by: &'a AccountId, region: Option<&'a str>, service: &'static str, operation: &'static str) -> Self {
        let prefix = if service == "cloudcontrol" { "cloudformation" } else { service };
        Self { by, region, service, operation, prefix }
    }

    fn error(&self, error: &CallError, effect: Effect) -> CloudError {
        match error {
            CallError::Refused(ApiError { code, status, message, reason, .. }) => CloudError {
                reason: reason.map(str::to_owned),
                ..self.own(class_of(Some(code), *status, effect), Some(code), message.clone())
            },
            lost => self.own(class_of(None, 0, effect), None, lost.to_string()),
        }
    }

    /// An error that no service gave.
    fn own(&self, class: ErrorClass, code: Option<&str>, message: String) -> CloudError {
        CloudError {
            class,
            operation: format!("{}:{}", self.prefix, self.operation),
            by: self.by.clone(),
            code: code.map(str::to_owned),
            reason: None,
            message,
        }
    }

    /// An answer that could not be understood.
    fn malformed(&self, member: &str) -> CloudError {
        let message = format!("the answer's `{member}` is missing or nothing that orgkit knows");
        self.own(ErrorClass::Fatal, Some("MalformedAnswer"), message)
    }
}

/// An input without members.
fn nothing() -> Value {
    Value::Object(Map::new())
}
