//! Known answers: models that are Markov chains, in closed form or by their master equation.

use super::known::{Exact, Known};
use super::markov::{Chain, binomial, negative_binomial, poisson};
use libm::{cos, exp};

pub fn all() -> Vec<Known> {
    let mut all = populations();
    all.extend(queues());
    all.extend(closed_worlds());
    all.extend(jumps());
    all.extend(features());
    all
}

/// A chain that counts one number up and down, bounded by `top`.
fn birth_and_death(
    start: usize,
    top: usize,
    up: impl Fn(f64) -> f64,
    down: impl Fn(f64) -> f64,
) -> Chain {
    Chain::new([start, 0, 0, 0], |[x, ..]| {
        let n = x as f64;
        let mut moves = Vec::new();
        if x < top {
            moves.push((up(n), [x + 1, 0, 0, 0]));
        }
        if x > 0 {
            moves.push((down(n), [x - 1, 0, 0, 0]));
        }
        moves
    })
}

fn first(state: [usize; 4]) -> usize {
    state[0]
}

/// Birth and death of one variable `x`.
fn body(start: u32, up: &str, down: &str) -> String {
    format!(
        "[variables]\nx = {{ initial = {start}, min = 0 }}\n[events]\n\
         up = {{ rate = \"{up}\", do = [\"x += 1\"] }}\ndown = {{ rate = \"{down}\", do = [\"x -= 1\"] }}\n"
    )
}

fn populations() -> Vec<Known> {
    let critical = |t: f64| exp((0.5 - 0.7) * t);
    vec![
        Known::new("pure death", 2.0, &body(20, "0", "0.5 * x"))
            .measure("x", |t| Exact::law(binomial(20, exp(-0.5 * t)))),
        Known::new("Yule process", 2.0, &body(3, "0.6 * x", "0")).measure("x - 3", |t| {
            Exact::law(negative_binomial(3.0, 1.0 - exp(-0.6 * t)))
        }),
        Known::new(
            "linear birth and death",
            3.0,
            &body(5, "0.5 * x", "0.7 * x"),
        )
        .measure("x", |t| {
            let growth = critical(t);
            Exact::moments(5.0 * growth, 5.0 * 1.2 / -0.2 * growth * (growth - 1.0))
        })
        .measure("if(x == 0, 1, 0)", |t| {
            let one = 0.7 * (critical(t) - 1.0) / (0.5 * critical(t) - 0.7);
            Exact::chance(libm::pow(one, 5.0))
        }),
        Known::new(
            "birth, death and immigration",
            3.0,
            &body(0, "0.9 + 0.5 * x", "0.7 * x"),
        )
        .measure("x", |t| {
            let q = 0.5 * (critical(t) - 1.0) / (0.5 * critical(t) - 0.7);
            Exact::law(negative_binomial(0.9 / 0.5, q))
        }),
        Known::new(
            "immigration and death from empty",
            3.0,
            &body(0, "2.5", "0.8 * x"),
        )
        .measure("x", |t| {
            Exact::law(poisson(2.5 / 0.8 * -libm::expm1(-0.8 * t)))
        }),
        Known::new(
            "batch immigration and death",
            3.0,
            &body(0, "1.5", "0.5 * x").replace("x += 1", "x += 3"),
        )
        .measure("x", |t| {
            let once = -libm::expm1(-0.5 * t) / 0.5;
            let twice = -libm::expm1(-t);
            Exact::moments(1.5 * 3.0 * once, 1.5 * (3.0 * (once - twice) + 9.0 * twice))
        }),
        Known::new(
            "logistic epidemic (SIS)",
            4.0,
            &body(3, "1.4 * x * (15 - x) / 15", "0.6 * x"),
        )
        .chain(
            "x",
            &birth_and_death(3, 15, |x| 1.4 * x * (15.0 - x) / 15.0, |x| 0.6 * x),
            first,
        ),
        Known::new(
            "dimerisation",
            1.5,
            "[variables]\na = { initial = 12, min = 0 }\nb = { initial = 0, min = 0 }\n[events]\n\
             bind = { rate = \"0.15 * a * (a - 1) / 2\", do = [\"a -= 2\", \"b += 1\"] }\n\
             split = { rate = \"0.8 * b\", do = [\"a += 2\", \"b -= 1\"] }\n",
        )
        .chain(
            "b",
            &birth_and_death(
                0,
                6,
                |b| 0.15 * (12.0 - 2.0 * b) * (11.0 - 2.0 * b) / 2.0,
                |b| 0.8 * b,
            ),
            first,
        ),
        Known::new(
            "epidemic (SIR)",
            3.0,
            "[variables]\ns = { initial = 8, min = 0 }\ni = { initial = 2, min = 0 }\n[events]\n\
             infect = { rate = \"2 * s * i / 10\", do = [\"s -= 1\", \"i += 1\"] }\n\
             recover = { rate = \"0.7 * i\", do = [\"i -= 1\"] }\n",
        )
        .chain("i", &sir(), first)
        .chain("s", &sir(), |state| state[1]),
        Known::new(
            "births and catastrophes",
            4.0,
            &body(0, "2", "0").replace(
                "down = { rate = \"0\", do = [\"x -= 1\"] }",
                "down = { rate = 0.5, do = [\"x = 0\"] }",
            ),
        )
        .chain(
            "x",
            &Chain::new([0; 4], |[x, ..]| {
                let up = if x < 60 { 2.0 } else { 0.0 };
                vec![
                    (up, [x + 1, 0, 0, 0]),
                    (if x > 0 { 0.5 } else { 0.0 }, [0; 4]),
                ]
            }),
            first,
        ),
    ]
}

