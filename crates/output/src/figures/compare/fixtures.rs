//! Made-up comparisons for tests.

use detente_report::comparison::Comparison;
use serde_json::{Map, Value, json};

/// What a made-up comparison has.
pub struct Made<'a> {
    pub policies: Vec<String>,
    /// Title, kind and better direction of each outcome.
    pub outcomes: Vec<(&'a str, &'a str, Option<&'a str>)>,
    pub draws: bool,
    pub obligations: usize,
    /// Whether no trial differs between any two policies.
    pub equal: bool,
}

impl Default for Made<'_> {
    fn default() -> Self {
        Self {
            policies: names(6),
            outcomes: vec![
                ("Conflict on Belarus’s territory", "ever", Some("lower")),
                ("Years free of threat", "integral", Some("higher")),
                ("First conflict", "first_time", Some("higher")),
                ("Share of time in danger", "time_share", Some("lower")),
                ("Cost of forces", "integral", None),
            ],
            draws: true,
            obligations: 3,
            equal: false,
        }
    }
}

/// So many names of policies.
pub fn names(count: usize) -> Vec<String> {
    let words = ["multi-vector", "csto-integration", "nato-turn", "hedge"];
    (0..count)
        .map(|index| format!("{}-{index}", words[index % words.len()]))
        .collect()
}

/// A number between −1 and 1 that differs from place to place.
fn wave(place: usize) -> f64 {
    libm::sin(place as f64 * 1.7 + 0.3)
}

