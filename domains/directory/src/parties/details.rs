//! A party with everything that belongs to it.

use std::fmt;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::types::Json;
use steward_common::{Money, round_to_minor};
use steward_tools::{Cx, Fact, Masked, Refusal, Result, codes};
use uuid::Uuid;

use super::addresses::{self, Address, AddressKind};
use super::bank_accounts::{self, BankAccount};
use super::contacts::{self, Contact};
use super::tax_ids::{self, TaxId};
use super::{BankAccounts, PartyView, TaxIds, lookalike};

/// A party with its parts. Tax ids and bank accounts are shown to those who keep the books, and to itself.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PartyDetails {
    /// What lists show of it.
    #[serde(flatten)]
    pub party: PartyView,
    /// The currency it deals in, where it is not the company's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Up to how much it may owe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_limit: Option<Money>,
    /// Its addresses.
    pub addresses: Vec<Address>,
    /// The people to speak to.
    pub contacts: Vec<Contact>,
    /// Its tax numbers.
    pub tax_ids: Masked<Vec<TaxId>, TaxIds>,
    /// Where it is paid.
    pub bank_accounts: Masked<Vec<BankAccount>, BankAccounts>,
    /// Since when it is known.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl fmt::Display for PartyDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.party.fmt(f)?;
        if let Some(currency) = &self.currency {
            write!(f, "\nCurrency: {currency}")?;
        }
        if let Some(limit) = &self.credit_limit {
            write!(f, "\nCredit limit: {limit}")?;
        }
        for address in &self.addresses {
            let kind = match address.kind {
                AddressKind::Billing => "Billing address",
                AddressKind::Shipping => "Shipping address",
                AddressKind::Other => "Address",
            };
            write!(f, "\n{kind}: {address}")?;
        }
        for contact in &self.contacts {
            write!(f, "\nContact: {contact}")?;
        }
        Ok(())
    }
}

/// The lists that a call gives; what is not given stays as it is.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) addresses: Option<Vec<Address>>,
    pub(super) contacts: Option<Vec<Contact>>,
    pub(super) tax_ids: Option<Vec<TaxId>>,
    pub(super) bank_accounts: Option<Vec<BankAccount>>,
}

