//! `accounting.reports.number_gaps`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Effect, Operation, Result};

/// Check of document numbers: each series by year with its first and last number, and what is missing or there twice.
///
/// A series without gaps holds every number from 1 to its last exactly once.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberGaps {
    /// Only series of this year.
    #[schemars(range(min = 1900, max = 2999))]
    pub year: Option<i32>,
}

/// A series in a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SeriesRow {
    /// What its numbers begin with (`INV`).
    pub series: String,
    /// Its year.
    pub year: i32,
    /// The lowest number.
    pub first: i64,
    /// The highest number that was given out.
    pub last: i64,
    /// How many records bear one.
    pub records: i64,
    /// How many numbers nobody bears.
    pub missing: i64,
    /// How many records bear a number that another bears too.
    pub duplicates: i64,
    /// The first of the missing, 20 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_numbers: Vec<i64>,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NumberReport {
    /// Series by name and year.
    pub rows: Vec<SeriesRow>,
    /// How many numbers are missing in all.
    pub missing: i64,
    /// How many are there twice.
    pub duplicates: i64,
}

impl fmt::Display for NumberReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.missing, self.duplicates) {
            (0, 0) => write!(f, "No number is missing or there twice in {} series.", self.rows.len()),
            (missing, twice) => {
                write!(f, "{missing} numbers are missing and {twice} are there twice in {} series.", self.rows.len())
            }
        }
    }
}

impl Operation for NumberGaps {
    const NAME: &'static str = "accounting.reports.number_gaps";
    const EFFECT: Effect = Effect::Read;
    type Output = NumberReport;

    async fn run(self, cx: &mut Cx) -> Result<NumberReport> {
        let org = cx.org();
        let rows = sqlx::query!(
            r#"with used as (
                   select substring(number from '^[A-Z]+') as series, substring(number from '-([0-9]{4})-')::int as year,
                       substring(number from '([0-9]+)$')::bigint as n
                   from document_numbers where org_id = $1 and number ~ '^[A-Z]+-[0-9]{4}-[0-9]+$'
               ),
               counted as (
                   select u.series, u.year, min(n) as first, greatest(max(n), max(s.last)::bigint) as last, count(*) as records, count(distinct n) as numbers
                   from used u left join number_series s on s.org_id = $1 and s.series = u.series and s.year = u.year
                   where $2::int is null or u.year = $2 group by u.series, u.year
               )
               select series as "series!", year as "year!", first as "first!", last as "last!", records as "records!", numbers as "numbers!",
                   case when numbers < last then (select array_agg(n order by n) from (
                       select generate_series(1, c.last) as n except select u.n from used u where u.series = c.series and u.year = c.year
                       order by n limit 20) m) end as missing_numbers
               from counted c order by series, year"#,
            org,
            self.year
        )
        .fetch_all(cx.db())
        .await?;
        let rows: Vec<SeriesRow> = (rows.into_iter())
            .map(|row| SeriesRow {
                series: row.series,
                year: row.year,
                first: row.first,
                last: row.last,
                records: row.records,
                missing: row.last - row.numbers,
                duplicates: row.records - row.numbers,
                missing_numbers: row.missing_numbers.unwrap_or_default(),
            })
            .collect();
        let sum = |of: fn(&SeriesRow) -> i64| rows.iter().map(of).sum();
        Ok(NumberReport { missing: sum(|row| row.missing), duplicates: sum(|row| row.duplicates), rows })
    }
}
