//! `accounting.dunning_levels.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Refusal, Result, call, codes};

use super::{DunningLevelView, archive, fee, taken, view};
use crate::shared::{checked_name, kept};

/// Add a dunning level between the others, by its days overdue.
///
/// Customers get notices of it when `accounting.dunning_runs.run` finds invoices that late. Archiving it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// What people call it.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// How many days an invoice is overdue then.
    #[schemars(range(min = 1, max = 3650))]
    pub days_overdue: i32,
    /// What the notice says.
    #[schemars(length(min = 1, max = 2000))]
    pub text: String,
    /// What is asked for beside the invoices, in the company's currency; it is not in the books.
    pub fee: Option<Dec>,
}

/// The new dunning level.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub DunningLevelView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New dunning level {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.dunning_levels.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let name = checked_name(&self.name)?;
        let text = kept(Some(&self.text))
            .ok_or_else(|| Refusal::invalid(codes::INVALID_INPUT, "/text", "The text is empty."))?;
        let fee = self.fee.map(|amount| fee(cx, amount)).transpose()?.flatten();
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into dunning_levels (org_id, id, name, days_overdue, fee, text, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)",
            org,
            id,
            name,
            self.days_overdue,
            fee,
            text,
            now
        )
        .execute(cx.db())
        .await
        .on_constraint("dunning_level_once", || taken(self.days_overdue))?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
