//! Made-up trials for tests, usual and odd.

use indexmap::IndexMap;

use crate::figures::fixtures::HONESTY;
use detente_report::trajectory::{
    Change, FactorInfo, FactorTurn, Held, LevelChange, Step, StepCause, Titles, Trajectory,
};

const FACTORS: [(&str, &str, &str); 7] = [
    (
        "use_of_force",
        "(1) Desire to resolve problems by military force",
        "danger",
    ),
    (
        "alliance_expansion",
        "(2) Expansion of alliances of which Belarus is not a member",
        "danger",
    ),
    (
        "offensive_capability",
        "(3) Stronger offensive capabilities in adjacent states",
        "danger",
    ),
    ("readiness", "(4) Shorter readiness times", "danger"),
    (
        "weak_organisations",
        "(5) Weaker organisations of which Belarus is a member",
        "danger",
    ),
    (
        "concentration",
        "(a) Concentration of another state's forces along the border",
        "threat",
    ),
    (
        "demonstration",
        "(b) Declaration and demonstration of force",
        "threat",
    ),
];

/// A trial in which nothing happens.
pub fn quiet() -> Trajectory {
    let mut initial = IndexMap::new();
    initial.insert("forces_nato".to_owned(), Held::Number(8.0));
    initial.insert("open_skies".to_owned(), Held::State("in_force".to_owned()));
    Trajectory {
        scenario: "belarus-2019".to_owned(),
        policy: "multi-vector".to_owned(),
        titles: Titles {
            scenario: "Belarus between Russia and NATO".to_owned(),
            policy: "Multi-vector".to_owned(),
        },
        seed: 7,
        trial: 17,
        time_unit: "year".to_owned(),
        epoch: Some("2019-09-01".to_owned()),
        horizon: 10.0,
        honesty: HONESTY.to_owned(),
        levels: ["stability", "danger", "threat", "conflict"]
            .map(str::to_owned)
            .to_vec(),
        factors: FACTORS
            .map(|(name, title, level)| FactorInfo {
                name: name.to_owned(),
                title: title.to_owned(),
                level: level.to_owned(),
            })
            .to_vec(),
        initial,
        initial_level: Some("danger".to_owned()),
        initial_factors: vec!["use_of_force".to_owned()],
        steps: Vec::new(),
        cut: None,
        outcomes: None,
        by: IndexMap::new(),
        failure: None,
    }
}

/// A step of no consequence.
pub fn step(t: f64, name: &str) -> Step {
    Step {
        t,
        date: None,
        name: name.to_owned(),
        title: format!("What is called {name}"),
        actor: None,
        cause: StepCause::Rate,
        caused_by: None,
        branch: None,
        changes: Vec::new(),
        level: None,
        factors: Vec::new(),
    }
}

/// The step that takes the level from one to another by turning a factor.
pub fn turning(step: Step, from: &str, to: &str, factor: &str, on: bool) -> Step {
    Step {
        level: Some(LevelChange {
            from: from.to_owned(),
            to: to.to_owned(),
        }),
        factors: vec![FactorTurn {
            name: factor.to_owned(),
            on,
        }],
        ..step
    }
}

/// Some 150 steps of 40 events and three actors, with threats that come and go and a war at the end.
pub fn eventful() -> Trajectory {
    let mut trial = quiet();
    let mut forces = 8.0;
    for index in 0..150_u32 {
        // Multiples of the golden ratio's fraction, so that times bunch a little and do not repeat.
        let aside = (f64::from(index) * 0.618_033_988_75).fract();
        let t = 10.0 * (f64::from(index) + 0.8 * aside) / 151.0;
        let mut step = Step {
            title: format!("Event {} of the region and its neighbours", index % 40),
            actor: [Some("belarus"), Some("nato"), Some("russia"), None][(index % 4) as usize]
                .map(str::to_owned),
            date: Some(format!(
                "{}-{:02}-{:02}",
                2019 + index / 15,
                1 + index % 12,
                1 + index % 28
            )),
            ..step(t, &format!("event_{}", index % 40))
        };
        if index % 9 == 3 {
            step.changes.push(Change {
                name: "forces_nato".to_owned(),
                from: Held::Number(forces),
                to: Held::Number(forces + 1.0),
            });
            forces += 1.0;
        }
        if index % 30 == 7 {
            step.cause = StepCause::Rule;
        }
        step = match index {
            149 => Step {
                factors: Vec::new(),
                ..turning(step, "danger", "conflict", "use_of_force", true)
            },
            _ if index % 16 == 5 => turning(step, "danger", "threat", "demonstration", true),
            _ if index % 16 == 7 => turning(step, "threat", "danger", "demonstration", false),
            _ => step,
        };
        trial.steps.push(step);
    }
    trial
}

/// So many steps of a number that goes up and down at random, evenly over ten years, with the level and a factor turning at each.
pub fn walk(steps: usize) -> Trajectory {
    let mut trial = quiet();
    let mut forces = 8.0;
    for index in 0..steps {
        let t = 10.0 * (index as f64 + 0.5) / steps as f64;
        let rises = (index as f64 * 0.618_033_988_75).fract() < 0.5;
        let to = if rises { forces + 1.0 } else { forces - 1.0 };
        let mut step = match index % 2 {
            0 => turning(step(t, "event"), "danger", "threat", "demonstration", true),
            _ => turning(step(t, "event"), "threat", "danger", "demonstration", false),
        };
        step.changes.push(Change {
            name: "forces_nato".to_owned(),
            from: Held::Number(forces),
            to: Held::Number(to),
        });
        forces = to;
        trial.steps.push(step);
    }
    trial
}

