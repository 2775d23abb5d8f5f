//! `accounting.reports.journal`

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cursor, Cx, Effect, Named, Operation, Ref, Result};
use uuid::Uuid;

use super::profit_and_loss::time;
use crate::accounts::AccountName;
use crate::journals;
use crate::posting::money;

/// Journal: posted entries in the order of their dates, each with its lines, of one journal or all of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// Only this journal: its code (`GEN`), name or id. All of them unless told.
    pub journal: Option<Ref<journals::Journal>>,
    /// The first day that counts; that of the fiscal year of the last day unless told.
    pub from: Option<NaiveDate>,
    /// The last day that counts. Today unless told.
    pub to: Option<NaiveDate>,
    /// Entries of a page: 100 unless told, 500 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before, with the same journal and days.
    pub cursor: Option<Cursor>,
}

/// One line of an entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JournalLine {
    /// The account.
    pub account: AccountName,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyName>,
    /// What it is about, where that is not what the entry is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// Debit.
    pub debit: Money,
    /// Credit.
    pub credit: Money,
}

/// One entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JournalEntry {
    /// Its number.
    pub entry: Named<crate::entries::Entry>,
    /// Accounting date.
    pub date: NaiveDate,
    /// Code of its journal.
    pub journal: String,
    /// What it is about.
    pub memo: String,
    /// What it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Its sides.
    pub lines: Vec<JournalLine>,
}

/// The report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JournalReport {
    /// The first day that counts.
    pub from: NaiveDate,
    /// The last day that counts.
    pub to: NaiveDate,
    /// Entries by date and number.
    pub entries: Vec<JournalEntry>,
    /// Debits of this page; the credits are as much.
    pub debit: Money,
    /// Give it as `cursor` to get the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<Cursor>,
}

impl fmt::Display for JournalReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries =
            if self.entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", self.entries.len()) };
        write!(f, "Journal from {} to {}: {entries} over {}.", self.from, self.to, self.debit)?;
        if self.next_cursor.is_some() { write!(f, " More follow.") } else { Ok(()) }
    }
}

impl Operation for Journal {
    const NAME: &'static str = "accounting.reports.journal";
    const EFFECT: Effect = Effect::Read;
    type Output = JournalReport;

    async fn run(self, cx: &mut Cx) -> Result<JournalReport> {
        let (from, to) = time(cx, self.from, self.to).await?;
        let (org, journal) = (cx.org(), self.journal.map(|journal| journal.id));
        let wanted = usize::from(self.limit.unwrap_or(100).clamp(1, 500));
        let after: Option<(NaiveDate, String)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (date, number) = after.unzip();
        let mut heads = sqlx::query!(
            r#"select e.id, e.number, e.date, e.memo, e.reference, j.code from entries e join journals j on j.org_id = $1 and j.id = e.journal_id
               where e.org_id = $1 and ($2::uuid is null or e.journal_id = $2) and e.date >= $3 and e.date <= $4
                 and ($5::date is null or $6::text is null or (e.date, e.number) > ($5, $6))
               order by e.date, e.number limit $7"#,
            org,
            journal,
            from,
            to,
            date,
            number,
            i64::try_from(wanted + 1).unwrap_or(i64::MAX)
        )
        .fetch_all(cx.db())
        .await?;
        let more = heads.len() > wanted;
        heads.truncate(wanted);
        let end = heads.last().filter(|_| more).map(|head| (head.date, head.number.clone()));
        let ids: Vec<Uuid> = heads.iter().map(|head| head.id).collect();
        let (mut lines, debit) = lines(cx, &ids).await?;
        let entries = heads.into_iter().map(|head| JournalEntry {
            lines: lines.remove(&head.id).unwrap_or_default(),
            entry: head.number.into(),
            date: head.date,
            journal: head.code,
            memo: head.memo,
            reference: head.reference,
        });
        Ok(JournalReport {
            entries: entries.collect(),
            from,
            to,
            debit: money(cx, debit),
            next_cursor: end.as_ref().map(Cursor::behind).transpose()?,
        })
    }
}

/// The sides of these entries, and their debits in all.
async fn lines(cx: &mut Cx, entries: &[Uuid]) -> Result<(BTreeMap<Uuid, Vec<JournalLine>>, i64)> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select l.entry_id, a.id, a.code, a.name, p.id as "party?", p.number as "party_number?", p.name as "party_name?",
               l.memo, l.debit, l.credit
           from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
           left join parties p on p.org_id = l.org_id and p.id = l.party_id
           where l.org_id = $1 and l.entry_id = any ($2) order by l.entry_id, l.line_no"#,
        org,
        entries
    )
    .fetch_all(cx.db())
    .await?;
    let debit = rows.iter().map(|row| row.debit).sum();
    let mut lines: BTreeMap<Uuid, Vec<JournalLine>> = BTreeMap::new();
    for row in rows {
        let party = row.party.zip(row.party_number).zip(row.party_name);
        lines.entry(row.entry_id).or_default().push(JournalLine {
            account: AccountName { id: row.id, code: row.code, name: row.name },
            party: party.map(|((id, number), name)| PartyName { id, number, name }),
            memo: row.memo,
            debit: money(cx, row.debit),
            credit: money(cx, row.credit),
        });
    }
    Ok((lines, debit))
}
