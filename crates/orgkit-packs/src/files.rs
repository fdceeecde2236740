//! The files of a pack by their path within it.

use crate::PackError;
use std::collections::BTreeMap;
use std::path::Path;

/// The most bytes of all files of a pack together.
const LIMIT: u64 = 64 << 20;

/// A pack's files: path with `/`, content.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Reads a folder. Hidden files are left out.
pub(crate) fn read(folder: &Path) -> Result<Files, PackError> {
    let mut files = Files::new();
    let mut left = LIMIT;
    walk(folder, "", &mut files, &mut left)?;
    Ok(files)
}

fn walk(folder: &Path, prefix: &str, files: &mut Files, left: &mut u64) -> Result<(), PackError> {
    let unreadable = |source| PackError::Unreadable { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        let bad = |why: &str| PackError::BadFile { path: path.clone(), why: why.to_owned() };
        let name = entry.file_name().into_string().map_err(|_| bad("its name is not UTF-8"))?;
        if name.starts_with('.') {
            continue;
        }
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            walk(&path, &format!("{prefix}{name}/"), files, left)?;
        } else if kind.is_file() {
            let content = std::fs::read(&path).map_err(|source| PackError::Unreadable { path: path.clone(), source })?;
            let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
            *left = left.checked_sub(size).ok_or_else(|| bad("the pack has more than 64 MiB"))?;
            files.insert(format!("{prefix}{name}"), content);
        } else {
            // A link could lead out of the pack.
            return Err(bad("it is neither a file nor a folder"));
        }
    }
    Ok(())
}
