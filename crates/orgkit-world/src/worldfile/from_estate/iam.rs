//! IAM: roles and customer managed policies.

use super::gap::Gaps;
use super::seen::{Seen, list, text};
use crate::world::{ADMINISTRATOR_ACCESS, access_trust};
use crate::worldfile::{AccountSpec, IamPolicySpec, OrganizationSpec, RoleSpec};
use orgkit_model::{AccountId, JoinedMethod};
use serde_json::Value;

/// The facts of IAM.
pub(super) const KIND: &str = "iam:GetAccountAuthorizationDetails";

/// The role that Organizations makes in accounts it creates [Organizations User Guide, orgs_manage_accounts_access].
const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";
/// The tag by which CloudFormation marks what a stack deployed [CloudFormation User Guide, cfn-resource-tags].
const STACK_TAG: &str = "aws:cloudformation:stack-name";

/// What cannot be in a world, counted over all accounts.
#[derive(Debug, Default)]
pub(super) struct Left {
    users: usize,
    groups: usize,
    tags: usize,
    versions: usize,
    unreadable: usize,
    roles: usize,
    deployed: usize,
}

impl Left {
    /// Says what was left out.
    pub(super) fn tell(&self, gaps: &mut Gaps) {
        let counted = [
            (self.users, "IAM users", "are not in the world: each account has its administrator instead"),
            (self.groups, "IAM groups", "are not in the world"),
            (self.tags, "Tags of roles", "are not in the world"),
            (self.versions, "Of customer managed policies with several versions", "the world has the default ones"),
            (self.unreadable, "Roles and policies with documents that are no JSON", "are not in the world"),
        ];
        for (count, what, fate) in counted.into_iter().filter(|(count, ..)| *count > 0) {
            gaps.left_out(format!("{what} ({count}) {fate}."));
        }
        if self.roles > 0 {
            gaps.assumed(format!(
                "What a StackSet deployed is known of roles only, by their tags ({}); everything else stays when an account leaves.",
                self.deployed
            ));
        }
    }
}

/// How many days ago the oldest thing of IAM in an account was created.
pub(super) fn oldest(seen: &Seen<'_>, account: &AccountId) -> Option<u32> {
    seen.facts(account, KIND).iter().filter_map(|fact| seen.days_since(&fact.doc, "CreateDate")).max()
}

/// IAM of one account.
pub(super) struct Iam<'a> {
    /// The estate.
    pub(super) seen: &'a Seen<'a>,
    /// The organization that it is in.
    pub(super) organization: Option<&'a OrganizationSpec>,
    /// For how many days it has been a member; `None` for management accounts and those that stand alone.
    pub(super) member_days: Option<u32>,
    /// Where it is counted what is left out.
    pub(super) left: &'a mut Left,
}

