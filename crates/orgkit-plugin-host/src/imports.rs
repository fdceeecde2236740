//! What guests may call.

use crate::bindings::orgkit::policy::{facts, log, log_paths, templates, types};
use crate::facts::in_region;
use crate::state::State;
use crate::{FactRef, Gap, scalar};
use facts::{FactError, Page, Query};
use orgkit_model::{AccountId, Fact};
use types::{Scalar, Subject};

/// The most facts in one page.
const PAGE: u32 = 512;

impl types::Host for State {}

impl facts::Host for State {
    fn find(&mut self, query: Query, after: Option<String>, limit: u32) -> wasmtime::Result<Result<Page, FactError>> {
        self.count_call()?;
        let account = match (self.check_kind(&query.kind), parse_account(query.account.as_deref())) {
            (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
            (Ok(()), Ok(account)) => account,
        };
        let facts = self.facts.clone();
        let all = facts.of_kind(&query.kind, account.as_ref());
        let found: Vec<FactRef> = select(all, |at| facts.fact(at), |fact| in_region(fact, query.region.as_deref()));
        if found.is_empty()
            && let Some(gap) = facts.gaps(&query.kind, account.as_ref(), query.region.as_deref()).into_iter().next()
        {
            return Ok(Err(FactError::NotCollected(gap.into())));
        }
        let found = select(&found, |at| facts.fact(at), |fact| query.filters.iter().all(|filter| matches(fact, filter)));
        self.page(&found, after.as_deref(), limit)
    }

    fn related(&mut self, of: FactRef, relation: String, after: Option<String>, limit: u32) -> wasmtime::Result<Result<Page, FactError>> {
        self.count_call()?;
        let facts = self.facts.clone();
        let (Ok(()), Some(fact)) = (self.check_ref(of), facts.fact(of)) else { return Ok(Err(unknown_ref(of))) };
        let Some((how, kind)) = relation.split_once(':') else { return Ok(Err(bad_relation(&relation))) };
        if let Err(error) = self.check_kind(kind) {
            return Ok(Err(error));
        }
        let all = facts.of_kind(kind, Some(&fact.account));
        let found = match how {
            "same-name" => select(all, |at| facts.fact(at), |other| other.name == fact.name),
            "same-region" => select(all, |at| facts.fact(at), |other| other.region == fact.region),
            "same-account" => all.to_vec(),
            _ => return Ok(Err(bad_relation(&relation))),
        };
        if found.is_empty()
            && let Some(gap) = facts.gaps(kind, Some(&fact.account), None).into_iter().next()
        {
            return Ok(Err(FactError::NotCollected(gap.into())));
        }
        self.page(&found, after.as_deref(), limit)
    }

    fn get(&mut self, of: FactRef, pointer: String) -> wasmtime::Result<Result<Option<Scalar>, FactError>> {
        self.count_call()?;
        self.value(of, &pointer)
    }

    fn get_many(&mut self, of: Vec<FactRef>, pointers: Vec<String>) -> wasmtime::Result<Result<Vec<Vec<Option<Scalar>>>, FactError>> {
        self.count_call()?;
        let mut rows = Vec::new();
        for fact in of {
            let mut row = Vec::new();
            for pointer in &pointers {
                match self.value(fact, pointer)? {
                    Ok(value) => row.push(value),
                    Err(error) => return Ok(Err(error)),
                }
            }
            rows.push(row);
        }
        Ok(Ok(rows))
    }

    fn documents(&mut self, of: Vec<FactRef>) -> wasmtime::Result<Result<Vec<String>, FactError>> {
        self.count_call()?;
        let mut documents = Vec::new();
        for at in of {
            let (Ok(()), Some(document)) = (self.check_ref(at), self.facts.fact(at).map(|fact| fact.doc.to_string())) else {
                return Ok(Err(unknown_ref(at)));
            };
            self.count_bytes(document.len())?;
            documents.push(document);
        }
        Ok(Ok(documents))
    }

    fn gaps(&mut self, kind: String, account: Option<String>) -> wasmtime::Result<Vec<facts::Gap>> {
        self.count_call()?;
        let unknown = |reason: &str| {
            vec![facts::Gap { account: account.clone().unwrap_or_default(), region: None, kind: kind.clone(), reason: reason.to_owned() }]
        };
        let Ok(id) = parse_account(account.as_deref()) else { return Ok(unknown("that is no account id")) };
        if self.check_kind(&kind).is_err() {
            return Ok(unknown("the rule does not declare that it reads it"));
        }
        let gaps: Vec<facts::Gap> = self.facts.gaps(&kind, id.as_ref(), None).into_iter().map(Into::into).collect();
        self.count_bytes(gaps.iter().map(|gap| gap.reason.len() + gap.kind.len() + 32).sum())?;
        Ok(gaps)
    }
}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        self.count_call()?;
        let level = match level {
            log::Level::Debug => "debug",
            log::Level::Info => "info",
            log::Level::Warn => "warn",
        };
        self.keep(level, &message);
        Ok(())
    }
}

