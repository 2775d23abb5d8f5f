//! `accounting.entries.create`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};
use uuid::Uuid;

use super::delete;
use super::get::{EntryView, view};
use super::lines::{EntryLine, sides};
use crate::journals::{self, Journal};
use crate::posting::{Columns, Leg};
use crate::shared::kept;

/// Write a journal entry by hand: accounts with debits and credits that are equal.
///
/// It is a draft, not in the books and without a number; `accounting.entries.post` does that. Deleting it takes it back. The receivables account is not posted to by hand: invoices, credit notes and payments do that.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Accounting date. Today unless told.
    pub date: Option<NaiveDate>,
    /// What the entry is about.
    #[schemars(length(max = 1000))]
    pub memo: Option<String>,
    /// Accounts with a debit or a credit each; at least two lines, and debits equal credits.
    #[schemars(length(max = 500))]
    pub lines: Vec<EntryLine>,
    /// Number of the receipt or paper behind it.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
    /// The journal it is written in: code, name or id. The general one unless told.
    pub journal: Option<Ref<Journal>>,
}

/// The draft.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub EntryView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(f, "Draft journal entry of {} dated {}{}.", head.amount, head.date, head.about())
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.entries.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let legs = sides(cx, &self.lines).await?;
        let journal = self.journal.map(|journal| journal.id);
        journals::by_hand(cx, journal).await?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        let date = self.date.unwrap_or_else(|| cx.today());
        sqlx::query!(
            "insert into entry_drafts (org_id, id, date, memo, reference, journal_id, created_at)
             values ($1, $2, $3, $4, $5, coalesce($6, (select id from journals where org_id = $1 and kind = 'general' and is_default)), $7)",
            org,
            id,
            date,
            kept(self.memo.as_deref()),
            kept(self.reference.as_deref()),
            journal,
            now
        )
        .execute(cx.db())
        .await?;
        write_lines(cx, id, legs).await?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.head.id })))
    }
}

/// The lines of a draft.
pub(super) async fn write_lines(cx: &mut Cx, draft: Uuid, legs: Vec<Leg>) -> Result<()> {
    let org = cx.org();
    let ids: Vec<Uuid> = legs.iter().map(|_| cx.id()).collect();
    let sides = Columns::of(legs);
    sqlx::query!(
        "insert into entry_draft_lines (org_id, id, draft_id, line_no, account_id, party_id, debit, credit, memo, dimension_id, project_id)
         select $1, l.id, $2, l.n, l.account, l.party, l.debit, l.credit, l.memo, l.dimension, l.project
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::bigint[], $8::text[], $9::uuid[], $10::uuid[])
             with ordinality as l (id, account, party, debit, credit, memo, dimension, project, n)",
        org,
        draft,
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
