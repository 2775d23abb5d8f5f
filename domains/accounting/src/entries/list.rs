//! `accounting.entries.list`

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::{Dec, round_to_minor};
use steward_directory::parties::Party;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Ref, Result, limit};
use uuid::Uuid;

use super::{EntryHead, EntryStatus, HeadRow};
use crate::accounts::Account;
use crate::dimensions::Dimension;
use crate::journals::Journal;

/// List journal entries, with what each comes from.
///
/// Those made by hand, and those that invoices, credit notes and payments have posted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the number, the memo, the reference or the number of the document it comes from.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only entries with a line on this account: code, name or id.
    pub account: Option<Ref<Account>>,
    /// Only entries with a line about this customer or vendor: name, number or id.
    pub party: Option<Ref<Party>>,
    /// Only entries in this state.
    pub status: Option<EntryStatus>,
    /// Accounting date from.
    pub date_from: Option<NaiveDate>,
    /// Accounting date to.
    pub date_to: Option<NaiveDate>,
    /// Sum of the debits from.
    pub amount_min: Option<Dec>,
    /// Sum of the debits to.
    pub amount_max: Option<Dec>,
    /// Only entries that come from this kind of document: `accounting.entries` (by hand), `accounting.invoices`, `accounting.credit_notes`, `accounting.payments`.
    #[schemars(length(max = 60), regex(pattern = r"^[a-z_]+\.[a-z_]+$"))]
    pub source: Option<String>,
    /// Only entries in this journal: code, name or id.
    pub journal: Option<Ref<Journal>>,
    /// Only entries with a line for this cost centre or project: code, name or id.
    pub dimension: Option<Ref<Dimension>>,
    /// Order of the rows; newest first unless told.
    pub sort: Option<Sort>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same filters and order.
    pub cursor: Option<Cursor>,
    /// Also count all rows (to 10,000).
    pub total: Option<bool>,
}

/// How entries can be ordered; a minus is descending.
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
pub struct EntryRow(pub EntryHead);

impl Listed for EntryRow {
    const NOUN: (&'static str, &'static str) = ("journal entry", "journal entries");
}

/// Where the next page starts, in one of the orders.
type Key = (NaiveDate, i64, Uuid);

/// One compile-time checked statement for each order; the filters are the same.
macro_rules! listing {
    ($after:literal, $order:literal, $filter:expr, $db:expr) => {
        sqlx::query_as!(
            HeadRow,
            r#"select e.id as "id!", e.number, e.state as "state!", e.date as "date!", e.memo, e.reference, e.amount as "amount!",
                   e.source as "source!", e.source_id as "source_id!", e.source_number, e.reverses, e.reverses_number, e.reversed_by, e.reversed_by_number,
                   null::int as version, e.journal_id, j.code as "journal_code?", j.name as "journal_name?"
               from entry_states e left join journals j on j.org_id = e.org_id and j.id = e.journal_id
               where e.org_id = $1 and ($2::text is null or e.state = $2) and ($3::text is null or e.source = $3)
                 and ($4::date is null or e.date >= $4) and ($5::date is null or e.date <= $5)
                 and ($6::uuid is null or exists (select from entry_sides l where l.org_id = $1 and l.entry_id = e.id and l.account_id = $6))
                 and ($7::uuid is null or exists (select from entry_sides l where l.org_id = $1 and l.entry_id = e.id and l.party_id = $7))
                 and ($8::text is null or position(upper($8) in e.number) > 0 or position(lower($8) in lower(e.memo)) > 0
                      or position(lower($8) in lower(e.reference)) > 0 or position(upper($8) in e.source_number) > 0)
                 and ($9::bigint is null or e.amount >= $9) and ($10::bigint is null or e.amount <= $10)
                 and ($13::uuid is null or $11::date is null or $12::bigint is null or "# + $after + ") and ($15::uuid is null or e.journal_id = $15)
                 and ($16::uuid is null or exists (select from entry_sides l where l.org_id = $1 and l.entry_id = e.id and $16 in (l.dimension_id, l.project_id))) order by " + $order + " limit $14",
            $filter.org, $filter.status, $filter.source, $filter.date_from, $filter.date_to, $filter.account, $filter.party, $filter.q,
            $filter.amount_min, $filter.amount_max,
            $filter.after.map(|a| a.0), $filter.after.map(|a| a.1), $filter.after.map(|a| a.2), $filter.rows, $filter.journal, $filter.dimension
        )
        .fetch_all($db)
        .await?
    };
}

struct Filter {
    org: Uuid,
    status: Option<&'static str>,
    source: Option<String>,
    date_from: Option<NaiveDate>,
    date_to: Option<NaiveDate>,
    account: Option<Uuid>,
    party: Option<Uuid>,
    q: Option<String>,
    journal: Option<Uuid>,
    dimension: Option<Uuid>,
    amount_min: Option<i64>,
    amount_max: Option<i64>,
    after: Option<Key>,
    rows: i64,
}

impl Operation for List {
    const NAME: &'static str = "accounting.entries.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<EntryRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<EntryRow>> {
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
        let currency = cx.currency();
        let items = page.items.into_iter().map(|row| EntryRow(row.head(currency))).collect();
        Ok(Page { items, next_cursor: page.next_cursor, total: None, total_at_least: None }.counted(count))
    }
}

impl List {
    fn filter(self, cx: &Cx) -> Result<Filter> {
        let minor = |amount: Option<Dec>| amount.map(|amount| round_to_minor(amount.0, cx.currency())).transpose();
        Ok(Filter {
            org: cx.org(),
            status: self.status.map(EntryStatus::as_str),
            source: self.source,
            date_from: self.date_from,
            date_to: self.date_to,
            account: self.account.map(|account| account.id),
            party: self.party.map(|party| party.id),
            q: self.q,
            journal: self.journal.map(|journal| journal.id),
            dimension: self.dimension.map(|dimension| dimension.id),
            amount_min: minor(self.amount_min)?,
            amount_max: minor(self.amount_max)?,
            after: self.cursor.as_ref().map(Cursor::key).transpose()?,
            rows: 0,
        })
    }
}

async fn rows(cx: &mut Cx, sort: Sort, filter: &Filter) -> Result<Vec<HeadRow>> {
    Ok(match sort {
        Sort::DateDown => listing!("(e.date, e.id) < ($11, $13)", "e.date desc, e.id desc", filter, cx.db()),
        Sort::Date => listing!("(e.date, e.id) > ($11, $13)", "e.date, e.id", filter, cx.db()),
        Sort::AmountDown => listing!("(e.amount, e.id) < ($12, $13)", "e.amount desc, e.id desc", filter, cx.db()),
        Sort::Amount => listing!("(e.amount, e.id) > ($12, $13)", "e.amount, e.id", filter, cx.db()),
    })
}
