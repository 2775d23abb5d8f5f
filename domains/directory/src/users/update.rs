//! `directory.users.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::identity::users::{self, Written};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{User, UserView, vendor_needs_party, view};
use crate::parties::Party;
use crate::{PEOPLE, checked_text};

/// Change the roles of a user account, the party it stands for, or the user's full name.
///
/// It holds from their next call on. What is left out stays as it is; nobody changes their own roles.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The user: id, sign-in address or full name.
    pub id: Ref<User>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// The full name of the user.
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// The roles of the user, in place of those before.
    #[schemars(length(min = 1, max = 20))]
    pub roles: Option<Vec<String>>,
    /// The party that the account stands for; without the role vendor none, unless told.
    pub party: Option<Ref<Party>>,
}

/// The user as they are now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Updated(pub UserView);

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed user {}", self.0)
    }
}

impl Operation for Update {
    const NAME: &'static str = "directory.users.update";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(PEOPLE);
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let user = view(cx, self.id.id).await?;
        cx.expect_version_of("users", user.id, self.version, user.version).await?;
        let name = self.name.as_deref().map_or(Ok(user.name), |name| checked_text(name, "/name"))?;
        let roles = self.roles.as_deref().map(users::known_roles).transpose()?;
        let outsider = roles.as_ref().is_none_or(|roles| roles.iter().any(|role| role == "vendor"));
        let party = self.party.map(|party| party.id).or(user.party.filter(|_| outsider).map(|party| party.id));
        let roles = roles.unwrap_or(user.roles);
        if party.is_none() && roles.iter().any(|role| role == "vendor") {
            return Err(vendor_needs_party().into());
        }
        users::update(cx, &Written { id: user.id, version: user.version, name: &name, roles: &roles, party }).await?;
        Ok(Updated(view(cx, user.id).await?))
    }

    /// Back to what the changed columns held before.
    fn undo(&self, output: &Updated, changes: &Changes) -> Option<Call> {
        let change = changes.of("users").next()?;
        let before = change.before.as_ref()?;
        let mut arguments = Map::from_iter([("id".to_owned(), json!(output.0.id))]);
        for (column, was, _) in change.columns() {
            match column {
                "name" => drop(arguments.insert("name".to_owned(), was.clone())),
                // together: without the role vendor, leaving the party out takes it away
                "roles" | "party_id" => {
                    arguments.insert("roles".to_owned(), before.get("roles")?.clone());
                    if let Some(party) = before.get("party_id").filter(|party| !party.is_null()) {
                        arguments.insert("party".to_owned(), party.clone());
                    }
                }
                _ => {}
            }
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}
