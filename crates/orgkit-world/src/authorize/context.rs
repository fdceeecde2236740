//! What AWS knows of a call: the condition keys of a request [IAM User Guide, reference_policies_condition-keys; Service Authorization
//! Reference].
//!
//! A key is present, absent, or not known. A key of another service is absent; of a key of the call's own service that is not listed here,
//! and of where a call comes from, nothing is known.

use super::Asked;
use crate::call::{Principal, Request, SessionScope};
use crate::services::iam;
use crate::world::{Role, World};
use jiff::Timestamp;
use orgkit_iam::{Context, ContextValue};
use orgkit_model::AccountId;
use serde_json::Value;
use std::collections::BTreeMap;

/// Keys that calls have only when they come from a service, over a VPC endpoint, with MFA or from an identity provider. The simulation has
/// none of these.
const ABSENT: [&str; 18] = [
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:ec2instancesourceprivateipv4",
    "aws:ec2instancesourcevpc",
    "aws:federatedprovider",
    "aws:multifactorauthage",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:referer",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:vpcsourceip",
];

/// Keys of services that are members of the input, by their names there.
const IN_INPUT: [(&str, &str); 17] = [
    ("iam:awsservicename", "AWSServiceName"),
    ("iam:permissionsboundary", "PermissionsBoundary"),
    ("iam:policyarn", "PolicyArn"),
    ("organizations:policytype", "PolicyType"),
    ("organizations:policytype", "Type"),
    ("organizations:policytype", "Filter"),
    ("organizations:serviceprincipal", "ServicePrincipal"),
    ("ram:allowsexternalprincipals", "allowExternalPrincipals"),
    ("ram:principal", "principals"),
    ("ram:principal", "principal"),
    ("ram:requestedallowsexternalprincipals", "allowExternalPrincipals"),
    ("ram:resourcearn", "resourceArns"),
    ("ram:resourcesharename", "name"),
    ("sts:externalid", "ExternalId"),
    ("sts:rolesessionname", "RoleSessionName"),
    ("sts:sourceidentity", "SourceIdentity"),
    ("sts:transitivetagkeys", "TransitiveTagKeys"),
];

/// A call, and the world that it is made in.
pub(super) struct Circumstances<'w> {
    world: &'w World,
    caller: &'w Principal,
    input: &'w Value,
    region: &'w str,
    /// `None` where a call is only thought of.
    now: Option<Timestamp>,
    action: &'w str,
    resource: &'w str,
    keys: &'w [(&'static str, &'w str)],
    owner: Option<AccountId>,
}

impl<'w> Circumstances<'w> {
    pub(super) fn new(world: &'w World, request: &'w Request<'_>, asked: &'w Asked<'_>) -> Self {
        let owner = asked.resource.split(':').nth(4).filter(|account| !account.is_empty());
        let owner = match owner {
            Some(account) => account.parse().ok(),
            None => Some(request.caller.account.clone()),
        };
        Self {
            world,
            caller: request.caller,
            input: request.input,
            region: request.region,
            now: Some(request.now),
            action: asked.action,
            resource: &asked.resource,
            keys: asked.keys,
            owner,
        }
    }

    /// A call that is only thought of: on no resource, with no input, at no time.
    pub(super) fn imagined(world: &'w World, caller: &'w Principal, action: &'w str, region: &'w str) -> Self {
        let owner = Some(caller.account.clone());
        Self { world, caller, input: &Value::Null, region, now: None, action, resource: "*", keys: &[], owner }
    }

    /// The account that has the resource; `None` for AWS itself.
    pub(super) fn owner(&self) -> Option<&AccountId> {
        self.owner.as_ref()
    }

