//! The engine, and the thread that ends calls which take too long.

use crate::bindings::Plugin;
use crate::component::Component;
use crate::inspect::inspect;
use crate::state::State;
use crate::{Limits, PluginError};
use std::time::Duration;
use wasmtime::component::{HasSelf, Linker};
use wasmtime::{Config, Engine, OptLevel, RegallocAlgorithm};

/// How often calls are looked at by the clock.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Loads components. Cheap to share by reference; one is enough for a process.
pub struct Host {
    engine: Engine,
    linker: Linker<State>,
    limits: Limits,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Host {
    /// A host whose calls keep to the limits.
    pub fn new(limits: Limits) -> Result<Self, PluginError> {
        let engine_failed = |error: wasmtime::Error| PluginError::Engine { source: error.into() };
        let engine = Engine::new(&config()).map_err(engine_failed)?;
        let mut linker = Linker::new(&engine);
        Plugin::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state).map_err(engine_failed)?;
        tick(&engine).map_err(|error| PluginError::Engine { source: error.into() })?;
        Ok(Self { engine, linker, limits })
    }

    /// Checks and compiles a component. The name is for messages.
    pub fn load(&self, name: &str, bytes: &[u8]) -> Result<Component, PluginError> {
        inspect(name, bytes, &self.limits)?;
        let compiled = wasmtime::component::Component::from_binary(&self.engine, bytes)
            .map_err(|error| PluginError::Damaged { component: name.to_owned(), source: error.into() })?;
        let linked = self
            .linker
            .instantiate_pre(&compiled)
            .map_err(|error| PluginError::WrongShape { component: name.to_owned(), source: error.into() })?;
        Component::new(name, linked, &self.limits)
    }
}

/// Deterministic, metered, and without what plugins have no need for.
fn config() -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        // A rule runs for microseconds; what a person waits for is its compilation.
        .cranelift_opt_level(OptLevel::None)
        .cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .max_wasm_stack(512 << 10);
    config
}

/// Advances the engine's epoch until the engine is gone.
#[expect(clippy::disallowed_methods, reason = "the backstop is about real time; nothing that a rule answers depends on it")]
fn tick(engine: &Engine) -> std::io::Result<()> {
    let engine = engine.weak();
    std::thread::Builder::new()
        .name("plugin-clock".to_owned())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        })
        .map(drop)
}
