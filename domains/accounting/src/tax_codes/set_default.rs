//! `accounting.tax_codes.set_default`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::{TaxCode, TaxCodeView, view};

/// Make a tax code the default: lines get it that name no code.
///
/// The one before it is the default no longer; documents that are written already stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDefault {
    /// The tax code: its code or id.
    pub id: Ref<TaxCode>,
}

/// The tax code as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DefaultSet {
    /// As it is now.
    #[serde(flatten)]
    pub tax_code: TaxCodeView,
    #[serde(skip)]
    before: Option<Uuid>,
}

impl fmt::Display for DefaultSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lines without a tax code get {} {} from now on.", self.tax_code.code, self.tax_code.name)
    }
}

impl Operation for SetDefault {
    const NAME: &'static str = "accounting.tax_codes.set_default";
    const EFFECT: Effect = Effect::Write;
    type Output = DefaultSet;

    async fn run(self, cx: &mut Cx) -> Result<DefaultSet> {
        let code = view(cx, self.id.id).await?;
        if code.default {
            return Err(Refusal::conflict("default_already", format!("{} is the default already.", code.code)).into());
        }
        if code.archived || code.reverse_charge || code.used_on != "both" {
            let detail = format!("{} does not go on every document.", code.code);
            let fix = "Choose a code in use, for sales and purchases, without reverse charge.";
            return Err(Refusal::conflict("unfit_default", detail).fix(fix).into());
        }
        let (org, now) = (cx.org(), cx.now());
        let before = sqlx::query_scalar!(
            "update tax_codes set is_default = false, version = version + 1, updated_at = $2 where org_id = $1 and is_default returning id",
            org,
            now
        )
        .fetch_optional(cx.db())
        .await?;
        sqlx::query!(
            "update tax_codes set is_default = true, version = version + 1, updated_at = $3 where org_id = $1 and id = $2",
            org,
            code.id,
            now
        )
        .execute(cx.db())
        .await?;
        Ok(DefaultSet { tax_code: view(cx, code.id).await?, before })
    }

    fn undo(&self, output: &DefaultSet, _: &Changes) -> Option<Call> {
        output.before.map(|before| call::<Self>(json!({ "id": before })))
    }
}
