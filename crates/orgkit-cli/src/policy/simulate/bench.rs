//! `--bench N`: decisions per second of processor time.

use super::split::CaseTexts;
use super::{Tally, cpu};
use crate::error::CliError;
use crate::exit::Exit;
use crate::printer::Printer;
use orgkit_iam::{Evaluator, Memo, RcpServices, Request};
use std::hint::black_box;
use std::num::NonZeroU32;
use std::time::Duration;

/// Reads and compiles every case, then evaluates each of them so many times, and prints how fast that was.
pub(super) fn run(
    mut texts: CaseTexts,
    times: NonZeroU32,
    services: &RcpServices,
    printer: Printer,
    failed: impl Fn(std::io::Error) -> CliError,
) -> Result<Exit, CliError> {
    let mut tally = Tally::default();
    let mut compiled: Vec<(Evaluator, Request)> = Vec::new();
    while let Some(text) = texts.next_case().map_err(&failed)? {
        match tally.read(&text) {
            Ok(case) => compiled.push((case.evaluator(services.clone()), case.request)),
            Err(line) => printer.insist(&line),
        }
    }
    let no_clock = || CliError::new(Exit::Unexpected, "OK2224", "cannot tell how much processor time was used");
    let before = cpu::time().ok_or_else(no_clock)?;
    for (evaluator, request) in &compiled {
        evaluate(evaluator, request, times);
    }
    let used = cpu::time().ok_or_else(no_clock)?.saturating_sub(before);
    printer.result(&line(compiled.len(), times, used))?;
    tally.end()
}

fn evaluate(evaluator: &Evaluator, request: &Request, times: NonZeroU32) {
    let mut memo = Memo::default();
    for _ in 0..times.get() {
        black_box(evaluator.decide(black_box(request), &mut memo));
    }
}

/// The figures as one line of JSON. The rate is `null` when less time was used than can be measured.
fn line(cases: usize, times: NonZeroU32, used: Duration) -> String {
    let decisions = u64::try_from(cases).unwrap_or(u64::MAX).saturating_mul(times.get().into());
    let rate = (u128::from(decisions) * 1_000_000_000).checked_div(used.as_nanos()).and_then(|rate| u64::try_from(rate).ok());
    let figures =
        serde_json::json!({ "cases": cases, "decisions": decisions, "cpuSeconds": used.as_secs_f64(), "decisionsPerCpuSecond": rate });
    figures.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_per_second_and_nothing_where_no_time_was_measured() {
        let times = NonZeroU32::new(1000).unwrap();
        let expected = r#"{"cases":3,"cpuSeconds":0.5,"decisions":3000,"decisionsPerCpuSecond":6000}"#;
        assert_eq!(line(3, times, Duration::from_millis(500)), expected);
        assert!(line(3, times, Duration::ZERO).ends_with(r#""decisionsPerCpuSecond":null}"#));
    }
}
