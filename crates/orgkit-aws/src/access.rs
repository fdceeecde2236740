//! From a way into an account to a session: credentials with transport, clock and endpoint.

use crate::error::{credentials_error, own_error};
use crate::time::VirtualTime;
use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::{AsyncSleep as _, SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use orgkit_cloud::{Access, CloudError, ErrorClass, SESSION_NAME};
use orgkit_model::AccountId;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

pub(crate) const ASSUME_ROLE: &str = "sts:AssumeRole";
pub(crate) const GET_CALLER_IDENTITY: &str = "sts:GetCallerIdentity";

/// A way into an account.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Way {
    Access(Access),
    Keys { id: String, secret: String },
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Access(access) => access.fmt(f),
            Self::Keys { id, .. } => write!(f, "Keys({id})"),
        }
    }
}

/// The ways into accounts and the sessions made from them.
#[derive(Debug)]
pub(crate) struct Sessions {
    ways: RefCell<BTreeMap<AccountId, Vec<Way>>>,
    made: RefCell<BTreeMap<AccountId, SdkConfig>>,
    http: SharedHttpClient,
    time: Option<VirtualTime>,
    home_region: String,
}

impl Sessions {
    pub(crate) fn new(ways: BTreeMap<AccountId, Vec<Way>>, http: SharedHttpClient, time: Option<VirtualTime>, home_region: String) -> Self {
        Self { ways: RefCell::new(ways), made: RefCell::default(), http, time, home_region }
    }

    /// The region of global services.
    pub(crate) fn home_region(&self) -> &str {
        &self.home_region
    }

    /// Waits, in virtual time if there is one.
    pub(crate) async fn sleep(&self, duration: Duration) {
        match &self.time {
            Some(time) => time.sleep(duration).await,
            None => TokioSleep::new().sleep(duration).await,
        }
    }

    /// Puts a way first. Returns the accounts whose sessions went with it: the account, and those reached through it.
    pub(crate) fn prefer(&self, account: &AccountId, access: Access) -> Vec<AccountId> {
        let first = Way::Access(access);
        {
            let mut ways = self.ways.borrow_mut();
            let known = ways.entry(account.clone()).or_default();
            known.retain(|way| way != &first);
            known.insert(0, first);
        }
        self.drop_sessions(account)
    }

    /// Takes a way away. Returns the accounts whose sessions went with it.
    pub(crate) fn forget(&self, account: &AccountId, access: &Access) -> Vec<AccountId> {
        let gone = Way::Access(access.clone());
        if let Some(known) = self.ways.borrow_mut().get_mut(account) {
            known.retain(|way| way != &gone);
        }
        self.drop_sessions(account)
    }

    /// Drops the sessions of an account and of those reached through it, and says which.
    fn drop_sessions(&self, account: &AccountId) -> Vec<AccountId> {
        let ways = self.ways.borrow();
        let mut affected = vec![account.clone()];
        while let Some(next) = ways.iter().find(|(id, ways)| !affected.contains(id) && ways.iter().any(|way| goes_via(way, &affected))) {
            affected.push(next.0.clone());
        }
        self.made.borrow_mut().retain(|id, _| !affected.contains(id));
        affected
    }

    /// Adds a way for when there is no other.
    pub(crate) fn offer(&self, account: &AccountId, access: Access) {
        let mut ways = self.ways.borrow_mut();
        let known = ways.entry(account.clone()).or_default();
        if known.is_empty() {
            known.push(Way::Access(access));
        }
    }

    /// The session of an account. With more than one way, the first that gives credentials is taken, and kept.
    pub(crate) async fn of(&self, account: &AccountId) -> Result<SdkConfig, CloudError> {
        self.find(account, &[]).await
    }

    /// A session by one way, made anew: nothing of it comes from a cache but the session of the account that it goes through.
    pub(crate) async fn fresh(&self, account: &AccountId, access: &Access) -> Result<SdkConfig, CloudError> {
        self.open(account, &Way::Access(access.clone()), &[]).await
    }