impl PartyDetails {
    /// A new party, without parts yet.
    pub(super) const fn new(
        party: PartyView,
        currency: Option<String>,
        credit_limit: Option<Money>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            party,
            currency,
            credit_limit,
            addresses: Vec::new(),
            contacts: Vec::new(),
            tax_ids: Masked::new(Vec::new()),
            bank_accounts: Masked::new(Vec::new()),
            created_at: now,
            updated_at: now,
        }
    }

    /// The party as it is now; absent and foreign are the same.
    pub(super) async fn load(cx: &mut Cx, id: Uuid) -> Result<Self> {
        let (org, own) = (cx.org(), cx.currency().to_owned());
        let row = sqlx::query!(
            r#"select p.id, p.version, p.number, p.name, p.kinds, p.email, p.phone, p.tags, p.archived_at is not null as "archived!",
                   p.currency, p.credit_limit, p.created_at, p.updated_at,
                   coalesce((select jsonb_agg(to_jsonb(a) - '{org_id,party_id,line_no,is_default}'::text[]
                       || jsonb_build_object('default', a.is_default) order by a.line_no)
                       from party_addresses a where a.org_id = $1 and a.party_id = p.id), '[]') as "addresses!: Json<Vec<Address>>",
                   coalesce((select jsonb_agg(to_jsonb(c) - '{org_id,party_id,line_no,is_primary}'::text[]
                       || jsonb_build_object('primary', c.is_primary) order by c.line_no)
                       from party_contacts c where c.org_id = $1 and c.party_id = p.id), '[]') as "contacts!: Json<Vec<Contact>>",
                   coalesce((select jsonb_agg(to_jsonb(t) - '{org_id,party_id,line_no}'::text[] order by t.line_no)
                       from party_tax_ids t where t.org_id = $1 and t.party_id = p.id), '[]') as "tax_ids!: Json<Vec<TaxId>>",
                   coalesce((select jsonb_agg(to_jsonb(b) - '{org_id,party_id,line_no}'::text[] order by b.line_no)
                       from party_bank_accounts b where b.org_id = $1 and b.party_id = p.id), '[]') as "bank_accounts!: Json<Vec<BankAccount>>"
               from parties p where p.org_id = $1 and p.id = $2"#,
            org, id
        )
        .fetch_optional(cx.db())
        .await?
        .ok_or_else(|| Refusal::not_found("party"))?;
        let limit = row.credit_limit.map(|minor| Money::new(minor, row.currency.as_deref().unwrap_or(&own)));
        Ok(Self {
            party: PartyView {
                id: row.id,
                version: row.version,
                number: row.number,
                name: row.name,
                kinds: row.kinds,
                email: row.email,
                phone: row.phone,
                tags: row.tags,
                archived: row.archived,
            },
            currency: row.currency,
            credit_limit: limit,
            addresses: row.addresses.0,
            contacts: row.contacts.0,
            tax_ids: Masked::new(row.tax_ids.0),
            bank_accounts: Masked::new(row.bank_accounts.0),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    /// Writes the lists that are given, and states where it changes how the party is paid. Answers what the party has now of each list that changed.
    pub(super) async fn replace(&mut self, cx: &mut Cx, lists: Lists) -> Result<Vec<String>> {
        let (id, mut changed) = (self.party.id, Vec::new());
        let mut told = |changes: bool, n: usize, one: &str, many: &str| {
            if changes {
                changed.push(count(n, one, many));
            }
        };
        if let Some(given) = lists.addresses {
            let changes = addresses::replace(cx, id, &mut self.addresses, given).await?;
            told(changes, self.addresses.len(), "address", "addresses");
        }
        if let Some(given) = lists.contacts {
            let changes = contacts::replace(cx, id, &mut self.contacts, given).await?;
            told(changes, self.contacts.len(), "contact", "contacts");
        }
        if let Some(given) = lists.tax_ids {
            let changes = tax_ids::replace(cx, id, &mut self.tax_ids.value, given).await?;
            told(changes, self.tax_ids.value.len(), "tax id", "tax ids");
        }
        if let Some(given) = lists.bank_accounts {
            let party = (id, self.party.name.as_str());
            let changes = bank_accounts::replace(cx, party, &mut self.bank_accounts.value, given).await?;
            if changes {
                cx.fact(BANK_DETAILS);
            }
            told(changes, self.bank_accounts.value.len(), "bank account", "bank accounts");
        }
        Ok(changed)
    }

    /// The country of its first billing address, or of its first address.
    pub(super) fn home(addresses: &[Address]) -> Option<&str> {
        let billing = addresses.iter().find(|address| address.kind == AddressKind::Billing);
        billing.or(addresses.first()).map(|address| address.country.as_str())
    }

    /// The parties that look like this one.
    pub(super) async fn similar(&self, cx: &mut Cx) -> Result<Vec<lookalike::Similar>> {
        lookalike::similar(cx, self.party.id, &self.party.name).await
    }
}

/// The call changes where a party is paid.
pub(super) const BANK_DETAILS: Fact = Fact { kind: "bank_details", amount: None };

fn count(n: usize, one: &str, many: &str) -> String {
    match n {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// `a, b and c`.
pub(super) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A credit limit in minor units; refuses less than nothing and fractions of a cent.
pub(super) fn limit_minor(value: Decimal, currency: &str) -> Result<i64> {
    let refuse = |detail: String| Err(Refusal::invalid(codes::INVALID_INPUT, "/credit_limit", detail).into());
    if value < Decimal::ZERO {
        return refuse("This must not be negative.".to_owned());
    }
    let minor = round_to_minor(value, currency)?;
    if Money::new(minor, currency).decimal() == value {
        return Ok(minor);
    }
    refuse(format!("{currency} has no such fraction."))
}
