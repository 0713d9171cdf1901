//! Means of consecutive trials, from which trials are resampled at no cost.

use detente_sim::stream::{EventKey, Purpose, TrialStreams};

/// How often trials are resampled.
pub(super) const RESAMPLES: u64 = 1_000;

/// Batches kept; at twice as many, neighbours are put together.
const MOST: usize = 1_000;

/// Sums of several columns over batches of trials. Memory does not grow with the trials: batches grow.
#[derive(Debug, Clone)]
pub(super) struct Batches {
    columns: usize,
    /// Trials in a batch that is full.
    length: u64,
    /// For each batch its trials, the last one perhaps not full.
    counts: Vec<u64>,
    /// For each batch one sum a column.
    sums: Vec<f64>,
}

impl Batches {
    pub fn new(columns: usize) -> Self {
        Self {
            columns,
            length: 1,
            counts: Vec::new(),
            sums: Vec::new(),
        }
    }

    /// Adds a row of each of the columns, all of one length.
    pub fn add(&mut self, columns: &[&[f64]]) {
        let rows = columns.first().map_or(0, |column| column.len());
        for row in 0..rows {
            if self.counts.last().is_none_or(|count| *count == self.length) {
                self.begin();
            }
            if let Some(count) = self.counts.last_mut() {
                *count += 1;
            }
            let last = self.sums.len() - self.columns;
            for (sum, column) in self.sums[last..].iter_mut().zip(columns) {
                *sum += column[row];
            }
        }
    }

    fn begin(&mut self) {
        if self.counts.len() == 2 * MOST {
            let halves = |counts: &[u64]| counts.iter().sum();
            self.counts = self.counts.chunks(2).map(halves).collect();
            let pairs = self.sums.chunks(2 * self.columns);
            let put_together = |pair: &[f64]| -> Vec<f64> {
                let (first, second) = pair.split_at(self.columns);
                first.iter().zip(second).map(|(a, b)| a + b).collect()
            };
            self.sums = pairs.flat_map(put_together).collect();
            self.length *= 2;
        }
        self.counts.push(0);
        self.sums.resize(self.sums.len() + self.columns, 0.0);
    }

    /// The columns' means over all trials.
    pub fn means(&self) -> Vec<f64> {
        self.means_of(0..self.counts.len())
    }

    /// The columns' means over as many batches drawn with replacement, the same for all columns (Efron 1979,
    /// doi:10.1214/aos/1176344552), by the random numbers of a seed.
    pub fn resampled(&self, seed: u64, resample: u64) -> Vec<f64> {
        let key = EventKey::of_event("batches of trials");
        let stream = TrialStreams::new(seed, resample);
        let count = self.counts.len();
        let draws = (0..count as u64).map(|draw| {
            let uniform = stream.uniform(key, Purpose::Resampling, draw);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a position among the batches"
            )]
            let batch = (uniform * count as f64) as usize;
            batch
        });
        self.means_of(draws)
    }

    /// The columns' means over the batches that `chosen` names, each as often as it is named.
    fn means_of(&self, chosen: impl Iterator<Item = usize>) -> Vec<f64> {
        let mut means = vec![0.0; self.columns];
        let mut trials = 0;
        for batch in chosen {
            trials += self.counts[batch];
            let sums = &self.sums[batch * self.columns..][..self.columns];
            for (mean, sum) in means.iter_mut().zip(sums) {
                *mean += sum;
            }
        }
        for mean in &mut means {
            *mean /= trials.max(1) as f64;
        }
        means
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_every_trial_however_many() {
        for rows in [1, 49, 50, 51, 100_000, 100_001, 312_345] {
            let mut batches = Batches::new(2);
            let values: Vec<f64> = (0..rows).map(f64::from).collect();
            let twice: Vec<f64> = values.iter().map(|value| 2.0 * value).collect();
            for (some, others) in values.chunks(1_000).zip(twice.chunks(1_000)) {
                batches.add(&[some, others]);
            }
            assert!(batches.counts.len() <= 2 * MOST);
            assert_eq!(
                batches.counts.iter().sum::<u64>(),
                u64::try_from(rows).unwrap()
            );
            let mean = f64::from(rows - 1) / 2.0;
            assert_eq!(batches.means(), [mean, 2.0 * mean]);
            let first = batches.means_of([0, 0].into_iter());
            let length = batches.length.min(u64::try_from(rows).unwrap());
            assert_eq!(first[0], (length - 1) as f64 / 2.0);
        }
    }
}
