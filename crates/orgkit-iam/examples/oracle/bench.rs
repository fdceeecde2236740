//! How fast the evaluator is.

use crate::Failure;
use orgkit_iam::{Case, Evaluator, Memo, RcpServices, Request};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;

/// How often a round decides each request, so that a round takes longer than the clock's grain.
const PASSES: u32 = 20;

/// Decisions per second of CPU time, one figure a round. Policies and requests are read, and every request is decided once, before anything is measured.
///
/// So many requests at a time are decided again and again: few are in the processor's cache, as a request is that was just read; all of them, tens of
/// megabytes, come from memory.
pub(crate) fn rates(setting: Value, rounds: usize, at_a_time: usize) -> Result<Vec<f64>, Failure> {
    let (evaluator, requests) = ready(setting)?;
    let mut memo = Memo::default();
    let mut pass = |requests: &[Request]| {
        for request in requests {
            black_box(evaluator.decide(black_box(request), &mut memo));
        }
    };
    pass(&requests);
    let decisions = f64::from(u32::try_from(requests.len())?) * f64::from(PASSES);
    let round = |_| {
        let before = cpu_seconds();
        for some in requests.chunks(at_a_time.max(1)) {
            (0..PASSES).for_each(|_| pass(some));
        }
        decisions / (cpu_seconds() - before)
    };
    Ok((0..rounds).map(round).collect())
}

/// The policies made ready, and the requests.
fn ready(mut setting: Value) -> Result<(Evaluator, Vec<Request>), Failure> {
    let requests = setting["requests"].take();
    let read = |request: &Value| Ok(Case::parse(&json!({ "request": request }).to_string())?.request);
    let requests: Vec<Request> = requests.as_array().into_iter().flatten().map(read).collect::<Result<_, Failure>>()?;
    setting["request"] = json!({ "action": "none:None" });
    Ok((Case::parse(&setting.to_string())?.evaluator(RcpServices::default()), requests.clone()))
}

/// The CPU time of this thread so far, in seconds; where the kernel does not tell, the time of the wall clock.
fn cpu_seconds() -> f64 {
    thread_local!(static BEGAN: Instant = Instant::now());
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = schedule.split_whitespace().next().and_then(|first| first.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGAN.with(|began| began.elapsed()).as_secs_f64(), |time| time / 1e9)
}
