//! `accounting.tax_codes.create`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::Dec;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Result, call};
use uuid::Uuid;

use super::{TaxCodeView, UsedOn, archive, runs, tax_account, view};
use crate::accounts::Account;
use crate::posting::incomplete;
use crate::shared::{checked_name, code_taken, kept};

/// Add a tax code: a tax at a rate, for lines of invoices and bills.
///
/// Its rate can change on a day later; whether the buyer owes the tax stays as it is. Archiving it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Its short code, such as VAT20.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9.-]*$"))]
    pub code: String,
    /// What people call it.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// In percent.
    pub rate: Dec,
    /// The documents it goes on: sale, purchase or both. Both unless told.
    pub used_on: Option<UsedOn>,
    /// Reverse charge: the buyer owes the tax. Sales are posted without it, purchases with both taxes.
    pub reverse_charge: Option<bool>,
    /// Where the tax that we owe is posted; the company's tax account unless told.
    pub account: Option<Ref<Account>>,
    /// Where the tax that we get back is posted; the company's input tax account unless told.
    pub input_account: Option<Ref<Account>>,
    /// What documents say of it, such as why there is no tax.
    #[schemars(length(max = 300))]
    pub note: Option<String>,
    /// The first day of documents that it goes on.
    pub valid_from: Option<NaiveDate>,
    /// The last such day.
    pub valid_to: Option<NaiveDate>,
}

/// The new tax code.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub TaxCodeView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New tax code {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.tax_codes.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let (code, name) = (self.code.to_uppercase(), checked_name(&self.name)?);
        let rate = self.rate.percent("/rate")?;
        if self.valid_from.zip(self.valid_to).is_some_and(|(from, to)| from > to) {
            return Err(runs().into());
        }
        let (account, input) = self.accounts(cx).await?;
        let (org, id, first, now) = (cx.org(), cx.id(), cx.id(), cx.now());
        let used_on = self.used_on.unwrap_or(UsedOn::Both).as_str();
        sqlx::query!(
            "with code as (
                 insert into tax_codes (org_id, id, code, name, used_on, reverse_charge, account_id, input_account_id, note, valid_from, valid_to,
                     created_at, updated_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12))
             insert into tax_rates (org_id, id, tax_code_id, valid_from, rate, created_at) values ($1, $13, $2, '1900-01-01', $14, $12)",
            org,
            id,
            code,
            name,
            used_on,
            self.reverse_charge == Some(true),
            account,
            input,
            kept(self.note.as_deref()),
            self.valid_from,
            self.valid_to,
            now,
            first,
            rate
        )
        .execute(cx.db())
        .await
        .on_constraint("tax_code_unique", || code_taken("a tax code", &code))?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}

impl Create {
    /// Where it is posted: as told, else by purpose.
    async fn accounts(&self, cx: &mut Cx) -> Result<(Uuid, Option<Uuid>)> {
        let org = cx.org();
        let usual = sqlx::query!(
            "select (select id from accounts where org_id = $1 and purpose = 'tax') as owed,
                 (select id from accounts where org_id = $1 and purpose = 'input_tax') as back",
            org
        )
        .fetch_one(cx.db())
        .await?;
        let owed = match self.account {
            Some(account) => tax_account(cx, account.id, "/account").await?,
            None => usual.owed.ok_or_else(|| incomplete("tax"))?,
        };
        let back = match self.input_account {
            Some(account) => Some(tax_account(cx, account.id, "/input_account").await?),
            None => usual.back,
        };
        Ok((owed, back))
    }
}
