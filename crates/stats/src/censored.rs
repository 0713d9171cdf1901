//! Estimators for times of which some are censored earlier than one common horizon.

use super::interval::Z_95;
use thiserror::Error;

/// Observations from which nothing can be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum CensoredError {
    /// A time that is none.
    #[error("observation {index}: its time is {time}; it must be finite and not below 0")]
    Time {
        /// Its place, from 0.
        index: usize,
        /// The time.
        time: f64,
    },
    /// A kind that is none of those there are.
    #[error("observation {index}: its kind is {kind}, and there are {kinds} kinds, counted from 0")]
    Kind {
        /// Its place, from 0.
        index: usize,
        /// The kind.
        kind: usize,
        /// How many kinds there are.
        kinds: usize,
    },
}

/// The Kaplan–Meier estimate from one of the times that occur to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalStep {
    /// The time.
    pub t: f64,
    /// Observations with this time or a later one.
    pub at_risk: u64,
    /// Events at this time.
    pub events: u64,
    /// Observations censored at this time. They count as at risk when its events happen.
    pub censored: u64,
    /// Estimated probability of an event later than this time.
    pub survival: f64,
    /// Greenwood's standard error of it; none where survival is 0, because there the formula divides by 0.
    pub standard_error: Option<f64>,
    /// Pointwise 95 % interval; none where survival is 1 or 0, because there log(−log(survival)) is infinite.
    pub ci95: Option<[f64; 2]>,
}

/// The Aalen–Johansen estimate from one of the times that occur to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidenceStep {
    /// The time.
    pub t: f64,
    /// Observations with this time or a later one.
    pub at_risk: u64,
    /// Estimated probability of no event of any kind up to and with this time.
    pub survival: f64,
    /// For each kind the estimated probability that an event comes at or before this time and is of that kind.
    pub incidence: Vec<f64>,
    /// For each kind the standard error of its incidence, by the delta method.
    pub standard_error: Vec<f64>,
}

/// Kaplan and Meier's estimate of survival from times and whether the event happened then (or the observation
/// was censored), at every time that occurs, in their order.
///
/// Events come before censorings of the same time. Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452. The
/// interval is that of log(−log(survival)) carried back, which keeps it within 0 and 1: Kalbfleisch & Prentice, The
/// Statistical Analysis of Failure Time Data, 2nd edition 2002, section 1.4.
///
/// # Errors
///
/// A time that is not finite or below 0.
pub fn kaplan_meier(observations: &[(f64, bool)]) -> Result<Vec<SurvivalStep>, CensoredError> {
    let sorted = sorted(observations)?;
    let mut at_risk = sorted.len() as u64;
    let (mut survival, mut greenwood) = (1.0, 0.0);
    let mut steps = Vec::new();
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let events = tied.iter().filter(|(_, happened)| *happened).count() as u64;
        let left = at_risk - events;
        if events > 0 {
            survival *= left as f64 / at_risk as f64;
            greenwood += events as f64 / (at_risk as f64 * left as f64);
        }
        steps.push(SurvivalStep {
            t: tied[0].0,
            at_risk,
            events,
            censored: tied.len() as u64 - events,
            survival,
            standard_error: (survival > 0.0).then(|| survival * greenwood.sqrt()),
            ci95: log_log_interval(survival, greenwood),
        });
        at_risk -= tied.len() as u64;
    }
    Ok(steps)
}

/// Kalbfleisch and Prentice's interval from survival and the sum in Greenwood's formula.
fn log_log_interval(survival: f64, greenwood: f64) -> Option<[f64; 2]> {
    if survival <= 0.0 || survival >= 1.0 {
        return None;
    }
    let half = Z_95 * greenwood.sqrt() / libm::log(survival).abs();
    Some([
        libm::pow(survival, libm::exp(half)),
        libm::pow(survival, libm::exp(-half)),
    ])
}

