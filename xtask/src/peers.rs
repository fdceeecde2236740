//! What the tests measure orgkit against, pinned: the AWS CLI and boto3 in a virtual environment, iam-simulate from npm, and a browser where there is one.

use crate::TaskError;
use crate::workspace::{Workspace, output, run as run_program};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every package with its exact version, transitive ones included (`pip freeze`).
const PINNED: &str = include_str!("../peers.txt");

/// Another evaluator of IAM policies and what it needs, with the checksums of all of it.
const PINNED_MODULES: [(&str, &str); 2] = [
    ("package.json", include_str!("../iam-simulate/package.json")),
    ("package-lock.json", include_str!("../iam-simulate/package-lock.json")),
];

/// The browsers that can print a page without a screen.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// What was found or set up; what is missing carries the reason.
pub(crate) struct Peers {
    /// The virtual environment.
    pub(crate) python: Result<PathBuf, String>,
    /// The folder `node_modules` with iam-simulate.
    pub(crate) iam_simulate: Result<PathBuf, String>,
    /// The browser.
    pub(crate) browser: Result<PathBuf, String>,
}

/// `cargo xtask peers`.
pub(crate) fn run() -> Result<(), TaskError> {
    let peers = set_up(&Workspace::read()?);
    for (name, there) in [("AWS CLI and boto3", &peers.python), ("iam-simulate", &peers.iam_simulate), ("browser", &peers.browser)] {
        match there {
            Ok(path) => println!("{name}: {}", path.display()),
            Err(why) => println!("{name}: left out: {why}"),
        }
    }
    peers.python.and(peers.iam_simulate).map(drop).map_err(TaskError::Peers)
}

/// Sets up what is missing. Nothing here fails: a peer that cannot be had is left out, by name.
pub(crate) fn set_up(workspace: &Workspace) -> Peers {
    let folder = workspace.target.join("peers");
    let python = python(&folder).map(|()| folder).map_err(|error| with_cause(&error));
    Peers { python, iam_simulate: iam_simulate(workspace), browser: browser() }
}

/// Installs iam-simulate, unless what is there was made from the same list. Nothing that it brings is run on the way.
pub(crate) fn iam_simulate(workspace: &Workspace) -> Result<PathBuf, String> {
    let folder = workspace.target.join("peers-npm");
    let modules = folder.join("node_modules");
    if on_path("node").is_none() || on_path("npm").is_none() {
        return Err("node and npm are not installed".to_owned());
    }
    npm(&folder).map(|()| modules).map_err(|error| with_cause(&error))
}

fn npm(folder: &Path) -> Result<(), TaskError> {
    let stamp = folder.join("orgkit-peers.sha256");
    let wanted = hex::encode(Sha256::digest(PINNED_MODULES.map(|(_, text)| text).concat()));
    if std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(());
    }
    eprintln!("setting up iam-simulate in {}", folder.display());
    std::fs::create_dir_all(folder).map_err(TaskError::file("make", folder))?;
    for (name, text) in PINNED_MODULES {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(TaskError::file("write", &path))?;
    }
    output(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]).current_dir(folder))?;
    // Written last: an interrupted installation starts again.
    std::fs::write(&stamp, wanted).map_err(TaskError::file("write", &stamp))
}

/// Makes the virtual environment, unless the one that is there was made from the same list.
fn python(folder: &Path) -> Result<(), TaskError> {
    let stamp = folder.join("orgkit-peers.sha256");
    let wanted = hex::encode(Sha256::digest(PINNED));
    if std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(());
    }
    eprintln!("setting up the AWS CLI and boto3 in {}", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(TaskError::file("remove", folder))?;
    }
    std::fs::create_dir_all(folder).map_err(TaskError::file("make", folder))?;
    make_environment(folder)?;
    let list = folder.join("peers.txt");
    std::fs::write(&list, PINNED).map_err(TaskError::file("write", &list))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--requirement"]).arg(&list);
    output(&mut pip)?;
    // Written last: an interrupted installation starts again.
    std::fs::write(&stamp, wanted).map_err(TaskError::file("write", &stamp))
}

/// `python3 -m venv`. Debian ships it apart from `python3`, so a root who can install gets it and a second try.
fn make_environment(folder: &Path) -> Result<(), TaskError> {
    let venv = || output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder)).map(drop);
    venv().or_else(|error| if apt_install(&["python3", "python3-venv"]) { venv() } else { Err(error) })
}

fn browser() -> Result<PathBuf, String> {
    let find = || BROWSERS.iter().find_map(|name| on_path(name));
    if let Some(found) = find() {
        return Ok(found);
    }
    let missing = || format!("none of {} is installed", BROWSERS.join(", "));
    if apt_install(&["chromium"]) { find().ok_or_else(missing) } else { Err(missing()) }
}

/// ripgrep, which `orgkit scan` is measured against.
pub(crate) fn ripgrep() -> Result<PathBuf, String> {
    let missing = || "rg is not installed".to_owned();
    if let Some(found) = on_path("rg") {
        return Ok(found);
    }
    if apt_install(&["ripgrep"]) { on_path("rg").ok_or_else(missing) } else { Err(missing()) }
}

/// Installs packages where that can be done without asking anybody: as root, on a system with `apt-get`.
fn apt_install(packages: &[&str]) -> bool {
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_root || on_path("apt-get").is_none() {
        return false;
    }
    eprintln!("installing {}", packages.join(", "));
    let apt = |words: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").args(words).stdout(std::process::Stdio::null());
        run_program(&mut command).is_ok()
    };
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    apt(&install) || (apt(&["update"]) && apt(&install))
}

/// A program's place on the path.
#[expect(clippy::disallowed_methods, reason = "the path is an environment variable")]
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// An error and its causes on one line.
fn with_cause(error: &TaskError) -> String {
    std::iter::successors(std::error::Error::source(error), |cause| cause.source())
        .fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
        .replace('\n', "; ")
}
