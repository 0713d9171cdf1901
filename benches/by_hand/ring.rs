//! The ring of n sectors, each of which builds up against the next.
//!
//! Partial sums of the rates stand in a binary tree (Wong & Easton 1980, doi:10.1137/0209009), so that an event is
//! found and a rate changed in log n steps; n is a power of two.

use super::{ByHand, Mathematics, wait};
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;
use std::marker::PhantomData;

pub const HORIZON: f64 = 10.0;
pub const INITIAL: u32 = 4;
pub const MOST: u32 = 20;

pub struct Ring<M> {
    sectors: usize,
    values: Vec<u32>,
    /// `sums[1]` is the total, node i the sum of 2i and 2i + 1, the sectors' own totals begin at `sectors`.
    sums: Vec<f64>,
    mathematics: PhantomData<M>,
}

impl<M> Ring<M> {
    pub fn new(sectors: usize) -> Self {
        assert!(sectors.is_power_of_two());
        Self {
            sectors,
            values: vec![INITIAL; sectors],
            sums: vec![0.0; 2 * sectors],
            mathematics: PhantomData,
        }
    }

    fn up(&self, sector: usize) -> f64 {
        let next = self.values[(sector + 1) % self.sectors];
        if self.values[sector] < MOST {
            0.5 * (1.0 + 0.1 * f64::from(next))
        } else {
            0.0
        }
    }

    fn total(&self, sector: usize) -> f64 {
        self.up(sector) + 0.2 * f64::from(self.values[sector])
    }

    fn start(&mut self) {
        self.values.fill(INITIAL);
        for sector in 0..self.sectors {
            self.sums[self.sectors + sector] = self.total(sector);
        }
        for node in (1..self.sectors).rev() {
            self.sums[node] = self.sums[2 * node] + self.sums[2 * node + 1];
        }
    }

    fn read(&mut self, sector: usize) {
        let mut node = self.sectors + sector;
        self.sums[node] = self.total(sector);
        while node > 1 {
            node /= 2;
            self.sums[node] = self.sums[2 * node] + self.sums[2 * node + 1];
        }
    }
}

impl<M: Mathematics> ByHand for Ring<M> {
    fn trial(&mut self, random: &mut Xoshiro256PlusPlus, outcomes: &mut [f64]) -> u64 {
        self.start();
        let (mut time, mut events) = (0.0, 0);
        loop {
            let total = self.sums[1];
            time += wait::<M>(random, total);
            if time > HORIZON {
                break;
            }
            events += 1;
            let mut drawn = random.random::<f64>() * total;
            let mut node = 1;
            while node < self.sectors {
                node *= 2;
                if drawn >= self.sums[node] {
                    drawn -= self.sums[node];
                    node += 1;
                }
            }
            let sector = node - self.sectors;
            // A sum's rounding may leave more than the last rate: nothing is scrapped where nothing is.
            if drawn < self.up(sector) || self.values[sector] == 0 {
                self.values[sector] += 1;
            } else {
                self.values[sector] -= 1;
            }
            self.read(sector);
            self.read((sector + self.sectors - 1) % self.sectors);
        }
        let sum: u32 = self.values.iter().sum();
        outcomes[0] = f64::from(sum) / self.sectors as f64;
        events
    }
}
