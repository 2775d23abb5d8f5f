//! `directory.parties.update`

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_common::Money;
use steward_tools::{Call, Changes, Cx, Effect, Masked, Operation, Ref, Refusal, Result, call, codes};

use super::addresses::Address;
use super::bank_accounts::BankAccount;
use super::contacts::Contact;
use super::details::{Lists, PartyDetails, limit_minor, listed};
use super::lookalike::{self, Similar};
use super::tax_ids::{self, TaxId};
use super::{BankAccounts, Party, PartyKind, TaxIds, checked_email, checked_name, countries, kind_texts};

/// Change a party's name, kinds, e-mail or phone, and whatever else is kept of it.
///
/// What is left out stays as it is; an empty e-mail, phone, currency or credit limit removes it. A list that is given
/// takes the place of the whole list: items with an id stay, others are new. New bank accounts wait for a controller's
/// approval. Documents made before keep their numbers and amounts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The party: its id, number or name.
    pub id: Ref<Party>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// The new name.
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// What it is to us now: customer, vendor, or both.
    pub kinds: Option<Vec<PartyKind>>,
    /// The new e-mail address; empty removes it.
    #[schemars(length(max = 200))]
    pub email: Option<String>,
    /// The new phone number; empty removes it.
    #[schemars(length(max = 50))]
    pub phone: Option<String>,
    /// Its VAT or other tax number, in place of the one of that kind and country.
    #[schemars(length(min = 1, max = 50))]
    pub tax_id: Option<Masked<String, TaxIds>>,
    /// The currency it deals in: three letters of ISO 4217; empty is the company's.
    #[schemars(length(max = 3))]
    pub currency: Option<String>,
    /// Up to how much it may owe, in its currency; empty removes the limit.
    #[schemars(extend("format" = "decimal", "pattern" = r"^([0-9]{1,12}(\.[0-9]{1,6})?)?$"))]
    pub credit_limit: Option<String>,
    /// Its addresses, in place of those it had.
    pub addresses: Option<Vec<Address>>,
    /// The people to speak to, in place of those it had.
    pub contacts: Option<Vec<Contact>>,
    /// Its tax numbers, in place of those it had.
    pub tax_ids: Option<Masked<Vec<TaxId>, TaxIds>>,
    /// Where it is paid, in place of the accounts it had.
    pub bank_accounts: Option<Masked<Vec<BankAccount>, BankAccounts>>,
}

/// The party as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub party: PartyDetails,
    /// Other parties whose names look like the new one.
    pub similar: Vec<Similar>,
    #[serde(skip)]
    changed: Vec<String>,
    #[serde(skip)]
    before: PartyDetails,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed party {}", self.party.party)?;
        if !self.changed.is_empty() {
            write!(f, " It has {} now.", listed(&self.changed))?;
        }
        f.write_str(&lookalike::warning(&self.similar))
    }
}

impl Operation for Update {
    const NAME: &'static str = "directory.parties.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let before = PartyDetails::load(cx, self.id.id).await?;
        cx.expect_version_of("parties", before.party.id, self.version, before.party.version).await?;
        let mut after = before.clone();
        self.apply(cx.currency(), &mut after)?;
        let lists = self.lists(&before)?;
        write(cx, &mut after).await?;
        let mut changed = money_told(&before, &after);
        changed.extend(after.replace(cx, lists).await?);
        let similar = if before.party.name == after.party.name { Vec::new() } else { after.similar(cx).await? };
        Ok(Updated { party: after, similar, changed, before })
    }

    /// Back to what was before, of what was given.
    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let (was, is) = (&output.before, &output.party);
        let mut arguments = Map::from_iter([("id".to_owned(), json!(is.party.id))]);
        let mut back = |differs: bool, field: &str, before: Value| {
            if differs {
                arguments.insert(field.to_owned(), before);
            }
        };
        let or_empty = |value: &Option<String>| json!(value.as_deref().unwrap_or_default());
        back(was.party.name != is.party.name, "name", json!(was.party.name));
        back(was.party.kinds != is.party.kinds, "kinds", json!(was.party.kinds));
        back(was.party.email != is.party.email, "email", or_empty(&was.party.email));
        back(was.party.phone != is.party.phone, "phone", or_empty(&was.party.phone));
        back(was.currency != is.currency, "currency", or_empty(&was.currency));
        let limit = was.credit_limit.as_ref().map(|limit| limit.decimal().normalize().to_string());
        back(was.credit_limit != is.credit_limit, "credit_limit", or_empty(&limit));
        back(was.addresses != is.addresses, "addresses", json!(was.addresses));
        back(was.contacts != is.contacts, "contacts", json!(was.contacts));
        back(was.tax_ids.value != is.tax_ids.value, "tax_ids", json!(was.tax_ids));
        back(was.bank_accounts.value != is.bank_accounts.value, "bank_accounts", json!(was.bank_accounts));
        Some(call::<Self>(Value::Object(arguments)))
    }
}

