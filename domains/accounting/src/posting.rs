//! The only way into the ledger: an entry with its lines, balanced, in one statement.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use steward_common::Money;
use steward_tools::{Cx, Error, Fact, Refusal, Result};
use uuid::Uuid;

/// One side of an entry, in minor units of the company's currency.
#[derive(Debug, Clone, Default)]
pub(crate) struct Leg {
    pub(crate) account: Uuid,
    pub(crate) party: Option<Uuid>,
    pub(crate) debit: i64,
    pub(crate) credit: i64,
    pub(crate) memo: Option<String>,
    /// Its cost centre.
    pub(crate) dimension: Option<Uuid>,
    /// Its project.
    pub(crate) project: Option<Uuid>,
    /// The currency of the document, where it is not the company's; then amount and rate are there too (A7).
    pub(crate) foreign_currency: Option<String>,
    /// Minor units of that currency, debit positive; zero where only the company's side moves.
    pub(crate) foreign_amount: Option<i64>,
    /// Units of the company's currency for one of the foreign.
    pub(crate) rate: Option<Decimal>,
}

impl Leg {
    pub(crate) fn debit(account: Uuid, party: Option<Uuid>, debit: i64) -> Self {
        Self { account, party, debit, ..Self::default() }
    }
    pub(crate) fn credit(account: Uuid, party: Option<Uuid>, credit: i64) -> Self {
        Self { account, party, credit, ..Self::default() }
    }
    /// With its amount in another currency, debit positive.
    pub(crate) fn in_currency(self, currency: &str, amount: i64, rate: Decimal) -> Self {
        Self { foreign_currency: Some(currency.to_owned()), foreign_amount: Some(amount), rate: Some(rate), ..self }
    }
    /// The other side.
    pub(crate) fn mirrored(self) -> Self {
        let foreign_amount = self.foreign_amount.map(|amount| -amount);
        Self { debit: self.credit, credit: self.debit, foreign_amount, ..self }
    }
}

/// The kind of journal an entry is written in: the default one of that kind, or the one that is named.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Book {
    General,
    Sales,
    Purchases,
    Bank,
    Opening,
    Closing,
    Named(Uuid),
}

impl Book {
    const fn kind(self) -> &'static str {
        match self {
            Self::General | Self::Named(_) => "general",
            Self::Sales => "sales",
            Self::Purchases => "purchases",
            Self::Bank => "bank",
            Self::Opening => "opening",
            Self::Closing => "closing",
        }
    }
    const fn id(self) -> Option<Uuid> {
        match self {
            Self::Named(id) => Some(id),
            _ => None,
        }
    }
}

/// An entry about to be posted.
pub(crate) struct NewEntry<'a> {
    /// The id of the draft that it was; a new one where it never was a draft.
    pub(crate) id: Option<Uuid>,
    pub(crate) number: &'a str,
    pub(crate) book: Book,
    pub(crate) date: NaiveDate,
    pub(crate) memo: &'a str,
    pub(crate) reference: Option<&'a str>,
    /// The kind of document it comes from (`accounting.invoices`) and its id.
    pub(crate) source: (&'a str, Uuid),
    pub(crate) reverses: Option<Uuid>,
    pub(crate) legs: Vec<Leg>,
}

/// Posts an entry. The database refuses one that does not balance (A1), that nothing is on, or whose period is closed (A3).
/// A period that is softly closed is a fact of the call (`soft_closed`), which policy answers.
pub(crate) async fn post(cx: &mut Cx, entry: NewEntry<'_>) -> Result<Uuid> {
    let posted = post_all(cx, vec![entry]).await?;
    posted.first().copied().ok_or_else(|| Error::internal("an entry was posted without an id"))
}

