//! One SDK client per account, region and service.

use aws_config::retry::RetryConfig;
use aws_config::{Region, SdkConfig};
use orgkit_model::AccountId;
use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

/// A service's client.
pub(crate) trait Service: Clone + 'static {
    /// The client over a configuration.
    fn over(config: &SdkConfig) -> Self;
}

macro_rules! services {
    ($($client:ty),+ $(,)?) => {
        $(impl Service for $client {
            fn over(config: &SdkConfig) -> Self {
                <$client>::new(config)
            }
        })+
    };
}

services!(
    aws_sdk_cloudcontrol::Client,
    aws_sdk_cloudtrail::Client,
    aws_sdk_config::Client,
    aws_sdk_controltower::Client,
    aws_sdk_iam::Client,
    aws_sdk_inspector2::Client,
    aws_sdk_organizations::Client,
    aws_sdk_ram::Client,
    aws_sdk_savingsplans::Client,
    aws_sdk_ssoadmin::Client,
    aws_sdk_sts::Client,
);

/// The clients of an account, by region and type.
type OfAccount = BTreeMap<(String, TypeId), Box<dyn Any>>;

/// The clients made so far.
#[derive(Default)]
pub(crate) struct Clients(RefCell<BTreeMap<AccountId, OfAccount>>);

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clients({})", self.0.borrow().values().map(BTreeMap::len).sum::<usize>())
    }
}

impl Clients {
    /// The client, if it was made already.
    pub(crate) fn get<C: Service>(&self, account: &AccountId, region: &str) -> Option<C> {
        self.0.borrow().get(account)?.get(&key::<C>(region))?.downcast_ref::<C>().cloned()
    }

    /// Makes the client over an account's session. The SDK's retries are off: see [`crate::call`].
    pub(crate) fn make<C: Service>(&self, account: &AccountId, region: &str, session: &SdkConfig) -> C {
        let config = session.to_builder().region(Region::new(region.to_owned())).retry_config(RetryConfig::disabled()).build();
        let client = C::over(&config);
        self.0.borrow_mut().entry(account.clone()).or_default().insert(key::<C>(region), Box::new(client.clone()));
        client
    }

    /// Forgets an account's clients.
    pub(crate) fn forget(&self, account: &AccountId) {
        self.0.borrow_mut().remove(account);
    }
}

fn key<C: Service>(region: &str) -> (String, TypeId) {
    (region.to_owned(), TypeId::of::<C>())
}
