//! What an event does to a state: every end that it can have, with its probability, once no instant event is left to fire.

use super::ExactError;
use detente_sim::engine::{Part, Problem};
use detente_sim::program::{Clock, CodeId, OutcomeKind, Program, Slot};

/// A state in short: the slots that events change, then how many instances of each consequence are under way.
pub(super) type Key = Box<[u64]>;

/// Every end of a firing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Ends {
    /// States with their probabilities.
    pub states: Vec<(Key, f64)>,
    /// Firings to be expected, those of instant events included, for each outcome that counts some.
    pub counts: Vec<f64>,
}

/// Fires events in states.
#[derive(Clone)]
pub(super) struct Stepper<'p> {
    program: &'p Program,
    memory: Vec<f64>,
    /// The slots that make a state.
    live: Vec<Slot>,
    /// The consequences, by place in the program, and the rate of an instance.
    pub delays: Vec<(u32, f64)>,
    /// The outcomes that count firings, and of which event.
    pub counting: Vec<(usize, u32)>,
    /// Most events fired at one instant so far.
    pub longest_cascade: u64,
}

/// A state on its way to an end.
struct Way {
    memory: Vec<f64>,
    /// Of each consequence so many are under way.
    instances: Vec<u64>,
    probability: f64,
    steps: u64,
}

impl<'p> Stepper<'p> {
    pub fn new(program: &'p Program) -> Self {
        let targets = program.effects.iter().map(|effect| effect.slot);
        let latches = program.factors.iter().filter(|f| f.clears_when.is_some());
        let mut live: Vec<Slot> = targets.chain(latches.map(|factor| factor.slot)).collect();
        live.sort_unstable();
        live.dedup();
        let events = (0..).zip(&program.events);
        let delays = events.filter_map(|(place, event)| match &event.clock {
            Clock::After { delay, .. } => Some((place, program.constant_hazard(delay)?)),
            _ => None,
        });
        let outcomes = program.outcomes().iter().enumerate();
        let counting = outcomes.filter_map(|(index, outcome)| match outcome.kind {
            OutcomeKind::Firings(event) | OutcomeKind::FiringsWhen(event) => Some((index, event)),
            _ => None,
        });
        Self {
            delays: delays.collect(),
            counting: counting.collect(),
            memory: program.memory.clone(),
            program,
            live,
            longest_cascade: 0,
        }
    }

    /// Names and values of what makes a state, for messages.
    pub fn describe(&self, key: &[u64]) -> String {
        let values = self.live.iter().zip(key).map(|(slot, bits)| {
            let info = &self.program.slots[*slot as usize];
            let value = f64::from_bits(*bits);
            let shown = info
                .state(value)
                .map_or_else(|| value.to_string(), str::to_owned);
            format!("{} = {shown}", info.name)
        });
        let under_way = self.delays.iter().zip(self.under_way(key));
        let under_way = under_way.filter(|(_, count)| **count > 0);
        let under_way = under_way.map(|((event, _), count)| {
            format!(
                "{} under way {count} times",
                self.program.events[*event as usize].name
            )
        });
        values.chain(under_way).collect::<Vec<_>>().join(", ")
    }

    /// The state's values in the program's memory, factors and level read.
    pub fn load(&mut self, key: &[u64]) -> &mut [f64] {
        for (slot, bits) in self.live.iter().zip(key) {
            self.memory[*slot as usize] = f64::from_bits(*bits);
        }
        // The state was left by a firing, which has read the same.
        let _ = self.program.read_doctrine_plainly(&mut self.memory, false);
        &mut self.memory
    }

