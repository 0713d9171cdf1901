//! Keyed random numbers.
//!
//! A draw belongs to an event, not to the order in which a trial happens to ask: the j-th draw of event k in
//! trial i for one purpose is a function of (seed, i, k, purpose, j) and of nothing else. So a trial can be
//! run again alone, results do not hang on threads, two policies share their randomness event by event, and
//! adding an event leaves the numbers of all others as they were.
//!
//! The function is Philox4x64-10 (Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405): key words
//! (seed, purpose), counter words (trial, event, j / 4, branch), output word j mod 4; the branch is 0 but where one trial is continued
//! in several ways. Every input has words of
//! its own, so two different keys never meet, whatever the seed; seed 0 is a seed like any other.

mod philox;

use sha2::{Digest, Sha256};

pub use philox::{Philox, philox4x64_10};

/// What a draw is for. The numbers are part of the key: changing one changes results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// The unit exponentials of an event's own Poisson process.
    Lifetime = 1,
    /// Which branch a firing takes.
    Branch = 2,
    /// Whether a firing of the cause starts a consequence.
    Probability = 3,
    /// The unit exponential behind a delay.
    Delay = 4,
    /// Which trials are taken when trials are drawn again, with replacement.
    Resampling = 5,
    /// The values of an uncertain parameter.
    Parameter = 6,
    /// The unit exponentials in place of those that were used up when their clock was halted, and of what is left of those that a
    /// branch or a driven trial draws anew.
    Redraw = 7,
}

/// The part of a key that stands for an event (or a rule of a policy): 64 bits of its name's SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventKey(u64);

impl EventKey {
    /// The key of an event.
    #[must_use]
    pub fn of_event(name: &str) -> Self {
        Self::of("event", name)
    }

    /// The key of a rule of a policy.
    #[must_use]
    pub fn of_rule(name: &str) -> Self {
        Self::of("rule", name)
    }

    /// The key of a parameter.
    #[must_use]
    pub fn of_parameter(name: &str) -> Self {
        Self::of("parameter", name)
    }

    fn of(kind: &str, name: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(kind)
            .chain_update([0])
            .chain_update(name)
            .finalize();
        let mut word = [0; 8];
        word.copy_from_slice(&digest[..8]);
        Self(u64::from_le_bytes(word))
    }
}

/// The words that one evaluation of the generator yields for an event and a purpose. Whoever draws them in turn keeps
/// the block, and makes a new one every fourth time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    number: u64,
    words: [u64; 4],
}

impl Block {
    /// No words yet.
    pub const EMPTY: Self = Self {
        number: u64::MAX,
        words: [0; 4],
    };
}

/// All random numbers of one trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialStreams {
    seed: u64,
    trial: u64,
    branch: u64,
}

impl TrialStreams {
    /// The numbers of trial `trial` under `seed`.
    #[must_use]
    pub fn new(seed: u64, trial: u64) -> Self {
        Self {
            seed,
            trial,
            branch: 0,
        }
    }

    /// Other numbers for the same trial, as many times over as there are words: a trial that is continued from one state in
    /// several ways has a branch for each. A trial that begins at t = 0 has branch 0.
    #[must_use]
    pub fn on_branch(self, branch: u64) -> Self {
        Self { branch, ..self }
    }

    /// The seed, the trial and the branch.
    #[must_use]
    pub fn parts(&self) -> [u64; 3] {
        [self.seed, self.trial, self.branch]
    }

    /// The `index`-th word of an event for one purpose: the one place where keys are made.
    #[must_use]
    pub fn word(&self, event: EventKey, purpose: Purpose, index: u64) -> u64 {
        self.generator(event, purpose).word(index)
    }

    /// The words of an event for one purpose as a generator for `rand`, starting at word 0.
    #[must_use]
    pub fn generator(&self, event: EventKey, purpose: Purpose) -> Philox {
        Philox::new(
            [self.seed, purpose as u64],
            [self.trial, event.0],
            self.branch,
        )
    }

    /// A number between 0 and 1, neither of them: the middle of one of 2^52 equal cells.
    #[must_use]
    pub fn uniform(&self, event: EventKey, purpose: Purpose, index: u64) -> f64 {
        open_unit(self.word(event, purpose, index))
    }

