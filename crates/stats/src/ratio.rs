//! Ratios of means: events per exposure, shares of events.

use super::Z_95;

/// Means and centred products of pairs (count, exposure), one pair a trial.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ratio {
    n: f64,
    count: f64,
    exposure: f64,
    /// Sums of products of deviations from the means.
    count_count: f64,
    count_exposure: f64,
    exposure_exposure: f64,
}

/// What pairs say of the ratio of their means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioEstimate {
    /// All counts over all exposure.
    pub value: f64,
    /// Its 95 % interval.
    pub interval: [f64; 2],
}

impl Ratio {
    /// Adds a trial's count and exposure. Welford 1962, <https://doi.org/10.1080/00401706.1962.10490022>.
    pub fn add(&mut self, count: f64, exposure: f64) {
        self.n += 1.0;
        let from_count = count - self.count;
        let from_exposure = exposure - self.exposure;
        self.count += from_count / self.n;
        self.exposure += from_exposure / self.n;
        self.count_count += from_count * (count - self.count);
        self.count_exposure += from_count * (exposure - self.exposure);
        self.exposure_exposure += from_exposure * (exposure - self.exposure);
    }

    /// The ratio of the means with its interval; nothing where there are fewer than two trials, was no
    /// exposure, the count is below 0, or a number is too large to be squared.
    ///
    /// The standard error is that of Cochran 1977, Sampling Techniques, eq. (6.4), which takes trials as independent and
    /// a trial's events as they come, however they cluster. It is at least that of so many independent events: of a Poisson
    /// count, or of successes among the exposure where that counts events, whichever is less, so that a few trials that
    /// happen to agree are no certainty. The interval is normal for the logarithm, so that it stays above 0. Where nothing was
    /// counted it reaches from 0 to −ln(0.025) over the exposure, the exact limit for a Poisson count.
    #[must_use]
    pub fn estimate(&self) -> Option<RatioEstimate> {
        let sound = self.n >= 2.0 && self.exposure > 0.0 && self.count >= 0.0;
        if !sound {
            return None;
        }
        let (count, exposure) = (self.n * self.count, self.n * self.exposure);
        let value = self.count / self.exposure;
        let interval = if count == 0.0 {
            [0.0, -libm::log(0.025) / exposure]
        } else {
            let residuals = self.count_count - 2.0 * value * self.count_exposure
                + value * value * self.exposure_exposure;
            let variance = residuals.max(0.0) * self.n / (self.n - 1.0);
            let relative = variance.sqrt() / count;
            // One event more or less among those that did not happen, where all that could did.
            let missing = (1.0 - value).max(1.0 / exposure).min(1.0);
            let relative = relative.max((missing / count).sqrt());
            let factor = libm::exp(Z_95 * relative);
            [value / factor, value * factor]
        };
        let finite = value.is_finite() && interval.iter().all(|end| end.is_finite());
        finite.then_some(RatioEstimate { value, interval })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cochran 1977, Sampling Techniques, 3rd edition, table 6.1 in words: the ratio's residuals by hand.
    #[test]
    fn by_hand() {
        let pairs = [(1.0, 4.0), (0.0, 6.0), (3.0, 8.0), (2.0, 2.0)];
        let mut ratio = Ratio::default();
        pairs.iter().for_each(|(c, e)| ratio.add(*c, *e));
        let found = ratio.estimate().unwrap();
        let value = 6.0 / 20.0;
        assert_eq!(found.value, value);
        let residuals = pairs.iter().map(|(c, e)| c - value * e);
        let residuals: f64 = residuals.map(|residual| residual * residual).sum();
        // s² of the residuals over n, the square root, over the mean exposure.
        let se = (residuals / 3.0 / 4.0).sqrt() / 5.0;
        let [low, high] = found.interval;
        assert!((libm::log(high / value) - Z_95 * se / value).abs() < 1e-12);
        assert!((low * high - value * value).abs() < 1e-12);
    }

    #[test]
    fn corners() {
        assert_eq!(Ratio::default().estimate(), None);
        let mut none = Ratio::default();
        (0..10).for_each(|_| none.add(0.0, 10.0));
        let found = none.estimate().unwrap();
        assert_eq!(found.value, 0.0);
        // Exact upper 97.5 % limit of a Poisson count of 0 is 3.689.
        assert!((found.interval[1] - 0.036_889).abs() < 1e-6);
        let mut one = Ratio::default();
        one.add(1.0, 10.0);
        assert_eq!(one.estimate(), None);
    }
}
