//! Where an account goes: the first rule one of whose phrases stands in its name, else in the unit that it is in today.

use orgkit_policy_sdk::serde_json::{self, Value};
use orgkit_policy_sdk::{Decision, Finding, FindingExt as _, Outcome, RuleError, Status, Subject, SubjectExt as _, facts, parse_params};

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Params {
    /// Tried in order.
    rules: Vec<Rule>,
    /// The unit of an old organization's management account.
    management: Vec<String>,
    /// The unit of an account that no rule fits.
    otherwise: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Rule {
    /// Words, or words joined by `-`, in lower case.
    phrases: Vec<String>,
    /// The unit, as names from the root down.
    unit: Vec<String>,
}

pub(crate) fn decide(params: &str, account: &Subject) -> Result<Decision, RuleError> {
    let params: Params = parse_params(params)?;
    let doc = facts::document(account).map_err(|unknown| RuleError::MissingFacts(unknown.0))?;
    let text = |name: &str| doc.get(name).and_then(Value::as_str).unwrap_or_default();
    if doc.get("ManagementAccount").and_then(Value::as_bool) == Some(true) {
        let because = account.say(Status::Pass, "is-management").seen(account.id, "/ManagementAccount", "true");
        return Ok(admit(&params.management, because));
    }
    let name = words(text("Name"));
    let units = doc.get("UnitPath").map(crate::documents::strings).unwrap_or_default();
    let unit_words: Vec<Vec<String>> = units.iter().rev().map(|unit| words(unit)).collect();
    if let Some((rule, phrase)) = first_match(&params.rules, &[name]) {
        let because = account.say(Status::Pass, "by-name").with("phrase", phrase).seen(account.id, "/Name", text("Name"));
        return Ok(admit(&rule.unit, because));
    }
    if let Some((rule, phrase)) = first_match(&params.rules, &unit_words) {
        let because = account.say(Status::Pass, "by-unit").with("phrase", phrase).seen(account.id, "/UnitPath", &units.join("/"));
        return Ok(admit(&rule.unit, because));
    }
    Ok(admit(&params.otherwise, account.say(Status::Pass, "by-default")))
}

fn admit(unit: &[String], because: Finding) -> Decision {
    Decision {
        outcome: Outcome::Admit,
        // A unit's name may contain any character, so the names from the root down are a JSON array.
        target_ou: Some(serde_json::Value::from(unit.to_vec()).to_string()),
        tags: Vec::new(),
        steps: Vec::new(),
        because: vec![because],
        extra: Vec::new(),
    }
}

fn first_match<'a>(rules: &'a [Rule], texts: &[Vec<String>]) -> Option<(&'a Rule, &'a str)> {
    rules.iter().find_map(|rule| {
        let phrase = rule.phrases.iter().find(|phrase| texts.iter().any(|text| contains(text, &words(phrase))))?;
        Some((rule, phrase.as_str()))
    })
}

fn contains(text: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
