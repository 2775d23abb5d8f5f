//! The first and the last statements of a call's transaction, and the record of those that were refused.

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::Row as _;
use uuid::Uuid;

use super::job::{Job, Key};
use super::run::{Ran, shaped};
use super::{Answer, Inner, accesses};
use crate::measure::{BEGIN, GATE, RECORD};
use crate::page::hex;
use crate::tx::{Tx, quoted, quoted_or_null};
use crate::{Call, Caller, Cx, Effect, Error, Kind, Refusal, Result, codes, secret};

/// How a call's transaction begins.
pub(super) enum Begun {
    /// It may run.
    Open(Tx),
    /// It has run before: this was the answer.
    Replayed(Box<Answer>),
}

/// Begins a transaction, sets whose rows are visible, checks the rights version, and claims the idempotency key: one
/// message. A stored answer ends the call here.
#[tracing::instrument(name = BEGIN, target = GATE, level = "debug", skip_all)]
pub(super) async fn begin(
    inner: &Inner,
    caller: &Caller,
    key: Option<&Key>,
    call: Uuid,
    lock_ms: i32,
) -> Result<Begun> {
    let who = &caller.principal;
    let pass = caller.pass.map(|pass| pass.to_string());
    let first = format!(
        "select outcome, body_hash, answer from begin_call('{}', '{}', {}, {}, '{call}', {lock_ms}, {}, {}, {})",
        who.org,
        who.id,
        quoted(&who.scope().setting()),
        who.rights_version,
        quoted_or_null(key.map(|key| key.operation.as_str())),
        quoted_or_null(key.map(|key| key.key.as_str())),
        quoted_or_null(pass.as_deref()),
    );
    let (tx, row) = Tx::begin(&inner.pool, &first).await?;
    match (row.try_get::<&str, _>("outcome")?, key) {
        ("go", _) => Ok(Begun::Open(tx)),
        ("replay", Some(key)) if row.try_get::<Vec<u8>, _>("body_hash")? == key.body_hash => {
            Ok(Begun::Replayed(Box::new(serde_json::from_value(row.try_get("answer")?)?)))
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

/// How long an answer is remembered under its idempotency key, at least.
const KEPT: TimeDelta = TimeDelta::days(7);

/// What is written when a plan has run, as `record_done` reads it.
#[derive(Serialize)]
struct Done<'a> {
    plan_id: Uuid,
    surface: &'static str,
    agent: bool,
    conversation_id: Option<Uuid>,
    request_id: &'a str,
    reason: Option<&'a str>,
    approval_id: Option<Uuid>,
    /// The time it commits: an approved call may have been asked long before.
    at: DateTime<Utc>,
    calls: Vec<DoneCall<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accesses: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<Kept<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forget_before: Option<DateTime<Utc>>,
}

/// One row in `calls` for each call that changed something.
#[derive(Serialize)]
struct DoneCall<'a> {
    id: Uuid,
    position: usize,
    operation: &'static str,
    effect: Effect,
    input: Cow<'a, Value>,
    output: Cow<'a, Value>,
    sentence: &'a str,
    undo: Option<&'a Call>,
    undoes: Option<Uuid>,
}

/// The answer under its idempotency key. Refusals are not remembered.
#[derive(Serialize)]
struct Kept<'a> {
    operation: &'a str,
    key: &'a str,
    body_hash: String,
    answer: Cow<'a, Answer>,
    created_at: DateTime<Utc>,
}

/// Writes the record of what has run, and commits, in one message: one row in `calls` for each call that changed
/// something, what was read behind a mask, and the answer under its idempotency key.
#[tracing::instrument(name = RECORD, target = GATE, level = "debug", skip_all)]
pub(super) async fn commit(
    inner: &Inner,
    cx: Cx,
    job: &Job,
    ran: &[Ran],
    plan_id: Uuid,
    answer: &Answer,
) -> Result<()> {
    let caller = &job.caller;
    let calls = ran.iter().enumerate().filter(|(_, ran)| ran.effect != Effect::Read).map(|(i, ran)| DoneCall {
        id: ran.id,
        position: i,
        operation: ran.name,
        effect: ran.effect,
        input: input(inner, ran),
        output: output(inner, ran),
        sentence: &ran.sentence,
        undo: ran.undo.as_ref(),
        undoes: job.undoes.get(i).copied().flatten(),
    });
    let kept = job.key.as_ref().map(|key| Kept {
        operation: &key.operation,
        key: &key.key,
        body_hash: hex(&key.body_hash),
        answer: concealed(inner, job, answer, ran),
        created_at: cx.now(),
    });
    let done = Done {
        plan_id,
        surface: caller.surface.as_str(),
        agent: caller.surface.is_agent(),
        conversation_id: caller.conversation,
        request_id: &caller.request_id,
        reason: caller.reason.as_deref(),
        approval_id: job.approved.as_ref().map(|approved| approved.approval),
        at: inner.clock.now(),
        calls: calls.collect(),
        accesses: accesses::masked(inner, &cx, caller, ran),
        forget_before: kept.as_ref().filter(|_| cx.seed[0] == 0).map(|_| cx.now() - KEPT),
        kept,
    };
    let record = format!("select record_done({})", quoted(&serde_json::to_string(&done)?));
    Ok(cx.tx.commit_with(&record).await?)
}

/// Commits a read, with what it saw behind a mask written down before the answer leaves. Nobody waits where there is
/// nothing to write.
pub(super) async fn commit_read(inner: &Inner, cx: Cx, caller: &Caller, ran: &[Ran]) -> Result<()> {
    let rows = accesses::masked(inner, &cx, caller, ran);
    if rows.is_empty() {
        drop(cx);
        return Ok(());
    }
    let record = format!("select record_done({})", quoted(&json!({ "accesses": rows }).to_string()));
    Ok(cx.tx.commit_with(&record).await?)
}

/// What a call was given, without secrets.
pub(super) fn input<'a>(inner: &Inner, ran: &'a Ran) -> Cow<'a, Value> {
    match inner.catalogue.get(ran.name).filter(|entry| entry.secret_input) {
        Some(entry) => Cow::Owned(secret::concealed(&entry.input_schema, &ran.input)),
        None => Cow::Borrowed(&ran.input),
    }
}

fn output<'a>(inner: &Inner, ran: &'a Ran) -> Cow<'a, Value> {
    match inner.catalogue.get(ran.name).filter(|entry| entry.secret_output) {
        Some(entry) => Cow::Owned(secret::concealed(&entry.output_schema, &ran.output)),
        None => Cow::Borrowed(&ran.output),
    }
}

/// What the calls answered, without secrets.
pub(super) fn results(inner: &Inner, job: &Job, ran: &[Ran]) -> Value {
    shaped(job.single, ran.iter().map(|ran| output(inner, ran).into_owned()).collect())
}

/// The answer as it may be kept: only the direct answer carries secrets.
pub(super) fn concealed<'a>(inner: &Inner, job: &Job, answer: &'a Answer, ran: &[Ran]) -> Cow<'a, Answer> {
    let secret = |ran: &Ran| inner.catalogue.get(ran.name).is_some_and(|entry| entry.secret_output);
    if !ran.iter().any(secret) {
        return Cow::Borrowed(answer);
    }
    let mut kept = answer.clone();
    if let Answer::Done { result, .. } = &mut kept {
        *result = results(inner, job, ran);
    }
    Cow::Owned(kept)
}

/// Refuses to keep a call for later that was given a secret.
pub(super) fn without_secrets(inner: &Inner, ran: &[Ran]) -> Result<()> {
    if ran.iter().all(|ran| *input(inner, ran) == ran.input) {
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
