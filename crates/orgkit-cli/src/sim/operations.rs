//! `orgkit sim operations`: the catalog of what is simulated.

use crate::args::Output;
use crate::error::CliError;
use crate::render;
use orgkit_sim::catalog::{Operation, SERVICES, Service};
use serde_json::{Value, json};

/// Every operation, in the catalog's order.
pub(super) fn list(output: Output) -> Result<String, CliError> {
    let all = || SERVICES.iter().flat_map(|service| service.operations.iter().map(move |operation| (*service, operation)));
    match output {
        Output::Json => render::json(&all().map(|(service, operation)| entry(service, operation)).collect::<Vec<_>>()),
        Output::Text => {
            let widest = |width: fn(&Service, &Operation) -> usize| all().map(|(service, operation)| width(service, operation)).max();
            let names = widest(|service, _| service.name.len()).unwrap_or(0);
            let operations = widest(|_, operation| operation.name.len()).unwrap_or(0);
            Ok(all().map(|(service, operation)| line(service, operation, names, operations)).collect())
        }
    }
}

fn line(service: &Service, operation: &Operation, names: usize, operations: usize) -> String {
    let line = format!(
        "{:<names$}  {:<operations$}  {:<6}  {:<9}  {}",
        service.name,
        operation.name,
        effect(operation),
        service.protocol.name(),
        operation.rules
    );
    format!("{}\n", line.trim_end())
}

fn entry(service: &Service, operation: &Operation) -> Value {
    json!({
        "service": service.name,
        "operation": operation.name,
        "model": service.model,
        "effect": effect(operation),
        "action": service.action(operation),
        "protocol": service.protocol.name(),
        "method": operation.route.map(|route| route.method),
        "path": operation.route.map(|route| route.path),
        "rules": operation.rules,
        "source": operation.source,
    })
}

fn effect(operation: &Operation) -> &'static str {
    if operation.is_changing() { "change" } else { "read" }
}
