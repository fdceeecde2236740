//! `pack.toml`, as its author writes it.

use orgkit_model::Severity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;

/// The whole manifest.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// [`crate::FORMAT`]; read before anything else.
    #[serde(rename = "format")]
    pub(crate) _format: u32,
    pub(crate) pack: Head,
    #[serde(default)]
    pub(crate) components: BTreeMap<String, ComponentEntry>,
    #[serde(default)]
    pub(crate) rules: BTreeMap<String, RuleEntry>,
    #[serde(default)]
    pub(crate) templates: BTreeMap<String, TemplateEntry>,
}

/// What the pack is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) name: Spanned<String>,
    pub(crate) version: Spanned<String>,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(rename = "license", default)]
    pub(crate) _license: String,
    /// The orgkit versions that it works with.
    pub(crate) orgkit: Option<Spanned<String>>,
    /// For people: what counts is what the components import.
    #[serde(rename = "api", default)]
    pub(crate) _api: String,
}

/// A component.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ComponentEntry {
    pub(crate) file: String,
    /// The record of what it was built from; its `sha256` must be the component's.
    pub(crate) record: Option<String>,
}

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RuleEntry {
    pub(crate) kind: RuleKind,
    pub(crate) component: Spanned<String>,
    /// The name that the component knows it by; the rule's own where it is missing.
    pub(crate) entry: Option<String>,
    pub(crate) title: String,
    pub(crate) severity: Severity,
    /// The lowest and the highest severity that the rule may ask for.
    pub(crate) severity_range: Option<(Severity, Severity)>,
    pub(crate) params: Option<String>,
    #[serde(default = "assess")]
    pub(crate) phases: Vec<String>,
    /// Whether it is run again for an account that has joined.
    #[serde(default)]
    pub(crate) proof: bool,
    pub(crate) subjects: Subjects,
    #[serde(default)]
    pub(crate) reads: Vec<Read>,
    /// The actions that a step may propose.
    #[serde(default)]
    pub(crate) actions: Vec<String>,
    #[serde(default)]
    pub(crate) covers: Vec<String>,
    #[serde(default)]
    pub(crate) codes: BTreeMap<String, CodeEntry>,
}

fn assess() -> Vec<String> {
    vec!["assess".to_owned()]
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// Judges facts.
    Check,
    /// Judges the way of an account's logs.
    LogCheck,
    /// Proposes changes that harden the target.
    Step,
    /// Says where an account goes.
    Enrollment,
}

impl RuleKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::LogCheck => "log-check",
            Self::Step => "step",
            Self::Enrollment => "enrollment",
        }
    }
}

/// What a rule is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Subjects {
    /// The kinds of fact.
    pub kinds: Vec<String>,
    /// Whose facts.
    #[serde(default)]
    pub of: Of,
    /// Where they must have been looked for. `organization` is for what only an organization's own accounts have, such as StackSets.
    #[serde(default)]
    pub scope: Scope,
}

/// Whose facts a rule is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// The accounts that are to move.
    #[default]
    Moving,
    /// The management account of the organization to move into.
    Target,
}

/// A kind of fact that a rule reads beside its subjects.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The kind.
    pub kind: String,
    /// Where it must have been looked for, so that a pass is a pass.
    #[serde(default)]
    pub scope: Scope,
}

/// Where a kind of fact must have been looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// In the subject's own account.
    #[default]
    Account,
    /// Wherever it was looked for: no look may have failed, and there must have been one.
    Organization,
    /// It may be missing; the rule says what that means.
    Optional,
}

/// The words of a finding's code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CodeEntry {
    /// One line with `{name}` for the rule's values, and `{subject}`, `{account}` and `{region}` for what it is about.
    pub message: String,
    /// What to do about it.
    #[serde(default)]
    pub remedy: String,
    /// Its severity where it is not the rule's.
    pub severity: Option<Severity>,
    /// Whether it stands in the way of a move.
    #[serde(default)]
    pub blocks_move: bool,
}

/// A policy template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateEntry {
    pub(crate) file: String,
    #[serde(default)]
    pub(crate) vars: BTreeMap<String, VarKind>,
}

/// What a template's variable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VarKind {
    /// Text, anywhere within a string.
    Text,
    /// Strings that take the place of one element of a list.
    List,
}
