//! `directory.users.disable`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::identity::users::set_active;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{User, UserView, enable, view};
use crate::PEOPLE;

/// Disable a user account: nobody signs in with it any more, from this moment on.
///
/// Their sessions and keys stop working, and open conversations end. Nobody disables themselves.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disable {
    /// The user: id, sign-in address or full name.
    pub id: Ref<User>,
}

/// The user as they are now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Disabled(pub UserView);

impl fmt::Display for Disabled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disabled user {}", self.0)
    }
}

impl Operation for Disable {
    const NAME: &'static str = "directory.users.disable";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(PEOPLE);
    type Output = Disabled;

    async fn run(self, cx: &mut Cx) -> Result<Disabled> {
        set_active(cx, self.id.id, false).await?;
        Ok(Disabled(view(cx, self.id.id).await?))
    }

    fn undo(&self, output: &Disabled, _: &Changes) -> Option<Call> {
        Some(call::<enable::Enable>(json!({ "id": output.0.id })))
    }
}