impl Update {
    /// The columns of the party itself.
    fn apply(&self, own: &str, party: &mut PartyDetails) -> Result<()> {
        if let Some(name) = &self.name {
            party.party.name = checked_name(name)?.0;
        }
        if let Some(kinds) = &self.kinds {
            party.party.kinds = kind_texts(kinds)?;
        }
        if let Some(email) = &self.email {
            party.party.email = (!email.is_empty()).then(|| checked_email(email, "/email")).transpose()?;
        }
        if let Some(phone) = &self.phone {
            party.party.phone = Some(phone.clone()).filter(|phone| !phone.is_empty());
        }
        if let Some(code) = &self.currency {
            let currency = (!code.is_empty()).then(|| countries::currency(code, "/currency")).transpose()?;
            party.currency = currency;
        }
        let currency = party.currency.as_deref().unwrap_or(own);
        match &self.credit_limit {
            Some(limit) => party.credit_limit = read_limit(limit, currency)?,
            None => limit_fits(party.credit_limit.as_ref(), currency)?,
        }
        Ok(())
    }

    /// The lists, the short tax number among them.
    fn lists(&self, before: &PartyDetails) -> Result<Lists> {
        let mut tax_ids = self.tax_ids.as_ref().map(|given| given.value.clone());
        if let Some(short) = &self.tax_id {
            let addresses = self.addresses.as_ref().unwrap_or(&before.addresses);
            let mut new = tax_ids::bare(&short.value, PartyDetails::home(addresses))?;
            let list = tax_ids.get_or_insert_with(|| before.tax_ids.value.clone());
            match list.iter_mut().find(|old| old.country == new.country && old.kind == new.kind) {
                Some(old) => {
                    new.id = old.id;
                    *old = new;
                }
                None => list.push(new),
            }
        }
        let bank_accounts = self.bank_accounts.as_ref().map(|given| given.value.clone());
        Ok(Lists { addresses: self.addresses.clone(), contacts: self.contacts.clone(), tax_ids, bank_accounts })
    }
}

/// What changed about currency and credit limit, for the sentence.
fn money_told(before: &PartyDetails, after: &PartyDetails) -> Vec<String> {
    let currency =
        after.currency.as_ref().map_or("the company's currency".to_owned(), |code| format!("currency {code}"));
    let limit =
        after.credit_limit.as_ref().map_or("no credit limit".to_owned(), |limit| format!("a credit limit of {limit}"));
    let told = [(before.currency != after.currency, currency), (before.credit_limit != after.credit_limit, limit)];
    told.into_iter().filter(|(changed, _)| *changed).map(|(_, words)| words).collect()
}

fn read_limit(text: &str, currency: &str) -> Result<Option<Money>> {
    if text.is_empty() {
        return Ok(None);
    }
    let value = Decimal::from_str(text)
        .map_err(|_| Refusal::invalid(codes::INVALID_INPUT, "/credit_limit", "This is not an amount."))?;
    Ok(Some(Money::new(limit_minor(value, currency)?, currency)))
}

/// A limit is in the party's currency: one that was said in another cannot just be read in the new one.
fn limit_fits(limit: Option<&Money>, currency: &str) -> Result<()> {
    match limit {
        Some(limit) if limit.currency != currency => {
            let detail = format!("The credit limit is {limit}, which says nothing in {currency}.");
            Err(Refusal::invalid("credit_limit_currency", "/credit_limit", detail)
                .fix(format!("Give the credit limit in {currency} too, or an empty one to remove it."))
                .into())
        }
        _ => Ok(()),
    }
}

async fn write(cx: &mut Cx, party: &mut PartyDetails) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let view = &party.party;
    let version = sqlx::query_scalar!(
        "update parties set name = $3, name_key = $4, skeleton = $5, kinds = $6, email = $7, phone = $8, currency = $9,
             credit_limit = $10, version = version + 1, updated_at = $11
         where org_id = $1 and id = $2 and version = $12 returning version",
        org,
        view.id,
        view.name,
        steward_tools::name_key(&view.name),
        lookalike::skeleton(&view.name),
        &view.kinds,
        view.email,
        view.phone,
        party.currency,
        party.credit_limit.as_ref().map(|limit| limit.minor),
        now,
        view.version
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| {
        Refusal::conflict("changed_meanwhile", "Somebody is changing this party.").fix("Read it again and repeat.")
    })?;
    party.party.version = version;
    party.updated_at = now;
    Ok(())
}
