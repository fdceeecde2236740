//! [`AwsCloud`] itself: sessions, clients and what is known about callers.

use crate::access::Sessions;
use crate::builder::AwsCloudBuilder;
use crate::clients::{Clients, Service};
use orgkit_cloud::{Access, CloudError};
use orgkit_model::AccountId;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// AWS, or whatever answers its protocols, through the official SDK.
///
/// It belongs to one thread: sessions, clients and caller identities are cached without locks.
#[derive(Debug)]
pub struct AwsCloud {
    pub(crate) sessions: Sessions,
    clients: Clients,
    pub(crate) callers: RefCell<BTreeMap<AccountId, String>>,
}

impl AwsCloud {
    /// Begins with no way into any account.
    pub fn builder() -> AwsCloudBuilder {
        AwsCloudBuilder::new()
    }

    pub(crate) fn new(sessions: Sessions) -> Self {
        Self { sessions, clients: Clients::default(), callers: RefCell::default() }
    }

    /// The client of a service in an account and region; the home region when none is named.
    pub(crate) async fn client<C: Service>(&self, account: &AccountId, region: Option<&str>) -> Result<C, CloudError> {
        let region = region.unwrap_or_else(|| self.sessions.home_region());
        if let Some(client) = self.clients.get(account, region) {
            return Ok(client);
        }
        let session = self.sessions.of(account).await?;
        Ok(self.clients.make(account, region, &session))
    }

    /// Puts a way into an account first, and forgets everything that came by the old one.
    pub(crate) fn prefer(&self, account: &AccountId, access: Access) {
        self.forget_sessions(&self.sessions.prefer(account, access));
    }

    /// Takes a way into an account away, and forgets everything that came by it.
    pub(crate) fn forget_way(&self, account: &AccountId, access: &Access) {
        self.forget_sessions(&self.sessions.forget(account, access));
    }

    fn forget_sessions(&self, accounts: &[AccountId]) {
        for account in accounts {
            self.clients.forget(account);
            self.callers.borrow_mut().remove(account);
        }
    }
}
