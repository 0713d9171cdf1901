//! The states that a program can reach, and how it goes from one to another.

use super::ExactError;
use super::chain::Chain;
use super::step::{Ends, Key, Stepper};
use detente_sim::program::{Calendar, Clock, CodeId, Drive, Program};
use indexmap::IndexSet;

/// The reachable states with all that happens between them.
pub(crate) struct Space<'p> {
    stepper: Stepper<'p>,
    states: IndexSet<Key>,
    /// Between dates.
    pub chain: Chain,
    /// The distribution after everything at t = 0 but dates.
    pub beginning: Vec<(u32, f64)>,
    /// Firings to be expected at t = 0, by counting outcome.
    pub first_counts: Vec<f64>,
    /// For each counting outcome and state the rate at which it counts.
    pub count_rates: Vec<Vec<f64>>,
    /// Dates up to the horizon, rising, each with what it does.
    pub dates: Vec<(f64, usize)>,
    /// What dates do.
    pub jumps: Vec<Jump>,
}

/// What happens at a date: its events one after the other.
pub(crate) struct Jump {
    /// The events whose date it is, in order.
    events: Vec<u32>,
    /// The ends of each state that the date may meet, by state, in the order found.
    pub ends: Vec<Option<JumpEnds>>,
}

/// What becomes of a state at a date.
#[derive(Debug, Clone)]
pub(crate) struct JumpEnds {
    /// States with their probabilities.
    pub states: Vec<(u32, f64)>,
    /// Firings to be expected, by counting outcome.
    pub counts: Vec<f64>,
}

/// What an export needs to know of the reachable states.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reached {
    /// How many states the world may begin in.
    pub beginnings: usize,
    /// Values in the first of them, in the program's memory.
    pub first: Vec<f64>,
    /// The least and largest value of each slot.
    pub ranges: Vec<[f64; 2]>,
    pub consequences: Vec<Consequence>,
    /// Outcomes that count firings, with those at t = 0.
    pub first_counts: Vec<(usize, f64)>,
    /// Most events fired at one instant.
    pub longest_cascade: u64,
}

/// A consequence with an exponential delay.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Consequence {
    /// Its place in the program.
    pub event: u32,
    /// The rate of an instance.
    pub rate: f64,
    /// Instances under way at the beginning.
    pub first: u64,
    /// Most instances under way.
    pub most: u64,
}

/// Explores a program's states, and says what of them an export needs.
pub(crate) fn reached(program: &Program) -> Result<Reached, ExactError> {
    let mut space = Space::explore(program, super::MOST_STATES)?;
    let counting = space.counting();
    let first_counts = counting.zip(space.first_counts.iter().copied()).collect();
    let stepper = &mut space.stepper;
    let delays = stepper.delays.iter();
    let mut consequences: Vec<Consequence> = delays
        .map(|(event, rate)| Consequence {
            event: *event,
            rate: *rate,
            first: 0,
            most: 0,
        })
        .collect();
    let mut first = Vec::new();
    let mut ranges = vec![[f64::INFINITY, f64::NEG_INFINITY]; program.slots.len()];
    let beginning = space.beginning.first().map(|(state, _)| *state as usize);
    for (state, key) in space.states.iter().enumerate() {
        let memory = stepper.load(key);
        for ([least, most], value) in ranges.iter_mut().zip(memory.iter()) {
            *least = least.min(*value);
            *most = most.max(*value);
        }
        if Some(state) == beginning {
            first = memory.to_vec();
        }
        for (consequence, count) in consequences.iter_mut().zip(stepper.under_way(key)) {
            consequence.most = consequence.most.max(*count);
            if Some(state) == beginning {
                consequence.first = *count;
            }
        }
    }
    Ok(Reached {
        beginnings: space.beginning.len(),
        first,
        ranges,
        consequences,
        first_counts,
        longest_cascade: stepper.longest_cascade,
    })
}

