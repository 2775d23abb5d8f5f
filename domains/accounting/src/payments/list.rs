//! `accounting.payments.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::{Dec, round_to_minor};
use steward_directory::parties::Party;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Ref, Result, limit, name_key};
use uuid::Uuid;

use super::{Direction, HeadRow, PaymentHead};

/// Where a payment stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum PaymentStatus {
    /// In the books.
    Posted,
    /// In the books, and taken back by another entry.
    Reversed,
}

impl PaymentStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Reversed => "reversed",
        }
    }
}

/// List payments: from or to whom, how much, and what is left of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the number, the customer's name or the reference.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only payments of this customer: name, number or id.
    pub customer: Option<Ref<Party>>,
    /// Only payments to this vendor: name, number or id.
    pub vendor: Option<Ref<Party>>,
    /// Only payments received (in) or paid (out).
    pub direction: Option<Direction>,
    /// Only payments in this state.
    pub status: Option<PaymentStatus>,
    /// Only payments of which something settles no invoice yet (or, if false, only the others).
    pub unallocated: Option<bool>,
    /// Date from.
    pub date_from: Option<NaiveDate>,
    /// Date to.
    pub date_to: Option<NaiveDate>,
    /// Amount from.
    pub amount_min: Option<Dec>,
    /// Amount to.
    pub amount_max: Option<Dec>,
    /// Order of the rows; newest first unless told.
    pub sort: Option<Sort>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same filters and order.
    pub cursor: Option<Cursor>,
    /// Also count all rows (to 10,000).
    pub total: Option<bool>,
}

/// How payments can be ordered; a minus is descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum Sort {
    /// Newest first.
    #[serde(rename = "-date")]
    DateDown,
    /// Oldest first.
    #[serde(rename = "date")]
    Date,
    /// Largest first.
    #[serde(rename = "-amount")]
    AmountDown,
    /// Smallest first.
    #[serde(rename = "amount")]
    Amount,
}

/// A row of the list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PaymentRow(pub PaymentHead);

impl Listed for PaymentRow {
    const NOUN: (&'static str, &'static str) = ("payment", "payments");
}

/// Where the next page starts, in one of the orders.
type Key = (NaiveDate, i64, Uuid);

/// One compile-time checked statement for each order; the filters are the same.
macro_rules! listing {
    ($after:literal, $order:literal, $filter:expr, $db:expr) => {
        sqlx::query_as!(
            HeadRow,
            r#"select y.id as "id!", y.number as "number!", y.direction as "direction!", y.party_id as "party_id!", p.number as party_number, p.name as party,
                   y.state as "state!", y.date as "date!", y.amount as "amount!", y.unallocated as "unallocated!",
                   y.currency as "currency!", y.reference
               from payment_states y join parties p on p.org_id = y.org_id and p.id = y.party_id
               where y.org_id = $1 and ($15::text is null or y.direction = $15) and ($2::uuid is null or y.party_id = $2) and ($3::text is null or y.state = $3)
                 and ($4::bool is null or $4 = (y.unallocated > 0))
                 and ($5::date is null or y.date >= $5) and ($6::date is null or y.date <= $6)
                 and ($7::bigint is null or y.amount >= $7) and ($8::bigint is null or y.amount <= $8)
                 and ($9::text is null or position(upper($9) in y.number) > 0 or position($10 in p.name_key) > 0
                      or position(lower($9) in lower(y.reference)) > 0)
                 and ($13::uuid is null or $11::date is null or $12::bigint is null or "# + $after + ") order by " + $order + " limit $14",
            $filter.org, $filter.party, $filter.status, $filter.unallocated, $filter.date_from, $filter.date_to,
            $filter.amount_min, $filter.amount_max, $filter.q, $filter.key,
            $filter.after.map(|a| a.0), $filter.after.map(|a| a.1), $filter.after.map(|a| a.2), $filter.rows, $filter.direction
        )
        .fetch_all($db)
        .await?
    };
}

struct Filter {
    org: Uuid,
    party: Option<Uuid>,
    direction: Option<&'static str>,
    status: Option<&'static str>,
    unallocated: Option<bool>,
    date_from: Option<NaiveDate>,
    date_to: Option<NaiveDate>,
    amount_min: Option<i64>,
    amount_max: Option<i64>,
    q: Option<String>,
    key: Option<String>,
    after: Option<Key>,
    rows: i64,
}

impl Operation for List {
    const NAME: &'static str = "accounting.payments.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<PaymentRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<PaymentRow>> {
        let wanted = limit(self.limit);
        let sort = self.sort.unwrap_or(Sort::DateDown);
        let count_all = self.total == Some(true);
        let mut filter = self.filter(cx)?;
        filter.rows = wanted + 1;
        let page = Page::of(rows(cx, sort, &filter).await?, wanted, |row| (row.date, row.amount, row.id))?;
        let count = if count_all {
            filter.after = None;
            filter.rows = 10_001;
            Some(i64::try_from(rows(cx, sort, &filter).await?.len()).unwrap_or(i64::MAX))
        } else {
            None
        };
        let items = page.items.into_iter().map(|row| PaymentRow(row.head())).collect();
        Ok(Page { items, next_cursor: page.next_cursor, total: None, total_at_least: None }.counted(count))
    }
}

impl List {
    fn filter(self, cx: &Cx) -> Result<Filter> {
        let of_party = self.customer.map(|_| Direction::In).or(self.vendor.map(|_| Direction::Out));
        let minor = |amount: Option<Dec>| amount.map(|amount| round_to_minor(amount.0, cx.currency())).transpose();
        Ok(Filter {
            org: cx.org(),
            party: self.customer.or(self.vendor).map(|party| party.id),
            direction: self.direction.or(of_party).map(Direction::as_str),
            status: self.status.map(PaymentStatus::as_str),
            unallocated: self.unallocated,
            date_from: self.date_from,
            date_to: self.date_to,
            amount_min: minor(self.amount_min)?,
            amount_max: minor(self.amount_max)?,
            key: self.q.as_deref().map(name_key),
            q: self.q,
            after: self.cursor.as_ref().map(Cursor::key).transpose()?,
            rows: 0,
        })
    }
}

async fn rows(cx: &mut Cx, sort: Sort, filter: &Filter) -> Result<Vec<HeadRow>> {
    Ok(match sort {
        Sort::DateDown => listing!("(y.date, y.id) < ($11, $13)", "y.date desc, y.id desc", filter, cx.db()),
        Sort::Date => listing!("(y.date, y.id) > ($11, $13)", "y.date, y.id", filter, cx.db()),
        Sort::AmountDown => listing!("(y.amount, y.id) < ($12, $13)", "y.amount desc, y.id desc", filter, cx.db()),
        Sort::Amount => listing!("(y.amount, y.id) > ($12, $13)", "y.amount, y.id", filter, cx.db()),
    })
}
