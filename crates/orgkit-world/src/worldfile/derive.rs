//! What a world file leaves unsaid: defaults that need more than one field, and ids derived from names.

use super::{AccountSpec, OrganizationRole, OrganizationSpec, RoleSpec, WorldFile};
use orgkit_model::{AccountId, Digest, JoinedMethod, OrganizationId, RootId, UnitId};
use serde_json::{Value, json};

/// How many accounts AWS grants a new organization [Organizations User Guide, orgs_reference_limits].
const DEFAULT_ACCOUNT_QUOTA: u32 = 10;

/// The name of an organization's root where units and attachments are listed.
pub const ROOT: &str = "Root";

impl WorldFile {
    /// The organization to move into.
    pub fn target(&self) -> Option<&OrganizationSpec> {
        self.organizations.iter().find(|organization| organization.role == OrganizationRole::Target)
    }

    /// The organization with that id.
    pub fn organization(&self, id: &OrganizationId) -> Option<&OrganizationSpec> {
        self.organizations.iter().find(|organization| &organization.id == id)
    }

    /// The account with that id.
    pub fn account(&self, id: &AccountId) -> Option<&AccountSpec> {
        self.accounts.iter().find(|account| &account.id == id)
    }

    /// The organization that the account is in, as its management account or as a member; `None` for a standalone account.
    pub fn organization_of(&self, account: &AccountSpec) -> Option<&OrganizationSpec> {
        match &account.organization {
            Some(id) => self.organization(id),
            None => self.organizations.iter().find(|organization| organization.management == account.id),
        }
    }

    /// The accounts of an organization, its management account included.
    pub fn accounts_of<'a>(&'a self, organization: &'a OrganizationSpec) -> impl Iterator<Item = &'a AccountSpec> {
        let is_in =
            |account: &&AccountSpec| account.organization.as_ref() == Some(&organization.id) || account.id == organization.management;
        self.accounts.iter().filter(is_in)
    }

    /// How many accounts an organization may have: what the file says, or AWS's default of 10, or as many as the file has accounts
    /// where that is more.
    pub fn account_quota(&self, organization: &OrganizationSpec) -> u32 {
        let fits = u32::try_from(self.accounts.len()).unwrap_or(u32::MAX);
        organization.account_quota.unwrap_or(DEFAULT_ACCOUNT_QUOTA.max(fits))
    }

    /// How many days ago the account joined its organization; `None` for a standalone account.
    pub fn member_days(&self, account: &AccountSpec) -> Option<u32> {
        let organization = self.organization_of(account)?;
        Some(account.member_days.unwrap_or(account.age_days).min(organization.age_days))
    }

    /// Whether the account has the role `OrganizationAccountAccessRole`: what the file says, or as AWS makes it, which is for members
    /// that their organization created [Organizations User Guide, orgs_manage_accounts_access].
    pub fn has_access_role(&self, account: &AccountSpec) -> bool {
        let is_member = self.organization_of(account).is_some_and(|organization| organization.management != account.id);
        is_member && account.access_role.unwrap_or(account.joined == JoinedMethod::Created)
    }
}

impl OrganizationSpec {
    /// The root's id: what the file says, or one derived from the organization's id.
    pub fn root_id(&self) -> RootId {
        self.root.clone().unwrap_or_else(|| {
            let digest = Digest::of_bytes(self.id.as_str().as_bytes());
            derived(&format!("r-{}", hex_start(&digest, 4)))
        })
    }

    /// The id of the unit at a path, such as `Workloads/Production`: what the file says, or one derived from the organization's id and
    /// the path.
    pub fn unit_id(&self, path: &str) -> UnitId {
        let written = self.units.iter().find(|unit| unit.path == path).and_then(|unit| unit.id.clone());
        written.unwrap_or_else(|| {
            let digest = Digest::of_bytes(format!("{}/{path}", self.id).as_bytes());
            let root = self.root_id();
            derived(&format!("ou-{}-{}", root.as_str().trim_start_matches("r-"), hex_start(&digest, 8)))
        })
    }
}

impl AccountSpec {
    /// The e-mail address of the root user: what the file says, or `<name>@example.com`.
    pub fn email(&self) -> String {
        self.email.clone().unwrap_or_else(|| format!("{}@example.com", self.name.replace(' ', "-").to_lowercase()))
    }

    /// The ARN of a managed policy that is given by its name in the account, or by its ARN.
    pub fn policy_arn(&self, policy: &str) -> String {
        if policy.starts_with("arn:") { policy.to_owned() } else { format!("arn:aws:iam::{}:policy/{policy}", self.id) }
    }
}

impl RoleSpec {
    /// The trust policy as JSON text: `trust` as it stands, or one that lets the principals in `trusts` call `sts:AssumeRole`.
    pub fn trust_document(&self) -> String {
        self.trust.clone().unwrap_or_else(|| {
            let (services, others): (Vec<&String>, Vec<&String>) = self.trusts.iter().partition(|who| is_service(who));
            let mut principal = serde_json::Map::new();
            if !others.is_empty() {
                principal.insert("AWS".to_owned(), others.into_iter().map(|who| Value::String(aws_principal(who))).collect());
            }
            if !services.is_empty() {
                principal.insert("Service".to_owned(), services.into_iter().cloned().map(Value::String).collect());
            }
            let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
            json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
        })
    }
}

/// Whether a principal is a service, such as `lambda.amazonaws.com`.
pub(super) fn is_service(who: &str) -> bool {
    who.ends_with(".amazonaws.com")
}

fn aws_principal(who: &str) -> String {
    if who.parse::<AccountId>().is_ok() { format!("arn:aws:iam::{who}:root") } else { who.to_owned() }
}

fn hex_start(digest: &Digest, digits: usize) -> &str {
    digest.as_str().get(..digits).unwrap_or_default()
}

/// An id made here, in the form that its type asks for.
fn derived<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    // INVARIANT: the callers put lower-case hex digits of the lengths that the id types ask for behind the right prefix.
    #[expect(clippy::expect_used, reason = "stated invariant")]
    text.parse().expect("derived ids are well-formed")
}