impl<'p> Space<'p> {
    /// Finds all reachable states, `most` at most.
    pub fn explore(program: &'p Program, most: usize) -> Result<Self, ExactError> {
        let (dates, jumps) = dates(program);
        let mut stepper = Stepper::new(program);
        let first = stepper.beginning()?;
        let mut space = Self {
            count_rates: vec![Vec::new(); stepper.counting.len()],
            stepper,
            states: IndexSet::new(),
            chain: Chain::default(),
            beginning: Vec::new(),
            first_counts: first.counts,
            dates,
            jumps,
        };
        space.beginning = space.found(first.states, most)?;
        let mut now: Vec<u32> = space.beginning.iter().map(|(state, _)| *state).collect();
        space.close(program, &mut now, most)?;
        for date in 0..space.dates.len() {
            let (_, jump) = space.dates[date];
            let mut next = Vec::new();
            for state in &now {
                space.jump(jump, *state, most)?;
                if let Some(ends) = &space.jumps[jump].ends[*state as usize] {
                    next.extend(ends.states.iter().map(|(state, _)| *state));
                }
            }
            space.close(program, &mut next, most)?;
            now = next;
        }
        for jump in &mut space.jumps {
            jump.ends.resize(space.states.len(), None);
        }
        Ok(space)
    }

    /// How many states were found.
    pub fn states(&self) -> usize {
        self.states.len()
    }

    /// A value in every state.
    pub fn values(&self, code: CodeId) -> Vec<f64> {
        let mut stepper = self.stepper.clone();
        let values = self.states.iter().map(|key| stepper.value(key, code));
        values.collect()
    }