/// Posts several entries, in the order given; one round trip, however many there are.
pub(crate) async fn post_all(cx: &mut Cx, entries: Vec<NewEntry<'_>>) -> Result<Vec<Uuid>> {
    let Some(first) = entries.first().map(|entry| entry.date) else { return Ok(Vec::new()) };
    let (heads, sides) = turned(cx, entries)?;
    let (org, now, currency) = (cx.org(), cx.now(), cx.currency().to_owned());
    let rows = sqlx::query!(
        r#"with entry as (
             insert into entries (org_id, id, number, date, memo, source, source_id, reverses, created_at, reference, journal_id)
             select $1, e.id, e.number, e.date, e.memo, e.source, e.source_id, e.reverses, $2, e.reference,
                 coalesce(e.journal, (select j.id from journals j where j.org_id = $1 and j.kind = e.kind and j.is_default))
             from unnest($4::uuid[], $5::text[], $6::date[], $7::text[], $8::text[], $9::uuid[], $10::uuid[], $11::text[], $12::uuid[], $13::text[])
                 as e (id, number, date, memo, source, source_id, reverses, reference, journal, kind))
         insert into entry_lines (org_id, id, entry_id, line_no, account_id, party_id, date, currency, debit, credit, memo,
             dimension_id, project_id, foreign_currency, foreign_amount, rate)
         select $1, l.id, l.entry, l.n, l.account, l.party, l.date, $3, l.debit, l.credit, l.memo,
             l.dimension, l.project, l.foreign_currency, l.foreign_amount, l.rate
         from unnest($14::uuid[], $15::uuid[], $16::int[], $17::date[], $18::uuid[], $19::uuid[], $20::bigint[], $21::bigint[], $22::text[],
                 $23::uuid[], $24::uuid[], $25::text[], $26::bigint[], $27::numeric[])
             as l (id, entry, n, date, account, party, debit, credit, memo, dimension, project, foreign_currency, foreign_amount, rate)
         returning debit, exists (select from periods p where p.org_id = $1 and p.status <> 'open'
             and entry_lines.date between p.start_date and p.end_date) as "soft!""#,
        org, now, currency,
        &heads.ids, &heads.numbers, &heads.dates, &heads.memos, &heads.sources, &heads.source_ids, &heads.reverses as &[Option<Uuid>],
        &heads.references as &[Option<String>], &heads.journals as &[Option<Uuid>], &heads.kinds,
        &heads.line_ids, &heads.line_entries, &heads.line_nos, &heads.line_dates,
        &sides.accounts, &sides.parties as &[Option<Uuid>], &sides.debits, &sides.credits, &sides.memos as &[Option<String>],
        &sides.dimensions as &[Option<Uuid>], &sides.projects as &[Option<Uuid>], &sides.foreign_currencies as &[Option<String>],
        &sides.foreign_amounts as &[Option<i64>], &sides.rates as &[Option<Decimal>]
    )
    .fetch_all(cx.db())
    .await
    .map_err(|error| refused(error, first))?;
    if rows.iter().any(|row| row.soft) {
        let amount = rows.iter().filter(|row| row.soft).map(|row| row.debit).sum();
        cx.fact(Fact { kind: "soft_closed", amount: Some(amount) });
    }
    Ok(heads.ids)
}

/// Entries turned on their side, as `unnest` takes them, with what their lines have of them.
#[derive(Default)]
struct Heads {
    ids: Vec<Uuid>,
    numbers: Vec<String>,
    dates: Vec<NaiveDate>,
    memos: Vec<String>,
    sources: Vec<String>,
    source_ids: Vec<Uuid>,
    reverses: Vec<Option<Uuid>>,
    references: Vec<Option<String>>,
    journals: Vec<Option<Uuid>>,
    kinds: Vec<String>,
    line_ids: Vec<Uuid>,
    line_entries: Vec<Uuid>,
    line_nos: Vec<i32>,
    line_dates: Vec<NaiveDate>,
}

fn turned(cx: &mut Cx, entries: Vec<NewEntry<'_>>) -> Result<(Heads, Columns)> {
    let (mut heads, mut all) = (Heads::default(), Vec::new());
    for entry in entries {
        let legs: Vec<Leg> = entry.legs.into_iter().filter(|leg| leg.debit != 0 || leg.credit != 0).collect();
        if legs.is_empty() {
            return Err(Refusal::conflict("nothing_to_post", "There is no amount to post.").into());
        }
        let id = entry.id.unwrap_or_else(|| cx.id());
        for (n, _) in (1..).zip(&legs) {
            heads.line_ids.push(cx.id());
            heads.line_entries.push(id);
            heads.line_nos.push(n);
            heads.line_dates.push(entry.date);
        }
        heads.ids.push(id);
        heads.numbers.push(entry.number.to_owned());
        heads.dates.push(entry.date);
        heads.memos.push(entry.memo.to_owned());
        heads.sources.push(entry.source.0.to_owned());
        heads.source_ids.push(entry.source.1);
        heads.reverses.push(entry.reverses);
        heads.references.push(entry.reference.map(str::to_owned));
        heads.journals.push(entry.book.id());
        heads.kinds.push(entry.book.kind().to_owned());
        all.extend(legs);
    }
    Ok((heads, Columns::of(all)))
}

