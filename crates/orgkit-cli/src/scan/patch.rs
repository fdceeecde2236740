//! The patch: a unified diff that `git apply` and `patch -p1` take.

use super::Scanned;
use orgkit_iam::references::{ByHand, Known, PatchMode, Reference, Syntax, edit};
use similar::TextDiff;
use std::path::{Component, Path, PathBuf};

/// A file's part of the patch, and what is left of it.
#[derive(Debug)]
pub(super) struct Patched {
    /// The diff, empty where nothing is changed.
    pub(super) diff: String,
    /// How many places it changes.
    pub(super) changes: usize,
    /// What a person has to change.
    pub(super) by_hand: Vec<ByHand>,
}

const NOT_UTF8: &str = "the file is not UTF-8";

/// Files longer than this are left to a person: a diff of them is nothing to read.
const MAX_TEXT: usize = 4 * 1024 * 1024;
const TOO_LONG: &str = "the file is longer than 4 MiB";

/// Makes a file's part of the patch.
pub(super) fn make(
    name: &str,
    text: &str,
    syntax: Syntax,
    references: &[Reference],
    known: &Known,
    mode: PatchMode,
    is_utf8: bool,
) -> Patched {
    let reason = if !is_utf8 { Some(NOT_UTF8) } else { (text.len() > MAX_TEXT).then_some(TOO_LONG) };
    if let Some(reason) = reason {
        let by_hand = (0..references.len()).map(|reference| ByHand { reference, reason }).collect();
        return Patched { diff: String::new(), changes: 0, by_hand };
    }
    let edited = edit(text, syntax, references, known, mode);
    let diff = if edited.text == text { String::new() } else { unified(name, text, &edited.text) };
    Patched { diff, changes: edited.changes, by_hand: edited.by_hand }
}

fn unified(name: &str, old: &str, new: &str) -> String {
    // A name with blanks ends at a tab.
    let end = if name.contains(char::is_whitespace) { "\t" } else { "" };
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(3).header(&format!("a/{name}{end}"), &format!("b/{name}{end}")).to_string()
}

/// A file's name in the patch: as it was reached from the working folder; from the scanned folder, where that is elsewhere (`/srv/code`, `../code`).
pub(super) fn name(path: &Path, depth: usize) -> String {
    let is_below = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let kept: PathBuf = if is_below {
        path.components().filter(|part| *part != Component::CurDir).collect()
    } else {
        let parts: Vec<Component<'_>> = path.components().collect();
        parts.iter().skip(parts.len().saturating_sub(depth.max(1))).collect()
    };
    kept.to_string_lossy().replace('\\', "/")
}

/// The whole patch, in the order of the files.
pub(super) fn together(scanned: &Scanned) -> String {
    scanned.files.iter().filter_map(|file| file.patched.as_ref()).map(|patched| patched.diff.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_from_where_the_patch_is_applied() {
        for (path, depth, expected) in [
            ("./a/b.tf", 2, "a/b.tf"),
            ("infra/b.tf", 1, "infra/b.tf"),
            ("/srv/code/a/b.tf", 2, "a/b.tf"),
            ("../code/b.tf", 1, "b.tf"),
            ("/srv/b.tf", 0, "b.tf"),
        ] {
            assert_eq!(name(Path::new(path), depth), expected, "{path}");
        }
    }
}
