//! A folder of a test's own, with the state of the runs in it.

use crate::{Journal, Output, collect, orgkit, repository};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A home folder and a state folder in it, gone when the test ends.
#[derive(Debug)]
pub struct Scene {
    home: TempDir,
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}

impl Scene {
    /// An empty one.
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// The home folder, which is also the working folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The state folder that [`Scene::rehearsal`] uses.
    pub fn state(&self) -> PathBuf {
        self.home().join("state")
    }

    /// Writes a file into the home folder and returns its path.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home().join(name);
        std::fs::write(&path, text).expect("the home folder can be written");
        path
    }

    /// Copies all files below a folder into the home folder; none when there is no such folder.
    pub fn take_in(&self, folder: &Path) {
        for file in files_under(folder) {
            let to = self.home().join(file.strip_prefix(folder).expect("a file below the folder"));
            std::fs::create_dir_all(to.parent().expect("a file stands in a folder")).expect("the home folder can be written");
            std::fs::copy(&file, &to).expect("the home folder can be written");
        }
    }

    /// Writes the smallest world into the home folder, with one passage changed, and returns its path.
    pub fn small_world(&self, passage: &str, replacement: &str) -> String {
        let text = std::fs::read_to_string(repository().join("tests/worlds/small.toml")).expect("the small world can be read");
        assert!(text.contains(passage), "the small world has no `{passage}`");
        self.write("small.toml", text.replacen(passage, replacement, 1)).to_string_lossy().into_owned()
    }

    /// Runs orgkit with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Output {
        collect(orgkit(self.home()).args(arguments))
    }

    /// `orgkit migrate --rehearse` in this scene's state, to be run by the caller.
    pub fn rehearsal(&self, arguments: &[&str]) -> Command {
        let mut command = orgkit(self.home());
        command.args(["migrate", "--rehearse"]).args(arguments).arg("--state").arg(self.state());
        command
    }

    /// Runs `orgkit migrate --rehearse` in this scene's state.
    pub fn rehearse(&self, arguments: &[&str]) -> Output {
        collect(&mut self.rehearsal(arguments))
    }

    /// Runs a rehearsal and kills it with `SIGKILL` when it has told of so many things, and a while later; gives whether it was still running
    /// then.
    #[expect(clippy::disallowed_methods, reason = "the killed program runs in real time")]
    pub fn kill_rehearsal(&self, arguments: &[&str], told: usize, delay: Duration) -> bool {
        let mut child = self.rehearsal(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("orgkit starts");
        let mut progress = BufReader::new(child.stderr.take().expect("standard error is piped")).lines();
        progress.by_ref().map_while(Result::ok).take(told).for_each(drop);
        std::thread::sleep(delay);
        let is_running = child.try_wait().expect("orgkit can be waited for").is_none();
        child.kill().expect("orgkit can be killed");
        child.wait().expect("orgkit ends");
        is_running
    }

    /// The only file of that name in the state folder.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        let mut found = files_under(&self.state());
        found.retain(|path| path.file_name().is_some_and(|found| found == name));
        assert!(found.len() <= 1, "more than one `{name}`: {found:?}");
        found.pop()
    }

    /// The bytes of the only file of that name in the state folder.
    pub fn read(&self, name: &str) -> Vec<u8> {
        let path = self.find(name).unwrap_or_else(|| panic!("no `{name}` in {:?}", files_under(&self.state())));
        std::fs::read(path).expect("the state folder can be read")
    }

    /// The calls that changed the simulated AWS of a rehearsal: the operation and the id of its target, in their order.
    pub fn changing_calls(&self) -> Vec<(String, String)> {
        let path = self.find("aws.db").unwrap_or_else(|| panic!("no simulated AWS in {:?}", files_under(&self.state())));
        crate::journal::changing_calls(&path)
    }

    /// The journal in the state folder.
    pub fn journal(&self) -> Journal {
        let path = self.find("journal.db").unwrap_or_else(|| panic!("no journal in {:?}", files_under(&self.state())));
        Journal::read(&path)
    }
}

/// Every file below a folder, sorted; none when there is no such folder.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(files_under(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
