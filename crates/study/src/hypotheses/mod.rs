//! Claims about outcomes under stated settings, judged on trials that all settings share.
//!
//! Every distinct setting runs the same trials, and every event draws the same numbers under each. The value of a linear
//! comparison, a difference of differences too, is formed within each trial; its interval is that of a mean.

mod draws;
mod part;
mod value;
mod verdict;

pub use draws::{ClaimsDrawn, DrawnClaims};

use self::value::Estimate;
use super::or_horizon;
use detente_model::scenario::{Comparison, Expectation, Hypothesis, Linear, MeasureKind, Scenario};
use detente_report::hypotheses::{Cell, Effect, HypothesisReport, Side, Verdict, WithoutMechanism};
use detente_stats::holm;
use part::{Column, Part};
use value::Value;
use verdict::{left, verdict};

/// The chance that a 95 % interval misses at either end.
const MISS: f64 = 0.025;

/// Where a claim's settings run: for each comparison that is made of it, the program of each of its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// At the parameters' own values.
    pub main: Vec<usize>,
    /// With parameters at their neutral values, where the claim names any.
    pub neutral: Option<Vec<usize>>,
    /// Under every combination of other levers' options.
    pub across: Vec<PlacedCell>,
}

/// One combination of other levers' options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCell {
    /// Levers and their options.
    pub levers: Vec<(usize, usize)>,
    /// The program of each setting.
    pub programs: Vec<usize>,
}

/// The columns that comparisons read.
#[derive(Debug, Clone, Default)]
struct Columns {
    list: Vec<Column>,
    /// The values of the next trials.
    values: Vec<Vec<f64>>,
}

impl Columns {
    /// The place of an outcome under a program.
    fn place(&mut self, program: usize, outcome: usize, kind: MeasureKind, horizon: f64) -> usize {
        let same = |known: &Column| (known.program, known.outcome) == (program, outcome);
        if let Some(known) = self.list.iter().position(same) {
            return known;
        }
        self.list.push(Column {
            program,
            outcome,
            kind,
            horizon,
            seen: [f64::INFINITY, f64::NEG_INFINITY],
        });
        self.values.push(Vec::new());
        self.list.len() - 1
    }

    /// A comparison whose settings run as `programs`.
    fn value(
        &mut self,
        comparison: &Comparison<Linear>,
        programs: &[usize],
        scenario: &Scenario,
    ) -> Value {
        let placed = comparison.map(&mut |part: &Linear| {
            let terms = part.under(programs).into_iter().map(|term| {
                let kind = scenario.outcomes[term.outcome].measure.kind();
                let column = self.place(term.setting, term.outcome, kind, scenario.horizon());
                (term.factor, column)
            });
            (part.constant, terms.collect::<Vec<_>>())
        });
        placed.map(&mut |(constant, terms)| Part::new(*constant, terms.clone(), &self.list))
    }

    /// Takes the next trials of every program: for each a column an outcome, NaN where a first time was not reached.
    fn take(&mut self, programs: &[&[Vec<f64>]]) {
        for (column, values) in self.list.iter_mut().zip(&mut self.values) {
            values.clear();
            let found = programs[column.program][column.outcome].iter();
            values.extend(found.map(|value| or_horizon(*value, column.horizon)));
            let [low, high] = column.seen;
            column.seen = [
                values.iter().copied().fold(low, f64::min),
                values.iter().copied().fold(high, f64::max),
            ];
        }
    }

    /// What was seen of an outcome under any setting is seen of all.
    fn share_what_was_seen(&mut self) {
        for place in 0..self.list.len() {
            let outcome = self.list[place].outcome;
            let same = self.list.iter().filter(|of| of.outcome == outcome);
            let [low, high] = same.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], of| {
                [low.min(of.seen[0]), high.max(of.seen[1])]
            });
            self.list[place].seen = [low, high];
        }
    }
}

/// A claim's comparisons.
struct Claim<'s> {
    of: &'s Hypothesis,
    main: Value,
    neutral: Option<Value>,
    across: Vec<(Vec<(usize, usize)>, Value)>,
}

/// Claims being judged: trials come in chunk by chunk, and memory does not grow with them.
pub struct Judging<'s> {
    scenario: &'s Scenario,
    claims: Vec<Claim<'s>>,
    columns: Columns,
    room: Vec<f64>,
}

