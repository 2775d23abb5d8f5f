//! `accounting.payment_terms.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{PaymentTerm, PaymentTermView, view};

/// Show payment terms: their days or instalments and the discount for paying early.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The payment terms: code or id.
    pub id: Ref<PaymentTerm>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.payment_terms.get";
    const EFFECT: Effect = Effect::Read;
    type Output = PaymentTermView;

    async fn run(self, cx: &mut Cx) -> Result<PaymentTermView> {
        view(cx, self.id.id).await
    }
}
