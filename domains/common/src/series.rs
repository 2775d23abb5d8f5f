//! Number series: gapless, drawn inside the transaction that uses the number (X4).

use chrono::{Datelike, NaiveDate};
use steward_tools::{Cx, Error, Result};

/// A series of numbers.
#[derive(Debug, Clone, Copy)]
pub enum Series {
    /// Starts again each year of the date: `INV-2026-00042`.
    Yearly(&'static str, NaiveDate),
    /// Never starts again: `P-00042`.
    Endless(&'static str),
}

impl Series {
    fn prefix(self) -> &'static str {
        match self {
            Self::Yearly(prefix, _) | Self::Endless(prefix) => prefix,
        }
    }
    fn year(self) -> i32 {
        match self {
            Self::Yearly(_, date) => date.year(),
            Self::Endless(_) => 0,
        }
    }
    fn number(self, n: i64) -> String {
        match self {
            Self::Yearly(prefix, date) => format!("{prefix}-{}-{n:05}", date.year()),
            Self::Endless(prefix) => format!("{prefix}-{n:05}"),
        }
    }
}

/// The next number of each series, in the order asked. Rows are locked in order of the names until the
/// transaction ends, so draw as late as possible. A preview only looks, and shows what would be next.
pub async fn draw<const N: usize>(cx: &mut Cx, wanted: [Series; N]) -> Result<[String; N]> {
    let org = cx.org();
    let names: Vec<String> = wanted.iter().map(|series| series.prefix().to_owned()).collect();
    let years: Vec<i32> = wanted.iter().map(|series| series.year()).collect();
    let mut drawn: Vec<(String, i64)> = Vec::with_capacity(N);
    if cx.is_preview() {
        let rows = sqlx::query!(
            r#"select w.series as "series!", coalesce(s.last, 0) as "last!"
               from unnest($2::text[], $3::int[]) as w (series, year)
               left join number_series s on s.org_id = $1 and s.series = w.series and s.year = w.year"#,
            org,
            &names,
            &years
        )
        .fetch_all(cx.db())
        .await?;
        for row in rows {
            let year = wanted.iter().find(|s| s.prefix() == row.series).map_or(0, |s| s.year());
            let shown = cx.next_provisional(&row.series, year);
            drawn.push((row.series, row.last + shown));
        }
    } else {
        let rows = sqlx::query!(
            "insert into number_series as s (org_id, series, year, last)
             select $1, w.series, w.year, 1 from unnest($2::text[], $3::int[]) as w (series, year) order by w.series
             on conflict (org_id, series, year) do update set last = s.last + 1
             returning series, last",
            org,
            &names,
            &years
        )
        .fetch_all(cx.db())
        .await?;
        drawn.extend(rows.into_iter().map(|row| (row.series, row.last)));
    }
    let mut numbers = Vec::with_capacity(N);
    for series in wanted {
        let (_, n) = drawn
            .iter()
            .find(|(name, _)| name == series.prefix())
            .ok_or_else(|| Error::internal("a series gave no number"))?;
        let number = series.number(*n);
        cx.drew_number(&number);
        numbers.push(number);
    }
    numbers.try_into().map_err(|_| Error::internal("a series gave no number"))
}
