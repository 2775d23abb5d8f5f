//! `accounting.payment_terms.set_default`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::{PaymentTerm, PaymentTermView, view};
use crate::shared::archived;

/// Make payment terms the default: documents get them that name neither due date nor terms, where none are agreed.
///
/// Those before them are the default no longer; documents that are written already stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDefault {
    /// The payment terms: code or id.
    pub id: Ref<PaymentTerm>,
}

/// The payment terms as they are now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DefaultSet {
    /// As they are now.
    #[serde(flatten)]
    pub terms: PaymentTermView,
    #[serde(skip)]
    before: Option<Uuid>,
}

impl fmt::Display for DefaultSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Documents without a due date get {} {} from now on.", self.terms.code, self.terms.name)
    }
}

impl Operation for SetDefault {
    const NAME: &'static str = "accounting.payment_terms.set_default";
    const EFFECT: Effect = Effect::Write;
    type Output = DefaultSet;

    async fn run(self, cx: &mut Cx) -> Result<DefaultSet> {
        let terms = view(cx, self.id.id).await?;
        if terms.default {
            return Err(Refusal::conflict("default_already", format!("{} is the default already.", terms.code)).into());
        }
        if terms.archived {
            return Err(archived(&terms.code, "/id").into());
        }
        let (org, now) = (cx.org(), cx.now());
        let before = sqlx::query_scalar!(
            "update payment_terms set is_default = false, version = version + 1, updated_at = $2 where org_id = $1 and is_default returning id",
            org,
            now
        )
        .fetch_optional(cx.db())
        .await?;
        sqlx::query!(
            "update payment_terms set is_default = true, version = version + 1, updated_at = $3 where org_id = $1 and id = $2",
            org,
            terms.id,
            now
        )
        .execute(cx.db())
        .await?;
        Ok(DefaultSet { terms: view(cx, terms.id).await?, before })
    }

    fn undo(&self, output: &DefaultSet, _: &Changes) -> Option<Call> {
        output.before.map(|before| call::<Self>(json!({ "id": before })))
    }
}
