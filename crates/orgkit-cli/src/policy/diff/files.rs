//! Which files hold the records of an account.

use crate::error::CliError;
use crate::exit::Exit;
use jiff::civil::Date;
use serde::Serialize;
use std::path::{Component, Path, PathBuf};

/// The files to read, and how many were left out.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// In the order of their paths.
    pub(super) paths: Vec<PathBuf>,
    pub(super) left_out: LeftOut,
}

/// Files that are not read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LeftOut {
    /// By their place in the layout, files of other accounts.
    pub(super) other_accounts: u64,
    /// Likewise files of days before the first one asked for.
    pub(super) too_old: u64,
    /// Digests, insights, and what is no log file.
    pub(super) no_logs: u64,
}

/// Finds the files below some folders; a file that is named itself is taken as it is.
///
/// CloudTrail writes `AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/YEAR/MONTH/DAY/*.json.gz` [AWS CloudTrail User Guide, get-and-view-cloudtrail-log-files].
pub(super) fn find(roots: &[PathBuf], account: &str, since: Option<Date>) -> Result<Files, CliError> {
    let mut files = Files::default();
    for root in roots {
        let kind = std::fs::metadata(root).map_err(|error| unreadable(root, &error))?;
        if kind.is_dir() { walk(root, account, since, &mut files)? } else { files.paths.push(root.clone()) }
    }
    files.paths.sort();
    files.paths.dedup();
    Ok(files)
}

fn walk(folder: &Path, account: &str, since: Option<Date>, files: &mut Files) -> Result<(), CliError> {
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.is_dir() {
            walk(&path, account, since, files)?;
            continue;
        }
        let place = Layout::of(&path);
        let left_out = &mut files.left_out;
        if !is_log(&path) || place.kind.is_some_and(|kind| kind != "CloudTrail") {
            left_out.no_logs += 1;
        } else if place.account.is_some_and(|of| of != account) {
            left_out.other_accounts += 1;
        } else if since.zip(place.date).is_some_and(|(since, date)| date < since) {
            // A file is written after the calls in it.
            left_out.too_old += 1;
        } else {
            files.paths.push(path);
        }
    }
    Ok(())
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(name);
    [".json", ".jsonl", ".ndjson"].iter().any(|end| name.ends_with(end))
}

/// What a path in CloudTrail's layout says; nothing for any other.
#[derive(Debug, Default, PartialEq, Eq)]
struct Layout<'p> {
    account: Option<&'p str>,
    /// `CloudTrail`, `CloudTrail-Digest`, `CloudTrail-Insight`.
    kind: Option<&'p str>,
    date: Option<Date>,
}

impl<'p> Layout<'p> {
    fn of(path: &'p Path) -> Self {
        let parts: Vec<&str> = path
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect();
        let is_account = |part: &str| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit());
        let Some(at) =
            parts.windows(2).rposition(|pair| matches!(pair, [account, kind] if is_account(account) && kind.starts_with("CloudTrail")))
        else {
            return Self::default();
        };
        let number = |offset: usize| parts.get(at + offset).and_then(|part| part.parse::<i16>().ok());
        let date = number(3)
            .zip(number(4))
            .zip(number(5))
            .and_then(|((year, month), day)| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok());
        Self { account: parts.get(at).copied(), kind: parts.get(at + 1).copied(), date }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::from_source(Exit::Usage, "OK2234", error)
        .named(&format!("cannot read `{}`", path.display()))
        .hint("`--activity` names a folder of CloudTrail's files, or one of them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_paths_say() {
        for (path, account, kind, date) in [
            (
                "x/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/10/05/a.json.gz",
                Some("111122223333"),
                Some("CloudTrail"),
                Some("2026-10-05"),
            ),
            (
                "AWSLogs/o-abc/111122223333/CloudTrail-Digest/eu-west-1/2026/10/05/a.json.gz",
                Some("111122223333"),
                Some("CloudTrail-Digest"),
                Some("2026-10-05"),
            ),
            ("111122223333/CloudTrail/eu-west-1/2026/13/05/a.json", Some("111122223333"), Some("CloudTrail"), None),
            ("exported/111122223333.json", None, None, None),
        ] {
            let expected = Layout { account, kind, date: date.map(|date| date.parse().unwrap()) };
            assert_eq!(Layout::of(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn files_are_found_and_the_others_counted() {
        let folder = tempfile::tempdir().unwrap();
        let day = |account: &str, kind: &str, day: &str| format!("AWSLogs/{account}/{kind}/eu-west-1/2026/10/{day}");
        for (place, name) in [
            (day("111122223333", "CloudTrail", "05"), "a.json.gz"),
            (day("111122223333", "CloudTrail", "01"), "old.json.gz"),
            (day("111122223333", "CloudTrail-Digest", "05"), "d.json.gz"),
            (day("444455556666", "CloudTrail", "05"), "b.json.gz"),
            ("loose".to_owned(), "c.json"),
            ("loose".to_owned(), "readme.txt"),
        ] {
            std::fs::create_dir_all(folder.path().join(&place)).unwrap();
            std::fs::write(folder.path().join(place).join(name), "").unwrap();
        }
        let files = find(&[folder.path().to_owned()], "111122223333", Some("2026-10-02".parse().unwrap())).unwrap();
        let names: Vec<_> = files.paths.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["a.json.gz", "c.json"]);
        assert_eq!(files.left_out, LeftOut { other_accounts: 1, too_old: 1, no_logs: 2 });
    }
}
