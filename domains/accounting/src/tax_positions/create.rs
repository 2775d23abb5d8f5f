//! `accounting.tax_positions.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Result, call};

use super::{Rule, TaxPositionView, WithTaxId, archive, checked_countries, rules, view};
use crate::shared::{checked_name, code_taken, kept};

/// Add a tax position: which tax codes take the place of the usual ones for parties of some countries, or with a tax id.
///
/// It holds for new lines that name no code. With neither countries nor tax id it is only given to parties by name. Archiving it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Its short code, such as EU-B2B.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9.-]*$"))]
    pub code: String,
    /// What people call it.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// Which codes take the place of which.
    #[schemars(length(max = 50))]
    pub rules: Vec<Rule>,
    /// The countries of the parties it is for: two letters each (ISO 3166). Every country unless told.
    #[schemars(length(max = 250))]
    pub countries: Option<Vec<String>>,
    /// Whether it is for parties with a tax id: any, with or without. Any unless told.
    pub with_tax_id: Option<WithTaxId>,
    /// Of several that fit, the lowest is taken; 100 unless told.
    pub priority: Option<i32>,
    /// Why it is, such as the law.
    #[schemars(length(max = 300))]
    pub note: Option<String>,
}

/// The new tax position.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub TaxPositionView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New tax position {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.tax_positions.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let (code, name) = (self.code.to_uppercase(), checked_name(&self.name)?);
        let countries = checked_countries(&self.countries.unwrap_or_default())?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into tax_positions (org_id, id, code, name, countries, with_tax_id, priority, note, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
            org,
            id,
            code,
            name,
            countries.as_deref(),
            self.with_tax_id.and_then(WithTaxId::stored),
            self.priority.unwrap_or(100),
            kept(self.note.as_deref()),
            now
        )
        .execute(cx.db())
        .await
        .on_constraint("tax_position_code_unique", || code_taken("a tax position", &code))?;
        rules::replace(cx, id, &self.rules).await?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
