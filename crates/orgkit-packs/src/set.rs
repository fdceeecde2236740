//! The packs in force with the parameters of their rules.

use crate::builtin::built_in;
use crate::manifest::{CodeEntry, RuleEntry};
use crate::suggest::nearest;
use crate::template::TemplateError;
use crate::{Pack, PackError, Read, RuleKind, Scope, Subjects};
use orgkit_model::{Digest, Severity};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Where a pack is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackSource {
    /// It comes with orgkit.
    BuiltIn(String),
    /// It is a folder with a `pack.toml`.
    Folder(PathBuf),
}

/// The packs in force.
#[derive(Debug)]
pub struct PackSet {
    packs: Vec<Pack>,
    rules: Vec<Rule>,
    /// The parameters that were set, by rule.
    given: BTreeMap<String, Map<String, Value>>,
}

/// A rule in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// `<pack>/<rule>`.
    pub id: String,
    /// The pack.
    pub pack: String,
    /// The component of the pack that has it.
    pub component: String,
    /// The name that the component knows it by.
    pub entry: String,
    /// What it does.
    pub kind: RuleKind,
    /// What holds when it passes, in one line.
    pub title: String,
    /// The severity of its findings where their code has none.
    pub severity: Severity,
    /// The lowest and the highest severity that it may ask for.
    pub severity_range: Option<(Severity, Severity)>,
    /// The phases in which it runs.
    pub phases: Vec<String>,
    /// Whether it is run again for an account that has joined.
    pub proof: bool,
    /// What it is asked about.
    pub subjects: Subjects,
    /// What it reads beside that.
    pub reads: Vec<Read>,
    /// The actions that it may propose.
    pub actions: Vec<String>,
    /// The coverage rows that it serves.
    pub covers: Vec<String>,
    /// The words of its findings.
    pub codes: BTreeMap<String, CodeEntry>,
    /// Its parameters, defaults filled in.
    pub params: Value,
}

/// A component of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComponentFile<'a> {
    /// The pack.
    pub pack: &'a str,
    /// The component's name in the pack.
    pub name: &'a str,
    /// Its path in the pack.
    pub file: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl PackSet {
    /// Reads packs and puts them in force with the defaults of their parameters.
    pub fn load(sources: impl IntoIterator<Item = PackSource>) -> Result<Self, PackError> {
        let read = |source| match source {
            PackSource::BuiltIn(name) => built_in(&name),
            PackSource::Folder(path) => Pack::read(&path),
        };
        let packs: Vec<Pack> = sources.into_iter().map(read).collect::<Result<_, _>>()?;
        let mut names = BTreeSet::new();
        if let Some(pack) = packs.iter().find(|pack| !names.insert(pack.name())) {
            return Err(PackError::Twice { pack: pack.name().to_owned() });
        }
        let mut rules = Vec::new();
        for pack in &packs {
            for (name, entry) in &pack.manifest.rules {
                rules.push(rule(pack, name, entry)?);
            }
        }
        Ok(Self { packs, rules, given: BTreeMap::new() })
    }

    /// Sets a parameter of a rule.
    pub fn set(&mut self, pack: &str, rule: &str, parameter: &str, value: Value) -> Result<(), PackError> {
        let id = format!("{pack}/{rule}");
        let Some(at) = self.rules.iter().position(|rule| rule.id == id) else {
            let near = nearest(&id, self.rules.iter().map(|rule| rule.id.as_str()));
            return Err(PackError::UnknownRule { rule: id, near });
        };
        let schema = self.packs.iter().find(|candidate| candidate.name() == pack).and_then(|pack| pack.schemas.get(rule));
        let mut given = self.given.get(&id).cloned().unwrap_or_default();
        given.insert(parameter.to_owned(), value);
        if let (Some(schema), Some(rule)) = (schema, self.rules.get_mut(at)) {
            rule.params = schema.apply(&id, &Value::Object(given.clone()))?;
        }
        self.given.insert(id, given);
        Ok(())
    }

    /// The packs.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The rules: packs in their order, rules by name.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The components of all packs.
    pub fn components(&self) -> impl Iterator<Item = ComponentFile<'_>> {
        self.packs.iter().flat_map(|pack| {
            pack.manifest.components.iter().filter_map(|(name, entry)| {
                let bytes = pack.files.get(&entry.file)?;
                Some(ComponentFile { pack: pack.name(), name, file: &entry.file, bytes })
            })
        })
    }

    /// Renders a template of a pack. The value of a list variable is a JSON array of strings.
    pub fn render(&self, pack: &str, template: &str, values: &[(String, String)]) -> Result<String, TemplateError> {
        let templates = self.packs.iter().find(|candidate| candidate.name() == pack).map(|pack| &pack.templates);
        let template =
            templates.and_then(|templates| templates.get(template)).ok_or_else(|| TemplateError::NoTemplate(template.to_owned()))?;
        template.render(values)
    }

    /// The kinds of fact that the rules need: what discovery has to collect.
    pub fn fact_kinds(&self) -> BTreeSet<String> {
        self.rules.iter().flat_map(Rule::kinds).map(str::to_owned).collect()
    }

    /// The digest over the content of all packs and the parameters of their rules.
    pub fn digest(&self) -> Digest {
        let packs: BTreeMap<&str, _> = self.packs.iter().map(|pack| (pack.name(), pack.file_digests())).collect();
        let params: BTreeMap<&str, &Value> = self.rules.iter().map(|rule| (rule.id.as_str(), &rule.params)).collect();
        Digest::of(&json!({ "packs": packs, "parameters": params }))
    }
}

impl Rule {
    /// All kinds of fact that it may see.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.subjects.kinds.iter().chain(self.reads.iter().map(|read| &read.kind)).map(String::as_str)
    }

    /// The kinds that must have been looked for in a scope.
    pub fn reads_in(&self, scope: Scope) -> impl Iterator<Item = &str> {
        self.reads.iter().filter(move |read| read.scope == scope).map(|read| read.kind.as_str())
    }
}

fn rule(pack: &Pack, name: &str, entry: &RuleEntry) -> Result<Rule, PackError> {
    let id = format!("{}/{name}", pack.name());
    let none = Value::Object(Map::new());
    let params = match pack.schemas.get(name) {
        Some(schema) => schema.apply(&id, &none)?,
        None => none,
    };
    Ok(Rule {
        pack: pack.name().to_owned(),
        component: entry.component.as_ref().clone(),
        entry: entry.entry.clone().unwrap_or_else(|| name.to_owned()),
        kind: entry.kind,
        title: entry.title.clone(),
        severity: entry.severity,
        severity_range: entry.severity_range,
        phases: entry.phases.clone(),
        proof: entry.proof,
        subjects: entry.subjects.clone(),
        reads: entry.reads.clone(),
        actions: entry.actions.clone(),
        covers: entry.covers.clone(),
        codes: entry.codes.clone(),
        params,
        id,
    })
}
