//! Virtual time for rehearsals: signatures, credential expiry and waits follow a clock that belongs to the caller.

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_async::time::TimeSource;
use jiff::Timestamp;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

/// How often a virtual sleep lets others run before it moves the clock.
///
/// The SDK races a sleep against the work that it limits. The work must come first when it needs no time at all.
const POLLS_BEFORE_SLEEP: u8 = 8;

/// A clock and a way to wait that belong to the caller.
#[derive(Clone)]
pub(crate) struct VirtualTime {
    pub(crate) now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) sleep: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl fmt::Debug for VirtualTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VirtualTime")
    }
}

impl TimeSource for VirtualTime {
    fn now(&self) -> SystemTime {
        SystemTime::from((self.now)())
    }
}

impl AsyncSleep for VirtualTime {
    fn sleep(&self, duration: Duration) -> Sleep {
        let sleep = Arc::clone(&self.sleep);
        Sleep::new(async move {
            let mut polls = 0;
            poll_fn(|context| {
                polls += 1;
                if polls > POLLS_BEFORE_SLEEP {
                    return Poll::Ready(());
                }
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
            sleep(duration);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[tokio::test]
    async fn a_sleep_moves_the_clock_only_when_it_is_waited_for() {
        let slept = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&slept);
        let time =
            VirtualTime { now: Arc::new(|| Timestamp::UNIX_EPOCH), sleep: Arc::new(move |duration| log.lock().unwrap().push(duration)) };
        drop(time.sleep(Duration::from_secs(5)));
        assert!(slept.lock().unwrap().is_empty());
        time.sleep(Duration::from_secs(7)).await;
        assert_eq!(*slept.lock().unwrap(), [Duration::from_secs(7)]);
    }
}
