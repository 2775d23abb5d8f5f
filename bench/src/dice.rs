//! Chance that is the same in every run.

use chrono::{Days, NaiveDate, Utc};
use uuid::Uuid;

/// Choices that are the same in every run.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
    parties: u32,
}

impl Dice {
    /// Those of the n-th client, for a company with so many parties.
    pub(crate) const fn new(n: usize, parties: u32) -> Self {
        Self { state: n as u64 + 1, parties }
    }
    fn below(&mut self, n: u64) -> u64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % n
    }
    /// A customer: every party but each tenth.
    pub(crate) fn customer(&mut self) -> Uuid {
        let i = 1 + self.below(u64::from(self.parties.min(2000)) - 1);
        let i = if i.is_multiple_of(10) { i - 1 } else { i };
        // as bench.id(10, i) in the sample data
        Uuid::from_u128((1_700_000_000_000 + u128::from(i)) << 80 | 0x7000_8000 << 48 | 10)
    }
    /// A name that nobody has.
    pub(crate) fn name(&mut self) -> String {
        format!("Bench {} Ltd", Uuid::now_v7().simple())
    }
    /// What parties are to the company.
    pub(crate) fn kind(&mut self) -> &'static str {
        if self.below(2) == 0 { "customer" } else { "vendor" }
    }
    /// A month of the two years that have invoices.
    pub(crate) fn month(&mut self) -> (NaiveDate, NaiveDate) {
        let to = Utc::now().date_naive() - Days::new(self.below(690));
        (to - Days::new(30), to)
    }
}
