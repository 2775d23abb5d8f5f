//! `directory.users.enable`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::identity::users::set_active;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{User, UserView, disable, view};
use crate::PEOPLE;

/// Enable a disabled user account: it signs in again, with the password and keys it had.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enable {
    /// The user: id, sign-in address or full name.
    pub id: Ref<User>,
}

/// The user as they are now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Enabled(pub UserView);

impl fmt::Display for Enabled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Enabled user {}", self.0)
    }
}

impl Operation for Enable {
    const NAME: &'static str = "directory.users.enable";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(PEOPLE);
    type Output = Enabled;

    async fn run(self, cx: &mut Cx) -> Result<Enabled> {
        set_active(cx, self.id.id, true).await?;
        Ok(Enabled(view(cx, self.id.id).await?))
    }

    fn undo(&self, output: &Enabled, _: &Changes) -> Option<Call> {
        Some(call::<disable::Disable>(json!({ "id": output.0.id })))
    }
}
