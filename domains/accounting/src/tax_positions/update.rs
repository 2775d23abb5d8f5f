//! `accounting.tax_positions.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{Rule, TaxPosition, TaxPositionView, WithTaxId, checked_countries, rules, view};
use crate::shared::{changed_meanwhile, checked_name, kept};

/// Change a tax position: whom it is for, or which codes take the place of which.
///
/// It holds for lines written from now on; documents that are written already stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The tax position: its code or id.
    pub id: Ref<TaxPosition>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// What people call it.
    #[schemars(length(min = 1, max = 100))]
    pub name: Option<String>,
    /// All its rules from now on.
    #[schemars(length(max = 50))]
    pub rules: Option<Vec<Rule>>,
    /// The countries of the parties it is for: two letters each (ISO 3166); an empty list for every one.
    #[schemars(length(max = 250))]
    pub countries: Option<Vec<String>>,
    /// Whether it is for parties with a tax id: any, with or without.
    pub with_tax_id: Option<WithTaxId>,
    /// Of several that fit, the lowest is taken.
    pub priority: Option<i32>,
    /// Why it is; empty for nothing.
    #[schemars(length(max = 300))]
    pub note: Option<String>,
}

/// The tax position as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub position: TaxPositionView,
    #[serde(skip)]
    before: Box<TaxPositionView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed tax position {}", self.position)
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.tax_positions.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        let before = view(cx, id).await?;
        cx.expect_version_of("tax_positions", id, self.version, before.version).await?;
        let countries = checked_countries(self.countries.as_ref().unwrap_or(&before.countries))?;
        let note = kept(self.note.as_deref().or(before.note.as_deref()));
        let name = self.name.as_deref().map(checked_name).transpose()?.unwrap_or_else(|| before.name.clone());
        let done = sqlx::query!(
            "update tax_positions set name = $3, countries = $4, with_tax_id = $5, priority = $6, note = $7, version = version + 1,
                 updated_at = $8
             where org_id = $1 and id = $2 and version = $9",
            org,
            id,
            name,
            countries.as_deref(),
            self.with_tax_id.unwrap_or(before.with_tax_id).stored(),
            self.priority.unwrap_or(before.priority),
            note,
            now,
            before.version
        )
        .execute(cx.db())
        .await?;
        if done.rows_affected() == 0 {
            return Err(changed_meanwhile("tax position").into());
        }
        if let Some(rules) = &self.rules {
            rules::replace(cx, id, rules).await?;
        }
        Ok(Updated { position: view(cx, id).await?, before: Box::new(before) })
    }

    /// What was given, as it was before.
    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let before = &output.before;
        let mut arguments = Map::from_iter([("id".to_owned(), json!(before.id))]);
        let mut back = |given: bool, field: &str, value: Value| {
            if given {
                arguments.insert(field.to_owned(), value);
            }
        };
        back(self.name.is_some(), "name", json!(before.name));
        back(self.rules.is_some(), "rules", json!(before.rules));
        back(self.countries.is_some(), "countries", json!(before.countries));
        back(self.with_tax_id.is_some(), "with_tax_id", json!(before.with_tax_id));
        back(self.priority.is_some(), "priority", json!(before.priority));
        back(self.note.is_some(), "note", json!(before.note.as_deref().unwrap_or_default()));
        Some(call::<Self>(Value::Object(arguments)))
    }
}
