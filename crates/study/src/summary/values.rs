//! Quantiles and distribution of an outcome, exact, by passes over its column.

use detente_model::scenario::MeasureKind;
use detente_report::summary::{Distribution, QUANTILES, Quantiles};
use detente_sim::ensemble::OutcomeTally;
use detente_stats::{ColumnChanged, Histogram, Selection, quantile_ranks};

/// How the values of an outcome lie.
pub(super) struct Values {
    pub quantiles: Quantiles<Option<f64>>,
    pub quantiles_ci95: Quantiles<[Option<f64>; 2]>,
    pub distribution: Option<Distribution>,
}

impl Values {
    /// Of one outcome over `n` trials, all of whose values `read` shows.
    pub fn of<E: From<ColumnChanged>>(
        kind: MeasureKind,
        tally: &OutcomeTally,
        n: u64,
        read: impl Fn(&mut dyn FnMut(&[f64])) -> Result<(), E>,
    ) -> Result<Self, E> {
        let wanted = QUANTILES.map(|p| quantile_ranks(p, n));
        // A rank of 0 is none. Beyond those counted are the first times that were not reached.
        let ranks = wanted.map(|ranks| {
            let ends = [ranks.low, ranks.high].map(Option::unwrap_or_default);
            [ranks.estimate, ends[0], ends[1]]
        });
        let mut selection = Selection::new(ranks.as_flattened(), &tally.sketch);
        let mut histogram = match (kind, tally.sketch.extremes()) {
            (MeasureKind::Ever | MeasureKind::FirstTime, _) | (_, None) => None,
            (_, Some((least, most))) => Some(Histogram::new(least, most, tally.sketch.is_whole())),
        };
        let mut first = true;
        while selection.needs_pass() || (first && histogram.is_some()) {
            read(&mut |values| {
                selection.see(values);
                if let Some(histogram) = histogram.as_mut().filter(|_| first) {
                    histogram.see(values);
                }
            })?;
            selection.end_pass()?;
            first = false;
        }
        let found = selection.values();
        let at = |quantile: usize, which: usize| found[3 * quantile + which];
        Ok(Self {
            quantiles: Quantiles::from_fn(|quantile| at(quantile, 0)),
            quantiles_ci95: Quantiles::from_fn(|quantile| [at(quantile, 1), at(quantile, 2)]),
            distribution: histogram.map(|histogram| Distribution {
                zeros: histogram.zeros(),
                edges: histogram.edges(),
                counts: histogram.counts().to_vec(),
            }),
        })
    }
}
