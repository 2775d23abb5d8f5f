//! Parties: customers, vendors, and those who are both.

pub mod create;
pub mod delete;
mod entity;
pub mod get;
pub mod list;
pub mod update;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cx, Kind, Refusal, Result, codes};
use uuid::Uuid;

pub use entity::Party;

/// What a party is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum PartyKind {
    /// We sell to it.
    Customer,
    /// We buy from it.
    Vendor,
}

impl PartyKind {
    /// As the table holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Vendor => "vendor",
        }
    }
}

/// A party as everybody inside may see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PartyView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Its number (`P-00042`).
    pub number: String,
    /// Its name.
    pub name: String,
    /// Customer, vendor, or both.
    pub kinds: Vec<String>,
    /// Where to write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where to call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Tags put on it.
    pub tags: Vec<String>,
}

impl fmt::Display for PartyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.number, self.name, self.kinds.join(", "))?;
        for extra in [&self.email, &self.phone].into_iter().flatten() {
            write!(f, ", {extra}")?;
        }
        write!(f, ".")
    }
}

/// A party as documents of other domains need it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PartyName {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
}

/// The name of a party that must be of `kind`, for a document about to be made. Refuses the wrong kind.
pub async fn expect_kind(cx: &mut Cx, id: Uuid, kind: PartyKind, pointer: &str) -> Result<PartyName> {
    let org = cx.org();
    let row = sqlx::query!("select number, name, kinds from parties where org_id = $1 and id = $2", org, id)
        .fetch_optional(cx.db())
        .await?
        .ok_or_else(|| Refusal::not_found("party"))?;
    if row.kinds.iter().any(|have| have == kind.as_str()) {
        return Ok(PartyName { id, number: row.number, name: row.name });
    }
    let detail = format!("{} is not a {}.", row.name, kind.as_str());
    Err(Refusal::invalid("wrong_party_kind", pointer, detail)
        .fix(format!("Choose another party, or add \"{}\" to its kinds first.", kind.as_str()))
        .into())
}

/// The stored texts of `kinds`, each once; at least one.
fn kind_texts(kinds: &[PartyKind]) -> Result<Vec<String>> {
    let mut texts: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    texts.sort();
    texts.dedup();
    if texts.is_empty() {
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/kinds", "Say customer, vendor, or both.").into());
    }
    Ok(texts)
}

/// A name with something in it; refuses one of only spaces or signs.
fn checked_name(name: &str) -> Result<(String, String)> {
    let key = steward_tools::name_key(name);
    if key.is_empty() {
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/name", "A name has letters or digits.").into());
    }
    Ok((name.split_whitespace().collect::<Vec<_>>().join(" "), key))
}

pub(crate) fn checked_email(email: &str) -> Result<String> {
    let email = email.trim();
    let (user, host) = email.split_once('@').unwrap_or_default();
    if user.is_empty() || !host.contains('.') || email.contains(char::is_whitespace) || host.contains('@') {
        return Err(Refusal::new(
            Kind::Invalid,
            codes::INVALID_INPUT,
            format!("\"{email}\" is not an e-mail address."),
        )
        .into());
    }
    Ok(email.to_owned())
}
