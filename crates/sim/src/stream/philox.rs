//! Philox4x64-10, the counter-based generator of Salmon et al. 2011 (doi:10.1145/2063384.2063405), with the
//! constants of its reference implementation, Random123.

use rand::TryRng;
use std::convert::Infallible;

const MULTIPLIERS: [u64; 2] = [0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157];
const WEYL: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B];
const ROUNDS: usize = 10;

/// Four words for a counter of four words under a key of two.
#[must_use]
pub fn philox4x64_10(key: [u64; 2], counter: [u64; 4]) -> [u64; 4] {
    let mut key = key;
    let mut words = counter;
    for round in 0..ROUNDS {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let (high_0, low_0) = wide_product(MULTIPLIERS[0], words[0]);
        let (high_1, low_1) = wide_product(MULTIPLIERS[1], words[2]);
        words = [
            high_1 ^ words[1] ^ key[0],
            low_1,
            high_0 ^ words[3] ^ key[1],
            low_0,
        ];
    }
    words
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the halves of a 128-bit product"
)]
fn wide_product(a: u64, b: u64) -> (u64, u64) {
    let product = u128::from(a) * u128::from(b);
    ((product >> 64) as u64, product as u64)
}

/// The words of one stream in turn, for `rand`: key words and three counter words are fixed, the third
/// counts blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Philox {
    key: [u64; 2],
    stream: [u64; 2],
    branch: u64,
    next: u64,
}

impl Philox {
    /// The stream with this key, these first two counter words and this last one, from its word 0.
    #[must_use]
    pub fn new(key: [u64; 2], stream: [u64; 2], branch: u64) -> Self {
        Self {
            key,
            stream,
            branch,
            next: 0,
        }
    }

    /// The word at a place of the stream.
    #[must_use]
    pub fn word(&self, index: u64) -> u64 {
        self.block(index / 4)[(index % 4) as usize]
    }

    /// Words 4 `number` to 4 `number` + 3 of the stream.
    #[must_use]
    pub fn block(&self, number: u64) -> [u64; 4] {
        philox4x64_10(
            self.key,
            [self.stream[0], self.stream[1], number, self.branch],
        )
    }
}

impl TryRng for Philox {
    type Error = Infallible;

    #[allow(clippy::cast_possible_truncation, reason = "the upper half of a word")]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|word| (word >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let word = self.word(self.next);
        self.next = self.next.wrapping_add(1);
        Ok(word)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random123's `kat_vectors`, the three lines of `philox4x64 10`.
    #[test]
    fn published_vectors() {
        assert_eq!(
            philox4x64_10([0, 0], [0; 4]),
            [
                0x1655_4d9e_ca36_314c,
                0xdb20_fe9d_672d_0fdc,
                0xd7e7_72ce_e186_176b,
                0x7e68_b68a_ec7b_a23b,
            ]
        );
        assert_eq!(
            philox4x64_10([u64::MAX; 2], [u64::MAX; 4]),
            [
                0x87b0_92c3_013f_e90b,
                0x438c_3c67_be8d_0224,
                0x9cc7_d7c6_9cd7_77b6,
                0xa09c_aebf_594f_0ba0,
            ]
        );
        assert_eq!(
            philox4x64_10(
                [0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c],
                [
                    0x243f_6a88_85a3_08d3,
                    0x1319_8a2e_0370_7344,
                    0xa409_3822_299f_31d0,
                    0x082e_fa98_ec4e_6c89,
                ]
            ),
            [
                0xa528_f454_03e6_1d95,
                0x38c7_2dbd_566e_9788,
                0xa5a1_610e_72fd_18b5,
                0x57bd_43b5_e52b_7fe6,
            ]
        );
    }

    #[test]
    fn words_in_turn_are_words_by_place() {
        use rand::Rng;
        let mut generator = Philox::new([5, 6], [7, 8], 9);
        let by_place: Vec<u64> = (0..9).map(|i| generator.word(i)).collect();
        let in_turn: Vec<u64> = (0..9).map(|_| generator.next_u64()).collect();
        assert_eq!(by_place, in_turn);
    }
}
