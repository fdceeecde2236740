//! Looks at a component's bytes before anything is compiled.

use crate::{Limits, PluginError};
use orgkit_plugin_api::{PACKAGE, VERSION};
use wasmparser::{Parser, Payload};

/// Refuses what is no component, would take too long to compile, or wants anything but orgkit's own interfaces.
pub(crate) fn inspect(name: &str, bytes: &[u8], limits: &Limits) -> Result<(), PluginError> {
    let component = || name.to_owned();
    if bytes.len() > limits.component_bytes {
        return Err(PluginError::TooLarge { component: component(), size: bytes.len(), limit: limits.component_bytes });
    }
    if bytes.starts_with(b"\x7fELF") {
        return Err(PluginError::NativeCode { component: component() });
    }
    if !bytes.starts_with(b"\0asm") {
        return Err(PluginError::NotAComponent { component: component() });
    }
    if Parser::is_core_wasm(bytes) {
        return Err(PluginError::CoreModule { component: component() });
    }
    if !Parser::is_component(bytes) {
        return Err(PluginError::NotAComponent { component: component() });
    }
    let mut walk = Walk { name, limits, depth: 0, functions: 0 };
    for payload in Parser::new(0).parse_all(bytes) {
        walk.see(payload.map_err(|error| damaged(name, error))?)?;
    }
    Ok(())
}

fn damaged(name: &str, error: wasmparser::BinaryReaderError) -> PluginError {
    PluginError::Damaged { component: name.to_owned(), source: error.into() }
}

struct Walk<'a> {
    name: &'a str,
    limits: &'a Limits,
    /// How many modules and components are open; the component itself is the first.
    depth: usize,
    functions: usize,
}

impl Walk<'_> {
    fn see(&mut self, payload: Payload<'_>) -> Result<(), PluginError> {
        match payload {
            Payload::Version { .. } => self.depth += 1,
            Payload::End(_) => self.depth = self.depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if self.depth == 1 => {
                for import in section {
                    self.import(import.map_err(|error| damaged(self.name, error))?.name.name)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.function(&body)?,
            _ => {}
        }
        Ok(())
    }

    fn import(&self, import: &str) -> Result<(), PluginError> {
        let component = || self.name.to_owned();
        let Some((package, rest)) = import.split_once('/') else {
            return Err(PluginError::ForeignImport { component: component(), import: import.to_owned() });
        };
        if package != PACKAGE {
            return Err(PluginError::ForeignImport { component: component(), import: import.to_owned() });
        }
        let version = rest.split_once('@').and_then(|(_, version)| numbers(version));
        let (major, minor, patch) = VERSION;
        // A later patch version changes nothing that a component can see.
        if version.is_some_and(|(wanted, least, _)| wanted == major && least <= minor) {
            return Ok(());
        }
        Err(PluginError::OtherVersion { component: component(), import: import.to_owned(), offered: format!("{major}.{minor}.{patch}") })
    }

    fn function(&mut self, body: &wasmparser::FunctionBody<'_>) -> Result<(), PluginError> {
        self.functions += 1;
        let size = body.range().end.saturating_sub(body.range().start);
        let mut locals = 0_u64;
        for group in body.get_locals_reader().map_err(|error| damaged(self.name, error))? {
            let (count, _) = group.map_err(|error| damaged(self.name, error))?;
            locals = locals.saturating_add(u64::from(count));
        }
        self.limit("functions", count(self.functions), count(self.limits.functions))?;
        self.limit("bytes in one function", count(size), count(self.limits.function_bytes))?;
        self.limit("local variables in one function", locals, self.limits.locals)
    }

    fn limit(&self, what: &str, number: u64, limit: u64) -> Result<(), PluginError> {
        if number <= limit {
            return Ok(());
        }
        Err(PluginError::TooComplex { component: self.name.to_owned(), what: format!("{number} {what}"), limit })
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn numbers(version: &str) -> Option<(u64, u64, u64)> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    let three = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(three)
}
