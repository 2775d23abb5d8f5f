//! The only way into the ledger: an entry with its lines, balanced, in one statement.

use chrono::NaiveDate;
use steward_common::Money;
use steward_tools::{Cx, Error, Refusal, Result};
use uuid::Uuid;

/// One side of an entry, in minor units of the company's currency.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    pub(crate) account: Uuid,
    pub(crate) party: Option<Uuid>,
    pub(crate) debit: i64,
    pub(crate) credit: i64,
    pub(crate) memo: Option<String>,
}

impl Leg {
    pub(crate) const fn debit(account: Uuid, party: Option<Uuid>, debit: i64) -> Self {
        Self { account, party, debit, credit: 0, memo: None }
    }
    pub(crate) const fn credit(account: Uuid, party: Option<Uuid>, credit: i64) -> Self {
        Self { account, party, debit: 0, credit, memo: None }
    }
    /// The other side.
    pub(crate) fn mirrored(self) -> Self {
        Self { debit: self.credit, credit: self.debit, ..self }
    }
}

/// An entry about to be posted.
pub(crate) struct NewEntry<'a> {
    /// The id of the draft that it was; a new one where it never was a draft.
    pub(crate) id: Option<Uuid>,
    pub(crate) number: &'a str,
    pub(crate) date: NaiveDate,
    pub(crate) memo: &'a str,
    pub(crate) reference: Option<&'a str>,
    /// The kind of document it comes from (`accounting.invoices`) and its id.
    pub(crate) source: (&'a str, Uuid),
    pub(crate) reverses: Option<Uuid>,
    pub(crate) legs: Vec<Leg>,
}

/// Posts an entry. The database refuses one that does not balance (A1) or that nothing is on.
pub(crate) async fn post(cx: &mut Cx, entry: NewEntry<'_>) -> Result<Uuid> {
    let legs: Vec<Leg> = entry.legs.into_iter().filter(|leg| leg.debit != 0 || leg.credit != 0).collect();
    if legs.is_empty() {
        return Err(Refusal::conflict("nothing_to_post", "There is no amount to post.").into());
    }
    let (org, now, currency) = (cx.org(), cx.now(), cx.currency().to_owned());
    let id = entry.id.unwrap_or_else(|| cx.id());
    let ids: Vec<Uuid> = legs.iter().map(|_| cx.id()).collect();
    let accounts: Vec<Uuid> = legs.iter().map(|leg| leg.account).collect();
    let parties: Vec<Option<Uuid>> = legs.iter().map(|leg| leg.party).collect();
    let debits: Vec<i64> = legs.iter().map(|leg| leg.debit).collect();
    let credits: Vec<i64> = legs.iter().map(|leg| leg.credit).collect();
    let memos: Vec<Option<String>> = legs.into_iter().map(|leg| leg.memo).collect();
    sqlx::query!(
        "with entry as (
             insert into entries (org_id, id, number, date, memo, source, source_id, reverses, created_at, reference)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $16))
         insert into entry_lines (org_id, id, entry_id, line_no, account_id, party_id, date, currency, debit, credit, memo)
         select $1, l.id, $2, l.n, l.account, l.party, $4, $10, l.debit, l.credit, l.memo
         from unnest($11::uuid[], $12::uuid[], $13::uuid[], $14::bigint[], $15::bigint[], $17::text[])
             with ordinality as l (id, account, party, debit, credit, memo, n)",
        org,
        id,
        entry.number,
        entry.date,
        entry.memo,
        entry.source.0,
        entry.source.1,
        entry.reverses,
        now,
        currency,
        &ids,
        &accounts,
        &parties as &[Option<Uuid>],
        &debits,
        &credits,
        entry.reference,
        &memos as &[Option<String>]
    )
    .execute(cx.db())
    .await
    .map_err(refused)?;
    Ok(id)
}

/// What the ledger refuses at once, by name; the rest is met when the call settles.
fn refused(error: sqlx::Error) -> Error {
    match error.as_database_error().and_then(|e| e.constraint()) {
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
        "select account_id as account, party_id as party, debit, credit, memo from entry_lines where org_id = $1 and entry_id = $2 order by line_no",
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
    Refusal::conflict("chart_incomplete", format!("The chart of accounts has no {purpose} account."))
}

/// An amount in the company's currency.
pub(crate) fn money(cx: &Cx, minor: i64) -> Money {
    Money::new(minor, cx.currency())
}
