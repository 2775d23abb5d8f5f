//! Payments received from customers.

pub mod allocate;
pub mod get;
pub mod list;
pub mod receive;
pub mod reverse;
mod shares;
pub mod unallocate;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Entity, Match, Result, name_key};
use uuid::Uuid;

pub use shares::{Allocation, Settled};

/// A payment, by id or number. A customer's name finds its latest payments as candidates.
pub struct Payment;

impl Entity for Payment {
    const NAME: &'static str = "accounting.payments";
    const NOUN: &'static str = "payment";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let keys: Vec<String> = texts.iter().map(|text| name_key(text)).collect();
            let rows = sqlx::query!(
                r#"select a.i as "i!", y.id, y.number, y.amount, y.currency, p.name, (y.number = upper(a.text)) as "exact!"
                   from unnest($2::text[], $3::text[]) with ordinality as a (text, key, i)
                   cross join lateral (
                       select y.* from payments y join parties p on p.org_id = y.org_id and p.id = y.party_id
                       where y.org_id = $1 and (y.number = upper(a.text) or p.name_key = a.key)
                       order by y.number = upper(a.text) desc, y.date desc, y.id desc limit 8
                   ) y join parties p on p.org_id = y.org_id and p.id = y.party_id
                   order by 1, y.date desc, y.id desc"#,
                org, texts, &keys
            )
            .fetch_all(cx.db())
            .await?;
            let found = rows.into_iter().map(|row| {
                Match::of(
                    row.i,
                    row.id,
                    format!("{} {} {}", row.number, row.name, Money::new(row.amount, &row.currency)),
                    row.exact,
                )
            });
            Ok(found.collect())
        })
    }
}

/// A payment without what it settles.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentHead {
    /// Its id.
    pub id: Uuid,
    /// Its number (`PAY-2026-00042`).
    pub number: String,
    /// The customer that it came from.
    pub customer: PartyName,
    /// posted or reversed.
    pub status: String,
    /// When it was received.
    pub date: NaiveDate,
    /// How much.
    pub amount: Money,
    /// What of it settles no invoice: the customer's credit.
    pub unallocated: Money,
    /// The text that came with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A row of `payment_states` with who paid.
struct HeadRow {
    id: Uuid,
    number: String,
    party_id: Uuid,
    party_number: String,
    party: String,
    state: String,
    date: NaiveDate,
    amount: i64,
    unallocated: i64,
    currency: String,
    reference: Option<String>,
}

impl HeadRow {
    fn head(self) -> PaymentHead {
        PaymentHead {
            id: self.id,
            number: self.number,
            customer: PartyName { id: self.party_id, number: self.party_number, name: self.party },
            status: self.state,
            date: self.date,
            amount: Money::new(self.amount, &self.currency),
            unallocated: Money::new(self.unallocated, &self.currency),
            reference: self.reference,
        }
    }
}
