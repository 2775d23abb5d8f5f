//! How much of a company is seeded.

use chrono::{Days, Months, NaiveDate};
use serde::Deserialize;

use super::names::PARTIES;

/// How much of a company is seeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// Two years of a wholesaler with two hundred parties, and a rival.
    #[default]
    Full,
    /// Everything there is to tell, in three months and with sixty parties: for tests of the demo itself.
    Sample,
    /// Sixty parties and half a year of invoices and payments only: for tests that need some company.
    Small,
}

/// The same in numbers.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    pub(super) parties: usize,
    pub(super) start: NaiveDate,
    /// Invoices of a hundred working days, standing orders aside.
    pub(super) rate: u64,
    /// With entries by hand, custom fields, and what is told of single customers.
    pub(super) whole: bool,
}

/// Invoices of a hundred working days in the full size.
pub(super) const RATE: u64 = 255;

impl Size {
    pub(super) fn demo(self, today: NaiveDate) -> Numbers {
        match self {
            Self::Full => Numbers { parties: PARTIES.len(), start: two_years(today), rate: RATE, whole: true },
            Self::Sample => Numbers { parties: 60, start: days(today, 99), rate: 25, whole: true },
            Self::Small => Numbers { parties: 60, start: days(today, 181), rate: 60, whole: false },
        }
    }
    pub(super) fn rival(self, today: NaiveDate) -> Numbers {
        match self {
            Self::Full => Numbers { parties: 6, start: days(today, 364), rate: 16, whole: false },
            _ => Numbers { parties: 6, start: days(today, 59), rate: 4, whole: false },
        }
    }
}

fn two_years(today: NaiveDate) -> NaiveDate {
    today - Months::new(24) + Days::new(1)
}

fn days(today: NaiveDate, back: u64) -> NaiveDate {
    today - Days::new(back)
}