fn sir() -> Chain {
    Chain::new([2, 8, 0, 0], |[i, s, ..]| {
        let mut moves = Vec::new();
        if i > 0 && s > 0 {
            moves.push((2.0 * (s * i) as f64 / 10.0, [i + 1, s - 1, 0, 0]));
        }
        if i > 0 {
            moves.push((0.7 * i as f64, [i - 1, s, 0, 0]));
        }
        moves
    })
}

fn queues() -> Vec<Known> {
    vec![
        Known::new("M/M/1 from empty", 6.0, &body(0, "0.8", "if(x > 0, 1, 0)")).chain(
            "x",
            &birth_and_death(0, 60, |_| 0.8, |_| 1.0),
            first,
        ),
        servers(),
        Known::new(
            "M/M/2/4 with losses",
            5.0,
            "[variables]\nx = { initial = 0, min = 0, max = 4 }\nlost = { initial = 0 }\n[events]\n\
             arrive = { when = \"x < 4\", rate = 2.5, do = [\"x += 1\"] }\n\
             lose = { when = \"x == 4\", rate = 2.5, do = [\"lost += 1\"] }\n\
             leave = { rate = \"0.8 * min(x, 2)\", do = [\"x -= 1\"] }\n",
        )
        .chain("x", &losses(), first)
        .chain("lost", &losses(), |state| state[1]),
        stages(),
        Known::new(
            "two queues in a row",
            4.0,
            "[variables]\nx = { initial = 0, min = 0 }\ny = { initial = 0, min = 0 }\n[events]\n\
             arrive = { rate = 1.1, do = [\"x += 1\"] }\n\
             pass = { when = \"x > 0\", rate = 1.5, do = [\"x -= 1\", \"y += 1\"] }\n\
             leave = { when = \"y > 0\", rate = 1.2, do = [\"y -= 1\"] }\n",
        )
        .chain("y", &two_queues(), |state| state[1]),
    ]
}

/// M/M/3: the fault of a guard that is off by one makes four servers of it.
pub fn servers() -> Known {
    Known::new("M/M/3 from empty", 4.0, &body(0, "2.4", "min(x, 3)")).chain(
        "x",
        &birth_and_death(0, 90, |_| 2.4, |x| x.min(3.0)),
        first,
    )
}