/// Aalen and Johansen's estimate of the cumulative incidences of several kinds of event, of which only the first to
/// come is seen. An observation is a time and the kind, from 0 to `kinds` − 1, of the event that happened then, none
/// where it was censored. There is a step for every time that occurs, in their order.
///
/// Events come before censorings of the same time. Aalen & Johansen 1978, <https://www.jstor.org/stable/4615704>. The
/// standard error is of the Greenwood type: the delta method with the events at a time as multinomial among those at
/// risk, as in Dinse & Larson 1986, doi:10.1093/biomet/73.2.379, equation 6.
///
/// # Errors
///
/// A time that is not finite or below 0, or a kind that is not below `kinds`.
pub fn aalen_johansen(
    observations: &[(f64, Option<usize>)],
    kinds: usize,
) -> Result<Vec<IncidenceStep>, CensoredError> {
    for (index, (_, kind)) in observations.iter().enumerate() {
        if let Some(kind) = kind.filter(|kind| *kind >= kinds) {
            return Err(CensoredError::Kind { index, kind, kinds });
        }
    }
    let sorted = sorted(observations)?;
    let mut at_risk = sorted.len() as u64;
    let (mut survival, mut survival_variance) = (1.0, 0.0);
    let mut incidences = vec![Incidence::default(); kinds];
    let mut events = vec![0_u64; kinds];
    let mut steps = Vec::new();
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        events.fill(0);
        for kind in tied.iter().filter_map(|(_, kind)| *kind) {
            events[kind] += 1;
        }
        let all = events.iter().sum::<u64>();
        if all > 0 {
            let risk = at_risk as f64;
            let remain = (at_risk - all) as f64 / risk;
            for (incidence, events) in incidences.iter_mut().zip(&events) {
                let hazard = *events as f64 / risk;
                incidence.step(hazard, remain, survival, survival_variance, risk);
            }
            survival_variance = remain * remain * survival_variance
                + survival * survival * (1.0 - remain) * remain / risk;
            survival *= remain;
        }
        steps.push(IncidenceStep {
            t: tied[0].0,
            at_risk,
            survival,
            incidence: incidences.iter().map(|kind| kind.value).collect(),
            standard_error: incidences
                .iter()
                .map(|kind| kind.variance.max(0.0).sqrt())
                .collect(),
        });
        at_risk -= tied.len() as u64;
    }
    Ok(steps)
}

/// One kind's incidence so far.
#[derive(Debug, Clone, Copy, Default)]
struct Incidence {
    value: f64,
    variance: f64,
    /// Its covariance with overall survival.
    covariance: f64,
}

impl Incidence {
    /// Goes on by the events of one time, a share `hazard` of the `risk` observations at risk; the share `remain` of
    /// them has no event of any kind. Survival S and its variance are those before.
    ///
    /// The new values S·remain and I + S·hazard are linear in the old ones and in the shares; among `risk`
    /// observations, these have the variances and covariance of multinomial shares, and are uncorrelated with what
    /// was before.
    fn step(&mut self, hazard: f64, remain: f64, survival: f64, survival_variance: f64, risk: f64) {
        let square = survival * survival / risk;
        self.value += survival * hazard;
        self.variance += hazard * (2.0 * self.covariance + hazard * survival_variance)
            + square * hazard * (1.0 - hazard);
        self.covariance =
            remain * (self.covariance + hazard * survival_variance) - square * hazard * remain;
    }
}

