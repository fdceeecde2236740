//! The types of policy documents.

/// A type of policy document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DocumentKind {
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// A policy of a user, group or role.
    Identity,
    /// A permissions boundary.
    Boundary,
    /// A policy passed with a session.
    Session,
    /// A policy on a resource.
    Resource,
    /// The trust policy of a role.
    Trust,
    /// The policy of a VPC endpoint.
    VpcEndpoint,
    /// A declarative policy for EC2.
    DeclarativeEc2,
    /// A tag policy.
    Tag,
    /// A backup policy.
    Backup,
    /// A chat applications policy.
    Chatbot,
    /// An AI services opt-out policy.
    AiOptOut,
    /// A Security Hub policy.
    SecurityHub,
    /// An Amazon Inspector policy.
    Inspector,
    /// An upgrade rollout policy.
    UpgradeRollout,
    /// An Amazon Bedrock policy.
    Bedrock,
    /// An Amazon S3 policy.
    S3,
    /// Any other management policy: its inheritance operators are checked, not its keys.
    Management,
}

/// What is said of a management policy apart from its inheritance operators.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// The key at its top.
    pub(super) top: &'static str,
    /// The deepest level at which an operator stands, counted from the top key as 1; `None` where the settings nest freely.
    pub(super) deepest: Option<usize>,
    /// Keys that must stand below the top key.
    pub(super) required: &'static [&'static str],
}

impl DocumentKind {
    /// Every type.
    pub const ALL: &'static [Self] = &[
        Self::Scp,
        Self::Rcp,
        Self::Identity,
        Self::Boundary,
        Self::Session,
        Self::Resource,
        Self::Trust,
        Self::VpcEndpoint,
        Self::DeclarativeEc2,
        Self::Tag,
        Self::Backup,
        Self::Chatbot,
        Self::AiOptOut,
        Self::SecurityHub,
        Self::Inspector,
        Self::UpgradeRollout,
        Self::Bedrock,
        Self::S3,
        Self::Management,
    ];

    /// Its short name, as on the command line.
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// What it is called in a sentence, without an article.
    pub fn title(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Scp => ("scp", "service control policy"),
            Self::Rcp => ("rcp", "resource control policy"),
            Self::Identity => ("identity", "identity policy"),
            Self::Boundary => ("boundary", "permissions boundary"),
            Self::Session => ("session", "session policy"),
            Self::Resource => ("resource", "resource policy"),
            Self::Trust => ("trust", "trust policy"),
            Self::VpcEndpoint => ("vpc-endpoint", "VPC endpoint policy"),
            Self::DeclarativeEc2 => ("declarative-ec2", "declarative policy for EC2"),
            Self::Tag => ("tag", "tag policy"),
            Self::Backup => ("backup", "backup policy"),
            Self::Chatbot => ("chatbot", "chat applications policy"),
            Self::AiOptOut => ("ai-opt-out", "AI services opt-out policy"),
            Self::SecurityHub => ("security-hub", "Security Hub policy"),
            Self::Inspector => ("inspector", "Amazon Inspector policy"),
            Self::UpgradeRollout => ("upgrade-rollout", "upgrade rollout policy"),
            Self::Bedrock => ("bedrock", "Amazon Bedrock policy"),
            Self::S3 => ("s3", "Amazon S3 policy"),
            Self::Management => ("management", "management policy"),
        }
    }

    /// The type of that short name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether it is written with inheritance operators instead of statements.
    pub fn is_management(self) -> bool {
        self.setting().is_some() || self == Self::Management
    }

    /// Top keys and depths [AWS Organizations User Guide: orgs_manage_policies_declarative_syntax, orgs_manage_policies_example-tag-policies,
    /// orgs_manage_policies_backup_syntax, orgs_manage_policies_chatbot_syntax, orgs_manage_policies_ai-opt-out_syntax,
    /// orgs_manage_policies_security_hub_syntax, orgs_manage_policies_inspector_syntax, orgs_manage_policies_upgrade_syntax,
    /// orgs_manage_policies_bedrock_syntax, orgs_manage_policies_s3_syntax].
    pub(super) fn setting(self) -> Option<Setting> {
        let setting = |top, deepest, required| Some(Setting { top, deepest, required });
        match self {
            Self::DeclarativeEc2 => setting("ec2_attributes", None, &[]),
            Self::Tag => setting("tags", Some(4), &[]),
            Self::Backup => setting("plans", None, &[]),
            Self::Chatbot => setting("chatbot", None, &[]),
            Self::AiOptOut => setting("services", Some(4), &[]),
            Self::SecurityHub => setting("securityhub", Some(3), &["enable_in_regions", "disable_in_regions"]),
            Self::Inspector => setting("inspector", None, &[]),
            Self::UpgradeRollout => setting("upgrade_rollout", None, &[]),
            Self::Bedrock => setting("bedrock", None, &[]),
            Self::S3 => setting("s3_attributes", Some(3), &[]),
            _ => None,
        }
    }
}