    /// The role that the caller wants to become: the only resource here whose own policy is asked.
    pub(super) fn assumed(&self) -> Option<&'w Role> {
        self.is_about_trust().then(|| iam::role_of_arn(self.world, self.resource)).flatten()
    }

    fn is_about_trust(&self) -> bool {
        self.action.starts_with("sts:") && self.resource.contains(":role/")
    }

    /// The call as the evaluator takes it, without context. Access across accounts needs the consent of a resource's own policy only where
    /// resources have one, which here is where roles are assumed.
    pub(super) fn call(&self) -> orgkit_iam::Request {
        let mut call = orgkit_iam::Request::new(orgkit_iam::Principal::parse(&self.caller.arn), self.action);
        self.resource.clone_into(&mut call.resource);
        call.resource_account = (!self.is_about_trust()).then(|| self.caller.account.to_string());
        call
    }

    /// The values of the keys that policies mention, and of `aws:PrincipalArn`, by which exemptions are known.
    pub(super) fn context(&self, mentioned: &[String]) -> Context {
        let mut context = Context::partly_known().with("aws:PrincipalArn", self.caller.principal_arn());
        for key in mentioned {
            context.set(key, self.value(key));
        }
        context
    }

    fn value(&self, key: &str) -> ContextValue {
        if let Some((_, value)) = self.keys.iter().find(|(name, _)| *name == key) {
            return (*value).into();
        }
        let (prefix, name) = key.split_once(':').unwrap_or_default();
        if prefix != "aws" {
            return self.of_service(key, prefix);
        }
        if let Some((kind, tag)) = name.split_once('/') {
            return self.tag(kind, tag);
        }
        self.of_principal(name).or_else(|| self.of_resource(name)).unwrap_or_else(|| self.of_request(key, name))
    }

    fn session(&self) -> Option<&'w SessionScope> {
        self.caller.session.as_ref()
    }

    /// Keys about who calls.
    fn of_principal(&self, name: &str) -> Option<ContextValue> {
        let account = &self.caller.account;
        Some(match name {
            "principalarn" => self.caller.principal_arn().into(),
            "principalaccount" => account.as_str().into(),
            "principalorgid" => or_absent(self.organization(account)),
            "principalorgpaths" => self.paths(account),
            "principalisawsservice" => "false".into(),
            "principaltype" => self.caller.kind().into(),
            "userid" => self.caller.user_id.as_str().into(),
            "username" => or_absent(self.caller.arn.split_once(":user/").and_then(|(_, path)| path.rsplit('/').next())),
            // Keys of a user's own do not tell it; those of a session do [IAM User Guide, reference_policies_condition-keys].
            "multifactorauthpresent" => or_absent(self.session().map(|_| "false")),
            "tokenissuetime" => or_absent(self.session().map(|session| session.issued_at.to_string())),
            "sourceidentity" => or_absent(self.session().and_then(|session| session.source_identity.as_deref())),
            "assumedroot" => or_absent(self.caller.is_assumed_root().then_some("true")),
            _ => return None,
        })
    }

    /// Keys about what is called upon.
    fn of_resource(&self, name: &str) -> Option<ContextValue> {
        let owner = self.owner.as_ref();
        Some(match name {
            "resourceaccount" => or_absent(owner.map(AccountId::as_str)),
            "resourceorgid" => or_absent(owner.and_then(|owner| self.organization(owner))),
            "resourceorgpaths" => owner.map_or(ContextValue::Absent, |owner| self.paths(owner)),
            _ => return None,
        })
    }

    /// Keys about the call itself.
    fn of_request(&self, key: &str, name: &str) -> ContextValue {
        match name {
            "requestedregion" => self.region.into(),
            "currenttime" => self.now.map_or(ContextValue::Unknown, |now| now.to_string().into()),
            "epochtime" => self.now.map_or(ContextValue::Unknown, |now| now.as_second().to_string().into()),
            "securetransport" => "true".into(),
            "viaawsservice" => "false".into(),
            "tagkeys" => match tags_in(self.input) {
                tags if tags.is_empty() => ContextValue::Absent,
                tags => ContextValue::Many(tags.into_keys().map(str::to_owned).collect()),
            },
            _ if ABSENT.contains(&key) => ContextValue::Absent,
            _ => ContextValue::Unknown,
        }
    }

    /// Tags of the caller, the resource and the request. The tags of most resources are not known.
    fn tag(&self, kind: &str, tag: &str) -> ContextValue {
        let find = |tags: &BTreeMap<String, String>| {
            or_absent(tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(tag)).map(|(_, value)| value.as_str()))
        };
        match kind {
            "principaltag" => {
                let of_session = self.session().map_or(ContextValue::Absent, |session| find(&session.tags));
                let of_identity = || iam::tags(self.world, self.caller.principal_arn()).map_or(ContextValue::Absent, find);
                if of_session == ContextValue::Absent { of_identity() } else { of_session }
            }
            "requesttag" => {
                or_absent(tags_in(self.input).into_iter().find(|(key, _)| key.eq_ignore_ascii_case(tag)).map(|(_, value)| value))
            }
            "resourcetag" => iam::tags(self.world, self.resource).map_or(ContextValue::Unknown, find),
            _ => ContextValue::Unknown,
        }
    }

    /// Keys of a service. Those of another service than the call's are not in the call.
    fn of_service(&self, key: &str, prefix: &str) -> ContextValue {
        if !self.action.split_once(':').is_some_and(|(service, _)| service.eq_ignore_ascii_case(prefix)) {
            return ContextValue::Absent;
        }
        if let Some(tag) = key.strip_prefix("iam:resourcetag/") {
            return self.tag("resourcetag", tag);
        }
        let members: Vec<&str> = IN_INPUT.iter().filter(|(name, _)| *name == key).map(|(_, member)| *member).collect();
        match members.iter().find_map(|member| self.input.get(*member)) {
            Some(Value::String(text)) => text.as_str().into(),
            Some(Value::Array(list)) => ContextValue::Many(list.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            Some(Value::Object(_)) => ContextValue::Unknown,
            Some(Value::Null) => ContextValue::Absent,
            Some(value) => value.to_string().into(),
            None if members.is_empty() => ContextValue::Unknown,
            None => self.of_policy(key),
        }
    }

    /// `organizations:PolicyType` of a call that names a policy and not its type.
    fn of_policy(&self, key: &str) -> ContextValue {
        let id = self.input.get("PolicyId").and_then(Value::as_str).filter(|_| key == "organizations:policytype");
        let organization = self.world.organization_of(&self.caller.account);
        let policy = id.and_then(|id| organization?.policies.get(&id.parse().ok()?));
        let kind = policy.and_then(|policy| serde_json::to_value(policy.kind).ok());
        or_absent(kind.as_ref().and_then(Value::as_str))
    }

    fn organization(&self, account: &AccountId) -> Option<&'w str> {
        self.world.organization_of(account).map(|organization| organization.id.as_str())
    }

    /// The path of an account's place: `o-…/r-…/ou-…/`.
    fn paths(&self, account: &AccountId) -> ContextValue {
        match (self.world.organization_of(account), self.world.membership(account)) {
            (Some(organization), Some(membership)) => {
                let path = organization.path_to(&membership.parent).join("/");
                ContextValue::Many(vec![format!("{}/{path}/", organization.id)])
            }
            _ => ContextValue::Absent,
        }
    }
}

fn or_absent(value: Option<impl Into<ContextValue>>) -> ContextValue {
    value.map_or(ContextValue::Absent, Into::into)
}

/// The tags of an input, in either of the forms that services have: a list of keys and values, or an object.
fn tags_in(input: &Value) -> BTreeMap<&str, &str> {
    match input.get("Tags").or_else(|| input.get("tags")) {
        Some(Value::Array(list)) => list.iter().filter_map(|tag| Some((text(tag, "Key", "key")?, text(tag, "Value", "value")?))).collect(),
        Some(Value::Object(tags)) => tags.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect(),
        _ => BTreeMap::new(),
    }
}

/// A member by either spelling.
fn text<'v>(value: &'v Value, upper: &str, lower: &str) -> Option<&'v str> {
    value.get(upper).or_else(|| value.get(lower))?.as_str()
}
