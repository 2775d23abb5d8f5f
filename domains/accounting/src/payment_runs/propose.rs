//! Which bills a run pays, and how much of each.

use chrono::NaiveDate;
use steward_common::Money;
use steward_tools::{Cx, OnConstraint, Refusal, Result, codes};
use uuid::Uuid;

use crate::payments::BillAllocation;

/// A bill that can be paid.
pub(super) struct Payable {
    pub(super) bill: Uuid,
    number: String,
    open: i64,
    /// What is open, less what is let go for paying early; of one in instalments, what is due.
    pub(super) amount: i64,
}

/// Where to look for bills.
pub(super) struct Among<'a> {
    pub(super) date: NaiveDate,
    pub(super) currency: &'a str,
    pub(super) due_until: Option<NaiveDate>,
    /// Also what earns a discount until then, whenever it is due.
    pub(super) discount_until: Option<NaiveDate>,
    pub(super) vendors: Option<&'a [Uuid]>,
    pub(super) bills: Option<&'a [Uuid]>,
    /// Leave out what another run is about to pay.
    pub(super) free: bool,
}

/// The bills that can be paid.
pub(super) async fn payable(cx: &mut Cx, among: &Among<'_>) -> Result<Vec<Payable>> {
    let org = cx.org();
    let rows = sqlx::query_as!(
        Payable,
        r#"select i.id as "bill!", i.number as "number!", i.open as "open!",
               case when i.in_instalments and i.due_date > $4::date and not early.ends then least(i.open, due_before(i.org_id, i.id, $4 + 1) - (i.gross - i.open))
                   else i.open - case when i.discount_until >= $3 then least(i.open - 1, early_discount(i.org_id, i.id)) else 0 end end as "amount!"
           from invoice_states i
           cross join lateral (select coalesce(i.discount_until between $3 and $8 and early_discount(i.org_id, i.id) > 0, false) as ends) early
           where i.org_id = $1 and i.side = 'purchase' and i.status = 'posted' and i.open > 0 and i.currency = $2
             and ($4 is null or i.due_date <= $4 or early.ends or (i.in_instalments and due_before(i.org_id, i.id, $4 + 1) > i.gross - i.open))
             and ($5::uuid[] is null or i.customer_id = any ($5)) and ($6::uuid[] is null or i.id = any ($6))
             and not ($7 and exists (select from payment_run_lines l where l.org_id = i.org_id and l.bill_id = i.id and l.open))
           order by i.due_date, i.number"#,
        org,
        among.currency,
        among.date,
        among.due_until,
        among.vendors,
        among.bills,
        among.free,
        among.discount_until
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows)
}

/// The bills that somebody names, with the amount told or proposed.
pub(super) async fn named(
    cx: &mut Cx,
    (date, currency): (NaiveDate, &str),
    bills: &[BillAllocation],
    at: &str,
) -> Result<Vec<Payable>> {
    let ids: Vec<Uuid> = bills.iter().map(|one| one.bill.id).collect();
    let among =
        Among { date, currency, due_until: None, discount_until: None, vendors: None, bills: Some(&ids), free: false };
    let mut found = payable(cx, &among).await?;
    let mut named: Vec<Payable> = Vec::with_capacity(bills.len());
    for (i, one) in bills.iter().enumerate() {
        let at = format!("{at}/{i}");
        if named.iter().any(|before| before.bill == one.bill.id) {
            return Err(Refusal::invalid(codes::INVALID_INPUT, &at, "This bill is named twice.").into());
        }
        let place = found.iter().position(|payable| payable.bill == one.bill.id).ok_or_else(|| {
            Refusal::invalid("not_open", &at, format!("This is no open bill in {currency}."))
                .fix("List the open bills, or propose another run for their currency.")
        })?;
        let mut payable = found.swap_remove(place);
        if let Some(amount) = one.amount {
            let amount = amount.amount(currency, &format!("{at}/amount"))?;
            if amount > payable.open {
                let open = Money::new(payable.open, currency);
                let detail = format!("Only {open} of {} are open.", payable.number);
                return Err(Refusal::invalid("exceeds_open", &at, detail).fix("Pay that much at most.").into());
            }
            payable.amount = amount;
        }
        named.push(payable);
    }
    Ok(named)
}

/// Writes lines of a run. A bill is in one open run at most.
pub(super) async fn insert_lines(cx: &mut Cx, run: Uuid, payable: &[Payable]) -> Result<()> {
    let org = cx.org();
    let bills: Vec<Uuid> = payable.iter().map(|one| one.bill).collect();
    let taken = sqlx::query!(
        r#"select i.number as "bill!", r.number, r.date from payment_run_lines l
           join payment_runs r on r.org_id = l.org_id and r.id = l.run_id join invoices i on i.org_id = l.org_id and i.id = l.bill_id
           where l.org_id = $1 and l.open and l.bill_id = any ($2) order by i.number limit 1"#,
        org,
        &bills
    )
    .fetch_optional(cx.db())
    .await?;
    if let Some(taken) = taken {
        let run = taken.number.unwrap_or_else(|| format!("the draft of {}", taken.date));
        return Err(in_run(&format!("{} is in another payment run: {run}.", taken.bill)).into());
    }
    let ids: Vec<Uuid> = payable.iter().map(|_| cx.id()).collect();
    let amounts: Vec<i64> = payable.iter().map(|one| one.amount).collect();
    sqlx::query!(
        "insert into payment_run_lines (org_id, id, run_id, bill_id, amount)
         select $1, l.id, $2, l.bill, l.amount from unnest($3::uuid[], $4::uuid[], $5::bigint[]) as l (id, bill, amount)",
        org,
        run,
        &ids,
        &bills,
        &amounts
    )
    .execute(cx.db())
    .await
    .on_constraint("payment_run_bill_once", || in_run("One of the bills is in another payment run."))?;
    Ok(())
}

fn in_run(detail: &str) -> Refusal {
    Refusal::conflict("bill_in_run", detail)
        .fix("Remove it there, or delete or cancel that run, or leave the bill out.")
}
