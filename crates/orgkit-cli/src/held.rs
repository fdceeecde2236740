//! Whether a run holds a state directory, for whoever only looks.

use std::fs::{File, Metadata, TryLockError};
use std::path::Path;

/// Where Linux lists the locks of all processes [proc_locks(5)].
const LOCKS: &str = "/proc/locks";

/// Who holds a state directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// Whether anybody does; `None` when that cannot be known.
    pub(crate) running: Option<bool>,
    /// The process.
    pub(crate) process: Option<u32>,
}

impl Held {
    /// Looks at the lock file of a state directory. Where the list of locks names no holder — other systems have no such list, and other
    /// containers' processes are not in it — the lock is tried for an instant, which [`crate::state::State::take`] waits out.
    pub(crate) fn look(lock: &Path) -> Self {
        let Ok(file) = File::open(lock) else { return Self { running: Some(false), process: None } };
        let listed = file.metadata().ok().zip(std::fs::read_to_string(LOCKS).ok());
        if let Some(process) = listed.and_then(|(metadata, locks)| holder(&locks, &metadata)) {
            return Self { running: Some(true), process: Some(process) };
        }
        let running = match file.try_lock_shared() {
            Ok(()) => Some(false),
            Err(TryLockError::WouldBlock) => Some(true),
            Err(TryLockError::Error(_)) => None,
        };
        Self { running, process: None }
    }
}

#[cfg(unix)]
fn holder(locks: &str, metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    // Linux's encoding of a device number [makedev(3)].
    let device = metadata.dev();
    let (major, minor) = ((device >> 8) & 0xfff | (device >> 32) & !0xfff, device & 0xff | (device >> 12) & !0xff);
    listed(locks, &format!("{major:02x}:{minor:02x}:{}", metadata.ino()))
}

#[cfg(not(unix))]
fn holder(_: &str, _: &Metadata) -> Option<u32> {
    None
}

/// The process that holds an exclusive `flock` on a file, as the list has it: `1: FLOCK  ADVISORY  WRITE 4711 fe:00:262146 0 EOF`.
#[cfg(unix)]
fn listed(locks: &str, file: &str) -> Option<u32> {
    locks.lines().find_map(|line| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        [_, "FLOCK", _, "WRITE", process, of, ..] if *of == file => process.parse().ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_lock_is_seen_with_its_process_and_a_free_one_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        assert_eq!(Held::look(&path), Held { running: Some(false), process: None });
        let file = File::create(&path).unwrap();
        assert_eq!(Held::look(&path).running, Some(false));
        file.try_lock().unwrap();
        let held = Held::look(&path);
        assert_eq!(held.running, Some(true));
        assert!(held.process.is_none_or(|process| process == std::process::id()));
        drop(file);
        assert_eq!(Held::look(&path).running, Some(false));
    }

    #[cfg(unix)]
    #[test]
    fn only_an_exclusive_lock_on_that_file_counts() {
        let locks = "1: FLOCK  ADVISORY  WRITE 4711 fe:00:262146 0 EOF\n2: POSIX  ADVISORY  WRITE 5 fe:00:7 0 EOF\n2: -> FLOCK ADVISORY  WRITE 6 fe:00:7 0 EOF\n3: FLOCK  ADVISORY  READ 8 fe:00:9 0 EOF\n";
        for (file, expected) in [("fe:00:262146", Some(4711)), ("fe:00:7", None), ("fe:00:9", None), ("fe:01:262146", None)] {
            assert_eq!(listed(locks, file), expected, "{file}");
        }
    }
}
