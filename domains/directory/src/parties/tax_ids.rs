//! The numbers under which tax offices know a party.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::parts::{Part, identify, not_too_many, required};
use super::{countries, vat};

/// What kind of tax number it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum TaxIdKind {
    /// The number for value added tax.
    #[default]
    Vat,
    /// Any other number of a tax office.
    Other,
}

/// A tax number of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct TaxId {
    /// Its id: given, that number is changed; left out, it is a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The country whose tax office gave it: two letters of ISO 3166-1.
    #[schemars(length(min = 2, max = 2))]
    pub country: String,
    /// A VAT number (unless told), or another one.
    #[serde(default)]
    pub kind: TaxIdKind,
    /// The number itself. VAT numbers of the European Union must be written as their country does.
    #[schemars(length(min = 1, max = 50))]
    pub value: String,
}

impl Part for TaxId {
    const TABLE: &'static str = "party_tax_ids";
    const FIELD: &'static str = "tax_ids";
    const NOUN: &'static str = "tax id";
    fn id(&mut self) -> &mut Option<Uuid> {
        &mut self.id
    }
}

impl fmt::Display for TaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TaxIdKind::Vat => write!(f, "VAT {} ({})", self.value, self.country),
            TaxIdKind::Other => write!(f, "{} ({})", self.value, self.country),
        }
    }
}

/// What a bare number means: a VAT number of the Union says its country, any other one is of the party's own country.
pub(super) fn bare(text: &str, home: Option<&str>) -> Result<TaxId> {
    if let Some((country, value)) = vat::recognised(text) {
        return Ok(TaxId { id: None, country: country.to_owned(), kind: TaxIdKind::Vat, value });
    }
    let Some(country) = home else {
        return Err(Refusal::invalid(
            "tax_country_unknown",
            "/tax_id",
            "This number does not say of which country it is.",
        )
        .fix("Give it as tax_ids: [{country, kind, value}], or an address with the country.")
        .into());
    };
    Ok(TaxId { id: None, country: country.to_owned(), kind: TaxIdKind::Other, value: text.to_owned() })
}

fn checked(given: Vec<TaxId>) -> Result<Vec<TaxId>> {
    not_too_many(&given)?;
    let mut seen = BTreeSet::new();
    let tax_id = |(i, tax_id): (usize, TaxId)| {
        let at = |field: &str| format!("/{}/{i}/{field}", TaxId::FIELD);
        let country = countries::country(&tax_id.country, &at("country"))?;
        let value = match tax_id.kind {
            TaxIdKind::Vat => vat::checked(&country, &tax_id.value, &at("value"))?,
            TaxIdKind::Other => required(&tax_id.value, &at("value"))?,
        };
        if !seen.insert((country.clone(), tax_id.kind, value.clone())) {
            return Err(Refusal::invalid("given_twice", &at("value"), "This number is given twice.").into());
        }
        Ok(TaxId { id: tax_id.id, country, kind: tax_id.kind, value })
    };
    given.into_iter().enumerate().map(tax_id).collect()
}

/// Puts `given` in place of the tax ids that were. Answers whether that changes anything.
pub(super) async fn replace(cx: &mut Cx, party: Uuid, current: &mut Vec<TaxId>, given: Vec<TaxId>) -> Result<bool> {
    let mut given = checked(given)?;
    identify(cx, party, current, &mut given).await?;
    if given == *current {
        return Ok(false);
    }
    let org = cx.org();
    sqlx::query!(
        "with given as (
             select * from rows from (jsonb_to_recordset($3) as (id uuid, country text, kind text, value text))
                 with ordinality as g (id, country, kind, value, line_no)),
         gone as (delete from party_tax_ids t where t.org_id = $1 and t.party_id = $2
             and not exists (select from given g where g.id = t.id))
         insert into party_tax_ids as t (org_id, party_id, id, line_no, country, kind, value)
         select $1, $2, id, line_no, country, kind, value from given order by line_no
         on conflict (org_id, id) do update set line_no = excluded.line_no, country = excluded.country, kind = excluded.kind,
             value = excluded.value
         where t.party_id = $2 and t is distinct from excluded",
        org,
        party,
        json!(given)
    )
    .execute(cx.db())
    .await?;
    *current = given;
    Ok(true)
}
