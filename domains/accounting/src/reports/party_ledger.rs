//! `accounting.reports.party_ledger`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::{Party, PartyName};
use steward_tools::{Cursor, Cx, Effect, Named, Operation, Ref, Refusal, Result};

use crate::accounts::AccountName;
use crate::posting::money;

/// Ledger of one party: its lines on control accounts with a running balance, as customer and as vendor together.
///
/// What the party owes us is positive. The documents behind the lines are told by the customer's statement.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartyLedger {
    /// Whose lines: name, number or id of a customer or vendor.
    pub party: Ref<Party>,
    /// The first day whose lines are shown; from the beginning unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
    /// Lines of a page: 200 unless told, 1,000 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same party and days.
    pub cursor: Option<Cursor>,
}

/// One line of the party.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartyLine {
    /// Accounting date.
    pub date: NaiveDate,
    /// Number of the entry.
    pub entry: Named<crate::entries::Entry>,
    /// The control account.
    pub account: AccountName,
    /// What it is about.
    pub memo: String,
    /// Debit.
    pub debit: Money,
    /// Credit.
    pub credit: Money,
    /// What the party owes us after it.
    pub balance: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartyLedgerReport {
    /// Whose.
    pub party: PartyName,
    /// The first day of the lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day that counts.
    pub to: NaiveDate,
    /// What the party owed us before `from`.
    pub opening: Money,
    /// Its lines on this page, oldest first.
    pub lines: Vec<PartyLine>,
    /// What the party owes us at the end; negative where we owe it.
    pub closing: Money,
    /// Give it as `cursor` to get the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<Cursor>,
}

impl fmt::Display for PartyLedgerReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Ledger of {} up to {}: opening {}, closing {}.",
            self.party.name, self.to, self.opening, self.closing
        )?;
        if self.next_cursor.is_some() { write!(f, " More lines follow.") } else { Ok(()) }
    }
}

/// Where a page ends: date, entry number, line.
type Key = (NaiveDate, String, i32);

impl Operation for PartyLedger {
    const NAME: &'static str = "accounting.reports.party_ledger";
    const EFFECT: Effect = Effect::Read;
    type Output = PartyLedgerReport;

    async fn run(self, cx: &mut Cx) -> Result<PartyLedgerReport> {
        let (org, id, to) = (cx.org(), self.party.id, self.to.unwrap_or_else(|| cx.today()));
        if self.from.is_some_and(|from| from > to) {
            return Err(Refusal::invalid("from_after_to", "/from", format!("The report ends on {to}.")).into());
        }
        let party =
            sqlx::query_as!(PartyName, "select id, number, name from parties where org_id = $1 and id = $2", org, id)
                .fetch_optional(cx.db())
                .await?
                .ok_or_else(|| Refusal::not_found("party"))?;
        let sums = sqlx::query!(
            r#"select coalesce(sum(l.debit - l.credit) filter (where l.date < $4), 0)::bigint as "opening!",
                   coalesce(sum(l.debit - l.credit), 0)::bigint as "closing!"
               from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id and a.control is not null
               where l.org_id = $1 and l.party_id = $2 and l.date <= $3"#,
            org,
            id,
            to,
            self.from
        )
        .fetch_one(cx.db())
        .await?;
        let wanted = usize::from(self.limit.unwrap_or(200).clamp(1, 1000));
        let after: Option<Key> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (date, number, line) = after.map_or((None, None, None), |(d, n, l)| (Some(d), Some(n), Some(l)));
        let mut rows = sqlx::query!(
            r#"with lines as (
                   select l.date, e.number, l.line_no, a.id, a.code, a.name, coalesce(l.memo, e.memo) as memo, l.debit, l.credit,
                       sum(l.debit - l.credit) over (order by l.date, e.number, l.line_no)::bigint as balance
                   from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id and a.control is not null
                   join entries e on e.org_id = l.org_id and e.id = l.entry_id
                   where l.org_id = $1 and l.party_id = $2 and l.date <= $3
               )
               select date, number, line_no, id, code, name, memo as "memo!", debit, credit, balance as "balance!" from lines
               where ($4::date is null or date >= $4)
                 and ($5::date is null or $6::text is null or $7::int is null or (date, number, line_no) > ($5, $6, $7))
               order by date, number, line_no limit $8"#,
            org,
            id,
            to,
            self.from,
            date,
            number,
            line,
            i64::try_from(wanted + 1).unwrap_or(i64::MAX)
        )
        .fetch_all(cx.db())
        .await?;
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let end = rows.last().filter(|_| more).map(|row| (row.date, row.number.clone(), row.line_no));
        let lines = rows.into_iter().map(|row| PartyLine {
            date: row.date,
            entry: row.number.into(),
            account: AccountName { id: row.id, code: row.code, name: row.name },
            memo: row.memo,
            debit: money(cx, row.debit),
            credit: money(cx, row.credit),
            balance: money(cx, row.balance),
        });
        Ok(PartyLedgerReport {
            lines: lines.collect(),
            party,
            from: self.from,
            to,
            opening: money(cx, sums.opening),
            closing: money(cx, sums.closing),
            next_cursor: end.as_ref().map(Cursor::behind).transpose()?,
        })
    }
}
