//! A payment run as it is kept, with its lines.

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Named, Refusal, Result};
use uuid::Uuid;

use super::PaymentRunStatus;
use crate::accounts::AccountName;
use crate::bills::Bill;
use crate::payments::Payment;

/// A payment run without its lines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentRunHead {
    /// Its id.
    pub id: Uuid,
    /// Counts changes.
    pub version: i32,
    /// Its number (`PR-2026-00042`), given at approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// draft, approved, posted, reversed or cancelled.
    #[schemars(with = "PaymentRunStatus")]
    pub status: String,
    /// The day of its payments.
    pub date: NaiveDate,
    /// Until when its bills were due, where they were proposed by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_until: Option<NaiveDate>,
    /// Until when the discounts ended of bills that were taken before they were due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount_until: Option<NaiveDate>,
    /// The account that pays, where it is not the company's bank account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank_account: Option<AccountName>,
    /// How many bills.
    pub count: i64,
    /// What is paid together.
    pub total: Money,
    /// Who proposed it.
    pub created_by: String,
    /// Who approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Why it was cancelled or reversed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl PaymentRunHead {
    /// `Payment run PR-2026-00042`, or what a draft is called.
    pub(super) fn title(&self) -> String {
        self.number.as_ref().map_or_else(|| "The payment run".to_owned(), |number| format!("Payment run {number}"))
    }
    /// `2 bills, 100.00 EUR on 2026-03-16`
    pub(super) fn told(&self) -> String {
        let bills = if self.count == 1 { "bill" } else { "bills" };
        format!("{} {bills}, {} on {}", self.count, self.total, self.date)
    }
}

/// A bill of a run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentRunLine {
    /// The bill.
    pub bill: Named<Bill>,
    #[serde(skip)]
    pub(super) bill_id: Uuid,
    /// Who is paid.
    pub vendor: PartyName,
    /// The number that the vendor gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_number: Option<String>,
    /// When it is due.
    pub due_date: NaiveDate,
    /// What is open of it now.
    pub open: Money,
    /// What the run pays of it.
    pub amount: Money,
    /// The payment, once the run is posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<Named<Payment>>,
}

impl PaymentRunLine {
    /// As arguments name it.
    pub(super) fn argument(&self) -> Value {
        json!({"bill": self.bill_id, "amount": self.amount.decimal().to_string()})
    }
}

/// What a vendor gets.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VendorTotal {
    /// The vendor.
    pub vendor: PartyName,
    /// How much.
    pub amount: Money,
}

/// A payment run with its lines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentRunView {
    /// The run.
    #[serde(flatten)]
    pub head: PaymentRunHead,
    /// Its bills, by vendor and due date.
    pub lines: Vec<PaymentRunLine>,
    /// What each vendor gets.
    pub vendors: Vec<VendorTotal>,
    #[serde(skip)]
    pub(super) prepared_by: [Option<Uuid>; 2],
}

impl PaymentRunView {
    /// `Acme 100.00 EUR (BILL-2026-00001), Globex …`
    pub(super) fn details(&self) -> String {
        let of = |total: &VendorTotal| {
            let bills = self.lines.iter().filter(|line| line.vendor.id == total.vendor.id);
            let bills: Vec<&str> = bills.map(|line| &*line.bill).collect();
            format!("{} {} ({})", total.vendor.name, total.amount, bills.join(", "))
        };
        self.vendors.iter().map(of).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for PaymentRunView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.head;
        write!(f, "{} ({}): {}: {}.", head.title(), head.status, head.told(), self.details())
    }
}

struct Row {
    id: Uuid,
    version: i32,
    number: Option<String>,
    status: String,
    date: NaiveDate,
    due_until: Option<NaiveDate>,
    discount_until: Option<NaiveDate>,
    currency: String,
    account: Option<Uuid>,
    account_code: Option<String>,
    account_name: Option<String>,
    count: i64,
    total: i64,
    created_by: String,
    approved_by: Option<String>,
    reason: Option<String>,
    creator: Uuid,
    changer: Option<Uuid>,
}

