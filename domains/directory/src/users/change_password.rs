//! `directory.users.change_password`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::identity::users;
use steward_tools::{Cx, Effect, Operation, Result, Secret};

use crate::SELF;

/// Change your own password. Your other sessions end.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password you have.
    #[schemars(length(max = 1000))]
    pub current: Secret<String>,
    /// The password you want: at least 10 characters, and not your e-mail or the organisation's name.
    #[schemars(length(max = 1000))]
    pub new: Secret<String>,
}

/// It has changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Changed {
    /// Whose it is.
    pub email: String,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The password of {} has changed; other sessions have ended.", self.email)
    }
}

impl Operation for ChangePassword {
    const NAME: &'static str = "directory.users.change_password";
    const EFFECT: Effect = Effect::Final;
    const GROUP: Option<&'static str> = Some(SELF);
    type Output = Changed;

    async fn run(self, cx: &mut Cx) -> Result<Changed> {
        users::change_password(cx, self.current.expose(), self.new.expose()).await?;
        Ok(Changed { email: cx.who().email.clone() })
    }
}
