//! Time: the machine's, or a rehearsal's.

use jiff::Timestamp;
use orgkit_execute::Clock;
use orgkit_sim::Simulator;
use std::time::Duration;

/// Whose clock a run goes by.
#[derive(Clone)]
pub(crate) enum Time {
    /// The machine's.
    Real,
    /// That of the simulated AWS: waiting moves it on and takes no time.
    Simulated(Simulator),
}

/// The machine's present.
#[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
pub(crate) fn machine_now() -> Timestamp {
    Timestamp::now()
}

/// Moves a simulated clock on. Where that cannot be written down, the simulated AWS answers nothing any more and says why itself.
pub(crate) fn pass(simulator: &Simulator, time: Duration) {
    let _ = simulator.advance(jiff::SignedDuration::try_from(time).unwrap_or_default());
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        match self {
            Self::Real => machine_now(),
            Self::Simulated(simulator) => simulator.now(),
        }
    }

    async fn sleep(&self, time: Duration) {
        match self {
            // A second at most: whoever waits looks whether somebody asked to stop.
            Self::Real => tokio::time::sleep(time.min(Duration::from_secs(1))).await,
            Self::Simulated(simulator) => pass(simulator, time),
        }
    }
}
