//! The binary, and what it answers.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What a run of orgkit gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// The same, when the exit code is the expected one; otherwise a failed test that shows everything.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// The repository's folder.
pub fn repository() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// The orgkit binary, built once for each test executable and in its profile: with nothing changed that costs a moment.
#[expect(clippy::disallowed_methods, reason = "cargo says where it is through the environment")]
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let own = std::env::current_exe().expect("a test knows its own file");
        // <target>/<profile>/deps/<test>
        let folder = own.parent().and_then(Path::parent).expect("a test stands in its profile's folder");
        let target = folder.parent().expect("the profile's folder stands in the target folder");
        let profile = match folder.file_name().and_then(OsStr::to_str) {
            Some("debug") | None => "dev",
            Some(name) => name,
        };
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--package", "orgkit-cli", "--profile", profile, "--target-dir"]).arg(target);
        let built = cargo.current_dir(repository()).output().expect("cargo starts");
        assert!(built.status.success(), "cannot build orgkit:\n{}", String::from_utf8_lossy(&built.stderr));
        folder.join("orgkit")
    })
}

/// A command that runs orgkit at home in a folder, with nothing of the tester's environment but the path.
pub fn orgkit(home: &Path) -> Command {
    let mut command = Command::new(binary());
    isolated(&mut command, home);
    command
}

/// Takes everything of the tester's environment away but the path.
#[expect(clippy::disallowed_methods, reason = "programs are found through the path")]
pub fn isolated(command: &mut Command, home: &Path) {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home).env("NO_COLOR", "1").env("TERM", "dumb").env("LC_ALL", "C.UTF-8");
    // No metadata service is asked for credentials: it would be waited for.
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command.current_dir(home).stdin(Stdio::null());
}

/// Runs a command to its end.
pub fn collect(command: &mut Command) -> Output {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Output { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}
