//! What cargo knows about this workspace, and running programs in it.

use crate::TaskError;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace, as `cargo metadata` describes it.
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds; follows `CARGO_TARGET_DIR`.
    pub(crate) target: PathBuf,
    /// The workspace's own packages, sorted by name.
    pub(crate) packages: Vec<Package>,
}

/// A package of the workspace.
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its `Cargo.toml`.
    pub(crate) manifest: PathBuf,
    /// What it depends on.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One dependency of a package.
pub(crate) struct Dependency {
    /// The crate's name.
    pub(crate) name: String,
    /// Whether it is there for the tests alone.
    pub(crate) dev: bool,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn read() -> Result<Self, TaskError> {
        let root = root();
        let text = output(Command::new(cargo()).args(["metadata", "--format-version=1", "--no-deps", "--offline"]).current_dir(&root))?;
        let missing = |what: &str| TaskError::Output { program: "cargo metadata".into(), what: what.to_owned() };
        let metadata: Value = serde_json::from_str(&text).map_err(|error| missing(&error.to_string()))?;
        let target = metadata["target_directory"].as_str().ok_or_else(|| missing("no `target_directory`"))?.into();
        let listed = metadata["packages"].as_array().ok_or_else(|| missing("no `packages`"))?;
        let mut packages: Vec<_> =
            listed.iter().map(Package::read).collect::<Option<_>>().ok_or_else(|| missing("a package without a name"))?;
        packages.sort_by(|a: &Package, b| a.name.cmp(&b.name));
        Ok(Self { root, target, packages })
    }
}

impl Package {
    fn read(value: &Value) -> Option<Self> {
        let dependencies = value["dependencies"].as_array()?.iter();
        Some(Self {
            name: value["name"].as_str()?.to_owned(),
            manifest: value["manifest_path"].as_str()?.into(),
            dependencies: dependencies.map(Dependency::read).collect::<Option<_>>()?,
        })
    }

    /// Its `Cargo.toml`, parsed.
    pub(crate) fn read_manifest(&self) -> Result<toml::Table, TaskError> {
        let text = read(&self.manifest)?;
        text.parse()
            .map_err(|error: toml::de::Error| TaskError::Output { program: self.manifest.display().to_string(), what: error.to_string() })
    }
}

impl Dependency {
    fn read(value: &Value) -> Option<Self> {
        Some(Self { name: value["name"].as_str()?.to_owned(), dev: value["kind"].as_str() == Some("dev") })
    }
}

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// The cargo that started us, or the first one on the path.
#[expect(clippy::disallowed_methods, reason = "cargo tells its children where it is through the environment")]
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, TaskError> {
    std::fs::read_to_string(path).map_err(TaskError::file("read", path))
}

/// Runs a program with our own standard streams; an unhappy end is an error.
pub(crate) fn run(command: &mut Command) -> Result<(), TaskError> {
    let status = command.status().map_err(|source| TaskError::Start { program: words(command), source })?;
    if status.success() { Ok(()) } else { Err(TaskError::Program { program: words(command), status: status.to_string() }) }
}

/// Runs a program and returns what it wrote to standard output; an unhappy end is an error.
pub(crate) fn output(command: &mut Command) -> Result<String, TaskError> {
    let output = command.output().map_err(|source| TaskError::Start { program: words(command), source })?;
    if !output.status.success() {
        let status = format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim_end());
        return Err(TaskError::Program { program: words(command), status });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command as a person would type it.
fn words(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
