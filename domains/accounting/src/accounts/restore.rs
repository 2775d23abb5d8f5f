//! `accounting.accounts.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::view::view;
use super::{Account, AccountView, archive};
use crate::shared::expect_other;

/// Restore an archived account: it is in the lists and can be posted to again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The archived account: its code, name or id.
    pub id: Ref<Account>,
}

/// The account that is in use again.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Restored(pub AccountView);

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restored account {}", self.0)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "accounting.accounts.restore";
    const EFFECT: Effect = Effect::Write;
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        let account = view(cx, self.id.id).await?;
        expect_other(&account.label(), account.archived, false)?;
        Ok(Restored(archive::set(cx, &account, false).await?))
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
