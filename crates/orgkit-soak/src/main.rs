//! `orgkit-soak`: what `cargo xtask soak` runs.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool reports on the terminal of whoever started it")]
#![expect(clippy::disallowed_methods, reason = "how long a soak took is worth telling")]

use orgkit_soak::many::{self, Sum};
use orgkit_soak::plans::{self, Prepared};
use orgkit_soak::swarm::{self, Manner};
use orgkit_soak::{crashes, mutants, registry, regressions, thousand};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const USAGE: &str = "usage: orgkit-soak [TASK] [--seeds N] [--first-seed S] [--trace]

  (no task)     runs N seeds from S on, two threads; exit code 0 only if nothing was violated
  crashes       a crash at every durable write of the canonical and the further plans, and the same with a second crash for the three smallest
  mutants       after how many seeds each mutant is noticed
  registry      every kind of step twice, failing once at each call, undone twice
  regressions   every seed that ever failed
  thousand      1,000 accounts in five waves: makespan against its bound, and the executor's own time
";

/// How often it says how far it has come.
const EVERY: Duration = Duration::from_secs(10);
/// As many threads as seeds are run on.
const THREADS: usize = 2;

/// What was asked for.
struct Asked {
    task: Option<String>,
    seeds: u64,
    first: u64,
    trace: bool,
}

fn main() -> ExitCode {
    let Some(asked) = asked() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&asked) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  cause: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn asked() -> Option<Asked> {
    let mut asked = Asked { task: None, seeds: 10_000, first: 1, trace: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seeds" => asked.seeds = words.next()?.parse().ok()?,
            "--first-seed" => asked.first = words.next()?.parse().ok()?,
            "--trace" => asked.trace = true,
            task if !task.starts_with('-') && asked.task.is_none() => asked.task = Some(task.to_owned()),
            _ => return None,
        }
    }
    Some(asked)
}

fn run(asked: &Asked) -> Result<bool, Box<dyn std::error::Error>> {
    match asked.task.as_deref() {
        None if asked.trace => Ok(traced(&plans::prepare_all()?, asked)),
        None => Ok(seeds(asked)?),
        Some("crashes") => Ok(crash(&plans::prepare_every()?)),
        Some("mutants") => Ok(mutate(&plans::prepare_all()?)),
        Some("registry") => Ok(register(&plans::prepare_every()?)),
        Some("regressions") => Ok(regress(&plans::prepare_all()?)),
        Some("thousand") => Ok(many_accounts()?),
        Some(other) => Err(format!("there is no task `{other}`\n{USAGE}").into()),
    }
}

fn seeds(asked: &Asked) -> Result<bool, plans::PrepareError> {
    let began = Instant::now();
    let told = Mutex::new(began);
    let progress = |sum: &Sum| {
        if let Ok(mut told) = told.lock()
            && told.elapsed() >= EVERY
        {
            *told = Instant::now();
            println!("{} seeds, {} red, {} s", sum.seeds, sum.red, began.elapsed().as_secs());
        }
    };
    let sum = many::run(asked.first..asked.first.saturating_add(asked.seeds), THREADS, Manner::default(), &progress)?;
    for (seed, plan, violation) in &sum.first {
        println!("seed {seed} ({plan}): {violation}");
        println!("  cargo xtask soak --seeds 1 --first-seed {seed}");
    }
    println!("{}", closing(&sum, began.elapsed()));
    Ok(sum.red == 0)
}

fn closing(sum: &Sum, took: Duration) -> String {
    let faults: Vec<String> = sum.faults.iter().map(|(kind, struck)| format!("{kind} {struck}")).collect();
    let counts = &sum.counts;
    format!(
        "{} seeds, {} events, {} calls, {} writes, {} crashes, {} journal errors, {} silent proofs, {} late calls, faults: {}; {} moves, {} stopped by people, {} violations; {:.1} s; commit {}",
        sum.seeds,
        counts.events,
        counts.calls,
        counts.writes,
        counts.crashes,
        counts.journal_errors,
        counts.trapped,
        counts.late,
        faults.join(", "),
        sum.moves,
        sum.explained,
        sum.red,
        took.as_secs_f64(),
        commit(),
    )
}

