//! Builds the guests in `plugins/` into components, and checks that the committed ones are what their sources give.
//!
//! The committed components let a machine without any WASM toolchain run everything. Beside each stands a record of what it was made
//! from, so that a change of sources without a rebuild is found, with or without the toolchain.

use crate::error::TaskError;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// The guests, and the folders in which their components are committed.
const GUESTS: [(&str, &str); 2] = [("foundation", "policy-packs/foundation/dist"), ("unruly", "crates/orgkit-plugin-host/tests/guests")];

/// Everything that a component is made from, relative to the root of the repository.
const SOURCES: [&str; 2] = ["plugins", "crates/orgkit-plugin-api/wit"];

/// As [`run`], and tells it.
pub(crate) fn print(check: bool) -> Result<(), TaskError> {
    print!("{}", run(check).map_err(TaskError::Plugins)?);
    Ok(())
}

/// Builds all components and writes them; with `check`, builds them and compares instead. Gives what there is to tell.
fn run(check: bool) -> Result<String, String> {
    let root = root()?;
    let rustc = rustc_version()?;
    require_target()?;
    let modules = build_modules(&root)?;
    let source = source_digest(&root)?;
    let mut told = String::new();
    for (guest, folder) in GUESTS {
        let component = componentize(&modules.join(format!("{guest}.wasm")))?;
        let record = Record { sha256: hex::encode(Sha256::digest(&component)), source: source.clone(), rustc: rustc.clone() };
        let folder = root.join(folder);
        let line = if check { compare(guest, &folder, &component, &record)? } else { write(guest, &folder, &component, &record)? };
        // INVARIANT: writing to a `String` does not fail.
        let _ = writeln!(told, "{guest}: {line}");
    }
    Ok(told)
}

/// What stands in `<guest>.build.toml`.
struct Record {
    sha256: String,
    source: String,
    rustc: String,
}

impl Record {
    fn to_toml(&self) -> String {
        format!(
            "# Written by `cargo xtask plugins`. What the component beside it was made from, and with what.\nsha256 = \"{}\"\nsource = \"{}\"\nrustc = \"{}\"\n",
            self.sha256, self.source, self.rustc
        )
    }

    fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let table: toml::Table = toml::from_str(&text).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let member = |name: &str| {
            let value = table.get(name).and_then(toml::Value::as_str);
            value.map(str::to_owned).ok_or_else(|| format!("{} has no `{name}`", path.display()))
        };
        Ok(Self { sha256: member("sha256")?, source: member("source")?, rustc: member("rustc")? })
    }
}

fn write(guest: &str, folder: &Path, component: &[u8], record: &Record) -> Result<String, String> {
    let put = |name: String, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    put(format!("{guest}.wasm"), component)?;
    put(format!("{guest}.build.toml"), record.to_toml().as_bytes())?;
    Ok(format!("written, {} bytes", component.len()))
}

fn compare(guest: &str, folder: &Path, component: &[u8], built: &Record) -> Result<String, String> {
    let committed = Record::read(&folder.join(format!("{guest}.build.toml")))?;
    let path = folder.join(format!("{guest}.wasm"));
    let bytes = std::fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let again = "run `cargo xtask plugins` and commit what it writes";
    if hex::encode(Sha256::digest(&bytes)) != committed.sha256 {
        return Err(format!("{} is not the component that its record names; {again}", path.display()));
    }
    if committed.source != built.source {
        return Err(format!("the sources of `{guest}` have changed since its component was built; {again}"));
    }
    if committed.rustc != built.rustc {
        return Ok(format!("built from these sources with {}; this is {}, so the bytes were not compared", committed.rustc, built.rustc));
    }
    if bytes != component {
        return Err(format!("rebuilding `{guest}` with the same compiler gives other bytes; {again}"));
    }
    Ok(format!("reproduced, {} bytes", bytes.len()))
}

fn root() -> Result<PathBuf, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).ok_or_else(|| format!("{} has no parent", here.display()))
}

fn rustc_version() -> Result<String, String> {
    let output = Command::new("rustc").arg("--version").output().map_err(|error| format!("cannot run rustc: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Installs the target where it is missing and rustup can.
fn require_target() -> Result<(), String> {
    if target_is_there()? {
        return Ok(());
    }
    let added = Command::new("rustup").args(["target", "add", TARGET]).status();
    if added.is_ok_and(|status| status.success()) && target_is_there()? {
        return Ok(());
    }
    Err(format!("the standard library for {TARGET} is missing and `rustup target add {TARGET}` did not install it"))
}

fn target_is_there() -> Result<bool, String> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .map_err(|error| format!("cannot run rustc: {error}"))?;
    Ok(output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

/// Compiles the guests and gives the folder with their modules.
fn build_modules(root: &Path) -> Result<PathBuf, String> {
    // A target directory of its own: the outer cargo, which runs this task, holds the lock of the common one.
    let target_dir = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from).join("plugins");
    let status = Command::new("cargo")
        .args(["build", "--release", "--locked", "--target", TARGET])
        .current_dir(root.join("plugins"))
        .env("CARGO_TARGET_DIR", &target_dir)
        .env("CARGO_ENCODED_RUSTFLAGS", remap_flags(root)?)
        .status()
        .map_err(|error| format!("cannot run cargo in plugins/: {error}"))?;
    if !status.success() {
        return Err("the guests in plugins/ do not build".to_owned());
    }
    Ok(target_dir.join(TARGET).join("release"))
}

/// Keeps the paths of this machine out of the components: panic messages name source files.
fn remap_flags(root: &Path) -> Result<String, String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let home = home.ok_or("cannot tell where cargo keeps its registry: neither CARGO_HOME nor a home directory is known")?;
    let flags = [format!("--remap-path-prefix={}=orgkit", root.display()), format!("--remap-path-prefix={}=cargo", home.display())];
    Ok(flags.join("\u{1f}"))
}

fn componentize(module: &Path) -> Result<Vec<u8>, String> {
    let bytes = std::fs::read(module).map_err(|error| format!("cannot read {}: {error}", module.display()))?;
    wit_component::ComponentEncoder::default()
        .validate(true)
        .module(&bytes)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| format!("cannot make a component of {}: {error:#}", module.display()))
}

/// The digest over the sorted paths and contents of everything that the components are made from.
fn source_digest(root: &Path) -> Result<String, String> {
    let mut files = BTreeMap::new();
    for source in SOURCES {
        collect(root, &root.join(source), &mut files)?;
    }
    let mut digest = Sha256::new();
    for (path, content) in &files {
        digest.update(format!("{path}\0{content}\n"));
    }
    Ok(hex::encode(digest.finalize()))
}

fn collect(root: &Path, at: &Path, files: &mut BTreeMap<String, String>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", at.display());
    if at.is_dir() {
        for entry in std::fs::read_dir(at).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name() != "target" {
                collect(root, &entry.path(), files)?;
            }
        }
        return Ok(());
    }
    let content = hex::encode(Sha256::digest(std::fs::read(at).map_err(failed)?));
    let path = at.strip_prefix(root).unwrap_or(at).to_string_lossy().replace('\\', "/");
    files.insert(path, content);
    Ok(())
}
