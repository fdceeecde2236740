//! Seeded chance, so that a failure can be had again.

/// A linear congruential generator with the constants of Knuth's MMIX: enough to scatter test cases.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// One that always gives the same series for a seed.
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below a limit that is not zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
