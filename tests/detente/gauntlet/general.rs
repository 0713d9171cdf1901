//! Known answers: clocks with laws of age, delayed consequences, renewals, memory.

use super::known::{Exact, Known};
use super::laws::Law;
use super::markov::{Chain, integral, poisson, renewals};
use libm::exp;

pub fn all() -> Vec<Known> {
    let mut all = vec![
        stays(
            "M/G/∞, lognormal stays",
            "lognormal(median = 0.8, sigma = 0.9)",
            |s| Law::Lognormal(0.8, 0.9).survival(s),
        ),
        stays("M/G/∞, uniform stays", "uniform(0.5, 2)", |s| {
            Law::Uniform(0.5, 2.0).survival(s)
        }),
        stays(
            "M/G/∞, triangular stays",
            "triangular(0.2, 0.5, 2.5)",
            |s| Law::Triangular(0.2, 0.5, 2.5).survival(s),
        ),
        stays(
            "M/G/∞, normal stays",
            "normal(mean = 0.7, sd = 0.8)",
            |s| Law::Normal(0.7, 0.8).survival(s),
        ),
        stays(
            "M/G/∞, beta stays",
            "beta(a = 2, b = 3, low = 0.1, high = 2)",
            |s| Law::Beta(2.0, 3.0, 0.1, 2.0).survival(s),
        ),
        stays("M/D/∞, fixed stays", "fixed(1.2)", |s| {
            if s < 1.2 { 1.0 } else { 0.0 }
        }),
        stays(
            "M/G/∞, observed stays",
            "empirical([0.4, 0.8, 0.8, 2])",
            |s| {
                let values = [0.4, 0.8, 0.8, 2.0];
                values.iter().filter(|value| s < **value).count() as f64 / 4.0
            },
        ),
        thinned(),
        two_stays(),
        lapses(),
    ];
    all.extend(lives());
    all.extend(memories());
    all
}

/// How many of Poisson arrivals at 2 a year are still there: Poisson's law with mean 2 ∫₀ᵗ S.
fn stays(name: &'static str, law: &str, survival: impl Fn(f64) -> f64) -> Known {
    Known::new(
        name,
        3.0,
        &format!(
            "[variables]\nx = {{ initial = 0, min = 0 }}\n[events]\narrive = {{ rate = 2, do = [\"x += 1\"] }}\n\
             leave = {{ after = \"arrive\", delay = \"{law}\", do = [\"x -= 1\"] }}\n"
        ),
    )
    .measure("x", |t| Exact::law(poisson(2.0 * integral_of_steps(t, &survival))))
}

/// Survival may have steps, at multiples of 0.1: one Simpson rule for each tenth, just inside its ends.
fn integral_of_steps(t: f64, survival: impl Fn(f64) -> f64) -> f64 {
    let tenths = (10.0 * t).round() as u32;
    (0..tenths)
        .map(|i| {
            let (low, high) = (f64::from(i) / 10.0, f64::from(i + 1) / 10.0);
            integral(low + 1e-10, high - 1e-10, &survival)
        })
        .sum()
}

/// Each arrival starts a second thing with probability 0.6, after a gamma delay.
fn thinned() -> Known {
    Known::new(
        "consequences with a probability",
        3.0,
        "[variables]\nx = { initial = 0 }\n[events]\ncause = { rate = 2.5, do = [] }\n\
         effect = { after = \"cause\", probability = 0.6, delay = \"gamma(shape = 1.5, scale = 0.6)\", do = [\"x += 1\"] }\n",
    )
    .measure("x", |t| {
        let stay = |u: f64| {
            // s = u², for the root at 0.
            2.0 * u * (1.0 - Law::Gamma(1.5, 0.6).survival(u * u))
        };
        Exact::law(poisson(1.5 * integral(0.0, t.sqrt(), stay)))
    })
}

/// A consequence of a consequence: the number in the second stay is Poisson, with mean 2 ∫₀ᵗ P(there at age s) ds.
fn two_stays() -> Known {
    Known::new(
        "two stays in a row",
        3.0,
        "[variables]\nx = { initial = 0, min = 0 }\ny = { initial = 0, min = 0 }\n[events]\n\
         arrive = { rate = 2, do = [\"x += 1\"] }\n\
         pass = { after = \"arrive\", delay = \"gamma(shape = 2, scale = 0.4)\", do = [\"x -= 1\", \"y += 1\"] }\n\
         leave = { after = \"pass\", delay = \"exponential(mean = 0.8)\", do = [\"y -= 1\"] }\n",
    )
    .measure("y", |t| {
        let density = |u: f64| u / 0.16 * exp(-u / 0.4);
        // Of those that passed at age u, at age s the share exp(−(s − u)/0.8) is there; s is integrated first.
        let there = |u: f64| density(u) * 0.8 * -libm::expm1(-(t - u) / 0.8);
        Exact::law(poisson(2.0 * integral(0.0, t, there)))
    })
}

