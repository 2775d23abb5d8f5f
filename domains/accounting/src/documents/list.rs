//! Documents of a side, filtered and in order.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::{Dec, round_to_minor};
use steward_tools::{Cursor, Cx, Page, Result, limit, name_key};
use uuid::Uuid;

use super::Side;
use super::head::Head;

/// How documents can be ordered; a minus is descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum Sort {
    /// Newest first.
    #[serde(rename = "-date")]
    DateDown,
    /// Oldest first.
    #[serde(rename = "date")]
    Date,
    /// Longest due first.
    #[serde(rename = "due_date")]
    DueDate,
    /// Due last first.
    #[serde(rename = "-due_date")]
    DueDateDown,
    /// Largest first.
    #[serde(rename = "-amount")]
    AmountDown,
    /// Smallest first.
    #[serde(rename = "amount")]
    Amount,
}

/// What a list asks for; its operation has the words for it.
pub(crate) struct Asked {
    pub(crate) side: Side,
    pub(crate) q: Option<String>,
    pub(crate) party: Option<Uuid>,
    pub(crate) status: Option<&'static str>,
    pub(crate) overdue: Option<bool>,
    pub(crate) disputed: Option<bool>,
    pub(crate) dates: (Option<NaiveDate>, Option<NaiveDate>),
    pub(crate) due: (Option<NaiveDate>, Option<NaiveDate>),
    pub(crate) amounts: (Option<Dec>, Option<Dec>),
    pub(crate) sort: Option<Sort>,
    pub(crate) limit: Option<u16>,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) total: Option<bool>,
}

/// Where the next page starts, in one of the orders.
type Key = (NaiveDate, i64, Uuid);

/// One compile-time checked statement for each order; the filters are the same.
macro_rules! listing {
    ($after:literal, $order:literal, $filter:expr, $db:expr) => {
        sqlx::query_as!(
            Head,
            r#"select i.id as "id!", i.version as "version!", i.number, i.customer_id as "party_id!", p.number as party_number,
                   p.name as party, i.state as "state!", i.date as "date!", i.due_date as "due_date!", i.currency as "currency!",
                   i.reference, i.memo, i.net as "net!", i.tax as "tax!", i.gross as "gross!", i.open as "open!", i.written_off as "written_off!",
                   i.rate as "rate!", i.company_gross as "company_gross!", i.tax_inclusive as "tax_inclusive!", i.vendor_number,
                   null::text as entry, null::text as payment_terms, i.in_instalments as "in_instalments!", i.discount, i.discount_until, i.disputed
               from invoice_states i join parties p on p.org_id = i.org_id and p.id = i.customer_id
               where i.org_id = $1 and i.side = $18 and ($2::uuid is null or i.customer_id = $2) and ($3::text is null or i.state = $3)
                 and ($4::bool is null or $4 = (i.status = 'posted' and i.open > 0 and (i.due_date < $5
                     or (i.in_instalments and due_before(i.org_id, i.id, $5) > i.gross - i.open))))
                 and ($6::date is null or i.date >= $6) and ($7::date is null or i.date <= $7)
                 and ($8::date is null or i.due_date >= $8) and ($9::date is null or i.due_date <= $9)
                 and ($10::bigint is null or i.gross >= $10) and ($11::bigint is null or i.gross <= $11)
                 and ($12::text is null or position(upper($12) in i.number) > 0 or position(upper($12) in upper(i.vendor_number)) > 0 or position($13 in p.name_key) > 0
                      or position(lower($12) in lower(i.reference)) > 0 or position(lower($12) in lower(i.memo)) > 0)
                 and ($19::bool is null or $19 = (i.disputed is not null))
                 and ($16::uuid is null or $14::date is null or $15::bigint is null or "# + $after + ") order by " + $order + " limit $17",
            $filter.org, $filter.party, $filter.status, $filter.overdue, $filter.today, $filter.date_from, $filter.date_to,
            $filter.due_from, $filter.due_to, $filter.amount_min, $filter.amount_max, $filter.q, $filter.key,
            $filter.after.map(|a| a.0), $filter.after.map(|a| a.1), $filter.after.map(|a| a.2), $filter.rows, $filter.side, $filter.disputed
        )
        .fetch_all($db)
        .await?
    };
}

struct Filter {
    org: Uuid,
    side: &'static str,
    party: Option<Uuid>,
    status: Option<&'static str>,
    overdue: Option<bool>,
    disputed: Option<bool>,
    today: NaiveDate,
    date_from: Option<NaiveDate>,
    date_to: Option<NaiveDate>,
    due_from: Option<NaiveDate>,
    due_to: Option<NaiveDate>,
    amount_min: Option<i64>,
    amount_max: Option<i64>,
    q: Option<String>,
    key: Option<String>,
    after: Option<Key>,
    rows: i64,
}

/// A page of documents.
pub(crate) async fn page(cx: &mut Cx, asked: Asked) -> Result<Page<Head>> {
    let wanted = limit(asked.limit);
    let sort = asked.sort.unwrap_or(Sort::DateDown);
    let count_all = asked.total == Some(true);
    let mut filter = asked.filter(cx)?;
    filter.rows = wanted + 1;
    let found = rows(cx, sort, &filter).await?;
    let page = Page::of(found, wanted, |row| (sort_date(sort, row), row.gross, row.id))?;
    let count = if count_all {
        filter.after = None;
        filter.rows = 10_001;
        Some(i64::try_from(rows(cx, sort, &filter).await?.len()).unwrap_or(i64::MAX))
    } else {
        None
    };
    Ok(page.counted(count))
}

impl Asked {
    fn filter(self, cx: &Cx) -> Result<Filter> {
        let minor = |amount: Option<Dec>| amount.map(|amount| round_to_minor(amount.0, cx.currency())).transpose();
        Ok(Filter {
            org: cx.org(),
            side: self.side.as_str(),
            party: self.party,
            status: self.status,
            overdue: self.overdue,
            disputed: self.disputed,
            today: cx.today(),
            date_from: self.dates.0,
            date_to: self.dates.1,
            due_from: self.due.0,
            due_to: self.due.1,
            amount_min: minor(self.amounts.0)?,
            amount_max: minor(self.amounts.1)?,
            key: self.q.as_deref().map(name_key),
            q: self.q,
            after: self.cursor.as_ref().map(Cursor::key).transpose()?,
            rows: 0,
        })
    }
}

async fn rows(cx: &mut Cx, sort: Sort, filter: &Filter) -> Result<Vec<Head>> {
    Ok(match sort {
        Sort::DateDown => listing!("(i.date, i.id) < ($14, $16)", "i.date desc, i.id desc", filter, cx.db()),
        Sort::Date => listing!("(i.date, i.id) > ($14, $16)", "i.date, i.id", filter, cx.db()),
        Sort::DueDate => listing!("(i.due_date, i.id) > ($14, $16)", "i.due_date, i.id", filter, cx.db()),
        Sort::DueDateDown => listing!("(i.due_date, i.id) < ($14, $16)", "i.due_date desc, i.id desc", filter, cx.db()),
        Sort::AmountDown => listing!("(i.gross, i.id) < ($15, $16)", "i.gross desc, i.id desc", filter, cx.db()),
        Sort::Amount => listing!("(i.gross, i.id) > ($15, $16)", "i.gross, i.id", filter, cx.db()),
    })
}

const fn sort_date(sort: Sort, row: &Head) -> NaiveDate {
    match sort {
        Sort::DueDate | Sort::DueDateDown => row.due_date,
        _ => row.date,
    }
}
