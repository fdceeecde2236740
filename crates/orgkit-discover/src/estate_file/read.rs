//! Reading, with a check of everything read.

use super::EstateFileError;
use super::schema::{APPLICATION_ID, value};
use orgkit_model::{
    Account, AccountId, Collection, DelegatedAdministrator, Digest, ESTATE_SCHEMA, Estate, Fact, Organization, OrganizationSnapshot,
    Outcome, ParentId, Policy, Unit,
};
use rusqlite::{Connection, ErrorCode, OpenFlags, Params, Row};
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

/// Why a row cannot be read: SQLite failed, or the row makes no sense.
enum Fault {
    Sqlite(rusqlite::Error),
    Nonsense(String),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

type Read<T> = Result<T, Fault>;

pub(super) fn read(path: &Path) -> Result<Estate, EstateFileError> {
    std::fs::metadata(path).map_err(|source| EstateFileError::Io { action: "open", path: path.to_owned(), source })?;
    let database = open(path).map_err(|fault| error(path, fault))?;
    let found = schema(&database).map_err(|fault| error(path, fault))?;
    match found {
        None => return Err(EstateFileError::NotAnEstate { path: path.to_owned() }),
        Some(found) if found > ESTATE_SCHEMA => return Err(EstateFileError::NewerSchema { path: path.to_owned(), found }),
        Some(_) => {}
    }
    estate(&database).map_err(|fault| error(path, fault))
}

fn error(path: &Path, fault: Fault) -> EstateFileError {
    let path = path.to_owned();
    match fault {
        Fault::Nonsense(what) => EstateFileError::Damaged { path, what },
        Fault::Sqlite(source) => match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => EstateFileError::NotAnEstate { path },
            Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure | ErrorCode::PermissionDenied) => {
                EstateFileError::Database { action: "read", path, source }
            }
            _ => EstateFileError::Damaged { path, what: source.to_string() },
        },
    }
}

