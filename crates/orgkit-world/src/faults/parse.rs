//! From text to a fault plan that can be carried out.

use super::{Fault, FaultPlan, FaultRule, PeopleRule};
use crate::catalog;

/// Why a text is no fault plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultPlanError {
    /// It has not the form of one.
    #[error("{0}")]
    Form(String),
    /// A rule says what cannot be.
    #[error("{rule}: {problem}")]
    Rule {
        /// Which: `rules[0]`, `people[2]`.
        rule: String,
        /// What.
        problem: String,
    },
}

impl FaultPlan {
    /// Reads a plan in its TOML form, or in its JSON form where the text begins with a brace.
    ///
    /// # Errors
    /// Unknown keys, services and operations, and rules that can never strike, are errors.
    pub fn parse(text: &str) -> Result<Self, FaultPlanError> {
        let form = |error: String| FaultPlanError::Form(error.trim_end().to_owned());
        let plan: Self = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| form(error.to_string()))?
        } else {
            toml::from_str(text).map_err(|error| form(error.to_string()))?
        };
        plan.check()?;
        Ok(plan)
    }

    /// Checks what its form does not say.
    ///
    /// # Errors
    /// [`FaultPlanError::Rule`].
    pub fn check(&self) -> Result<(), FaultPlanError> {
        let failed = |list: &str, index: usize| {
            let rule = format!("{list}[{index}]");
            move |problem| FaultPlanError::Rule { rule, problem }
        };
        for (index, rule) in self.rules.iter().enumerate() {
            check_rule(rule).map_err(failed("rules", index))?;
        }
        for (index, rule) in self.people.iter().enumerate() {
            check_people(rule).map_err(failed("people", index))?;
        }
        Ok(())
    }
}

fn check_rule(rule: &FaultRule) -> Result<(), String> {
    check_names(rule.service.as_deref(), rule.operation.as_deref())?;
    if rule.chance.is_some() && !rule.calls.is_empty() {
        return Err("`calls` and `chance` exclude each other".to_owned());
    }
    if rule.chance.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
        return Err("`chance` goes from 0 to 1".to_owned());
    }
    if rule.calls.contains(&0) {
        return Err("`calls` are counted from 1".to_owned());
    }
    if rule.until_seconds.is_some_and(|until| until <= rule.from_seconds) {
        return Err("`until_seconds` must be later than `from_seconds`".to_owned());
    }
    match &rule.fault {
        Fault::StaleReads { reads: None, seconds: None, .. } => Err("`stale-reads` needs `reads` or `seconds`".to_owned()),
        _ => Ok(()),
    }
}

fn check_people(rule: &PeopleRule) -> Result<(), String> {
    check_names(rule.service.as_deref(), rule.operation.as_deref())?;
    match (rule.at_seconds, rule.before_call) {
        (None, None) | (Some(_), Some(_)) => Err("it needs either `at_seconds` or `before_call`".to_owned()),
        (Some(_), None) if rule.service.is_some() || rule.operation.is_some() => {
            Err("`service` and `operation` say which calls `before_call` counts".to_owned())
        }
        (None, Some(0)) => Err("`before_call` is counted from 1".to_owned()),
        _ => Ok(()),
    }
}

/// A name that is not simulated would never match: most likely it is misspelt.
fn check_names(service: Option<&str>, operation: Option<&str>) -> Result<(), String> {
    let known = match service {
        None => None,
        Some(name) => Some(catalog::service(name).ok_or_else(|| format!("there is no service `{name}`"))?),
    };
    let Some(operation) = operation else { return Ok(()) };
    let found = match known {
        Some(service) => service.operation(operation).is_some(),
        None => catalog::SERVICES.iter().any(|service| service.operation(operation).is_some()),
    };
    if found { Ok(()) } else { Err(format!("there is no operation `{operation}`")) }
}
