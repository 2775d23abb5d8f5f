//! A schedule as it is kept, with its plan.

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use steward_common::Money;
use steward_directory::parties::PartyName;
use steward_tools::{Cx, Refusal, Result};
use uuid::Uuid;

use super::plan::plan;
use super::{ScheduleKind, ScheduleStatus};
use crate::accounts::AccountName;
use crate::dimensions::DimensionName;
use crate::entries::EntryName;
use crate::occurrences::{self, Of};

/// A schedule without its plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScheduleHead {
    /// Its id.
    pub id: Uuid,
    /// Counts changes.
    pub version: i32,
    /// What it is about.
    pub name: String,
    /// prepaid_expense, deferred_income, accrued_expense or accrued_income.
    #[schemars(with = "ScheduleKind")]
    pub kind: String,
    /// active, done or cancelled.
    #[schemars(with = "ScheduleStatus")]
    pub status: String,
    /// How much is spread.
    pub amount: Money,
    /// How much of it is posted.
    pub posted: Money,
    /// Over how many months.
    pub months: i32,
    /// The first day of the first month.
    pub start: NaiveDate,
    /// The income or expense account.
    pub account: AccountName,
    /// The account that holds what is deferred or accrued.
    pub balance_account: AccountName,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyName>,
    /// The cost centre it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<DimensionName>,
    /// The project it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<DimensionName>,
    /// Number of the paper behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
}

impl fmt::Display for ScheduleHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.replace('_', " ");
        let months = if self.months == 1 { "month" } else { "months" };
        write!(f, "{}: {} as {kind} over {} {months} from {}, ", self.name, self.amount, self.months, self.start)?;
        write!(
            f,
            "{} {} against {} {}",
            self.account.code, self.account.name, self.balance_account.code, self.balance_account.name
        )?;
        match self.status.as_str() {
            "active" => write!(f, "; {} posted.", self.posted),
            status => write!(f, "; {status}."),
        }
    }
}

/// One posting of the plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScheduleStep {
    /// Its date.
    pub date: NaiveDate,
    /// How much; negative gives back what the day before took.
    pub amount: Money,
    /// The entry that posted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryName>,
}

/// A schedule with its plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScheduleView {
    /// The schedule.
    #[serde(flatten)]
    pub head: ScheduleHead,
    /// What it posts and has posted.
    pub plan: Vec<ScheduleStep>,
}

impl fmt::Display for ScheduleView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head.fmt(f)
    }
}

/// A row of the table, with what it names.
pub(super) struct HeadRow {
    pub(super) id: Uuid,
    pub(super) version: i32,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) amount: i64,
    pub(super) posted: i64,
    pub(super) postings: i64,
    pub(super) months: i32,
    pub(super) start: NaiveDate,
    pub(super) account: Uuid,
    pub(super) account_code: String,
    pub(super) account_name: String,
    pub(super) balance: Uuid,
    pub(super) balance_code: String,
    pub(super) balance_name: String,
    pub(super) party: Option<Uuid>,
    pub(super) party_number: Option<String>,
    pub(super) party_name: Option<String>,
    pub(super) centre: Option<Uuid>,
    pub(super) centre_code: Option<String>,
    pub(super) centre_name: Option<String>,
    pub(super) project: Option<Uuid>,
    pub(super) project_code: Option<String>,
    pub(super) project_name: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) cancelled: bool,
    pub(super) cancel_reason: Option<String>,
}

impl HeadRow {
    pub(super) fn head(self, currency: &str) -> ScheduleHead {
        let steps = i64::from(self.months) * if ScheduleKind::of(&self.kind).is_accrual() { 2 } else { 1 };
        let status = match (self.cancelled, self.postings >= steps) {
            (true, _) => ScheduleStatus::Cancelled,
            (false, true) => ScheduleStatus::Done,
            (false, false) => ScheduleStatus::Active,
        };
        let party = self.party.zip(self.party_number).zip(self.party_name);
        ScheduleHead {
            id: self.id,
            version: self.version,
            name: self.name,
            kind: self.kind,
            status: status.as_str().to_owned(),
            amount: Money::new(self.amount, currency),
            posted: Money::new(self.posted, currency),
            months: self.months,
            start: self.start,
            account: AccountName { id: self.account, code: self.account_code, name: self.account_name },
            balance_account: AccountName { id: self.balance, code: self.balance_code, name: self.balance_name },
            party: party.map(|((id, number), name)| PartyName { id, number, name }),
            dimension: DimensionName::of(self.centre, self.centre_code, self.centre_name),
            project: DimensionName::of(self.project, self.project_code, self.project_name),
            reference: self.reference,
            cancel_reason: self.cancel_reason,
        }
    }
}

