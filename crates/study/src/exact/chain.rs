//! A Markov chain in continuous time, as a sparse matrix of rates by rows.

/// Rates from state to state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chain {
    /// The transitions of state s are those from `starts[s]` up to `starts[s + 1]`.
    starts: Vec<usize>,
    targets: Vec<u32>,
    rates: Vec<f64>,
    /// The rate at which each state is left.
    exits: Vec<f64>,
}

impl Chain {
    /// Adds the transitions of the next state to other states.
    pub fn push(&mut self, transitions: &[(u32, f64)]) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        for (target, rate) in transitions {
            self.targets.push(*target);
            self.rates.push(*rate);
        }
        self.starts.push(self.targets.len());
        self.exits
            .push(transitions.iter().map(|(_, rate)| rate).sum());
    }

    /// States whose transitions are known.
    pub fn states(&self) -> usize {
        self.exits.len()
    }

    /// Transitions in all.
    pub fn transitions(&self) -> usize {
        self.targets.len()
    }

    /// The transitions of a state: where to, and at which rate.
    pub fn of(&self, state: usize) -> impl Iterator<Item = (u32, f64)> + '_ {
        let range = self.starts[state]..self.starts[state + 1];
        let targets = self.targets[range.clone()].iter().copied();
        targets.zip(self.rates[range].iter().copied())
    }

    /// The largest rate at which any state is left.
    pub fn fastest(&self) -> f64 {
        self.exits.iter().copied().fold(0.0, f64::max)
    }

    /// One step of the chain that jumps at `rate`, at least [`Self::fastest`]: `to` becomes `from` times its matrix. States in
    /// `frozen` are never left.
    pub fn jump(&self, rate: f64, frozen: Option<&[bool]>, from: &[f64], to: &mut [f64]) {
        to.fill(0.0);
        for (state, &mass) in from.iter().enumerate() {
            if mass == 0.0 {
                continue;
            }
            if frozen.is_some_and(|frozen| frozen[state]) {
                to[state] += mass;
                continue;
            }
            to[state] += mass * (1.0 - self.exits[state] / rate);
            let share = mass / rate;
            let range = self.starts[state]..self.starts[state + 1];
            for (target, part) in self.targets[range.clone()].iter().zip(&self.rates[range]) {
                to[*target as usize] += share * part;
            }
        }
    }
}
