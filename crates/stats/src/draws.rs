//! Random numbers for the tests here.

/// `SplitMix64`: Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195.
pub(super) struct Draws(pub u64);

impl Draws {
    /// Uniform between 0 and 1, never either.
    pub(super) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^= word >> 31;
        ((word >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// Of mean 1.
    pub(super) fn exponential(&mut self) -> f64 {
        -libm::log(self.uniform())
    }
}
