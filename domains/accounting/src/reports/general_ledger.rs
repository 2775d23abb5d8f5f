//! `accounting.reports.general_ledger`

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cursor, Cx, Effect, Named, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::balances::{Filter, Sums, before, up_to};
use super::tree;
use crate::accounts::{Account, AccountName};
use crate::dimensions::Dimension;
use crate::posting::money;

/// General ledger: every line of an account with its running balance, between an opening and a closing balance.
///
/// Without an account, all accounts by code. The closing balances are those of the trial balance of the same day.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeneralLedger {
    /// Only this account: code, name or id. All accounts unless told.
    pub account: Option<Ref<Account>>,
    /// The first day whose lines are shown; from the beginning unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
    /// Only lines of this cost centre: its code, name or id.
    pub dimension: Option<Ref<Dimension>>,
    /// Only lines of this project: its code, name or id.
    pub project: Option<Ref<Dimension>>,
    /// Lines of a page: 200 unless told, 1,000 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same account and days.
    pub cursor: Option<Cursor>,
}

/// One line of an account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LedgerLine {
    /// Accounting date.
    pub date: NaiveDate,
    /// Number of the entry (`JE-2026-00042`).
    pub entry: Named<crate::entries::Entry>,
    /// What it is about.
    pub memo: String,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyName>,
    /// Debit.
    pub debit: Money,
    /// Credit.
    pub credit: Money,
    /// Balance of the account after this line; debit is positive.
    pub balance: Money,
}

/// One account and its lines.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LedgerAccount {
    /// The account.
    pub account: AccountName,
    /// asset, liability, equity, income or expense.
    #[schemars(with = "crate::accounts::list::AccountType")]
    pub r#type: String,
    /// Balance before `from`; debit is positive.
    pub opening: Money,
    /// Its lines on this page, oldest first.
    pub lines: Vec<LedgerLine>,
    /// Debits of all its lines of the time, also those on other pages.
    pub debit: Money,
    /// Credits of all its lines of the time, also those on other pages.
    pub credit: Money,
    /// Balance at the end; debit is positive.
    pub closing: Money,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LedgerReport {
    /// The first day of the lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day that counts.
    pub to: NaiveDate,
    /// Accounts by code. One with more lines than fit goes on, with its running balance, on the next page.
    pub accounts: Vec<LedgerAccount>,
    /// Give it as `cursor` to get the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<Cursor>,
}

impl fmt::Display for LedgerReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: usize = self.accounts.iter().map(|account| account.lines.len()).sum();
        let lines = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
        match self.accounts.as_slice() {
            [] => write!(f, "Nothing was posted up to {}.", self.to),
            [only] => write!(
                f,
                "General ledger of {} {} up to {}: opening {}, {lines}, closing {}.",
                only.account.code, only.account.name, self.to, only.opening, only.closing
            ),
            all => write!(f, "General ledger up to {}: {lines} on {} accounts.", self.to, all.len()),
        }?;
        if self.next_cursor.is_some() { write!(f, " More follow.") } else { Ok(()) }
    }
}

/// Where a page ends: account code, date, entry number, line.
type Key = (String, NaiveDate, String, i32);

struct Total {
    id: Uuid,
    code: String,
    name: String,
    r#type: String,
    opening: i64,
    debit: i64,
    credit: i64,
}

struct Line {
    code: String,
    date: NaiveDate,
    entry: String,
    line_no: i32,
    memo: String,
    party: Option<Uuid>,
    party_number: Option<String>,
    party_name: Option<String>,
    debit: i64,
    credit: i64,
}

/// What is asked, with the defaults filled in.
struct Asked {
    account: Option<Uuid>,
    from: Option<NaiveDate>,
    to: NaiveDate,
    filter: Filter,
    after: Option<Key>,
    wanted: usize,
}

impl Operation for GeneralLedger {
    const NAME: &'static str = "accounting.reports.general_ledger";
    const EFFECT: Effect = Effect::Read;
    type Output = LedgerReport;

    async fn run(self, cx: &mut Cx) -> Result<LedgerReport> {
        let filter = Filter::of(self.dimension, self.project, true);
        let asked = Asked {
            filter,
            account: self.account.map(|account| account.id),
            from: self.from,
            to: self.to.unwrap_or_else(|| cx.today()),
            after: self.cursor.as_ref().map(Cursor::key).transpose()?,
            wanted: usize::from(self.limit.unwrap_or(200).clamp(1, 1000)),
        };
        if asked.from.is_some_and(|from| from > asked.to) {
            return Err(Refusal::invalid("from_after_to", "/from", format!("The report ends on {}.", asked.to)).into());
        }
        let totals = totals(cx, &asked).await?;
        let mut lines = lines(cx, &asked).await?;
        let more = lines.len() > asked.wanted;
        lines.truncate(asked.wanted);
        let end = lines.last().map(|l| (l.code.clone(), l.date, l.entry.clone(), l.line_no)).filter(|_| more);
        let carried = carried(cx, &asked, &lines).await?;
        let mut by_account: BTreeMap<String, Vec<Line>> = BTreeMap::new();
        for line in lines {
            by_account.entry(line.code.clone()).or_default().push(line);
        }
        // an account without lines of its own stands where its code belongs
        let begun = |code: &str| asked.after.as_ref().is_none_or(|(last, ..)| code > last.as_str());
        let reached = |code: &str| end.as_ref().is_none_or(|(last, ..)| code <= last.as_str());
        let accounts = totals.into_iter().filter_map(|total| {
            let lines = by_account.remove(&total.code);
            if lines.is_none() && !(begun(&total.code) && reached(&total.code)) {
                return None;
            }
            let start = if begun(&total.code) { total.opening } else { total.opening + carried };
            Some(account(cx, total, start, lines.unwrap_or_default()))
        });
        Ok(LedgerReport {
            accounts: accounts.collect(),
            next_cursor: end.as_ref().map(Cursor::behind).transpose()?,
            from: asked.from,
            to: asked.to,
        })
    }
}

