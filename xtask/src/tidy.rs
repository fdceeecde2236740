//! What no compiler checks in the tracked files: sizes, headers, stray spaces, words that must not be published.

use crate::TaskError;
use crate::workspace::{Workspace, output, read};
use std::path::Path;
use std::process::Command;

/// No Rust file is longer.
const MAX_LINES: usize = 600;

/// Entry points hold no logic: the file, and its longest permitted length.
const ENTRY_POINTS: &[(&str, usize)] = &[("crates/orgkit-cli/src/main.rs", 30), ("xtask/src/main.rs", 60)];

/// What must not stand in a tracked file, and why. Written in two halves so that this file does not find itself.
const UNWANTED: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "open work belongs in the issue tracker"),
    (concat!("FIX", "ME"), "open work belongs in the issue tracker"),
    (concat!("../", "shared"), "a path of somebody's own machine"),
    (concat!("/wo", "rk/"), "a path of somebody's own machine"),
];

/// `cargo xtask tidy`.
pub(crate) fn run() -> Result<(), TaskError> {
    let workspace = Workspace::read()?;
    let findings = check(&workspace)?;
    if findings.is_empty() {
        println!("tidy: nothing found");
        return Ok(());
    }
    Err(TaskError::Findings { check: "tidy", findings })
}

/// Everything untidy, one line each.
fn check(workspace: &Workspace) -> Result<Vec<String>, TaskError> {
    let mut findings = Vec::new();
    for name in tracked(&workspace.root)? {
        // A file that is deleted but not yet committed is not there; one that is not text has no lines.
        if let Ok(text) = std::fs::read_to_string(workspace.root.join(&name)) {
            findings.extend(check_text(&name, &text));
        }
    }
    for package in &workspace.packages {
        let manifest = package.read_manifest()?;
        let description = manifest.get("package").and_then(|table| table.get("description")).and_then(toml::Value::as_str);
        if description.is_none_or(|text| text.trim().is_empty()) {
            findings.push(format!("{}: no description", package.name));
        }
    }
    let changelog = read(&workspace.root.join("CHANGELOG.md"))?;
    if !changelog.lines().any(|line| line.starts_with("## [")) {
        findings.push("CHANGELOG.md: no section `## [Unreleased]` or `## [VERSION]`".to_owned());
    }
    Ok(findings)
}

/// The files that git tracks or would.
fn tracked(root: &Path) -> Result<Vec<String>, TaskError> {
    let listed = output(Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root))?;
    Ok(listed.split_terminator('\0').map(str::to_owned).collect())
}

fn check_text(name: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    // Transcripts and snapshots hold what a program printed, spaces and all. In Rust files rustfmt leaves spaces in snapshots alone.
    let is_recorded = name.starts_with("tests/cmd/") || [".snap", ".rs"].iter().any(|end| name.ends_with(end));
    for (number, line) in text.lines().enumerate() {
        let place = format!("{name}:{}", number + 1);
        if !is_recorded && line.ends_with([' ', '\t']) {
            findings.push(format!("{place}: ends in a space"));
        }
        findings.extend(UNWANTED.iter().filter(|(word, _)| line.contains(word)).map(|(word, why)| format!("{place}: `{word}`: {why}")));
    }
    if name.ends_with(".rs") {
        findings.extend(check_rust(name, text));
    }
    findings
}

fn check_rust(name: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let length = text.lines().count();
    let limit = ENTRY_POINTS.iter().find(|(entry, _)| *entry == name).map_or(MAX_LINES, |(_, limit)| *limit);
    if length > limit {
        findings.push(format!("{name}: {length} lines, more than {limit}"));
    }
    if !text.trim_start().starts_with("//!") {
        findings.push(format!("{name}: does not begin with `//!`"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tracked_files_are_tidy() {
        let findings = check(&Workspace::read().unwrap()).unwrap();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    #[test]
    fn each_rule_finds_its_breach() {
        let long = format!("//! Long.\n{}", "\n".repeat(MAX_LINES));
        for (name, text, finds) in [
            ("a.md", "fine\n", 0),
            ("a.md", "ends in a space \n", 1),
            ("tests/cmd/a.md", "ends in a space \n", 0),
            ("a.md", concat!("TO", "DO: later\n"), 1),
            ("a.rs", "//! Fine.\n", 0),
            ("a.rs", "fn main() {}\n", 1),
            ("a.rs", long.as_str(), 1),
        ] {
            assert_eq!(check_text(name, text).len(), finds, "{name}: {text:.40}");
        }
    }
}
