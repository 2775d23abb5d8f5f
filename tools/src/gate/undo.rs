//! Taking back: the undos of a call or plan, run backwards as one new plan through the same gate.

use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::job::Job;
use super::run::Ran;
use super::{Answer, Gate, Options, Plan, since};
use crate::operation::CORRECT_IT;
use crate::{Call, Caller, Catalogue, Effect, FieldError, Principal, Refusal, Result, codes};

/// What is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoTarget {
    /// One recorded call.
    Call(Uuid),
    /// A whole plan.
    Plan(Uuid),
    /// Everything that was done in a conversation of this person's.
    Conversation(Uuid),
}

/// One call that may be taken back.
pub(super) struct Step {
    pub(super) id: Uuid,
    pub(super) operation: String,
    pub(super) sentence: String,
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
            sentence: ran.sentence.clone(),
            effect: ran.effect,
            undo: ran.undo.clone(),
            made: ran.changes.0.iter().filter(|change| change.op == "insert").map(|change| change.record_id).collect(),
            touched: ran.changes.0.iter().flat_map(|change| ids_in(change.after.as_ref())).collect(),
        }
    }
}

/// Every id in a row: its own and those it refers to.
pub(in crate::gate) fn ids_in(row: Option<&Value>) -> impl Iterator<Item = Uuid> {
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
    let stands = |i: usize| stands_for(steps, i).next().is_some();
    let undo = |(i, step): (usize, &Step)| step.undo.clone().filter(|_| !stands(i)).map(|call| (call, step.id));
    steps.iter().enumerate().filter_map(undo).rev().collect()
}

/// The later steps whose compensation stands for this one's undo too.
fn stands_for(steps: &[Step], i: usize) -> impl Iterator<Item = &Step> {
    let of_call = |call: &Call| call.arguments.get("id").and_then(Value::as_str).and_then(|id| id.parse::<Uuid>().ok());
    let record = steps[i].undo.as_ref().and_then(of_call).filter(|record| steps[i].made.contains(record));
    let later = steps[i + 1..].iter().filter(|later| later.effect == Effect::Final);
    later.filter(move |later| record.is_some_and(|record| later.touched.contains(&record)))
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
        let (mut tx, me) = self.inner.identity.transaction(caller).await?;
        let (all, undone) = recorded(&mut tx, &me, target).await?;
        let gone =
            |i: usize| undone.contains(&all[i].id) || stands_for(&all, i).any(|later| undone.contains(&later.id));
        let gone: Vec<bool> = (0..all.len()).map(gone).collect();
        let steps: Vec<Step> = all.into_iter().zip(gone).filter(|(_, gone)| !gone).map(|(step, _)| step).collect();
        if steps.is_empty() && undone.is_empty() {
            return Err(Refusal::not_found(target.noun()).into());
        }
        if steps.is_empty() {
            return Err(Refusal::conflict(codes::ALREADY_UNDONE, "This has been taken back already.").into());
        }
        lasting(&steps, &self.inner.catalogue)?;
        let ids: Vec<Uuid> = steps.iter().map(|step| step.id).collect();
        let since = since::changed(&mut tx, &self.inner, caller, &ids).await?;
        tx.commit().await?;
        since.map_or_else(|| Ok(undos(&steps)), |refusal| Err(refusal.into()))
    }
}

impl UndoTarget {
    const fn noun(self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Plan(_) => "plan",
            Self::Conversation(_) => "conversation with something to take back",
        }
    }
}

/// Refuses what nothing takes back, naming every such step.
fn lasting(steps: &[Step], catalogue: &Catalogue) -> Result<()> {
    let lasting: Vec<&Step> = steps.iter().filter(|step| step.undo.is_none()).collect();
    if lasting.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = lasting.iter().map(|step| step.operation.as_str()).collect();
    let detail = format!("Nothing takes {} back.", names.join(", "));
    // each operation says what to do instead, once
    let mut instead: Vec<&str> =
        names.iter().map(|name| catalogue.get(name).map_or(CORRECT_IT, |entry| entry.op.instead_of_undo())).collect();
    instead.dedup();
    let mut refusal = Refusal::conflict(codes::NOT_UNDOABLE, detail).fix(instead.join(" "));
    refusal.errors = lasting
        .iter()
        .map(|step| FieldError { pointer: String::new(), detail: format!("{}: {}", step.operation, step.sentence) })
        .collect();
    Err(refusal.into())
}

/// The recorded calls, as far as row-level security shows them (outsiders have their own only), and which of them have
/// been taken back. Whoever may run the compensating operation may take back a colleague's call too; a conversation
/// is its owner's.
async fn recorded(connection: &mut PgConnection, me: &Principal, target: UndoTarget) -> Result<(Vec<Step>, Vec<Uuid>)> {
    let (call, plan, conversation) = match target {
        UndoTarget::Call(id) => (Some(id), None, None),
        UndoTarget::Plan(id) => (None, Some(id), None),
        UndoTarget::Conversation(id) => (None, None, Some(id)),
    };
    let rows = sqlx::query!(
            r#"select c.id, c.operation, c.effect, c.sentence, c.undo as "undo: Json<Call>",
                   exists (select from calls y where y.org_id = c.org_id and y.undoes = c.id
                       and not exists (select from calls z where z.org_id = y.org_id and z.undoes = y.id)) as "undone!",
                   array(select record_id from changes h where h.org_id = c.org_id and h.call_id = c.id and h.op = 'insert') as "made!",
                   coalesce((select jsonb_agg(h.after) from changes h where h.org_id = c.org_id and h.call_id = c.id), '[]') as "rows!"
               from calls c
               where c.id = $1 or c.plan_id = $2 or (c.conversation_id = $3 and c.actor_id = $4 and c.undoes is null)
               order by c.seq"#,
            call,
            plan,
            conversation,
            me.id
        )
        .fetch_all(connection)
        .await?;
    let undone = rows.iter().filter(|row| row.undone).map(|row| row.id).collect();
    let effect = |text: String| serde_json::from_value::<Effect>(Value::String(text));
    let steps: Result<Vec<Step>> = rows
        .into_iter()
        .map(|r| {
            let touched = r.rows.as_array().into_iter().flatten().flat_map(|row| ids_in(Some(row))).collect();
            let (effect, undo) = (effect(r.effect)?, r.undo.map(|undo| undo.0));
            Ok(Step { id: r.id, operation: r.operation, sentence: r.sentence, effect, undo, made: r.made, touched })
        })
        .collect();
    Ok((steps?, undone))
}