/// A room of five places, whose guard a fault puts off by one.
pub fn room() -> Known {
    Known::new(
        "M/M/5/5 with a guard",
        4.0,
        "[variables]\nx = { initial = 0, min = 0 }\n[events]\n\
         arrive = { when = \"x < 5\", rate = 4, do = [\"x += 1\"] }\n\
         leave = { rate = \"x\", do = [\"x -= 1\"] }\n",
    )
    .chain("x", &birth_and_death(0, 5, |_| 4.0, |x| x), first)
}

fn losses() -> Chain {
    Chain::new([0; 4], |[x, lost, ..]| {
        let mut moves = vec![if x < 4 {
            (2.5, [x + 1, lost, 0, 0])
        } else {
            (if lost < 60 { 2.5 } else { 0.0 }, [x, lost + 1, 0, 0])
        }];
        if x > 0 {
            moves.push((0.8 * x.min(2) as f64, [x - 1, lost, 0, 0]));
        }
        moves
    })
}

fn stages() -> Known {
    Known::new(
        "Erlang stages",
        4.0,
        "[variables]\nstage = { initial = 0, max = 4 }\n[events]\n\
         go = { when = \"stage < 4\", rate = 1.5, do = [\"stage += 1\"] }\n",
    )
    .measure("stage", |t| {
        let mut law: Vec<f64> = poisson(1.5 * t)[..4].to_vec();
        law.push(1.0 - law.iter().sum::<f64>());
        Exact::law(law)
    })
}

fn two_queues() -> Chain {
    Chain::new([0; 4], |[x, y, ..]| {
        let mut moves = Vec::new();
        if x + y < 50 {
            moves.push((1.1, [x + 1, y, 0, 0]));
        }
        if x > 0 {
            moves.push((1.5, [x - 1, y + 1, 0, 0]));
        }
        if y > 0 {
            moves.push((1.2, [x, y - 1, 0, 0]));
        }
        moves
    })
}

fn closed_worlds() -> Vec<Known> {
    vec![
        Known::new("Ehrenfest urn", 2.0, &body(12, "0.5 * (12 - x)", "0.5 * x"))
            .measure("x", |t| Exact::law(binomial(12, 0.5 * (1.0 + exp(-t))))),
        cycle(),
        Known::new(
            "coupon collector",
            1.5,
            "[sets]\nc = [\"a\", \"b\", \"d\", \"e\", \"f\", \"g\"]\n[variables.\"has_{c}\"]\nfor = \"c\"\ninitial = 0\n\
             [events.\"find_{c}\"]\nfor = \"c\"\nwhen = \"has_{c} == 0\"\nrate = 0.9\ndo = [\"has_{c} = 1\"]\n",
        )
        .measure("sum(c, has_{c})", |t| {
            Exact::law(binomial(6, -libm::expm1(-0.9 * t)))
        }),
        Known::new("Moran model", 2.0, &body(3, "x * (8 - x) / 8", "x * (8 - x) / 8")).chain(
            "x",
            &birth_and_death(3, 8, |x| x * (8.0 - x) / 8.0, |x| x * (8.0 - x) / 8.0),
            first,
        ),
        Known::new(
            "gambler's ruin",
            5.0,
            &body(3, "if(x > 0 and x < 7, 1, 0)", "if(x > 0 and x < 7, 1.3, 0)"),
        )
        .chain(
            "x",
            &birth_and_death(
                3,
                7,
                |x| if x > 0.0 { 1.0 } else { 0.0 },
                |x| if x < 7.0 { 1.3 } else { 0.0 },
            ),
            first,
        ),
        Known::new(
            "random telegraph and its product",
            3.0,
            "[variables]\ngene = { states = [\"off\", \"on\"], initial = \"off\" }\nx = { initial = 0, min = 0 }\n[events]\n\
             open = { when = \"gene == off\", rate = 0.8, do = [\"gene = on\"] }\n\
             shut = { when = \"gene == on\", rate = 1.2, do = [\"gene = off\"] }\n\
             make = { when = \"gene == on\", rate = 5, do = [\"x += 1\"] }\n\
             decay = { rate = \"0.7 * x\", do = [\"x -= 1\"] }\n",
        )
        .measure("if(gene == on, 1, 0)", |t| Exact::chance(0.4 * -libm::expm1(-2.0 * t)))
        .chain("x", &telegraph(), first),
        two_sides(),
    ]
}