    /// How many instances of each consequence are under way.
    pub fn under_way<'k>(&self, key: &'k [u64]) -> &'k [u64] {
        &key[self.live.len()..]
    }

    /// The value of an expression in a state.
    pub fn value(&mut self, key: &[u64], code: CodeId) -> f64 {
        let program = self.program;
        program.plain_value(code, self.load(key)) + 0.0
    }

    /// The states at t = 0, before any date.
    pub fn beginning(&mut self) -> Result<Ends, ExactError> {
        let start = self.program.plain_start();
        let way = Way {
            memory: start.map_err(|failed| self.broken(&failed, &self.program.memory))?,
            instances: vec![0; self.delays.len()],
            probability: 1.0,
            steps: 0,
        };
        self.settle(vec![way])
    }

    /// What becomes of a state when an event fires.
    pub fn fire(&mut self, key: &[u64], event: u32) -> Result<Ends, ExactError> {
        let mut ends = Ends::default();
        let way = self.way(key);
        let ways = self.fired(way, event, &mut ends)?;
        self.settle_into(ways, ends)
    }

    /// What becomes of a state when an instance of its consequence of that number is due.
    pub fn complete(&mut self, key: &[u64], number: usize) -> Result<Ends, ExactError> {
        let mut ends = Ends::default();
        let mut way = self.way(key);
        way.instances[number] -= 1;
        let (event, _) = self.delays[number];
        let ways = if self.guard_holds(event, &mut way.memory)? {
            self.fired(way, event, &mut ends)?
        } else {
            vec![way]
        };
        self.settle_into(ways, ends)
    }

    /// Whether an event's guard holds in a state's memory.
    pub fn guard_holds(&self, event: u32, memory: &mut [f64]) -> Result<bool, ExactError> {
        let holds = self.program.guard_plainly(event, memory);
        holds.map_err(|failed| self.broken(&failed, memory))
    }

    fn way(&mut self, key: &[u64]) -> Way {
        let instances = self.under_way(key).to_vec();
        Way {
            memory: self.load(key).to_vec(),
            instances,
            probability: 1.0,
            steps: 0,
        }
    }

    fn settle(&mut self, ways: Vec<Way>) -> Result<Ends, ExactError> {
        self.settle_into(ways, Ends::default())
    }

    /// Fires instant events until none is left to.
    fn settle_into(&mut self, mut ways: Vec<Way>, mut ends: Ends) -> Result<Ends, ExactError> {
        ends.counts.resize(self.counting.len(), 0.0);
        while let Some(mut way) = ways.pop() {
            let instant = self.program.instant_plainly(&mut way.memory);
            match instant.map_err(|failed| self.broken(&failed, &way.memory))? {
                Some(event) => ways.extend(self.fired(way, event, &mut ends)?),
                None => {
                    self.longest_cascade = self.longest_cascade.max(way.steps);
                    ends.add(self.key(&way), way.probability);
                }
            }
        }
        Ok(ends)
    }

    fn key(&self, way: &Way) -> Key {
        let values = self
            .live
            .iter()
            .map(|slot| way.memory[*slot as usize].to_bits());
        values.chain(way.instances.iter().copied()).collect()
    }

    /// One firing: every branch with a probability, then every choice of consequences that start.
    fn fired(&self, mut way: Way, event: u32, ends: &mut Ends) -> Result<Vec<Way>, ExactError> {
        let program = self.program;
        way.steps += 1;
        if way.steps > program.max_cascade {
            let problem = Problem::EndlessCascade(way.steps, String::new());
            return Err(self.broken(&(event.into(), problem), &way.memory));
        }
        let branches = program.fire_plainly(event, &mut way.memory, |probabilities| {
            let places = (0_u32..).zip(probabilities);
            let possible = places.filter(|(_, probability)| **probability > 0.0);
            possible.map(|(place, _)| place).collect()
        });
        let branches = branches.map_err(|failed| self.broken(&failed, &way.memory))?;
        ends.counts.resize(self.counting.len(), 0.0);
        let mut ways = Vec::with_capacity(branches.len());
        for branch in branches {
            let mut taken = way.again(branch.probability);
            taken.memory = branch.memory;
            for ((outcome, of), count) in self.counting.iter().zip(&mut ends.counts) {
                let outcome = &program.outcomes[*outcome];
                if *of != event {
                    continue;
                }
                let counts = match outcome.kind {
                    OutcomeKind::FiringsWhen(_) => {
                        let holds = program.plain_value(outcome.value, &mut taken.memory);
                        if holds.is_nan() {
                            return Err(ExactError::NotANumber(outcome.name.clone()));
                        }
                        holds != 0.0
                    }
                    _ => true,
                };
                if counts {
                    *count += taken.probability;
                }
            }
            ways.extend(self.with_consequences(event, taken)?);
        }
        Ok(ways)
    }

    /// Each consequence of a firing may start or not.
    fn with_consequences(&self, event: u32, mut way: Way) -> Result<Vec<Way>, ExactError> {
        let possible = self.program.consequences_plainly(event, &mut way.memory);
        let possible = possible.map_err(|failed| self.broken(&failed, &way.memory))?;
        let mut ways = vec![way];
        for (follower, starts) in possible {
            let Some(number) = self.delays.iter().position(|(place, _)| *place == follower) else {
                continue;
            };
            let mut next = Vec::with_capacity(2 * ways.len());
            for way in ways {
                if starts < 1.0 {
                    next.push(way.again(1.0 - starts));
                }
                if starts > 0.0 {
                    let mut started = way.again(starts);
                    started.instances[number] += 1;
                    next.push(started);
                }
            }
            ways = next;
        }
        Ok(ways)
    }

    /// A part of the program that fails in a state.
    fn broken(&self, failed: &(Part, Problem), memory: &[f64]) -> ExactError {
        let (part, problem) = failed;
        let values = self
            .live
            .iter()
            .map(|slot| memory[*slot as usize].to_bits());
        let key: Key = values
            .chain(std::iter::repeat_n(0, self.delays.len()))
            .collect();
        ExactError::Broken {
            part: part.name(self.program),
            problem: problem.to_string(),
            state: self.describe(&key),
        }
    }

    /// A hazard ratio, speed or rate of an event in a state that is none.
    pub fn wrong_rate(&self, event: u32, rate: f64, key: &[u64]) -> ExactError {
        let (part, problem) = (Part::from(event), Problem::Rate("rate", rate));
        ExactError::Broken {
            part: part.name(self.program),
            problem: problem.to_string(),
            state: self.describe(key),
        }
    }
}

impl Way {
    /// This way, taken with a probability.
    fn again(&self, probability: f64) -> Self {
        Self {
            memory: self.memory.clone(),
            instances: self.instances.clone(),
            probability: self.probability * probability,
            steps: self.steps,
        }
    }
}

impl Ends {
    /// Adds an end, or to the probability of one that is there.
    pub fn add(&mut self, key: Key, probability: f64) {
        match self.states.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known += probability,
            None => self.states.push((key, probability)),
        }
    }
}
