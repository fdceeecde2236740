//! Which crate sees what: the rules of ARCHITECTURE.md that hold by absence, as data, checked against `cargo metadata` and the sources.

use crate::TaskError;
use crate::workspace::{Package, Workspace, read};
use std::path::{Path, PathBuf};

/// One crate's place: the crates of this workspace that it may import, and whether it is pure.
struct Layer {
    name: &'static str,
    may_import: &'static [&'static str],
    /// A pure crate computes: no file, no clock, no environment, no thread, no terminal.
    pure: bool,
    reason: &'static str,
}

const fn pure(name: &'static str, may_import: &'static [&'static str], reason: &'static str) -> Layer {
    Layer { name, may_import, pure: true, reason }
}

const fn effectful(name: &'static str, may_import: &'static [&'static str], reason: &'static str) -> Layer {
    Layer { name, may_import, pure: false, reason }
}

const LAYERS: &[Layer] = &[
    pure("orgkit-model", &[], "the nouns stand on nothing"),
    pure("orgkit-iam", &[], "the policy language is useful without the rest of orgkit"),
    effectful("orgkit-cloud", &["orgkit-model"], "what orgkit asks of a cloud is said in the model's nouns"),
    effectful("orgkit-aws", &["orgkit-model", "orgkit-cloud"], "the real AWS knows the questions, not who asks them"),
    pure("orgkit-world", &["orgkit-model", "orgkit-iam"], "a simulated AWS must not know what is tested against it"),
    effectful("orgkit-sim", &["orgkit-model", "orgkit-cloud", "orgkit-world"], "wire, clock and storage around the world's rules"),
    effectful(
        "orgkit-discover",
        &["orgkit-model", "orgkit-cloud"],
        "discovery reads through the trait; it cannot tell a rehearsal from AWS",
    ),
    effectful("orgkit-plugin-api", &[], "plugins are built against it, outside this workspace"),
    effectful(
        "orgkit-plugin-host",
        &["orgkit-model", "orgkit-plugin-api"],
        "it runs components; what their verdicts mean is assess's concern",
    ),
    effectful("orgkit-packs", &["orgkit-model"], "a pack can be read and checked without running it"),
    pure("orgkit-assess", &["orgkit-model", "orgkit-iam", "orgkit-packs", "orgkit-plugin-host"], "facts in, findings out"),
    pure("orgkit-plan", &["orgkit-model", "orgkit-iam"], "same estate and findings, same plan, byte for byte"),
    effectful("orgkit-execute", &["orgkit-model", "orgkit-cloud", "orgkit-plan"], "it carries out a plan; it neither makes nor judges one"),
    effectful(
        "orgkit-state",
        &["orgkit-model", "orgkit-execute"],
        "it keeps the journal's records; what they mean is the journal's concern",
    ),
    pure("orgkit-report", &["orgkit-model"], "a report is made from the journal's events alone"),
    effectful(
        "orgkit-soak",
        &["orgkit-model", "orgkit-cloud", "orgkit-world", "orgkit-sim", "orgkit-discover", "orgkit-plan", "orgkit-execute"],
        "it runs the executor on the simulated AWS, and knows neither the command line nor the real AWS",
    ),
    effectful("orgkit-cli", EVERYTHING, "the one place where all of it meets"),
    effectful("orgkit-tests", &["orgkit-cli", "orgkit-sim", "orgkit-model"], "what crosses crates is tested from outside"),
    effectful("xtask", &[], "tasks work on the workspace, not in it"),
];

const EVERYTHING: &[&str] = &[
    "orgkit-model",
    "orgkit-iam",
    "orgkit-cloud",
    "orgkit-aws",
    "orgkit-world",
    "orgkit-sim",
    "orgkit-discover",
    "orgkit-plugin-api",
    "orgkit-plugin-host",
    "orgkit-packs",
    "orgkit-assess",
    "orgkit-plan",
    "orgkit-execute",
    "orgkit-state",
    "orgkit-report",
];

/// Crates from outside that only some may see.
struct Guarded {
    /// A crate's name, or the start of it when it ends in `-`.
    name: &'static str,
    only: &'static [&'static str],
    reason: &'static str,
}

const GUARDED: &[Guarded] = &[
    Guarded {
        name: "aws-",
        only: &["orgkit-aws", "orgkit-sim"],
        reason: "only the real AWS and the wire half of the simulated one see AWS crates",
    },
    Guarded { name: "object_store", only: &["orgkit-state"], reason: "one crate knows how a team shares its state" },
    Guarded { name: "wasmtime", only: &["orgkit-plugin-host"], reason: "one crate holds the sandbox" },
    Guarded { name: "wasmparser", only: &["orgkit-plugin-host"], reason: "one crate holds the sandbox" },
    Guarded { name: "wit-component", only: &["xtask"], reason: "components are made when orgkit is built, never when it runs" },
    Guarded { name: "axum", only: &["orgkit-sim"], reason: "orgkit itself listens to nobody" },
    Guarded { name: "clap", only: &["orgkit-cli"], reason: "only the command line sees the terminal" },
    Guarded { name: "clap_complete", only: &["orgkit-cli"], reason: "only the command line sees the terminal" },
    Guarded { name: "indicatif", only: &["orgkit-cli"], reason: "only the command line sees the terminal" },
    Guarded { name: "anstream", only: &["orgkit-cli"], reason: "only the command line sees the terminal" },
    Guarded { name: "anstyle", only: &["orgkit-cli"], reason: "only the command line sees the terminal" },
    Guarded { name: "anyhow", only: &["orgkit-cli"], reason: "a library's errors name the operation that failed and its subject" },
    Guarded {
        name: "rusqlite",
        only: &["orgkit-discover", "orgkit-execute", "orgkit-sim", "orgkit-tests"],
        reason: "estate, journal and simulated world are the only stores",
    },
    Guarded {
        name: "tokio",
        only: &["orgkit-aws", "orgkit-sim", "orgkit-discover", "orgkit-execute", "orgkit-cli"],
        reason: "what computes does not wait",
    },
];

/// What may not stand in the sources of a pure crate outside its tests.
const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "env::var",
    "fs::",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "tokio",
    "rusqlite",
    "HashMap",
    "HashSet",
    "print!",
    "println!",
    "eprintln!",
];

