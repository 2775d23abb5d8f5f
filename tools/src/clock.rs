//! What day it is for the business.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// The real clock, or one that stays on a fixed date (the demo's `STEWARD_TODAY`).
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
            Some(day) => within(day, now),
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

/// A time of this day for every moment of a real one, in their order: between six and eighteen hours UTC, so that it is the
/// same day for a company in Vienna and for one in Chicago (X10).
fn within(day: NaiveDate, real: DateTime<Utc>) -> DateTime<Utc> {
    let since_midnight = real.time().signed_duration_since(NaiveTime::MIN).num_microseconds().unwrap_or_default();
    let six = day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(6);
    six + TimeDelta::microseconds(since_midnight / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_day_is_the_same_day_for_everybody_at_any_hour() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 16).unwrap();
        let mut last = None;
        for hour in 0..24 {
            let real = NaiveDate::from_ymd_opt(2031, 7, 1).unwrap().and_hms_opt(hour, 59, 59).unwrap().and_utc();
            let here = within(day, real);
            for zone in [chrono_tz::Europe::Vienna, chrono_tz::America::Chicago, chrono_tz::UTC] {
                assert_eq!(here.with_timezone(&zone).date_naive(), day, "{hour} h in {zone}");
            }
            assert!(last < Some(here));
            last = Some(here);
        }
    }
}
