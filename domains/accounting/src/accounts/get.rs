//! `accounting.accounts.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::view::view;
use super::{Account, AccountView};

/// Show one account of the chart: its type, its heading and what it is for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The account: its code, name or id.
    pub id: Ref<Account>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.accounts.get";
    const EFFECT: Effect = Effect::Read;
    type Output = AccountView;

    async fn run(self, cx: &mut Cx) -> Result<AccountView> {
        view(cx, self.id.id).await
    }
}