impl Made<'_> {
    pub fn comparison(&self) -> Comparison {
        let mut outcomes = Map::new();
        for (index, outcome) in self.outcomes.iter().enumerate() {
            outcomes.insert(format!("outcome_{index}"), self.outcome(index, *outcome));
        }
        let titles = self.policies.iter();
        let titles: Map<String, Value> = titles
            .map(|name| (name.clone(), json!(format!("Title of {name}"))))
            .collect();
        let obligations = (0..self.obligations).map(|index| {
            let kept = self.policies.iter().enumerate();
            let kept = kept.map(|(policy, name)| (name.clone(), obligation(policy, index)));
            (
                format!("obligation_{index}"),
                kept.collect::<Map<_, _>>().into(),
            )
        });
        let judged = self.outcomes.iter().filter(|of| of.2.is_some()).count();
        let mut comparison = json!({
            "honesty": "Consequences of the assumptions, not a forecast.",
            "scenario": "Belarus between NATO and the CSTO",
            "policies": titles,
            "baseline": self.policies[0],
            "seed": 7,
            "trials": 5000,
            "time_unit": "year",
            "epoch": "2019-09-01",
            "horizon": 10.0,
            "outcomes": outcomes,
            "obligations": obligations.collect::<Map<String, Value>>(),
        });
        if judged >= 2 {
            comparison["front"] = self.front();
        }
        if self.draws {
            comparison["draws"] = self.draws();
        }
        serde_json::from_value(comparison).unwrap()
    }

    /// Each policy's mean on an outcome.
    fn mean(&self, outcome: usize, policy: usize) -> f64 {
        if self.equal {
            0.3
        } else {
            0.3 + 0.1 * wave(7 * outcome + policy)
        }
    }

    fn outcome(&self, index: usize, (title, kind, better): (&str, &str, Option<&str>)) -> Value {
        let names = self.policies.iter().enumerate();
        let standings = names.clone().map(|(policy, name)| {
            let mut standing = json!({ "mean": self.mean(index, policy), "se": 0.005 });
            if better.is_some() {
                standing["rank"] = json!({
                    "may_be_best": policy % 3 == 1,
                    "regret": 0.1,
                    "regret_ci95": [0.0, 0.2],
                });
            }
            (name.clone(), standing)
        });
        let pairs = names.skip(1).map(|(policy, name)| {
            let estimate = self.mean(index, policy) - self.mean(index, 0);
            // The third policy differs by the same in all trials.
            let steady = policy == 2 && kind == "integral";
            let none = self.equal || steady;
            let mut pair = json!({
                "policy_a": name,
                "policy_b": self.policies[0],
                "estimate": estimate,
                "se": if none { 0.0 } else { 0.004 },
                "ci95": if none { Value::Null } else { json!([estimate - 0.008, estimate + 0.008]) },
                "p": 0.01,
                "p_holm": 0.02,
                "trials_that_differ": if self.equal { 0 } else { 4000 },
                "sharing": {
                    "correlation": 0.5,
                    "variance_ratio": if none { Value::Null } else { json!(libm::exp(4.0 * wave(index + policy))) },
                    "trials_saved": 1000.0,
                    "says": "",
                },
            });
            if kind == "first_time" {
                let t: Vec<f64> = (0..=400).map(|step| f64::from(step) / 40.0).collect();
                let at = |by: f64| t.iter().map(|t| t / 10.0 * (estimate + by)).collect::<Vec<_>>();
                pair["survival"] = json!({ "t": t, "d": at(0.0), "lo": at(-0.01), "hi": at(0.01) });
            }
            pair
        });
        let mut outcome = json!({
            "kind": kind,
            "title": title,
            "policies": standings.collect::<Map<_, _>>(),
            "pairs": pairs.collect::<Vec<_>>(),
        });
        if let Some(better) = better {
            outcome["better"] = json!(better);
        }
        if matches!(kind, "integral" | "first_time") {
            outcome["unit"] = json!("year");
        }
        outcome
    }

    /// A front of the first two outcomes that have a better direction.
    fn front(&self) -> Value {
        let judged = self.outcomes.iter().enumerate();
        let judged = judged.filter(|(_, of)| of.2.is_some()).take(2);
        let judged: Vec<(usize, f64)> = judged
            .map(|(index, of)| (index, if of.2 == Some("higher") { 1.0 } else { -1.0 }))
            .collect();
        let values = |policy: usize| {
            judged
                .iter()
                .map(move |(of, sign)| sign * self.mean(*of, policy))
        };
        let beats = |one: usize, other: usize| {
            values(one)
                .zip(values(other))
                .all(|(one, other)| one >= other)
                && values(one).ne(values(other))
        };
        let count = self.policies.len();
        let members = self.policies.iter().enumerate().map(|(policy, name)| {
            let by: Vec<&String> = (0..count)
                .filter(|other| beats(*other, policy))
                .map(|other| &self.policies[other])
                .collect();
            let member = json!({
                "on_front": by.is_empty(),
                "share_of_resamples": if by.is_empty() { 0.971 } else { 0.004 },
                "beaten_by": by,
            });
            (name.clone(), member)
        });
        let outcomes: Vec<String> = judged
            .iter()
            .map(|(of, _)| format!("outcome_{of}"))
            .collect();
        json!({ "outcomes": outcomes, "policies": members.collect::<Map<_, _>>(), "resamples": 1000 })
    }

    fn draws(&self) -> Value {
        let spread = |place: usize| {
            let correlations = (0..20).map(|parameter| {
                let rho = 0.9 * wave(place + parameter) / (1.0 + parameter as f64 / 4.0);
                json!({ "parameter": format!("parameter_{parameter}"), "rho": rho, "ci95": [rho - 0.2, rho + 0.2] })
            });
            json!({
                "mean": 0.3,
                "se": 0.01,
                "ci95": [0.28, 0.32],
                "quantiles": [-0.2 + 0.1 * wave(place), 0.1 * wave(place), 0.2 + 0.1 * wave(place)],
                "variance": null,
                "correlations": correlations.collect::<Vec<_>>(),
            })
        };
        let outcomes = self.outcomes.iter().enumerate().map(|(index, of)| {
            let policies = self.policies.iter().map(|name| {
                let mut policy = spread(index);
                if of.2.is_some() {
                    policy["best"] =
                        json!({ "share": 0.25, "ci95": [0.15, 0.39], "expected_regret": 0.02 });
                }
                (name.clone(), policy)
            });
            let differences = self
                .policies
                .iter()
                .enumerate()
                .skip(1)
                .map(|(policy, name)| {
                    let mut difference = spread(index + policy);
                    difference["policy_a"] = json!(name);
                    difference["policy_b"] = json!(self.policies[0]);
                    difference["share_above_zero"] = json!(0.5);
                    difference["share_above_zero_ci95"] = json!([0.36, 0.64]);
                    difference["share_equal"] = json!(0.0);
                    difference
                });
            let drawn = json!({
                "policies": policies.collect::<Map<_, _>>(),
                "differences": differences.collect::<Vec<_>>(),
            });
            (format!("outcome_{index}"), drawn)
        });
        json!({
            "draws": 50,
            "trials_per_draw": 100,
            "parameters": (0..20).map(|parameter| format!("parameter_{parameter}")).collect::<Vec<_>>(),
            "outcomes": outcomes.collect::<Map<_, _>>(),
        })
    }
}

/// Never, always, or now and then in breach.
fn obligation(policy: usize, index: usize) -> Value {
    let [time, trials] = match (policy + index) % 3 {
        0 => [0.0, 0.0],
        1 => [1.0, 1.0],
        _ => [0.231, 0.554],
    };
    json!({
        "treaty": "csto",
        "text": "Collective Security Treaty, Art. 1: no grouping of states directed against another party",
        "trials": trials,
        "trials_ci95": [f64::max(trials - 0.01, 0.0), f64::min(trials + 0.01, 1.0)],
        "time": time,
        "time_ci95": if time > 0.0 && time < 1.0 { json!([time - 0.01, time + 0.01]) } else { Value::Null },
    })
}