    /// The places among the outcomes of those that count firings.
    pub fn counting(&self) -> impl Iterator<Item = usize> + '_ {
        self.stepper.counting.iter().map(|(outcome, _)| *outcome)
    }

    /// Adds to a set of states all that can be reached from it without a date.
    fn close(
        &mut self,
        program: &Program,
        set: &mut Vec<u32>,
        most: usize,
    ) -> Result<(), ExactError> {
        let mut seen = vec![false; self.states.len()];
        set.retain(|state| !std::mem::replace(&mut seen[*state as usize], true));
        let mut at = 0;
        while at < set.len() {
            let state = set[at] as usize;
            at += 1;
            // States are expanded in the order in which they were found, which is that of the chain.
            while self.chain.states() <= state {
                self.expand(program, most)?;
            }
            seen.resize(self.states.len(), false);
            for (target, _) in self.chain.of(state) {
                if !std::mem::replace(&mut seen[target as usize], true) {
                    set.push(target);
                }
            }
        }
        Ok(())
    }

    /// Finds the transitions of the first state whose transitions are not known.
    fn expand(&mut self, program: &Program, most: usize) -> Result<(), ExactError> {
        let state = self.chain.states();
        let key = self.states[state].clone();
        let mut row: Vec<(u32, f64)> = Vec::new();
        let mut counts = vec![0.0; self.count_rates.len()];
        for (place, event) in (0_u32..).zip(&program.events) {
            let rate = self.rate(program, place, &event.clock, &key)?;
            if rate > 0.0 {
                let ends = self.stepper.fire(&key, place)?;
                self.add(ends, rate, &mut row, &mut counts, most)?;
            }
        }
        for number in 0..self.stepper.delays.len() {
            let under_way = self.stepper.under_way(&key)[number];
            if under_way > 0 {
                let rate = under_way as f64 * self.stepper.delays[number].1;
                let ends = self.stepper.complete(&key, number)?;
                self.add(ends, rate, &mut row, &mut counts, most)?;
            }
        }
        row.retain(|(target, _)| *target as usize != state);
        self.chain.push(&row);
        for (rates, count) in self.count_rates.iter_mut().zip(counts) {
            rates.push(count);
        }
        Ok(())
    }

    fn add(
        &mut self,
        ends: Ends,
        rate: f64,
        row: &mut Vec<(u32, f64)>,
        counts: &mut [f64],
        most: usize,
    ) -> Result<(), ExactError> {
        for (sum, count) in counts.iter_mut().zip(&ends.counts) {
            *sum += rate * count;
        }
        for (target, probability) in self.found(ends.states, most)? {
            match row.iter_mut().find(|(known, _)| *known == target) {
                Some((_, known)) => *known += rate * probability,
                None => row.push((target, rate * probability)),
            }
        }
        Ok(())
    }

    /// The rate at which an event's own clock fires in a state.
    fn rate(
        &mut self,
        program: &Program,
        place: u32,
        clock: &Clock,
        key: &[u64],
    ) -> Result<f64, ExactError> {
        let (hazard, factor) = match clock {
            Clock::Rate(rate) => (1.0, Some(*rate)),
            Clock::Law { law, drive, .. } => {
                let factor = match drive {
                    Drive::None => None,
                    Drive::HazardRatio(code) | Drive::Speed(code) => Some(*code),
                };
                (program.constant_hazard(law).unwrap_or(0.0), factor)
            }
            _ => return Ok(0.0),
        };
        let mut memory = self.stepper.load(key).to_vec();
        if !self.stepper.guard_holds(place, &mut memory)? {
            return Ok(0.0);
        }
        let factor = factor.map_or(1.0, |code| program.plain_value(code, &mut memory));
        if !(0.0..f64::INFINITY).contains(&factor) {
            return Err(self.stepper.wrong_rate(place, factor, key));
        }
        Ok(hazard * factor)
    }

    /// The numbers of states, new ones added.
    fn found(&mut self, ends: Vec<(Key, f64)>, most: usize) -> Result<Vec<(u32, f64)>, ExactError> {
        let mut numbers = Vec::with_capacity(ends.len());
        for (key, probability) in ends {
            let (number, new) = self.states.insert_full(key);
            if new && number >= most {
                let last = self.stepper.describe(&self.states[number]);
                return Err(ExactError::TooManyStates(format!(
                    "the last one found: {last}"
                )));
            }
            numbers.push((u32::try_from(number).unwrap_or(u32::MAX), probability));
        }
        Ok(numbers)
    }

    /// Finds what a date does to a state.
    fn jump(&mut self, jump: usize, state: u32, most: usize) -> Result<(), ExactError> {
        let place = state as usize;
        let known = &mut self.jumps[jump].ends;
        if known.len() <= place {
            known.resize(place + 1, None);
        }
        if known[place].is_some() {
            return Ok(());
        }
        let mut counts = vec![0.0; self.count_rates.len()];
        let mut now: Vec<(Key, f64)> = vec![(self.states[place].clone(), 1.0)];
        for event in self.jumps[jump].events.clone() {
            let mut next = Ends::default();
            for (key, probability) in now {
                let mut memory = self.stepper.load(&key).to_vec();
                if !self.stepper.guard_holds(event, &mut memory)? {
                    next.add(key, probability);
                    continue;
                }
                let ends = self.stepper.fire(&key, event)?;
                for (sum, count) in counts.iter_mut().zip(&ends.counts) {
                    *sum += probability * count;
                }
                for (end, share) in ends.states {
                    next.add(end, probability * share);
                }
            }
            now = next.states;
        }
        let states = self.found(now, most)?;
        self.jumps[jump].ends[place] = Some(JumpEnds { states, counts });
        Ok(())
    }
}

/// The dates up to the horizon and which events each has, dates with the same events sharing one jump.
fn dates(program: &Program) -> (Vec<(f64, usize)>, Vec<Jump>) {
    let mut all: Vec<(f64, u32)> = Vec::new();
    for (place, event) in (0_u32..).zip(&program.events) {
        let Clock::Calendar(calendar) = event.clock else {
            continue;
        };
        let calendar: &Calendar = &program.calendars[calendar as usize];
        let times = (0..).map(|date| calendar.time(date));
        let times = times.take_while(|time| *time <= program.horizon);
        all.extend(times.map(|time| (time, place)));
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut dates: Vec<(f64, usize)> = Vec::new();
    let mut jumps: Vec<Jump> = Vec::new();
    for day in all.chunk_by(|a, b| a.0 == b.0) {
        let events: Vec<u32> = day.iter().map(|(_, event)| *event).collect();
        let known = jumps.iter().position(|jump| jump.events == events);
        let jump = known.unwrap_or_else(|| {
            jumps.push(Jump {
                events,
                ends: Vec::new(),
            });
            jumps.len() - 1
        });
        dates.push((day[0].0, jump));
    }
    (dates, jumps)
}
