//! `accounting.entries.get`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Effect, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::{Entry, EntryHead, HeadRow};
use crate::accounts::AccountName;
use crate::dimensions::DimensionName;

/// Show one journal entry with its lines, what it comes from, and what reverses it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The entry: its id or number.
    pub id: Ref<Entry>,
}

/// A line of an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryLineView {
    /// The account.
    pub account: AccountName,
    /// Amount in debit, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debit: Option<Money>,
    /// Amount in credit, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<Money>,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyName>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
    /// The cost centre it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<DimensionName>,
    /// The project it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<DimensionName>,
}

/// An entry with its lines.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryView {
    /// The entry.
    #[serde(flatten)]
    pub head: EntryHead,
    /// Its lines.
    pub lines: Vec<EntryLineView>,
}

impl fmt::Display for EntryView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.head;
        write!(f, "{} dated {}, {}, {}{}.", head.title(), head.date, head.amount, head.status, head.about())?;
        for line in &self.lines {
            let (side, amount) = match (&line.debit, &line.credit) {
                (Some(amount), _) => ("debit", amount),
                (None, Some(amount)) => ("credit", amount),
                (None, None) => continue,
            };
            write!(f, " {} {} {side} {amount}.", line.account.code, line.account.name)?;
        }
        match (&head.reversed_by, &head.reverses) {
            (Some(by), _) => write!(f, " Reversed by {}.", by.number),
            (None, Some(of)) => write!(f, " It reverses {}.", of.number),
            (None, None) => Ok(()),
        }
    }
}

impl Operation for Get {
    const NAME: &'static str = "accounting.entries.get";
    const EFFECT: Effect = Effect::Read;
    type Output = EntryView;

    async fn run(self, cx: &mut Cx) -> Result<EntryView> {
        view(cx, self.id.id).await
    }
}

/// The entry as it is now; absent and foreign are the same.
pub(crate) async fn view(cx: &mut Cx, id: Uuid) -> Result<EntryView> {
    let (org, currency) = (cx.org(), cx.currency().to_owned());
    let row = sqlx::query_as!(
        HeadRow,
        r#"select e.id as "id!", e.number, e.state as "state!", e.date as "date!", e.memo, e.reference, e.amount as "amount!", e.source as "source!",
               e.source_id as "source_id!", e.source_number, e.reverses, e.reverses_number, e.reversed_by, e.reversed_by_number,
               d.version as "version?", e.journal_id, j.code as "journal_code?", j.name as "journal_name?"
           from entry_states e left join entry_drafts d on d.org_id = e.org_id and d.id = e.id
           left join journals j on j.org_id = e.org_id and j.id = e.journal_id
           where e.org_id = $1 and e.id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("journal entry"))?;
    let lines = sqlx::query!(
        r#"select a.id, a.code, a.name, p.id as "party?", p.number as "party_number?", p.name as "party_name?",
               l.debit as "debit!", l.credit as "credit!", l.memo, c.id as "centre?", c.code as "centre_code?", c.name as "centre_name?",
               k.id as "project?", k.code as "project_code?", k.name as "project_name?"
           from entry_sides l join accounts a on a.org_id = l.org_id and a.id = l.account_id
           left join parties p on p.org_id = l.org_id and p.id = l.party_id
           left join dimensions c on c.org_id = l.org_id and c.id = l.dimension_id
           left join dimensions k on k.org_id = l.org_id and k.id = l.project_id
           where l.org_id = $1 and l.entry_id = $2 order by l.line_no"#,
        org,
        id
    )
    .fetch_all(cx.db())
    .await?;
    let side = |minor: i64| (minor != 0).then(|| Money::new(minor, &currency));
    let lines = lines.into_iter().map(|l| EntryLineView {
        debit: side(l.debit),
        credit: side(l.credit),
        account: AccountName { id: l.id, code: l.code, name: l.name },
        party: l.party.zip(l.party_number).zip(l.party_name).map(|((id, number), name)| PartyName { id, number, name }),
        memo: l.memo,
        dimension: DimensionName::of(l.centre, l.centre_code, l.centre_name),
        project: DimensionName::of(l.project, l.project_code, l.project_name),
    });
    Ok(EntryView { lines: lines.collect(), head: row.head(&currency) })
}