    /// A unit exponential, by inversion.
    #[must_use]
    pub fn exponential(&self, event: EventKey, purpose: Purpose, index: u64) -> f64 {
        unit_exponential(self.word(event, purpose, index))
    }

    /// The same unit exponential, through a block kept for this event and purpose of this trial alone.
    #[must_use]
    pub fn exponential_in(
        &self,
        block: &mut Block,
        event: EventKey,
        purpose: Purpose,
        index: u64,
    ) -> f64 {
        let number = index / 4;
        if block.number != number {
            let words = self.generator(event, purpose).block(number);
            *block = Block { number, words };
        }
        unit_exponential(block.words[(index % 4) as usize])
    }
}

/// A word as a number in (0, 1). With one bit more the middle of the last cell would round to 1.
#[must_use]
pub fn open_unit(word: u64) -> f64 {
    const CELL: f64 = 1.0 / (1_u64 << 52) as f64;
    ((word >> 12) as f64 + 0.5) * CELL
}

fn unit_exponential(word: u64) -> f64 {
    -libm::log(open_unit(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN_KEY: u64 = 0x22d2_c50d_2e0b_ddea;
    const GOLDEN_WORDS: [u64; 5] = [
        745_573_843_273_900_087,
        5_394_106_250_513_562_007,
        1_724_313_931_345_166_313,
        7_127_799_696_027_858_491,
        6_107_891_133_159_165_239,
    ];
    const GOLDEN_EXPONENTIAL: f64 = 0.679_039_292_423_663_1;

    /// Pinned: changing any of these changes every result, which CHANGELOG must say. The key was computed by
    /// Python's hashlib, the words by numpy's Philox, the exponential by mpmath with 50 digits.
    #[test]
    fn golden_values() {
        let streams = TrialStreams::new(1, 0);
        let event = EventKey::of_event("nato_reinforcement");
        let words: Vec<u64> = (0..5)
            .map(|index| streams.word(event, Purpose::Lifetime, index))
            .collect();
        assert_eq!(words, GOLDEN_WORDS);
        assert_eq!(event, EventKey(GOLDEN_KEY));
        assert_eq!(
            streams.exponential(event, Purpose::Delay, 3).to_bits(),
            GOLDEN_EXPONENTIAL.to_bits()
        );
    }

    #[test]
    fn a_block_yields_the_same_numbers() {
        let streams = TrialStreams::new(3, 4);
        let (event, purpose) = (EventKey::of_event("a"), Purpose::Lifetime);
        let mut block = Block::EMPTY;
        for index in [0, 1, 2, 3, 4, 9, 2] {
            let drawn = streams.exponential_in(&mut block, event, purpose, index);
            assert_eq!(drawn, streams.exponential(event, purpose, index));
        }
    }

    #[test]
    fn uniforms_are_never_0_or_1() {
        assert_eq!(open_unit(0), 0.5 / 4_503_599_627_370_496.0);
        assert!(open_unit(0) > 0.0);
        assert!(open_unit(u64::MAX) < 1.0);
        assert!(-libm::log(open_unit(u64::MAX)) > 0.0);
    }

    #[test]
    fn each_part_of_the_key_matters() {
        let base = TrialStreams::new(0, 0);
        let (a, b) = (EventKey::of_event("a"), EventKey::of_event("b"));
        let words = [
            base.word(a, Purpose::Lifetime, 0),
            base.word(a, Purpose::Lifetime, 1),
            base.word(a, Purpose::Lifetime, 4),
            base.word(a, Purpose::Delay, 0),
            base.word(b, Purpose::Lifetime, 0),
            base.word(EventKey::of_rule("a"), Purpose::Lifetime, 0),
            TrialStreams::new(0, 1).word(a, Purpose::Lifetime, 0),
            TrialStreams::new(1, 0).word(a, Purpose::Lifetime, 0),
            base.on_branch(1).word(a, Purpose::Lifetime, 0),
        ];
        for (i, word) in words.iter().enumerate() {
            assert!(!words[..i].contains(word));
        }
    }
}
