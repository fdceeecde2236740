//! Writing: into a file beside it, which then takes its place.

use super::EstateFileError;
use super::schema::{APPLICATION_ID, TABLES, word};
use orgkit_model::{Collection, Digest, Estate, Fact, OrganizationSnapshot, Outcome};
use rusqlite::{Connection, Transaction, params};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

pub(super) fn write(path: &Path, estate: &Estate) -> Result<(), EstateFileError> {
    let beside = beside(path);
    remove_if_there(&beside)?;
    let written = fill(&beside, estate).and_then(|()| replace(&beside, path));
    if written.is_err() {
        // The error that is being returned says more than one about the leftover would.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(".writing");
    path.with_file_name(name)
}

fn remove_if_there(path: &Path) -> Result<(), EstateFileError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(EstateFileError::Io { action: "remove", path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn replace(from: &Path, to: &Path) -> Result<(), EstateFileError> {
    let failed = |action, path: &Path| {
        let path = path.to_owned();
        move |source| EstateFileError::Io { action, path, source }
    };
    File::open(from).and_then(|file| file.sync_all()).map_err(failed("sync", from))?;
    fs::rename(from, to).map_err(failed("replace", to))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("sync", folder))
}

fn fill(path: &Path, estate: &Estate) -> Result<(), EstateFileError> {
    let failed = |source| EstateFileError::Database { action: "write", path: path.to_owned(), source };
    let mut database = Connection::open(path).map_err(failed)?;
    let mut all = || {
        database.pragma_update(None, "application_id", APPLICATION_ID)?;
        database.pragma_update(None, "user_version", i64::from(estate.schema))?;
        // The file is whole or it is thrown away, so SQLite's own journal has nothing to save.
        database.pragma_update(None, "synchronous", "OFF")?;
        let transaction = database.transaction()?;
        transaction.execute_batch(TABLES)?;
        tables(&transaction, estate)?;
        transaction.commit()
    };
    all().map_err(failed)?;
    database.close().map_err(|(_, source)| failed(source))
}

fn tables(into: &Transaction<'_>, estate: &Estate) -> rusqlite::Result<()> {
    let mut meta = into.prepare("INSERT INTO meta VALUES (?, ?)")?;
    meta.execute(params!["digest", Digest::of(estate).as_str()])?;
    meta.execute(params!["schema", estate.schema.to_string()])?;
    meta.execute(params!["taken_at", estate.taken_at.to_string()])?;
    for region in &estate.regions {
        into.execute("INSERT INTO regions VALUES (?)", params![region])?;
    }
    organization(into, &estate.target, "target")?;
    for source in &estate.sources {
        organization(into, source, "source")?;
    }
    for account in &estate.standalone {
        insert_account(into, account, None, None)?;
    }
    for fact in &estate.facts {
        insert_fact(into, fact)?;
    }
    estate.collections.iter().try_for_each(|collection| insert_collection(into, collection))
}

fn organization(into: &Transaction<'_>, snapshot: &OrganizationSnapshot, role: &str) -> rusqlite::Result<()> {
    let organization = &snapshot.organization;
    let id = organization.id.as_str();
    into.execute(
        "INSERT INTO organizations VALUES (?, ?, ?, ?, ?)",
        params![id, role, organization.management_account.as_str(), organization.feature_set, snapshot.root.as_str()],
    )?;
    for unit in &snapshot.units {
        into.execute("INSERT INTO units VALUES (?, ?, ?, ?)", params![unit.id.as_str(), id, unit.name, unit.parent.as_str()])?;
    }
    for account in snapshot.accounts.values() {
        insert_account(into, account, Some(id), snapshot.parents.get(&account.id).map(|parent| parent.as_str()))?;
    }
    for policy in &snapshot.policies {
        let document = document(into, &policy.content)?;
        into.execute(
            "INSERT INTO policies VALUES (?, ?, ?, ?, ?, ?)",
            params![policy.id.as_str(), id, policy.name, policy.kind.as_str(), policy.aws_managed, document],
        )?;
        for target in &policy.targets {
            into.execute("INSERT INTO policy_targets VALUES (?, ?, ?)", params![policy.id.as_str(), id, target])?;
        }
    }
    for administrator in &snapshot.delegated_administrators {
        let account = administrator.account.as_str();
        let nothing = administrator.services.is_empty().then_some(None);
        for service in administrator.services.iter().map(Some).chain(nothing) {
            into.execute("INSERT INTO delegated_administrators VALUES (?, ?, ?)", params![account, id, service])?;
        }
    }
    Ok(())
}

fn insert_account(
    into: &Transaction<'_>,
    account: &orgkit_model::Account,
    organization: Option<&str>,
    parent: Option<&str>,
) -> rusqlite::Result<()> {
    let method = account.joined_method.map(|method| word(&method));
    let joined_at = account.joined_at.map(|at| at.to_string());
    let mut insert = into.prepare_cached("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)")?;
    insert.execute(params![account.id.as_str(), organization, account.name, word(&account.state), method, joined_at, parent])?;
    Ok(())
}

fn insert_fact(into: &Transaction<'_>, fact: &Fact) -> rusqlite::Result<()> {
    let document = document(into, &fact.doc.to_string())?;
    let mut insert = into.prepare_cached("INSERT INTO facts VALUES (?, ?, ?, ?, ?)")?;
    insert.execute(params![fact.account.as_str(), fact.region, fact.kind, fact.name, document])?;
    Ok(())
}

fn insert_collection(into: &Transaction<'_>, collection: &Collection) -> rusqlite::Result<()> {
    let (outcome, count, detail) = match &collection.outcome {
        Outcome::Collected { count } => ("collected", i64::try_from(*count).ok(), None),
        Outcome::Partial { count, reason } => ("partial", i64::try_from(*count).ok(), Some(reason)),
        Outcome::Empty => ("empty", None, None),
        Outcome::Denied { action } => ("denied", None, Some(action)),
        Outcome::NotAvailable { reason } => ("not-available", None, Some(reason)),
        Outcome::Failed { reason } => ("failed", None, Some(reason)),
    };
    let mut insert = into.prepare_cached("INSERT INTO collections VALUES (?, ?, ?, ?, ?, ?)")?;
    insert.execute(params![collection.account.as_str(), collection.region, collection.kind, outcome, count, detail])?;
    Ok(())
}

/// Stores a document unless it stands there already; returns its SHA-256.
fn document(into: &Transaction<'_>, content: &str) -> rusqlite::Result<String> {
    let digest = Digest::of_bytes(content.as_bytes()).as_str().to_owned();
    into.prepare_cached("INSERT OR IGNORE INTO documents VALUES (?, ?)")?.execute(params![digest, content])?;
    Ok(digest)
}
