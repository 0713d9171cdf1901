//! Exact answers: Markov chains by uniformisation, integrals, renewal laws, and the laws of counts.

use std::collections::BTreeMap;

/// A state of a chain: up to four whole numbers.
pub type State = [usize; 4];

/// A Markov chain in continuous time with few states.
pub struct Chain {
    states: Vec<State>,
    /// Of each state the states it moves to, with rates.
    moves: Vec<Vec<(usize, f64)>>,
}

impl Chain {
    /// The states that can be reached from `start`. What would leave a bound that `moves` sets must not matter.
    pub fn new(start: State, moves: impl Fn(State) -> Vec<(f64, State)>) -> Self {
        let mut places = BTreeMap::from([(start, 0)]);
        let mut chain = Self {
            states: vec![start],
            moves: Vec::new(),
        };
        while chain.moves.len() < chain.states.len() {
            let from = chain.states[chain.moves.len()];
            let mut targets = Vec::new();
            for (rate, to) in moves(from) {
                if rate > 0.0 {
                    let place = *places.entry(to).or_insert_with(|| {
                        chain.states.push(to);
                        chain.states.len() - 1
                    });
                    targets.push((place, rate));
                }
            }
            chain.moves.push(targets);
        }
        chain
    }

    /// The probability of each state at `t`: a sum over the jumps of a chain whose states are all left at one rate.
    fn at(&self, t: f64) -> Vec<f64> {
        let leaving = |moves: &Vec<(usize, f64)>| moves.iter().map(|(_, rate)| rate).sum::<f64>();
        let fastest = self.moves.iter().map(leaving).fold(0.0, f64::max);
        // In parts, so that the first weight is not too small.
        let parts = (fastest * t / 100.0).ceil().max(1.0);
        let jumps = fastest * t / parts;
        let mut now = vec![0.0; self.states.len()];
        now[0] = 1.0;
        for _ in 0..parts as u64 {
            let mut weight = libm::exp(-jumps);
            let mut sum: Vec<f64> = now.iter().map(|p| p * weight).collect();
            let mut jumped = 0.0;
            while jumped < jumps || weight > 1e-16 {
                let mut next = now.clone();
                for (from, moves) in self.moves.iter().enumerate() {
                    for (to, rate) in moves {
                        let moved = now[from] * rate / fastest;
                        next[from] -= moved;
                        next[*to] += moved;
                    }
                }
                now = next;
                jumped += 1.0;
                weight *= jumps / jumped;
                sum.iter_mut()
                    .zip(&now)
                    .for_each(|(sum, p)| *sum += weight * p);
            }
            now = sum;
        }
        now
    }

    /// The law of a number that the state has, at `t`.
    pub fn law(&self, t: f64, number: impl Fn(State) -> usize) -> Vec<f64> {
        let mut law = Vec::new();
        for (state, p) in self.states.iter().zip(self.at(t)) {
            let number = number(*state);
            if law.len() <= number {
                law.resize(number + 1, 0.0);
            }
            law[number] += p;
        }
        law
    }
}

/// The integral of `f` from `a` to `b` by Simpson's rule with 2,000 intervals.
pub fn integral(a: f64, b: f64, f: impl Fn(f64) -> f64) -> f64 {
    const HALVES: u32 = 1_000;
    let h = (b - a) / f64::from(2 * HALVES);
    let at = |i: u32| f(a + f64::from(i) * h);
    let odd: f64 = (0..HALVES).map(|i| at(2 * i + 1)).sum();
    let even: f64 = (1..HALVES).map(|i| at(2 * i)).sum();
    h / 3.0 * (at(0) + 4.0 * odd + 2.0 * even + at(2 * HALVES))
}

/// The law of how many renewals there are by `t`, of lifetimes with this distribution function, which must be smooth: by
/// repeated convolution on a grid of 2,000 steps.
pub fn renewals(t: f64, below: impl Fn(f64) -> f64) -> Vec<f64> {
    const STEPS: usize = 2_000;
    let h = t / STEPS as f64;
    let age = |i: usize| i as f64 * h;
    // The mass of each step is put at its middle, so a convolution reads the mean of two neighbours.
    let mass: Vec<f64> = (0..STEPS)
        .map(|i| below(age(i + 1)) - below(age(i)))
        .collect();
    let mut by: Vec<f64> = (0..=STEPS).map(|i| below(age(i))).collect();
    let mut at_least = vec![1.0, by[STEPS]];
    while at_least[at_least.len() - 1] > 1e-12 {
        by = (0..=STEPS)
            .map(|i| {
                (0..i)
                    .map(|s| mass[s] * 0.5 * (by[i - s] + by[i - s - 1]))
                    .sum()
            })
            .collect();
        at_least.push(by[STEPS]);
    }
    at_least.push(0.0);
    at_least.windows(2).map(|pair| pair[0] - pair[1]).collect()
}

/// Poisson's law.
pub fn poisson(mean: f64) -> Vec<f64> {
    let mut law = vec![libm::exp(-mean)];
    while (law.len() as f64) < mean || law[law.len() - 1] > 1e-14 {
        law.push(law[law.len() - 1] * mean / law.len() as f64);
    }
    law
}

/// The law of how many of `n` come about.
pub fn binomial(n: u32, p: f64) -> Vec<f64> {
    let mut law = vec![1.0];
    for _ in 0..n {
        let mut next = vec![0.0; law.len() + 1];
        for (k, mass) in law.iter().enumerate() {
            next[k] += mass * (1.0 - p);
            next[k + 1] += mass * p;
        }
        law = next;
    }
    law
}

/// The negative binomial law: (Γ(r + k) / (Γ(r) k!)) (1 − q)^r q^k.
pub fn negative_binomial(r: f64, q: f64) -> Vec<f64> {
    let mut law = vec![libm::pow(1.0 - q, r)];
    while law.len() < 20 || law[law.len() - 1] > 1e-14 {
        let k = law.len() as f64;
        law.push(law[law.len() - 1] * (r + k - 1.0) / k * q);
    }
    law
}

/// The chain solver and the renewal solver on answers in closed form.
#[test]
fn solvers_solve() {
    let chain = Chain::new([0; 4], |[x, ..]| match x {
        200 => vec![],
        _ => vec![(30.0, [x + 1, 0, 0, 0])],
    });
    let found = chain.law(2.0, |[x, ..]| x);
    for (found, exact) in found.iter().zip(poisson(60.0)) {
        assert!((found - exact).abs() < 1e-13);
    }
    // Of uniform lifetimes on (0, 1) at least k end by t <= 1 with probability t^k / k!.
    let law = renewals(0.8, |age| age.min(1.0));
    assert!((law[0] - 0.2).abs() < 1e-12);
    assert!((law[1] - (0.8 - 0.32)).abs() < 1e-6);
    assert!((law[2] - (0.32 - 0.512 / 6.0)).abs() < 1e-6);
}
