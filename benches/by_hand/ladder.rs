//! `configs/ladder.toml`: a birth–death process on four rungs.

use super::{ByHand, Mathematics, Series, wait};
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;
use std::marker::PhantomData;

const HORIZON: f64 = 10.0;
const DANGER: usize = 1;
const THREAT: usize = 2;
const CONFLICT: usize = 3;
/// Rates down and up from each rung.
const DOWN: [f64; 4] = [0.0, 0.5, 1.2, 0.6];
const UP: [f64; 4] = [0.8, 0.3, 0.15, 0.0];

pub struct Ladder<M> {
    level: Series,
    mathematics: PhantomData<M>,
}

impl<M> Ladder<M> {
    pub fn new() -> Self {
        Self {
            level: Series::new(0.25, HORIZON),
            mathematics: PhantomData,
        }
    }
}

impl<M: Mathematics> ByHand for Ladder<M> {
    fn trial(&mut self, random: &mut Xoshiro256PlusPlus, outcomes: &mut [f64]) -> u64 {
        let (mut rung, mut time, mut events) = (DANGER, 0.0, 0);
        let (mut first_conflict, mut threats) = (HORIZON, 0);
        let mut durations = [0.0; 4];
        loop {
            let total = DOWN[rung] + UP[rung];
            let next = time + wait::<M>(random, total);
            self.level.hold(rung as f64, next.min(HORIZON));
            durations[rung] += next.min(HORIZON) - time;
            if next > HORIZON {
                break;
            }
            time = next;
            events += 1;
            if random.random::<f64>() * total < DOWN[rung] {
                rung -= 1;
            } else {
                rung += 1;
            }
            if rung == CONFLICT && first_conflict == HORIZON {
                first_conflict = time;
            }
            threats += u32::from(rung == THREAT);
        }
        self.level.end(rung as f64);
        outcomes[0] = f64::from(u8::from(first_conflict < HORIZON));
        outcomes[1] = first_conflict;
        for (share, duration) in outcomes[2..6].iter_mut().zip(durations) {
            *share = duration / HORIZON;
        }
        outcomes[6] = f64::from(threats);
        events
    }
}
