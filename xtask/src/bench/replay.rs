//! `orgkit policy diff` over CloudTrail files, and the comparison of many accounts, beside a peer that only reads the same files.

use super::Bench;
use super::records::{ACCOUNT, write};
use super::table::{Row, Unit};
use crate::TaskError;
use crate::workspace::{cargo, output, root};
use std::process::Command;

const WORLD: &str = include_str!("replay-world.toml");

/// Reads and parses the same files, and says how many MB of JSON it took in each second of its processor time.
const PYTHON: &str = "import gzip,json,glob,sys,time
files=sorted(glob.glob(sys.argv[1]+'/**/*.json.gz',recursive=True))
began=time.process_time(); total=0
for f in files:
    text=gzip.open(f).read(); total+=len(text); json.loads(text)
print(total/1e6/(time.process_time()-began))";

/// The figures of the replay.
pub(super) fn rows(bench: &Bench) -> Result<Vec<Row>, TaskError> {
    Ok(vec![replay(bench)?, thousand_accounts(bench)?])
}

/// Unpacking, parsing and judging in two places, in MB of JSON for each second of one core.
fn replay(bench: &Bench) -> Result<Row, TaskError> {
    let world = bench.scratch.join("replay.toml");
    std::fs::write(&world, WORLD).map_err(TaskError::file("write", &world))?;
    let state = bench.scratch.join("replay-state");
    output(Command::new(&bench.orgkit).args(["--quiet", "discover", "--rehearse"]).arg(&world).arg("--state").arg(&state))?;
    let trail = bench.scratch.join("trail");
    let written = write(&trail, 24, 4_000)?;
    let mut figures = Vec::new();
    let mut shares = String::new();
    for _ in 0..bench.options.runs.min(5) {
        let mut diff = Command::new(&bench.orgkit);
        diff.args(["policy", "diff", "--account", ACCOUNT, "--to", "Workloads/Production", "--output", "json", "--timings"]);
        diff.arg("--estate").arg(state.join("rehearsal/estate.db")).arg("--activity").arg(&trail);
        let ended = diff.output().map_err(|source| TaskError::Start { program: "orgkit policy diff".to_owned(), source })?;
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        let strange = || TaskError::Output { program: "orgkit policy diff".to_owned(), what: told.clone() };
        let line = told.lines().find_map(|line| line.strip_prefix("timings: ")).ok_or_else(strange)?;
        let (figure, rest) = line.split_once(" MB/s; ").ok_or_else(strange)?;
        let figure = figure.rsplit(' ').next().and_then(|figure| figure.parse().ok()).ok_or_else(strange)?;
        figures.push(figure);
        shares = rest.to_owned();
    }
    let peer = output(Command::new("python3").args(["-c", PYTHON]).arg(&trail)).ok().and_then(|text| text.trim().parse().ok());
    let peer = peer.map_or_else(|| "no Python here".to_owned(), |figure: f64| format!("Python's gzip and json alone: {figure:.0} MB/s"));
    let size = written.bytes / written.records.max(1);
    Ok(Row {
        what: format!("`policy diff` of {} records of {size} bytes, JSON per core", written.records),
        goal: "100 MB/s".to_owned(),
        figures,
        unit: Unit::MegabytesPerSecond,
        beside: format!("{shares}; {peer}"),
    })
}

/// 1,000 accounts with 10,000 distinct calls each, judged in two places, on all cores.
fn thousand_accounts(bench: &Bench) -> Result<Row, TaskError> {
    let mut example = Command::new(cargo());
    example.args(["run", "--quiet", "--release", "--package", "orgkit-iam", "--example", "thousand_accounts"]).current_dir(root());
    let mut figures = Vec::new();
    let mut beside = String::new();
    for _ in 0..bench.options.runs.min(3) {
        let told = output(&mut example)?;
        let strange = || TaskError::Output { program: "thousand_accounts".to_owned(), what: told.clone() };
        let (seconds, rest) = told.trim().split_once(" s; ").ok_or_else(strange)?;
        figures.push(seconds.parse().map_err(|_| strange())?);
        beside = rest.to_owned();
    }
    Ok(Row {
        what: "1,000 accounts × 10,000 distinct calls compared".to_owned(),
        goal: "30 s".to_owned(),
        figures,
        unit: Unit::Seconds,
        beside,
    })
}
