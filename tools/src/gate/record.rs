//! The first and the last statements of a call's transaction, and the record of those that were refused.

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::job::Job;
use super::run::{Ran, shaped};
use super::{Answer, Inner};
use crate::measure::{BEGIN, GATE, RECORD};
use crate::{Call, Cx, Effect, Error, Kind, Refusal, Result, codes, secret};

/// Sets whose rows are visible, checks the rights version, and claims the idempotency key.
/// A stored answer ends the call here.
#[tracing::instrument(name = BEGIN, target = GATE, level = "debug", skip_all)]
pub(super) async fn begin(cx: &mut Cx, job: &Job, lock_ms: i32) -> Result<Option<Answer>> {
    let key = job.key.as_ref().filter(|_| !job.dry_run);
    let who = cx.who.clone();
    let row = sqlx::query!(
        r#"select outcome as "outcome!", body_hash, answer from begin_call($1, $2, $3, $4, $5, $6, $7, $8, $9)"#,
        who.org,
        who.id,
        who.scope().setting(),
        who.rights_version,
        cx.call_id(),
        lock_ms,
        key.map(|key| key.operation.as_str()),
        key.map(|key| key.key.as_str()),
        job.caller.pass,
    )
    .fetch_one(cx.db())
    .await?;
    match (row.outcome.as_str(), key) {
        ("go", _) => Ok(None),
        ("replay", Some(key)) if row.body_hash.as_ref() == Some(&key.body_hash) => {
            let answer = row.answer.ok_or_else(|| Error::internal("a stored answer is empty"))?;
            Ok(Some(serde_json::from_value(answer)?))
        }
        ("replay", _) => Err(Refusal::new(
            Kind::Invalid,
            codes::IDEMPOTENCY_MISMATCH,
            "This Idempotency-Key was used with other arguments.",
        )
        .fix("Use a new key for a new request.")
        .into()),
        ("signed_out", _) => Err(crate::identity::signed_out()),
        _ => Err(Error::StaleRights),
    }
}

/// One row in `calls` for each call that changed something, at the time it commits (an approved call may have
/// been asked long before).
#[tracing::instrument(name = RECORD, target = GATE, level = "debug", skip_all)]
pub(super) async fn calls(inner: &Inner, cx: &mut Cx, job: &Job, ran: &[Ran], plan_id: Uuid) -> Result<()> {
    let caller = &job.caller;
    let rows: Vec<Value> = ran
        .iter()
        .enumerate()
        .filter(|(_, ran)| ran.effect != Effect::Read)
        .map(|(i, ran)| {
            json!({
                "id": ran.id, "position": i, "operation": ran.name, "effect": ran.effect, "input": input(inner, ran),
                "output": output(inner, ran), "sentence": ran.sentence, "undo": ran.undo, "undoes": job.undoes.get(i),
            })
        })
        .collect();
    let (org, now) = (cx.org(), inner.clock.now());
    sqlx::query!(
        r#"insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, conversation_id, request_id,
               reason, operation, effect, input, output, sentence, undo, undoes, approval_id, created_at)
           select $1, r.id, $2, r.position, $3, $4, $5, $6, $7, $8, r.operation, r.effect, r.input, r.output,
               r.sentence, nullif(r.undo, 'null'), r.undoes, $9, $10
           from jsonb_to_recordset($11) as r (id uuid, position int, operation text, effect text, input jsonb,
               output jsonb, sentence text, undo jsonb, undoes uuid)"#,
        org,
        plan_id,
        caller.principal.id,
        caller.surface.as_str(),
        caller.surface.is_agent(),
        caller.conversation,
        caller.request_id,
        caller.reason,
        job.approved.as_ref().map(|approved| approved.approval),
        now,
        Value::Array(rows),
    )
    .execute(cx.db())
    .await?;
    Ok(())
}

/// How long an answer is remembered under its idempotency key, at least.
const KEPT: TimeDelta = TimeDelta::days(7);

/// What a call was given, without secrets.
pub(super) fn input(inner: &Inner, ran: &Ran) -> Value {
    match inner.catalogue.get(ran.name).filter(|entry| entry.secret_input) {
        Some(entry) => secret::concealed(&entry.input_schema, &ran.input),
        None => ran.input.clone(),
    }
}

fn output(inner: &Inner, ran: &Ran) -> Value {
    match inner.catalogue.get(ran.name).filter(|entry| entry.secret_output) {
        Some(entry) => secret::concealed(&entry.output_schema, &ran.output),
        None => ran.output.clone(),
    }
}

