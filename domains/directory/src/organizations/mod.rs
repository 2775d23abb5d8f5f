//! The organisation that somebody works in. Nobody sees another.

mod entity;
pub mod get;
pub mod list;
pub mod update;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::types::Json;
use steward_common::Money;
use steward_tools::{Cx, Listed, Refusal, Result};
use uuid::Uuid;

pub use entity::Organization;

/// An organisation as those who work in it see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OrganizationView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Its short code, by which people sign in; it never changes.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The currency in which its books are kept; it never changes.
    pub currency: String,
    /// The time zone in which its business days begin.
    pub zone: String,
    /// Amounts above which somebody else has to agree, by what happens with them.
    pub limits: BTreeMap<String, Money>,
}

impl fmt::Display for OrganizationView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}), {}, {}", self.name, self.code, self.currency, self.zone)?;
        for (kind, limit) in &self.limits {
            write!(f, ", {kind} up to {limit}")?;
        }
        write!(f, ".")
    }
}

impl Listed for OrganizationView {
    const NOUN: (&'static str, &'static str) = ("organisation", "organisations");
}

/// The own organisation; any other id is nobody's.
async fn view(cx: &mut Cx, id: Option<Uuid>) -> Result<OrganizationView> {
    let own = cx.org();
    if id.is_some_and(|id| id != own) {
        return Err(Refusal::not_found("organisation").into());
    }
    let row = sqlx::query!(
        r#"select id, version, code, name, currency, zone, limits as "limits: Json<BTreeMap<String, i64>>"
           from organizations where id = $1"#,
        own
    )
    .fetch_one(cx.db())
    .await?;
    let limits = row.limits.0.into_iter().map(|(kind, minor)| (kind, Money::new(minor, &row.currency))).collect();
    Ok(OrganizationView {
        id: row.id,
        version: row.version,
        code: row.code,
        name: row.name,
        currency: row.currency,
        zone: row.zone,
        limits,
    })
}