impl Iam<'_> {
    /// Gives the account its roles and policies.
    pub(super) fn fill(mut self, spec: &mut AccountSpec) {
        let facts = self.seen.facts(&spec.id, KIND);
        for fact in facts.iter().filter(|fact| fact.doc.get("PolicyName").is_some()) {
            spec.policies.extend(self.policy(&fact.doc));
        }
        for fact in facts.iter().filter(|fact| fact.doc.get("PolicyName").is_none()) {
            let is_administrator = text(&fact.doc, "UserName") == Some("admin") && fact.name.ends_with(":user/admin");
            self.left.users += usize::from(fact.doc.get("UserName").is_some() && !is_administrator);
            self.left.groups += usize::from(fact.doc.get("GroupName").is_some());
            let role = text(&fact.doc, "RoleName").and_then(|name| self.role(name, &fact.doc, spec));
            spec.roles.extend(role);
        }
        self.access_role(spec);
    }

    fn policy(&mut self, doc: &Value) -> Option<IamPolicySpec> {
        let versions = list(doc, "PolicyVersionList");
        self.left.versions += usize::from(versions.len() > 1);
        let is_default = |version: &&Value| version.get("IsDefaultVersion").and_then(Value::as_bool) == Some(true);
        let document = versions.iter().find(is_default).and_then(|version| self.document(version.get("Document")))?;
        Some(IamPolicySpec { name: text(doc, "PolicyName")?.to_owned(), path: text(doc, "Path").unwrap_or("/").to_owned(), document })
    }

    /// A document as text; one that is no object is counted.
    fn document(&mut self, document: Option<&Value>) -> Option<String> {
        let found = document.filter(|document| document.is_object()).map(Value::to_string);
        self.left.unreadable += usize::from(found.is_none());
        found
    }

    fn role(&mut self, name: &str, doc: &Value, account: &AccountSpec) -> Option<RoleSpec> {
        let trust = self.document(doc.get("AssumeRolePolicyDocument"))?;
        self.left.roles += 1;
        self.left.tags += usize::from(!list(doc, "Tags").is_empty());
        let mut inline = Vec::new();
        for policy in list(doc, "RolePolicyList") {
            let document = self.document(policy.get("PolicyDocument"));
            inline.extend(text(policy, "PolicyName").zip(document).map(|(name, document)| IamPolicySpec {
                name: name.to_owned(),
                path: "/".to_owned(),
                document,
            }));
        }
        let attached = list(doc, "AttachedManagedPolicies").iter().filter_map(|policy| text(policy, "PolicyArn"));
        let deployed_by = self.deployed_by(doc);
        self.left.deployed += usize::from(deployed_by.is_some());
        let role = RoleSpec {
            name: name.to_owned(),
            path: text(doc, "Path").unwrap_or("/").to_owned(),
            trusts: Vec::new(),
            trust: Some(trust),
            managed_policies: attached.map(|arn| short_policy(arn, account)).collect(),
            inline,
            permissions_boundary: doc
                .pointer("/PermissionsBoundary/PermissionsBoundaryArn")
                .and_then(Value::as_str)
                .map(|arn| short_policy(arn, account)),
            age_days: self.seen.days_since(doc, "CreateDate").filter(|days| *days != account.age_days),
            deployed_by,
        };
        Some(with_short_trust(role))
    }

    /// The StackSet in the name of the stack that deployed it: `StackSet-<name>-<id>` [CloudFormation User Guide, stacksets-concepts].
    fn deployed_by(&self, doc: &Value) -> Option<String> {
        let stack = list(doc, "Tags").iter().find(|tag| text(tag, "Key") == Some(STACK_TAG)).and_then(|tag| text(tag, "Value"))?;
        let name_and_id = stack.strip_prefix("StackSet-")?;
        let organization = self.organization?;
        let mut names = organization.stack_sets.iter().map(|set| &set.name);
        names.find(|name| name_and_id.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('-'))).cloned()
    }

    /// Members have the role `OrganizationAccountAccessRole` as AWS makes it, as the estate tells it, or not at all.
    fn access_role(&self, spec: &mut AccountSpec) {
        let (Some(organization), Some(days)) = (self.organization, self.member_days) else { return };
        let created = spec.joined == JoinedMethod::Created;
        let Some(place) = spec.roles.iter().position(|role| role.name == ACCESS_ROLE) else {
            spec.access_role = (created && self.seen.looked(&spec.id, KIND)).then_some(false);
            return;
        };
        let as_made = |role: &RoleSpec| {
            role.path == "/"
                && role.inline.is_empty()
                && role.managed_policies == [ADMINISTRATOR_ACCESS]
                && role.age_days.unwrap_or(spec.age_days) == days
                && document(role) == Some(access_trust(&organization.management))
        };
        if spec.roles.get(place).is_some_and(as_made) {
            spec.roles.remove(place);
            spec.access_role = (!created).then_some(true);
        }
    }
}

/// One of the account's own policies by its name, where its ARN follows from that.
fn short_policy(arn: &str, account: &AccountSpec) -> String {
    let name = arn.strip_prefix(&format!("arn:aws:iam::{}:policy/", account.id));
    let own = |name: &&str| account.policies.iter().any(|policy| policy.name == *name && policy.path == "/");
    name.filter(own).unwrap_or(arn).to_owned()
}

/// A role's trust policy.
fn document(role: &RoleSpec) -> Option<Value> {
    serde_json::from_str(&role.trust_document()).ok()
}

/// The role with `trusts` instead of `trust`, where that says the same.
fn with_short_trust(role: RoleSpec) -> RoleSpec {
    let long = document(&role);
    let trusts = long.as_ref().map(principals).unwrap_or_default();
    let short = RoleSpec { trust: None, trusts, ..role.clone() };
    if !short.trusts.is_empty() && document(&short) == long { short } else { role }
}

/// The accounts, ARNs and services of the first statement.
fn principals(trust: &Value) -> Vec<String> {
    let named = |kind: &str| {
        let found = trust.pointer(&format!("/Statement/0/Principal/{kind}")).and_then(Value::as_array);
        found.into_iter().flatten().filter_map(Value::as_str)
    };
    let account = |arn: &str| arn.strip_prefix("arn:aws:iam::").and_then(|rest| rest.strip_suffix(":root")).map(str::to_owned);
    let is_name = |who: &&str| who.starts_with("arn:");
    named("AWS")
        .filter(is_name)
        .map(|arn| account(arn).unwrap_or_else(|| arn.to_owned()))
        .chain(named("Service").map(str::to_owned))
        .collect()
}
