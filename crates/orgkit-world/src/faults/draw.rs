//! Chance made from a seed: the same seed gives the same numbers, on every machine.

/// Numbers drawn one after the other. [SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014]
#[derive(Debug, Clone)]
pub(crate) struct Draws(u64);

impl Draws {
    /// Begins with a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// The next number from `low` up to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1);
        low.saturating_add(self.next() % span)
    }

    /// Whether something happens that does so `per_mille` times in a thousand.
    pub(crate) fn happens(&mut self, per_mille: u64) -> bool {
        self.next() % 1000 < per_mille
    }

    /// One of several; `None` when there are none.
    pub(crate) fn one_of<'a, T>(&mut self, several: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(several.len()).ok().filter(|count| *count > 0)?;
        several.get(usize::try_from(self.next() % count).ok()?)
    }
}

/// The `nth` draw of one of the `places` that a seed gives chances to. Places do not disturb each other: what happens at one is the same
/// whatever happens at the others.
pub(super) fn nth(seed: u64, place: u64, nth: u64) -> u64 {
    mix(mix(mix(seed) ^ place) ^ nth)
}

/// A number from 0 up to, but without, 1.
pub(super) fn fraction(drawn: u64) -> f64 {
    let high = u32::try_from(drawn >> 32).unwrap_or(u32::MAX);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