impl templates::Host for State {
    fn render(&mut self, name: String, vars: Vec<(String, String)>) -> wasmtime::Result<Result<String, String>> {
        self.count_call()?;
        let rendered = match &self.context.templates {
            Some(templates) => templates.render(&name, &vars),
            None => Err("the pack has no templates".to_owned()),
        };
        self.count_bytes(rendered.as_ref().map_or(0, String::len))?;
        Ok(rendered)
    }
}

impl log_paths::Host for State {
    fn trace(&mut self, source: String, account: String, region: Option<String>) -> wasmtime::Result<Result<Vec<log_paths::Path>, String>> {
        self.count_call()?;
        let traced = crate::log_paths::trace(&self.facts, &self.context.declared, &source, &account, region.as_deref());
        for hop in traced.iter().flatten().flat_map(|path| &path.hops) {
            self.count_bytes(hop.name.len() + 128)?;
            if let Some(at) = hop.at {
                self.hand(at);
            }
        }
        Ok(traced)
    }
}

impl State {
    fn check_kind(&self, kind: &str) -> Result<(), FactError> {
        if self.context.declared.contains(kind) { Ok(()) } else { Err(FactError::NotDeclared(kind.to_owned())) }
    }

    fn check_ref(&self, at: FactRef) -> Result<(), FactError> {
        if self.was_handed(at) { Ok(()) } else { Err(unknown_ref(at)) }
    }

    fn value(&mut self, of: FactRef, pointer: &str) -> wasmtime::Result<Result<Option<Scalar>, FactError>> {
        let (Ok(()), Some(fact)) = (self.check_ref(of), self.facts.fact(of)) else { return Ok(Err(unknown_ref(of))) };
        let value = scalar::at(&fact.doc, pointer);
        self.count_bytes(match &value {
            Some(Scalar::Text(text) | Scalar::Json(text)) => text.len(),
            _ => 8,
        })?;
        Ok(Ok(value))
    }

    /// A page of facts; its token is the place to go on from.
    fn page(&mut self, found: &[FactRef], after: Option<&str>, limit: u32) -> wasmtime::Result<Result<Page, FactError>> {
        let start = match after.map(str::parse::<usize>) {
            None => 0,
            Some(Ok(start)) => start,
            Some(Err(_)) => return Ok(Err(FactError::BadRequest("that is not the token of a page".to_owned()))),
        };
        let size = usize::try_from(limit.clamp(1, PAGE)).unwrap_or(1);
        let mut items: Vec<Subject> = Vec::new();
        for at in found.iter().skip(start).take(size) {
            items.extend(self.subject(*at)?);
        }
        let end = start.saturating_add(size);
        Ok(Ok(Page { items, next: (end < found.len()).then(|| end.to_string()) }))
    }
}

fn select<'a>(all: &[FactRef], fact: impl Fn(FactRef) -> Option<&'a Fact>, keep: impl Fn(&Fact) -> bool) -> Vec<FactRef> {
    all.iter().copied().filter(|at| fact(*at).is_some_and(&keep)).collect()
}

fn matches(fact: &Fact, filter: &facts::Filter) -> bool {
    fact.doc.pointer(&filter.pointer).is_some_and(|value| scalar::text(value) == filter.equals)
}

fn parse_account(account: Option<&str>) -> Result<Option<AccountId>, FactError> {
    account.map(str::parse).transpose().map_err(|error| FactError::BadRequest(format!("{error}")))
}

fn unknown_ref(at: FactRef) -> FactError {
    FactError::BadRequest(format!("fact {at} was not given out in this call"))
}

fn bad_relation(relation: &str) -> FactError {
    FactError::BadRequest(format!("`{relation}` is not a relation: same-name, same-region or same-account, `:` and a kind"))
}

impl From<Gap> for facts::Gap {
    fn from(gap: Gap) -> Self {
        Self { account: gap.account, region: gap.region, kind: gap.kind, reason: gap.reason }
    }
}
