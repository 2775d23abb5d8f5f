//! `directory.parties.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::series::{Series, draw};
use steward_common::{Dec, Money};
use steward_tools::{Call, Changes, Cx, Effect, Masked, Operation, Result, call};

use super::addresses::{self, Address};
use super::bank_accounts::BankAccount;
use super::contacts::Contact;
use super::details::{Lists, PartyDetails, limit_minor, listed};
use super::lookalike::{self, Similar};
use super::parts::text;
use super::tax_ids::{self, TaxId};
use super::{BankAccounts, PartyKind, PartyView, TaxIds, checked_email, checked_name, countries, delete, kind_texts};

/// Add a party: a customer, a vendor, or both.
///
/// It gets a number and can be named on documents at once. A name that looks like another's is pointed out. Bank
/// accounts wait for a controller's approval. Deleting it takes this back while nothing uses it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The party's name, as on its letterhead.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// What it is to us: customer, vendor, or both.
    pub kinds: Vec<PartyKind>,
    /// E-mail address for documents.
    #[schemars(length(max = 200))]
    pub email: Option<String>,
    /// Phone number.
    #[schemars(length(max = 50))]
    pub phone: Option<String>,
    /// Its VAT or other tax number; short for a list of one.
    #[schemars(length(min = 1, max = 50))]
    pub tax_id: Option<Masked<String, TaxIds>>,
    /// The currency it deals in: three letters of ISO 4217. The company's unless told.
    #[schemars(length(min = 3, max = 3))]
    pub currency: Option<String>,
    /// Up to how much it may owe, in its currency.
    pub credit_limit: Option<Dec>,
    /// Where it is: billing, shipping and other addresses.
    pub addresses: Option<Vec<Address>>,
    /// The people to speak to.
    pub contacts: Option<Vec<Contact>>,
    /// Its tax numbers.
    pub tax_ids: Option<Masked<Vec<TaxId>, TaxIds>>,
    /// Where it is paid.
    pub bank_accounts: Option<Masked<Vec<BankAccount>, BankAccounts>>,
}

/// The new party.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Created {
    /// As it is now.
    #[serde(flatten)]
    pub party: PartyDetails,
    /// Parties that were there before and whose names look the same.
    pub similar: Vec<Similar>,
    #[serde(skip)]
    given: Vec<String>,
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New party {}", self.party.party)?;
        if !self.given.is_empty() {
            write!(f, " With {}.", listed(&self.given))?;
        }
        f.write_str(&lookalike::warning(&self.similar))
    }
}

impl Operation for Create {
    const NAME: &'static str = "directory.parties.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let lists = self.lists()?;
        let (name, key) = checked_name(&self.name)?;
        let kinds = kind_texts(&self.kinds)?;
        let email = text(self.email).map(|email| checked_email(&email, "/email")).transpose()?;
        let phone = text(self.phone);
        let currency = self.currency.map(|code| countries::currency(&code, "/currency")).transpose()?;
        let of = currency.clone().unwrap_or_else(|| cx.currency().to_owned());
        let limit = self.credit_limit.map(|limit| limit_minor(limit.0, &of)).transpose()?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        let [number] = draw(cx, [Series::Endless("P")]).await?;
        sqlx::query!(
            "insert into parties (org_id, id, number, name, name_key, skeleton, kinds, email, phone, currency, credit_limit, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
            org,
            id,
            number,
            name,
            key,
            lookalike::skeleton(&name),
            &kinds,
            email,
            phone,
            currency,
            limit,
            now
        )
        .execute(cx.db())
        .await?;
        let party = PartyView { id, version: 1, number, name, kinds, email, phone, tags: Vec::new(), archived: false };
        let credit_limit = limit.map(|minor| Money::new(minor, &of));
        let mut party = PartyDetails::new(party, currency, credit_limit, now);
        let given = party.replace(cx, lists).await?;
        let similar = party.similar(cx).await?;
        Ok(Created { party, similar, given })
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.party.party.id })))
    }
}

impl Create {
    /// The lists, the short tax number among them.
    fn lists(&self) -> Result<Lists> {
        let addresses = self.addresses.clone().map(addresses::checked).transpose()?;
        let mut tax_ids = self.tax_ids.as_ref().map(|given| given.value.clone());
        if let Some(short) = &self.tax_id {
            let home = addresses.as_deref().and_then(PartyDetails::home);
            tax_ids.get_or_insert_default().insert(0, tax_ids::bare(&short.value, home)?);
        }
        let bank_accounts = self.bank_accounts.as_ref().map(|given| given.value.clone());
        Ok(Lists { addresses, contacts: self.contacts.clone(), tax_ids, bank_accounts })
    }
}
