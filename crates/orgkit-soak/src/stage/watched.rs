//! A cloud whose process can die and give way at each call. What is asked and answered is seen by the simulator's bystander; this one says on
//! whose behalf.
#![expect(clippy::disallowed_methods, reason = "how much of a run is the cloud's time is real time")]

use super::book::Shared;
use crate::poll::Yield;
use jiff::Timestamp;
use orgkit_cloud::{Access, CloudChange, CloudError, CloudPrepare, CloudRead, EnabledBaseline, EventPage, FactDoc, NewShare, Share};
use orgkit_model::{
    Account, AccountId, DelegatedAdministrator, Handshake, HandshakeId, Organization, ParentId, Policy, PolicyId, PolicyType, Product,
    RootId, Unit, UnitId,
};
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// A cloud as one process sees it.
#[derive(Debug)]
pub(crate) struct Watched<C> {
    inner: C,
    book: Shared,
    /// The generation under which the process holds the journal.
    generation: Rc<Cell<u64>>,
    /// The real time that the cloud beneath has taken.
    spent: Cell<Duration>,
}

impl<C> Watched<C> {
    pub(crate) fn new(inner: C, book: Shared, generation: Rc<Cell<u64>>) -> Self {
        Self { inner, book, generation, spent: Cell::default() }
    }

    /// The real time that the cloud beneath has taken so far.
    pub(crate) fn spent(&self) -> Duration {
        self.spent.get()
    }

    /// Before a call: the process may have died, and others may go first.
    async fn before(&self) {
        self.alive().await;
        if self.book.yields() {
            Yield::default().await;
            self.alive().await;
        }
        self.book.with(|book| book.caller = self.generation.get());
    }

    async fn alive(&self) {
        if self.book.is_dead() {
            std::future::pending::<()>().await;
        }
    }
}

/// The calls, each made on the cloud beneath between two looks at whether the process lives.
macro_rules! calls {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        $(async fn $name(&self, by: &AccountId, $($argument: $type),*) -> Result<$answer, CloudError> {
            self.before().await;
            let began = Instant::now();
            let answer = self.inner.$name(by, $($argument),*).await;
            self.spent.set(self.spent.get().saturating_add(began.elapsed()));
            self.alive().await;
            answer
        })*
    };
}

impl<C: CloudChange> CloudRead for Watched<C> {
    calls! {
        caller_arn() -> String;
        organization() -> Option<Organization>;
        root() -> RootId;
        accounts() -> Vec<Account>;
        account(account: &AccountId) -> Option<Account>;
        parent(account: &AccountId) -> ParentId;
        units_under(parent: &ParentId) -> Vec<Unit>;
        accounts_under(parent: &ParentId) -> Vec<AccountId>;
        policies(kind: PolicyType) -> Vec<Policy>;
        policy(kind: PolicyType, name: &str) -> Option<Policy>;
        delegated_administrators() -> Vec<DelegatedAdministrator>;
        invitations_sent() -> Vec<Handshake>;
        invitations_received() -> Vec<Handshake>;
        facts(region: Option<&str>, kind: &str) -> Vec<FactDoc>;
        enabled_baselines(region: &str, target: &str) -> Vec<EnabledBaseline>;
        role_trust(role: &str) -> Option<Value>;
        events(region: &str, between: (Timestamp, Timestamp), next: Option<String>) -> EventPage;
        exercise(access: &Access) -> String;
    }

    fn fact_kinds(&self) -> &'static [(&'static str, bool)] {
        self.inner.fact_kinds()
    }

    fn prefer_access(&self, account: &AccountId, access: Access) {
        self.inner.prefer_access(account, access);
    }

    fn forget_access(&self, account: &AccountId, access: &Access) {
        self.inner.forget_access(account, access);
    }

    fn offer_access(&self, account: &AccountId, access: Access) {
        self.inner.offer_access(account, access);
    }
}

impl<C: CloudChange> CloudPrepare for Watched<C> {
    calls! {
        resource(region: &str, type_name: &str, identifier: &str) -> Option<Value>;
        update_resource(region: &str, type_name: &str, identifier: &str, patch: &Value) -> ();
        product_administrator(product: Product, region: &str) -> Option<AccountId>;
        remove_product_administrator(product: Product, region: &str, account: &AccountId) -> ();
        appoint_product_administrator(product: Product, region: &str, account: &AccountId) -> ();
        share(region: &str, name: &str) -> Option<Share>;
        create_share(region: &str, share: &NewShare<'_>) -> String;
        delete_share(region: &str, arn: &str) -> ();
        accept_share(region: &str, share: &str) -> bool;
    }
}

impl<C: CloudChange> CloudChange for Watched<C> {
    calls! {
        invite(account: &AccountId, notes: &str) -> Handshake;
        accept(handshake: &HandshakeId) -> Handshake;
        move_account(account: &AccountId, from: &ParentId, to: &ParentId) -> ();
        create_unit(parent: &ParentId, name: &str) -> Unit;
        create_policy(kind: PolicyType, name: &str, content: &str) -> PolicyId;
        update_policy(policy: &PolicyId, content: &str) -> ();
        attach_policy(policy: &PolicyId, target: &str) -> ();
        deregister_delegated_administrator(account: &AccountId, service: &str) -> ();
        delete_organization() -> ();
        retain_stacks(region: &str, stack_set: &str) -> ();
        release_stacks(region: &str, stack_set: &str) -> ();
        cancel_invitation(handshake: &HandshakeId) -> ();
        delete_unit(unit: &UnitId) -> ();
        detach_policy(policy: &PolicyId, target: &str) -> ();
        delete_policy(policy: &PolicyId) -> ();
        register_delegated_administrator(account: &AccountId, service: &str) -> ();
        delete_access_role(role: &str) -> ();
        set_trust_policy(role: &str, document: &str) -> ();
        reset_enabled_baseline(region: &str, enabled_baseline: &str) -> ();
        put_access_role(role: &str, trusted: &AccountId) -> ();
    }
}
