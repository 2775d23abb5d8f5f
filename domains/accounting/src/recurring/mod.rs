//! Recurring entries: a journal entry that comes again every month, quarter or year.

pub mod archive;
pub mod create;
mod entity;
pub mod get;
pub mod list;
pub mod restore;
pub mod reverse;
pub mod run;
pub mod update;
mod view;

use chrono::{Datelike, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use entity::Recurring;
pub use view::{RecurringHead, RecurringView};

/// How often it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Interval {
    /// Every month.
    Monthly,
    /// Every third month.
    Quarterly,
    /// Once a year.
    Yearly,
}

impl Interval {
    /// As the table holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }
    fn of(text: &str) -> Self {
        match text {
            "quarterly" => Self::Quarterly,
            "yearly" => Self::Yearly,
            _ => Self::Monthly,
        }
    }
    const fn months(self) -> u32 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        }
    }
}

/// When it comes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rhythm {
    pub(crate) interval: Interval,
    pub(crate) day: u32,
    pub(crate) start: NaiveDate,
    pub(crate) end: Option<NaiveDate>,
}

impl Rhythm {
    /// Its first date from `from` on, where there is one.
    pub(crate) fn next(&self, from: NaiveDate) -> Option<NaiveDate> {
        let first = self.start.with_day(1)?;
        let from = from.max(self.start);
        let between = (from.year() - first.year()) * 12 + i32::try_from(from.month()).ok()?
            - i32::try_from(first.month()).ok()?;
        let steps = u32::try_from(between).ok()? / self.interval.months();
        // the first date of the start's own month may be before the start: then the next interval's
        let next = (steps..steps + 3)
            .filter_map(|step| day_of(first.checked_add_months(Months::new(step * self.interval.months()))?, self.day))
            .find(|date| *date >= from)?;
        Some(next).filter(|next| self.end.is_none_or(|end| *next <= end))
    }
}

/// That day of the month, or its last where it is shorter.
fn day_of(first: NaiveDate, day: u32) -> Option<NaiveDate> {
    (1..=day).rev().find_map(|day| first.with_day(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_of_the_month_is_its_last() {
        let monthly = Rhythm { interval: Interval::Monthly, day: 31, start: date("2025-12-05"), end: None };
        let mut at = monthly.start;
        let mut dates = Vec::new();
        for _ in 0..4 {
            let next = monthly.next(at).unwrap();
            dates.push(next.to_string());
            at = next.succ_opt().unwrap();
        }
        assert_eq!(dates, ["2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31"]);
    }

    #[test]
    fn an_interval_counts_from_the_start_and_ends_at_the_end() {
        let quarterly =
            Rhythm { interval: Interval::Quarterly, day: 1, start: date("2025-11-15"), end: Some(date("2026-05-31")) };
        assert_eq!(quarterly.next(quarterly.start), Some(date("2026-02-01")));
        assert_eq!(quarterly.next(date("2026-02-02")), Some(date("2026-05-01")));
        assert_eq!(quarterly.next(date("2026-05-02")), None);
        let yearly = Rhythm { interval: Interval::Yearly, day: 29, start: date("2024-02-29"), end: None };
        assert_eq!(yearly.next(date("2024-03-01")), Some(date("2025-02-28")));
    }
}
