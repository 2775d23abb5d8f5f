//! `accounting.dunning_levels.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call, codes};

use super::{DunningLevel, DunningLevelView, fee, taken, view};
use crate::shared::{changed_meanwhile, checked_name, kept};

/// Change a dunning level: its days, words, fee or name.
///
/// What is left out stays as it is. Notices that were sent stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The dunning level: its name or id.
    pub id: Ref<DunningLevel>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// What people call it.
    #[schemars(length(min = 1, max = 100))]
    pub name: Option<String>,
    /// How many days an invoice is overdue then.
    #[schemars(range(min = 1, max = 3650))]
    pub days_overdue: Option<i32>,
    /// What the notice says.
    #[schemars(length(min = 1, max = 2000))]
    pub text: Option<String>,
    /// What is asked for beside the invoices, in the company's currency; 0 for nothing.
    pub fee: Option<Dec>,
}

/// The dunning level as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub level: DunningLevelView,
    #[serde(skip)]
    before: Box<DunningLevelView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed dunning level {}", self.level)
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.dunning_levels.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        let before = Box::new(view(cx, id).await?);
        cx.expect_version_of("dunning_levels", id, self.version, before.version).await?;
        let text = match &self.text {
            Some(text) => {
                kept(Some(text)).ok_or_else(|| Refusal::invalid(codes::INVALID_INPUT, "/text", "The text is empty."))?
            }
            None => before.text.clone(),
        };
        let fee = match self.fee {
            Some(amount) => fee(cx, amount)?,
            None => before.fee.as_ref().map(|fee| fee.minor),
        };
        let name = self.name.as_deref().map(checked_name).transpose()?.unwrap_or_else(|| before.name.clone());
        let days = self.days_overdue.unwrap_or(before.days_overdue);
        let done = sqlx::query!(
            "update dunning_levels set name = $3, days_overdue = $4, fee = $5, text = $6, version = version + 1, updated_at = $7
             where org_id = $1 and id = $2 and version = $8",
            org,
            id,
            name,
            days,
            fee,
            text,
            now,
            before.version
        )
        .execute(cx.db())
        .await
        .on_constraint("dunning_level_once", || taken(days))?;
        if done.rows_affected() == 0 {
            return Err(changed_meanwhile("dunning level").into());
        }
        Ok(Updated { level: view(cx, id).await?, before })
    }

    /// Back to what the changed fields held before.
    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let (was, is) = (&output.before, &output.level);
        let mut arguments = Map::from_iter([("id".to_owned(), json!(is.id))]);
        let mut back = |differs: bool, field: &str, value: Value| {
            if differs {
                arguments.insert(field.to_owned(), value);
            }
        };
        back(was.name != is.name, "name", json!(was.name));
        back(was.days_overdue != is.days_overdue, "days_overdue", json!(was.days_overdue));
        back(was.text != is.text, "text", json!(was.text));
        let fee = |level: &DunningLevelView| {
            level.fee.as_ref().map_or_else(|| "0".to_owned(), |fee| fee.decimal().to_string())
        };
        back(fee(was) != fee(is), "fee", json!(fee(was)));
        Some(call::<Self>(Value::Object(arguments)))
    }
}
