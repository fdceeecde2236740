//! What can be wrong with a component or a call.

use crate::FactRef;

/// What lies under an error, as wasmtime gives it.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a component was refused, or why a call gave no answer. A caller reports the latter as "undetermined", never as a pass.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// The sandbox could not be made at all.
    #[error("cannot set up the plugin sandbox")]
    Engine {
        /// Why.
        #[source]
        source: Source,
    },
    /// The file is too large to be compiled.
    #[error("`{component}` has {size} bytes, more than the {limit} allowed")]
    TooLarge {
        /// The component.
        component: String,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The file is native code: it would run outside the sandbox.
    #[error("`{component}` is native code, not a WebAssembly component")]
    NativeCode {
        /// The component.
        component: String,
    },
    /// The file is something else.
    #[error("`{component}` is not a WebAssembly component")]
    NotAComponent {
        /// The component.
        component: String,
    },
    /// The file is a core module, which has no typed interface.
    #[error("`{component}` is a core WebAssembly module; make a component of it with `wasm-tools component new` or `orgkit pack build`")]
    CoreModule {
        /// The component.
        component: String,
    },
    /// The component is cut off or invalid.
    #[error("`{component}` is damaged")]
    Damaged {
        /// The component.
        component: String,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
    /// The component would take too long to compile.
    #[error("`{component}` has {what}, more than the {limit} allowed")]
    TooComplex {
        /// The component.
        component: String,
        /// What there is too much of, with its number.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// The component wants something of the outside world.
    #[error("`{component}` imports `{import}`: a plugin may import only orgkit:policy")]
    ForeignImport {
        /// The component.
        component: String,
        /// What it imports.
        import: String,
    },
    /// The component was built against another version of the interface.
    #[error("`{component}` needs `{import}`; this orgkit offers orgkit:policy {offered}")]
    OtherVersion {
        /// The component.
        component: String,
        /// What it imports or exports.
        import: String,
        /// The version offered.
        offered: String,
    },
    /// The component imports or exports an interface in another shape than the WIT package has.
    #[error("`{component}` does not fit orgkit:policy")]
    WrongShape {
        /// The component.
        component: String,
        /// Where it differs.
        #[source]
        source: Source,
    },
    /// The component exports no rule at all.
    #[error("`{component}` exports none of orgkit:policy's check, route-check, step and enrollment")]
    NoRules {
        /// The component.
        component: String,
    },
    /// The component does not have the kind of rule that was asked for.
    #[error("`{component}` does not export `{export}`")]
    NoSuchExport {
        /// The component.
        component: String,
        /// The interface.
        export: &'static str,
    },
    /// A call needed more fuel than it had.
    #[error("rule `{rule}` used up its {fuel} units of fuel")]
    OutOfFuel {
        /// The rule.
        rule: String,
        /// What it had.
        fuel: u64,
    },
    /// A call took too long by the clock.
    #[error("rule `{rule}` took longer than {seconds} s")]
    TimedOut {
        /// The rule.
        rule: String,
        /// The limit in seconds.
        seconds: u64,
    },
    /// A call wanted too much memory.
    #[error("rule `{rule}` wanted more than {limit} bytes of memory")]
    OutOfMemory {
        /// The rule.
        rule: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// A call asked the host for too much.
    #[error("rule `{rule}` asked for too much: {what}")]
    Quota {
        /// The rule.
        rule: String,
        /// Which limit it met.
        what: String,
    },
    /// A call ended in a trap, such as a guest's panic.
    #[error("rule `{rule}` trapped")]
    Trapped {
        /// The rule.
        rule: String,
        /// How.
        #[source]
        source: Source,
    },
    /// The rule refused its parameters.
    #[error("rule `{rule}` refused its parameters: {message}")]
    BadParams {
        /// The rule.
        rule: String,
        /// Its words.
        message: String,
    },
    /// The rule lacks facts.
    #[error("rule `{rule}` lacks facts: {message}")]
    MissingFacts {
        /// The rule.
        rule: String,
        /// Its words.
        message: String,
    },
    /// The rule gave up.
    #[error("rule `{rule}` failed: {message}")]
    Failed {
        /// The rule.
        rule: String,
        /// Its words.
        message: String,
    },
    /// The answer breaks the interface's rules.
    #[error("rule `{rule}` gave an answer that cannot be used: {why}")]
    BadAnswer {
        /// The rule.
        rule: String,
        /// What is wrong with it.
        why: String,
    },
    /// The caller named a fact that the index does not have, or more subjects than a batch may have.
    #[error("rule `{rule}` was called wrongly: {why}")]
    BadCall {
        /// The rule.
        rule: String,
        /// What is wrong.
        why: String,
    },
}

impl PluginError {
    pub(crate) fn unknown_fact(rule: &str, fact: FactRef) -> Self {
        Self::BadCall { rule: rule.to_owned(), why: format!("there is no fact {fact}") }
    }
}
