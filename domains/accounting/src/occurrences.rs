//! What recurring entries and schedules have posted: each date once, taken back by the reversal of its entry.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Money;
use steward_common::series::{Series, draw};
use steward_tools::{Cx, Error, Fact, Refusal, Result};
use uuid::Uuid;

use crate::entries::EntryName;
use crate::posting::{self, Book, Leg, NewEntry};

/// The most that one run posts.
pub(crate) const MOST: usize = 200;

/// Whose occurrence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Recurring(Uuid),
    Schedule(Uuid),
}

impl Of {
    const fn source(self) -> (&'static str, Uuid) {
        match self {
            Self::Recurring(id) => ("accounting.recurring", id),
            Self::Schedule(id) => ("accounting.schedules", id),
        }
    }
    const fn columns(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Recurring(id) => (Some(id), None),
            Self::Schedule(id) => (None, Some(id)),
        }
    }
}

/// One posting that is due.
pub(crate) struct Due {
    pub(crate) of: Of,
    pub(crate) date: NaiveDate,
    /// What it counts as: of a schedule, how much of its amount.
    pub(crate) amount: i64,
    pub(crate) memo: String,
    pub(crate) reference: Option<String>,
    pub(crate) book: Book,
    pub(crate) legs: Vec<Leg>,
}

/// A posting that was made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Occurrence {
    /// The entry.
    pub entry: EntryName,
    /// Its date.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
    /// What it is about.
    pub memo: String,
    /// The entry that has taken it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<EntryName>,
}

/// Posts what is due, each once.
pub(crate) async fn post(cx: &mut Cx, due: Due) -> Result<Occurrence> {
    let total = due.legs.iter().map(|leg| leg.debit).sum();
    cx.fact(Fact { kind: "entry_posted", amount: Some(total) });
    let [number] = draw(cx, [Series::Yearly("JE", due.date)]).await?;
    let entry = NewEntry {
        id: None,
        number: &number,
        book: due.book,
        date: due.date,
        memo: &due.memo,
        reference: due.reference.as_deref(),
        source: due.of.source(),
        reverses: None,
        legs: due.legs,
    };
    let entry = posting::post(cx, entry).await?;
    let (org, id, now, (recurring, schedule)) = (cx.org(), cx.id(), cx.now(), due.of.columns());
    sqlx::query!(
        "insert into occurrences (org_id, id, recurring_id, schedule_id, date, amount, entry_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org,
        id,
        recurring,
        schedule,
        due.date,
        due.amount,
        entry,
        now
    )
    .execute(cx.db())
    .await
    .map_err(refused)?;
    let amount = posting::money(cx, total);
    Ok(Occurrence { entry: EntryName { id: entry, number }, date: due.date, amount, memo: due.memo, undone_by: None })
}

fn refused(error: sqlx::Error) -> Error {
    match error.as_database_error().and_then(|e| e.constraint()) {
        Some("occurrence_once") => Refusal::conflict("posted_meanwhile", "Somebody has posted this meanwhile.")
            .fix("Look at what is due again.")
            .into(),
        _ => error.into(),
    }
}

/// The dates that are posted and not taken back.
pub(crate) async fn posted_dates(cx: &mut Cx, of: Of) -> Result<Vec<NaiveDate>> {
    let (org, (recurring, schedule)) = (cx.org(), of.columns());
    let dates = sqlx::query_scalar!(
        "select date from occurrences where org_id = $1 and (recurring_id = $2 or schedule_id = $3) and undone_by is null order by date",
        org,
        recurring,
        schedule
    )
    .fetch_all(cx.db())
    .await?;
    Ok(dates)
}

/// All that was posted, the newest first.
pub(crate) async fn all(cx: &mut Cx, of: Of) -> Result<Vec<Occurrence>> {
    let (org, currency, (recurring, schedule)) = (cx.org(), cx.currency().to_owned(), of.columns());
    let rows = sqlx::query!(
        r#"select o.date, o.amount, e.id, e.number, e.memo, u.id as "undo?", u.number as "undo_number?"
           from occurrences o join entries e on e.org_id = o.org_id and e.id = o.entry_id
           left join entries u on u.org_id = o.org_id and u.id = o.undone_by
           where o.org_id = $1 and (o.recurring_id = $2 or o.schedule_id = $3) order by o.date desc, o.created_at desc limit 500"#,
        org,
        recurring,
        schedule
    )
    .fetch_all(cx.db())
    .await?;
    let told = rows.into_iter().map(|row| Occurrence {
        entry: EntryName { id: row.id, number: row.number },
        date: row.date,
        amount: Money::new(row.amount, &currency),
        memo: row.memo,
        undone_by: EntryName::of(row.undo, row.undo_number),
    });
    Ok(told.collect())
}

/// What a reversal took back.
pub(crate) struct Undone {
    pub(crate) of: Of,
    pub(crate) date: NaiveDate,
    pub(crate) entry: EntryName,
    pub(crate) reversal: EntryName,
    pub(crate) amount: Money,
}

