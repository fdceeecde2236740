//! Which plans there are.

use orgkit_model::PolicyType;

const TARGET: &str = include_str!("worlds/target.toml");
const SOURCE: &str = include_str!("worlds/source.toml");
const SECOND_SOURCE: &str = include_str!("worlds/second_source.toml");
const STANDALONE: &str = include_str!("worlds/standalone.toml");
const MEMBER: &str = include_str!("worlds/member.toml");
const GUARDED: &str = include_str!("worlds/guarded.toml");
const DELEGATED: &str = include_str!("worlds/delegated.toml");
const STACK_SET: &str = include_str!("worlds/stack_set.toml");
const SHARE: &str = include_str!("worlds/share.toml");
const SUSPENDED: &str = include_str!("worlds/suspended.toml");
const WAVES: &str = include_str!("worlds/waves.toml");
const ORGANIZATION_IDS: &str = include_str!("worlds/organization_ids.toml");
const PRODUCTS: &str = include_str!("worlds/products.toml");
const SOURCE_ZONE: &str = include_str!("worlds/source_zone.toml");
const TARGET_ZONE: &str = include_str!("worlds/target_zone.toml");

/// A guardrail that a plan attaches in the target: name, type, document, unit.
pub(super) type Guardrail = (&'static str, PolicyType, &'static str, &'static str);

/// A world and what is decided about it.
#[derive(Debug, Clone, Copy)]
pub struct Canonical {
    /// A short name.
    pub name: &'static str,
    /// The parts of its world file.
    pub(super) world: &'static [&'static str],
    /// The accounts that stay where they are.
    pub(super) stays: &'static [&'static str],
    /// Where an account goes that does not go to `Workloads`.
    pub(super) goes: &'static [(&'static str, &'static str)],
    /// How many accounts a wave takes.
    pub(super) batch: usize,
    /// The guardrails.
    pub(super) guardrails: &'static [Guardrail],
    /// Whether the accounts were brought into the target by hand after the plan was made.
    pub(super) joined_by_hand: bool,
    /// Whether everything that orgkit can read is read, and not only what the canonical plans need.
    pub(super) reads_all: bool,
}

const PLAIN: Canonical = Canonical {
    name: "",
    world: &[],
    stays: &["200000000001"],
    goes: &[],
    batch: 50,
    guardrails: &[],
    joined_by_hand: false,
    reads_all: false,
};

const THOROUGH: Canonical = Canonical { reads_all: true, ..PLAIN };

const DENY_LOGGING_OFF: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"cloudtrail:StopLogging","Resource":"*"}]}"#;
const DENY_OUTSIDERS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-soaktarget1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]}"#;

/// The canonical plans, the smallest first.
pub const CANONICAL: &[Canonical] = &[
    Canonical { name: "standalone", world: &[TARGET, STANDALONE], ..PLAIN },
    Canonical { name: "member", world: &[TARGET, SOURCE, MEMBER], ..PLAIN },
    Canonical { name: "already-there", world: &[TARGET, STANDALONE], joined_by_hand: true, ..PLAIN },
    Canonical { name: "guarded", world: &[TARGET, SOURCE, GUARDED], ..PLAIN },
    Canonical { name: "delegated-administrator", world: &[TARGET, SOURCE, DELEGATED], ..PLAIN },
    Canonical { name: "stack-set", world: &[TARGET, SOURCE, STACK_SET], ..PLAIN },
    Canonical { name: "share", world: &[TARGET, SOURCE, SHARE], ..PLAIN },
    Canonical { name: "suspended", world: &[TARGET, SOURCE, SUSPENDED], ..PLAIN },
    Canonical {
        name: "guardrails",
        world: &[TARGET, STANDALONE],
        goes: &[("300000000001", "Workloads/Production")],
        guardrails: &[
            ("KeepLogging", PolicyType::ServiceControlPolicy, DENY_LOGGING_OFF, "Workloads"),
            ("OurPeopleOnly", PolicyType::ResourceControlPolicy, DENY_OUTSIDERS, ""),
        ],
        ..PLAIN
    },
    Canonical { name: "management-last", world: &[TARGET, SOURCE, MEMBER], stays: &[], ..PLAIN },
    Canonical { name: "two-sources", world: &[TARGET, SOURCE, MEMBER, SECOND_SOURCE], stays: &["200000000001", "400000000001"], ..PLAIN },
    Canonical { name: "waves", world: &[TARGET, SOURCE, WAVES], goes: &[("300000000002", "Sandbox")], batch: 2, ..PLAIN },
];

/// Plans with the kinds of steps that no canonical plan has: what a source needs before its accounts leave, and what a target does after they came.
pub const FURTHER: &[Canonical] = &[
    Canonical { name: "organization-ids", world: &[TARGET, SOURCE, ORGANIZATION_IDS], ..THOROUGH },
    Canonical { name: "products", world: &[TARGET, SOURCE, PRODUCTS], ..THOROUGH },
    Canonical { name: "bridged-share", world: &[TARGET, SOURCE, SHARE], ..THOROUGH },
    Canonical {
        name: "landing-zones",
        world: &[TARGET_ZONE, SOURCE_ZONE, MEMBER],
        stays: &["200000000001", "200000000008", "200000000009"],
        ..THOROUGH
    },
];
