//! Laws that hold for every scenario, seed and number of threads.

use crate::support::{columns, config, exactly, load_text, load_with_policy, scenario, study};
use detente::study::{Loaded, Overrides, Plan, RunOptions, load, run};
use detente_sim::engine::{Engine, Recorder};
use proptest::prelude::*;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

fn config_text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("configs")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

fn bits(columns: &[Vec<f64>]) -> Vec<Vec<u64>> {
    columns
        .iter()
        .map(|column| column.iter().map(|value| value.to_bits()).collect())
        .collect()
}

fn plan(trials: u64, threads: usize) -> Plan {
    Plan {
        seed: 5,
        trials,
        threads,
        sampler: detente::study::Sampler::Engine,
        precision: None,
    }
}

/// Every file that a run leaves, by its place in the folder.
fn files_of_a_run(loaded: &Loaded, trials: u64, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let options = RunOptions {
        plan: plan(trials, threads),
        out: dir.path().to_owned(),
        parameter_draws: 0,
        figures: true,
        trace: true,
        command_line: Vec::new(),
    };
    run(loaded, &options, &AtomicBool::new(false), |_| ()).unwrap();
    let mut files = BTreeMap::new();
    for folder in ["", "figures"] {
        for entry in std::fs::read_dir(dir.path().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Also the PNG and Parquet files, although only the others are promised.
#[test]
fn one_two_and_three_threads_leave_the_same_bytes() {
    for loaded in [
        config("belarus-2019.toml", Some("multi-vector")),
        config("belarus-2019.toml", Some("hedge")),
        config("ladder.toml", None),
    ] {
        let mut runs = [1, 2, 3].map(|threads| files_of_a_run(&loaded, 5_500, threads));
        for files in &mut runs {
            assert!(files.len() >= 9, "{:?}", files.keys());
            files.remove("/manifest.json").unwrap();
        }
        assert!(runs[0] == runs[1] && runs[0] == runs[2]);
    }
}

#[test]
fn the_first_trials_of_a_longer_run_are_the_shorter_run() {
    let loaded = config("belarus-2019.toml", Some("multi-vector"));
    let short = bits(&columns(&loaded, plan(1_500, 2)));
    let long = bits(&columns(&loaded, plan(3_000, 2)));
    for (short, long) in short.iter().zip(&long) {
        assert_eq!(short[..], long[..1_500]);
    }
}

#[test]
fn a_trial_alone_is_that_trial_of_the_run() {
    let loaded = config("belarus-2019.toml", Some("hedge"));
    let all = columns(&loaded, plan(1_200, 2));
    let engine = Engine::new(&loaded.program);
    let mut state = engine.state();
    let mut recorder = Recorder::new();
    for trial in [1_199, 0, 734] {
        engine.run(&mut state, 5, trial, &mut recorder).unwrap();
        let place = usize::try_from(trial).unwrap();
        let in_run: Vec<u64> = all.iter().map(|column| column[place].to_bits()).collect();
        let alone: Vec<u64> = recorder
            .outcomes()
            .iter()
            .map(|value| value.to_bits())
            .collect();
        // Behind the outcomes stand the breaches of obligations.
        assert_eq!(in_run, alone[..in_run.len()]);
    }
}

/// Something that nothing reads, placed before, among and behind the events by name, of every kind of clock.
#[test]
fn an_unrelated_event_changes_no_bit_of_the_rest() {
    let unrelated = r#"
        [variables.unrelated]
        initial = 0
        [events.AAA_first_by_name]
        rate = "1 + 0.1 * min(unrelated, 50)"
        do = ["unrelated += 1"]
        [events.mmm_among_the_others]
        every = 0.1
        branches = [{ probability = 0.5, do = ["unrelated += 1"] }, { probability = 0.5, do = [] }]
        [events.zzz_last_by_name]
        after = "AAA_first_by_name"
        probability = 0.5
        delay = "lognormal(median = 0.5, sigma = 1)"
        do = ["unrelated += 1"]
        [events.at_once]
        instant = true
        when = "unrelated > 40"
        do = ["unrelated = 0"]
        "#;
    let policies = config_text("policies/hedge.toml");
    for (name, policy) in [
        ("belarus-2019.toml", Some(policies.as_str())),
        ("arms-race.toml", None),
        ("ladder.toml", None),
    ] {
        let text = config_text(name);
        let before = columns(&load_with_policy(&text, policy), plan(1_000, 2));
        let after = columns(
            &load_with_policy(&format!("{text}\n{unrelated}"), policy),
            plan(1_000, 2),
        );
        assert!(!before.is_empty());
        assert_eq!(bits(&before), bits(&after), "{name}");
    }
}

/// Common random numbers: until a lever is read, two policies share every event of a trial.
#[test]
fn a_lever_that_nothing_reads_changes_nothing() {
    let text = format!(
        "{}\n[levers.idle]\ndefault = \"a\"\noptions = [\"a\", \"b\"]\n",
        config_text("arms-race.toml")
    );
    let a = columns(&load_text(&text), plan(500, 1));
    let policy = "name = \"b\"\nchoose = { idle = \"b\" }";
    let b = columns(&load_with_policy(&text, Some(policy)), plan(500, 1));
    assert_eq!(bits(&a), bits(&b));
}

#[test]
fn different_seeds_are_different_runs_and_0_is_a_seed() {
    let loaded = config("ladder.toml", None);
    let of = |seed| {
        columns(
            &loaded,
            Plan {
                seed,
                trials: 200,
                threads: 1,
                sampler: detente::study::Sampler::Engine,
                precision: None,
            },
        )
    };
    assert_ne!(of(0), of(1));
    assert_ne!(of(1), of(2));
    assert_eq!(bits(&of(0)), bits(&of(0)));
}

/// A folder alone reproduces its run, with what the command line had changed.
#[test]
fn overrides_are_written_into_the_folder() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/ladder.toml");
    let overrides = Overrides {
        horizon: Some(7.5),
        set: vec!["stable_to_danger=1.25".to_owned()],
        ..Overrides::default()
    };
    let changed = load(&path, None, &overrides).unwrap();
    let again = load_with_policy(&changed.scenario_text, Some(&changed.policy_text));
    assert_eq!(
        bits(&columns(&changed, plan(300, 1))),
        bits(&columns(&again, plan(300, 1)))
    );
    assert_eq!(again.program.horizon(), 7.5);
}

/// An expression of the language, with its value by other means.
#[derive(Debug, Clone)]
struct Known {
    text: String,
    value: f64,
}

fn number() -> impl Strategy<Value = Known> {
    let leaf = prop_oneof![
        (-50_i32..50).prop_map(|n| Known {
            text: if n < 0 {
                format!("({n})")
            } else {
                n.to_string()
            },
            value: f64::from(n)
        }),
        Just(Known {
            text: "a".to_owned(),
            value: 1.5
        }),
        Just(Known {
            text: "b".to_owned(),
            value: -2.0
        }),
        Just(Known {
            text: "c".to_owned(),
            value: 0.25
        }),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), 0_usize..5).prop_map(|(x, y, which)| {
                let symbol = ["+", "-", "*", "/", "%"][which];
                let (a, b) = (x.value, y.value);
                Known {
                    text: format!("({} {symbol} {})", x.text, y.text),
                    value: [a + b, a - b, a * b, a / b, a % b][which],
                }
            }),
            (inner.clone(), inner.clone(), 0_usize..2).prop_map(|(x, y, which)| Known {
                text: format!("{}({}, {})", ["min", "max"][which], x.text, y.text),
                value: match which {
                    _ if x.value.is_nan() || y.value.is_nan() => f64::NAN,
                    0 => x.value.min(y.value),
                    _ => x.value.max(y.value),
                },
            }),
            (inner.clone(), 0_usize..6).prop_map(|(x, which)| {
                let v = x.value;
                Known {
                    text: match which {
                        0 => format!("-{}", x.text),
                        _ => format!(
                            "{}({})",
                            ["", "abs", "floor", "exp", "sqrt", "logistic"][which],
                            x.text
                        ),
                    },
                    value: [
                        -v,
                        v.abs(),
                        v.floor(),
                        libm::exp(v),
                        v.sqrt(),
                        1.0 / (1.0 + libm::exp(-v)),
                    ][which],
                }
            }),
            (
                inner.clone(),
                inner.clone(),
                inner.clone(),
                inner,
                0_usize..4
            )
                .prop_map(|(x, y, z, w, which)| {
                    let order = x.value.partial_cmp(&y.value);
                    let sign = z.value.partial_cmp(&0.0);
                    // None is neither true nor false.
                    let (condition, holds) = match which {
                        0 => (
                            format!("{} < {}", x.text, y.text),
                            order.map(Ordering::is_lt),
                        ),
                        1 => (
                            format!("not {} == {}", x.text, y.text),
                            order.map(Ordering::is_ne),
                        ),
                        2 => (
                            format!("{} >= {} and {} > 0", x.text, y.text, z.text),
                            match (order.map(Ordering::is_ge), sign.map(Ordering::is_gt)) {
                                (Some(false), _) | (_, Some(false)) => Some(false),
                                (Some(true), Some(true)) => Some(true),
                                _ => None,
                            },
                        ),
                        _ => (
                            format!("{} > {} or {} <= 0", x.text, y.text, z.text),
                            match (order.map(Ordering::is_gt), sign.map(Ordering::is_le)) {
                                (Some(true), _) | (_, Some(true)) => Some(true),
                                (Some(false), Some(false)) => Some(false),
                                _ => None,
                            },
                        ),
                    };
                    Known {
                        text: format!("if({condition}, {}, {})", z.text, w.text),
                        value: match holds {
                            Some(true) => z.value,
                            Some(false) => w.value,
                            None => f64::NAN,
                        },
                    }
                }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Reading, checking, folding, sharing of equal parts, tables and running instructions together give what the
    /// same arithmetic gives directly: with names as parameters (folded), as numbers (run), as counts (looked up) and as
    /// both (run with looks).
    #[test]
    fn expressions_have_their_value(known in number().prop_filter("finite", |k| k.value.is_finite())) {
        let real = "[variables]\nr = { initial = -2.0 }\n";
        let counts = "A = { initial = 3, min = -4, max = 4 }\nB = { initial = 3, min = 0, max = 3 }\nC = { initial = 1, max = 5, min = 1 }\n";
        for names in [
            "[parameters]\na = { value = 1.5, unit = \"1\" }\nb = { value = -2.0, unit = \"1\" }\nc = { value = 0.25, unit = \"1\" }\n".to_owned(),
            "[variables]\na = { initial = 1.5 }\nb = { initial = -2.0 }\nc = { initial = 0.25 }\n".to_owned(),
            format!("{real}{counts}[derived]\na = \"A / 2\"\nb = \"B - 5\"\nc = \"C / 4\"\n"),
            format!("{real}{counts}[derived]\na = \"A / 2\"\nb = \"r\"\nc = \"C / 4\"\n"),
        ] {
            let loaded = scenario(1.0, &format!(
                "{names}[outcomes]\nvalue = {{ initial = \"{}\" }}\n",
                known.text
            ));
            let value = columns(&loaded, plan(1, 1))[0][0];
            prop_assert_eq!(value, known.value + 0.0, "{} under {}", known.text, names);
        }
    }

    /// No text makes the reader panic or hang, whatever it says of it.
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z0-9_ (){}.,+*/<>=!^%\\-\\[\\]\"'#\n|&é]{0,200}") {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("scenario.toml");
        for whole in [
            text.clone(),
            format!("[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1\n[outcomes]\nx = {{ ever = '''{text}''' }}\n"),
            format!("[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1\n[variables]\nv = {{ initial = 0 }}\n\
                     [events]\ne = {{ rate = 1, do = ['''{text}'''] }}\n"),
        ] {
            std::fs::write(&path, whole).unwrap();
            let loaded = load(&path, None, &Overrides::default());
            if let Err(failure) = loaded {
                let shown = detente_model::diagnostic::render(&failure.diagnostics, &failure.sources, false);
                prop_assert!(shown.contains("error"));
            }
        }
    }
}

/// Memory does not hang on the horizon's length either: a long horizon is many events, not much memory.
#[test]
fn outcomes_scale_with_time() {
    let body = r#"
        [events]
        hit = { rate = 10, do = [] }
        [outcomes]
        hits = { firings = "hit" }
        "#;
    let summary = study(&scenario(1_000.0, body), 20, 1);
    let mean = summary.outcomes["hits"].mean;
    assert!((mean - 10_000.0).abs() < 4.9 * (10_000.0_f64 / 20.0).sqrt());
}

/// A derived name may be called like the state that it asks for, and an attribute may be a truth.
#[test]
fn names_like_states_and_truths_as_attributes() {
    let body = r#"
        [sets]
        side = { west = { watches = "false", other = "true" }, east = { watches = true, other = false } }
        [variables]
        leader = { states = ["old_guard", "reformer"], initial = "reformer" }
        [derived]
        reformer = "if(leader == reformer, 1, 0)"
        twice    = "reformer + if(reformer == leader, reformer, 0)"
        [derived."sees_{side}"]
        for   = "side"
        value = "{side.watches} and not {side.other}"
        [events]
        never = { when = "leader == old_guard", rate = 1, do = [] }
        [outcomes]
        twice = { final = "twice" }
        west  = { ever = "sees_west" }
        east  = { ever = "sees_east" }
    "#;
    let summary = study(&scenario(1.0, body), 2, 1);
    exactly(&summary, "twice", 2.0);
    exactly(&summary, "west", 0.0);
    exactly(&summary, "east", 1.0);
}
