//! What a run wrote down, read past orgkit: the rows of the journal's table as JSON.

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// The events of a journal in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// The events.
    pub events: Vec<Value>,
    /// The lease generation of each.
    pub generations: Vec<i64>,
}

impl Journal {
    /// Reads a journal that nobody is writing.
    pub fn read(path: &Path) -> Self {
        Self::rows(path).expect("the journal can be read")
    }

    /// How often an act left so far, by a journal that may not be there yet or is being written.
    pub fn intents_so_far(path: Option<&Path>) -> usize {
        path.and_then(|path| Self::rows(path).ok()).map_or(0, |journal| journal.of_kind("intent").count())
    }

    fn rows(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let mut statement = connection.prepare("SELECT event, generation FROM entry ORDER BY seq")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        let parse = |row: rusqlite::Result<(String, i64)>| {
            row.map(|(event, generation)| (serde_json::from_str::<Value>(&event).expect("an event is JSON"), generation))
        };
        let (events, generations) = rows.map(parse).collect::<rusqlite::Result<_>>()?;
        Ok(Self { events, generations })
    }

    /// The plan that it was opened with.
    pub fn plan(&self) -> &Value {
        &self.opening()["plan"]
    }

    /// How things stood before.
    pub fn before(&self) -> &Value {
        &self.opening()["before"]
    }

    /// How things stand after, by the last verification.
    pub fn after(&self) -> &Value {
        let verified = self.of_kind("verified").last().map(|(_, event)| event);
        verified.map(|event| &event["after"]).expect("the run was verified")
    }

    /// Whether the last thing written is that the run finished.
    pub fn is_finished(&self) -> bool {
        self.events.last().is_some_and(|event| event["event"] == "finished")
    }

    /// The steps of the plan in their order.
    pub fn steps(&self) -> impl Iterator<Item = &Value> {
        self.plan()["waves"].as_array().into_iter().flatten().flat_map(|wave| wave["steps"].as_array().into_iter().flatten())
    }

    /// The steps of one action, such as `invite`.
    pub fn steps_that(&self, action: &str) -> impl Iterator<Item = &Value> {
        self.steps().filter(move |step| step["action"]["type"] == action)
    }

    /// The events of one kind with their places.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (usize, &'a Value)> {
        self.events.iter().enumerate().filter(move |(_, event)| event["event"] == kind)
    }

    /// The place of a step's first event of that kind.
    pub fn place(&self, kind: &str, step: &Value) -> Option<usize> {
        self.of_kind(kind).find(|(_, event)| event["step"] == step["id"]).map(|(place, _)| place)
    }

    /// The accounts in the order in which they joined the target.
    pub fn joined(&self) -> Vec<String> {
        let accepted = |event: &Value| self.steps_that("accept").find(|step| step["id"] == event["step"]);
        self.of_kind("done").filter_map(|(_, event)| accepted(event)).map(|step| text(&step["account"])).collect()
    }

    fn opening(&self) -> &Value {
        self.of_kind("opened").map(|(_, event)| event).next().expect("a journal begins with the run's opening")
    }
}

/// Looking at pictures.
impl Journal {
    /// The ids of all accounts in a picture. An account in two places is a failed test.
    pub fn accounts_of(picture: &Value) -> BTreeSet<String> {
        let mut found = Vec::new();
        for organization in picture["organizations"].as_array().into_iter().flatten() {
            collect_accounts(&organization["root"], &mut found);
        }
        found.extend(picture["standalone"].as_array().into_iter().flatten().cloned());
        let ids: BTreeSet<_> = found.iter().map(|account| text(&account["id"])).collect();
        assert_eq!(ids.len(), found.len(), "an account is in two places: {picture:#}");
        ids
    }

    /// The accounts of a picture's organizations that carry a mark, such as `suspended`.
    pub fn marked(picture: &Value, mark: &str) -> Vec<String> {
        let mut found = Vec::new();
        for organization in picture["organizations"].as_array().into_iter().flatten() {
            collect_accounts(&organization["root"], &mut found);
        }
        let carries = |account: &&Value| account["marks"].as_array().into_iter().flatten().any(|found| found == mark);
        found.iter().filter(carries).map(|account| text(&account["id"])).collect()
    }
}

fn collect_accounts(node: &Value, into: &mut Vec<Value>) {
    into.extend(node["accounts"].as_array().into_iter().flatten().cloned());
    for unit in node["units"].as_array().into_iter().flatten() {
        collect_accounts(unit, into);
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("an id is text").to_owned()
}

/// The calls in the log of a simulated AWS: the operation, and the id of the account it is about where it names one as its target.
pub(crate) fn changing_calls(path: &Path) -> Vec<(String, String)> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the log opens");
    let mut statement = connection.prepare("SELECT entry FROM change ORDER BY n").expect("the log has its table");
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).expect("the log is read");
    let entries = rows.map(|row| serde_json::from_str::<Value>(&row.expect("the log has its columns")).expect("an entry is JSON"));
    let calls = entries.filter(|entry| entry["type"] == "call").map(|entry| {
        let call = &entry["call"];
        (text(&call["operation"]), call["input"]["Target"]["Id"].as_str().unwrap_or_default().to_owned())
    });
    calls.collect()
}
