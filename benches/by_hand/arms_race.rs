//! `configs/arms-race.toml`: two sides that build up against each other, a switch, and a ladder that both feed.

use super::{ByHand, wait};
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

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

/// Outcomes: whether the top level was reached, the arms of the west at the end.
pub struct ArmsRace;

struct State {
    west: u32,
    east: u32,
    exercise: bool,
    level: usize,
    rates: [f64; RATES],
}

impl ByHand for ArmsRace {
    fn trial(&mut self, random: &mut Xoshiro256PlusPlus, outcomes: &mut [f64]) -> u64 {
        let mut state = State::new();
        let (mut time, mut events, mut top) = (0.0, 0, false);
        loop {
            let total: f64 = state.rates.iter().sum();
            time += wait(random, total);
            if time > HORIZON {
                break;
            }
            events += 1;
            let mut drawn = random.random::<f64>() * total;
            let mut event = 0;
            while event + 1 < RATES && drawn >= state.rates[event] {
                drawn -= state.rates[event];
                event += 1;
            }
            state.fire(event);
            top |= state.level == TOP;
        }
        outcomes[0] = f64::from(u8::from(top));
        outcomes[1] = f64::from(state.west);
        events
    }
}

impl State {
    fn new() -> Self {
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
        state.read_ladder();
        state
    }

    fn fire(&mut self, event: usize) {
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
        self.read_ladder();
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

    #[allow(
        clippy::disallowed_methods,
        reason = "the system's exponential is what a plain loop would take"
    )]
    fn read_ladder(&mut self) {
        let arms = f64::from(self.west + self.east);
        let exercise = f64::from(u8::from(self.exercise));
        (self.rates[RISE], self.rates[FALL]) = match self.level {
            0 => (0.2 * (0.1 * (arms - 6.0)).exp(), 0.0),
            1 => (
                0.3 * (0.1 * (arms - 6.0) + 0.5 * exercise).exp(),
                0.5 * (-0.05 * (arms - 6.0)).exp(),
            ),
            2 => (0.1 * (0.1 * (arms - 8.0) + 0.7 * exercise).exp(), 1.2),
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
