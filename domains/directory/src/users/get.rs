//! `directory.users.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{User, UserView, view};

/// Show one user account: its roles, and whether it is active.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The user: id, sign-in address or full name.
    pub id: Ref<User>,
}

impl Operation for Get {
    const NAME: &'static str = "directory.users.get";
    const EFFECT: Effect = Effect::Read;
    type Output = UserView;

    async fn run(self, cx: &mut Cx) -> Result<UserView> {
        view(cx, self.id.id).await
    }
}