/// The commit of the working tree, where git tells it.
fn commit() -> String {
    let output = std::process::Command::new("git").args(["describe", "--always", "--dirty"]).output();
    output.ok().map_or_else(|| "unknown".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn traced(prepared: &[Prepared], asked: &Asked) -> bool {
    let mut green = true;
    for seed in asked.first..asked.first.saturating_add(asked.seeds) {
        let outcome = swarm::run(prepared, seed, Manner { trace: true, ..Manner::default() });
        println!("seed {seed} ({})\n{}", outcome.plan, outcome.trace.join("\n"));
        outcome.violations.iter().for_each(|violation| println!("{violation}"));
        println!("{}", outcome.explained.as_deref().unwrap_or("nothing is left to do, or something was violated"));
        green &= outcome.violations.is_empty();
    }
    green
}

fn crash(prepared: &[Prepared]) -> bool {
    let began = Instant::now();
    let (mut cases, mut failed) = (0, 0);
    for (number, plan) in prepared.iter().enumerate() {
        let mut tally = crashes::exhaust(plan).and(crashes::exhaust_errors(plan));
        if number < 3 {
            tally = tally.and(crashes::exhaust_pairs(plan));
        }
        println!("{}: {} cases, {} failures, {:.1} s", plan.name, tally.cases, tally.failures.len(), began.elapsed().as_secs_f64());
        for failure in tally.failures.iter().take(3) {
            println!("  {}: {}", failure.case, failure.detail);
        }
        cases += tally.cases;
        failed += tally.failures.len();
    }
    println!("{cases} cases, {failed} failures, {:.1} s", began.elapsed().as_secs_f64());
    failed == 0
}

fn mutate(prepared: &[Prepared]) -> bool {
    let mut all = true;
    for mutant in mutants::MUTANTS {
        match mutants::noticed(prepared, mutant, 1..=1000) {
            Some((seed, violation)) => println!("{}: noticed by seed {seed}: {violation}", mutant.name),
            None => {
                all = false;
                println!("{}: not noticed within 1,000 seeds", mutant.name);
            }
        }
    }
    all
}

fn register(prepared: &[Prepared]) -> bool {
    let mut green = true;
    let mut say = |line: String, good: bool| {
        green &= good;
        println!("{line}");
    };
    for (kind, sample) in registry::samples(prepared) {
        let Some(sample) = sample else {
            match registry::ELSEWHERE.iter().find(|(name, _)| *name == kind) {
                Some((_, place)) => say(format!("{kind}: shown by {place}"), true),
                None => say(format!("{kind}: no plan has one"), false),
            }
            continue;
        };
        let twice = registry::twice(sample);
        let undone = registry::undone_twice(sample);
        say(format!("{kind}: twice {twice:?}, undone {undone:?}"), twice.is_ok() && undone.is_ok());
    }
    for plan in prepared {
        let tally = registry::fails_once_everywhere(plan);
        say(format!("{}: {} calls failed once, {} failures", plan.name, tally.cases, tally.failures.len()), tally.failures.is_empty());
        tally.failures.iter().take(3).for_each(|failure| println!("  {}: {}", failure.case, failure.detail));
    }
    green
}

fn regress(prepared: &[Prepared]) -> bool {
    let red = regressions::REGRESSIONS.iter().filter(|(seed, why)| {
        let outcome = swarm::run(prepared, *seed, Manner::default());
        outcome.violations.iter().for_each(|violation| println!("seed {seed} ({why}): {violation}"));
        !outcome.violations.is_empty()
    });
    let red = red.count();
    println!("{} seeds, {red} red", regressions::REGRESSIONS.len());
    red == 0
}

fn many_accounts() -> Result<bool, Box<dyn std::error::Error>> {
    let mut green = true;
    for young in [20, 0] {
        let result = thousand::run(1000, 5, young)?;
        println!("{result}");
        green &= result.violations.is_empty() && (young == 0 || result.ratio() <= 1.1);
    }
    let own = thousand::own_time(1000, 5)?;
    println!("{own}");
    Ok(green && own.median < Duration::from_millis(2))
}
