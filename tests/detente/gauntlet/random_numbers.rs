//! Random numbers, beside the published vectors (crates/sim/src/stream) and the cells of statistical.rs: another implementation of the generator,
//! its avalanche, runs, serial correlation and low bits of streams with neighbouring keys, a million keys, and the length.

use super::statistics::{of_chi_square, of_normal};
use super::{Effort, Row, passes};
use detente_sim::stream::{EventKey, Purpose, TrialStreams, open_unit, philox4x64_10};
use sha2::{Digest, Sha256};
use std::iter::zip;

/// An event's word of the counter: the first 64 bits of the SHA-256 of `event`, a zero byte and its name.
fn name_word(name: &str) -> u64 {
    let digest = Sha256::new()
        .chain_update(b"event\0")
        .chain_update(name)
        .finalize();
    digest[..8]
        .iter()
        .rev()
        .fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

/// Words of each stream that is tested.
const WORDS: u64 = 200_000;

const PURPOSES: [Purpose; 4] = [
    Purpose::Lifetime,
    Purpose::Branch,
    Purpose::Probability,
    Purpose::Delay,
];

/// Philox4x64-10 as its paper describes it (Salmon et al. 2011, section 3.3), with products by halves of words.
fn philox_by_the_paper(key: [u64; 2], counter: [u64; 4]) -> [u64; 4] {
    let product = |a: u64, b: u64| {
        const LOW: u64 = 0xffff_ffff;
        let (a1, a0, b1, b0) = (a >> 32, a & LOW, b >> 32, b & LOW);
        let middle = a1 * b0 + ((a0 * b0) >> 32);
        let other = a0 * b1 + (middle & LOW);
        let high = a1 * b1 + (middle >> 32) + (other >> 32);
        (high, (other << 32) | ((a0 * b0) & LOW))
    };
    let [mut l0, mut r0, mut l1, mut r1] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let (high_0, low_0) = product(0xD2E7_470E_E14C_6C93, l0);
        let (high_1, low_1) = product(0xCA5A_8263_9512_1157, l1);
        (l0, r0, l1, r1) = (high_1 ^ r0 ^ k0, low_1, high_0 ^ r1 ^ k1, low_0);
        k0 = k0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        k1 = k1.wrapping_add(0xBB67_AE85_84CA_A73B);
    }
    [l0, r0, l1, r1]
}

#[test]
fn another_implementation_agrees() {
    let mut key = [1, 2];
    let mut counter = [3, 4, 5, 6];
    for _ in 0..100_000 {
        let words = philox4x64_10(key, counter);
        assert_eq!(words, philox_by_the_paper(key, counter));
        // The next input is this output, so that all bits vary.
        (key, counter) = ([words[0] ^ counter[3], words[1]], words);
    }
}

/// A word by its place along one part of the key, the others fixed.
type Way = (&'static str, fn(u64, u64, u64) -> u64);

/// How to read word `index` of the stream with number `stream` under a seed.
const WAYS: [Way; 4] = [
    ("neighbouring seeds", |seed, stream, index| {
        TrialStreams::new(seed + stream, 0).word(EventKey::of_event("a"), Purpose::Lifetime, index)
    }),
    ("neighbouring trials", |seed, stream, index| {
        TrialStreams::new(seed, stream).word(EventKey::of_event("a"), Purpose::Lifetime, index)
    }),
    ("events", |seed, stream, index| {
        let event = EventKey::of_event(["a", "b", "west_up", "east_up"][(stream % 4) as usize]);
        TrialStreams::new(seed, stream / 4).word(event, Purpose::Lifetime, index)
    }),
    ("purposes", |seed, stream, index| {
        let purpose = PURPOSES[(stream % 4) as usize];
        TrialStreams::new(seed, stream / 4).word(EventKey::of_event("a"), purpose, index)
    }),
];

/// Correlation of two rows of uniforms, in standard deviations.
fn correlation(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0_f64);
    for (u, v) in pairs {
        sum += (u - 0.5) * (v - 0.5) * 12.0;
        n += 1.0;
    }
    sum / n.sqrt()
}

/// Runs up and down (Knuth, The Art of Computer Programming, volume 2, section 3.3.2 G): of n numbers, with mean (2n − 1)/3 and
/// variance (16n − 29)/90.
fn runs(uniforms: &[f64]) -> f64 {
    let rises = uniforms.windows(2).map(|pair| pair[0] < pair[1]);
    let rises: Vec<bool> = rises.collect();
    let turns = rises.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let n = uniforms.len() as f64;
    ((turns + 1) as f64 - (2.0 * n - 1.0) / 3.0) / ((16.0 * n - 29.0) / 90.0).sqrt()
}

/// The battery on one row of words, which `what` says.
fn battery(model: &str, what: &str, words: &[u64]) -> Vec<Row> {
    let uniforms: Vec<f64> = words.iter().map(|word| open_unit(*word)).collect();
    let row = |statistic: String, p: f64| Row {
        test: "random numbers",
        model: model.to_owned(),
        statistic: format!("{what}, {} words: {statistic}", words.len()),
        p,
    };
    let mut rows = Vec::new();
    for (name, shift) in [("low", 0), ("middle", 28), ("high", 56)] {
        let mut counts = vec![0.0; 256];
        words
            .iter()
            .for_each(|word| counts[((word >> shift) & 255) as usize] += 1.0);
        let expected = words.len() as f64 / 256.0;
        let statistic: f64 = counts
            .iter()
            .map(|c| (c - expected) * (c - expected) / expected)
            .sum();
        rows.push(row(
            format!("{name} byte χ² {statistic:.0} of 255"),
            of_chi_square(statistic, 255),
        ));
    }
    let z = runs(&uniforms);
    rows.push(row(format!("runs up and down z {z:.2}"), of_normal(z)));
    for lag in [1, 2, 4] {
        let z = correlation(zip(
            uniforms.iter().copied(),
            uniforms[lag..].iter().copied(),
        ));
        rows.push(row(
            format!("serial correlation, lag {lag}, z {z:.2}"),
            of_normal(z),
        ));
    }
    // Bits in which neighbours differ: 32 of 64, with variance 16.
    let differing: u32 = words
        .windows(2)
        .map(|pair| (pair[0] ^ pair[1]).count_ones())
        .sum();
    let n = (words.len() - 1) as f64;
    let z = (f64::from(differing) - 32.0 * n) / (16.0 * n).sqrt();
    rows.push(row(
        format!("bits that differ between neighbours z {z:.2}"),
        of_normal(z),
    ));
    rows
}

