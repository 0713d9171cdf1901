//! How long files of many parts take to load: at most n log n for n parts, mistakes included.
//!
//! `cargo test --test detente -- --ignored loading::table --nocapture` prints the table of docs/verification.md.

use cpu_time::ThreadTime;
use detente::study::{Findings, Overrides, check, load, trace, trajectory_text};
use detente_model::diagnostic::render;
use tempfile::TempDir;

/// The files of a scenario, the scenario first, and the text of a policy.
#[derive(Default)]
struct Files {
    scenario: String,
    others: Vec<(String, String)>,
    policy: Option<String>,
}

/// A scenario of the given body.
fn of(body: &str) -> Files {
    Files {
        scenario: format!(
            "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 0.001\n[parameters]\np = {{ value = 1, unit = \"1\", source = \"s\" }}\n{body}"
        ),
        ..Files::default()
    }
}

/// `part(0)` to `part(n - 1)`, one a line.
fn lines(n: usize, part: impl Fn(usize) -> String) -> String {
    (0..n).map(|k| part(k) + "\n").collect()
}

/// `part(0)` to `part(n - 1)`, separated by commas.
fn listed(n: usize, part: impl Fn(usize) -> String) -> String {
    (0..n).map(part).collect::<Vec<String>>().join(", ")
}

const ONE: &str = "[variables]\nx = { initial = 0 }\n";

