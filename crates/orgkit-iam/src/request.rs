//! A request, as AWS authorizes it.

use crate::{Context, Principal};

/// One call: who, what, on which resource, under which circumstances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who calls.
    pub principal: Principal,
    /// The action, such as `organizations:LeaveOrganization`. Case does not count.
    pub action: String,
    /// The resource's ARN, or `*` for a call without one.
    pub resource: String,
    /// Where in `resource`, as a byte offset, a part is missing that nobody told: a role's path, or, with an empty `resource`, all of it. `None`: it is
    /// whole. What depends on the missing part is unknown.
    pub resource_gap: Option<usize>,
    /// The account that owns the resource; `None`: the one in the ARN, else the caller's.
    pub resource_account: Option<String>,
    /// Whether the action has no resource types: only a `Resource` of `*` speaks about it [Service Authorization Reference].
    pub wildcard_only_action: bool,
    /// The condition keys.
    pub context: Context,
}

impl Request {
    /// A call without a resource. Everything in the context is absent.
    pub fn new(principal: Principal, action: &str) -> Self {
        Self {
            principal,
            action: action.to_owned(),
            resource: "*".to_owned(),
            resource_gap: None,
            resource_account: None,
            wildcard_only_action: false,
            context: Context::default(),
        }
    }

    /// The account that owns the resource, if anything says so.
    pub fn owner(&self) -> Option<&str> {
        let in_arn = || self.resource.split(':').nth(4).filter(|account| account.len() == 12);
        self.resource_account.as_deref().or_else(in_arn).or_else(|| self.principal.account())
    }

    /// Whether caller and resource belong to one account. A service and an unknown caller belong to none.
    pub fn is_same_account(&self) -> bool {
        self.principal.account().is_some_and(|account| self.owner() == Some(account))
    }
}
