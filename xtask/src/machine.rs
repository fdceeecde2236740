//! The machine that figures are measured on, and how a program is measured on it.

use crate::TaskError;
use crate::workspace::output;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The machine in one line: processor, cores, memory, system.
pub(crate) fn describe() -> String {
    let field = |file: &str, key: &str| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).and_then(|line| line.split_once(':'));
        line.map(|(_, value)| value.trim().to_owned())
    };
    let model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "an unnamed processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kibibytes = field("/proc/meminfo", "MemTotal").and_then(|size| size.split_whitespace().next()?.parse::<u64>().ok());
    let memory = kibibytes.map_or_else(|| "unknown memory".to_owned(), |size| format!("{} GiB of memory", size.div_ceil(1 << 20)));
    let system = output(Command::new("uname").arg("-srm")).unwrap_or_default();
    format!("{model}, {cores} cores, {memory}, {}", system.trim())
}

/// The wall time of a program's run, in seconds. Its output goes nowhere; an unhappy end is an error.
#[expect(clippy::disallowed_methods, reason = "measuring time is the point")]
pub(crate) fn wall(command: &mut Command) -> Result<f64, TaskError> {
    let began = Instant::now();
    output(command.stderr(Stdio::piped()))?;
    Ok(began.elapsed().as_secs_f64())
}

/// The most memory that a program's run held, in MiB: its largest resident set as the kernel counts it.
///
/// GNU time reads it from the kernel when the program has ended. Where it is not installed, the program's own count is read while it
/// runs, which misses what it took after the last look.
pub(crate) fn peak_memory(command: &mut Command) -> Result<f64, TaskError> {
    let time = Path::new("/usr/bin/time");
    let kibibytes = if time.is_file() { peak_by_time(time, command)? } else { peak_by_polling(command)? };
    Ok(kibibytes / 1024.0)
}

fn peak_by_time(time: &Path, command: &Command) -> Result<f64, TaskError> {
    let mut timed = Command::new(time);
    timed.args(["--format", "%M", "--quiet"]).arg(command.get_program()).args(command.get_args());
    let ended = timed.output().map_err(|source| TaskError::Start { program: time.display().to_string(), source })?;
    let text = String::from_utf8_lossy(&ended.stderr);
    let last = text.lines().last().and_then(|line| line.trim().parse().ok());
    last.ok_or_else(|| TaskError::Output { program: time.display().to_string(), what: text.into_owned() })
}

#[expect(clippy::disallowed_methods, reason = "the measured program runs in real time")]
fn peak_by_polling(command: &mut Command) -> Result<f64, TaskError> {
    let start = |source| TaskError::Start { program: "the measured program".into(), source };
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(start)?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak: f64 = 0.0;
    while child.try_wait().map_err(start)?.is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|size| size.split_whitespace().next()?.parse().ok()).unwrap_or(peak).max(peak);
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(peak)
}

/// The median time that the disk under a folder takes to make 4 KiB durable, in seconds.
#[expect(clippy::disallowed_methods, reason = "measuring time is the point")]
pub(crate) fn sync_latency(folder: &Path) -> Result<f64, TaskError> {
    let path = folder.join("sync-latency");
    let mut file = std::fs::File::create(&path).map_err(TaskError::file("make", &path))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        file.write_all(&[0; 4096]).and_then(|()| file.sync_data()).map_err(TaskError::file("write", &path))?;
        times.push(began.elapsed().as_secs_f64());
    }
    Ok(median(&mut times))
}

/// The middle of some figures; sorts them.
pub(crate) fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
