//! How much processor time this process has used.

use std::time::Duration;

/// Linux counts in hundredths of a second, whatever the kernel's own tick is (`USER_HZ`, proc(5)).
const TICK: Duration = Duration::from_millis(10);

/// The time that this process has spent on a processor, in its own code and in the kernel's. `None` where `/proc/self/stat` does not tell.
pub(super) fn time() -> Option<Duration> {
    parse(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

fn parse(stat: &str) -> Option<Duration> {
    // The second field is the program's name in parentheses and may hold anything. `utime` and `stime` are the 14th and the 15th.
    let after_name = stat.rsplit_once(')')?.1;
    let mut times = after_name.split_whitespace().skip(11).map(|field| field.parse::<u32>().ok());
    Some(TICK * times.next()??.checked_add(times.next()??)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_system_time_are_found_behind_any_name() {
        let stat = "1234 (a) b) R 1 1 1 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 100 1000 10";
        assert_eq!(parse(stat), Some(Duration::from_secs(3)));
        assert_eq!(parse("1234 (a) R 1"), None);
    }
}
