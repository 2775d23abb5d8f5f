//! `accounting.payment_runs.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::view::view;
use super::{PaymentRun, PaymentRunView};

/// Show one payment run: its bills, what each vendor gets, and the payments once it is posted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The payment run: its number or id.
    pub id: Ref<PaymentRun>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.payment_runs.get";
    const EFFECT: Effect = Effect::Read;
    type Output = PaymentRunView;

    async fn run(self, cx: &mut Cx) -> Result<PaymentRunView> {
        view(cx, self.id.id).await
    }
}