/// `cargo xtask layers`.
pub(crate) fn run() -> Result<(), TaskError> {
    let workspace = Workspace::read()?;
    let findings = check(&workspace)?;
    if findings.is_empty() {
        println!("layers: {} crates, each sees only what it may", workspace.packages.len());
        return Ok(());
    }
    Err(TaskError::Findings { check: "layers", findings })
}

/// Everything that breaks a rule, one line each.
fn check(workspace: &Workspace) -> Result<Vec<String>, TaskError> {
    let mut findings = Vec::new();
    for package in &workspace.packages {
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == package.name) else {
            findings.push(format!("{}: has no place in xtask/src/layers.rs", package.name));
            continue;
        };
        findings.extend(check_imports(layer, package));
        findings.extend(check_manifest(package)?);
        if layer.pure {
            for file in rust_files(&package.manifest.with_file_name("src"))? {
                findings.extend(impurities(&read(&file)?).map(|(line, word)| {
                    let place = file.strip_prefix(&workspace.root).unwrap_or(&file).display();
                    format!("{place}:{line}: `{word}` in {}, which is pure: {}", layer.name, layer.reason)
                }));
            }
        }
    }
    let known = |name: &str| workspace.packages.iter().any(|package| package.name == name);
    findings.extend(
        LAYERS.iter().filter(|layer| !known(layer.name)).map(|layer| format!("{}: in the table, not in the workspace", layer.name)),
    );
    Ok(findings)
}