fn open(path: &Path) -> Read<Connection> {
    Ok(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

/// The file's schema; `None` when it is a database of something else.
fn schema(database: &Connection) -> Read<Option<u32>> {
    let pragma = |name: &str| database.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id")? != APPLICATION_ID {
        return Ok(None);
    }
    let version = pragma("user_version")?;
    u32::try_from(version).map(Some).map_err(|_| Fault::Nonsense(format!("its schema is {version}")))
}

fn estate(from: &Connection) -> Read<Estate> {
    let mut organizations = organizations(from)?;
    if organizations.is_empty() {
        return Err(Fault::Nonsense("it has no organization".to_owned()));
    }
    let estate = Estate {
        schema: parsed(&meta(from, "schema")?)?,
        taken_at: parsed(&meta(from, "taken_at")?)?,
        target: organizations.remove(0),
        sources: organizations,
        standalone: accounts(from, None)?.into_iter().map(|(account, _)| account).collect(),
        regions: rows(from, "SELECT name FROM regions ORDER BY rowid", [], |row| Ok(row.get(0)?))?,
        facts: facts(from)?,
        collections: rows(from, "SELECT * FROM collections ORDER BY rowid", [], collection)?,
    };
    if Digest::of(&estate).as_str() == meta(from, "digest")? {
        Ok(estate)
    } else {
        Err(Fault::Nonsense("its content does not have the digest that was written with it".to_owned()))
    }
}

fn meta(from: &Connection, key: &str) -> Read<String> {
    Ok(from.query_row("SELECT value FROM meta WHERE key = ?", [key], |row| row.get(0))?)
}

/// The target first, then the sources.
fn organizations(from: &Connection) -> Read<Vec<OrganizationSnapshot>> {
    let sql = "SELECT id, management_account, feature_set, root FROM organizations ORDER BY role = 'target' DESC, rowid";
    rows(from, sql, [], |row| {
        let organization = Organization { id: field(row, 0)?, management_account: field(row, 1)?, feature_set: row.get(2)? };
        let id = organization.id.as_str().to_owned();
        let members = accounts(from, Some(&id))?;
        let parents: BTreeMap<AccountId, ParentId> =
            members.iter().filter_map(|(account, parent)| Some((account.id.clone(), parent.clone()?))).collect();
        Ok(OrganizationSnapshot {
            organization,
            root: field(row, 3)?,
            units: rows(from, "SELECT id, name, parent FROM units WHERE organization = ? ORDER BY rowid", [&id], |row| {
                Ok(Unit { id: field(row, 0)?, name: row.get(1)?, parent: field(row, 2)? })
            })?,
            accounts: members.into_iter().map(|(account, _)| (account.id.clone(), account)).collect(),
            parents,
            policies: policies(from, &id)?,
            delegated_administrators: administrators(from, &id)?,
        })
    })
}

fn accounts(from: &Connection, organization: Option<&str>) -> Read<Vec<(Account, Option<ParentId>)>> {
    let sql = "SELECT id, name, state, joined_method, joined_at, parent FROM accounts WHERE organization IS ? ORDER BY rowid";
    rows(from, sql, [organization], |row| {
        let text = |index| row.get::<_, Option<String>>(index);
        let account = Account {
            id: field(row, 0)?,
            name: row.get(1)?,
            state: known(&row.get::<_, String>(2)?)?,
            joined_method: text(3)?.as_deref().map(known).transpose()?,
            joined_at: text(4)?.as_deref().map(parsed).transpose()?,
        };
        Ok((account, text(5)?.as_deref().map(parsed).transpose()?))
    })
}

fn policies(from: &Connection, organization: &str) -> Read<Vec<Policy>> {
    let sql = "SELECT id, name, type, aws_managed, content FROM policies JOIN documents ON sha256 = document
        WHERE organization = ? ORDER BY policies.rowid";
    let targets = "SELECT target FROM policy_targets WHERE organization = ? AND policy = ? ORDER BY rowid";
    rows(from, sql, [organization], |row| {
        let id: String = row.get(0)?;
        Ok(Policy {
            id: parsed(&id)?,
            name: row.get(1)?,
            kind: known(&row.get::<_, String>(2)?)?,
            aws_managed: row.get(3)?,
            content: row.get(4)?,
            targets: rows(from, targets, [organization, &id], |row| Ok(row.get(0)?))?,
        })
    })
}

fn administrators(from: &Connection, organization: &str) -> Read<Vec<DelegatedAdministrator>> {
    let sql = "SELECT account, service FROM delegated_administrators WHERE organization = ? ORDER BY rowid";
    let pairs = rows(from, sql, [organization], |row| Ok((field::<AccountId>(row, 0)?, row.get::<_, Option<String>>(1)?)))?;
    let mut found: Vec<DelegatedAdministrator> = Vec::new();
    for (account, service) in pairs {
        match found.last_mut() {
            Some(last) if last.account == account => last.services.extend(service),
            _ => found.push(DelegatedAdministrator { account, services: service.into_iter().collect() }),
        }
    }
    Ok(found)
}

fn facts(from: &Connection) -> Read<Vec<Fact>> {
    let sql = "SELECT account, region, kind, name, content FROM facts JOIN documents ON sha256 = document ORDER BY facts.rowid";
    rows(from, sql, [], |row| {
        let name: String = row.get(3)?;
        let doc = serde_json::from_str(&row.get::<_, String>(4)?);
        let doc = doc.map_err(|error| Fault::Nonsense(format!("the document of `{name}` is no JSON: {error}")))?;
        Ok(Fact { account: field(row, 0)?, region: row.get(1)?, kind: row.get(2)?, name, doc })
    })
}

fn collection(row: &Row<'_>) -> Read<Collection> {
    let (outcome, count, detail): (String, Option<i64>, Option<String>) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let outcome = match (outcome.as_str(), count.map(u64::try_from), detail) {
        ("collected", Some(Ok(count)), None) => Outcome::Collected { count },
        ("partial", Some(Ok(count)), Some(reason)) => Outcome::Partial { count, reason },
        ("empty", None, None) => Outcome::Empty,
        ("denied", None, Some(action)) => Outcome::Denied { action },
        ("not-available", None, Some(reason)) => Outcome::NotAvailable { reason },
        ("failed", None, Some(reason)) => Outcome::Failed { reason },
        _ => return Err(Fault::Nonsense(format!("`{outcome}` is no outcome"))),
    };
    Ok(Collection { account: field(row, 0)?, region: row.get(1)?, kind: row.get(2)?, outcome })
}

fn rows<T>(from: &Connection, sql: &str, params: impl Params, mut one: impl FnMut(&Row<'_>) -> Read<T>) -> Read<Vec<T>> {
    let mut statement = from.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(one(row)?);
    }
    Ok(all)
}

fn field<T: FromStr>(row: &Row<'_>, index: usize) -> Read<T> {
    parsed(&row.get::<_, String>(index)?)
}

fn parsed<T: FromStr>(text: &str) -> Read<T> {
    text.parse().map_err(|_| Fault::Nonsense(format!("`{text}` does not belong there")))
}

fn known<T: serde::de::DeserializeOwned>(word: &str) -> Read<T> {
    value(word).ok_or_else(|| Fault::Nonsense(format!("`{word}` does not belong there")))
}
