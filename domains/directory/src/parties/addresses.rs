//! A party's addresses.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Cx, Result};
use uuid::Uuid;

use super::countries;
use super::parts::{Part, identify, one_of_each, required, text};

/// What an address is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum AddressKind {
    /// Where invoices go.
    #[default]
    Billing,
    /// Where goods go.
    Shipping,
    /// Anything else.
    Other,
}

/// An address of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Address {
    /// Its id: given, that address is changed; left out, it is a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// What it is for: billing (unless told), shipping or other.
    #[serde(default)]
    pub kind: AddressKind,
    /// Street and house number, and what stands above them.
    #[schemars(length(min = 1, max = 6), inner(length(min = 1, max = 200)))]
    pub lines: Vec<String>,
    /// The town.
    #[schemars(length(min = 1, max = 100))]
    pub city: String,
    /// State, province or county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    pub region: Option<String>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20))]
    pub postal_code: Option<String>,
    /// The country: two letters of ISO 3166-1.
    #[schemars(length(min = 2, max = 2))]
    pub country: String,
    /// Whether it is the one that is used of its kind. The first of a kind is, unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<bool>,
}

impl Part for Address {
    const TABLE: &'static str = "party_addresses";
    const FIELD: &'static str = "addresses";
    const NOUN: &'static str = "address";
    fn id(&mut self) -> &mut Option<Uuid> {
        &mut self.id
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, ", self.lines.join(", "))?;
        if let Some(code) = &self.postal_code {
            write!(f, "{code} ")?;
        }
        write!(f, "{}, ", self.city)?;
        if let Some(region) = &self.region {
            write!(f, "{region}, ")?;
        }
        f.write_str(&self.country)
    }
}

/// The list in its normal form.
pub(super) fn checked(given: Vec<Address>) -> Result<Vec<Address>> {
    super::parts::not_too_many(&given)?;
    let marks: Vec<(AddressKind, bool)> = given.iter().map(|a| (a.kind, a.default == Some(true))).collect();
    let defaults = one_of_each(&marks, Address::FIELD, "default")?;
    let address = |(i, (address, default)): (usize, (Address, bool))| {
        let at = |field: &str| format!("/{}/{i}/{field}", Address::FIELD);
        let lines = address.lines.iter().map(|line| required(line, &at("lines")));
        Ok(Address {
            id: address.id,
            kind: address.kind,
            lines: lines.collect::<Result<_>>()?,
            city: required(&address.city, &at("city"))?,
            region: text(address.region),
            postal_code: text(address.postal_code),
            country: countries::country(&address.country, &at("country"))?,
            default: Some(default),
        })
    };
    given.into_iter().zip(defaults).enumerate().map(address).collect()
}

/// Puts `given` in place of the addresses that were.
pub(super) async fn replace(cx: &mut Cx, party: Uuid, current: &mut Vec<Address>, given: Vec<Address>) -> Result<bool> {
    let mut given = checked(given)?;
    identify(cx, party, current, &mut given).await?;
    if given == *current {
        return Ok(false);
    }
    let org = cx.org();
    sqlx::query!(
        r#"with given as (
               select * from rows from (jsonb_to_recordset($3) as (id uuid, kind text, lines text[], city text, region text,
                   postal_code text, country text, "default" boolean)) with ordinality
                   as g (id, kind, lines, city, region, postal_code, country, is_default, line_no)),
           gone as (delete from party_addresses a where a.org_id = $1 and a.party_id = $2
               and not exists (select from given g where g.id = a.id))
           insert into party_addresses as a (org_id, party_id, id, line_no, kind, lines, city, region, postal_code, country, is_default)
           select $1, $2, id, line_no, kind, lines, city, region, postal_code, country, is_default from given order by line_no
           on conflict (org_id, id) do update set line_no = excluded.line_no, kind = excluded.kind, lines = excluded.lines,
               city = excluded.city, region = excluded.region, postal_code = excluded.postal_code,
               country = excluded.country, is_default = excluded.is_default
           where a.party_id = $2 and a is distinct from excluded"#,
        org,
        party,
        json!(given)
    )
    .execute(cx.db())
    .await?;
    *current = given;
    Ok(true)
}