/// The observations in the order of their times, 0 for −0.
fn sorted<T: Copy>(observations: &[(f64, T)]) -> Result<Vec<(f64, T)>, CensoredError> {
    let mut sorted = Vec::with_capacity(observations.len());
    for (index, &(time, what)) in observations.iter().enumerate() {
        if !time.is_finite() || time < 0.0 {
            return Err(CensoredError::Time { index, time });
        }
        sorted.push((time + 0.0, what));
    }
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: f64, b: f64, tolerance: f64) -> bool {
        (a - b).abs() <= tolerance
    }

    /// Weeks of remission of 21 children with leukaemia under 6-mercaptopurine: Freireich et al. 1963, Blood 21(6),
    /// 699–716.
    const REMISSION: [(f64, bool); 21] = [
        (10.0, true),
        (7.0, true),
        (32.0, false),
        (23.0, true),
        (22.0, true),
        (6.0, false),
        (16.0, true),
        (34.0, false),
        (32.0, false),
        (25.0, false),
        (11.0, false),
        (20.0, false),
        (19.0, false),
        (6.0, true),
        (17.0, false),
        (35.0, false),
        (6.0, true),
        (13.0, true),
        (9.0, false),
        (6.0, true),
        (10.0, false),
    ];

    /// From version 3.5.3 of the package survival in R: `summary(survfit(Surv(t, e) ~ 1, conf.type = "log-log"))`. Version
    /// 0.30.3 of lifelines in Python gives the same limits.
    #[test]
    fn kaplan_meier_against_survival_in_r() {
        let steps = kaplan_meier(&REMISSION).unwrap();
        let times: Vec<f64> = steps.iter().map(|step| step.t).collect();
        assert_eq!(
            times,
            [
                6.0, 7.0, 9.0, 10.0, 11.0, 13.0, 16.0, 17.0, 19.0, 20.0, 22.0, 23.0, 25.0, 32.0,
                34.0, 35.0
            ]
        );
        for (t, at_risk, events, censored, survival, error, [low, high]) in [
            (
                6.0,
                21,
                3,
                1,
                0.857_143,
                0.076_360_4,
                [0.619_718, 0.951_552],
            ),
            (
                7.0,
                17,
                1,
                0,
                0.806_723,
                0.086_935_3,
                [0.563_147, 0.922_809],
            ),
            (
                9.0,
                16,
                0,
                1,
                0.806_723,
                0.086_935_3,
                [0.563_147, 0.922_809],
            ),
            (
                10.0,
                15,
                1,
                1,
                0.752_941,
                0.096_349_7,
                [0.503_200, 0.889_362],
            ),
            (
                13.0,
                12,
                1,
                0,
                0.690_196,
                0.106_814_7,
                [0.431_610, 0.849_066],
            ),
            (
                16.0,
                11,
                1,
                0,
                0.627_451,
                0.114_053_9,
                [0.367_511, 0.804_912],
            ),
            (
                22.0,
                7,
                1,
                0,
                0.537_815,
                0.128_233_8,
                [0.267_779, 0.746_791],
            ),
            (
                23.0,
                6,
                1,
                0,
                0.448_179,
                0.134_591_5,
                [0.188_052, 0.680_143],
            ),
            (
                32.0,
                4,
                0,
                2,
                0.448_179,
                0.134_591_5,
                [0.188_052, 0.680_143],
            ),
            (
                35.0,
                1,
                0,
                1,
                0.448_179,
                0.134_591_5,
                [0.188_052, 0.680_143],
            ),
        ] {
            let step = steps.iter().find(|step| step.t == t).unwrap();
            assert_eq!(
                (step.at_risk, step.events, step.censored),
                (at_risk, events, censored),
                "{t}"
            );
            assert!(near(step.survival, survival, 6e-7), "{step:?}");
            assert!(near(step.standard_error.unwrap(), error, 6e-8), "{step:?}");
            let [lo, hi] = step.ci95.unwrap();
            assert!(near(lo, low, 6e-7) && near(hi, high, 6e-7), "{step:?}");
        }
    }

    #[test]
    fn intervals_are_undefined_where_survival_is_1_or_0() {
        let steps = kaplan_meier(&[(0.0, false), (1.0, true), (2.0, true)]).unwrap();
        assert_eq!(
            (
                steps[0].survival,
                steps[0].standard_error,
                steps[0].ci95,
                steps[0].at_risk
            ),
            (1.0, Some(0.0), None, 3)
        );
        assert!(steps[1].ci95.is_some());
        assert_eq!(
            (steps[2].survival, steps[2].standard_error, steps[2].ci95),
            (0.0, None, None)
        );
        assert_eq!(kaplan_meier(&[]).unwrap(), []);
        assert_eq!(aalen_johansen(&[], 2).unwrap(), []);
    }

    /// 35 patients after a transplant of bone marrow, months to relapse (kind 0) or death without it (kind 1):
    /// Scrucca, Santucci & Aversa 2007, doi:10.1038/sj.bmt.1705727. Values from version 0.28.0 of scikit-survival in
    /// Python: `cumulative_incidence_competing_risks(status, ftime, conf_type="log-log", var_type="Dinse_Approx")` on
    /// its `load_bmt()`, where kind 0 has status 1 and the variance is what it hands to `_cum_inc_cr_ci_estimator`.
    #[test]
    fn aalen_johansen_against_scikit_survival() {
        let mut observations = Vec::new();
        let relapses = [0, 1, 3, 3, 3, 4, 4, 8, 12];
        let deaths = [0, 1, 2, 3, 4, 5, 7, 7, 8, 9, 10, 13, 14, 22, 26];
        let censored = [2, 4, 7, 8, 32, 35, 35, 67, 68, 70, 72];
        observations.extend(censored.map(|t| (f64::from(t), None)));
        observations.extend(deaths.map(|t| (f64::from(t), Some(1))));
        observations.extend(relapses.map(|t| (f64::from(t), Some(0))));
        let steps = aalen_johansen(&observations, 2).unwrap();
        assert_eq!(steps.len(), 21);
        for (t, incidence, errors) in [
            (0.0, [0.028_571_4, 0.028_571_4], [0.028_160_3, 0.028_160_3]),
            (1.0, [0.057_142_9, 0.057_142_9], [0.039_234_7, 0.039_234_7]),
            (2.0, [0.057_142_9, 0.085_714_3], [0.039_234_7, 0.047_318_8]),
            (3.0, [0.145_812_8, 0.115_270_9], [0.060_307_0, 0.054_239_6]),
            (4.0, [0.204_926_1, 0.144_827_6], [0.069_106_3, 0.059_940_5]),
            (8.0, [0.237_711_6, 0.270_505_4], [0.073_605_2, 0.077_329_0]),
            (12.0, [0.272_839_0, 0.340_760_1], [0.078_090_7, 0.084_151_9]),
            (26.0, [0.272_839_0, 0.481_269_6], [0.078_090_7, 0.090_016_8]),
            (72.0, [0.272_839_0, 0.481_269_6], [0.078_090_7, 0.090_016_8]),
        ] {
            let step = steps.iter().find(|step| step.t == t).unwrap();
            for kind in 0..2 {
                assert!(
                    near(step.incidence[kind], incidence[kind], 6e-8)
                        && near(step.standard_error[kind], errors[kind], 6e-8),
                    "{step:?}"
                );
            }
        }
    }

    #[test]
    fn impossible_observations_are_refused() {
        for time in [f64::NAN, -1.0, f64::INFINITY] {
            let refused = kaplan_meier(&[(1.0, true), (time, true)]).unwrap_err();
            assert!(
                matches!(refused, CensoredError::Time { index: 1, .. }),
                "{refused}"
            );
            let refused = aalen_johansen(&[(1.0, Some(0)), (time, None)], 1).unwrap_err();
            assert!(
                matches!(refused, CensoredError::Time { index: 1, .. }),
                "{refused}"
            );
        }
        assert_eq!(
            aalen_johansen(&[(1.0, None), (1.0, Some(2))], 2),
            Err(CensoredError::Kind {
                index: 1,
                kind: 2,
                kinds: 2
            })
        );
        let zeros = kaplan_meier(&[(-0.0, true), (0.0, true)]).unwrap();
        assert!(zeros.len() == 1 && zeros[0].t.is_sign_positive());
    }

    /// Few different times, so that there are ties of all sorts; half of the observations are censored.
    fn observations(kinds: usize) -> impl Strategy<Value = Vec<(f64, Option<usize>)>> {
        let time = (0_u32..12).prop_map(|t| f64::from(t) * 0.7);
        let kind = prop_oneof![Just(None), (0..kinds).prop_map(Some)];
        proptest::collection::vec((time, kind), 1..80)
    }

    proptest! {
        /// The incidences of all kinds and Kaplan and Meier's survival of any kind are 1; the standard error of the
        /// sum of two kinds is that of survival where there are but these.
        #[test]
        fn incidences_share_what_survival_leaves(observations in observations(3)) {
            let any: Vec<(f64, bool)> = observations.iter().map(|(t, kind)| (*t, kind.is_some())).collect();
            let one: Vec<(f64, Option<usize>)> = observations.iter().map(|(t, kind)| (*t, kind.map(|_| 0))).collect();
            let survival = kaplan_meier(&any).unwrap();
            let steps = aalen_johansen(&observations, 3).unwrap();
            let merged = aalen_johansen(&one, 1).unwrap();
            prop_assert_eq!(steps.len(), survival.len());
            for ((step, survival), merged) in steps.iter().zip(&survival).zip(&merged) {
                prop_assert_eq!((step.t, step.at_risk), (survival.t, survival.at_risk));
                prop_assert_eq!(step.survival, survival.survival);
                prop_assert!(near(step.incidence.iter().sum::<f64>() + survival.survival, 1.0, 1e-13));
                if let Some(error) = survival.standard_error {
                    prop_assert!(near(merged.standard_error[0], error, 1e-8), "{:?} {:?}", merged, survival);
                }
                if let Some([low, high]) = survival.ci95 {
                    prop_assert!(0.0 <= low && low < survival.survival && survival.survival < high && high <= 1.0);
                }
            }
        }

        /// Censored at a common horizon only, the estimates are shares with the standard errors of shares.
        #[test]
        fn with_one_horizon_they_are_shares(observations in observations(2), horizon in 0.0_f64..9.0) {
            let cut: Vec<(f64, Option<usize>)> = observations
                .iter()
                .map(|&(t, kind)| if t > horizon { (horizon, None) } else { (t, kind.or(Some(0))) })
                .collect();
            let any: Vec<(f64, bool)> = cut.iter().map(|(t, kind)| (*t, kind.is_some())).collect();
            let n = cut.len() as f64;
            let incidences = aalen_johansen(&cut, 2).unwrap();
            for (step, incidence) in kaplan_meier(&any).unwrap().iter().zip(&incidences) {
                let later = cut.iter().filter(|(t, kind)| *t > step.t || kind.is_none()).count() as f64 / n;
                prop_assert!(near(step.survival, later, 1e-14));
                if later > 0.0 {
                    prop_assert!(near(step.standard_error.unwrap(), (later * (1.0 - later) / n).sqrt(), 1e-8));
                }
                for kind in 0..2 {
                    let share = cut.iter().filter(|(t, k)| *t <= step.t && *k == Some(kind)).count() as f64 / n;
                    prop_assert!(near(incidence.incidence[kind], share, 1e-14));
                    prop_assert!(near(incidence.standard_error[kind], (share * (1.0 - share) / n).sqrt(), 1e-8));
                }
            }
        }

        #[test]
        fn the_order_of_observations_is_nothing(observations in observations(2), turn in 0_usize..80) {
            let mut turned = observations.clone();
            turned.rotate_left(turn % observations.len());
            prop_assert_eq!(aalen_johansen(&turned, 2).unwrap(), aalen_johansen(&observations, 2).unwrap());
        }
    }
}
