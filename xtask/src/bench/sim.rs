//! How fast the simulated AWS is: what `crates/orgkit-sim/examples/bench.rs` measures in this process, beside moto over loopback.

use super::Bench;
use super::table::{Row, Unit};
use crate::TaskError;
use crate::machine::median;
use crate::peers;
use crate::workspace::{Workspace, cargo, output, run as run_program};
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// How many accounts the world has, how many of them move, and how many requests come over the wire.
const SIZES: [&str; 3] = ["10000", "3000", "50000"];

/// Where the peers' servers listen: a port that neither of them has by default.
const MOTO: &str = "127.0.0.1:46061";
const OURS: &str = "127.0.0.1:46062";

/// Who manages the new organization of the world that is served, the built-in one.
const MANAGEMENT: &str = "101010101010";

/// Sends one signed request again and again over one connection, and says how often in a second. Neither server sees which one it is.
const CLIENT: &str = include_str!("sim_client.py");

/// The figures of one run of the example.
struct Run {
    lines: Vec<Value>,
}

impl Run {
    fn take(program: &Path) -> Result<Self, TaskError> {
        let text = output(Command::new(program).args(SIZES))?;
        let strange = |_| TaskError::Output { program: program.display().to_string(), what: text.clone() };
        let lines = text.lines().map(serde_json::from_str).collect::<Result<_, _>>().map_err(strange)?;
        Ok(Self { lines })
    }

    fn figure(&self, what: &str, member: &str) -> f64 {
        let line = self.lines.iter().find(|line| line.get("what").and_then(Value::as_str) == Some(what));
        line.and_then(|line| line.get(member)?.as_f64()).unwrap_or(f64::NAN)
    }
}

/// Loading, moving, and answering.
pub(super) fn rows(bench: &Bench, workspace: &Workspace) -> Result<Vec<Row>, TaskError> {
    let build = ["build", "--release", "--package", "orgkit-sim", "--example", "bench", "--example", "serve"];
    run_program(Command::new(cargo()).args(build).current_dir(&workspace.root))?;
    let examples = workspace.target.join("release/examples");
    let runs = (0..bench.options.runs.min(5)).map(|_| Run::take(&examples.join("bench"))).collect::<Result<Vec<_>, _>>()?;
    let all = |what: &str, member: &str| runs.iter().map(|run| run.figure(what, member)).collect::<Vec<f64>>();
    let row =
        |what: &str, goal: &str, figures, unit, beside: String| Row { what: what.to_owned(), goal: goal.to_owned(), figures, unit, beside };
    let calls = all("moves", "calls_per_move").first().copied().unwrap_or(f64::NAN);
    let bound = Unit::PerSecond.show(median(&mut all("calls", "per_second")) / calls);
    Ok(vec![
        row("a world of 10,000 accounts from its file", "5 s", all("load", "seconds"), Unit::Seconds, "–".to_owned()),
        row("its peak memory", "1000 MB", all("load", "peak_mib"), Unit::Mebibytes, "–".to_owned()),
        row(
            "whole account moves in it through the cloud traits, on one core",
            "5000/s",
            all("moves", "per_second"),
            Unit::PerSecond,
            format!("{calls:.0} calls each; if every call were `sts:GetCallerIdentity`: {bound}"),
        ),
        row(
            "requests through the SDK's HTTP client, signed before, on one core",
            "5000/s",
            all("wire", "per_second"),
            Unit::PerSecond,
            "–".to_owned(),
        ),
        row("the same, their signing included", "5000/s", all("wire", "per_second_with_signing"), Unit::PerSecond, "–".to_owned()),
        over_loopback(bench, workspace, &examples)?,
    ])
}

/// Requests over loopback from one client that waits for each answer. What moto does less: it looks at no signature.
fn over_loopback(bench: &Bench, workspace: &Workspace, examples: &Path) -> Result<Row, TaskError> {
    let world = workspace.root.join("examples/acme/world.toml");
    let python = peers::set_up(workspace).python;
    let row = |figures, beside| Row {
        what: "`DescribeOrganization` over loopback, from one Python client".to_owned(),
        goal: "–".to_owned(),
        figures,
        unit: Unit::PerSecond,
        beside,
    };
    let folder = match python {
        Ok(folder) => folder,
        Err(why) => return Ok(row(vec![f64::NAN], format!("left out: {why}"))),
    };
    let (key, secret) = keys(bench)?;
    let client = |address: &str| -> Result<f64, TaskError> {
        let told = output(Command::new(folder.join("bin/python")).args(["-c", CLIENT, address, &key, &secret]))?;
        told.trim().parse().map_err(|_| TaskError::Output { program: "the client".to_owned(), what: told })
    };
    let port = MOTO.rsplit(':').next().unwrap_or_default();
    let moto = Server::start(Command::new(folder.join("bin/moto_server")).args(["-H", "127.0.0.1", "-p", port]))?;
    let theirs = (0..bench.options.runs.min(3)).map(|_| client(MOTO)).collect::<Result<Vec<f64>, _>>();
    drop(moto);
    let ours = Server::start(Command::new(examples.join("serve")).arg(&world).arg(OURS))?;
    let figures = (0..bench.options.runs.min(3)).map(|_| client(OURS)).collect::<Result<Vec<f64>, _>>()?;
    drop(ours);
    Ok(row(figures, format!("moto_server, which checks no signature: {}", Unit::PerSecond.show(median(&mut theirs?)))))
}

/// An administrator's access key and secret in the world that is served.
fn keys(bench: &Bench) -> Result<(String, String), TaskError> {
    let told = output(Command::new(&bench.orgkit).args(["sim", "env", MANAGEMENT]))?;
    let value = |name: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix("export ")?.strip_prefix(name)?.strip_prefix('='));
        line.map(str::to_owned).ok_or_else(|| TaskError::Output { program: "orgkit sim env".to_owned(), what: told.clone() })
    };
    Ok((value("AWS_ACCESS_KEY_ID")?, value("AWS_SECRET_ACCESS_KEY")?))
}

/// A server that ends with its value.
struct Server(Child);

impl Server {
    fn start(command: &mut Command) -> Result<Self, TaskError> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        child.map(Self).map_err(|source| TaskError::Start { program, source })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to be done about either.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