/// p(t) = 1/3 + 2/3 exp(−3kt/2) cos(√3 kt/2) for the state in which it begins; the next one lags by a third of a turn.
fn cycle() -> Known {
    let share = |t: f64, lag: f64| {
        let angle = 0.5 * 3.0_f64.sqrt() * 0.9 * t - lag * 2.0 * std::f64::consts::PI / 3.0;
        Exact::chance(1.0 / 3.0 + 2.0 / 3.0 * exp(-1.5 * 0.9 * t) * cos(angle))
    };
    Known::new(
        "cyclic chain of three states",
        2.0,
        "[variables]\ns = { states = [\"a\", \"b\", \"c\"], initial = \"a\" }\n[events]\n\
         turn = { rate = 0.9, do = [\"s = if(s == a, b, if(s == b, c, a))\"] }\n",
    )
    .measure("if(s == a, 1, 0)", move |t| share(t, 0.0))
    .measure("if(s == b, 1, 0)", move |t| share(t, 1.0))
}

fn telegraph() -> Chain {
    Chain::new([0; 4], |[x, on, ..]| {
        let mut moves = vec![(if on == 0 { 0.8 } else { 1.2 }, [x, 1 - on, 0, 0])];
        if on == 1 && x < 50 {
            moves.push((5.0, [x + 1, on, 0, 0]));
        }
        if x > 0 {
            moves.push((0.7 * x as f64, [x - 1, on, 0, 0]));
        }
        moves
    })
}

/// Two sides that answer each other unequally: a fault swaps them.
pub fn two_sides() -> Known {
    let chain = Chain::new([2, 5, 0, 0], |[west, east, ..]| {
        let (w, e) = (west as f64, east as f64);
        let mut moves = Vec::new();
        if west < 12 {
            moves.push((0.9 * exp(0.15 * (e - w)), [west + 1, east, 0, 0]));
        }
        if east < 12 {
            moves.push((0.3 * exp(0.05 * (w - e)), [west, east + 1, 0, 0]));
        }
        if west > 0 {
            moves.push((0.1 * w, [west - 1, east, 0, 0]));
        }
        if east > 0 {
            moves.push((0.2 * e, [west, east - 1, 0, 0]));
        }
        moves
    });
    Known::new(
        "two sides that arm",
        3.0,
        "[variables]\nwest = { initial = 2, min = 0, max = 12 }\neast = { initial = 5, min = 0, max = 12 }\n[events]\n\
         west_up = { when = \"west < 12\", rate = \"0.9 * exp(0.15 * (east - west))\", do = [\"west += 1\"] }\n\
         east_up = { when = \"east < 12\", rate = \"0.3 * exp(0.05 * (west - east))\", do = [\"east += 1\"] }\n\
         west_down = { rate = \"0.1 * west\", do = [\"west -= 1\"] }\n\
         east_down = { rate = \"0.2 * east\", do = [\"east -= 1\"] }\n",
    )
    .chain("west", &chain, first)
    .chain("east", &chain, |state| state[1])
}

