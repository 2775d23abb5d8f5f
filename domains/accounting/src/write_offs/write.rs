//! Writing off what is open of a document.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::{Dec, Money};
use steward_tools::{Cx, Fact, Refusal, Result};
use uuid::Uuid;

use super::{WriteOffView, view};
use crate::documents::Side;
use crate::payments::let_go::{LetGo, Why, let_go};
use crate::payments::part_of;

/// What is asked to be written off.
pub(crate) struct Asked {
    pub(crate) amount: Option<Dec>,
    pub(crate) date: Option<NaiveDate>,
    pub(crate) reason: String,
    pub(crate) with_tax: bool,
}

/// What was written off.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WrittenOff {
    /// The write-off.
    #[serde(flatten)]
    pub write_off: WriteOffView,
    /// What is still open of the document.
    pub open: Money,
}

impl fmt::Display for WrittenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = &self.write_off;
        let reason = of.reason.trim_end_matches('.');
        write!(f, "Write-off {}: {} of {} ({}) are written off", of.number, of.amount, of.document(), of.party.name)?;
        if of.tax.minor > 0 {
            write!(f, ", {} of it tax", of.tax)?;
        }
        write!(f, ", {} stay open: {reason}.", self.open)
    }
}

/// A document about to be written off.
struct Open {
    number: Option<String>,
    party_id: Uuid,
    status: String,
    date: NaiveDate,
    currency: String,
    rate: Decimal,
    open: i64,
    company_open: i64,
}

/// The document, locked: nobody settles it meanwhile.
async fn locked(cx: &mut Cx, side: Side, id: Uuid) -> Result<Open> {
    let org = cx.org();
    sqlx::query!("select from invoices where org_id = $1 and id = $2 for no key update", org, id)
        .fetch_optional(cx.db())
        .await?;
    let open = sqlx::query_as!(
        Open,
        r#"select number, customer_id as "party_id!", status as "status!", date as "date!", currency as "currency!", rate as "rate!",
               open as "open!", company_open as "company_open!"
           from invoice_states where org_id = $1 and id = $2 and side = $3"#,
        org,
        id,
        side.as_str()
    )
    .fetch_optional(cx.db())
    .await?;
    open.ok_or_else(|| Refusal::not_found(side.noun()).into())
}

/// Posts a write-off, never of more than is open.
pub(crate) async fn write_off(cx: &mut Cx, side: Side, id: Uuid, asked: Asked) -> Result<WrittenOff> {
    let document = locked(cx, side, id).await?;
    let Some(number) = document.number.as_deref().filter(|_| document.status == "posted") else {
        return Err(Refusal::conflict("not_posted", "A draft is not in the books.")
            .fix("Delete the draft instead.")
            .into());
    };
    let money = |minor| Money::new(minor, &document.currency);
    if document.open == 0 {
        return Err(Refusal::conflict("nothing_open", format!("Nothing of {number} is open.")).into());
    }
    let amount = asked.amount.map_or(Ok(document.open), |amount| amount.amount(&document.currency, "/amount"))?;
    if amount > document.open {
        let detail = format!("Only {} of {number} are open.", money(document.open));
        return Err(Refusal::invalid("more_than_open", "/amount", detail)
            .fix("Write off that much at most, or leave the amount out.")
            .into());
    }
    let company = part_of((document.open, document.company_open), amount);
    let date = asked.date.unwrap_or_else(|| cx.today()).max(document.date);
    let reason = asked.reason.trim().to_owned();
    cx.fact(Fact { kind: "written_off", amount: Some(company) });
    let of = LetGo {
        why: Why::WriteOff { reason: &reason },
        side,
        document: id,
        number,
        party: document.party_id,
        currency: &document.currency,
        rate: document.rate,
        date,
        amount,
        company,
        with_tax: asked.with_tax,
    };
    let gone = let_go(cx, of).await?;
    Ok(WrittenOff { write_off: view(cx, gone).await?, open: money(document.open - amount) })
}