impl Row {
    fn head(self) -> (PaymentRunHead, [Option<Uuid>; 2]) {
        let account = self.account.zip(self.account_code).zip(self.account_name);
        let head = PaymentRunHead {
            id: self.id,
            version: self.version,
            number: self.number,
            status: self.status,
            date: self.date,
            due_until: self.due_until,
            discount_until: self.discount_until,
            bank_account: account.map(|((id, code), name)| AccountName { id, code, name }),
            count: self.count,
            total: Money::new(self.total, &self.currency),
            created_by: self.created_by,
            approved_by: self.approved_by,
            reason: self.reason,
        };
        (head, [Some(self.creator), self.changer])
    }
}

/// Which runs are asked for.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) id: Option<Uuid>,
    pub(super) status: Option<&'static str>,
    pub(super) from: Option<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
    pub(super) after: Option<(NaiveDate, Uuid)>,
    pub(super) rows: i64,
}

/// Runs, latest first, each with who prepared it.
pub(super) async fn heads(cx: &mut Cx, asked: &Asked) -> Result<Vec<(PaymentRunHead, [Option<Uuid>; 2])>> {
    let org = cx.org();
    let (after, after_id) = asked.after.unzip();
    let rows = sqlx::query_as!(
        Row,
        r#"select r.id, r.version, r.number, r.status, r.date, r.due_until, r.discount_until, r.currency,
               a.id as "account?", a.code as "account_code?", a.name as "account_name?", l.count as "count!", l.total as "total!",
               u.name as created_by, v.name as "approved_by?", r.reason, r.created_by as creator, r.changed_by as changer
           from payment_runs r join users u on u.org_id = r.org_id and u.id = r.created_by
           left join users v on v.org_id = r.org_id and v.id = r.approved_by
           left join accounts a on a.org_id = r.org_id and a.id = r.account_id
           cross join lateral (select count(*) as count, coalesce(sum(l.amount), 0)::bigint as total from payment_run_lines l
               where l.org_id = r.org_id and l.run_id = r.id) l
           where r.org_id = $1 and ($2::uuid is null or r.id = $2) and ($3::text is null or r.status = $3)
             and ($4::date is null or r.date >= $4) and ($5::date is null or r.date <= $5)
             and ($6::date is null or $7::uuid is null or (r.date, r.id) < ($6, $7))
           order by r.date desc, r.id desc limit $8"#,
        org,
        asked.id,
        asked.status,
        asked.from,
        asked.to,
        after,
        after_id,
        asked.rows
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows.into_iter().map(Row::head).collect())
}

/// The run as it is now; absent and foreign are the same.
pub(super) async fn view(cx: &mut Cx, id: Uuid) -> Result<PaymentRunView> {
    let asked = Asked { id: Some(id), rows: 1, ..Asked::default() };
    let (head, prepared_by) = heads(cx, &asked).await?.pop().ok_or_else(|| Refusal::not_found("payment run"))?;
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select l.bill_id, i.number as "bill!", i.vendor_number, i.due_date as "due_date!", i.open as "open!", l.amount,
               p.id as party_id, p.number as party_number, p.name as party, y.number as "payment?"
           from payment_run_lines l join invoice_states i on i.org_id = l.org_id and i.id = l.bill_id
           join parties p on p.org_id = i.org_id and p.id = i.customer_id
           left join payments y on y.org_id = l.org_id and y.id = l.payment_id
           where l.org_id = $1 and l.run_id = $2 order by p.number, i.due_date, i.number"#,
        org,
        id
    )
    .fetch_all(cx.db())
    .await?;
    let money = |minor| Money::new(minor, &head.total.currency);
    let mut vendors: Vec<VendorTotal> = Vec::new();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let vendor = PartyName { id: row.party_id, number: row.party_number, name: row.party };
        match vendors.last_mut().filter(|last| last.vendor.id == vendor.id) {
            Some(last) => last.amount = money(last.amount.minor + row.amount),
            None => vendors.push(VendorTotal { vendor: vendor.clone(), amount: money(row.amount) }),
        }
        lines.push(PaymentRunLine {
            bill: row.bill.into(),
            bill_id: row.bill_id,
            vendor,
            vendor_number: row.vendor_number,
            due_date: row.due_date,
            open: money(row.open),
            amount: money(row.amount),
            payment: row.payment.map(Named::from),
        });
    }
    Ok(PaymentRunView { head, lines, vendors, prepared_by })
}