type Shape = (&'static str, fn(usize) -> Files);

/// Files that are right, of n parts each.
const RIGHT: [Shape; 32] = [
    ("parameters", |n| {
        of(&format!(
            "{}[derived]\nall = \"min({})\"\n[outcomes]\nx = {{ initial = \"all\" }}\n",
            lines(n, |k| format!(
                "p{k} = {{ value = {k}, unit = \"1\", range = [0, {n}], source = \"s\" }}"
            )),
            listed(n, |k| format!("p{k}"))
        ))
    }),
    ("variables", |n| {
        of(&format!(
            "[variables]\n{}[events]\ne = {{ rate = \"p\", do = [\"x0 += 1\"] }}\n",
            lines(n, |k| format!(
                "x{k} = {{ initial = {k}, min = 0, max = 9 + {k} }}"
            )
            .replace("9 + ", "99"))
        ))
    }),
    ("states of one variable", |n| {
        of(&format!(
            "[variables]\nx = {{ states = [{}], initial = \"s0\" }}\n[events]\ne = {{ when = \"x == s1\", rate = \"p\", do = [\"x = s2\"] }}\n",
            listed(n, |k| format!("\"s{k}\""))
        ))
    }),
    ("states of one variable, each read", |n| {
        of(&format!(
            "[variables]\nx = {{ states = [{}], initial = \"s0\" }}\n[events]\n{}",
            listed(n, |k| format!("\"s{k}\"")),
            lines(n, |k| format!(
                "e{k} = {{ when = \"x == s{k}\", rate = \"p\", do = [\"x = s{k}\"] }}"
            ))
        ))
    }),
    ("lists of states", |n| {
        of(&format!(
            "[variables]\n{}[events]\n{}",
            lines(n, |k| format!(
                "x{k} = {{ states = [\"a{k}\", \"b{k}\"], initial = \"a{k}\" }}"
            )),
            lines(n, |k| format!(
                "e{k} = {{ when = \"x{k} == a{k}\", rate = \"p\", do = [\"x{k} = b{k}\"] }}"
            ))
        ))
    }),
    ("derived names", |n| {
        of(&format!(
            "{ONE}[derived]\n{}all = \"max({})\"\n[outcomes]\nx = {{ final = \"all\" }}\n",
            lines(n, |k| format!("d{k} = \"x + {k}\"")),
            listed(n, |k| format!("d{k}"))
        ))
    }),
    ("events", |n| {
        of(&format!(
            "{ONE}[events]\n{}",
            lines(n, |k| format!(
                "e{k} = {{ rate = \"p\", do = [\"x += 1\"] }}"
            ))
        ))
    }),
    ("events in a ring of variables", |n| {
        of(&format!(
            "[variables]\n{}[events]\n{}",
            lines(n, |k| format!("x{k} = {{ initial = 0 }}")),
            lines(n, |k| format!(
                "e{k} = {{ when = \"x{k} >= 0\", rate = \"p\", do = [\"x{} += 1\"] }}",
                (k + 1) % n
            ))
        ))
    }),
    ("events that follow one another", |n| {
        of(&format!(
            "{ONE}[events]\ne0 = {{ rate = \"p\", do = [] }}\n{}",
            lines(n, |k| format!(
                "e{} = {{ after = \"e{k}\", delay = \"fixed(p)\", do = [\"x += 1\"] }}",
                k + 1
            ))
        ))
    }),
    ("guards that open one another", |n| {
        of(&format!(
            "[variables]\n{}[events]\n{}e = {{ rate = \"p\", do = [\"x0 += 1\"] }}\n",
            lines(n, |k| format!("x{k} = {{ initial = 0, max = 1 }}")),
            lines(n - 1, |k| format!(
                "e{k} = {{ when = \"x{} > 0\", rate = \"p\", do = [\"x{} = 1\"] }}",
                n - 2 - k,
                n - 1 - k
            ))
        ))
    }),
    ("instant events", |n| {
        of(&format!(
            "{ONE}[events]\n{}",
            lines(n, |k| format!(
                "e{k} = {{ instant = true, when = \"x > {}\", do = [\"x = 0\"] }}",
                k + 1
            ))
        ))
    }),
    ("effects of an event", |n| {
        of(&format!(
            "[variables]\n{}[events]\ne = {{ rate = \"p\", do = [{}] }}\n",
            lines(n, |k| format!("x{k} = {{ initial = 0 }}")),
            listed(n, |k| format!("\"x{k} += 1\""))
        ))
    }),
    ("branches", |n| {
        of(&format!(
            "{ONE}[events]\ne = {{ rate = \"p\", branches = [{}] }}\n",
            listed(n, |k| format!(
                "{{ probability = \"p / {n}\", do = [\"x += {k}\"] }}"
            ))
        ))
    }),
    ("times of an event", |n| {
        of(&format!(
            "{ONE}[events]\ne = {{ at = [{}], do = [\"x += 1\"] }}\n",
            listed(n, |k| format!("{k}.5"))
        ))
    }),
    ("values of a law", |n| {
        of(&format!(
            "{ONE}[events]\ne = {{ clock = \"empirical([{}])\", do = [\"x += 1\"] }}\n",
            listed(n, |k| format!("{k}.5"))
        ))
    }),
    ("actors", |n| {
        of(&format!(
            "{ONE}[events]\n{}",
            lines(n, |k| format!(
                "e{k} = {{ actor = \"a{k}\", rate = \"p\", do = [\"x += 1\"] }}"
            ))
        ))
    }),
    ("elements of a set", |n| {
        of(&format!(
            "[variables.\"x_{{k}}\"]\nfor = \"k\"\ninitial = \"{{k.at}}\"\n[events.\"e_{{k}}\"]\nfor = \"k\"\nrate = \"p\"\ndo = [\"x_{{k}} += 1\"]\n\
            [derived]\nall = \"sum(k, x_{{k}})\"\n[outcomes]\nall = {{ final = \"all\" }}\n[sets]\nk = {{ {} }}\n",
            listed(n, |k| format!("k{k} = {{ at = {k} }}"))
        ))
    }),
    ("sets", |n| {
        of(&format!(
            "[sets]\n{}[variables]\n{}",
            lines(n, |k| format!("k{k} = [\"a{k}\"]")),
            lines(n, |k| format!(
                "\"x_{{k{k}}}\" = {{ for = \"k{k}\", initial = 0 }}"
            ))
        ))
    }),
    ("attributes of an element", |n| {
        of(&format!(
            "[sets]\nk = {{ a = {{ {} }} }}\n[events]\n{}{ONE}",
            listed(n, |k| format!("v{k} = {}", k % 2)),
            lines(n, |k| format!(
                "\"e{k}_{{k}}\" = {{ for = \"k\", rate = \"p * {{k.v{k}}}\", do = [\"x += 1\"] }}"
            ))
        ))
    }),
    ("levers, each chosen", |n| Files {
        policy: Some(format!(
            "name = \"q\"\n[choose]\n{}",
            lines(n, |k| format!("l{k} = \"b\""))
        )),
        ..of(&format!(
            "{ONE}[levers]\n{}[events]\n{}",
            lines(n, |k| format!(
                "l{k} = {{ options = [\"a\", \"b\"], default = \"a\" }}"
            )),
            lines(n, |k| format!(
                "e{k} = {{ when = \"l{k} == a\", rate = \"p\", do = [\"x += 1\"] }}"
            ))
        ))
    }),
    ("parameters, each set", |n| Files {
        policy: Some(format!(
            "name = \"q\"\n[set]\n{}",
            lines(n, |k| format!("p{k} = 2"))
        )),
        ..of(&lines(n, |k| {
            format!("p{k} = {{ value = 1, unit = \"1\", range = [0, 3], source = \"s\" }}")
        }))
    }),
    ("rules of a policy", |n| Files {
        policy: Some(format!(
            "name = \"q\"\n[rules]\n{}",
            lines(n, |k| format!(
                "r{k} = {{ when = \"x > {}\", choose = {{ l = \"b\" }} }}",
                k + 1
            ))
        )),
        ..of(&format!(
            "{ONE}[levers]\nl = {{ options = [\"a\", \"b\"], default = \"a\" }}\n[events]\ne = {{ when = \"l == a\", rate = \"p\", do = [\"x += 1\"] }}\n"
        ))
    }),
    ("obligations", |n| {
        of(&format!(
            "{ONE}[obligations]\n{}[events]\n{}",
            lines(n, |k| format!("o{k} = {{ breached_when = \"x > {k}\" }}")),
            lines(n, |k| format!(
                "e{k} = {{ when = \"not breached(o{k})\", rate = \"p\", do = [\"x += 1\"] }}"
            ))
        ))
    }),
    ("factors", |n| {
        of(&format!(
            "{ONE}[events]\n{}[doctrine]\nlevels = [\"low\", \"high\"]\n[doctrine.rules]\nhigh = \"count(high) > 0\"\n[doctrine.factors]\n{}",
            lines(n, |k| format!(
                "e{k} = {{ when = \"not active(f{k})\", rate = \"p\", do = [\"x += 1\"] }}"
            )),
            lines(n, |k| format!(
                "f{k} = {{ level = \"high\", active_when = \"x > {k}\" }}"
            ))
        ))
    }),
    ("levels", |n| {
        of(&format!(
            "{ONE}[events]\ne = {{ when = \"doctrine == l1\", rate = \"p\", do = [\"x += 1\"] }}\n[doctrine]\nlevels = [{}]\n[doctrine.rules]\n{}",
            listed(n, |k| format!("\"l{k}\"")),
            lines(n, |k| format!("l{k} = \"x > {k}\""))
        ))
    }),
    ("outcomes", |n| {
        of(&format!(
            "{ONE}[events]\ne = {{ rate = \"p\", do = [\"x += 1\"] }}\n[outcomes]\n{}",
            lines(n, |k| format!("o{k} = {{ ever = \"x > {k}\" }}"))
        ))
    }),
    ("first times by a state", |n| {
        of(&format!(
            "[variables]\nx = {{ states = [\"a\", \"b\"], initial = \"a\" }}\n[events]\ne = {{ rate = \"p\", do = [\"x = b\"] }}\n[outcomes]\n{}",
            lines(n, |k| format!(
                "o{k} = {{ first_time = \"x == b\", by = \"x\" }}"
            ))
        ))
    }),
    ("series", |n| {
        of(&format!(
            "{ONE}[events]\ne = {{ rate = \"p\", do = [\"x += 1\"] }}\n[series]\n{}",
            lines(n, |k| format!(
                "s{k} = {{ value = \"x + {k}\", every = 1 }}"
            ))
        ))
    }),
    ("observed rates", |n| {
        of(&format!(
            "{ONE}[events]\ne = {{ rate = \"p\", do = [\"x += 1\"] }}\n[outcomes]\n{}[rates]\n{}",
            lines(n, |k| format!("o{k} = {{ final = \"x + {k}\" }}")),
            lines(n, |k| format!(
                "r{k} = {{ count = \"o{k}\", per = \"o0\", observed = 1, interval = [0, 2], title = \"t\", unit = \"1\", source = \"s\" }}"
            ))
        ))
    }),
    ("claims", |n| {
        of(&format!(
            "{ONE}[events]\ne = {{ rate = \"p\", do = [\"x += 1\"] }}\n[outcomes]\n{}[hypotheses]\n{}",
            lines(n, |k| format!("o{k} = {{ final = \"x + {k}\" }}")),
            lines(n, |k| format!(
                "h{k} = {{ claim = \"c\", compare = \"outcome(o{k}) - outcome(o{k}, p = 2)\", expect = \"> 0\" }}"
            ))
        ))
    }),
    ("payoffs", |n| {
        of(&format!(
            "{ONE}[levers]\n{}[outcomes]\nx = {{ final = \"x\" }}\n[payoffs]\n{}",
            lines(n, |k| format!(
                "l{k} = {{ actor = \"a{k}\", options = [\"a\", \"b\"], default = \"a\" }}"
            )),
            lines(n, |k| format!("a{k} = \"x + {k}\""))
        ))
    }),
    ("keys that are laid over others", |n| Files {
        others: vec![(
            "base.toml".to_owned(),
            of(&format!(
                "{ONE}[events]\n{}",
                lines(n, |k| format!(
                    "e{k} = {{ rate = \"p\", do = [\"x += 1\"] }}"
                ))
            ))
            .scenario,
        )],
        scenario: format!(
            "[scenario]\nextends = \"base.toml\"\nname = \"u\"\n[events]\n{}",
            lines(n, |k| format!("e{k} = {{ rate = \"2 * p\" }}"))
        ),
        policy: None,
    }),
];

/// Files with n mistakes each.
const WRONG: [Shape; 12] = [
    ("unknown names", |n| {
        of(&format!(
            "{ONE}[events]\n{}",
            lines(n, |k| format!(
                "e{k} = {{ rate = \"unknown{k}\", do = [\"x += 1\"] }}"
            ))
        ))
    }),
    ("unknown names among many", |n| {
        of(&format!(
            "[variables]\n{}[events]\n{}",
            lines(n, |k| format!("x{k} = {{ initial = 0 }}")),
            lines(n, |k| format!(
                "e{k} = {{ rate = \"y{k}\", do = [\"x{k} += 1\"] }}"
            ))
        ))
    }),
    ("unknown names in one expression", |n| {
        of(&format!(
            "{ONE}[derived]\nd = \"min({})\"\n",
            listed(n, |k| format!("unknown{k}"))
        ))
    }),
    ("unknown variables that are changed", |n| {
        of(&format!(
            "[variables]\n{}[events]\n{}",
            lines(n, |k| format!("x{k} = {{ initial = 0 }}")),
            lines(n, |k| format!(
                "e{k} = {{ rate = \"p\", do = [\"y{k} += 1\"] }}"
            ))
        ))
    }),
    ("unknown causes", |n| {
        of(&format!(
            "{ONE}[events]\n{}",
            lines(n, |k| format!(
                "e{k} = {{ after = \"f{k}\", delay = \"fixed(p)\", do = [\"x += 1\"] }}"
            ))
        ))
    }),
    ("unknown states", |n| {
        of(&format!(
            "[variables]\nx = {{ states = [{}], initial = \"s0\" }}\n[events]\n{}",
            listed(n, |k| format!("\"s{k}\"")),
            lines(n, |k| format!(
                "e{k} = {{ when = \"x == t{k}\", rate = \"p\", do = [\"x = s1\"] }}"
            ))
        ))
    }),
    ("unknown keys", |n| {
        of(&format!(
            "{ONE}[outcomes.x]\nfinal = \"x\"\n{}",
            lines(n, |k| format!("key{k} = 1"))
        ))
    }),
    ("unknown sets", |n| {
        of(&format!(
            "[variables]\n{}",
            lines(n, |k| format!("x{k} = {{ for = \"s{k}\", initial = 0 }}"))
        ))
    }),
    ("unknown factors", |n| {
        of(&format!(
            "{ONE}[events]\n{}[doctrine]\nlevels = [\"low\", \"high\"]\n[doctrine.rules]\nhigh = \"count(high) > 0\"\n[doctrine.factors]\n{}",
            lines(n, |k| format!(
                "e{k} = {{ when = \"not active(g{k})\", rate = \"p\", do = [\"x += 1\"] }}"
            )),
            lines(n, |k| format!(
                "f{k} = {{ level = \"high\", active_when = \"x > {k}\" }}"
            ))
        ))
    }),
    ("unknown levers that are chosen", |n| Files {
        policy: Some(format!(
            "name = \"q\"\n[choose]\n{}",
            lines(n, |k| format!("m{k} = \"b\""))
        )),
        ..of(&format!(
            "[levers]\n{}",
            lines(n, |k| format!(
                "l{k} = {{ options = [\"a\", \"b\"], default = \"a\" }}"
            ))
        ))
    }),
    ("lines that are no TOML", |n| {
        of(&lines(n, |k| format!("e{k} = = 1")))
    }),
    ("mistakes on one line", |n| {
        of(&format!(
            "{ONE}[events]\ne = {{ rate = \"p\", do = [{}] }}\n",
            listed(n, |k| format!("\"y{k} += 1\""))
        ))
    }),
];

/// The processor's seconds of this thread that something takes.
fn seconds(what: impl FnOnce()) -> f64 {
    let begun = ThreadTime::now();
    what();
    begun.elapsed().as_secs_f64()
}

fn shown(found: &Findings) -> String {
    render(&found.diagnostics, &found.sources, false)
}

/// Seconds that `check` and that loading with one trial take.
fn times((name, shape): &Shape, n: usize, right: bool) -> [f64; 2] {
    let folder = TempDir::new().unwrap();
    let Files {
        scenario,
        others,
        policy,
    } = shape(n);
    let written = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    for (name, text) in &others {
        written(name, text);
    }
    let path = written("t.toml", &scenario);
    let policy = policy.map(|text| written("q.toml", &text).to_str().unwrap().to_owned());
    let policies: Vec<String> = policy.iter().cloned().collect();
    let checked = seconds(|| match check(&path, &policies) {
        Ok(checked) => {
            assert!(right, "{name}: no mistake was found");
            assert!(!checked.report().is_empty());
            shown(&checked.found);
        }
        Err(found) => {
            let shown = shown(&found);
            assert!(!right, "{name}: {shown}");
        }
    });
    let loaded = seconds(
        || match load(&path, policy.as_deref(), &Overrides::default()) {
            Ok(loaded) => {
                assert!(!trajectory_text(&trace(&loaded, 1, 0, 100)).is_empty());
            }
            Err(found) => {
                shown(&found);
            }
        },
    );
    [checked, loaded]
}

/// Fails where a shape takes more than n log n: 16 times the parts take 23 times as long then, and 256 times where the time is
/// quadratic. It is the thread's own time, so that a busy machine matters little; a shape that fails is given two more chances.
fn grow_slowly(shapes: &[Shape], right: bool) {
    let slow = |shape: &&Shape| {
        let few = (0..3).map(|_| times(shape, 500, right).iter().sum());
        let few: f64 = few.fold(f64::INFINITY, f64::min);
        let many: f64 = times(shape, 8_000, right).iter().sum();
        many > 48.0 * few + 0.05
    };
    let slow: Vec<&str> = shapes
        .iter()
        .filter(|shape| (0..3).all(|_| slow(shape)))
        .map(|shape| shape.0)
        .collect();
    assert!(slow.is_empty(), "{slow:?}");
}

#[test]
fn long_files_load_in_proportion() {
    grow_slowly(&RIGHT, true);
}

#[test]
fn many_mistakes_are_told_in_proportion() {
    grow_slowly(&WRONG, false);
}

#[test]
#[ignore = "takes minutes and prints a table"]
fn table() {
    println!("| Parts | 1,000 | 4,000 | 16,000 |\n|---|---|---|---|");
    for (shapes, right) in [(&RIGHT[..], true), (&WRONG[..], false)] {
        for shape in shapes {
            let cells = [1_000, 4_000, 16_000].map(|n| {
                let [checked, loaded] = times(shape, n, right);
                format!("{checked:.2}, {loaded:.2}")
            });
            println!("| {} | {} |", shape.0, cells.join(" | "));
        }
    }
}
