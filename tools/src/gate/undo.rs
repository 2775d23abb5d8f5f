//! Taking back: the undos of a call or plan, run backwards as one new plan through the same gate.

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::job::Job;
use super::run::Ran;
use super::{Answer, Gate, Options, Plan};
use crate::{Call, Caller, Effect, Refusal, Result, codes};

/// What is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoTarget {
    /// One recorded call.
    Call(Uuid),
    /// A whole plan.
    Plan(Uuid),
}

/// One call that may be taken back.
pub(super) struct Step {
    pub(super) id: Uuid,
    pub(super) operation: String,
    pub(super) effect: Effect,
    pub(super) undo: Option<Call>,
    /// Records that it made.
    pub(super) made: Vec<Uuid>,
    /// Records that it changed, or that the changed rows refer to.
    pub(super) touched: Vec<Uuid>,
}

impl Step {
    pub(super) fn of_ran(ran: &Ran) -> Self {
        Self {
            id: ran.id,
            operation: ran.name.to_owned(),
            effect: ran.effect,
            undo: ran.undo.clone(),
            made: ran.changes.0.iter().filter(|change| change.op == "insert").map(|change| change.record_id).collect(),
            touched: ran.changes.0.iter().flat_map(|change| ids_in(change.after.as_ref())).collect(),
        }
    }
}

/// Every id in a row: its own and those it refers to.
fn ids_in(row: Option<&Value>) -> impl Iterator<Item = Uuid> {
    let columns = row.and_then(Value::as_object).into_iter().flat_map(|row| row.values());
    columns.filter_map(|value| value.as_str()?.parse().ok())
}

/// The undos of a plan, last call first. Where a later call made a record final, or something final that refers to
/// it, that call's compensation stands for the record's creation too: created and posted is taken back by the
/// credit note alone, and a customer that was made for it stays, since the books name it.
pub(super) fn of_plan(steps: Vec<Step>) -> Vec<Call> {
    undos(&steps).into_iter().map(|(call, _)| call).collect()
}

fn undos(steps: &[Step]) -> Vec<(Call, Uuid)> {
    let stays = |i: usize, call: &Call| {
        let record = call.arguments.get("id").and_then(Value::as_str).and_then(|id| id.parse::<Uuid>().ok());
        record.filter(|record| steps[i].made.contains(record)).is_some_and(|record| {
            steps[i + 1..].iter().any(|later| later.effect == Effect::Final && later.touched.contains(&record))
        })
    };
    steps
        .iter()
        .enumerate()
        .filter_map(|(i, step)| step.undo.clone().filter(|call| !stays(i, call)).map(|call| (call, step.id)))
        .rev()
        .collect()
}

impl Gate {
    /// The calls that would take it back, as a plan to preview. Refused where nothing takes a call back.
    pub async fn undo_plan(&self, caller: &Caller, target: UndoTarget) -> Result<Vec<Call>> {
        Ok(self.undos_of(caller, target).await?.into_iter().map(|(call, _)| call).collect())
    }

    /// Takes a call or a plan back, as one new plan with its own preview, approval and record.
    pub async fn undo(&self, caller: &Caller, target: UndoTarget, options: Options) -> Result<Answer> {
        let undos = self.undos_of(caller, target).await?;
        let (calls, ids): (Vec<Call>, Vec<Uuid>) = undos.into_iter().unzip();
        let plan = match (target, calls.as_slice()) {
            (UndoTarget::Call(_), [only]) => Plan::one(only.clone()),
            _ => Plan::of(calls),
        };
        let mut job = Job::new(&self.inner, caller.clone(), plan, options)?;
        job.undoes = ids.into_iter().map(Some).collect();
        self.spawn(job).await
    }

    async fn undos_of(&self, caller: &Caller, target: UndoTarget) -> Result<Vec<(Call, Uuid)>> {
        let steps = self.recorded(caller, target).await?;
        if steps.is_empty() {
            return Err(Refusal::not_found("call").into());
        }
        if let Some(step) = steps.iter().find(|step| step.undo.is_none()) {
            let detail = format!("Nothing takes {} back.", step.operation);
            return Err(Refusal::conflict(codes::NOT_UNDOABLE, detail)
                .fix("Correct it with another operation.")
                .into());
        }
        Ok(undos(&steps))
    }

    /// The recorded calls, as far as row-level security shows them: outsiders have their own only. Whoever may
    /// run the compensating operation may take back a colleague's call too.
    async fn recorded(&self, caller: &Caller, target: UndoTarget) -> Result<Vec<Step>> {
        let (call, plan) = match target {
            UndoTarget::Call(id) => (Some(id), None),
            UndoTarget::Plan(id) => (None, Some(id)),
        };
        let (mut tx, _) = self.inner.identity.transaction(caller).await?;
        let rows = sqlx::query!(
            r#"select c.id, c.operation, c.effect, c.undo as "undo: Json<Call>",
                   array(select record_id from changes h where h.org_id = c.org_id and h.call_id = c.id and h.op = 'insert') as "made!",
                   coalesce((select jsonb_agg(h.after) from changes h where h.org_id = c.org_id and h.call_id = c.id), '[]') as "rows!"
               from calls c
               where c.id = $1 or c.plan_id = $2
               order by c.position"#,
            call,
            plan
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let effect = |text: String| serde_json::from_value::<Effect>(Value::String(text));
        rows.into_iter()
            .map(|r| {
                let touched = r.rows.as_array().into_iter().flatten().flat_map(|row| ids_in(Some(row))).collect();
                let (effect, undo) = (effect(r.effect)?, r.undo.map(|undo| undo.0));
                Ok(Step { id: r.id, operation: r.operation, effect, undo, made: r.made, touched })
            })
            .collect()
    }
}
