//! What is open in foreign currency on a day.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use steward_tools::{Cx, Result};
use uuid::Uuid;

use crate::documents::ledger::converted;
use crate::documents::price::no_rate;

/// An open foreign amount, and what it comes to at the rate of the day.
pub(super) struct Open {
    /// sale, purchase or account.
    pub(super) kind: String,
    pub(super) invoice: Option<Uuid>,
    /// The control account, or the account that is kept in a foreign currency.
    pub(super) account: Uuid,
    pub(super) party: Option<Uuid>,
    pub(super) currency: String,
    pub(super) open: i64,
    pub(super) company_open: i64,
    pub(super) rate: Option<Decimal>,
}

/// A restated amount.
pub(super) struct Restated {
    pub(super) of: Open,
    pub(super) rate: Decimal,
    /// By how much more it is, in the company's currency.
    pub(super) difference: i64,
}

impl Restated {
    /// What it earns: more that is owed to us is a gain, more that we owe a loss.
    pub(super) fn earns(&self) -> i64 {
        if self.of.kind == "purchase" { -self.difference } else { self.difference }
    }
}

/// The documents open at the end of the day, and the named accounts, each at the rate of the day.
pub(super) async fn restated(cx: &mut Cx, date: NaiveDate, accounts: &[Uuid]) -> Result<Vec<Restated>> {
    let (org, own) = (cx.org(), cx.currency().to_owned());
    let open = sqlx::query_as!(
        Open,
        r#"select o.kind as "kind!", o.invoice, o.account as "account!", o.party, o.currency as "currency!", o.open as "open!",
               o.company_open as "company_open!", rate_on($1, o.currency, $2) as rate
           from (
               select i.side as kind, i.id as invoice, c.id as account, i.customer_id as party, i.currency,
                   i.gross - coalesce(a.settled, 0) as open, i.company_gross - coalesce(a.company_settled, 0) as company_open
               from invoices i
               join accounts c on c.org_id = i.org_id and c.purpose = case i.side when 'sale' then 'receivable' else 'payable' end
               left join lateral (
                   select sum(amount)::bigint as settled, sum(company_amount)::bigint as company_settled
                   from allocations a where a.org_id = i.org_id and a.invoice_id = i.id and a.date <= $2
               ) a on true
               where i.org_id = $1 and i.status = 'posted' and i.date <= $2 and i.currency <> $3
               union all
               select 'account', null, l.account_id, null, l.foreign_currency, sum(l.foreign_amount)::bigint, sum(l.debit - l.credit)::bigint
               from entry_lines l where l.org_id = $1 and l.account_id = any ($4) and l.date <= $2 and l.foreign_currency is not null
               group by l.account_id, l.foreign_currency
           ) o where o.open <> 0 order by 1, 4, 2, 3, 5"#,
        org,
        date,
        own,
        accounts
    )
    .fetch_all(cx.db())
    .await?;
    let mut restated = Vec::with_capacity(open.len());
    for of in open {
        let rate = of.rate.ok_or_else(|| no_rate(&of.currency, date))?;
        let difference = converted(cx, &of.currency, rate, of.open)? - of.company_open;
        restated.push(Restated { rate, difference, of });
    }
    Ok(restated)
}
