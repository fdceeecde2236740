//! `cargo xtask bench`: measures what the README promises, and says what each figure is to be compared with.

mod evaluate;
mod records;
mod replay;
mod scan;
mod sim;
mod table;

use crate::TaskError;
use crate::machine::{median, peak_memory, sync_latency, wall};
use crate::workspace::{Workspace, cargo, output, run as run_program};
use std::path::{Path, PathBuf};
use std::process::Command;
use table::{Row, Unit};

/// What the words after `bench` ask for.
struct Options {
    runs: usize,
    cold: bool,
    /// Only what the policy language promises.
    iam: bool,
    /// Only what the simulated AWS promises.
    sim: bool,
}

impl Options {
    fn parse(words: &[&str]) -> Result<Self, TaskError> {
        let mut options = Self { runs: 10, cold: false, iam: false, sim: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--cold" => options.cold = true,
                "iam" => options.iam = true,
                "sim" => options.sim = true,
                "--runs" => {
                    let value = words.next().copied().unwrap_or_default();
                    let runs = value.parse().ok().filter(|runs| *runs > 0);
                    options.runs = runs.ok_or_else(|| TaskError::Option { option: "--runs", value: value.to_owned() })?;
                }
                other => return Err(TaskError::Option { option: "bench", value: other.to_owned() }),
            }
        }
        Ok(options)
    }
}

/// Measures, and prints a table in Markdown.
pub(crate) fn run(words: &[&str]) -> Result<(), TaskError> {
    let options = Options::parse(words)?;
    let workspace = Workspace::read()?;
    run_program(Command::new(cargo()).args(["build", "--release", "--package", "orgkit-cli"]).current_dir(&workspace.root))?;
    // Beside the build, so that the figures are those of the disk that the build is on and not of a memory file system.
    let scratch = tempfile::tempdir_in(&workspace.target).map_err(TaskError::file("make a folder in", &workspace.target))?;
    let bench = Bench { orgkit: workspace.target.join("release/orgkit"), scratch: scratch.path().to_owned(), options };
    if bench.options.iam {
        let mut rows = evaluate::run(&workspace, bench.options.runs)?;
        rows.extend(replay::rows(&bench)?);
        rows.push(scan::run(&bench.orgkit, &bench.scratch, bench.options.runs)?);
        table::print(&mut rows);
        return Ok(());
    }
    if bench.options.sim {
        table::print(&mut sim::rows(&bench, &workspace)?);
        return Ok(());
    }
    let mut rows = vec![bench.version()?];
    rows.extend(bench.rehearsal()?);
    rows.extend(bench.thousand_accounts()?);
    if bench.options.cold {
        rows.push(bench.cold_build(&workspace)?);
    }
    table::print(&mut rows);
    Ok(())
}

struct Bench {
    orgkit: PathBuf,
    scratch: PathBuf,
    options: Options,
}

impl Bench {
    fn version(&self) -> Result<Row, TaskError> {
        let runs = self.options.runs * 3;
        let figures = repeat(runs, |_| wall(Command::new(&self.orgkit).arg("--version")))?;
        let mut nothing = repeat(runs, |_| wall(&mut Command::new("true")))?;
        let beside = format!("starting `true`: {}", Unit::Milliseconds.show(median(&mut nothing)));
        Ok(Row { what: "`orgkit --version`".to_owned(), goal: "20 ms".to_owned(), figures, unit: Unit::Milliseconds, beside })
    }

    /// The rehearsal of the built-in world, each run in a state of its own: its time and its memory.
    fn rehearsal(&self) -> Result<[Row; 2], TaskError> {
        let figures = repeat(self.options.runs, |run| wall(&mut self.rehearse(&format!("acme-{run}"), None)))?;
        let beside = self.journal_bound("acme-0")?;
        let time = Row { what: "rehearsal of Acme".to_owned(), goal: "2 s".to_owned(), figures, unit: Unit::Seconds, beside };
        let figures = repeat(3, |run| peak_memory(&mut self.rehearse(&format!("memory-{run}"), None)))?;
        let nothing = peak_memory(Command::new(&self.orgkit).arg("--version"))?;
        let beside = format!("`orgkit --version`: {}", Unit::Mebibytes.show(nothing));
        Ok([time, Row { what: "its peak memory".to_owned(), goal: "200 MB".to_owned(), figures, unit: Unit::Mebibytes, beside }])
    }

