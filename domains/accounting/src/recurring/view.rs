//! A recurring entry as it is kept.

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::{Interval, Rhythm};
use crate::accounts::AccountName;
use crate::dimensions::DimensionName;
use crate::entries::get::EntryLineView;
use crate::journals::JournalName;
use crate::occurrences::{self, Occurrence, Of};
use crate::shared::{expect_other, set_archived};

/// A recurring entry without its lines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecurringHead {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// monthly, quarterly or yearly.
    #[schemars(with = "Interval")]
    pub interval: String,
    /// Day of the month; in a shorter month its last.
    pub day: i32,
    /// From when on.
    pub start: NaiveDate,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<NaiveDate>,
    /// When it is due next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_date: Option<NaiveDate>,
    /// Sum of the debits of each time.
    pub amount: Money,
    /// What the entries are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// Number of the paper behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The journal they are written in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<JournalName>,
    /// Whether it is out of use.
    pub archived: bool,
}

impl RecurringHead {
    pub(super) fn rhythm(&self) -> Rhythm {
        let day = u32::try_from(self.day).unwrap_or(1);
        Rhythm { interval: Interval::of(&self.interval), day, start: self.start, end: self.end }
    }
}

impl fmt::Display for RecurringHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {} on day {}", self.name, self.amount, self.interval, self.day)?;
        match self.next_date {
            _ if self.archived => f.write_str(", archived."),
            Some(next) => write!(f, ", next on {next}."),
            None => f.write_str(", at its end."),
        }
    }
}

/// A recurring entry with its lines and what it has posted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecurringView {
    /// The recurring entry.
    #[serde(flatten)]
    pub head: RecurringHead,
    /// The lines of each entry.
    pub lines: Vec<EntryLineView>,
    /// What it has posted, the newest first.
    pub occurrences: Vec<Occurrence>,
}

impl fmt::Display for RecurringView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head.fmt(f)?;
        match self.occurrences.iter().filter(|occurrence| occurrence.undone_by.is_none()).count() {
            0 => Ok(()),
            n => write!(f, " Posted {n} times."),
        }
    }
}

/// A row of the table, with its journal.
pub(super) struct HeadRow {
    pub(super) id: Uuid,
    pub(super) version: i32,
    pub(super) name: String,
    pub(super) interval: String,
    pub(super) day: i32,
    pub(super) start: NaiveDate,
    pub(super) end: Option<NaiveDate>,
    pub(super) next_date: Option<NaiveDate>,
    pub(super) amount: i64,
    pub(super) memo: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) journal_id: Option<Uuid>,
    pub(super) journal_code: Option<String>,
    pub(super) journal_name: Option<String>,
    pub(super) archived: bool,
}

impl HeadRow {
    pub(super) fn head(self, currency: &str) -> RecurringHead {
        RecurringHead {
            id: self.id,
            version: self.version,
            name: self.name,
            interval: self.interval,
            day: self.day,
            start: self.start,
            end: self.end,
            next_date: self.next_date,
            amount: Money::new(self.amount, currency),
            memo: self.memo,
            reference: self.reference,
            journal: JournalName::of(self.journal_id, self.journal_code, self.journal_name),
            archived: self.archived,
        }
    }
}

/// The recurring entry as it is now; absent and foreign are the same.
pub(super) async fn view(cx: &mut Cx, id: Uuid) -> Result<RecurringView> {
    let (org, currency) = (cx.org(), cx.currency().to_owned());
    let row = sqlx::query_as!(
        HeadRow,
        r#"select r.id, r.version, r.name, r.interval, r.day, r.start_date as start, r.end_date as "end", r.next_date, r.memo, r.reference,
               (select coalesce(sum(l.debit), 0)::bigint from recurring_lines l where l.org_id = r.org_id and l.recurring_id = r.id) as "amount!",
               r.journal_id, j.code as "journal_code?", j.name as "journal_name?", r.archived_at is not null as "archived!"
           from recurring r left join journals j on j.org_id = r.org_id and j.id = r.journal_id where r.org_id = $1 and r.id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("recurring entry"))?;
    let lines = sqlx::query!(
        r#"select a.id, a.code, a.name, p.id as "party?", p.number as "party_number?", p.name as "party_name?", l.debit, l.credit, l.memo,
               c.id as "centre?", c.code as "centre_code?", c.name as "centre_name?", k.id as "project?", k.code as "project_code?", k.name as "project_name?"
           from recurring_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
           left join parties p on p.org_id = l.org_id and p.id = l.party_id
           left join dimensions c on c.org_id = l.org_id and c.id = l.dimension_id
           left join dimensions k on k.org_id = l.org_id and k.id = l.project_id
           where l.org_id = $1 and l.recurring_id = $2 order by l.line_no"#,
        org,
        id
    )
    .fetch_all(cx.db())
    .await?;
    let side = |minor: i64| (minor != 0).then(|| Money::new(minor, &currency));
    let lines = lines.into_iter().map(|l| EntryLineView {
        debit: side(l.debit),
        credit: side(l.credit),
        account: AccountName { id: l.id, code: l.code, name: l.name },
        party: l.party.zip(l.party_number).zip(l.party_name).map(|((id, number), name)| PartyName { id, number, name }),
        memo: l.memo,
        dimension: DimensionName::of(l.centre, l.centre_code, l.centre_name),
        project: DimensionName::of(l.project, l.project_code, l.project_name),
    });
    let lines = lines.collect();
    let occurrences = occurrences::all(cx, Of::Recurring(id)).await?;
    Ok(RecurringView { head: row.head(&currency), lines, occurrences })
}

/// Takes the recurring entry out of use, or back.
pub(super) async fn set_archived(cx: &mut Cx, id: Uuid, archived: bool) -> Result<RecurringView> {
    let before = view(cx, id).await?.head;
    expect_other(&before.name, before.archived, archived)?;
    set_archived!(cx, "recurring", "recurring entry", (id, before.version), archived)?;
    view(cx, id).await
}