fn jumps() -> Vec<Known> {
    let one = |do_: &str, start: &str, rate: &str| {
        format!(
            "[variables]\nx = {{ initial = {start} }}\n[events]\njump = {{ rate = {rate}, {do_} }}\n"
        )
    };
    vec![
        Known::new(
            "difference of Poisson processes (Skellam)",
            3.0,
            &body(40, "1.2", "0.9").replace("min = 0", "min = -99"),
        )
        .measure("x", |t| {
            let (up, down) = (poisson(1.2 * t), poisson(0.9 * t));
            let mut law = vec![0.0; 90];
            for (i, p) in up.iter().enumerate() {
                for (j, q) in down.iter().enumerate() {
                    if (40 + i >= j) && 40 + i - j < 90 {
                        law[40 + i - j] += p * q;
                    }
                }
            }
            Exact::law(law)
        }),
        Known::new(
            "Poisson process with random marks",
            4.0,
            &one(
                "branches = [{ probability = 0.5, do = [\"x += 1\"] }, { probability = 0.3, do = [\"x += 3\"] }, \
                 { probability = 0.2, do = [\"x -= 2\"] }]",
                "0",
                "1.5",
            ),
        )
        .measure("x", |t| Exact::moments(1.5 * t, 1.5 * t * 4.0)),
        Known::new(
            "random multiplication",
            2.0,
            &one("do = [\"x = 1.2 * x\"]", "1.0", "1.5"),
        )
        .measure("x", |t| {
            let mean = exp(0.3 * t);
            Exact::moments(mean, exp(0.66 * t) - mean * mean)
        }),
        halving(),
        Known::new(
            "Poisson process with a random rate",
            2.0,
            "[variables]\nlevel = { initial = 0 }\nx = { initial = 0 }\n[events]\n\
             draw = { at = [0], branches = [{ probability = 0.3, do = [\"level = 3\"] }, \
             { probability = 0.7, do = [\"level = 1\"] }] }\n\
             hit = { rate = \"level\", do = [\"x += 1\"] }\n",
        )
        .measure("x", |t| {
            let (much, little) = (poisson(3.0 * t), poisson(t));
            let little = little.iter().copied().chain(std::iter::repeat(0.0));
            Exact::law(much.iter().zip(little).map(|(m, l)| 0.3 * m + 0.7 * l).collect())
        }),
    ]
}

/// x = x/2 + 1 at each point of a Poisson process. A fault reverses the order of the two effects.
pub fn halving() -> Known {
    Known::new(
        "halving and adding",
        2.0,
        "[variables]\nx = { initial = 0.0 }\n[events]\njump = { rate = 2, do = [\"x = x / 2\", \"x += 1\"] }\n",
    )
    .measure("x", |t| {
        let left = exp(-t);
        Exact::moments(2.0 * (1.0 - left), 4.0 * (exp(-1.5 * t) - left * left))
    })
}

fn features() -> Vec<Known> {
    vec![
        Known::new(
            "instant event after every third arrival",
            4.0,
            "[variables]\nn = { initial = 0 }\npacks = { initial = 0 }\n[events]\n\
             arrive = { rate = 2.2, do = [\"n += 1\"] }\n\
             pack = { instant = true, when = \"n == 3\", do = [\"n = 0\", \"packs += 1\"] }\n",
        )
        .measure("packs", |t| Exact::law(folded(&poisson(2.2 * t), |k| k / 3)))
        .measure("n", |t| Exact::law(folded(&poisson(2.2 * t), |k| k % 3))),
        Known::new(
            "inspection every year",
            3.5,
            "[variables]\nx = { initial = 0 }\n[events]\n\
             fault = { rate = 1.7, do = [\"x += 1\"] }\ninspect = { every = 1, do = [\"x = 0\"] }\n",
        )
        .measure("x", |t| Exact::law(poisson(1.7 * (t - t.floor())))),
        Known::new(
            "factor with hysteresis over birth and death",
            4.0,
            &format!(
                "{}\n[doctrine]\nlevels = [\"calm\", \"high\"]\n[doctrine.factors.much]\nlevel = \"high\"\n\
                 active_when = \"x >= 4\"\nclears_when = \"x <= 1\"\n[doctrine.rules]\nhigh = \"active(much)\"\n",
                body(0, "1.6", "0.6 * x")
            ),
        )
        .chain("if(doctrine == high, x, 0)", &latch(), |[x, on, ..]| x * on)
        .measure("if(active(much), 1, 0)", |t| {
            Exact::chance(latch().law(t, |[_, on, ..]| on)[1])
        }),
        rule_with_a_delay(),
        environment("Poisson process in a random environment", "rate = \"if(phase == 1, 0.5, 4)\""),
        environment(
            "exponential clock under a hazard ratio",
            "clock = \"exponential(rate = 0.5)\", hazard_ratio = \"if(phase == 1, 1, 8)\"",
        ),
        environment(
            "exponential clock at a speed",
            "clock = \"exponential(mean = 0.5)\", speed = \"if(phase == 1, 0.25, 2)\"",
        ),
        room(),
    ]
}