/// Schedules by id, name and kind; a plan of none is a row of the list.
pub(super) struct Asked<'a> {
    pub(super) id: Option<Uuid>,
    pub(super) q: Option<String>,
    pub(super) kind: Option<&'a str>,
    pub(super) cancelled: Option<bool>,
    pub(super) after: Option<(String, Uuid)>,
    pub(super) rows: i64,
}

pub(super) async fn heads(cx: &mut Cx, asked: Asked<'_>) -> Result<Vec<ScheduleHead>> {
    let (org, currency) = (cx.org(), cx.currency().to_owned());
    let (after, after_id) = asked.after.unzip();
    let rows = sqlx::query_as!(
        HeadRow,
        r#"select s.id, s.version, s.name, s.kind, s.amount, s.months, s.start_date as start, s.reference, s.cancelled_at is not null as "cancelled!", s.cancel_reason,
               o.posted as "posted!", o.postings as "postings!",
               a.id as account, a.code as account_code, a.name as account_name, b.id as balance, b.code as balance_code, b.name as balance_name,
               p.id as "party?", p.number as "party_number?", p.name as "party_name?", c.id as "centre?", c.code as "centre_code?", c.name as "centre_name?",
               k.id as "project?", k.code as "project_code?", k.name as "project_name?"
           from schedules s join accounts a on a.org_id = s.org_id and a.id = s.account_id
           join accounts b on b.org_id = s.org_id and b.id = s.balance_account_id
           cross join lateral (select coalesce(sum(o.amount), 0)::bigint as posted, count(*) as postings from occurrences o
               where o.org_id = s.org_id and o.schedule_id = s.id and o.undone_by is null) o
           left join parties p on p.org_id = s.org_id and p.id = s.party_id
           left join dimensions c on c.org_id = s.org_id and c.id = s.dimension_id
           left join dimensions k on k.org_id = s.org_id and k.id = s.project_id
           where s.org_id = $1 and ($2::uuid is null or s.id = $2) and ($3::text is null or position($3 in s.name_key) > 0)
             and ($4::text is null or s.kind = $4) and ($5::bool is null or (s.cancelled_at is not null) = $5)
             and ($6::text is null or (s.name_key, s.id) > ($6, $7)) order by s.name_key, s.id limit $8"#,
        org,
        asked.id,
        asked.q,
        asked.kind,
        asked.cancelled,
        after,
        after_id,
        asked.rows
    )
    .fetch_all(cx.db())
    .await?;
    Ok(rows.into_iter().map(|row| row.head(&currency)).collect())
}

/// The schedule as it is now; absent and foreign are the same.
pub(super) async fn view(cx: &mut Cx, id: Uuid) -> Result<ScheduleView> {
    let asked = Asked { id: Some(id), q: None, kind: None, cancelled: None, after: None, rows: 1 };
    let head = heads(cx, asked).await?.pop().ok_or_else(|| Refusal::not_found("schedule"))?;
    let posted = occurrences::all(cx, Of::Schedule(id)).await?;
    let steps = plan(ScheduleKind::of(&head.kind), head.amount.minor, head.months, head.start);
    let plan = steps.into_iter().map(|step| ScheduleStep {
        date: step.date,
        amount: Money::new(step.amount, &head.amount.currency),
        entry: (posted.iter().find(|one| one.date == step.date && one.undone_by.is_none()))
            .map(|one| one.entry.clone()),
    });
    Ok(ScheduleView { plan: plan.collect(), head })
}

/// Cancels the schedule, or opens it again.
pub(super) async fn set_cancelled(cx: &mut Cx, id: Uuid, reason: Option<&str>) -> Result<ScheduleView> {
    let before = view(cx, id).await?.head;
    match (before.status.as_str(), reason) {
        ("cancelled", Some(_)) => {
            return Err(Refusal::conflict("already_cancelled", format!("{} is cancelled already.", before.name)).into());
        }
        ("active" | "done", None) => {
            return Err(Refusal::conflict("not_cancelled", format!("{} is not cancelled.", before.name)).into());
        }
        _ => {}
    }
    let (org, now) = (cx.org(), cx.now());
    let done = sqlx::query!(
        "update schedules set cancelled_at = case when $3::text is not null then $4::timestamptz end, cancel_reason = $3,
             version = version + 1, updated_at = $4 where org_id = $1 and id = $2 and version = $5",
        org,
        id,
        reason,
        now,
        before.version
    )
    .execute(cx.db())
    .await?;
    if done.rows_affected() == 0 {
        return Err(crate::shared::changed_meanwhile("schedule").into());
    }
    view(cx, id).await
}