/// Consequences whose guard is read twice, where a gate opens and closes. State: done, under way, gate.
pub fn lapses() -> Known {
    let chain = Chain::new([0; 4], |[done, waiting, shut, _]| {
        let start = if shut == 0 && waiting < 18 && done + waiting < 40 {
            2.0
        } else {
            0.0
        };
        let mut moves = vec![
            (0.8, [done, waiting, 1 - shut, 0]),
            (start, [done, waiting + 1, shut, 0]),
        ];
        if waiting > 0 {
            moves.push((
                1.5 * waiting as f64,
                [done + 1 - shut, waiting - 1, shut, 0],
            ));
        }
        moves
    });
    Known::new(
        "consequences that lapse",
        3.0,
        "[variables]\nshut = { initial = 0 }\nn = { initial = 0 }\n[events]\n\
         turn = { rate = 0.8, do = [\"shut = 1 - shut\"] }\ncause = { rate = 2, do = [] }\n\
         effect = { after = \"cause\", when = \"shut == 0\", delay = \"exponential(rate = 1.5)\", do = [\"n += 1\"] }\n",
    )
    .chain("n", &chain, |[n, ..]| n)
}

fn lives() -> Vec<Known> {
    vec![
        competing_risks(),
        renewed(
            "renewals, Weibull",
            4.0,
            "weibull(shape = 2, scale = 1)",
            |a| 1.0 - Law::Weibull(2.0, 1.0).survival(a),
        ),
        renewed(
            "renewals, lognormal",
            4.0,
            "lognormal(median = 0.9, sigma = 0.6)",
            |a| {
                if a > 0.0 {
                    1.0 - Law::Lognormal(0.9, 0.6).survival(a)
                } else {
                    0.0
                }
            },
        ),
        renewed(
            "renewals, gamma",
            3.0,
            "gamma(shape = 3, mean = 0.7)",
            |a| 1.0 - Law::Gamma(3.0, 0.7 / 3.0).survival(a),
        ),
        uniform_renewals(),
        alternating(),
        ratio_in_an_environment(),
        ratio_of_a_count(),
    ]
}

/// Which of a Weibull and a lognormal clock is first, by t: ∫ f S.
fn competing_risks() -> Known {
    let (weibull, lognormal) = (Law::Weibull(1.5, 2.0), Law::Lognormal(1.5, 0.8));
    let both = move |s: f64| weibull.survival(s) * lognormal.survival(s);
    let (w, l) = (Law::Weibull(1.5, 2.0), Law::Lognormal(1.5, 0.8));
    // s = u², since a Weibull density of this shape rises as the root does.
    Known::new(
        "competing risks, Weibull and lognormal",
        3.0,
        "[variables]\nby = { states = [\"none\", \"w\", \"l\"], initial = \"none\" }\n[events]\n\
         w = { when = \"by == none\", clock = \"weibull(shape = 1.5, scale = 2)\", do = [\"by = w\"] }\n\
         l = { when = \"by == none\", clock = \"lognormal(median = 1.5, sigma = 0.8)\", do = [\"by = l\"] }\n",
    )
    .measure("if(by == w, 1, 0)", |t| {
        Exact::chance(integral(0.0, t.sqrt(), |u| 2.0 * u * w.hazard(u * u) * both(u * u)))
    })
    .measure("if(by == l, 1, 0)", |t| {
        Exact::chance(integral(0.0, t.sqrt(), |u| {
            if u > 0.0 { 2.0 * u * l.hazard(u * u) * both(u * u) } else { 0.0 }
        }))
    })
}

fn renewed(name: &'static str, horizon: f64, law: &str, below: impl Fn(f64) -> f64) -> Known {
    Known::new(
        name,
        horizon,
        &format!("[variables]\nn = {{ initial = 0 }}\n[events]\ntick = {{ clock = \"{law}\", do = [\"n += 1\"] }}\n"),
    )
    .measure("n", |t| Exact::law(renewals(t, &below)))
}

