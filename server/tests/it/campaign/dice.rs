//! Dice that fall the same way for the same seed (`SplitMix64`).

/// The dice.
#[derive(Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice of one hand; `STEWARD_SEED` changes how all of them fall.
    pub fn of(hand: u64) -> Self {
        let seed = std::env::var("STEWARD_SEED").ok().and_then(|seed| seed.parse::<u64>().ok()).unwrap_or(20_260_316);
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(hand))
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Less than `sides`, which is at least one.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.next() % sides.max(1)
    }
    /// One of them.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let i = self.below(of.len() as u64);
        &of[usize::try_from(i).unwrap()]
    }
    /// True in so many of a hundred throws.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
