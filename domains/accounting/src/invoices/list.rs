//! `accounting.invoices.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::{Dec, Money, round_to_minor};
use steward_directory::parties::{Party, PartyName};
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Ref, Result, limit, name_key};
use uuid::Uuid;

use super::{InvoiceHead, InvoiceStatus, Totals};

/// List invoices: drafts, what was invoiced, to whom, what is open, what is overdue.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the number, the customer's name, the reference or the memo.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only invoices to this customer: name, number or id.
    pub customer: Option<Ref<Party>>,
    /// Only invoices in this state.
    pub status: Option<InvoiceStatus>,
    /// Only late invoices: posted, open and past their due date (or, if false, only the others).
    pub overdue: Option<bool>,
    /// Invoice date from.
    pub date_from: Option<NaiveDate>,
    /// Invoice date to.
    pub date_to: Option<NaiveDate>,
    /// Due date from.
    pub due_from: Option<NaiveDate>,
    /// Due date to.
    pub due_to: Option<NaiveDate>,
    /// Gross amount from.
    pub amount_min: Option<Dec>,
    /// Gross amount to.
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

/// How invoices can be ordered; a minus is descending.
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

/// A row of the list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct InvoiceRow(pub InvoiceHead);

impl Listed for InvoiceRow {
    const NOUN: (&'static str, &'static str) = ("invoice", "invoices");
}

/// Where the next page starts, in one of the orders.
type Key = (NaiveDate, i64, Uuid);

struct Row {
    id: Uuid,
    version: i32,
    number: Option<String>,
    customer_id: Uuid,
    customer_number: String,
    customer: String,
    state: String,
    date: NaiveDate,
    due_date: NaiveDate,
    currency: String,
    reference: Option<String>,
    memo: Option<String>,
    net: i64,
    tax: i64,
    gross: i64,
    open: i64,
}

/// One compile-time checked statement for each order; the filters are the same.
macro_rules! listing {
    ($after:literal, $order:literal, $filter:expr, $db:expr) => {
        sqlx::query_as!(
            Row,
            r#"select i.id as "id!", i.version as "version!", i.number, i.customer_id as "customer_id!", p.number as customer_number,
                   p.name as customer, i.state as "state!", i.date as "date!", i.due_date as "due_date!", i.currency as "currency!",
                   i.reference, i.memo, i.net as "net!", i.tax as "tax!", i.gross as "gross!", i.open as "open!"
               from invoice_states i join parties p on p.org_id = i.org_id and p.id = i.customer_id
               where i.org_id = $1 and ($2::uuid is null or i.customer_id = $2) and ($3::text is null or i.state = $3)
                 and ($4::bool is null or $4 = (i.status = 'posted' and i.open > 0 and i.due_date < $5))
                 and ($6::date is null or i.date >= $6) and ($7::date is null or i.date <= $7)
                 and ($8::date is null or i.due_date >= $8) and ($9::date is null or i.due_date <= $9)
                 and ($10::bigint is null or i.gross >= $10) and ($11::bigint is null or i.gross <= $11)
                 and ($12::text is null or position(upper($12) in i.number) > 0 or position($13 in p.name_key) > 0
                      or position(lower($12) in lower(i.reference)) > 0 or position(lower($12) in lower(i.memo)) > 0)
                 and ($16::uuid is null or $14::date is null or $15::bigint is null or "# + $after + ") order by " + $order + " limit $17",
            $filter.org, $filter.customer, $filter.status, $filter.overdue, $filter.today, $filter.date_from, $filter.date_to,
            $filter.due_from, $filter.due_to, $filter.amount_min, $filter.amount_max, $filter.q, $filter.key,
            $filter.after.map(|a| a.0), $filter.after.map(|a| a.1), $filter.after.map(|a| a.2), $filter.rows
        )
        .fetch_all($db)
        .await?
    };
}

struct Filter {
    org: Uuid,
    customer: Option<Uuid>,
    status: Option<&'static str>,
    overdue: Option<bool>,
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

impl Operation for List {
    const NAME: &'static str = "accounting.invoices.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<InvoiceRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<InvoiceRow>> {
        let wanted = limit(self.limit);
        let sort = self.sort.unwrap_or(Sort::DateDown);
        let count_all = self.total == Some(true);
        let mut filter = self.filter(cx)?;
        filter.rows = wanted + 1;
        let rows = rows(cx, sort, &filter).await?;
        let page = Page::of(rows, wanted, |row| (sort_date(sort, row), row.gross, row.id))?;
        let count = if count_all {
            filter.after = None;
            filter.rows = 10_001;
            Some(i64::try_from(self::rows(cx, sort, &filter).await?.len()).unwrap_or(i64::MAX))
        } else {
            None
        };
        let Page { items, next_cursor, .. } = page;
        Ok(Page { items: items.into_iter().map(row_view).collect(), next_cursor, total: None, total_at_least: None }
            .counted(count))
    }
}

impl List {
    fn filter(self, cx: &Cx) -> Result<Filter> {
        let minor = |amount: Option<Dec>| amount.map(|amount| round_to_minor(amount.0, cx.currency())).transpose();
        Ok(Filter {
            org: cx.org(),
            customer: self.customer.map(|customer| customer.id),
            status: self.status.map(InvoiceStatus::as_str),
            overdue: self.overdue,
            today: cx.today(),
            date_from: self.date_from,
            date_to: self.date_to,
            due_from: self.due_from,
            due_to: self.due_to,
            amount_min: minor(self.amount_min)?,
            amount_max: minor(self.amount_max)?,
            key: self.q.as_deref().map(name_key),
            q: self.q,
            after: self.cursor.as_ref().map(Cursor::key).transpose()?,
            rows: 0,
        })
    }
}

async fn rows(cx: &mut Cx, sort: Sort, filter: &Filter) -> Result<Vec<Row>> {
    Ok(match sort {
        Sort::DateDown => listing!("(i.date, i.id) < ($14, $16)", "i.date desc, i.id desc", filter, cx.db()),
        Sort::Date => listing!("(i.date, i.id) > ($14, $16)", "i.date, i.id", filter, cx.db()),
        Sort::DueDate => listing!("(i.due_date, i.id) > ($14, $16)", "i.due_date, i.id", filter, cx.db()),
        Sort::DueDateDown => listing!("(i.due_date, i.id) < ($14, $16)", "i.due_date desc, i.id desc", filter, cx.db()),
        Sort::AmountDown => listing!("(i.gross, i.id) < ($15, $16)", "i.gross desc, i.id desc", filter, cx.db()),
        Sort::Amount => listing!("(i.gross, i.id) > ($15, $16)", "i.gross, i.id", filter, cx.db()),
    })
}

const fn sort_date(sort: Sort, row: &Row) -> NaiveDate {
    match sort {
        Sort::DueDate | Sort::DueDateDown => row.due_date,
        _ => row.date,
    }
}

fn row_view(row: Row) -> InvoiceRow {
    let money = |minor| Money::new(minor, &row.currency);
    let open = if row.state == "draft" { 0 } else { row.open };
    InvoiceRow(InvoiceHead {
        totals: Totals { net: money(row.net), tax: money(row.tax), gross: money(row.gross), open: money(open) },
        id: row.id,
        version: row.version,
        number: row.number,
        customer: PartyName { id: row.customer_id, number: row.customer_number, name: row.customer },
        status: row.state,
        date: row.date,
        due_date: row.due_date,
        reference: row.reference,
        memo: row.memo,
    })
}
