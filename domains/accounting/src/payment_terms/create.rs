//! `accounting.payment_terms.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Refusal, Result, call, codes};

use super::{Instalment, PaymentTermView, archive, discount, parts, view};
use crate::shared::{checked_name, code_taken};

/// Add payment terms: within how many days documents are due, or in which instalments, and a discount for paying early.
///
/// Documents and parties name them. Archiving takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Its short code, such as NET45; kept in capitals.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9./-]*$"))]
    pub code: String,
    /// What people call it; its code unless told.
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// How many days after the date of a document it is due.
    #[schemars(range(max = 3650))]
    pub days: Option<u16>,
    /// The parts that it is due in, where it is not due at once: percents that add up to 100.
    #[schemars(length(min = 1, max = 24))]
    pub instalments: Option<Vec<Instalment>>,
    /// Move due dates to the end of their month.
    pub end_of_month: Option<bool>,
    /// What is let go for paying early, in percent of the whole.
    pub discount_percent: Option<Dec>,
    /// Within how many days that is.
    #[schemars(range(max = 3650))]
    pub discount_days: Option<u16>,
}

/// The new payment terms.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub PaymentTermView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New payment terms {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.payment_terms.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let code = self.code.to_uppercase();
        let name = checked_name(self.name.as_deref().unwrap_or(&code))?;
        let Some((percents, days)) = parts(self.days, self.instalments.as_deref())? else {
            let detail = "Say within how many days documents are due, or in which instalments.";
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/days", detail).into());
        };
        let discount = discount(self.discount_percent, self.discount_days)?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into payment_terms (org_id, id, code, name, percents, days, end_of_month, discount_percent, discount_days, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
            org,
            id,
            code,
            name,
            &percents,
            &days,
            self.end_of_month == Some(true),
            discount.map(|(percent, _)| percent),
            discount.map(|(_, days)| days),
            now
        )
        .execute(cx.db())
        .await
        .on_constraint("payment_term_code_unique", || code_taken("a payment term", &code))?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