/// Three hundred firings of twelve events without a doctrine or a date.
pub fn arms_race() -> Trajectory {
    let mut trial = Trajectory {
        scenario: "arms-race".to_owned(),
        policy: String::new(),
        titles: Titles {
            scenario: "An arms race".to_owned(),
            policy: String::new(),
        },
        epoch: None,
        horizon: 30.0,
        levels: Vec::new(),
        factors: Vec::new(),
        initial: IndexMap::new(),
        initial_level: None,
        initial_factors: Vec::new(),
        ..quiet()
    };
    trial.initial.insert("W".to_owned(), Held::Number(4.0));
    let mut arms = 4.0;
    for index in 0..300_u32 {
        let event = (index * index + index / 7) % 12;
        let mut step = step(f64::from(index) * 0.1 + 0.05, &format!("event_{event}"));
        if event == 1 {
            let to = arms + if arms > 9.0 { -3.0 } else { 1.0 };
            step.changes.push(Change {
                name: "W".to_owned(),
                from: Held::Number(arms),
                to: Held::Number(to),
            });
            arms = to;
        }
        trial.steps.push(step);
    }
    trial
}

/// Every made-up trial by name.
pub fn all() -> Vec<(&'static str, Trajectory)> {
    let at_once = Trajectory {
        steps: (0..40)
            .map(|index| match index % 2 {
                0 => turning(step(3.0, "up"), "danger", "threat", "concentration", true),
                _ => turning(
                    step(3.0, "down"),
                    "threat",
                    "danger",
                    "concentration",
                    false,
                ),
            })
            .collect(),
        ..quiet()
    };
    let at_the_start = Trajectory {
        steps: vec![turning(
            step(0.0, "first"),
            "danger",
            "threat",
            "readiness",
            true,
        )],
        epoch: None,
        ..quiet()
    };
    let no_doctrine = Trajectory {
        levels: Vec::new(),
        factors: Vec::new(),
        initial_level: None,
        initial_factors: Vec::new(),
        steps: vec![step(2.0, "hit"), step(2.5, "miss")],
        ..quiet()
    };
    let failed = Trajectory {
        steps: eventful().steps[..60].to_vec(),
        failure: Some(
            "trial 17, t = 3.97, event `event_20`: `west` would be 41, which is above its maximum of 40 \
             (west = 40, east = 24, tension = 1.4)"
                .to_owned(),
        ),
        ..eventful()
    };
    let failed_at_once = Trajectory {
        failure: Some("the rate of `hit` is NaN".to_owned()),
        ..quiet()
    };
    let mut busy = eventful();
    busy.steps = (0..4_000_u32)
        .map(|index| Step {
            actor: Some(format!("actor_{}", index % 5)),
            ..step(f64::from(index) / 400.0, &format!("event_{}", index % 90))
        })
        .collect();
    vec![
        ("quiet", quiet()),
        ("eventful", eventful()),
        ("arms-race", arms_race()),
        ("at-once", at_once),
        ("at-the-start", at_the_start),
        ("no-doctrine", no_doctrine),
        ("failed", failed),
        ("failed-at-once", failed_at_once),
        ("busy", busy),
        ("long-names", long_names()),
        ("not-numbers", not_numbers()),
        ("nothing", nothing()),
    ]
}

fn long_names() -> Trajectory {
    let mut trial = eventful();
    trial.scenario =
        "a_scenario_whose_name_is_far_longer_than_any_that_somebody_would_write".repeat(3);
    trial.policy = "политика, у которой <очень> длинное имя & \"кавычки\" ".repeat(6);
    trial.levels = vec![
        "a_level_with_a_name_of_forty_characters_".to_owned(),
        "опасность".to_owned(),
        "threat".to_owned(),
    ];
    trial.initial_level = Some("опасность".to_owned());
    for factor in &mut trial.factors {
        factor.level.clone_from(&trial.levels[0]);
        factor.title = format!("{} — и ещё много слов о том же самом факторе", factor.title);
    }
    for (index, step) in trial.steps.iter_mut().enumerate() {
        step.actor = Some(format!("союзник_с_именем_из_сорока_букв_{}", index % 3));
        step.title = format!(
            "Событие номер {index}, заголовок которого, <как> нарочно, не помещается ни в одну строку & дальше"
        );
        if let Some(level) = &mut step.level {
            level.from = "опасность".to_owned();
            level.to = trial.levels[index % 3].clone();
        }
        step.date = None;
    }
    trial.initial.insert(
        "a_variable_whose_name_has_forty_letters_".to_owned(),
        Held::Number(0.0),
    );
    for index in 0..5_u32 {
        let change = Change {
            name: "a_variable_whose_name_has_forty_letters_".to_owned(),
            from: Held::Number(0.0),
            to: Held::Number(1e7 * f64::from(index) + 0.125),
        };
        trial.steps[7 * index as usize].changes.push(change);
    }
    trial
}

fn not_numbers() -> Trajectory {
    let mut trial = eventful();
    trial.horizon = f64::NAN;
    trial.steps[3].t = f64::NAN;
    trial.steps[9].t = f64::INFINITY;
    trial.steps[12].changes[0].to = Held::Number(f64::NAN);
    trial.steps[21].changes[0].to = Held::Number(f64::INFINITY);
    trial.epoch = Some("some day".to_owned());
    trial
}

fn nothing() -> Trajectory {
    Trajectory {
        scenario: String::new(),
        policy: String::new(),
        time_unit: String::new(),
        epoch: None,
        honesty: String::new(),
        levels: Vec::new(),
        factors: Vec::new(),
        initial: IndexMap::new(),
        initial_level: None,
        initial_factors: Vec::new(),
        ..quiet()
    }
}