/// The sides of an entry turned on their side, as `unnest` takes them.
pub(crate) struct Columns {
    pub(crate) accounts: Vec<Uuid>,
    pub(crate) parties: Vec<Option<Uuid>>,
    pub(crate) debits: Vec<i64>,
    pub(crate) credits: Vec<i64>,
    pub(crate) memos: Vec<Option<String>>,
    pub(crate) dimensions: Vec<Option<Uuid>>,
    pub(crate) projects: Vec<Option<Uuid>>,
    foreign_currencies: Vec<Option<String>>,
    foreign_amounts: Vec<Option<i64>>,
    rates: Vec<Option<Decimal>>,
}

impl Columns {
    pub(crate) fn of(legs: Vec<Leg>) -> Self {
        Self {
            accounts: legs.iter().map(|leg| leg.account).collect(),
            parties: legs.iter().map(|leg| leg.party).collect(),
            debits: legs.iter().map(|leg| leg.debit).collect(),
            credits: legs.iter().map(|leg| leg.credit).collect(),
            memos: legs.iter().map(|leg| leg.memo.clone()).collect(),
            dimensions: legs.iter().map(|leg| leg.dimension).collect(),
            projects: legs.iter().map(|leg| leg.project).collect(),
            foreign_amounts: legs.iter().map(|leg| leg.foreign_amount).collect(),
            rates: legs.iter().map(|leg| leg.rate).collect(),
            foreign_currencies: legs.into_iter().map(|leg| leg.foreign_currency).collect(),
        }
    }
}

/// What the ledger refuses at once, by name; the rest is met when the call settles.
fn refused(error: sqlx::Error, date: NaiveDate) -> Error {
    match error.as_database_error().and_then(|e| e.constraint()) {
        Some("period_closed") => Refusal::conflict("period_closed", format!("The period of {date} is closed."))
            .fix("Give a date in an open period, or ask a controller to open the period again.")
            .into(),
        Some("account_takes_postings") => {
            Refusal::conflict("heading_account", "A heading gathers accounts and is not posted to.")
                .fix("Name an account under the heading.")
                .into()
        }
        Some("account_archived") => Refusal::conflict("archived", "An archived account is not posted to.")
            .fix("Name another account, or restore it.")
            .into(),
        Some("entry_reversed_once") => Refusal::conflict("already_reversed", "This has been reversed already.").into(),
        Some("control_account") => control_account("It").into(),
        _ => error.into(),
    }
}

/// Nobody posts to a control account by hand: it is the sum of what the documents of its parties say (A4).
pub(crate) fn control_account(what: &str) -> Refusal {
    let detail = format!("{what} is a control account: only documents of its parties post to it.");
    Refusal::conflict("control_account", detail)
        .fix("Invoice or credit the customer, or record or reverse a payment, instead.")
}

/// The sides of a posted entry.
pub(crate) async fn legs_of(cx: &mut Cx, entry: Uuid) -> Result<Vec<Leg>> {
    let org = cx.org();
    let legs = sqlx::query_as!(
        Leg,
        "select account_id as account, party_id as party, debit, credit, memo, dimension_id as dimension, project_id as project,
             foreign_currency, foreign_amount, rate
         from entry_lines where org_id = $1 and entry_id = $2 order by line_no",
        org, entry
    )
    .fetch_all(cx.db())
    .await?;
    Ok(legs)
}

/// The account that postings use for a purpose (`bank`, `receivable`); a chart without one is incomplete.
pub(crate) async fn account_for(cx: &mut Cx, purpose: &str) -> Result<Uuid> {
    let [account] = accounts_for(cx, [purpose]).await?;
    Ok(account)
}

/// The accounts for several purposes, in the order asked.
pub(crate) async fn accounts_for<const N: usize>(cx: &mut Cx, purposes: [&str; N]) -> Result<[Uuid; N]> {
    let (org, asked) = (cx.org(), purposes.map(str::to_owned));
    let rows = sqlx::query!(
        r#"select id, purpose as "purpose!" from accounts where org_id = $1 and purpose = any ($2)"#,
        org,
        &asked[..]
    )
    .fetch_all(cx.db())
    .await?;
    let mut accounts = [Uuid::nil(); N];
    for (account, purpose) in accounts.iter_mut().zip(purposes) {
        *account = rows.iter().find(|row| row.purpose == purpose).ok_or_else(|| incomplete(purpose))?.id;
    }
    Ok(accounts)
}

/// The chart of accounts lacks an account that postings need.
pub(crate) fn incomplete(purpose: &str) -> Refusal {
    Refusal::conflict("chart_incomplete", format!("The chart of accounts has no account for the purpose {purpose}."))
        .fix("Create one, or give an existing account this purpose.")
}

/// An amount in the company's currency.
pub(crate) fn money(cx: &Cx, minor: i64) -> Money {
    Money::new(minor, cx.currency())
}
