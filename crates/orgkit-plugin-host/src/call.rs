//! What a caller tells a rule.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Renders a pack's policy templates for its rules.
pub trait Templates: Send + Sync {
    /// The rendered document, or what is wrong with the request.
    fn render(&self, name: &str, vars: &[(String, String)]) -> Result<String, String>;
}

/// What a rule is told about the call, and what it may read.
#[derive(Clone, Default)]
pub struct CallContext {
    /// The rule, as its pack's manifest names its entry.
    pub rule: String,
    /// The run's id.
    pub run_id: String,
    /// The digest of the estate.
    pub snapshot_id: String,
    /// When the estate was taken, RFC 3339 in UTC. The only time a rule knows.
    pub snapshot_time: String,
    /// `assess`, `proof` or `harden`.
    pub phase: String,
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// The organization that the account is in.
    pub source_org: Option<String>,
    /// The organization to move into.
    pub target_org: Option<String>,
    /// More, by name: `regions` (separated by commas), `target-management-account`.
    pub extra: Vec<(String, String)>,
    /// The kinds of fact that the rule declared.
    pub declared: BTreeSet<String>,
    /// The pack's templates.
    pub templates: Option<Arc<dyn Templates>>,
}

impl std::fmt::Debug for CallContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallContext").field("rule", &self.rule).field("phase", &self.phase).finish_non_exhaustive()
    }
}
