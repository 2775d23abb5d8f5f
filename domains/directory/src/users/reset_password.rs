//! `directory.users.reset_password`

use std::fmt;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::identity::links::{Purpose, invite};
use steward_tools::identity::users::forget_password;
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result, Secret};

use super::{User, UserStatus, UserView, view};
use crate::PEOPLE;

/// Reset the password of a user account: the old one ends at once, and so do its sessions.
///
/// They set a new one by the one-time link that this answers; it is shown once and holds for a day.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The user: id, sign-in address or full name.
    pub id: Ref<User>,
}

/// The link.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reset {
    /// Whose password it was.
    #[serde(flatten)]
    pub user: UserView,
    /// The link by which they set a new password: shown once. POST /api/v1/auth/redeem takes its token, and so does
    /// steward login --setup.
    pub reset_link: Secret<String>,
    /// Until when the link holds.
    pub link_expires_at: DateTime<Utc>,
}

impl fmt::Display for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = self.link_expires_at.format("%Y-%m-%d %H:%M UTC");
        write!(f, "The password of {} has ended. The link to set a new one holds until {until}.", self.user.name)
    }
}

impl Operation for ResetPassword {
    const NAME: &'static str = "directory.users.reset_password";
    const EFFECT: Effect = Effect::Final;
    const GROUP: Option<&'static str> = Some(PEOPLE);
    type Output = Reset;

    async fn run(self, cx: &mut Cx) -> Result<Reset> {
        let id = self.id.id;
        let user = view(cx, id).await?;
        if user.status == UserStatus::Disabled {
            return Err(Refusal::conflict("user_disabled", format!("{} is disabled.", user.name))
                .fix("Enable them first with directory.users.enable.")
                .into());
        }
        forget_password(cx, id).await?;
        let link = invite(cx, id, Purpose::Reset).await?;
        Ok(Reset { user: view(cx, id).await?, reset_link: Secret::new(link.url), link_expires_at: link.expires_at })
    }
}
