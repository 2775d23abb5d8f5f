//! The days of a fiscal year: from its first day through so many months, cut at the end of each.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use sqlx::PgConnection;
use steward_tools::Result;
use uuid::Uuid;

/// A fiscal year that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its code.
    pub code: String,
    /// Its first day.
    pub start: NaiveDate,
    /// Its last day: the end of a month.
    pub end: NaiveDate,
    /// Code, first and last day of each period.
    pub periods: Vec<(String, NaiveDate, NaiveDate)>,
}

impl Calendar {
    /// So many months from this day on. A year that begins within a month counts it as its first.
    #[must_use]
    pub fn of(start: NaiveDate, months: u32, code: Option<String>) -> Self {
        let first = start - Days::new(u64::from(start.day0()));
        let period = |month: u32| {
            let from = first + Months::new(month);
            (from.format("%Y-%m").to_string(), from.max(start), first + Months::new(month + 1) - Days::new(1))
        };
        let periods: Vec<_> = (0..months.max(1)).map(period).collect();
        let end = periods.last().map_or(start, |(_, _, end)| *end);
        let usual = match end.year() - start.year() {
            0 => start.year().to_string(),
            _ => format!("{}/{:02}", start.year(), end.year() % 100),
        };
        Self { code: code.unwrap_or(usual), start, end, periods }
    }

    /// The year of twelve months that this day is in, where years begin with this month (1 is January).
    #[must_use]
    pub fn around(day: NaiveDate, first_month: u32) -> Self {
        let back = (day.month() + 12 - first_month.clamp(1, 12)) % 12;
        Self::of(day - Days::new(u64::from(day.day0())) - Months::new(back), 12, None)
    }

    /// Writes the year, open, with its periods. Answers its id, which is the first that `id` gives.
    pub async fn write(
        &self,
        db: &mut PgConnection,
        org: Uuid,
        now: DateTime<Utc>,
        mut id: impl FnMut() -> Uuid + Send,
    ) -> std::result::Result<Uuid, sqlx::Error> {
        let year = id();
        sqlx::query!(
            "insert into fiscal_years (org_id, id, code, start_date, end_date, status, created_at, updated_at)
             values ($1, $2, $3, $4, $5, 'open', $6, $6)",
            org,
            year,
            self.code,
            self.start,
            self.end,
            now
        )
        .execute(&mut *db)
        .await?;
        let ids: Vec<Uuid> = self.periods.iter().map(|_| id()).collect();
        let codes: Vec<String> = self.periods.iter().map(|(code, ..)| code.clone()).collect();
        let starts: Vec<NaiveDate> = self.periods.iter().map(|(_, start, _)| *start).collect();
        let ends: Vec<NaiveDate> = self.periods.iter().map(|(.., end)| *end).collect();
        sqlx::query!(
            "insert into periods (org_id, id, fiscal_year_id, code, start_date, end_date, status, created_at, updated_at)
             select $1, p.id, $2, p.code, p.start_date, p.end_date, 'open', $3, $3
             from unnest($4::uuid[], $5::text[], $6::date[], $7::date[]) as p (id, code, start_date, end_date)",
            org,
            year,
            now,
            &ids,
            &codes,
            &starts,
            &ends
        )
        .execute(db)
        .await?;
        Ok(year)
    }
}

/// The fiscal year of a company that is being founded.
pub async fn found(db: &mut PgConnection, org: Uuid, now: DateTime<Utc>, calendar: &Calendar) -> Result<()> {
    calendar.write(db, org, now, Uuid::now_v7).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn a_year_is_cut_into_months() {
        let year = Calendar::of(day(2026, 1, 1), 12, None);
        assert_eq!((year.code.as_str(), year.end, year.periods.len()), ("2026", day(2026, 12, 31), 12));
        assert_eq!(year.periods[1], ("2026-02".to_owned(), day(2026, 2, 1), day(2026, 2, 28)));
        let short = Calendar::of(day(2025, 9, 17), 4, None);
        assert_eq!((short.code.as_str(), short.end), ("2025", day(2025, 12, 31)));
        assert_eq!(short.periods[0], ("2025-09".to_owned(), day(2025, 9, 17), day(2025, 9, 30)));
        assert_eq!(Calendar::of(day(1999, 7, 1), 12, None).code, "1999/00");
    }

    #[test]
    fn the_year_around_a_day_begins_in_the_month_that_is_told() {
        let starts = |first| Calendar::around(day(2026, 3, 16), first).start;
        assert_eq!(starts(1), day(2026, 1, 1));
        assert_eq!(starts(3), day(2026, 3, 1));
        assert_eq!(starts(4), day(2025, 4, 1));
        assert_eq!(starts(10), day(2025, 10, 1));
    }
}
