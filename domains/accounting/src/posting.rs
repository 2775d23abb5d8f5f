//! The only way into the ledger: an entry with its lines, balanced, in one statement.

use chrono::NaiveDate;
use steward_common::Money;
use steward_tools::{Cx, OnConstraint, Refusal, Result};
use uuid::Uuid;

/// One side of an entry, in minor units of the company's currency.
#[derive(Debug, Clone)]
pub(crate) struct Leg {
    pub(crate) account: Uuid,
    pub(crate) party: Option<Uuid>,
    pub(crate) debit: i64,
    pub(crate) credit: i64,
}

impl Leg {
    pub(crate) const fn debit(account: Uuid, party: Option<Uuid>, debit: i64) -> Self {
        Self { account, party, debit, credit: 0 }
    }
    pub(crate) const fn credit(account: Uuid, party: Option<Uuid>, credit: i64) -> Self {
        Self { account, party, debit: 0, credit }
    }
    /// The other side.
    pub(crate) fn mirrored(self) -> Self {
        Self { debit: self.credit, credit: self.debit, ..self }
    }
}

/// An entry about to be posted.
pub(crate) struct NewEntry<'a> {
    pub(crate) number: &'a str,
    pub(crate) date: NaiveDate,
    pub(crate) memo: &'a str,
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
    let (org, id, now, currency) = (cx.org(), cx.id(), cx.now(), cx.currency().to_owned());
    let ids: Vec<Uuid> = legs.iter().map(|_| cx.id()).collect();
    let accounts: Vec<Uuid> = legs.iter().map(|leg| leg.account).collect();
    let parties: Vec<Option<Uuid>> = legs.iter().map(|leg| leg.party).collect();
    let debits: Vec<i64> = legs.iter().map(|leg| leg.debit).collect();
    let credits: Vec<i64> = legs.iter().map(|leg| leg.credit).collect();
    sqlx::query!(
        "with entry as (
             insert into entries (org_id, id, number, date, memo, source, source_id, reverses, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9))
         insert into entry_lines (org_id, id, entry_id, line_no, account_id, party_id, date, currency, debit, credit)
         select $1, l.id, $2, l.n, l.account, l.party, $4, $10, l.debit, l.credit
         from unnest($11::uuid[], $12::uuid[], $13::uuid[], $14::bigint[], $15::bigint[])
             with ordinality as l (id, account, party, debit, credit, n)",
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
        &credits
    )
    .execute(cx.db())
    .await
    .on_constraint("entry_reversed_once", || {
        Refusal::conflict("already_reversed", "This has been reversed already.")
    })?;
    Ok(id)
}

/// The sides of a posted entry.
pub(crate) async fn legs_of(cx: &mut Cx, entry: Uuid) -> Result<Vec<Leg>> {
    let org = cx.org();
    let legs = sqlx::query_as!(
        Leg,
        "select account_id as account, party_id as party, debit, credit from entry_lines where org_id = $1 and entry_id = $2 order by line_no",
        org, entry
    )
    .fetch_all(cx.db())
    .await?;
    Ok(legs)
}

/// The account that postings use for a purpose (`bank`, `receivable`); a chart without one is incomplete.
pub(crate) async fn account_for(cx: &mut Cx, purpose: &str) -> Result<Uuid> {
    let org = cx.org();
    sqlx::query_scalar!("select id from accounts where org_id = $1 and purpose = $2", org, purpose)
        .fetch_optional(cx.db())
        .await?
        .ok_or_else(|| {
            Refusal::conflict("chart_incomplete", format!("The chart of accounts has no {purpose} account.")).into()
        })
}

/// An amount in the company's currency.
pub(crate) fn money(cx: &Cx, minor: i64) -> Money {
    Money::new(minor, cx.currency())
}
