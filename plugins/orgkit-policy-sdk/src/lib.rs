//! Write orgkit policy plugins in Rust.
//!
//! A plugin is one type that implements [`Policy`]. It reads facts through [`facts`], [`log_paths`] and [`templates`], and answers with
//! findings, changes or decisions. It has no clock, no network, no files and no credentials; what it may read, its pack's manifest says.
//!
//! ```ignore
//! struct Mine;
//! impl orgkit_policy_sdk::Policy for Mine { … }
//! orgkit_policy_sdk::export!(Mine);
//! ```

#[doc(hidden)]
pub mod adapter;
#[doc(hidden)]
#[allow(missing_docs, unsafe_code, unreachable_pub, clippy::all, reason = "generated from the WIT package")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../crates/orgkit-plugin-api/wit/orgkit-policy-1",
        inline: "
            package orgkit:sdk;
            world plugin {
                include orgkit:policy/check-rule@1.0.0;
                include orgkit:policy/log-rule@1.0.0;
                include orgkit:policy/hardening-step@1.0.0;
                include orgkit:policy/enrollment-rule@1.0.0;
            }
        ",
        world: "orgkit:sdk/plugin",
        pub_export_macro: true,
        export_macro_name: "export_plugin",
        generate_all,
        default_bindings_module: "orgkit_policy_sdk::bindings",
    });
}
pub mod facts;
mod finding;
mod params;

pub use bindings::exports::orgkit::policy::enrollment::{Decision, Outcome};
pub use bindings::exports::orgkit::policy::step::Change;
pub use bindings::orgkit::policy::types::{Context, Evidence, FactRef, Finding, RuleError, Scalar, Severity, Status, Subject};
pub use bindings::orgkit::policy::{log, log_paths, templates};
pub use facts::Unknown;
pub use finding::{FindingExt, SubjectExt};
pub use params::parse_params;
pub use serde_json;

/// What a plugin can do. `ctx.rule` says which of the pack's rules is asked; a kind of rule that the plugin does not have stays as it is.
pub trait Policy {
    /// Judges a batch of subjects. Each subject gets at least one finding, `pass` included.
    fn check(ctx: &Context, _params: &str, _batch: &[Subject]) -> Result<Vec<Finding>, RuleError> {
        Err(no_such_rule(ctx))
    }

    /// Judges the way that an account's logs take.
    fn route_check(ctx: &Context, _params: &str, _account: &Subject) -> Result<Vec<Finding>, RuleError> {
        Err(no_such_rule(ctx))
    }

    /// Proposes changes. Nothing happens until orgkit has checked them and a person has approved the plan.
    fn step(ctx: &Context, _params: &str, _target: &Subject) -> Result<Vec<Change>, RuleError> {
        Err(no_such_rule(ctx))
    }

    /// Says where an account goes in the target organization.
    fn enrollment(ctx: &Context, _params: &str, _account: &Subject) -> Result<Decision, RuleError> {
        Err(no_such_rule(ctx))
    }
}

/// The answer to a rule that the plugin does not have.
pub fn no_such_rule(ctx: &Context) -> RuleError {
    RuleError::Failed(format!("this component has no rule `{}`", ctx.rule))
}

/// The value that orgkit gives under a name in the context, beyond its fixed fields.
pub fn extra<'a>(ctx: &'a Context, name: &str) -> Option<&'a str> {
    ctx.extra.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Makes a type that implements [`Policy`] the component's plugin.
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        type OrgkitPlugin = $crate::adapter::Adapter<$plugin>;
        $crate::bindings::export_plugin!(OrgkitPlugin with_types_in $crate::bindings);
    };
}
