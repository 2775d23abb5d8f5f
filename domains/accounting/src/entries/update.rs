//! `accounting.entries.update`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::Entry;
use super::create::write_lines;
use super::delete::line;
use super::get::{EntryView, view};
use super::lines::{EntryLine, sides};
use crate::journals::{self, Journal};
use crate::shared::kept;

/// Change a journal entry that is not posted: its date, memo, reference, journal or lines.
///
/// What is left out stays as it is; lines that are given take the place of all. A posted entry stays: reverse it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The draft: its id.
    pub id: Ref<Entry>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// The new accounting date.
    pub date: Option<NaiveDate>,
    /// What the entry is about now; empty removes it.
    #[schemars(length(max = 1000))]
    pub memo: Option<String>,
    /// All its lines as they shall be; debits equal credits.
    #[schemars(length(max = 500))]
    pub lines: Option<Vec<EntryLine>>,
    /// Number of the receipt or paper behind it; empty removes it.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
    /// The journal it is written in now: code, name or id.
    pub journal: Option<Ref<Journal>>,
}

/// The draft as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub entry: EntryView,
    #[serde(skip)]
    before: Option<EntryView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.entry.head;
        write!(f, "Changed the draft journal entry of {} dated {}{}.", head.amount, head.date, head.about())
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.entries.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        // locked: of two that change or post it, the second sees what the first did
        sqlx::query!("select from entry_drafts where org_id = $1 and id = $2 for update", org, id)
            .fetch_optional(cx.db())
            .await?;
        let before = view(cx, id).await?;
        let Some(version) = before.head.version else {
            let detail = format!("{} is posted and stays.", before.head.title());
            return Err(Refusal::conflict("not_draft", detail).fix("Reverse it, and write a new one.").into());
        };
        cx.expect_version_of("entry_drafts", id, self.version, version).await?;
        let journal = self.journal.map(|journal| journal.id);
        journals::by_hand(cx, journal).await?;
        let legs = match &self.lines {
            Some(lines) => Some(sides(cx, lines).await?),
            None => None,
        };
        let text =
            |given: Option<&str>, was: &Option<String>| given.map_or_else(|| was.clone(), |text| kept(Some(text)));
        sqlx::query!(
            "update entry_drafts set date = $3, memo = $4, reference = $5, journal_id = coalesce($6, journal_id),
                 version = version + 1, updated_at = $7
             where org_id = $1 and id = $2",
            org,
            id,
            self.date.unwrap_or(before.head.date),
            text(self.memo.as_deref(), &before.head.memo),
            text(self.reference.as_deref(), &before.head.reference),
            journal,
            now
        )
        .execute(cx.db())
        .await?;
        if let Some(legs) = legs {
            sqlx::query!("delete from entry_draft_lines where org_id = $1 and draft_id = $2", org, id)
                .execute(cx.db())
                .await?;
            write_lines(cx, id, legs).await?;
        }
        Ok(Updated { entry: view(cx, id).await?, before: Some(before) })
    }

    /// Back to what was before, of what was given.
    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let (before, is) = (output.before.as_ref()?, &output.entry.head);
        let was = &before.head;
        let mut arguments = Map::from_iter([("id".to_owned(), json!(is.id))]);
        if was.date != is.date {
            arguments.insert("date".to_owned(), json!(was.date));
        }
        for (field, was, is) in [("memo", &was.memo, &is.memo), ("reference", &was.reference, &is.reference)] {
            arguments.extend((was != is).then(|| (field.to_owned(), json!(was.as_deref().unwrap_or_default()))));
        }
        let journal = was.journal.as_ref().filter(|_| was.journal != is.journal);
        arguments.extend(journal.map(|journal| ("journal".to_owned(), json!(journal.id))));
        if self.lines.is_some() {
            arguments.insert("lines".to_owned(), before.lines.iter().map(line).collect::<Vec<Value>>().into());
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}