fn check_imports(layer: &Layer, package: &Package) -> Vec<String> {
    let mut findings = Vec::new();
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        let ours = LAYERS.iter().any(|layer| layer.name == name);
        // Tests may look further, but nothing may look at the command line.
        if ours && !layer.may_import.contains(&name) && (!dependency.dev || name == "orgkit-cli") {
            findings.push(format!("{}: imports {name}: {}", layer.name, layer.reason));
        }
        let guard = GUARDED.iter().find(|guard| guard.covers(name) && !guard.only.contains(&layer.name));
        if let Some(guard) = guard.filter(|_| !dependency.dev) {
            findings.push(format!("{}: imports {name}: {}", layer.name, guard.reason));
        }
    }
    findings
}

impl Guarded {
    fn covers(&self, name: &str) -> bool {
        if self.name.ends_with('-') { name.starts_with(self.name) } else { name == self.name }
    }
}

/// `[lints] workspace = true`, and no version that is not the workspace's.
fn check_manifest(package: &Package) -> Result<Vec<String>, TaskError> {
    let manifest = package.read_manifest()?;
    let is_inherited = |value: &toml::Value| value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
    let mut findings = Vec::new();
    if !manifest.get("lints").is_some_and(is_inherited) {
        findings.push(format!("{}: no `[lints] workspace = true`", package.name));
    }
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let listed = manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten();
        let strays = listed.filter(|(_, value)| !is_inherited(value));
        findings.extend(strays.map(|(name, _)| format!("{}: `{name}` in [{section}] is not the workspace's", package.name)));
    }
    Ok(findings)
}

/// The lines of a source, outside comments and tests, that do what a pure crate does not.
fn impurities(source: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let mut lines = source.lines().enumerate().peekable();
    let mut found = Vec::new();
    while let Some((number, line)) = lines.next() {
        let is_test = line.trim() == "#[cfg(test)]";
        if is_test && lines.peek().is_some_and(|(_, next)| next.trim_end().ends_with('{')) {
            break; // the file's tests stand last
        }
        let code = line.split("//").next().unwrap_or_default();
        found.extend(IMPURE.iter().chain(grouped(code)).find(|word| has_word(code, word)).map(|word| (number + 1, *word)));
    }
    found.into_iter()
}

/// The modules of the standard library that `use std::{…}` may not name.
fn grouped(line: &str) -> &'static [&'static str] {
    if line.trim_start().starts_with("use std::{") { &["env", "fs", "net", "process", "thread"] } else { &[] }
}

/// Whether a word stands in a line, not as the tail of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

/// The Rust sources under a folder, sorted.
fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(TaskError::file("list", folder))? {
        let path = entry.map_err(TaskError::file("list", folder))?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    #[test]
    fn every_crate_sees_only_what_it_may() {
        let findings = check(&Workspace::read().unwrap()).unwrap();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    #[test]
    fn impurity_is_found_outside_comments_and_tests_only() {
        let source = "use std::{fmt, fs};\nlet a = std::fs::read(x); // std::env\n// Instant::now\nlet b = diffs::of(c);\n#[cfg(test)]\nmod t {\n  std::env::var()\n}";
        assert_eq!(impurities(source).collect::<Vec<_>>(), [(1, "fs"), (2, "std::fs")]);
    }

    #[test]
    fn a_forbidden_import_is_found() {
        let import = |name: &str, dev| Dependency { name: name.into(), dev };
        let of = |name: &str, dependency| {
            let layer = LAYERS.iter().find(|layer| layer.name == name).unwrap();
            check_imports(layer, &Package { name: name.into(), manifest: PathBuf::new(), dependencies: vec![dependency] }).len()
        };
        assert_eq!(of("orgkit-plan", import("orgkit-cloud", false)), 1);
        assert_eq!(of("orgkit-plan", import("orgkit-cloud", true)), 0);
        assert_eq!(of("orgkit-plan", import("orgkit-cli", true)), 1);
        assert_eq!(of("orgkit-plan", import("aws-config", false)), 1);
        assert_eq!(of("orgkit-aws", import("aws-config", false)), 0);
        assert_eq!(of("orgkit-report", import("tokio", false)), 1);
    }
}