fn account(cx: &Cx, total: Total, start: i64, lines: Vec<Line>) -> LedgerAccount {
    let mut balance = start;
    let lines = lines.into_iter().map(|line| {
        balance += line.debit - line.credit;
        let party = line.party.zip(line.party_number).zip(line.party_name);
        LedgerLine {
            date: line.date,
            entry: line.entry.into(),
            memo: line.memo,
            party: party.map(|((id, number), name)| PartyName { id, number, name }),
            debit: money(cx, line.debit),
            credit: money(cx, line.credit),
            balance: money(cx, balance),
        }
    });
    LedgerAccount {
        lines: lines.collect(),
        opening: money(cx, total.opening),
        debit: money(cx, total.debit),
        credit: money(cx, total.credit),
        closing: money(cx, total.opening + total.debit - total.credit),
        account: AccountName { id: total.id, code: total.code, name: total.name },
        r#type: total.r#type,
    }
}

/// Every account that was posted to, as the trial balance has it; the account that is asked for, in any case.
async fn totals(cx: &mut Cx, asked: &Asked) -> Result<Vec<Total>> {
    let days = [asked.from.map(before).unwrap_or_default(), asked.to];
    let [start, end] = up_to(cx, days, asked.filter).await?;
    let chart =
        tree::chart(cx).await?.into_iter().filter(|node| asked.account.is_none_or(|account| account == node.id));
    let totals = chart.filter_map(|node| {
        let end = end.get(&node.id).copied().or(asked.account.map(|_| Sums::default()))?;
        let start = asked.from.and_then(|_| start.get(&node.id)).copied().unwrap_or_default();
        Some(Total {
            id: node.id,
            code: node.code,
            name: node.name,
            r#type: node.r#type,
            opening: start.balance(),
            debit: end.debit - start.debit,
            credit: end.credit - start.credit,
        })
    });
    Ok(totals.collect())
}

/// The lines of the page, and one more where more follow.
async fn lines(cx: &mut Cx, asked: &Asked) -> Result<Vec<Line>> {
    let org = cx.org();
    let (code, date, entry, line) =
        asked.after.clone().map_or((None, None, None, None), |(code, date, entry, line)| {
            (Some(code), Some(date), Some(entry), Some(line))
        });
    let lines = sqlx::query_as!(
        Line,
        r#"select a.code, l.date, e.number as entry, l.line_no, coalesce(l.memo, e.memo) as "memo!",
               p.id as "party?", p.number as "party_number?", p.name as "party_name?", l.debit, l.credit
           from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
           join entries e on e.org_id = l.org_id and e.id = l.entry_id
           left join parties p on p.org_id = l.org_id and p.id = l.party_id
           where l.org_id = $1 and ($2::uuid is null or l.account_id = $2) and l.date <= $3 and ($4::date is null or l.date >= $4)
             and ($10::uuid is null or $10 in (l.dimension_id, l.project_id)) and ($11::uuid is null or $11 in (l.dimension_id, l.project_id))
             and ($5::text is null or $6::date is null or $7::text is null or $8::int is null
                  or (a.code, l.date, e.number, l.line_no) > ($5, $6, $7, $8))
           order by a.code, l.date, e.number, l.line_no limit $9"#,
        org, asked.account, asked.to, asked.from, code, date, entry, line, i64::try_from(asked.wanted + 1).unwrap_or(i64::MAX),
        asked.filter.dimension, asked.filter.project
    )
    .fetch_all(cx.db())
    .await?;
    Ok(lines)
}

/// What the account on which the page starts has moved on the pages before.
async fn carried(cx: &mut Cx, asked: &Asked, lines: &[Line]) -> Result<i64> {
    let Some((code, date, entry, line)) = &asked.after else { return Ok(0) };
    if lines.first().is_none_or(|first| first.code != *code) {
        return Ok(0);
    }
    let org = cx.org();
    let moved = sqlx::query_scalar!(
        r#"select coalesce(sum(l.debit - l.credit), 0)::bigint as "moved!"
           from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
           join entries e on e.org_id = l.org_id and e.id = l.entry_id
           where l.org_id = $1 and a.code = $2 and ($3::date is null or l.date >= $3) and (l.date, e.number, l.line_no) <= ($4, $5, $6)
             and ($7::uuid is null or $7 in (l.dimension_id, l.project_id)) and ($8::uuid is null or $8 in (l.dimension_id, l.project_id))"#,
        org, code, asked.from, date, entry, line, asked.filter.dimension, asked.filter.project
    )
    .fetch_one(cx.db())
    .await?;
    Ok(moved)
}
