//! `accounting.payment_runs.create`

use std::fmt;

use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_directory::parties::Party;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, codes};
use uuid::Uuid;

use super::propose::{Among, insert_lines, named, payable};
use super::view::view;
use super::{PaymentRunView, delete};
use crate::accounts::Account;
use crate::documents::price::Terms;
use crate::payments::BillAllocation;

/// Propose a payment run: a draft batch of the open bills that fall due, less discounts for paying early.
///
/// Nothing is paid before somebody else approves the run and it is posted. Deleting the draft takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Take the bills due up to that day; a week from the date unless told.
    pub due_until: Option<NaiveDate>,
    /// Also take bills that are due later, where the discount for paying early ends by that day: the last before the next run.
    pub discount_until: Option<NaiveDate>,
    /// The day of the batch. Today unless told.
    pub date: Option<NaiveDate>,
    /// The bank or cash account that pays; the company's bank account unless told.
    pub bank_account: Option<Ref<Account>>,
    /// Only these vendors: names, numbers or ids.
    #[schemars(length(min = 1, max = 200))]
    pub vendors: Option<Vec<Ref<Party>>>,
    /// The currency of the bills (ISO 4217); the company's unless told.
    #[schemars(length(min = 3, max = 3))]
    pub currency: Option<String>,
    /// Exactly these bills, whenever they are due.
    #[schemars(length(min = 1, max = 1000))]
    pub bills: Option<Vec<BillAllocation>>,
}

/// The draft.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub PaymentRunView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Draft payment run of {}: {}.", self.0.head.told(), self.0.details())
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.payment_runs.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let date = self.date.unwrap_or_else(|| cx.today());
        let (due_until, discount_until) = self.until(date)?;
        let (currency, _) = Terms::currency(cx, self.currency, None)?;
        let account = self.bank_account.map(|account| account.id);
        pays(cx, account).await?;
        let lines = match &self.bills {
            Some(bills) => named(cx, (date, &currency), bills, "/bills").await?,
            None => {
                let vendors: Option<Vec<Uuid>> = self.vendors.map(|all| all.iter().map(|vendor| vendor.id).collect());
                let vendors = vendors.as_deref();
                let among =
                    Among { date, currency: &currency, due_until, discount_until, vendors, bills: None, free: true };
                payable(cx, &among).await?
            }
        };
        if lines.is_empty() {
            let until = due_until.unwrap_or(date);
            let detail = format!("No bill in {currency} is open, due until {until} and in no other payment run.");
            return Err(Refusal::conflict("nothing_to_pay", detail).fix("Choose a later due_until.").into());
        }
        let (org, id, now, person) = (cx.org(), cx.id(), cx.now(), cx.who().id);
        sqlx::query!(
            "insert into payment_runs (org_id, id, date, due_until, discount_until, currency, account_id, created_by, created_at, updated_at)
             values ($1, $2, $3, $4, $9, $5, $6, $7, $8, $8)",
            org,
            id,
            date,
            due_until,
            currency,
            account,
            person,
            now,
            discount_until
        )
        .execute(cx.db())
        .await?;
        insert_lines(cx, id, &lines).await?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.head.id })))
    }
}

impl Create {
    /// Until when bills are due, or earn a discount, that are taken; neither where the bills are named.
    fn until(&self, date: NaiveDate) -> Result<(Option<NaiveDate>, Option<NaiveDate>)> {
        if self.bills.is_some() {
            if self.due_until.is_none() && self.discount_until.is_none() && self.vendors.is_none() {
                return Ok((None, None));
            }
            let detail = "Name the bills, or say by what they are chosen.";
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/bills", detail).into());
        }
        if self.discount_until.is_some_and(|until| until < date) {
            let detail = format!("What is paid on {date} earns no discount that has ended before.");
            return Err(Refusal::invalid("discount_over", "/discount_until", detail)
                .fix("Give the last day before the next run.")
                .into());
        }
        Ok((self.due_until.or_else(|| date.checked_add_days(Days::new(7))), self.discount_until))
    }
}

/// The account can pay.
async fn pays(cx: &mut Cx, account: Option<Uuid>) -> Result<()> {
    let Some(account) = account else { return Ok(()) };
    let org = cx.org();
    let fits = sqlx::query_scalar!(
        r#"select type = 'asset' and control is null and not heading and archived_at is null as "fits!" from accounts where org_id = $1 and id = $2"#,
        org,
        account
    )
    .fetch_optional(cx.db())
    .await?;
    if fits == Some(true) {
        return Ok(());
    }
    let detail = "Money comes from an asset account such as bank or cash.";
    Err(Refusal::invalid("wrong_account_type", "/bank_account", detail).into())
}