/// Up to 1 the probability of at least k renewals of uniform lifetimes is t^k / k!.
fn uniform_renewals() -> Known {
    Known::new(
        "renewals, uniform",
        1.0,
        "[variables]\nn = { initial = 0 }\n[events]\ntick = { clock = \"uniform(0, 1)\", do = [\"n += 1\"] }\n",
    )
    .measure("n", |t| {
        let mut at_least = vec![1.0];
        while at_least[at_least.len() - 1] > 1e-14 {
            at_least.push(at_least[at_least.len() - 1] * t / at_least.len() as f64);
        }
        at_least.push(0.0);
        Exact::law(at_least.windows(2).map(|pair| pair[0] - pair[1]).collect())
    })
}

/// Up for a Weibull time, down for a uniform one: A(t) = S(t) + ∫ A(t − s) dG(s), G the law of a whole turn, on a grid.
fn alternating() -> Known {
    Known::new(
        "alternating renewals",
        4.0,
        "[variables]\nup = { initial = 1 }\n[events]\n\
         fail = { when = \"up == 1\", clock = \"weibull(shape = 2, scale = 1.2)\", do = [\"up = 0\"] }\n\
         repair = { when = \"up == 0\", clock = \"uniform(0.2, 1)\", do = [\"up = 1\"] }\n",
    )
    .measure("up", |t| {
        const STEPS: usize = 2_000;
        let h = t / STEPS as f64;
        let up = |s: f64| 1.0 - exp(-s * s / 1.44);
        // P(up + down <= s): the uniform time is averaged over.
        let turn = |s: f64| {
            let (low, high) = (0.2_f64.min(s), 1.0_f64.min(s));
            if s <= 0.2 { 0.0 } else { integral(low, high, |d| up(s - d)) / 0.8 }
        };
        let whole: Vec<f64> = (0..=STEPS).map(|i| turn(i as f64 * h)).collect();
        let mut available: Vec<f64> = Vec::with_capacity(STEPS + 1);
        for i in 0..=STEPS {
            let mut sum = 1.0 - up(i as f64 * h);
            // The first step's mass is below 1e-12, so that A there need not be known.
            for s in 1..i {
                sum += (whole[s + 1] - whole[s]) * 0.5 * (available[i - s] + available[i - s - 1]);
            }
            available.push(sum);
        }
        Exact::chance(available[STEPS])
    })
}

/// Proportional hazards of a lognormal clock in a two-state environment: p' = −(q + r h) p + q o, by Runge–Kutta.
pub fn ratio_in_an_environment() -> Known {
    let survived = |t: f64| {
        let hazard = |s: f64| {
            if s > 0.0 {
                Law::Lognormal(1.0, 0.7).hazard(s)
            } else {
                0.0
            }
        };
        let slope = |s: f64, p: [f64; 2]| {
            [0, 1].map(|i| -(1.5 + [0.3, 3.0][i] * hazard(s)) * p[i] + 1.5 * p[1 - i])
        };
        let (steps, mut p) = (2_000, [1.0, 0.0]);
        let h = t / f64::from(steps);
        for k in 0..steps {
            let s = f64::from(k) * h;
            let moved = |by: f64, d: [f64; 2]| [0, 1].map(|i| p[i] + by * d[i]);
            let a = slope(s, p);
            let b = slope(s + h / 2.0, moved(h / 2.0, a));
            let c = slope(s + h / 2.0, moved(h / 2.0, b));
            let d = slope(s + h, moved(h, c));
            p = [0, 1].map(|i| p[i] + h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]));
        }
        p[0] + p[1]
    };
    Known::new(
        "lognormal clock under a hazard ratio in a random environment",
        2.0,
        "[variables]\nphase = { initial = 1 }\nhit = { initial = 0 }\n[events]\n\
         switch = { rate = 1.5, do = [\"phase = 3 - phase\"] }\n\
         hit = { when = \"hit == 0\", clock = \"lognormal(median = 1, sigma = 0.7)\", \
         hazard_ratio = \"if(phase == 1, 0.3, 3)\", do = [\"hit = 1\"] }\n",
    )
    .measure("hit", |t| Exact::chance(1.0 - survived(t)))
}