/// What the calls answered, without secrets.
pub(super) fn results(inner: &Inner, job: &Job, ran: &[Ran]) -> Value {
    shaped(job.single, ran.iter().map(|ran| output(inner, ran)).collect())
}

/// The answer as it may be kept: only the direct answer carries secrets.
pub(super) fn concealed(inner: &Inner, job: &Job, answer: &Answer, ran: &[Ran]) -> Answer {
    let mut kept = answer.clone();
    let secret = |ran: &Ran| inner.catalogue.get(ran.name).is_some_and(|entry| entry.secret_output);
    if let Answer::Done { result, .. } = &mut kept
        && ran.iter().any(secret)
    {
        *result = results(inner, job, ran);
    }
    kept
}

/// Refuses to keep a call for later that was given a secret.
pub(super) fn without_secrets(inner: &Inner, ran: &[Ran]) -> Result<()> {
    if ran.iter().all(|ran| input(inner, ran) == ran.input) {
        return Ok(());
    }
    let detail = "A password or key is given by the person directly; it cannot wait for an approval.";
    Err(Refusal::new(Kind::Forbidden, "secret_needs_person", detail).fix("Sign in and do it there yourself.").into())
}

/// Refused calls as they are kept: without secrets, also where the arguments are not even valid.
fn attempted(inner: &Inner, calls: &[Call]) -> Vec<Call> {
    let kept = |call: &Call| match inner.catalogue.get(&call.name).filter(|entry| entry.secret_input) {
        Some(entry) => {
            Call { name: call.name.clone(), arguments: secret::concealed(&entry.input_schema, &call.arguments) }
        }
        None => call.clone(),
    };
    calls.iter().map(kept).collect()
}

/// Remembers the answer under the idempotency key. Refusals are not remembered. Now and then the person's old ones go.
pub(super) async fn idempotency(cx: &mut Cx, job: &Job, answer: &Answer) -> Result<()> {
    let Some(key) = &job.key else { return Ok(()) };
    let (org, actor, now) = (cx.org(), cx.who.id, cx.now());
    if cx.seed[0] == 0 {
        sqlx::query!(
            "delete from idempotency where org_id = $1 and actor_id = $2 and created_at < $3",
            org,
            actor,
            now - KEPT
        )
        .execute(cx.db())
        .await?;
    }
    sqlx::query!(
        "insert into idempotency (org_id, actor_id, operation, key, body_hash, answer, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        org,
        actor,
        key.operation,
        key.key,
        key.body_hash,
        serde_json::to_value(answer)?,
        now,
    )
    .execute(cx.db())
    .await?;
    Ok(())
}

/// What was asked and refused.
pub(super) async fn attempt(inner: &Inner, job: &Job, error: &Error) -> Result<()> {
    let (code, detail) = match error {
        // whoever is not signed in writes nothing, not even this
        Error::Refused(refusal) if refusal.kind == Kind::Unauthenticated => return Ok(()),
        Error::Refused(refusal) => (refusal.code.as_str(), refusal.detail.as_str()),
        Error::StaleRights => return Ok(()),
        Error::Database(_) | Error::Internal(_) => ("internal", "It failed; the log says why."),
    };
    let caller = &job.caller;
    let (mut tx, _) = inner.identity.transaction(caller).await?;
    let text = |text: &str| text.replace('\0', "\u{fffd}");
    let operations: Vec<String> = job.calls.iter().map(|call| text(&call.name).chars().take(100).collect()).collect();
    sqlx::query!(
        "insert into attempts (org_id, id, actor_id, surface, agent, conversation_id, request_id, operations, input, code, detail, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        caller.principal.org,
        Uuid::now_v7(),
        caller.principal.id,
        caller.surface.as_str(),
        caller.surface.is_agent(),
        caller.conversation,
        caller.request_id,
        &operations,
        storable(serde_json::to_value(attempted(inner, &job.calls))?),
        code,
        text(detail),
        job.start.now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// jsonb holds no NUL; what was refused for having one is still written down.
fn storable(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "\u{fffd}")),
        Value::Array(items) => Value::Array(items.into_iter().map(storable).collect()),
        Value::Object(fields) => Value::Object(
            fields.into_iter().map(|(key, item)| (key.replace('\0', "\u{fffd}"), storable(item))).collect(),
        ),
        other => other,
    }
}
