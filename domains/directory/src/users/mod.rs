//! The people who sign in.

pub mod change_password;
pub mod create;
pub mod disable;
pub mod enable;
mod entity;
pub mod get;
pub mod list;
pub mod reset_password;
pub mod update;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Entity, Refusal, Result};
use uuid::Uuid;

pub use entity::User;

use crate::parties::Party;

/// Whether somebody can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum UserStatus {
    /// They have a link, and no password yet.
    Invited,
    /// They sign in.
    Active,
    /// They do not, until they are enabled again.
    Disabled,
}

impl UserStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// The party that somebody stands for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = Party::NAME))]
pub struct StandsFor {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
}

/// Somebody who signs in, as colleagues see them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UserView {
    /// Their id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// The address they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their roles: what they may do.
    pub roles: Vec<String>,
    /// The party they stand for, when they are an outsider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<StandsFor>,
    /// Whether they can sign in: invited, active or disabled.
    pub status: UserStatus,
}

impl fmt::Display for UserView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}> ({})", self.name, self.email, self.roles.join(", "))?;
        if let Some(party) = &self.party {
            write!(f, " for {} {}", party.number, party.name)?;
        }
        if self.status != UserStatus::Active {
            write!(f, ", {}", self.status.as_str())?;
        }
        write!(f, ".")
    }
}

/// A row as it is read.
struct Row {
    id: Uuid,
    version: i32,
    email: String,
    name: String,
    roles: Vec<String>,
    active: bool,
    has_password: bool,
    party_id: Option<Uuid>,
    party_number: Option<String>,
    party_name: Option<String>,
}

impl From<Row> for UserView {
    fn from(row: Row) -> Self {
        let status = match (row.active, row.has_password) {
            (false, _) => UserStatus::Disabled,
            (true, false) => UserStatus::Invited,
            (true, true) => UserStatus::Active,
        };
        let party = (row.party_id.zip(row.party_number).zip(row.party_name)).map(|((id, number), name)| StandsFor {
            id,
            number,
            name,
        });
        Self { id: row.id, version: row.version, email: row.email, name: row.name, roles: row.roles, party, status }
    }
}

/// Somebody as they are now; absent and foreign are the same.
async fn view(cx: &mut Cx, id: Uuid) -> Result<UserView> {
    let org = cx.org();
    let row = sqlx::query_as!(
        Row,
        r#"select u.id, u.version, u.email, u.name, u.roles, u.active, u.has_password as "has_password!", u.party_id,
               p.number as "party_number?", p.name as "party_name?"
           from users u left join parties p on p.org_id = u.org_id and p.id = u.party_id
           where u.org_id = $1 and u.id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?;
    Ok(row.ok_or_else(|| Refusal::not_found("user"))?.into())
}

/// An outsider stands for somebody.
fn vendor_needs_party() -> Refusal {
    Refusal::invalid("vendor_needs_party", "/party", "The role vendor is for somebody who stands for a party.")
        .fix("Say which party, by its number or name.")
}