    async fn find(&self, account: &AccountId, trail: &[AccountId]) -> Result<SdkConfig, CloudError> {
        if let Some(session) = self.made.borrow().get(account) {
            return Ok(session.clone());
        }
        if trail.contains(account) {
            let message = format!("the roles that lead to {account} go in a circle");
            return Err(own_error(ErrorClass::Fatal, account, ASSUME_ROLE, Some("RoleCircle"), message));
        }
        let ways = self.ways.borrow().get(account).cloned().unwrap_or_default();
        let mut failure = None;
        for way in &ways {
            let tried = match self.open(account, way, trail).await {
                Ok(session) if ways.len() > 1 => credentials_of(account, session).await,
                other => other,
            };
            match tried {
                Ok(session) => {
                    self.made.borrow_mut().insert(account.clone(), session.clone());
                    return Ok(session);
                }
                // A way that is only busy is the way all the same: another one may lead to less.
                Err(error) if error.class == ErrorClass::Retry => return Err(error),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or_else(|| no_way(account)))
    }

    async fn open(&self, account: &AccountId, way: &Way, trail: &[AccountId]) -> Result<SdkConfig, CloudError> {
        match way {
            Way::Keys { id, secret } => Ok(self.with_keys(id, secret)),
            Way::Access(Access::Profile(profile)) => self.configured(account, profile.as_deref()).await,
            Way::Access(Access::Role { via, role }) => {
                let trail = [trail, std::slice::from_ref(account)].concat();
                let base = Box::pin(self.find(via, &trail)).await?;
                Ok(assume(&base, account, role).await)
            }
        }
    }

    /// Rehearsals read neither environment nor files, and leave every retry to [`crate::call`]: the SDK's are random.
    fn with_keys(&self, id: &str, secret: &str) -> SdkConfig {
        let credentials = Credentials::new(id, secret, None, None, "orgkit");
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.home_region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.http.clone())
            .identity_cache(IdentityCache::lazy().build())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::disabled());
        config = match &self.time {
            Some(time) => config.time_source(time.clone()).sleep_impl(SharedAsyncSleep::new(time.clone())),
            None => config.sleep_impl(SharedAsyncSleep::new(TokioSleep::new())),
        };
        config.build()
    }

    /// Everything as the AWS CLI finds it: profiles, SSO, environment, `AWS_CONFIG_FILE`, `AWS_ENDPOINT_URL`.
    async fn configured(&self, account: &AccountId, profile: Option<&str>) -> Result<SdkConfig, CloudError> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .timeout_config(TimeoutConfig::builder().connect_timeout(Duration::from_secs(5)).read_timeout(Duration::from_secs(60)).build());
        if let Some(profile) = profile {
            known_profile(account, profile).await?;
            loader = loader.profile_name(profile);
        }
        if let Some(time) = &self.time {
            loader = loader.time_source(time.clone()).sleep_impl(time.clone());
        }
        let config = loader.load().await;
        Ok(match config.region() {
            Some(_) => config,
            None => config.into_builder().region(Region::new(self.home_region.clone())).build(),
        })
    }
}

fn goes_via(way: &Way, accounts: &[AccountId]) -> bool {
    matches!(way, Way::Access(Access::Role { via, .. }) if accounts.contains(via))
}

fn no_way(account: &AccountId) -> CloudError {
    let message = format!("no profile and no role is known for account {account}");
    own_error(ErrorClass::Credentials, account, GET_CALLER_IDENTITY, Some("NoAccess"), message)
}

/// A session in a role of `account`, assumed with the credentials of `base` and sharing everything else with it.
async fn assume(base: &SdkConfig, account: &AccountId, role: &str) -> SdkConfig {
    let arn = format!("arn:aws:iam::{account}:role/{role}");
    let provider = AssumeRoleProvider::builder(arn).session_name(SESSION_NAME).configure(base).build().await;
    base.to_builder().credentials_provider(SharedCredentialsProvider::new(provider)).identity_cache(IdentityCache::lazy().build()).build()
}

/// The session itself, once it was seen to give credentials.
async fn credentials_of(account: &AccountId, session: SdkConfig) -> Result<SdkConfig, CloudError> {
    let provider = session.credentials_provider().ok_or_else(|| no_way(account))?;
    provider.provide_credentials().await.map_err(|error| credentials_error(account, ASSUME_ROLE, &error))?;
    Ok(session)
}

/// Fails when the AWS configuration has no such profile: the SDK would look elsewhere and then speak of missing credentials.
async fn known_profile(account: &AccountId, name: &str) -> Result<(), CloudError> {
    let (fs, env, files) = Default::default();
    let unknown = |code, message| own_error(ErrorClass::Credentials, account, GET_CALLER_IDENTITY, Some(code), message);
    let profiles = aws_config::profile::load(&fs, &env, &files, None)
        .await
        .map_err(|error| unknown("AwsConfiguration", format!("the AWS configuration cannot be read: {error}")))?;
    if profiles.get_profile(name).is_some() {
        return Ok(());
    }
    let file = |variable: &str, default: &str| env.get(variable).unwrap_or_else(|_| default.to_owned());
    let looked = (file("AWS_CONFIG_FILE", "~/.aws/config"), file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"));
    let message = format!("the AWS configuration has no profile `{name}` (looked in `{}` and `{}`)", looked.0, looked.1);
    Err(unknown("UnknownProfile", message))
}