impl<'s> Judging<'s> {
    /// A scenario's claims, whose settings run as `placed` says.
    #[must_use]
    pub fn new(scenario: &'s Scenario, placed: &[Placed]) -> Self {
        let mut columns = Columns::default();
        let claims = scenario
            .hypotheses()
            .iter()
            .zip(placed)
            .map(|(of, placed)| {
                let mut value =
                    |programs: &[usize]| columns.value(&of.comparison, programs, scenario);
                Claim {
                    of,
                    main: value(&placed.main),
                    neutral: placed.neutral.as_deref().map(&mut value),
                    across: placed
                        .across
                        .iter()
                        .map(|cell| (cell.levers.clone(), value(&cell.programs)))
                        .collect(),
                }
            });
        Self {
            scenario,
            claims: claims.collect(),
            columns,
            room: Vec::new(),
        }
    }

    /// Adds the same trials of every program: for each a column an outcome, NaN where a first time was not reached.
    pub fn add(&mut self, programs: &[&[Vec<f64>]]) {
        self.columns.take(programs);
        let (values, room) = (&self.columns.values, &mut self.room);
        let mut add = |part: &mut Part| part.add(values, room);
        for claim in &mut self.claims {
            claim.main.for_each_mut(&mut add);
            if let Some(neutral) = &mut claim.neutral {
                neutral.for_each_mut(&mut add);
            }
            for (_, value) in &mut claim.across {
                value.for_each_mut(&mut add);
            }
        }
    }

    /// The claims, judged, each with its name.
    #[must_use]
    pub fn reports(&mut self) -> Vec<(String, HypothesisReport)> {
        self.columns.share_what_was_seen();
        let columns = &self.columns.list;
        let mut reports: Vec<(String, HypothesisReport)> = self
            .claims
            .iter()
            .map(|claim| (claim.of.name.clone(), self.report(claim, columns)))
            .collect();
        let p: Vec<f64> = reports.iter().map(|(_, report)| report.p).collect();
        for ((_, report), adjusted) in reports.iter_mut().zip(holm(&p)) {
            report.p_holm = adjusted;
        }
        reports
    }

    fn report(&self, claim: &Claim<'_>, columns: &[Column]) -> HypothesisReport {
        let of = claim.of;
        let judged = |value: &Value| judged(of.expect, of.smallest, value, columns);
        let (main, p) = judged(&claim.main);
        let without_mechanism = claim.neutral.as_ref().map(|value| {
            let (effect, _) = judged(value);
            let names = of.neutral.iter().map(|place| {
                let parameter = &self.scenario.parameters()[*place];
                parameter.name().to_owned()
            });
            WithoutMechanism {
                neutral: names.collect(),
                left: left(of.smallest, effect.ci95),
                effect,
            }
        });
        let across = claim.across.iter().map(|(levers, value)| {
            let names = levers.iter().map(|(lever, option)| {
                let (lever, option) = self.scenario.lever_option(*lever, *option);
                (lever.to_owned(), option.to_owned())
            });
            Cell {
                levers: names.collect(),
                effect: judged(value).0,
            }
        });
        HypothesisReport {
            claim: of.claim.clone(),
            compare: of.compare.clone(),
            expect: of.expect.text().to_owned(),
            smallest: (of.smallest > 0.0).then_some(of.smallest),
            unit: of.unit.clone(),
            effect: main,
            interval: match claim.main {
                Comparison::Linear(_) => "paired",
                _ => "simultaneous",
            }
            .to_owned(),
            p,
            p_holm: p,
            without_mechanism,
            across: across.collect(),
            draws: None,
        }
    }
}

