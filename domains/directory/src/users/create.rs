//! `directory.users.create`

use std::fmt;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::identity::links::{Purpose, invite};
use steward_tools::identity::users::{self, NewUser};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, Secret, call};

use super::{UserView, disable, vendor_needs_party, view};
use crate::parties::{Party, checked_email};
use crate::{PEOPLE, checked_text};

/// Invite a user: open an account for a colleague.
///
/// They set their password by the one-time link that this answers; it is shown once and holds for seven days.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The address to sign in with.
    #[schemars(length(min = 3, max = 200))]
    pub email: String,
    /// The full name of the user.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Roles: admin, controller, accountant, sales, warehouse, hr, manager, staff or vendor.
    #[schemars(length(min = 1, max = 20))]
    pub roles: Vec<String>,
    /// For outsiders: the party that the account stands for.
    pub party: Option<Ref<Party>>,
}

/// The new user.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Created {
    /// Who they are.
    #[serde(flatten)]
    pub user: UserView,
    /// The link by which they set their password: shown once. POST /api/v1/auth/redeem takes its token, and so does
    /// steward login --setup.
    pub setup_link: Secret<String>,
    /// Until when the link holds.
    pub link_expires_at: DateTime<Utc>,
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "New user {} The link to set a password holds until {}.",
            self.user,
            self.link_expires_at.format("%Y-%m-%d %H:%M UTC")
        )
    }
}

impl Operation for Create {
    const NAME: &'static str = "directory.users.create";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(PEOPLE);
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let new = NewUser {
            email: checked_email(&self.email, "/email")?.to_lowercase(),
            name: checked_text(&self.name, "/name")?,
            roles: users::known_roles(&self.roles)?,
            party: self.party.map(|party| party.id),
        };
        if new.party.is_none() && new.roles.iter().any(|role| role == "vendor") {
            return Err(vendor_needs_party().into());
        }
        let id = users::create(cx, &new).await?;
        let link = invite(cx, id, Purpose::Setup).await?;
        let user = view(cx, id).await?;
        Ok(Created { user, setup_link: Secret::new(link.url), link_expires_at: link.expires_at })
    }

    /// Who was invited may have acted meanwhile: they stay on record, and sign in no more.
    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<disable::Disable>(json!({ "id": output.user.id })))
    }
}
