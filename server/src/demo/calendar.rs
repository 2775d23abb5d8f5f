//! When people work, and how much is bought.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Days of the year on which nobody works: month and day.
const HOLIDAYS: [(u32, u32); 10] =
    [(1, 1), (1, 6), (5, 1), (8, 15), (10, 26), (11, 1), (12, 8), (12, 24), (12, 25), (12, 26)];

/// Whether people work.
pub(super) fn works(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !HOLIDAYS.contains(&(day.month(), day.day()))
}

/// The day itself, or the next on which people work.
pub(super) fn next_workday(mut day: NaiveDate) -> NaiveDate {
    while !works(day) {
        day = day + Days::new(1);
    }
    day
}

/// The day itself, or the last before it on which people worked.
pub(super) fn last_workday(mut day: NaiveDate) -> NaiveDate {
    while !works(day) {
        day = day - Days::new(1);
    }
    day
}

/// The last day of the month.
pub(super) fn month_end(day: NaiveDate) -> NaiveDate {
    day + Days::new(u64::from(day.num_days_in_month() as u32 - day.day()))
}

/// How much is bought on a day, in percent of the usual: quiet summers, a busy autumn, Mondays, growth over time.
pub(super) fn demand(day: NaiveDate, start: NaiveDate) -> u64 {
    const MONTHS: [u64; 12] = [82, 90, 102, 100, 101, 96, 76, 64, 112, 117, 132, 112];
    let of_month = match (day.month0(), day.day()) {
        (11, 20..) => 30,
        (month, _) => MONTHS.get(month as usize).copied().unwrap_or(100),
    };
    let of_week = match day.weekday() {
        Weekday::Mon => 122,
        Weekday::Tue => 110,
        Weekday::Fri => 72,
        _ => 98,
    };
    let months = u64::try_from((day - start).num_days() / 30).unwrap_or_default();
    of_month * of_week * (100 + months) / 10_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_where_they_do() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(month_end(day(2024, 2, 10)), day(2024, 2, 29));
        assert_eq!(month_end(day(2026, 12, 31)), day(2026, 12, 31));
        assert_eq!(next_workday(day(2025, 12, 24)), day(2025, 12, 29));
        assert_eq!(last_workday(day(2026, 3, 15)), day(2026, 3, 13));
        assert!(demand(day(2025, 8, 13), day(2025, 1, 1)) * 3 < demand(day(2025, 11, 10), day(2025, 1, 1)) * 2);
    }
}
