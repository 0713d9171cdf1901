//! Which first times are rare beside the others, and so need a panel with an axis of its own.

/// An outcome is rare below this part of the most frequent one: there, less than a fifth of a common
/// axis would be left for its curve and its band.
const RARE: f64 = 0.2;

/// Parts outcomes into frequent and rare ones, each in the order they came in.
///
/// What counts is the upper end of the 95 % interval of the share of trials that got there by the end.
/// An outcome is rare if that lies below [`RARE`] of the highest one. So the rule asks whether an outcome
/// is surely rare: in ten thousand trials it is the share that decides, in a handful nothing is rare, and
/// what no trial came to is judged by what it may still be. The most frequent outcome is never rare, and
/// outcomes of one size stay together, however rare they are.
pub fn split<T>(all: Vec<T>, upper_end: impl Fn(&T) -> f64) -> (Vec<T>, Vec<T>) {
    let highest = all.iter().map(&upper_end).fold(0.0, f64::max);
    all.into_iter()
        .partition(|outcome| upper_end(outcome) >= RARE * highest)
}

/// The rule in words, for the caption; `letter` names the panel of the rare ones.
pub fn note(letter: &str) -> String {
    format!(
        "Panel {letter} shows, on an axis of its own, the outcomes whose upper 95 % limit by the end is below a \
         fifth of the highest one."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::first_times::{self, FirstTime};
    use crate::figures::fixtures::{context, first_time, grid, summary};
    use crate::figures::legend::{Entry, Key};
    use crate::figures::stroke::Stroke;

    /// Outcomes that so many trials come to, parted into frequent and rare ones, as the legends have them.
    fn parted(trials: u64, counts: &[u64]) -> [Vec<Entry>; 2] {
        let times = grid(10.0, 40);
        let mut made = summary(trials, &times, &[]);
        for (index, count) in counts.iter().enumerate() {
            // Half a trial more, so that rounding down gives `count`.
            let share = (*count as f64 + 0.5) / trials as f64;
            let outcome = first_time(&count.to_string(), trials, &times, |time| {
                share * time / 10.0
            });
            made.outcomes.insert(index.to_string(), outcome);
        }
        let (frequent, rare) = split(
            first_times::read(&made, &context()).unwrap(),
            FirstTime::upper_end,
        );
        [frequent, rare].map(|part| first_times::entries(&part))
    }

    fn split_counts(trials: u64, counts: &[u64]) -> [Vec<u64>; 2] {
        let count = |entry: Entry| entry.name.parse().unwrap();
        parted(trials, counts).map(|part| part.into_iter().map(count).collect())
    }

    #[test]
    fn a_fifth_of_the_most_frequent_parts_them() {
        let parted = split_counts(10_000, &[300, 9_984, 0, 2_100, 1_800]);
        assert_eq!(parted, [vec![9_984, 2_100], vec![1_800, 300, 0]]);
    }

    #[test]
    fn outcomes_of_one_size_stay_together() {
        for counts in [&[300, 200, 100][..], &[9_000, 5_000], &[0, 0, 0], &[7], &[]] {
            assert_eq!(split_counts(10_000, counts), [counts.to_vec(), vec![]]);
        }
    }

    #[test]
    fn what_few_trials_cannot_tell_is_not_rare() {
        assert_eq!(split_counts(1, &[1, 0]), [vec![1, 0], vec![]]);
        assert_eq!(split_counts(10, &[10, 0]), [vec![10, 0], vec![]]);
        assert_eq!(split_counts(20, &[20, 0]), [vec![20], vec![0]]);
        // More arrivals never make an outcome rarer.
        assert_eq!(split_counts(10, &[10, 1]), [vec![10, 1], vec![]]);
    }

    #[test]
    fn looks_follow_the_scenario_not_the_panel() {
        let counts = [300, 9_984, 0, 2_100];
        for entry in parted(10_000, &counts).into_iter().flatten() {
            let Key::Line(stroke) = entry.key else {
                panic!("{} is no line", entry.name)
            };
            let index = counts
                .iter()
                .position(|count| count.to_string() == entry.name);
            assert_eq!(stroke, Stroke::of_category(index.unwrap()));
        }
    }
}
