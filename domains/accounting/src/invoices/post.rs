//! `accounting.invoices.post`

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::round_to_minor;
use steward_common::series::{Series, draw};
use steward_directory::parties::PartyName;
use steward_tools::{Call, Changes, Cx, Effect, Fact, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::get::{self, InvoiceView, LineRow};
use super::{Invoice, InvoiceHead, InvoiceStatus, Totals, credit};
use crate::posting::{self, Book, Leg, NewEntry, money};

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
    version: i32,
    /// The version that its lines were read of.
    seen: i32,
    customer_id: Uuid,
    customer_number: String,
    customer: String,
    status: String,
    number: Option<String>,
    date: NaiveDate,
    due_date: NaiveDate,
    reference: Option<String>,
    memo: Option<String>,
    net: i64,
    tax: i64,
    gross: i64,
    receivable: Option<Uuid>,
}

impl Operation for Post {
    const NAME: &'static str = "accounting.invoices.post";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        let (draft, mut lines) = locked(cx, id).await?;
        if draft.status != "draft" {
            let detail = format!("{} is posted already.", draft.number.unwrap_or_default());
            return Err(Refusal::conflict("not_draft", detail).into());
        }
        let date = self.date.unwrap_or(draft.date);
        let due_date = draft.due_date.max(date);
        if draft.seen != draft.version {
            // somebody changed it while this waited for the lock, and the lines were read before
            lines = get::lines(cx, id).await?;
        }
        let legs = legs(cx, &draft, &lines)?;
        cx.fact(Fact { kind: "posted", amount: Some(draft.gross) });
        let [number, entry_number] = draw(cx, [Series::Yearly("INV", date), Series::Yearly("JE", date)]).await?;
        let memo = format!("Invoice {number} to {}", draft.customer);
        let source = ("accounting.invoices", id);
        let entry = posting::post(
            cx,
            NewEntry {
                id: None,
                number: &entry_number,
                book: Book::Sales,
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
            org, id, number, date, due_date, entry, now
        )
        .execute(cx.db())
        .await?;
        let money = |minor| money(cx, minor);
        let totals = Totals {
            net: money(draft.net),
            tax: money(draft.tax),
            gross: money(draft.gross),
            open: money(draft.gross),
        };
        Ok(Posted(InvoiceView {
            head: InvoiceHead {
                id,
                version: draft.version + 1,
                number: Some(number),
                customer: PartyName { id: draft.customer_id, number: draft.customer_number, name: draft.customer },
                status: InvoiceStatus::Posted.as_str().to_owned(),
                date,
                due_date,
                reference: draft.reference,
                memo: draft.memo,
                totals,
            },
            lines: lines.into_iter().map(|line| line.view(cx.currency())).collect(),
            entry: Some(entry_number.into()),
        }))
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        Some(call::<credit::Credit>(json!({ "id": output.0.head.id, "reason": "Posted by mistake" })))
    }
}

/// The draft, locked, with its lines: of two that post it, the second finds it posted.
async fn locked(cx: &mut Cx, id: Uuid) -> Result<(Draft, Vec<LineRow>)> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select i.version, (select s.version from invoices s where s.org_id = i.org_id and s.id = i.id) as "seen!",
               i.customer_id, p.number as customer_number, p.name as customer, i.status, i.number, i.date, i.due_date,
               i.reference, i.memo, i.net, i.tax, i.gross,
               (select a.id from accounts a where a.org_id = i.org_id and a.purpose = 'receivable') as receivable,
               l.description, l.quantity, l.unit, l.unit_price, l.discount_percent, l.tax_code_id, t.code as tax_code, l.tax_rate,
               t.account_id as tax_account, l.account_id, c.code as "account?", l.net as line_net
           from invoices i join parties p on p.org_id = i.org_id and p.id = i.customer_id
           join invoice_lines l on l.org_id = i.org_id and l.invoice_id = i.id
           join tax_codes t on t.org_id = l.org_id and t.id = l.tax_code_id
           left join accounts c on c.org_id = l.org_id and c.id = l.account_id
           where i.org_id = $1 and i.id = $2 order by l.line_no for no key update of i"#,
        org,
        id
    )
    .fetch_all(cx.db())
    .await?;
    let mut draft = None;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(LineRow {
            description: row.description,
            quantity: row.quantity,
            unit: row.unit,
            unit_price: row.unit_price,
            discount_percent: row.discount_percent,
            tax_code_id: row.tax_code_id,
            tax_code: row.tax_code,
            tax_rate: row.tax_rate,
            tax_account: row.tax_account,
            account_id: row.account_id,
            account: row.account,
            net: row.line_net,
        });
        draft = Some(Draft {
            version: row.version,
            seen: row.seen,
            customer_id: row.customer_id,
            customer_number: row.customer_number,
            customer: row.customer,
            status: row.status,
            number: row.number,
            date: row.date,
            due_date: row.due_date,
            reference: row.reference,
            memo: row.memo,
            net: row.net,
            tax: row.tax,
            gross: row.gross,
            receivable: row.receivable,
        });
    }
    Ok((draft.ok_or_else(|| Refusal::not_found("invoice"))?, lines))
}

/// What the lines post: the customer owes the whole, income is earned by account, tax by code (one rounding a code).
fn legs(cx: &Cx, draft: &Draft, lines: &[LineRow]) -> Result<Vec<Leg>> {
    let receivable = draft.receivable.ok_or_else(|| posting::incomplete("receivable"))?;
    let mut income: BTreeMap<Uuid, i64> = BTreeMap::new();
    let mut taxes: BTreeMap<(Uuid, Uuid, Decimal), i64> = BTreeMap::new();
    for line in lines {
        *income.entry(line.account_id).or_default() += line.net;
        *taxes.entry((line.tax_account, line.tax_code_id, line.tax_rate)).or_default() += line.net;
    }
    let mut legs = vec![Leg::debit(receivable, Some(draft.customer_id), draft.gross)];
    legs.extend(income.into_iter().map(|(account, net)| Leg::credit(account, None, net)));
    for ((account, _, rate), net) in taxes {
        let tax = round_to_minor(money(cx, net).decimal() * rate / Decimal::ONE_HUNDRED, cx.currency())?;
        legs.push(Leg::credit(account, None, tax));
    }
    Ok(legs)
}
