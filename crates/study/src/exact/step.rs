//! What an event does to a state: every end that it can have, with its probability, once no instant event is left to fire.

use super::ExactError;
use detente_sim::program::{Clock, Code, Effect, OutcomeKind, Program, Slot};
use std::ops::Range;

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
            Clock::After { delay, .. } => Some((place, delay.constant_hazard()?)),
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
        let _ = read_doctrine(self.program, &mut self.memory, false);
        &mut self.memory
    }

    /// How many instances of each consequence are under way.
    pub fn under_way<'k>(&self, key: &'k [u64]) -> &'k [u64] {
        &key[self.live.len()..]
    }

    /// The value of an expression in a state.
    pub fn value(&mut self, key: &[u64], code: Code) -> f64 {
        let program = self.program;
        program.plain_value(code.plain, self.load(key)) + 0.0
    }

    /// The states at t = 0, before any date.
    pub fn beginning(&mut self) -> Result<Ends, ExactError> {
        let mut memory = self.program.memory.clone();
        let read = read_doctrine(self.program, &mut memory, true);
        read.map_err(|part| self.undefined(part, &memory))?;
        let way = Way {
            memory,
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
        let definition = &self.program.events[event as usize];
        let Some(guard) = definition.guard else {
            return Ok(true);
        };
        let holds = condition(self.program, guard, memory);
        holds.ok_or_else(|| self.undefined(format!("event `{}`", definition.name), memory))
    }

    /// The first instant event whose guard holds.
    fn instant(&self, memory: &mut [f64]) -> Result<Option<u32>, ExactError> {
        for event in &self.program.instants {
            if self.guard_holds(*event, memory)? {
                return Ok(Some(*event));
            }
        }
        Ok(None)
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
            match self.instant(&mut way.memory)? {
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

    /// One firing: effects, bounds, each branch, bounds, factors and level, consequences.
    fn fired(&self, mut way: Way, event: u32, ends: &mut Ends) -> Result<Vec<Way>, ExactError> {
        let program = self.program;
        let definition = &program.events[event as usize];
        way.steps += 1;
        if way.steps > program.max_cascade {
            let problem = "instant events fire without end at one time".to_owned();
            return Err(self.broken(event, problem, &way));
        }
        self.apply(event, &definition.effects, &mut way)?;
        let branched = if definition.branches.is_empty() {
            vec![way]
        } else {
            self.branches(event, way)?
        };
        ends.counts.resize(self.counting.len(), 0.0);
        let mut ways = Vec::with_capacity(branched.len());
        for mut way in branched {
            let read = read_doctrine(program, &mut way.memory, false);
            read.map_err(|part| self.undefined(part, &way.memory))?;
            for ((outcome, of), count) in self.counting.iter().zip(&mut ends.counts) {
                let outcome = &program.outcomes[*outcome];
                if *of != event {
                    continue;
                }
                let counts = match outcome.kind {
                    OutcomeKind::FiringsWhen(_) => {
                        condition(program, outcome.value, &mut way.memory)
                            .ok_or_else(|| ExactError::NotANumber(outcome.name.clone()))?
                    }
                    _ => true,
                };
                if counts {
                    *count += way.probability;
                }
            }
            ways.extend(self.with_consequences(event, way)?);
        }
        Ok(ways)
    }

    fn branches(&self, event: u32, mut way: Way) -> Result<Vec<Way>, ExactError> {
        let program = self.program;
        let branches = &program.branches[range(&program.events[event as usize].branches)];
        let mut probabilities = Vec::with_capacity(branches.len());
        for branch in branches {
            let probability = program.plain_value(branch.probability.plain, &mut way.memory);
            self.check_probability(event, probability, &way)?;
            probabilities.push(probability);
        }
        let total: f64 = probabilities.iter().sum();
        if (total - 1.0).abs() > 1e-9 {
            let problem = format!("the probabilities of its branches sum to {total}, not 1");
            return Err(self.broken(event, problem, &way));
        }
        let mut ways = Vec::with_capacity(branches.len());
        for (branch, probability) in branches.iter().zip(probabilities) {
            if probability > 0.0 {
                let mut taken = way.again(probability / total);
                self.apply(event, &branch.effects, &mut taken)?;
                ways.push(taken);
            }
        }
        Ok(ways)
    }

    /// Each consequence of a firing may start or not.
    fn with_consequences(&self, event: u32, way: Way) -> Result<Vec<Way>, ExactError> {
        let program = self.program;
        let mut ways = vec![way];
        let followers = &program.events[event as usize].consequences;
        for follower in &program.consequences[range(followers)] {
            let Clock::After { probability, .. } = &program.events[*follower as usize].clock else {
                continue;
            };
            let Some(number) = self.delays.iter().position(|(place, _)| place == follower) else {
                continue;
            };
            let mut next = Vec::with_capacity(2 * ways.len());
            for mut way in ways {
                if !self.guard_holds(*follower, &mut way.memory)? {
                    next.push(way);
                    continue;
                }
                let starts = match probability {
                    Some(code) => program.plain_value(code.plain, &mut way.memory),
                    None => 1.0,
                };
                self.check_probability(*follower, starts, &way)?;
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

    fn apply(&self, event: u32, effects: &Range<u32>, way: &mut Way) -> Result<(), ExactError> {
        let effects: &[Effect] = &self.program.effects[range(effects)];
        for effect in effects {
            let value = self
                .program
                .plain_value(effect.value.plain, &mut way.memory);
            way.memory[effect.slot as usize] = value + 0.0;
        }
        for effect in effects {
            let slot = effect.slot as usize;
            if let Some(problem) = self.program.slots[slot].refuses(way.memory[slot]) {
                return Err(self.broken(event, format!("afterwards {problem}"), way));
            }
        }
        Ok(())
    }

    fn check_probability(&self, event: u32, value: f64, way: &Way) -> Result<(), ExactError> {
        if (0.0..=1.0).contains(&value) {
            return Ok(());
        }
        let problem = format!("a probability is {value}; probabilities lie between 0 and 1");
        Err(self.broken(event, problem, way))
    }

    /// A part whose condition compares what is not a number.
    fn undefined(&self, part: String, memory: &[f64]) -> ExactError {
        let values = self
            .live
            .iter()
            .map(|slot| memory[*slot as usize].to_bits());
        let key: Key = values
            .chain(std::iter::repeat_n(0, self.delays.len()))
            .collect();
        ExactError::Broken {
            part,
            problem: "a condition compares what is not a number; look in it for 0 / 0, or ln and sqrt of negative numbers"
                .to_owned(),
            state: self.describe(&key),
        }
    }

    fn broken(&self, event: u32, problem: String, way: &Way) -> ExactError {
        ExactError::Broken {
            part: format!("event `{}`", self.program.events[event as usize].name),
            problem,
            state: self.describe(&self.key(way)),
        }
    }

    /// A rate of an event in a state that is none.
    pub fn wrong_rate(&self, event: u32, rate: f64, key: &[u64]) -> ExactError {
        ExactError::Broken {
            part: format!("event `{}`", self.program.events[event as usize].name),
            problem: format!("its rate is {rate}; it must be finite and not below 0"),
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

/// Whether a condition holds; nothing where it compares what is not a number.
fn condition(program: &Program, code: Code, memory: &mut [f64]) -> Option<bool> {
    let value = program.plain_value(code.plain, memory);
    (!value.is_nan()).then_some(value != 0.0)
}

/// Reads factors and level; at the start factors have no past. Where a condition compares what is not a number, says whose.
fn read_doctrine(program: &Program, memory: &mut [f64], start: bool) -> Result<(), String> {
    for factor in &program.factors {
        let name = || format!("factor `{}`", program.slots[factor.slot as usize].name);
        let was = memory[factor.slot as usize] != 0.0;
        let active = condition(program, factor.active_when, memory).ok_or_else(name)?;
        let on = match factor.clears_when {
            _ if active || start => active,
            Some(clears) => !condition(program, clears, memory).ok_or_else(name)? && was,
            None => false,
        };
        memory[factor.slot as usize] = f64::from(u8::from(on));
    }
    let mut level = 0.0;
    for (of, rule) in &program.level_rules {
        let name = || {
            let states = &program.slots[program.level_slot as usize];
            format!(
                "the doctrine's rule `{}`",
                states.state(*of).unwrap_or_default()
            )
        };
        if condition(program, *rule, memory).ok_or_else(name)? {
            level = *of;
            break;
        }
    }
    memory[program.level_slot as usize] = level;
    Ok(())
}

fn range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