fn folded(law: &[f64], to: impl Fn(usize) -> usize) -> Vec<f64> {
    let mut folded = Vec::new();
    for (k, p) in law.iter().enumerate() {
        if folded.len() <= to(k) {
            folded.resize(to(k) + 1, 0.0);
        }
        folded[to(k)] += p;
    }
    folded
}

fn latch() -> Chain {
    Chain::new([0; 4], |[x, on, ..]| {
        let to = |x: usize| {
            let on = if x >= 4 {
                1
            } else if x <= 1 {
                0
            } else {
                on
            };
            [x, on, 0, 0]
        };
        let mut moves = vec![(if x < 40 { 1.6 } else { 0.0 }, to(x + 1))];
        if x > 0 {
            moves.push((0.6 * x as f64, to(x - 1)));
        }
        moves
    })
}

/// The number of points of a process whose rate is 0.5 in phase 1 and 4 in phase 2.
fn environment(name: &'static str, clock: &str) -> Known {
    let chain = Chain::new([0; 4], |[n, phase, ..]| {
        let switch = if phase == 0 { 1.5 } else { 0.7 };
        let hit = if phase == 0 { 0.5 } else { 4.0 };
        vec![
            (switch, [n, 1 - phase, 0, 0]),
            (if n < 60 { hit } else { 0.0 }, [n + 1, phase, 0, 0]),
        ]
    });
    Known::new(
        name,
        2.0,
        &format!(
            "[variables]\nphase = {{ initial = 1 }}\nn = {{ initial = 0 }}\n[events]\n\
             switch = {{ rate = \"if(phase == 1, 1.5, 0.7)\", do = [\"phase = 3 - phase\"] }}\n\
             hit = {{ {clock}, do = [\"n += 1\"] }}\n"
        ),
    )
    .chain("n", &chain, first)
}

/// A policy's rule: an alarm, an exponential delay, then another rate.
fn rule_with_a_delay() -> Known {
    let chain = Chain::new([0; 4], |[y, stage, ..]| {
        let on = [0.8, 2.0, 0.0][stage];
        let hit = if stage == 2 { 3.0 } else { 1.0 };
        vec![
            (on, [y, stage + 1, 0, 0]),
            (if y < 60 { hit } else { 0.0 }, [y + 1, stage, 0, 0]),
        ]
    });
    let mut known = Known::new(
        "rule of a policy with a delay",
        3.0,
        "[variables]\nalarm = { initial = 0 }\ny = { initial = 0 }\n\
         [levers.course]\ndefault = \"soft\"\noptions = [\"soft\", \"hard\"]\n[events]\n\
         raise = { when = \"alarm == 0\", rate = 0.8, do = [\"alarm = 1\"] }\n\
         hit = { rate = \"if(course == hard, 3, 1)\", do = [\"y += 1\"] }\n",
    )
    .chain("y", &chain, first);
    known.policy = Some(
        "name = \"p\"\n[rules.harden]\nwhen = \"alarm == 1\"\ndelay = \"exponential(mean = 0.5)\"\n\
         choose = { course = \"hard\" }\n"
            .to_owned(),
    );
    known
}
