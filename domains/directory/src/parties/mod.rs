//! Parties: customers, vendors, and those who are both.

pub mod addresses;
pub mod archive;
pub mod bank_accounts;
pub mod contacts;
mod countries;
pub mod create;
pub mod delete;
pub(crate) mod describe;
pub mod details;
mod entity;
pub mod get;
mod iban;
pub mod list;
pub mod lookalike;
mod parts;
pub mod restore;
pub mod tax_ids;
pub mod update;
mod vat;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Custom, Cx, Entity, Mask, MaskedColumns, Refusal, Result, codes};
use uuid::Uuid;

pub use entity::Party;

/// Where parties are paid: for those who keep the books, and for the party itself.
pub struct BankAccounts;

impl Mask for BankAccounts {
    const NAME: &'static str = "directory.bank_accounts";
}

/// The tax numbers of parties: for those who keep the books, and for the party itself.
pub struct TaxIds;

impl Mask for TaxIds {
    const NAME: &'static str = "directory.tax_ids";
}

/// The columns that hold them.
pub(crate) const MASKED: &[MaskedColumns] = &[
    MaskedColumns { table: "party_tax_ids", columns: &["country", "kind", "value"], mask: TaxIds::NAME },
    MaskedColumns {
        table: "party_bank_accounts",
        columns: &["holder", "iban", "account_number", "bank_code", "bic", "currency"],
        mask: BankAccounts::NAME,
    },
];

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
    #[schemars(with = "Vec<PartyKind>")]
    pub kinds: Vec<String>,
    /// Where to write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where to call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Tags put on it.
    pub tags: Vec<String>,
    /// Whether it is out of use: not in lists, and not for new documents.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Values of the fields that the organisation has added.
    #[serde(skip_serializing_if = "Custom::is_empty")]
    pub custom: Custom<Party>,
}

impl fmt::Display for PartyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let archived = if self.archived { ", archived" } else { "" };
        write!(f, "{} {} ({}{archived})", self.number, self.name, self.kinds.join(", "))?;
        for extra in [&self.email, &self.phone].into_iter().flatten() {
            write!(f, ", {extra}")?;
        }
        write!(f, ".")
    }
}

/// A party as documents of other domains need it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = Party::NAME))]
pub struct PartyName {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
}

/// How people know a party.
fn label(number: &str, name: &str, archived: bool) -> String {
    format!("{number} {name}{}", if archived { " (archived)" } else { "" })
}

/// A party as a statement has found it, for a document about to be made.
#[derive(Debug, Clone)]
pub struct FoundParty {
    /// How it is called.
    pub name: PartyName,
    /// What it is to the company.
    pub kinds: Vec<String>,
    /// Whether it is out of use.
    pub archived: bool,
}

impl FoundParty {
    /// Its name, if it is of `kind` and in use.
    pub fn expect(self, kind: PartyKind, pointer: &str) -> Result<PartyName> {
        let archived = self.archived;
        let party = self.expect_known(kind, pointer)?;
        if !archived {
            return Ok(party);
        }
        let detail = format!("{} {} is archived and cannot stand on new documents.", party.number, party.name);
        Err(Refusal::invalid("archived_party", pointer, detail)
            .fix("Restore it first (directory.parties.restore), or choose another party.")
            .into())
    }
    fn expect_known(self, kind: PartyKind, pointer: &str) -> Result<PartyName> {
        if self.kinds.iter().any(|have| have == kind.as_str()) {
            return Ok(self.name);
        }
        let detail = format!("{} is not a {}.", self.name.name, kind.as_str());
        Err(Refusal::invalid("wrong_party_kind", pointer, detail)
            .fix(format!("Choose another party, or add \"{}\" to its kinds first.", kind.as_str()))
            .into())
    }
}

/// The name of a party that must be of `kind`, for a document about to be made. Refuses the wrong kind, and one that
/// is archived.
pub async fn expect_kind(cx: &mut Cx, id: Uuid, kind: PartyKind, pointer: &str) -> Result<PartyName> {
    found(cx, id).await?.expect(kind, pointer)
}

/// The name of a party that must be of `kind`, archived or not: to settle what is owed already.
pub async fn expect_known_kind(cx: &mut Cx, id: Uuid, kind: PartyKind, pointer: &str) -> Result<PartyName> {
    found(cx, id).await?.expect_known(kind, pointer)
}

async fn found(cx: &mut Cx, id: Uuid) -> Result<FoundParty> {
    let org = cx.org();
    let row = sqlx::query!(
        r#"select number, name, kinds, archived_at is not null as "archived!" from parties where org_id = $1 and id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("party"))?;
    let name = PartyName { id, number: row.number, name: row.name };
    Ok(FoundParty { name, kinds: row.kinds, archived: row.archived })
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

pub(crate) fn checked_email(email: &str, pointer: &str) -> Result<String> {
    let email = email.trim();
    let (user, host) = email.split_once('@').unwrap_or_default();
    if user.is_empty() || !host.contains('.') || email.contains(char::is_whitespace) || host.contains('@') {
        let detail = format!("\"{email}\" is not an e-mail address.");
        return Err(Refusal::invalid(codes::INVALID_INPUT, pointer, detail).into());
    }
    Ok(email.to_owned())
}
