//! What it brings to run two policies on the same random numbers.

use detente_report::comparison::Sharing;
use detente_stats::Moments;

/// What it brings, from the moments of both policies' values and of their differences over the same trials.
pub(super) fn sharing(a: &Moments, b: &Moments, difference: &Moments) -> Sharing {
    let variance = |of: &Moments| of.sd().map_or(0.0, |sd| sd * sd);
    let (of_a, of_b, paired) = (variance(a), variance(b), variance(difference));
    let independent = of_a + of_b;
    let correlation = (of_a > 0.0 && of_b > 0.0).then(|| {
        let covariance = (independent - paired) / 2.0;
        (covariance / (of_a * of_b).sqrt()).clamp(-1.0, 1.0)
    });
    let ratio = (paired > 0.0).then(|| independent / paired);
    let n = difference.count() as f64;
    let saved = ratio.map(|ratio| n * (ratio - 1.0));
    let says = match ratio {
        _ if independent == 0.0 => {
            "Neither policy's values have any spread, so sharing random numbers brings nothing."
                .to_owned()
        }
        None => {
            "The two do not differ in spread: every trial differs by the same amount.".to_owned()
        }
        Some(ratio) if ratio >= 1.0 => format!(
            "Shared random numbers made the variance of this difference {} times smaller: independent runs would need {} \
             trials each.",
            short(ratio),
            whole(n * ratio)
        ),
        Some(ratio) => format!(
            "Sharing random numbers made this comparison worse: its variance is {} times that of independent runs, which \
             would need {} trials each.",
            short(1.0 / ratio),
            whole(n * ratio)
        ),
    };
    Sharing {
        correlation,
        variance_ratio: ratio,
        trials_saved: saved,
        says,
    }
}

/// A ratio in three digits.
fn short(ratio: f64) -> String {
    match ratio {
        100.0.. => format!("{ratio:.0}"),
        10.0..100.0 => format!("{ratio:.1}"),
        _ => format!("{ratio:.2}"),
    }
}

/// A number of trials.
fn whole(trials: f64) -> String {
    format!("{:.0}", trials.ceil())
}
