//! What day it is for the business.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

/// The real clock, or the real time of day on a fixed date (the demo's `STEWARD_TODAY`).
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    today: Option<NaiveDate>,
}

impl Clock {
    /// The clock of a fixed business day; `None` is the real one.
    #[must_use]
    pub const fn fixed(today: Option<NaiveDate>) -> Self {
        Self { today }
    }
    /// Now, to the microsecond (what the database keeps).
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = chrono::DurationRound::duration_trunc(Utc::now(), chrono::TimeDelta::microseconds(1))
            .unwrap_or_else(|_| Utc::now());
        match self.today {
            Some(day) => day.and_time(now.time()).and_utc(),
            None => now,
        }
    }
    /// The business date in a company's zone (X10).
    #[must_use]
    pub fn today(&self, zone: Tz) -> NaiveDate {
        self.today.unwrap_or_else(|| Utc::now().with_timezone(&zone).date_naive())
    }
    /// Midnight UTC of a day, for history that is made up.
    #[must_use]
    pub fn noon(day: NaiveDate) -> DateTime<Utc> {
        day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()).and_utc()
    }
}
