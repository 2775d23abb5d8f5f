//! `accounting.entries.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::get::{EntryLineView, EntryView, view};
use super::{Entry, create};

/// Delete a journal entry that is not posted.
///
/// A posted entry stays, and `accounting.entries.reverse` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The draft: its id.
    pub id: Ref<Entry>,
}

/// The draft that was.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub EntryView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(f, "Deleted the draft journal entry of {} dated {}{}.", head.amount, head.date, head.about())
    }
}

impl Operation for Delete {
    const NAME: &'static str = "accounting.entries.delete";
    const EFFECT: Effect = Effect::Write;
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let entry = view(cx, self.id.id).await?;
        if entry.head.status != "draft" {
            let detail = format!("{} is posted and stays.", entry.head.title());
            return Err(Refusal::conflict("not_draft", detail).fix("Reverse it instead.").into());
        }
        let (org, id) = (cx.org(), entry.head.id);
        let gone =
            sqlx::query!("delete from entry_drafts where org_id = $1 and id = $2", org, id).execute(cx.db()).await?;
        if gone.rows_affected() == 0 {
            return Err(Refusal::not_found("journal entry").into());
        }
        Ok(Deleted(entry))
    }

    /// The same draft again.
    fn undo(&self, output: &Deleted, _: &Changes) -> Option<Call> {
        let head = &output.0.head;
        let lines: Vec<Value> = output.0.lines.iter().map(line).collect();
        let mut draft =
            Map::from_iter([("date".to_owned(), json!(head.date)), ("lines".to_owned(), Value::Array(lines))]);
        for (key, text) in [("memo", &head.memo), ("reference", &head.reference)] {
            draft.extend(text.as_ref().map(|text| (key.to_owned(), json!(text))));
        }
        draft.extend(head.journal.as_ref().map(|journal| ("journal".to_owned(), json!(journal.id))));
        Some(call::<create::Create>(Value::Object(draft)))
    }
}

/// A line as one writes it.
pub(crate) fn line(line: &EntryLineView) -> Value {
    let mut fields = Map::from_iter([("account".to_owned(), json!(line.account.id))]);
    for (key, side) in [("debit", &line.debit), ("credit", &line.credit)] {
        fields.extend(side.as_ref().map(|amount| (key.to_owned(), json!(amount.decimal().to_string()))));
    }
    fields.extend(line.party.as_ref().map(|party| ("party".to_owned(), json!(party.id))));
    fields.extend(line.memo.as_ref().map(|memo| ("memo".to_owned(), json!(memo))));
    for (key, named) in [("dimension", &line.dimension), ("project", &line.project)] {
        fields.extend(named.as_ref().map(|named| (key.to_owned(), json!(named.id))));
    }
    Value::Object(fields)
}