    /// The rehearsal of a large world, and how long it takes to say how it stands.
    fn thousand_accounts(&self) -> Result<[Row; 2], TaskError> {
        let world = self.scratch.join("thousand.toml");
        let text = output(Command::new(&self.orgkit).args(["sim", "new", "--accounts", "1000", "--seed", "7"]))?;
        std::fs::write(&world, text).map_err(TaskError::file("write", &world))?;
        let figures = repeat(3, |run| wall(&mut self.rehearse(&format!("thousand-{run}"), Some(&world))))?;
        let beside = self.journal_bound("thousand-0")?;
        let time = Row { what: "rehearsal of 1,000 accounts".to_owned(), goal: "30 s".to_owned(), figures, unit: Unit::Seconds, beside };
        Ok([time, self.status("thousand-0")?])
    }

    fn status(&self, state: &str) -> Result<Row, TaskError> {
        let mut status = Command::new(&self.orgkit);
        status.args(["status", "--rehearse", "--state"]).arg(self.scratch.join(state));
        let figures = repeat(self.options.runs * 3, |_| wall(&mut status))?;
        let kept = self.scratch.join(state).join("rehearsal/status.json");
        std::fs::remove_file(&kept).map_err(TaskError::file("remove", &kept))?;
        let mut whole = repeat(self.options.runs, |_| wall(&mut status))?;
        let beside = format!("reading its whole journal: {}", Unit::Milliseconds.show(median(&mut whole)));
        Ok(Row { what: "`orgkit status` of it".to_owned(), goal: "50 ms".to_owned(), figures, unit: Unit::Milliseconds, beside })
    }

    /// The command of a newcomer's first build, into an empty folder; the crates' sources are fetched beforehand.
    fn cold_build(&self, workspace: &Workspace) -> Result<Row, TaskError> {
        run_program(Command::new(cargo()).arg("fetch").current_dir(&workspace.root))?;
        let mut build = Command::new(cargo());
        build.args(["build", "--release"]).current_dir(&workspace.root).env("CARGO_TARGET_DIR", self.scratch.join("cold"));
        let figures = vec![wall(&mut build)?];
        let beside = "sources already fetched".to_owned();
        Ok(Row { what: "`cargo build --release` from nothing".to_owned(), goal: "900 s".to_owned(), figures, unit: Unit::Seconds, beside })
    }

    fn rehearse(&self, state: &str, world: Option<&Path>) -> Command {
        let mut command = Command::new(&self.orgkit);
        command.args(["migrate", "--rehearse"]).args(world).arg("--state").arg(self.scratch.join(state));
        command
    }

    /// How many entries the journal has, and the least that a disk would need for them in a real run, which makes each durable before it goes on.
    fn journal_bound(&self, state: &str) -> Result<String, TaskError> {
        let latency = sync_latency(&self.scratch)?;
        let Some(entries) = journal_entries(&self.scratch.join(state)) else {
            return Ok(format!("one sync of the disk: {}", Unit::Milliseconds.show(latency)));
        };
        let bound = Unit::Seconds.show(latency * f64::from(entries));
        Ok(format!("{entries} journal entries; in a real run, with one sync of {} each: {bound} more", Unit::Milliseconds.show(latency)))
    }
}

/// How many entries the journal in a state folder has; `None` where no Python is there to ask SQLite.
fn journal_entries(state: &Path) -> Option<u32> {
    const ASK: &str = "import glob,sqlite3,sys
print(sum(sqlite3.connect(f).execute('select count(*) from entry').fetchone()[0] for f in glob.glob(sys.argv[1] + '/**/journal.db', recursive=True)))";
    output(Command::new("python3").args(["-c", ASK]).arg(state)).ok()?.trim().parse().ok().filter(|entries| *entries > 0)
}

fn repeat(runs: usize, mut measure: impl FnMut(usize) -> Result<f64, TaskError>) -> Result<Vec<f64>, TaskError> {
    (0..runs).map(&mut measure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_refused() {
        assert_eq!(Options::parse(&["--runs", "3"]).unwrap().runs, 3);
        assert!(Options::parse(&["--cold"]).unwrap().cold);
        assert!(Options::parse(&["iam", "--runs", "2"]).unwrap().iam);
        assert!(Options::parse(&["sim"]).unwrap().sim);
        assert!(Options::parse(&["--runs", "0"]).is_err());
        assert!(Options::parse(&["--hot"]).is_err());
    }
}
