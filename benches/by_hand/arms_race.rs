//! `configs/arms-race.toml`: two sides that build up against each other, a switch, and a ladder that both feed.

use super::{ByHand, Mathematics, Series, wait};
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;
use std::marker::PhantomData;

const HORIZON: f64 = 30.0;
const MOST_ARMS: u32 = 20;
const TOP: usize = 3;

/// The places of the rates. Guards exclude each other, so that the switch needs one and the ladder two. The switch, whose
/// rate is never 0, comes last: it takes what rounding leaves over.
const WEST_BUILDS: usize = 0;
const WEST_SCRAPS: usize = 1;
const EAST_BUILDS: usize = 2;
const EAST_SCRAPS: usize = 3;
const RISE: usize = 4;
const FALL: usize = 5;
const SWITCH: usize = 6;
const RATES: usize = 7;

pub struct ArmsRace<M> {
    west: Series,
    east: Series,
    level: Series,
    mathematics: PhantomData<M>,
}

struct State {
    west: u32,
    east: u32,
    exercise: bool,
    level: usize,
    rates: [f64; RATES],
}

impl<M: Mathematics> ArmsRace<M> {
    pub fn new() -> Self {
        let yearly = || Series::new(1.0, HORIZON);
        Self {
            west: yearly(),
            east: yearly(),
            level: yearly(),
            mathematics: PhantomData,
        }
    }
}

impl<M: Mathematics> ByHand for ArmsRace<M> {
    fn trial(&mut self, random: &mut Xoshiro256PlusPlus, outcomes: &mut [f64]) -> u64 {
        let mut state = State::new::<M>();
        let (mut time, mut events, mut first_top) = (0.0, 0, HORIZON);
        let mut durations = [0.0; 4];
        loop {
            let total: f64 = state.rates.iter().sum();
            let next = time + wait::<M>(random, total);
            let until = next.min(HORIZON);
            self.west.hold(f64::from(state.west), until);
            self.east.hold(f64::from(state.east), until);
            self.level.hold(state.level as f64, until);
            durations[state.level] += until - time;
            if next > HORIZON {
                break;
            }
            time = next;
            events += 1;
            let mut drawn = random.random::<f64>() * total;
            let mut event = 0;
            while event + 1 < RATES && drawn >= state.rates[event] {
                drawn -= state.rates[event];
                event += 1;
            }
            state.fire::<M>(event);
            if state.level == TOP && first_top == HORIZON {
                first_top = time;
            }
        }
        self.west.end(f64::from(state.west));
        self.east.end(f64::from(state.east));
        self.level.end(state.level as f64);
        outcomes[0] = f64::from(u8::from(first_top < HORIZON));
        outcomes[1] = first_top;
        for (share, duration) in outcomes[2..6].iter_mut().zip(durations) {
            *share = duration / HORIZON;
        }
        outcomes[6] = f64::from(state.west);
        outcomes[7] = f64::from(state.east);
        events
    }
}

impl State {
    fn new<M: Mathematics>() -> Self {
        let mut state = Self {
            west: 4,
            east: 4,
            exercise: false,
            level: 1,
            rates: [0.0; RATES],
        };
        state.read_west();
        state.read_east();
        state.read_switch();
        state.read_ladder::<M>();
        state
    }

    fn fire<M: Mathematics>(&mut self, event: usize) {
        match event {
            WEST_BUILDS => self.west += 1,
            WEST_SCRAPS => self.west -= 1,
            EAST_BUILDS => self.east += 1,
            EAST_SCRAPS => self.east -= 1,
            RISE => self.level += 1,
            FALL => self.level -= 1,
            _ => self.exercise = !self.exercise,
        }
        match event {
            WEST_BUILDS | WEST_SCRAPS => self.read_west(),
            EAST_BUILDS | EAST_SCRAPS => self.read_east(),
            SWITCH => self.read_switch(),
            _ => {}
        }
        self.read_ladder::<M>();
    }

    fn read_west(&mut self) {
        self.rates[WEST_SCRAPS] = 0.2 * f64::from(self.west);
        self.rates[WEST_BUILDS] = building(self.west, self.east);
        self.rates[EAST_BUILDS] = building(self.east, self.west);
    }

    fn read_east(&mut self) {
        self.rates[EAST_SCRAPS] = 0.2 * f64::from(self.east);
        self.rates[WEST_BUILDS] = building(self.west, self.east);
        self.rates[EAST_BUILDS] = building(self.east, self.west);
    }

    fn read_switch(&mut self) {
        self.rates[SWITCH] = if self.exercise { 12.0 } else { 2.0 };
    }

    fn read_ladder<M: Mathematics>(&mut self) {
        let arms = f64::from(self.west + self.east);
        let exercise = f64::from(u8::from(self.exercise));
        (self.rates[RISE], self.rates[FALL]) = match self.level {
            0 => (0.2 * M::exp(0.1 * (arms - 6.0)), 0.0),
            1 => (
                0.3 * M::exp(0.1 * (arms - 6.0) + 0.5 * exercise),
                0.5 * M::exp(-0.05 * (arms - 6.0)),
            ),
            2 => (0.1 * M::exp(0.1 * (arms - 8.0) + 0.7 * exercise), 1.2),
            _ => (0.0, 0.6),
        };
    }
}

fn building(own: u32, other: u32) -> f64 {
    if own < MOST_ARMS {
        0.5 * (1.0 + 0.1 * f64::from(other))
    } else {
        0.0
    }
}
