//! `accounting.entries.post`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::series::{Series, draw};
use steward_tools::{Call, Changes, Cx, Effect, Fact, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::get::{EntryView, view};
use super::{Entry, SOURCE, lines, reverse};
use crate::journals;
use crate::posting::{self, Book, Leg, NewEntry};

/// Post a journal entry to the ledger.
///
/// It gets its number and can no longer be changed; `accounting.entries.reverse` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The draft to post: its id.
    pub id: Ref<Entry>,
    /// Accounting date. The date of the draft unless told.
    pub date: Option<NaiveDate>,
}

/// The posted entry.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Posted(pub EntryView);

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(f, "Post journal entry {} of {} dated {}{}.", head.title(), head.amount, head.date, head.about())
    }
}

impl Operation for Post {
    const NAME: &'static str = "accounting.entries.post";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let (org, id) = (cx.org(), self.id.id);
        // locked: of two that post it, the second finds it posted
        let draft = sqlx::query!(
            "select date, memo, reference, journal_id from entry_drafts where org_id = $1 and id = $2 for update",
            org,
            id
        )
        .fetch_optional(cx.db())
        .await?;
        let Some(draft) = draft else { return Err(no_draft(cx, id).await?.into()) };
        let legs = sqlx::query_as!(
            Leg,
            "select account_id as account, party_id as party, debit, credit, memo, dimension_id as dimension, project_id as project,
                 null::text as foreign_currency, null::bigint as foreign_amount, null::numeric as rate
             from entry_draft_lines where org_id = $1 and draft_id = $2 order by line_no",
            org,
            id
        )
        .fetch_all(cx.db())
        .await?;
        journals::by_hand(cx, draft.journal_id).await?;
        lines::known(cx, &legs).await?;
        sqlx::query!("delete from entry_drafts where org_id = $1 and id = $2", org, id).execute(cx.db()).await?;
        cx.fact(Fact { kind: "entry_posted", amount: Some(legs.iter().map(|leg| leg.debit).sum()) });
        let date = self.date.unwrap_or(draft.date);
        let [number] = draw(cx, [Series::Yearly("JE", date)]).await?;
        let entry = NewEntry {
            id: Some(id),
            number: &number,
            book: draft.journal_id.map_or(Book::General, Book::Named),
            date,
            memo: draft.memo.as_deref().unwrap_or_default(),
            reference: draft.reference.as_deref(),
            source: (SOURCE, id),
            reverses: None,
            legs,
        };
        posting::post(cx, entry).await?;
        Ok(Posted(view(cx, id).await?))
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        Some(call::<reverse::Reverse>(json!({ "id": output.0.head.id, "reason": "Posted by mistake" })))
    }
}

/// Why there is no draft: it is posted, or there never was one.
async fn no_draft(cx: &mut Cx, id: Uuid) -> Result<Refusal> {
    let org = cx.org();
    let posted = sqlx::query_scalar!("select number from entries where org_id = $1 and id = $2", org, id)
        .fetch_optional(cx.db())
        .await?;
    Ok(match posted {
        Some(number) => Refusal::conflict("not_draft", format!("{number} is posted already.")),
        None => Refusal::not_found("journal entry"),
    })
}
