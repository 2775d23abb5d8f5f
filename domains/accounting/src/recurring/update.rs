//! `accounting.recurring.update`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint as _, Operation, Ref, Result, call, name_key};

use super::create::{due_first, name_taken, write_lines};
use super::view::view;
use super::{Recurring, RecurringView};
use crate::entries::EntryLine;
use crate::entries::delete::line;
use crate::entries::lines::sides;
use crate::journals::{self, Journal};
use crate::shared::{changed_meanwhile, checked_name, kept};

/// Change a recurring entry: its name, lines, memo, reference, journal, day or end.
///
/// What is left out stays as it is; lines that are given take the place of all. What it has posted stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The recurring entry: its name or id.
    pub id: Ref<Recurring>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// What people call it now.
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// The new day of the month; in a shorter month its last.
    #[schemars(range(min = 1, max = 31))]
    pub day: Option<i32>,
    /// Until when it goes now.
    pub end: Option<NaiveDate>,
    /// Whether it has no end any more.
    pub endless: Option<bool>,
    /// All its lines as they shall be; debits equal credits.
    #[schemars(length(max = 500))]
    pub lines: Option<Vec<EntryLine>>,
    /// What the entries are about now; empty removes it.
    #[schemars(length(max = 1000))]
    pub memo: Option<String>,
    /// Number of the paper behind it; empty removes it.
    #[schemars(length(max = 100))]
    pub reference: Option<String>,
    /// The journal they are written in now: code, name or id.
    pub journal: Option<Ref<Journal>>,
}

/// The recurring entry as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub recurring: RecurringView,
    #[serde(skip)]
    before: Option<RecurringView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed recurring entry {}", self.recurring.head)
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.recurring.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let before = view(cx, self.id.id).await?;
        cx.expect_version_of("recurring", before.head.id, self.version, before.head.version).await?;
        let mut after = before.head.clone();
        if let Some(name) = &self.name {
            after.name = checked_name(name)?;
        }
        after.day = self.day.unwrap_or(after.day);
        after.end = if self.endless == Some(true) { None } else { self.end.or(after.end) };
        after.memo = self.memo.as_deref().map_or(after.memo, |text| kept(Some(text)));
        after.reference = self.reference.as_deref().map_or(after.reference, |text| kept(Some(text)));
        let journal = self.journal.map(|journal| journal.id);
        journals::by_hand(cx, journal).await?;
        let (org, now) = (cx.org(), cx.now());
        let rhythm = before.head.rhythm();
        let changed = super::Rhythm { day: u32::try_from(after.day).unwrap_or(1), end: after.end, ..rhythm };
        due_first(&changed)?;
        // from the month on in which it is due next
        let from = before.head.next_date.or_else(|| before.occurrences.first().and_then(|last| last.date.succ_opt()));
        let next =
            changed.next(from.map_or(rhythm.start, |from| if self.day.is_some() { first_of(from) } else { from }));
        let done = sqlx::query!(
            "update recurring set name = $3, name_key = $4, day = $5, end_date = $6, memo = $7, reference = $8,
                 journal_id = coalesce($9, journal_id), next_date = $10, version = version + 1, updated_at = $11
             where org_id = $1 and id = $2 and version = $12",
            org,
            after.id,
            after.name,
            name_key(&after.name),
            after.day,
            after.end,
            after.memo,
            after.reference,
            journal,
            next,
            now,
            after.version
        )
        .execute(cx.db())
        .await
        .on_constraint("recurring_name_unique", || name_taken(&after.name))?;
        if done.rows_affected() == 0 {
            return Err(changed_meanwhile("recurring entry").into());
        }
        if let Some(lines) = &self.lines {
            let legs = sides(cx, lines).await?;
            sqlx::query!("delete from recurring_lines where org_id = $1 and recurring_id = $2", org, after.id)
                .execute(cx.db())
                .await?;
            write_lines(cx, after.id, legs).await?;
        }
        Ok(Updated { recurring: view(cx, after.id).await?, before: Some(before) })
    }

    /// Back to what was before, of what was given.
    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let (before, is) = (output.before.as_ref()?, &output.recurring.head);
        let was = &before.head;
        let mut arguments = Map::from_iter([("id".to_owned(), json!(is.id))]);
        let mut back = |differs: bool, field: &str, before: Value| {
            if differs {
                arguments.insert(field.to_owned(), before);
            }
        };
        back(was.name != is.name, "name", json!(was.name));
        back(was.day != is.day, "day", json!(was.day));
        match was.end {
            Some(end) => back(is.end != was.end, "end", json!(end)),
            None => back(is.end.is_some(), "endless", json!(true)),
        }
        back(was.memo != is.memo, "memo", json!(was.memo.as_deref().unwrap_or_default()));
        back(was.reference != is.reference, "reference", json!(was.reference.as_deref().unwrap_or_default()));
        if let Some(journal) = &was.journal {
            back(is.journal.as_ref() != Some(journal), "journal", json!(journal.id));
        }
        back(self.lines.is_some(), "lines", before.lines.iter().map(line).collect::<Vec<Value>>().into());
        Some(call::<Self>(Value::Object(arguments)))
    }
}

fn first_of(date: NaiveDate) -> NaiveDate {
    use chrono::Datelike as _;
    date.with_day(1).unwrap_or(date)
}
