//! Why packs cannot be run.

use orgkit_plugin_host::PluginError;

/// Why the rules of packs cannot be run. A rule that fails on an account is no error: what it should have told is "undetermined".
#[derive(Debug, thiserror::Error)]
pub enum AssessError {
    /// The sandbox cannot be made.
    #[error("cannot run policy packs")]
    Sandbox {
        /// Why.
        #[source]
        source: PluginError,
    },
    /// A component cannot be used.
    #[error("cannot use component `{component}` of pack `{pack}`")]
    Component {
        /// The pack.
        pack: String,
        /// The component.
        component: String,
        /// Why.
        #[source]
        source: PluginError,
    },
    /// A rule's component does not have that kind of rule.
    #[error("rule `{rule}` is a {kind}, but its component has none")]
    NoExport {
        /// The rule.
        rule: String,
        /// Its kind.
        kind: &'static str,
    },
    /// A hardening step gave no plan. Without it the target would silently lack guardrails.
    #[error("hardening step `{rule}` gave no plan")]
    Step {
        /// The rule.
        rule: String,
        /// Why.
        #[source]
        source: PluginError,
    },
    /// A hardening step has nothing to work on.
    #[error("hardening step `{rule}` has nothing to work on: the estate has no {kind} of the target")]
    NoTarget {
        /// The rule.
        rule: String,
        /// The kind of fact.
        kind: String,
    },
    /// A hardening step proposes what cannot be done.
    #[error("change `{key}` of hardening step `{rule}` cannot be done: {why}")]
    Proposal {
        /// The rule.
        rule: String,
        /// The change.
        key: String,
        /// Why.
        why: String,
    },
}
