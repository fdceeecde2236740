//! Walks folders and reads files: in parallel, each thread with one buffer for all its files.

use super::{File, ScanArgs, Scanned, patch};
use crate::error::CliError;
use crate::exit::Exit;
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};
use orgkit_iam::references::{Known, Syntax, find_in_text};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Hidden files and folders that are looked into: they hold what builds and deploys.
const LOOKED_INTO: &[&str] = &[".github", ".gitlab", ".gitlab-ci.yml", ".circleci", ".buildkite", ".env"];

/// A file with a NUL among its first bytes is no text.
const TEXT_BEGINNING: usize = 8 * 1024;

/// The longest piece of a line that is shown.
const LINE: usize = 160;

/// Reads everything below the paths.
pub(super) fn scan(args: &ScanArgs, known: &Known) -> Result<Scanned, CliError> {
    let mut builder: Option<WalkBuilder> = None;
    for path in &args.paths {
        std::fs::symlink_metadata(path)
            .map_err(|error| CliError::from_source(Exit::Usage, "OK2302", &error).named(&format!("cannot look at `{}`", path.display())))?;
        match &mut builder {
            None => builder = Some(WalkBuilder::new(path)),
            Some(builder) => drop(builder.add(path)),
        }
    }
    let Some(mut builder) = builder else { return Ok(Scanned::default()) };
    let all = args.hidden;
    // What is ignored is said by the repository alone, so that everybody finds the same.
    builder.hidden(false).git_global(false).require_git(false).follow_links(false);
    builder.filter_entry(move |entry| is_looked_into(entry, all));
    let total = Mutex::new(Scanned::default());
    builder.build_parallel().visit(&mut Threads { args, known, total: &total });
    let mut scanned = total.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    scanned.files.sort_by(|a, b| a.path.cmp(&b.path));
    scanned.files.dedup_by(|a, b| a.path == b.path);
    scanned.too_large.sort();
    scanned.unread.sort();
    Ok(scanned)
}

fn is_looked_into(entry: &DirEntry, all: bool) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_hidden = name.starts_with('.') && entry.depth() > 0;
    !is_hidden || (all && name != ".git") || LOOKED_INTO.contains(&&*name) || name.starts_with(".env.")
}

struct Threads<'a> {
    args: &'a ScanArgs,
    known: &'a Known,
    total: &'a Mutex<Scanned>,
}

impl<'s> ParallelVisitorBuilder<'s> for Threads<'s> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        let limit = usize::try_from(self.args.max_size).unwrap_or(usize::MAX).saturating_mul(1 << 20);
        let seen = Scanned::default();
        Box::new(Visitor { args: self.args, known: self.known, total: self.total, limit, buffer: Vec::new(), seen })
    }
}

/// One thread's eyes.
struct Visitor<'a> {
    args: &'a ScanArgs,
    known: &'a Known,
    total: &'a Mutex<Scanned>,
    limit: usize,
    buffer: Vec<u8>,
    seen: Scanned,
}

/// What reading a file gave.
enum Contents {
    /// So many bytes of the buffer.
    Text(usize),
    Binary,
    TooLarge,
}

impl ParallelVisitor for Visitor<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => self.file(entry.path(), entry.depth()),
            // A link leads to what is looked at elsewhere, or to nothing of this tree. A folder is entered by itself.
            Ok(_) => {}
            Err(error) => self.seen.unread.push(unread(&error)),
        }
        WalkState::Continue
    }
}

impl Drop for Visitor<'_> {
    fn drop(&mut self) {
        let mut total = self.total.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let seen = std::mem::take(&mut self.seen);
        total.files.extend(seen.files);
        total.too_large.extend(seen.too_large);
        total.unread.extend(seen.unread);
        total.looked_at += seen.looked_at;
        total.binary += seen.binary;
    }
}

impl Visitor<'_> {
    fn file(&mut self, path: &Path, depth: usize) {
        match read(path, &mut self.buffer, self.limit) {
            Err(error) => self.seen.unread.push((shown(path), error.to_string())),
            Ok(Contents::Binary) => self.seen.binary += 1,
            Ok(Contents::TooLarge) => self.seen.too_large.push(shown(path)),
            Ok(Contents::Text(length)) => {
                self.seen.looked_at += 1;
                let bytes = self.buffer.get(..length).unwrap_or_default();
                if self.known.may_be_in(bytes) {
                    let found = examine(bytes, path, depth, self.args, self.known);
                    self.seen.files.extend(found);
                }
            }
        }
    }
}

/// Looks closely at a file that may hold something.
fn examine(bytes: &[u8], path: &Path, depth: usize, args: &ScanArgs, known: &Known) -> Option<File> {
    let text = String::from_utf8_lossy(bytes);
    let shown = shown(path);
    let syntax = Syntax::of(&shown, &text);
    let references = find_in_text(&text, syntax, known);
    if references.is_empty() {
        return None;
    }
    let is_text = matches!(text, std::borrow::Cow::Borrowed(_));
    let patched = args.patch.is_some().then(|| {
        let named = patch::name(path, depth);
        patch::make(&named, &text, syntax, &references, known, args.patch_mode.into(), is_text)
    });
    let lines = references.iter().map(|reference| line(&text, reference.span.start)).collect();
    Some(File { path: shown, references, lines, patched })
}

/// Reads a file into the buffer, which only ever grows.
fn read(path: &Path, buffer: &mut Vec<u8>, limit: usize) -> std::io::Result<Contents> {
    const FIRST: usize = 256 * 1024;
    let mut file = std::fs::File::open(path)?;
    if buffer.len() < FIRST {
        buffer.resize(FIRST, 0);
    }
    let mut length = 0;
    let mut is_known_text = false;
    loop {
        if length == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
        match file.read(buffer.get_mut(length..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        let beginning = buffer.get(..length.min(TEXT_BEGINNING)).unwrap_or_default();
        if !is_known_text && beginning.contains(&0) {
            return Ok(Contents::Binary);
        }
        is_known_text = length >= TEXT_BEGINNING;
        if length > limit {
            return Ok(Contents::TooLarge);
        }
    }
    Ok(Contents::Text(length))
}

/// The line around a byte, without what stands far from it.
fn line(text: &str, at: usize) -> String {
    let boundary = |byte: usize| (0..=byte).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or_default();
    let begin = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let begin = boundary(begin.max(at.saturating_sub(LINE / 2)));
    let rest = text.get(begin..boundary(text.len().min(begin + LINE))).unwrap_or_default();
    rest.lines().next().unwrap_or_default().trim().to_owned()
}

fn unread(error: &ignore::Error) -> (String, String) {
    match error {
        ignore::Error::WithPath { path, err } => (shown(path), err.to_string()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => unread(err),
        other => (String::from("?"), other.to_string()),
    }
}

/// A path as a person would type it.
pub(super) fn shown(path: &Path) -> String {
    let path: PathBuf = path.strip_prefix(".").map_or_else(|_| path.to_owned(), Path::to_owned);
    path.to_string_lossy().replace('\\', "/")
}