/// Reverses entries that were posted by recurring entries, or else by schedules; the last first.
pub(crate) async fn reverse(
    cx: &mut Cx,
    entries: &[Uuid],
    date: Option<NaiveDate>,
    reason: &str,
    recurring: bool,
) -> Result<Vec<Undone>> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select o.id, o.recurring_id, o.schedule_id, o.date, o.undone_by, e.id as entry_id, e.number, e.reference,
               exists (select from occurrences l where l.org_id = o.org_id and l.schedule_id = o.schedule_id and l.date > o.date
                   and l.undone_by is null and l.entry_id <> all ($2)) as "later!"
           from occurrences o join entries e on e.org_id = o.org_id and e.id = o.entry_id
           where o.org_id = $1 and o.entry_id = any ($2) and (o.recurring_id is not null) = $3 order by o.date desc, e.number desc for update of o"#,
        org,
        entries,
        recurring
    )
    .fetch_all(cx.db())
    .await?;
    if entries.iter().any(|entry| !rows.iter().any(|row| row.entry_id == *entry)) {
        let what = if recurring { "a recurring entry" } else { "a schedule" };
        return Err(Refusal::conflict("not_an_occurrence", format!("One of the entries was not posted by {what}."))
            .fix("Use accounting.entries.reverse for entries by hand.")
            .into());
    }
    let mut undone = Vec::new();
    for row in rows {
        if row.undone_by.is_some() {
            let detail = format!("{} has been reversed already.", row.number);
            return Err(Refusal::conflict("already_reversed", detail).fix("Leave it out.").into());
        }
        if row.later {
            let detail = format!("The schedule has posted more after {}.", row.number);
            return Err(Refusal::conflict("later_occurrence", detail).fix("Reverse the later ones too.").into());
        }
        let of = match (row.recurring_id, row.schedule_id) {
            (Some(id), _) => Of::Recurring(id),
            (None, Some(id)) => Of::Schedule(id),
            (None, None) => return Err(Error::internal("an occurrence of nothing")),
        };
        let entry = EntryName { id: row.entry_id, number: row.number };
        let day = date.unwrap_or_else(|| cx.today()).max(row.date);
        let (reversal, amount) = reverse_one(cx, of, &entry, row.reference.as_deref(), day, reason).await?;
        sqlx::query!("update occurrences set undone_by = $3 where org_id = $1 and id = $2", org, row.id, reversal.id)
            .execute(cx.db())
            .await?;
        undone.push(Undone { of, date: row.date, entry, reversal, amount });
    }
    Ok(undone)
}

async fn reverse_one(
    cx: &mut Cx,
    of: Of,
    entry: &EntryName,
    reference: Option<&str>,
    date: NaiveDate,
    reason: &str,
) -> Result<(EntryName, Money)> {
    let legs: Vec<Leg> = posting::legs_of(cx, entry.id).await?.into_iter().map(Leg::mirrored).collect();
    let total = legs.iter().map(|leg| leg.debit).sum();
    cx.fact(Fact { kind: "reversed", amount: Some(total) });
    let [number] = draw(cx, [Series::Yearly("JE", date)]).await?;
    let memo = format!("Reversal of {}: {reason}", entry.number);
    let new = NewEntry {
        id: None,
        number: &number,
        book: Book::General,
        date,
        memo: &memo,
        reference,
        source: of.source(),
        reverses: Some(entry.id),
        legs,
    };
    let id = posting::post(cx, new).await?;
    Ok((EntryName { id, number }, posting::money(cx, total)))
}

/// What a run has posted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ran {
    /// Up to which day.
    pub as_of: NaiveDate,
    /// The entries, in order of their dates.
    pub posted: Vec<Occurrence>,
    /// Sum of their debits.
    pub total: Money,
}

impl Ran {
    pub(crate) fn of(cx: &Cx, as_of: NaiveDate, posted: Vec<Occurrence>) -> Self {
        let total = posting::money(cx, posted.iter().map(|occurrence| occurrence.amount.minor).sum());
        Self { as_of, posted, total }
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.posted.as_slice() {
            [] => write!(f, "Nothing is due up to {}.", self.as_of),
            [one] => write!(f, "Post {} of {} dated {}: {}.", one.entry.number, one.amount, one.date, one.memo),
            many => {
                write!(f, "Post {} entries of {} in all up to {}:", many.len(), self.total, self.as_of)?;
                let last = many.len() - 1;
                for (i, one) in many.iter().enumerate() {
                    let end = if i == last { "." } else { ";" };
                    write!(f, " {} of {} dated {} ({}){end}", one.entry.number, one.amount, one.date, one.memo)?;
                }
                Ok(())
            }
        }
    }
}

/// What was taken back.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TakenBack {
    /// Each entry with the one that reverses it.
    pub reversed: Vec<ReversedOne>,
    /// Why.
    pub reason: String,
}

/// An entry, and the one that reverses it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReversedOne {
    /// The entry.
    pub entry: EntryName,
    /// What reverses it.
    pub reversal: EntryName,
    /// Its date, which is free again.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
}

impl TakenBack {
    pub(crate) fn of(undone: Vec<Undone>, reason: String) -> Self {
        let one = |u: Undone| ReversedOne { entry: u.entry, reversal: u.reversal, date: u.date, amount: u.amount };
        Self { reversed: undone.into_iter().map(one).collect(), reason }
    }
}

impl std::fmt::Display for TakenBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for one in &self.reversed {
            write!(f, "{} of {} is reversed by {}. ", one.entry.number, one.amount, one.reversal.number)?;
        }
        write!(f, "{}.", self.reason.trim_end_matches('.'))
    }
}
