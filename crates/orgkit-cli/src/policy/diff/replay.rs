//! Reads the files on all cores and folds their records.

use super::files::{Files, LeftOut};
use super::seen::Seen;
use crate::printer::Printer;
use crate::progress::spinner;
use orgkit_iam::cloudtrail::{gunzip, read};
use orgkit_iam::compare::{Comparer, Comparison, Report};
use serde::Serialize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What the files came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replayed {
    /// What changes.
    pub(super) report: Report,
    /// How many files were read.
    pub(super) files: usize,
    /// How many were not.
    pub(super) left_out: LeftOut,
    /// What could not be read, by file; its other records count.
    pub(super) broken: Vec<BrokenFile>,
}

/// A place in a file that could not be read.
#[derive(Debug, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub(super) struct BrokenFile {
    pub(super) file: String,
    /// In the unpacked text; `None` where the file itself is damaged.
    pub(super) offset: Option<usize>,
    pub(super) message: String,
}

/// What one thread has done.
#[derive(Default)]
struct Work {
    comparison: Comparison,
    broken: Vec<BrokenFile>,
    timings: Timings,
}

#[derive(Default)]
struct Timings {
    bytes: u64,
    reading: Duration,
    parsing: Duration,
    judging: Duration,
}

/// Folds all records of some files.
pub(super) fn replay(comparer: &Comparer, files: Files, timed: bool, printer: Printer) -> Replayed {
    let (next, seen, bar) = (AtomicUsize::new(0), Seen::new(), spinner(printer, "policy diff"));
    let count = files.paths.len();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count.max(1));
    let work = || {
        let (mut work, mut text) = (Work::default(), Vec::new());
        while let Some(path) = files.paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            bar.tell(next.load(Ordering::Relaxed).min(count), count, &path.file_name().unwrap_or_default().to_string_lossy());
            work.file(comparer, path, &seen, timed, &mut text);
        }
        work
    };
    let all: Vec<Work> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        // A panic of a thread is a bug, and goes on as one.
        started.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    bar.close();
    let mut whole = Work::default();
    all.into_iter().for_each(|work| whole.merge(work));
    whole.broken.sort();
    for one in &whole.broken {
        let place = one.offset.map_or_else(String::new, |offset| format!(" at byte {offset}"));
        printer.say(&format!("policy diff: `{}`{place}: {}", one.file, one.message));
    }
    if timed {
        printer.insist(&whole.timings.line());
    }
    Replayed { report: whole.comparison.report(comparer), files: count, left_out: files.left_out, broken: whole.broken }
}

impl Work {
    fn merge(&mut self, other: Self) {
        self.comparison.merge(other.comparison);
        self.broken.extend(other.broken);
        self.timings.bytes += other.timings.bytes;
        self.timings.reading += other.timings.reading;
        self.timings.parsing += other.timings.parsing;
        self.timings.judging += other.timings.judging;
    }

    #[expect(clippy::disallowed_methods, reason = "`--timings` asks for the machine's time")]
    fn file(&mut self, comparer: &Comparer, path: &Path, seen: &Seen, timed: bool, text: &mut Vec<u8>) {
        let file = path.display().to_string();
        let began = Instant::now();
        text.clear();
        if let Err(message) = unpack(path, text) {
            self.broken.push(BrokenFile { file: file.clone(), offset: None, message });
        }
        self.timings.reading += began.elapsed();
        self.timings.bytes += u64::try_from(text.len()).unwrap_or(u64::MAX);
        let began = Instant::now();
        let (comparison, mut judging) = (&mut self.comparison, Duration::ZERO);
        let mut is_first = |id| seen.is_first(id);
        let broken = if timed {
            read(text, &mut |record| {
                let began = Instant::now();
                comparison.add(comparer, record, &mut is_first);
                judging += began.elapsed();
            })
        } else {
            read(text, &mut |record| comparison.add(comparer, record, &mut is_first))
        };
        self.timings.parsing += began.elapsed().saturating_sub(judging);
        self.timings.judging += judging;
        comparison.add_broken(u64::try_from(broken.len()).unwrap_or(u64::MAX));
        self.broken.extend(broken.into_iter().map(|one| BrokenFile { file: file.clone(), offset: Some(one.offset), message: one.message }));
    }
}

/// A file's text, unpacked where it is compressed. What comes out before an error stays in `text`.
fn unpack(path: &Path, text: &mut Vec<u8>) -> Result<(), String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    if bytes.starts_with(&[0x1F, 0x8B]) {
        return gunzip(&bytes, text).map_err(|error| error.to_string());
    }
    *text = bytes;
    Ok(())
}

impl Timings {
    fn line(&self) -> String {
        let total = (self.reading + self.parsing + self.judging).as_secs_f64().max(f64::EPSILON);
        let share = |part: Duration| 100.0 * part.as_secs_f64() / total;
        let megabytes = f64::from(u32::try_from(self.bytes / 1000).unwrap_or(u32::MAX)) / 1000.0;
        format!(
            "timings: {megabytes:.1} MB of JSON, {total:.3} s of one core, {:.0} MB/s; reading and unpacking {:.0} %, parsing {:.0} %, judging {:.0} %",
            megabytes / total,
            share(self.reading),
            share(self.parsing),
            share(self.judging)
        )
    }
}
