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
    let drawn = advance(cx, &wanted.map(|series| (series, 1))).await?;
    let numbers: Vec<String> = drawn.into_iter().flatten().collect();
    numbers.try_into().map_err(|_| Error::internal("a series gave no number"))
}

/// The next so many numbers of one series; otherwise as [`draw`].
pub async fn draw_several(cx: &mut Cx, series: Series, count: usize) -> Result<Vec<String>> {
    let mut numbers = Vec::with_capacity(count);
    for _ in 0..count {
        // the database lets a series go one step at a time (`number_series_steps`)
        numbers.extend(draw(cx, [series]).await?);
    }
    Ok(numbers)
}

/// The next numbers of each series, as many as are asked for.
async fn advance(cx: &mut Cx, wanted: &[(Series, usize)]) -> Result<Vec<Vec<String>>> {
    let org = cx.org();
    let names: Vec<String> = wanted.iter().map(|(series, _)| series.prefix().to_owned()).collect();
    let years: Vec<i32> = wanted.iter().map(|(series, _)| series.year()).collect();
    let counts: Vec<i64> = wanted.iter().map(|(_, count)| i64::try_from(*count).unwrap_or(i64::MAX)).collect();
    // the number before the first of each
    let before: Vec<(String, i64)> = if cx.is_preview() {
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
        rows.into_iter().map(|row| (row.series, row.last)).collect()
    } else {
        let rows = sqlx::query!(
            r#"insert into number_series as s (org_id, series, year, last)
               select $1, w.series, w.year, w.count from unnest($2::text[], $3::int[], $4::bigint[]) as w (series, year, count) order by w.series
               on conflict (org_id, series, year) do update set last = s.last + excluded.last
               returning series, last"#,
            org,
            &names,
            &years,
            &counts
        )
        .fetch_all(cx.db())
        .await?;
        let drawn = |series: &str| names.iter().position(|name| name == series).map_or(0, |i| counts[i]);
        let before = rows.into_iter().map(|row| {
            let count = drawn(&row.series);
            (row.series, row.last - count)
        });
        before.collect()
    };
    let mut all = Vec::with_capacity(wanted.len());
    for (series, count) in wanted {
        let (_, before) = (before.iter())
            .find(|(name, _)| name == series.prefix())
            .ok_or_else(|| Error::internal("a series gave no number"))?;
        let mut numbers = Vec::with_capacity(*count);
        for n in 1..=i64::try_from(*count).unwrap_or(i64::MAX) {
            // of several calls in a preview, each shows the number after that of the one before
            let n = if cx.is_preview() { cx.next_provisional(series.prefix(), series.year()) } else { n };
            let number = series.number(before + n);
            cx.drew_number(&number);
            numbers.push(number);
        }
        all.push(numbers);
    }
    Ok(all)
}
