//! `accounting.currencies.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::currency_name;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Refusal, Result, call};

use super::{CurrencyView, archive, view};

/// Add a foreign currency that the company deals in, so that its rates can be recorded.
///
/// Its name is that of ISO 4217. Archiving it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Its code: three letters of ISO 4217.
    #[schemars(length(min = 3, max = 3))]
    pub code: String,
}

/// The new currency.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub CurrencyView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New currency {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.currencies.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let code = self.code.trim().to_uppercase();
        let Some(name) = currency_name(&code) else {
            let detail = format!("{code} is no currency of ISO 4217.");
            return Err(Refusal::invalid("unknown_currency", "/code", detail).into());
        };
        if code == cx.currency() {
            let detail = format!("{code} is the company's own currency, in which its books are kept.");
            return Err(Refusal::conflict("company_currency", detail).into());
        }
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into currencies (org_id, id, code, name, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)",
            org,
            id,
            code,
            name,
            now
        )
        .execute(cx.db())
        .await
        .on_constraint("currency_code_unique", || {
            Refusal::conflict("currency_exists", format!("{code} is there already."))
                .fix("Record its rates, or restore it where it is archived.")
        })?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
