//! `configs/ladder.toml`: a birth–death process on four rungs.

use super::{ByHand, wait};
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

const HORIZON: f64 = 10.0;
const DANGER: usize = 1;
const CONFLICT: usize = 3;
/// Rates down and up from each rung.
const DOWN: [f64; 4] = [0.0, 0.5, 1.2, 0.6];
const UP: [f64; 4] = [0.8, 0.3, 0.15, 0.0];

/// Outcomes: whether conflict was reached, how often threat was.
pub struct Ladder;

impl ByHand for Ladder {
    fn trial(&mut self, random: &mut Xoshiro256PlusPlus, outcomes: &mut [f64]) -> u64 {
        let (mut rung, mut time, mut events) = (DANGER, 0.0, 0);
        let (mut conflict, mut threats) = (false, 0);
        loop {
            let total = DOWN[rung] + UP[rung];
            time += wait(random, total);
            if time > HORIZON {
                break;
            }
            events += 1;
            if random.random::<f64>() * total < DOWN[rung] {
                rung -= 1;
            } else {
                rung += 1;
            }
            conflict |= rung == CONFLICT;
            threats += u32::from(rung == CONFLICT - 1);
        }
        outcomes[0] = f64::from(u8::from(conflict));
        outcomes[1] = f64::from(threats);
        events
    }
}
