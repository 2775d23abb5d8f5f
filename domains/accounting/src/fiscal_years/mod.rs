//! Fiscal years: cut into periods, closed with an entry that carries profit or loss to retained earnings.

pub mod calendar;
pub mod close;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod reopen;
mod result;

use std::fmt;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Entity, Listed, Match, Refusal, Result};
use uuid::Uuid;

use crate::entries::EntryName;
use crate::periods::{self, PeriodView};

/// What entries that carry a year's result name as their source.
pub(crate) const SOURCE: &str = "accounting.fiscal_years";

/// A fiscal year, by id or code (`2026`, `2025/26`).
pub struct FiscalYear;

/// A fiscal year as other records name it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = FiscalYear::NAME))]
pub struct YearName {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    pub code: String,
}

/// Whether a fiscal year is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum YearStatus {
    /// Its result is not carried yet.
    Open,
    /// Its profit or loss is in retained earnings, and nobody posts into it.
    Closed,
}

impl YearStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// A fiscal year without its periods.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct YearHead {
    /// Its id.
    pub id: Uuid,
    /// Counts its changes.
    pub version: i32,
    /// Its code (`2026`, `2025/26`).
    pub code: String,
    /// Its first day.
    pub start: NaiveDate,
    /// Its last day.
    pub end: NaiveDate,
    /// open or closed.
    pub status: YearStatus,
    /// The entry that carried its profit or loss, where it is closed and there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closing_entry: Option<EntryName>,
}

impl Listed for YearHead {
    const NOUN: (&'static str, &'static str) = ("fiscal year", "fiscal years");
}

/// A fiscal year with its periods.
#[derive(Debug, Serialize, JsonSchema)]
pub struct YearView {
    /// The year.
    #[serde(flatten)]
    pub head: YearHead,
    /// Its periods, from the first to the last.
    pub periods: Vec<PeriodView>,
}

impl fmt::Display for YearView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.head;
        write!(f, "Fiscal year {} ({} to {}) is {}", head.code, head.start, head.end, head.status.as_str())?;
        match &head.closing_entry {
            Some(entry) => write!(f, "; {} carried its result.", entry.number),
            None => {
                let open = self.periods.iter().filter(|period| period.status != periods::PeriodStatus::Closed).count();
                write!(f, "; {open} of {} periods are not closed.", self.periods.len())
            }
        }
    }
}

/// A row of `fiscal_years` with its closing entry.
struct Row {
    id: Uuid,
    version: i32,
    code: String,
    start_date: NaiveDate,
    end_date: NaiveDate,
    status: String,
    closing_entry_id: Option<Uuid>,
    closing_entry: Option<String>,
}

impl From<Row> for YearHead {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            code: row.code,
            start: row.start_date,
            end: row.end_date,
            status: if row.status == "closed" { YearStatus::Closed } else { YearStatus::Open },
            closing_entry: row.closing_entry_id.zip(row.closing_entry).map(|(id, number)| EntryName { id, number }),
        }
    }
}

/// The year as it is now; absent and foreign are the same.
async fn head(cx: &mut Cx, id: Uuid) -> Result<YearHead> {
    let org = cx.org();
    let row = sqlx::query_as!(
        Row,
        r#"select y.id, y.version, y.code, y.start_date, y.end_date, y.status, y.closing_entry_id, e.number as "closing_entry?"
           from fiscal_years y left join entries e on e.org_id = y.org_id and e.id = y.closing_entry_id
           where y.org_id = $1 and y.id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("fiscal year"))?;
    Ok(row.into())
}

async fn view(cx: &mut Cx, id: Uuid) -> Result<YearView> {
    Ok(YearView { head: head(cx, id).await?, periods: periods::of_year(cx, id).await? })
}

impl Entity for FiscalYear {
    const NAME: &'static str = SOURCE;
    const NOUN: &'static str = "fiscal year";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let rows = sqlx::query!(
                r#"select a.i as "i!", y.id as "id!", y.code || ' (' || y.status || ')' as "label!", (y.code = a.text) as "exact!"
                   from unnest($2::text[]) with ordinality as a (text, i)
                   join fiscal_years y on y.org_id = $1 and position(a.text in y.code) > 0
                   order by 1, y.start_date desc"#,
                org, texts
            )
            .fetch_all(cx.db())
            .await?;
            Ok(rows.into_iter().map(|row| Match::of(row.i, row.id, row.label, row.exact)).collect())
        })
    }
}
