//! `accounting.schedules.run`

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};
use uuid::Uuid;

use super::plan::{Step, plan};
use super::view::view;
use super::{Schedule, ScheduleHead, ScheduleKind, reverse};
use crate::entries::lines::known;
use crate::occurrences::{self, Due, MOST, Occurrence, Of, Ran};
use crate::posting::{Book, Leg};

/// Post what schedules of accruals and deferrals have due: each month's part, and the give-back of accruals.
///
/// Each is posted once, however often this runs; `accounting.schedules.reverse` takes them back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Only this schedule: its name or id. All of them unless told.
    pub id: Option<Ref<Schedule>>,
    /// Up to which day. Today unless told.
    pub as_of: Option<NaiveDate>,
}

/// What was posted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Posted(pub Ran);

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Operation for Run {
    const NAME: &'static str = "accounting.schedules.run";
    const EFFECT: Effect = Effect::Final;
    type Output = Posted;

    async fn run(self, cx: &mut Cx) -> Result<Posted> {
        let (org, as_of) = (cx.org(), self.as_of.unwrap_or_else(|| cx.today()));
        // locked: of two runs the second finds what the first has posted
        let open = sqlx::query_scalar!(
            "select id from schedules s where org_id = $1 and ($2::uuid is null or id = $2) and cancelled_at is null and start_date <= $3
                 and (select count(*) from occurrences o where o.org_id = $1 and o.schedule_id = s.id and o.undone_by is null)
                     < s.months * case when s.kind like 'accrued%' then 2 else 1 end
             order by id for no key update",
            org,
            self.id.map(|id| id.id),
            as_of
        )
        .fetch_all(cx.db())
        .await?;
        if let (Some(id), []) = (self.id, open.as_slice()) {
            let head = view(cx, id.id).await?.head;
            if head.status == "cancelled" {
                let detail = format!("{} is cancelled.", head.name);
                return Err(Refusal::conflict("cancelled", detail).fix("Reopen it first.").into());
            }
        }
        let mut posted = Vec::new();
        for id in open {
            one(cx, id, as_of, &mut posted).await?;
        }
        posted.sort_by(|a, b| (a.date, &a.entry.number).cmp(&(b.date, &b.entry.number)));
        Ok(Posted(Ran::of(cx, as_of, posted)))
    }

    fn undo(&self, output: &Posted, _: &Changes) -> Option<Call> {
        let entries: Vec<Uuid> = output.0.posted.iter().map(|occurrence| occurrence.entry.id).collect();
        (!entries.is_empty())
            .then(|| call::<reverse::Reverse>(json!({ "entries": entries, "reason": "Posted by mistake" })))
    }
}

async fn one(cx: &mut Cx, id: Uuid, as_of: NaiveDate, posted: &mut Vec<Occurrence>) -> Result<()> {
    let head = view(cx, id).await?.head;
    let done = occurrences::posted_dates(cx, Of::Schedule(id)).await?;
    for step in plan(ScheduleKind::of(&head.kind), head.amount.minor, head.months, head.start) {
        if step.date > as_of || done.contains(&step.date) {
            continue;
        }
        if posted.len() >= MOST {
            let detail = format!("More than {MOST} postings are due up to {as_of}.");
            return Err(Refusal::conflict("too_many_due", detail).fix("Give an earlier day, and run again.").into());
        }
        let legs = legs(&head, step);
        known(cx, &legs).await?;
        let due = Due {
            of: Of::Schedule(id),
            date: step.date,
            amount: step.amount,
            memo: memo(&head, step),
            reference: head.reference.clone(),
            book: Book::General,
            legs,
        };
        posted.push(occurrences::post(cx, due).await?);
    }
    Ok(())
}

fn legs(head: &ScheduleHead, step: Step) -> Vec<Leg> {
    let kind = ScheduleKind::of(&head.kind);
    let to_result = kind.is_expense() == (step.amount > 0);
    let (debit, credit) = match to_result {
        true => (head.account.id, head.balance_account.id),
        false => (head.balance_account.id, head.account.id),
    };
    let named = |leg: Leg| Leg {
        party: head.party.as_ref().map(|party| party.id),
        dimension: head.dimension.as_ref().map(|dimension| dimension.id),
        project: head.project.as_ref().map(|project| project.id),
        ..leg
    };
    vec![named(Leg::debit(debit, None, step.amount.abs())), named(Leg::credit(credit, None, step.amount.abs()))]
}

fn memo(head: &ScheduleHead, step: Step) -> String {
    match step.amount {
        back if back < 0 => format!("{}: accrual of the month before given back", head.name),
        _ => format!("{}, {}", head.name, step.date.format("%Y-%m")),
    }
}
