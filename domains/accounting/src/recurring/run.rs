//! `accounting.recurring.run`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::view::{RecurringHead, view};
use super::{Recurring, reverse};
use crate::entries::lines::known;
use crate::occurrences::{self, Due, MOST, Occurrence, Of, Ran};
use crate::posting::{Book, Leg};

/// Post the recurring entries that are due.
///
/// Each is posted once for each of its dates, however often this runs; `accounting.recurring.reverse` takes them back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Only this recurring entry: its name or id. All of them unless told.
    pub id: Option<Ref<Recurring>>,
    /// Up to which day. Today unless told.
    pub as_of: Option<NaiveDate>,
}

/// What was posted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Posted(pub Ran);

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Operation for Run {
    const NAME: &'static str = "accounting.recurring.run";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let (org, as_of) = (cx.org(), self.as_of.unwrap_or_else(|| cx.today()));
        // locked: of two runs the second finds what the first has posted
        let due = sqlx::query_scalar!(
            "select id from recurring where org_id = $1 and ($2::uuid is null or id = $2) and archived_at is null and next_date <= $3
             order by id for no key update",
            org,
            self.id.map(|id| id.id),
            as_of
        )
        .fetch_all(cx.db())
        .await?;
        if let (Some(id), []) = (self.id, due.as_slice()) {
            expect_in_use(&view(cx, id.id).await?.head)?;
        }
        let mut posted = Vec::new();
        for id in due {
            one(cx, id, as_of, &mut posted).await?;
        }
        posted.sort_by(|a, b| (a.date, &a.entry.number).cmp(&(b.date, &b.entry.number)));
        Ok(Posted(Ran::of(cx, as_of, posted)))
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        let entries: Vec<Uuid> = output.0.posted.iter().map(|occurrence| occurrence.entry.id).collect();
        (!entries.is_empty())
            .then(|| call::<reverse::Reverse>(json!({ "entries": entries, "reason": "Posted by mistake" })))
    }
}

fn expect_in_use(head: &RecurringHead) -> Result<()> {
    if head.archived {
        return Err(Refusal::conflict("archived", format!("{} is archived.", head.name))
            .fix("Restore it first.")
            .into());
    }
    Ok(())
}

async fn one(cx: &mut Cx, id: Uuid, as_of: NaiveDate, posted: &mut Vec<Occurrence>) -> Result<()> {
    let org = cx.org();
    let head = view(cx, id).await?.head;
    let rhythm = head.rhythm();
    let legs = sqlx::query_as!(
        Leg,
        "select account_id as account, party_id as party, debit, credit, memo, dimension_id as dimension, project_id as project,
             null::text as foreign_currency, null::bigint as foreign_amount, null::numeric as rate
         from recurring_lines where org_id = $1 and recurring_id = $2 order by line_no",
        org,
        id
    )
    .fetch_all(cx.db())
    .await?;
    known(cx, &legs).await?;
    let journal = head.journal.as_ref().map(|journal| journal.id);
    crate::journals::by_hand(cx, journal).await?;
    let done = occurrences::posted_dates(cx, Of::Recurring(id)).await?;
    let mut next = head.next_date;
    while let Some(date) = next.filter(|date| *date <= as_of) {
        if !done.contains(&date) {
            if posted.len() >= MOST {
                let detail = format!("More than {MOST} entries are due up to {as_of}.");
                return Err(Refusal::conflict("too_many_due", detail)
                    .fix("Give an earlier day, and run again.")
                    .into());
            }
            let due = Due {
                of: Of::Recurring(id),
                date,
                amount: head.amount.minor,
                memo: head.memo.clone().unwrap_or_else(|| head.name.clone()),
                reference: head.reference.clone(),
                book: journal.map_or(Book::General, Book::Named),
                legs: legs.clone(),
            };
            posted.push(occurrences::post(cx, due).await?);
        }
        next = date.succ_opt().and_then(|from| rhythm.next(from));
    }
    sqlx::query!("update recurring set next_date = $3 where org_id = $1 and id = $2", org, id, next)
        .execute(cx.db())
        .await?;
    Ok(())
}