/// A ratio of 1 + N, N a Poisson process of rate 1.4: S(t) = exp(−H(t) − 1.4 ∫₀ᵗ (1 − exp(−(H(t) − H(s)))) ds).
fn ratio_of_a_count() -> Known {
    let cumulative = |s: f64| s * s * s.sqrt() / 4.0;
    Known::new(
        "Weibull clock under a hazard ratio that counts",
        2.5,
        "[variables]\nn = { initial = 0 }\nhit = { initial = 0 }\n[events]\n\
         count = { rate = 1.4, do = [\"n += 1\"] }\n\
         hit = { when = \"hit == 0\", clock = \"weibull(shape = 2.5, scale = 1.7411011265922482)\", \
         hazard_ratio = \"1 + n\", do = [\"hit = 1\"] }\n",
    )
    .measure("hit", |t| {
        let more = integral(0.0, t, |s| -libm::expm1(cumulative(s) - cumulative(t)));
        Exact::chance(-libm::expm1(-cumulative(t) - 1.4 * more))
    })
}

/// A gamma law of shape 2 is two memoryless stages, so the counts of these clocks are chains.
fn memories() -> Vec<Known> {
    vec![
        speed_and_resume(),
        halted("resume"),
        halted("restart"),
        Known::new(
            "law whose argument grows with each firing",
            4.0,
            "[variables]\nn = { initial = 0 }\n[events]\n\
             tick = { clock = \"gamma(shape = 2, scale = 0.2 * (1 + n))\", do = [\"n += 1\"] }\n",
        )
        .chain(
            "n",
            &Chain::new([0; 4], |[n, stage, ..]| {
                let rate = if n < 40 { 5.0 / (1 + n) as f64 } else { 0.0 };
                vec![(rate, [n + stage, 1 - stage, 0, 0])]
            }),
            |[n, ..]| n,
        ),
        arguments_kept(),
    ]
}

/// State: count, stage, phase.
pub fn speed_and_resume() -> Known {
    let chain = Chain::new([0; 4], |[n, stage, phase, _]| {
        let go = if n < 60 { 4.0 * [0.5, 2.0][phase] } else { 0.0 };
        vec![
            (1.1, [n, stage, 1 - phase, 0]),
            (go, [n + stage, 1 - stage, phase, 0]),
        ]
    });
    Known::new(
        "gamma clock at a speed in a random environment",
        2.0,
        "[variables]\nphase = { initial = 0 }\nn = { initial = 0 }\n[events]\n\
         switch = { rate = 1.1, do = [\"phase = 1 - phase\"] }\n\
         tick = { clock = \"gamma(shape = 2, scale = 0.25)\", speed = \"if(phase == 0, 0.5, 2)\", do = [\"n += 1\"] }\n",
    )
    .chain("n", &chain, |[n, ..]| n)
}

/// A gamma clock that runs in phase 0 only. A fault restarts it where it should resume.
pub fn halted(memory: &str) -> Known {
    let restarts = memory == "restart";
    let chain = Chain::new([0; 4], |[n, stage, phase, _]| {
        let go = if n < 60 && phase == 0 { 4.0 } else { 0.0 };
        let kept = if restarts { 0 } else { stage };
        vec![
            (2.5, [n, kept, 1 - phase, 0]),
            (go, [n + stage, 1 - stage, phase, 0]),
        ]
    });
    let name = if restarts {
        "gamma clock that restarts"
    } else {
        "gamma clock that resumes"
    };
    Known::new(
        name,
        3.0,
        &format!(
            "[variables]\nphase = {{ initial = 0 }}\nn = {{ initial = 0 }}\n[events]\n\
             switch = {{ rate = 2.5, do = [\"phase = 1 - phase\"] }}\n\
             tick = {{ when = \"phase == 0\", clock = \"gamma(shape = 2, scale = 0.25)\", memory = \"{memory}\", \
             do = [\"n += 1\"] }}\n"
        ),
    )
    .chain("n", &chain, |[n, ..]| n)
}

/// Arguments are read when a life begins: the fourth number is the phase of that moment.
pub fn arguments_kept() -> Known {
    let chain = Chain::new([0; 4], |[n, stage, phase, read]| {
        let go = if n < 60 { [2.0, 8.0][read] } else { 0.0 };
        let read_then = if stage == 1 { phase } else { read };
        vec![
            (1.3, [n, stage, 1 - phase, read]),
            (go, [n + stage, 1 - stage, phase, read_then]),
        ]
    });
    Known::new(
        "law whose argument is kept while the world changes",
        3.0,
        "[variables]\nphase = { initial = 0 }\nn = { initial = 0 }\n[events]\n\
         switch = { rate = 1.3, do = [\"phase = 1 - phase\"] }\n\
         tick = { clock = \"gamma(shape = 2, scale = if(phase == 0, 0.5, 0.125))\", do = [\"n += 1\"] }\n",
    )
    .chain("n", &chain, |[n, ..]| n)
}
