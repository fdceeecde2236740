//! How large and how many: a table with sources and dates.

use super::kind::DocumentKind;

/// What a size is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode characters.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    /// `characters`, `bytes`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
        }
    }
}

/// The limits of one form of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The type of document.
    pub kind: DocumentKind,
    /// The form of it that the limits are those of, such as `an inline policy of a role`.
    pub form: &'static str,
    /// The action prefix that a resource policy of this form is about.
    pub service: Option<&'static str>,
    /// How large the document may be.
    pub size: usize,
    /// What that is counted in.
    pub unit: Unit,
    /// Whether white space outside of strings counts.
    pub counts_white_space: bool,
    /// How many statements there may be.
    pub statements: Option<usize>,
    /// How many actions a statement may have.
    pub actions: Option<usize>,
    /// How many principals the document may have.
    pub principals: Option<usize>,
    /// How many policies may be attached to one root, unit, account, user, group or role.
    pub attached: Option<usize>,
    /// The page of AWS's documentation, as guide and page.
    pub source: &'static str,
    /// When the figure was true.
    pub as_of: &'static str,
}

/// The limits to check against. The first row of a type is its usual form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The rows.
    pub rows: Vec<Limit>,
}

const ORGANIZATIONS: &str = "AWS Organizations User Guide, orgs_reference_limits";
const IAM: &str = "IAM User Guide, reference_iam-quotas";

const fn organizations(kind: DocumentKind, form: &'static str, size: usize, attached: Option<usize>, as_of: &'static str) -> Limit {
    let (unit, source) = (Unit::Characters, ORGANIZATIONS);
    Limit {
        kind,
        form,
        service: None,
        size,
        unit,
        counts_white_space: true,
        statements: None,
        actions: None,
        principals: None,
        attached,
        source,
        as_of,
    }
}

const fn iam(kind: DocumentKind, form: &'static str, size: usize, attached: Option<usize>) -> Limit {
    Limit { source: IAM, counts_white_space: false, ..organizations(kind, form, size, attached, "2026-11") }
}

const fn resource(service: &'static str, form: &'static str, size: usize, unit: Unit, source: &'static str) -> Limit {
    Limit { service: Some(service), unit, source, ..organizations(DocumentKind::Resource, form, size, None, "2026-11") }
}

/// The limits of today.
const TODAY: &[Limit] = &[
    // Doubled, from 5,120 characters and 5 attached, on 2026-05-15.
    organizations(DocumentKind::Scp, "a service control policy", 10_240, Some(10), "2026-05-15"),
    organizations(DocumentKind::Rcp, "a resource control policy", 5_120, Some(5), "2026-11"),
    iam(DocumentKind::Identity, "a managed policy", 6_144, Some(10)),
    iam(DocumentKind::Identity, "an inline policy of a user", 2_048, None),
    iam(DocumentKind::Identity, "an inline policy of a group", 5_120, None),
    iam(DocumentKind::Identity, "an inline policy of a role", 10_240, None),
    iam(DocumentKind::Boundary, "a managed policy", 6_144, Some(1)),
    Limit {
        counts_white_space: true,
        source: "AWS STS API Reference, API_AssumeRole",
        ..iam(DocumentKind::Session, "a session policy", 2_048, None)
    },
    iam(DocumentKind::Trust, "a trust policy", 2_048, Some(1)),
    iam(DocumentKind::Trust, "a trust policy after a quota increase", 8_192, Some(1)),
    Limit {
        source: "AWS PrivateLink Guide, vpc-limits-endpoints",
        ..organizations(DocumentKind::VpcEndpoint, "an endpoint policy", 20_480, Some(1), "2026-11")
    },
    resource("s3", "a bucket policy", 20_480, Unit::Bytes, "Amazon S3 User Guide, add-bucket-policy"),
    resource("kms", "a key policy", 32_768, Unit::Bytes, "AWS KMS Developer Guide, resource-limits"),
    Limit {
        statements: Some(20),
        actions: Some(7),
        principals: Some(50),
        ..resource("sqs", "a queue policy", 8_192, Unit::Bytes, "Amazon SQS Developer Guide, quotas-policies")
    },
    resource("lambda", "a function policy", 20_480, Unit::Bytes, "AWS Lambda Developer Guide, gettingstarted-limits"),
    resource("secretsmanager", "a secret's policy", 20_480, Unit::Characters, "AWS Secrets Manager User Guide, reference_limits"),
    resource("organizations", "the delegation policy", 40_000, Unit::Characters, ORGANIZATIONS),
    organizations(DocumentKind::DeclarativeEc2, "a declarative policy", 10_000, Some(10), "2026-11"),
    organizations(DocumentKind::Tag, "a tag policy", 10_000, Some(10), "2026-11"),
    organizations(DocumentKind::Backup, "a backup policy", 10_000, Some(10), "2026-11"),
    organizations(DocumentKind::Chatbot, "a chat applications policy", 10_000, Some(5), "2026-11"),
    organizations(DocumentKind::AiOptOut, "an AI services opt-out policy", 2_500, Some(5), "2026-11"),
    organizations(DocumentKind::SecurityHub, "a Security Hub policy", 10_000, Some(10), "2026-11"),
    Limit {
        unit: Unit::Bytes,
        source: "AWS Organizations User Guide, orgs_manage_policies_upgrade_syntax",
        ..organizations(DocumentKind::UpgradeRollout, "an upgrade rollout policy", 5_120, None, "2026-11")
    },
];

impl Limits {
    /// The limits of today.
    pub fn today() -> Self {
        Self { rows: TODAY.to_vec() }
    }

    /// The same with the limits of service control policies before 15 May 2026: 5,120 characters, 5 attached. For what has to fit where
    /// the old limits still hold, and for tools that still enforce them.
    pub fn strict() -> Self {
        let old = organizations(DocumentKind::Scp, "a service control policy before May 2026", 5_120, Some(5), "2026-05-14");
        let rows = TODAY.iter().map(|row| if row.kind == DocumentKind::Scp { old.clone() } else { row.clone() });
        Self { rows: rows.collect() }
    }

    /// No limits at all.
    pub fn none() -> Self {
        Self { rows: Vec::new() }
    }

    /// The forms that a document of a type may have; for resource policies those of the service whose actions it names.
    pub fn of(&self, kind: DocumentKind, service: Option<&str>) -> impl Iterator<Item = &Limit> {
        self.rows.iter().filter(move |row| row.kind == kind && (row.service.is_none() || row.service == service))
    }
}
