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
    let before = if cx.is_preview() {
        last(cx, &wanted).await?
    } else {
        let org = cx.org();
        let names: Vec<String> = wanted.iter().map(|series| series.prefix().to_owned()).collect();
        let years: Vec<i32> = wanted.iter().map(|series| series.year()).collect();
        let rows = sqlx::query!(
            r#"insert into number_series as s (org_id, series, year, last)
               select $1, w.series, w.year, 1 from unnest($2::text[], $3::int[]) as w (series, year) order by w.series
               on conflict (org_id, series, year) do update set last = s.last + 1 returning series, last"#,
            org,
            &names,
            &years
        )
        .fetch_all(cx.db())
        .await?;
        rows.into_iter().map(|row| (row.series, row.last - 1)).collect()
    };
    let mut all = Vec::with_capacity(wanted.len());
    for series in wanted {
        let (_, before) = (before.iter())
            .find(|(name, _)| name == series.prefix())
            .ok_or_else(|| Error::internal("a series gave no number"))?;
        all.push(numbered(cx, series, *before, 1));
    }
    all.try_into().map_err(|_| Error::internal("a series gave no number"))
}

/// The next so many numbers of one series, in one round trip; otherwise as [`draw`].
pub async fn draw_several(cx: &mut Cx, series: Series, count: usize) -> Result<Vec<String>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let (org, many) = (cx.org(), i64::try_from(count).unwrap_or(i64::MAX));
    let before = if cx.is_preview() {
        last(cx, &[series]).await?.first().map_or(0, |(_, last)| *last)
    } else {
        let last = sqlx::query_scalar!(
            r#"select draw_numbers($1, $2, $3, $4) as "last!""#,
            org,
            series.prefix(),
            series.year(),
            many
        );
        last.fetch_one(cx.db()).await? - many
    };
    Ok((1..=many).map(|n| numbered(cx, series, before, n)).collect())
}

/// Where each series stands, for a preview, which draws nothing.
async fn last(cx: &mut Cx, wanted: &[Series]) -> Result<Vec<(String, i64)>> {
    let org = cx.org();
    let names: Vec<String> = wanted.iter().map(|series| series.prefix().to_owned()).collect();
    let years: Vec<i32> = wanted.iter().map(|series| series.year()).collect();
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
    Ok(rows.into_iter().map(|row| (row.series, row.last)).collect())
}

/// The `n`th number after one. Of several calls in a preview, each shows the number after that of the one before.
fn numbered(cx: &mut Cx, series: Series, before: i64, n: i64) -> String {
    let n = if cx.is_preview() { cx.next_provisional(series.prefix(), series.year()) } else { n };
    let number = series.number(before + n);
    cx.drew_number(&number);
    number
}
