//! `accounting.recurring.create`

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{
    Call, Changes, Cx, Effect, Error, OnConstraint as _, Operation, Ref, Refusal, Result, call, name_key,
};
use uuid::Uuid;

use super::view::view;
use super::{Interval, RecurringView, Rhythm, archive};
use crate::entries::EntryLine;
use crate::entries::lines::sides;
use crate::journals::{self, Journal};
use crate::posting::{Columns, Leg};
use crate::shared::{checked_name, kept};

/// Set up a recurring entry: a journal entry that comes again every month, quarter or year.
///
/// Nothing is posted yet; `accounting.recurring.run` posts what is due. Archiving it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// What people call it.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// How often it comes.
    pub interval: Interval,
    /// Day of the month; in a shorter month its last. That of the start unless told.
    #[schemars(range(min = 1, max = 31))]
    pub day: Option<u32>,
    /// From when on. Today unless told.
    pub start: Option<NaiveDate>,
    /// Until when; without one it goes on.
    pub end: Option<NaiveDate>,
    /// Accounts with a debit or a credit each; at least two lines, and debits equal credits.
    #[schemars(length(max = 500))]
    pub lines: Vec<EntryLine>,
    /// What the entries are about. The name unless told.
    #[schemars(length(max = 1000))]
    pub memo: Option<String>,
    /// Number of the paper behind it, such as a contract.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
    /// The journal they are written in: code, name or id. The general one unless told.
    pub journal: Option<Ref<Journal>>,
}

/// The recurring entry.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub RecurringView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New recurring entry {}", self.0.head)
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.recurring.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let (name, legs) = (checked_name(&self.name)?, sides(cx, &self.lines).await?);
        let journal = self.journal.map(|journal| journal.id);
        journals::by_hand(cx, journal).await?;
        let start = self.start.unwrap_or_else(|| cx.today());
        let rhythm =
            Rhythm { interval: self.interval, day: self.day.unwrap_or_else(|| start.day()), start, end: self.end };
        let next = due_first(&rhythm)?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into recurring (org_id, id, name, name_key, interval, day, start_date, end_date, next_date, memo, reference, journal_id, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
            org,
            id,
            name,
            name_key(&name),
            self.interval.as_str(),
            i32::try_from(rhythm.day).unwrap_or(1),
            start,
            self.end,
            next,
            kept(self.memo.as_deref()),
            kept(self.reference.as_deref()),
            journal,
            now
        )
        .execute(cx.db())
        .await
        .on_constraint("recurring_name_unique", || name_taken(&name))?;
        write_lines(cx, id, legs).await?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.head.id })))
    }
}

/// A name that another one has.
pub(super) fn name_taken(name: &str) -> Refusal {
    Refusal::conflict("name_taken", format!("There is a recurring entry called {name} already."))
        .fix("Choose another name, or restore or rename the one that has it.")
}

/// When it comes for the first time; one that never does is a mistake.
pub(super) fn due_first(rhythm: &Rhythm) -> Result<NaiveDate> {
    rhythm.next(rhythm.start).ok_or_else(|| -> Error {
        let detail = format!("It starts on {} and ends before it is due once.", rhythm.start);
        Refusal::invalid("never_due", "/end", detail).fix("Give a later end, or none.").into()
    })
}

/// The lines of a recurring entry.
pub(super) async fn write_lines(cx: &mut Cx, recurring: Uuid, legs: Vec<Leg>) -> Result<()> {
    let org = cx.org();
    let ids: Vec<Uuid> = legs.iter().map(|_| cx.id()).collect();
    let sides = Columns::of(legs);
    sqlx::query!(
        "insert into recurring_lines (org_id, id, recurring_id, line_no, account_id, party_id, debit, credit, memo, dimension_id, project_id)
         select $1, l.id, $2, l.n, l.account, l.party, l.debit, l.credit, l.memo, l.dimension, l.project
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::bigint[], $8::text[], $9::uuid[], $10::uuid[])
             with ordinality as l (id, account, party, debit, credit, memo, dimension, project, n)",
        org,
        recurring,
        &ids,
        &sides.accounts,
        &sides.parties as &[Option<Uuid>],
        &sides.debits,
        &sides.credits,
        &sides.memos as &[Option<String>],
        &sides.dimensions as &[Option<Uuid>],
        &sides.projects as &[Option<Uuid>]
    )
    .execute(cx.db())
    .await?;
    Ok(())
}
