//! `accounting.invoices.post`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::series::{Series, draw};
use steward_tools::{Call, Changes, Cx, Effect, Fact, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::get::{InvoiceView, view};
use super::{Invoice, credit};
use crate::posting::{self, Leg, NewEntry};

/// Post a draft invoice to the ledger.
///
/// It gets its number, the customer owes its amount, and it can no longer be changed; `accounting.invoices.credit` takes it back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The draft to post: its id.
    pub id: Ref<Invoice>,
    /// Accounting date. The invoice date unless told.
    pub date: Option<NaiveDate>,
}

/// The posted invoice.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Posted(pub InvoiceView);

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0.head;
        write!(
            f,
            "Post invoice {}: {} owes {}, due {}.",
            head.title(),
            head.customer.name,
            head.totals.gross,
            head.due_date
        )
    }
}

struct Draft {
    customer_id: Uuid,
    customer: String,
    status: String,
    number: Option<String>,
    date: NaiveDate,
    due_date: NaiveDate,
    gross: i64,
}

impl Operation for Post {
    const NAME: &'static str = "accounting.invoices.post";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        let draft = locked(cx, id).await?;
        if draft.status != "draft" {
            let detail = format!("{} is posted already.", draft.number.unwrap_or_default());
            return Err(Refusal::conflict("not_draft", detail).into());
        }
        let date = self.date.unwrap_or(draft.date);
        let legs = legs(cx, id, &draft).await?;
        cx.fact(Fact { kind: "posted", amount: Some(draft.gross) });
        let [number, entry_number] = draw(cx, [Series::Yearly("INV", date), Series::Yearly("JE", date)]).await?;
        let memo = format!("Invoice {number} to {}", draft.customer);
        let source = ("accounting.invoices", id);
        let entry = posting::post(
            cx,
            NewEntry {
                id: None,
                number: &entry_number,
                date,
                memo: &memo,
                reference: None,
                source,
                reverses: None,
                legs,
            },
        )
        .await?;
        sqlx::query!(
            "update invoices set status = 'posted', number = $3, date = $4, due_date = $5, entry_id = $6, version = version + 1, updated_at = $7
             where org_id = $1 and id = $2",
            org, id, number, date, draft.due_date.max(date), entry, now
        )
        .execute(cx.db())
        .await?;
        Ok(Posted(view(cx, id).await?))
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        Some(call::<credit::Credit>(json!({ "id": output.0.head.id, "reason": "Posted by mistake" })))
    }
}

/// The draft, locked: of two that post it, the second finds it posted.
async fn locked(cx: &mut Cx, id: Uuid) -> Result<Draft> {
    let org = cx.org();
    sqlx::query_as!(
        Draft,
        "select i.customer_id, p.name as customer, i.status, i.number, i.date, i.due_date, i.gross
         from invoices i join parties p on p.org_id = i.org_id and p.id = i.customer_id
         where i.org_id = $1 and i.id = $2 for no key update of i",
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("invoice").into())
}

/// What the lines post: the customer owes the whole, income is earned by account, tax by code (one rounding a code).
async fn legs(cx: &mut Cx, id: Uuid, draft: &Draft) -> Result<Vec<Leg>> {
    let receivable = posting::account_for(cx, "receivable").await?;
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select account_id as "account!", sum(net)::bigint as "amount!", 0 as "part!" from invoice_lines
           where org_id = $1 and invoice_id = $2 group by account_id
           union all
           select t.account_id, round(sum(l.net) * l.tax_rate / 100)::bigint, 1 from invoice_lines l
           join tax_codes t on t.org_id = l.org_id and t.id = l.tax_code_id
           where l.org_id = $1 and l.invoice_id = $2 group by t.id, t.account_id, l.tax_rate
           order by 3, 1"#,
        org,
        id
    )
    .fetch_all(cx.db())
    .await?;
    let mut legs = vec![Leg::debit(receivable, Some(draft.customer_id), draft.gross)];
    legs.extend(rows.into_iter().map(|row| Leg::credit(row.account, None, row.amount)));
    Ok(legs)
}
