//! Periods: the months of a fiscal year, which close one after the other.

pub mod close;
pub(crate) mod describe;
pub mod get;
pub mod list;
pub mod reopen;
pub(crate) mod unfinished;

use std::fmt;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Entity, Listed, Match, Refusal, Result};
use uuid::Uuid;

use crate::fiscal_years::YearName;

/// The group of rights of whoever closes and opens the books (names.md: controllers).
pub(crate) const CLOSING: &str = "accounting.closing";

/// A period, by id, code (`2026-01`) or month (`January 2026`).
pub struct Period;

/// How far a period is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum PeriodStatus {
    /// Whoever may post, posts into it.
    Open,
    /// Posting into it needs a controller's yes.
    SoftClosed,
    /// Nobody posts into it.
    Closed,
}

impl PeriodStatus {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::SoftClosed => "soft_closed",
            Self::Closed => "closed",
        }
    }
    fn of(text: &str) -> Self {
        match text {
            "open" => Self::Open,
            "soft_closed" => Self::SoftClosed,
            _ => Self::Closed,
        }
    }
}

/// As people say it: "softly closed".
impl fmt::Display for PeriodStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::SoftClosed => "softly closed",
            Self::Closed => "closed",
        })
    }
}

/// A period as answers show it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PeriodView {
    /// Its id.
    pub id: Uuid,
    /// Counts its changes.
    pub version: i32,
    /// Its code: the month (`2026-01`).
    pub code: String,
    /// The fiscal year that it is part of.
    pub fiscal_year: YearName,
    /// Its first day.
    pub start: NaiveDate,
    /// Its last day.
    pub end: NaiveDate,
    /// open, soft_closed or closed.
    pub status: PeriodStatus,
}

impl fmt::Display for PeriodView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Period {} ({} to {}) is {}.", self.code, self.start, self.end, self.status)
    }
}

impl Listed for PeriodView {
    const NOUN: (&'static str, &'static str) = ("period", "periods");
}

/// A row of `periods` with its year.
pub(crate) struct Row {
    id: Uuid,
    version: i32,
    code: String,
    year_id: Uuid,
    year_code: String,
    start_date: NaiveDate,
    end_date: NaiveDate,
    status: String,
}

impl From<Row> for PeriodView {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            code: row.code,
            fiscal_year: YearName { id: row.year_id, code: row.year_code },
            start: row.start_date,
            end: row.end_date,
            status: PeriodStatus::of(&row.status),
        }
    }
}

/// The period as it is now; absent and foreign are the same.
pub(crate) async fn view(cx: &mut Cx, id: Uuid) -> Result<PeriodView> {
    let org = cx.org();
    let row = sqlx::query_as!(
        Row,
        "select p.id, p.version, p.code, y.id as year_id, y.code as year_code, p.start_date, p.end_date, p.status
         from periods p join fiscal_years y on y.org_id = p.org_id and y.id = p.fiscal_year_id
         where p.org_id = $1 and p.id = $2",
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("period"))?;
    Ok(row.into())
}

/// The periods of a year, from the first to the last.
pub(crate) async fn of_year(cx: &mut Cx, year: Uuid) -> Result<Vec<PeriodView>> {
    let org = cx.org();
    let rows = sqlx::query_as!(
        Row,
        "select p.id, p.version, p.code, y.id as year_id, y.code as year_code, p.start_date, p.end_date, p.status
         from periods p join fiscal_years y on y.org_id = p.org_id and y.id = p.fiscal_year_id
         where p.org_id = $1 and y.id = $2 order by p.start_date",
        org,
        year
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows.into_iter().map(PeriodView::from).collect())
}

/// Puts periods into a state, all at once; those that are in it stay as they are. Whoever posts is waited for, and nobody
/// posts until this is over (`books_held`).
pub(crate) async fn set(cx: &mut Cx, periods: &[Uuid], status: PeriodStatus) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    sqlx::query!(
        "update periods set status = $3, version = version + 1, updated_at = $4
         where org_id = $1 and id = any ($2) and status <> $3",
        org,
        periods,
        status.as_str(),
        now
    )
    .execute(cx.db())
    .await?;
    Ok(())
}

/// Holds the books alone, before anything is read that a posting could change: whoever posts is waited for. Numbers are
/// drawn before, as postings do, so that two never wait for each other crosswise.
pub(crate) async fn hold_books(cx: &mut Cx) -> Result<()> {
    let org = cx.org();
    sqlx::query!("select pg_advisory_xact_lock(books_lock($1))", org).execute(cx.db()).await?;
    Ok(())
}

impl Entity for Period {
    const NAME: &'static str = "accounting.periods";
    const NOUN: &'static str = "period";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select a.i as "i!", p.id as "id!", p.code as "code!", p.status as "status!",
                       (p.code = a.text or lower(a.text) in (to_char(p.start_date, 'FMmonth YYYY'), to_char(p.start_date, 'mon YYYY'))) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i) join periods p on p.org_id = $1
                       and (starts_with(p.code, a.text) or starts_with(to_char(p.start_date, 'FMmonth YYYY'), lower(a.text))
                           or lower(a.text) = to_char(p.start_date, 'mon YYYY'))
                   order by 1, p.start_date desc"#,
                org, texts
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| {
                let label = format!("{} ({})", row.code, PeriodStatus::of(&row.status));
                Match::of(row.i, row.id, label, row.exact)
            });
            Ok(found.collect())
        })
    }
}
