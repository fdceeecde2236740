//! The state directory: who may write to it, and what lies where.

use crate::error::CliError;
use crate::exit::Exit;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The name of a journal's file.
pub(crate) const JOURNAL: &str = "journal.db";

/// A state directory that this process holds alone until it is dropped.
#[derive(Debug)]
pub(crate) struct State {
    folder: PathBuf,
    _lock: File,
}

impl State {
    /// Takes the state directory for rehearsals or for real runs, makes it where it is missing, and locks it.
    pub(crate) fn take(root: &Path, rehearsal: bool) -> Result<Self, CliError> {
        let folder = Self::folder(root, rehearsal);
        let io = |error: &io::Error| {
            CliError::from_source(Exit::Unexpected, "OK1501", error)
                .hint("name another with `--state DIR`")
                .named(&format!("cannot use state directory `{}`", root.display()))
        };
        std::fs::create_dir_all(&folder).map_err(|error| io(&error))?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(root.join("lock")).map_err(|error| io(&error))?;
        match take(&lock) {
            Ok(()) => Ok(Self { folder, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                let message = format!("another orgkit is running on state directory `{}`", root.display());
                Err(CliError::new(Exit::Locked, "OK1502", message).hint("wait for it, or use another with `--state DIR`"))
            }
            Err(TryLockError::Error(error)) => Err(io(&error)),
        }
    }

    /// Where the files of a rehearsal or of the real run lie.
    pub(crate) fn folder(root: &Path, rehearsal: bool) -> PathBuf {
        root.join(if rehearsal { "rehearsal" } else { "migration" })
    }

    /// A file of this run.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Removes everything of this run but the lock.
    pub(crate) fn clear(&self) -> Result<(), CliError> {
        let failed = |error: io::Error| {
            CliError::from_source(Exit::Unexpected, "OK1501", &error).named(&format!("cannot clear `{}`", self.folder.display()))
        };
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) }.map_err(failed)?;
        }
        Ok(())
    }

    /// Writes a file so that it is whole or not there: temporary file, sync, rename.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf, CliError> {
        let path = self.file(name);
        write_whole(&path, content)?;
        Ok(path)
    }

    /// Writes a file that can be made again from others: whole or not there while the machine runs, and not waited for. It is written often, so what a
    /// kill leaves behind has one name.
    pub(crate) fn write_derived(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let new = format!("{name}.new");
        drop(std::fs::remove_file(self.file(&new)));
        let mut file = tempfile::Builder::new().prefix(&new).rand_bytes(0).tempfile_in(&self.folder)?;
        io::Write::write_all(&mut file, content)?;
        file.persist(self.file(name)).map(drop).map_err(|error| error.error)
    }
}

/// Locks the file, and waits a moment for somebody who only looks whether it is locked.
#[expect(clippy::disallowed_methods, reason = "real time passes for the other process, too")]
fn take(lock: &File) -> Result<(), TryLockError> {
    for _ in 0..5 {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(std::time::Duration::from_millis(10)),
            other => return other,
        }
    }
    lock.try_lock()
}

/// Writes a file so that it is whole or not there.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let failed = |error: io::Error| {
        CliError::from_source(Exit::Unexpected, "OK1501", &error)
            .named(&format!("cannot write `{}`", path.display()))
            .hint("free the disk or repair its permissions, then run the same command again")
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    io::Write::write_all(&mut file, content).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
