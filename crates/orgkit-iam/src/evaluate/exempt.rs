//! What guardrails do not reach.

use super::evaluator::Evaluator;
use super::memo::Action;
use super::policies::PolicyKind;
use crate::context::ContextValue;
use crate::principal::{Principal, PrincipalKind};
use crate::request::Request;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

/// The list that came with this crate. Whoever judges many calls asks for it again and again.
static EMBEDDED: LazyLock<RcpServices> = LazyLock::new(|| RcpServices::parse(include_str!("../../data/rcp-services.txt")));

/// The services whose resources resource control policies reach, by action prefix.
///
/// AWS's list grows by the week, so it is data: `data/rcp-services.txt`, with its source and date. [`RcpServices::parse`] reads another one.
/// Clones share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RcpServices(Arc<BTreeSet<String>>);

impl RcpServices {
    /// Reads a list: one prefix a line, `#` begins a comment.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        Self(Arc::new(lines.filter(|line| !line.is_empty()).map(str::to_ascii_lowercase).collect()))
    }

    /// Whether an action's service is on the list; the action is given in lower case.
    pub fn reach(&self, lower_action: &str) -> bool {
        lower_action.split_once(':').is_some_and(|(prefix, _)| self.0.contains(prefix))
    }
}

impl Default for RcpServices {
    /// The list that came with this crate.
    fn default() -> Self {
        EMBEDDED.clone()
    }
}

/// Whether the caller is a service-linked role, which neither kind of guardrail restricts [AWS Organizations User Guide, orgs_manage_policies_scps and
/// orgs_manage_policies_rcps]. A session's ARN leaves the role's path out, so `aws:PrincipalArn` is believed rather than the role's name.
fn is_service_linked(request: &Request) -> bool {
    let Principal::Aws(caller) = &request.principal else { return false };
    match (&caller.kind, request.context.get("aws:principalarn")) {
        (PrincipalKind::Session { .. }, ContextValue::One(arn)) if arn.contains(":role/") => arn.contains(":role/aws-service-role/"),
        _ => caller.is_service_linked(),
    }
}

/// Which guardrails reach a call, worked out when first asked for: most calls meet no guardrail that would deny them.
pub(super) struct Reach<'a> {
    request: &'a Request,
    lower_action: &'a str,
    services: &'a RcpServices,
    scps: OnceCell<bool>,
    rcps: OnceCell<bool>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(evaluator: &'a Evaluator, request: &'a Request, action: &'a Action) -> Self {
        Self { request, lower_action: &action.lower, services: &evaluator.services, scps: OnceCell::new(), rcps: OnceCell::new() }
    }

    /// Whether the policies of a kind have a say.
    pub(super) fn of(&self, kind: PolicyKind) -> bool {
        match kind {
            PolicyKind::Scp => self.scps(),
            PolicyKind::Rcp => self.rcps(),
            _ => true,
        }
    }

    /// Whether service control policies reach the caller: a principal of an account, and no service-linked role.
    pub(super) fn scps(&self) -> bool {
        *self.scps.get_or_init(|| matches!(self.request.principal, Principal::Aws(_)) && !is_service_linked(self.request))
    }

    /// Whether resource control policies reach the call. They do not reach services that do not support them, `kms:RetireGrant`, keys that AWS manages
    /// [AWS KMS Developer Guide, resource-control-policies], service-linked roles and whoever assumes one.
    fn rcps(&self) -> bool {
        let reach = || {
            let (request, action) = (self.request, self.lower_action);
            let assumes_service_linked = || action.starts_with("sts:") && request.resource.contains(":role/aws-service-role/");
            let of_aws = || action.starts_with("kms:") && is_aws_managed_key(request);
            rcps_know(action, self.services) && !is_service_linked(request) && !assumes_service_linked() && !of_aws()
        };
        *self.rcps.get_or_init(reach)
    }
}

/// Whether resource control policies reach an action on any resource; it is given in lower case.
pub(super) fn rcps_know(lower_action: &str, services: &RcpServices) -> bool {
    services.reach(lower_action) && lower_action != "kms:retiregrant"
}

/// A key that AWS manages is known by its alias, `alias/aws/SERVICE`.
fn is_aws_managed_key(request: &Request) -> bool {
    let is_aws_alias = |alias: &str| alias.starts_with("alias/aws/");
    let by_alias = ["kms:resourcealiases", "kms:requestalias"].iter().any(|key| match request.context.get(key) {
        ContextValue::One(alias) => is_aws_alias(alias),
        ContextValue::Many(aliases) => aliases.iter().any(|alias| is_aws_alias(alias)),
        ContextValue::Absent | ContextValue::Unknown => false,
    });
    by_alias || request.resource.splitn(6, ':').nth(5).is_some_and(is_aws_alias)
}