/// Flipping any bit of key or counter flips each bit of the output with probability 1/2: a row each for key and counter.
fn avalanche(seed: u64) -> Vec<Row> {
    const INPUTS: u64 = 200;
    let mut flips = vec![[0.0; 256]; 384];
    for i in 0..INPUTS {
        // Inputs as a run has them: small numbers, and a hash.
        let input = [seed, 1 + i % 4, i, name_word("a"), i / 7, 0];
        let output = |input: [u64; 6]| {
            philox4x64_10(
                [input[0], input[1]],
                [input[2], input[3], input[4], input[5]],
            )
        };
        let before = output(input);
        for (bit, flips) in flips.iter_mut().enumerate() {
            let mut changed = input;
            changed[bit / 64] ^= 1 << (bit % 64);
            for (place, (a, b)) in zip(before, output(changed)).enumerate() {
                let differ = a ^ b;
                for at in 0..64 {
                    flips[64 * place + at] += ((differ >> at) & 1) as f64;
                }
            }
        }
    }
    let n = INPUTS as f64;
    let parts = [("the key", 0..128), ("the counter", 128..384)];
    let rows = parts.into_iter().map(|(part, bits)| {
        let cells = flips[bits].as_flattened();
        let sum: f64 = cells
            .iter()
            .map(|flips| (flips - n / 2.0) * (flips - n / 2.0) / (n / 4.0))
            .sum();
        // Each term is nearly chi-square of one degree; a binomial's has variance 2 − 2/n.
        let z = (sum - cells.len() as f64) / ((2.0 - 2.0 / n) * cells.len() as f64).sqrt();
        Row {
            test: "random numbers",
            model: "avalanche".to_owned(),
            statistic: format!(
                "one bit of {part} flipped, {} pairs of bits: z {z:.2}",
                cells.len()
            ),
            p: of_normal(z),
        }
    });
    rows.collect()
}

pub fn rows(effort: Effort) -> Vec<Row> {
    let mut rows = Vec::new();
    let seed = effort.first_seed;
    for (model, word) in WAYS {
        let n = WORDS * effort.seeds;
        // Along one stream, and across streams at one place.
        let along: Vec<u64> = (0..n).map(|index| word(seed, 0, index)).collect();
        let across: Vec<u64> = (0..n).map(|stream| word(seed, stream, 5)).collect();
        let next: Vec<u64> = (0..n).map(|index| word(seed, 1, index)).collect();
        rows.extend(battery(model, "first words of one stream", &along));
        rows.extend(battery(model, "word 5 of streams in turn", &across));
        let z = correlation(zip(&along, &next).map(|(a, b)| (open_unit(*a), open_unit(*b))));
        rows.push(Row {
            test: "random numbers",
            model: model.to_owned(),
            statistic: format!("correlation of two neighbouring streams, {n} words, z {z:.2}"),
            p: of_normal(z),
        });
    }
    rows.extend(avalanche(seed));
    rows
}

/// False-alarm rate 1e-6 a row.
#[test]
fn streams_of_neighbouring_keys_are_random() {
    passes(&rows(super::SHORT));
}

/// 10 seeds, 1,000 trials, 25 events and 4 purposes: no two of a million streams begin with the same 128 bits. By chance two
/// would with probability 1.5e-27.
#[test]
fn a_million_streams_begin_differently() {
    let events: Vec<EventKey> = (0..25)
        .map(|i| EventKey::of_event(&format!("event_{i}")))
        .collect();
    let mut begins = Vec::with_capacity(1_000_000);
    for seed in 0..10 {
        for trial in 0..1_000 {
            let streams = TrialStreams::new(seed, trial);
            for event in &events {
                for purpose in PURPOSES {
                    let [a, b, ..] = streams.generator(*event, purpose).block(0);
                    begins.push((u128::from(a) << 64) | u128::from(b));
                }
            }
        }
    }
    begins.sort_unstable();
    assert_eq!(begins.len(), 1_000_000);
    assert!(begins.windows(2).all(|pair| pair[0] != pair[1]));
}

/// A stream has 2^64 words: the counter's word for blocks does not wrap before them, and leaves its other words alone.
#[test]
fn a_stream_has_two_to_the_64_words() {
    let streams = TrialStreams::new(7, u64::MAX);
    let event = EventKey::of_event("a");
    let generator = streams.generator(event, Purpose::Delay);
    for index in [0, 1 << 32, 1 << 63, u64::MAX - 4, u64::MAX] {
        let counter = [u64::MAX, name_word("a"), index / 4, 0];
        let block = philox_by_the_paper([7, Purpose::Delay as u64], counter);
        assert_eq!(
            streams.word(event, Purpose::Delay, index),
            block[(index % 4) as usize]
        );
        assert_eq!(generator.word(index), block[(index % 4) as usize]);
    }
}
