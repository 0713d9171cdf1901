//! Who reads a slot, in one flat array.

use super::Slot;

/// For each slot a list of those who read it, in one flat array.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dependants {
    offsets: Vec<u32>,
    items: Vec<u32>,
}

impl Dependants {
    /// From pairs (slot, reader), in any order.
    pub fn new(slots: usize, mut pairs: Vec<(Slot, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut offsets = vec![0_u32; slots + 1];
        for (slot, _) in &pairs {
            offsets[*slot as usize + 1] += 1;
        }
        for slot in 0..slots {
            offsets[slot + 1] += offsets[slot];
        }
        Self {
            offsets,
            items: pairs.into_iter().map(|(_, reader)| reader).collect(),
        }
    }

    /// Those who read a slot.
    pub fn of(&self, slot: Slot) -> &[u32] {
        let slot = slot as usize;
        &self.items[self.offsets[slot] as usize..self.offsets[slot + 1] as usize]
    }
}

/// What of a clock may have changed: its guard, and its hazard, that is its rate or what drives its law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Touch(u8);

impl Touch {
    pub const NOTHING: Self = Self(0);
    pub const GUARD: Self = Self(1);
    pub const HAZARD: Self = Self(2);

    /// Both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn has_guard(self) -> bool {
        self.0 & Self::GUARD.0 != 0
    }

    pub fn has_hazard(self) -> bool {
        self.0 & Self::HAZARD.0 != 0
    }

    /// A clock with what a slot touches of it, as an item of [`Dependants`], whose order is that of clocks.
    pub fn packed(self, clock: u32) -> u32 {
        clock << 2 | u32::from(self.0)
    }

    /// From an item of [`Dependants`].
    pub fn unpacked(item: u32) -> (u32, Self) {
        (item >> 2, Self((item & 3) as u8))
    }
}