/// The effect with its verdict, and the one-sided p-value of the claim's contrary. A verdict for or against the claim needs its
/// interval and a p-value, which may be of two methods, to agree.
fn judged(expect: Expectation, smallest: f64, value: &Value, columns: &[Column]) -> (Effect, f64) {
    let ends = [value.lower(MISS, columns), value.upper(MISS, columns)];
    let effect = |ci95, verdict| Effect {
        estimate: value.estimate(),
        ci95,
        verdict,
    };
    if !ends.iter().all(|end| end.is_finite()) {
        return (effect(None, Verdict::Undecided), 1.0);
    }
    let above = |bound: f64| value.p_above(bound, columns);
    let below = |bound: f64| value.p_below(bound, columns);
    let (claimed, contrary) = match expect {
        Expectation::Above => (above(0.0), below(0.0)),
        Expectation::Below => (below(0.0), above(0.0)),
        // Two one-sided tests: Schuirmann 1987, doi:10.1007/BF01068419.
        Expectation::Equal => (
            below(smallest).max(above(-smallest)),
            above(smallest).min(below(-smallest)),
        ),
    };
    let verdict = verdict(expect, smallest, ends);
    let agreed = match verdict.side() {
        Side::Claimed => claimed <= MISS,
        Side::Contrary => contrary <= MISS,
        Side::Neither => true,
    };
    let verdict = if agreed { verdict } else { Verdict::Undecided };
    (effect(Some(ends), verdict), claimed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(kind: MeasureKind, values: [&[f64]; 2]) -> Columns {
        let mut columns = Columns::default();
        for program in 0..2 {
            columns.list.push(Column {
                program,
                outcome: 0,
                kind,
                horizon: 10.0,
                seen: [f64::INFINITY, f64::NEG_INFINITY],
            });
            columns.values.push(Vec::new());
        }
        let [a, b] = values.map(|of| vec![of.to_vec()]);
        columns.take(&[&a, &b]);
        columns.share_what_was_seen();
        columns
    }

    /// The first less the second, judged.
    fn difference(kind: MeasureKind, expect: Expectation, values: [&[f64]; 2]) -> (Effect, f64) {
        let columns = columns(kind, values);
        let mut part = Part::new(0.0, vec![(1.0, 0), (-1.0, 1)], &columns.list);
        part.add(&columns.values, &mut Vec::new());
        judged(expect, 0.5, &Value::Linear(part), &columns.list)
    }

    #[test]
    fn equal_values_without_a_bound_say_nothing() {
        let none = [0.0; 1_000].as_slice();
        let few = [0.0; 2].as_slice();
        for expect in [Expectation::Above, Expectation::Below, Expectation::Equal] {
            for values in [few, none] {
                let (effect, p) = difference(MeasureKind::Firings, expect, [values; 2]);
                assert_eq!((effect.estimate, effect.ci95), (0.0, None));
                assert_eq!((effect.verdict, p), (Verdict::Undecided, 1.0));
            }
        }
        // What happens or not has a bound, and so has what was seen to vary.
        let (effect, p) = difference(MeasureKind::Ever, Expectation::Equal, [none; 2]);
        assert!(effect.verdict == Verdict::Supported && p < 1e-9);
        let varied: Vec<f64> = (0..1_000).map(|trial| f64::from(trial % 3)).collect();
        let kind = MeasureKind::Firings;
        let (effect, p) = difference(kind, Expectation::Equal, [&varied; 2]);
        assert!(effect.verdict == Verdict::Supported && p < 1e-9);
        assert!(
            effect
                .ci95
                .is_some_and(|[low, high]| low < 0.0 && high > 0.0)
        );
    }

    /// Tango's interval for 4 discordant trials, all one way, lies above 0; `McNemar`'s exact p is 1 in 16.
    #[test]
    fn interval_and_p_agree() {
        let kind = MeasureKind::Ever;
        for (discordant, verdict) in [
            (4_usize, Verdict::Undecided),
            (6, Verdict::AsClaimedSizeOpen),
        ] {
            let with: Vec<f64> = (0..10)
                .map(|trial| f64::from(u8::from(trial < discordant)))
                .collect();
            let without = [0.0; 10].as_slice();
            let (effect, p) = difference(kind, Expectation::Above, [&with, without]);
            assert!(effect.ci95.is_some_and(|[low, _]| low > 0.0), "{effect:?}");
            assert_eq!(effect.verdict, verdict, "{effect:?}");
            assert!((p - libm::exp2(-(discordant as f64))).abs() < 1e-12, "{p}");
            // The same claim the other way round.
            let (effect, p) = difference(kind, Expectation::Below, [&with, without]);
            let contrary = match verdict {
                Verdict::Undecided => verdict,
                _ => Verdict::ContrarySizeOpen,
            };
            assert!(effect.verdict == contrary && p > 0.9, "{effect:?} {p}");
        }
    }
}
