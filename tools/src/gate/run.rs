//! Steps three to six: may, one transaction, obligations, record; then commit, or roll back and show.

use serde_json::{Value, json};
use steward_policies::Verdict;
use uuid::Uuid;

use super::job::{Approved, Job};
use super::record::Begun;
use super::{
    Answer, Inner, Rights, accesses, ask, decide, effects, files, forbidden, plan, record, refs, shape, sight,
};
use crate::custom;
use crate::cx::{CxStart, first_id};
use crate::measure::{self, ADMIT, CALL, GATE, RUN, SETTLE};
use crate::page;
use crate::{Call, Caller, Change, Changes, Cx, Effect, Entry, Error, Kind, PreviewEffect, Refusal, Result, codes};

/// How often a call that met a deadlock runs again.
const RERUNS: u32 = 3;
/// How long a call waits for somebody else's lock; a preview does not hold people up.
const LOCK_MS: i32 = 10_000;
const PREVIEW_LOCK_MS: i32 = 300;

/// One call that has run, inside the open transaction.
pub(super) struct Ran {
    pub(super) id: Uuid,
    pub(super) name: &'static str,
    pub(super) effect: Effect,
    pub(super) input: Value,
    pub(super) output: Value,
    pub(super) sentence: String,
    pub(super) undo: Option<Call>,
    pub(super) changes: Changes,
    /// The masks that its answer looked behind.
    pub(super) masks: Vec<String>,
}

/// Runs a job, again where the database asks for it, and with fresh rights where they changed.
#[tracing::instrument(name = CALL, target = GATE, level = "debug", skip_all,
    fields(calls = job.calls.len(), surface = job.caller.surface.as_str(), dry_run = job.dry_run))]
pub(super) async fn to_the_end(inner: &Inner, job: &Job) -> Result<Answer> {
    let mut reruns = 0;
    let mut caller = job.caller.clone();
    let mut renewed = false;
    loop {
        match attempt(inner, job, &caller).await {
            Err(Error::StaleRights) if !renewed => {
                renewed = true;
                inner.identity.forget(caller.principal.id);
                caller.principal = inner.identity.principal(caller.principal.id).await?;
            }
            Err(Error::StaleRights) => {
                return Err(Refusal::new(Kind::Unauthenticated, codes::UNAUTHENTICATED, "Your rights have changed.")
                    .fix("Sign in again.")
                    .into());
            }
            Err(error) if error.worth_rerunning() && reruns < RERUNS => {
                reruns += 1;
                measure::RERUNS.inc();
                let jitter = u64::from(job.start.seed[reruns as usize]) / 8;
                tokio::time::sleep(std::time::Duration::from_millis(u64::from(reruns) * 5 + jitter)).await;
            }
            Err(error) if error.worth_rerunning() => {
                return Err(Refusal::new(Kind::Busy, codes::BUSY, "Others are changing the same records.")
                    .fix("Try again in a moment.")
                    .into());
            }
            other => return other,
        }
    }
}

async fn attempt(inner: &Inner, job: &Job, caller: &Caller) -> Result<Answer> {
    let admitted = admit(inner, job, caller)?;
    let approved_by = job.approved.as_ref().map(Approved::approved_by).unwrap_or_default();
    let mut verdict = Verdict::Allow;
    for Admitted { entry, .. } in &admitted {
        verdict = verdict.and(job.noted(inner.judge(caller, entry.name(), &approved_by, None)?, None));
    }
    // where an approval is certain, nothing is locked that others number their documents by
    let preview = job.dry_run || matches!(verdict, Verdict::NeedsApproval(_));
    let call = first_id(job.start.now, &job.start.seed);
    let sees = inner.sight(caller)?;
    let lock_ms = if preview { PREVIEW_LOCK_MS } else { LOCK_MS };
    let tx = match record::begin(inner, caller, job.key.as_ref().filter(|_| !job.dry_run), call, lock_ms).await? {
        Begun::Open(tx) => tx,
        Begun::Replayed(answer) => return Ok(*answer),
    };
    let mut cx = Cx::new(
        tx,
        CxStart {
            who: caller.principal.clone(),
            catalogue: inner.catalogue.clone(),
            rights: Rights::of(inner, caller),
            sees,
            call,
            preview,
            now: job.start.now,
            today: job.start.today,
            seed: job.start.seed,
        },
    );
    if let Some(approved) = &job.approved {
        decide::lock(&mut cx, approved).await?;
    }
    let mut ran: Vec<Ran> = Vec::with_capacity(job.calls.len());
    for (i, Admitted { entry, call, input }) in admitted.into_iter().enumerate() {
        let input = match input {
            Some(input) => Ok(input),
            None => substituted(entry, call, &ran),
        };
        let takes_back = job.undoes.get(i).is_some_and(Option::is_some);
        let last = i + 1 == job.calls.len();
        let done = match input {
            Ok(input) => step(&mut cx, caller, entry, input, Place { takes_back, last }).await,
            Err(error) => Err(error),
        };
        let done = done.map_err(|e| at_step(e, i, job.single))?;
        ran.push(done);
        let facts = std::mem::take(&mut cx.facts);
        for fact in &facts {
            let judgement = inner.judge(caller, entry.name(), &approved_by, Some(fact))?;
            verdict = verdict.and(job.noted(judgement, Some(fact)));
        }
        if verdict == Verdict::Deny {
            return Err(at_step(forbidden(caller, entry), i, job.single));
        }
    }
    conclude(inner, job, caller, cx, ran, verdict).await
}

/// A call that may run.
struct Admitted<'a> {
    entry: &'a Entry,
    call: &'a Call,
    /// What it is given, in its normal form; none where that follows from earlier results.
    input: Option<Value>,
}

/// Steps two and three for every call, before anything is touched.
#[tracing::instrument(name = ADMIT, target = GATE, level = "debug", skip_all)]
fn admit<'a>(inner: &'a Inner, job: &'a Job, caller: &Caller) -> Result<Vec<Admitted<'a>>> {
    let mut admitted = Vec::with_capacity(job.calls.len());
    for (i, call) in job.calls.iter().enumerate() {
        let entry = inner.entry(&call.name).map_err(|e| at_step(e, i, job.single))?;
        if !inner.may(caller, entry)? {
            return Err(at_step(forbidden(caller, entry), i, job.single));
        }
        let input = if plan::has_results(&call.arguments) {
            None
        } else {
            Some(shape::check(entry, &call.arguments).map_err(|e| at_step(e, i, job.single))?)
        };
        admitted.push(Admitted { entry, call, input });
    }
    let entries: Vec<&Entry> = admitted.iter().map(|call| call.entry).collect();
    plan::check(&entries, &job.calls).map_err(|(i, e)| at_step(e, i, job.single))?;
    Ok(admitted)
}

/// What a call is given, with what earlier ones answered in its place.
fn substituted(entry: &Entry, call: &Call, earlier: &[Ran]) -> Result<Value> {
    let results: Vec<&Value> = earlier.iter().map(|ran| &ran.output).collect();
    let input = plan::substitute(&call.arguments, &results)?;
    files::given_directly(entry, call, &input)?;
    shape::check(entry, &input)
}

/// Where a call stands in its plan.
#[derive(Clone, Copy)]
struct Place {
    /// It takes an earlier call back.
    takes_back: bool,
    /// No other follows.
    last: bool,
}

/// Step four for one call.
#[tracing::instrument(name = RUN, target = GATE, level = "debug", skip_all, fields(operation = entry.name()))]
async fn step(cx: &mut Cx, caller: &Caller, entry: &Entry, mut input: Value, at: Place) -> Result<Ran> {
    custom::check(entry, &cx.who.custom, &mut input, at.takes_back)?;
    sight::admit(entry, caller, &input, &cx.sees)?;
    refs::resolve(cx, entry, &mut input).await?;
    let outcome = (entry.op.run)(page::opened(entry, &input)?, cx).await?;
    let id = cx.call;
    let changes = if entry.op.effect() == Effect::Read { Changes::default() } else { settle(cx, at.last).await? };
    if changes.of("custom_fields").next().is_some() {
        cx.renew_custom().await?;
    }
    let mut output = page::sealed(entry, &input, outcome.output()?);
    let masks = sight::veil_output(entry, &mut output, &cx.sees);
    Ok(Ran {
        id,
        name: entry.name(),
        effect: entry.op.effect(),
        output,
        sentence: outcome.sentence(),
        undo: outcome.undo(&changes),
        input,
        changes,
        masks,
    })
}

/// Meets every deferred constraint now and reads what the database wrote down; what is written from here on belongs to
/// the next call.
#[tracing::instrument(name = SETTLE, target = GATE, level = "debug", skip_all)]
async fn settle(cx: &mut Cx, last: bool) -> Result<Changes> {
    let next = (!last).then(|| cx.id());
    let rows = sqlx::query!(
        r#"select table_name as "table_name!", record_id as "record_id!", op as "op!", before, after, visible as "visible!"
           from settle_call($1)"#,
        next
    )
    .fetch_all(cx.db())
    .await
    .map_err(held_by_name)?;
    cx.call = next.unwrap_or(cx.call);
    let change = rows.into_iter().map(|r| Change {
        table: r.table_name,
        record_id: r.record_id,
        op: r.op,
        before: r.before,
        after: r.after,
        visible: r.visible,
    });
    Ok(Changes(change.collect()))
}

/// A deferred check that failed here speaks for itself: its name is the code, its message the sentence.
fn held_by_name(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(e) if e.is_check_violation() => match e.constraint() {
            Some(name) => Refusal::conflict(name, format!("Not possible: {}.", e.message())).into(),
            None => error.into(),
        },
        _ => error.into(),
    }
}

/// Steps five and six: what the obligations made of it.
async fn conclude(
    inner: &Inner,
    job: &Job,
    caller: &Caller,
    mut cx: Cx,
    ran: Vec<Ran>,
    verdict: Verdict,
) -> Result<Answer> {
    let sentences: Vec<String> = ran.iter().map(|ran| ran.sentence.clone()).collect();
    if job.dry_run {
        let result = record::results(inner, job, &ran);
        let effects = effects_of(&mut cx, &ran).await?;
        accesses::rolled_back(inner, cx, caller, &ran).await?;
        return Ok(Answer::Preview { effects, result, sentences });
    }
    let hash = || effects::hash(ran.iter().map(|ran| &ran.changes), &cx.numbers);
    let approver = match (verdict, &job.approved) {
        (Verdict::NeedsApproval(approver), _) => Some(approver),
        (_, Some(approved)) if approved.hash != hash() => Some(approved.approver.clone()),
        _ => None,
    };
    if let Some(approver) = approver {
        record::without_secrets(inner, &ran)?;
        let (hash, result) = (hash(), record::results(inner, job, &ran));
        let effects = effects_of(&mut cx, &ran).await?;
        accesses::rolled_back(inner, cx, caller, &ran).await?;
        let asked = ask::Asked { approver, hash, title: sentences.join(" "), effects, result, calls: resolved(&ran) };
        return match &job.approved {
            // what was approved is not what would happen, or no longer approval enough
            Some(approved) => Err(ask::ask_again(inner, job, caller, approved, asked).await?),
            None => ask::ask(inner, job, caller, asked).await,
        };
    }
    let reads = accesses::others(inner, caller, &cx, &ran);
    let org = cx.org();
    if job.reads_only(inner) {
        record::commit_read(inner, cx, caller, &ran).await?;
        accesses::soon(&inner.reads, org, reads).await;
        let result = shaped(job.single, ran.into_iter().map(|ran| ran.output).collect());
        return Ok(Answer::Done { call_id: None, plan_id: None, result, sentences, undo: Value::Null });
    }
    let plan_id = cx.id();
    let answer = Answer::Done {
        call_id: ran.iter().find(|ran| ran.effect != Effect::Read).map(|ran| ran.id),
        plan_id: Some(plan_id),
        result: results(job, &ran),
        sentences,
        undo: undo_of(job, &ran, &cx)?,
    };
    if let Some(approved) = &job.approved {
        decide::settle(&mut cx, approved, &record::concealed(inner, job, &answer, &ran)).await?;
    }
    record::commit(inner, cx, job, &ran, plan_id, &answer).await?;
    inner.news.changed(&inner.catalogue, org, &ran);
    if job.approved.is_some() {
        inner.news.approvals(org);
    }
    accesses::soon(&inner.reads, org, reads).await;
    Ok(answer)
}

/// The calls as an approval stores them: references between them stay, names have become ids.
fn resolved(ran: &[Ran]) -> Vec<Call> {
    ran.iter().map(|ran| Call { name: ran.name.to_owned(), arguments: ran.input.clone() }).collect()
}

fn results(job: &Job, ran: &[Ran]) -> Value {
    shaped(job.single, ran.iter().map(|ran| ran.output.clone()).collect())
}

/// The bare answer of a single call, or the list of a plan's.
pub(super) fn shaped(single: bool, mut outputs: Vec<Value>) -> Value {
    match outputs.pop() {
        Some(only) if single && outputs.is_empty() => only,
        last => Value::Array(outputs.into_iter().chain(last).collect()),
    }
}

fn undo_of(job: &Job, ran: &[Ran], cx: &Cx) -> Result<Value> {
    let seen = |mut call: Call| {
        sight::veil_call(&cx.catalogue, &mut call, &cx.sees);
        call
    };
    match ran {
        [only] if job.single => Ok(serde_json::to_value(only.undo.clone().map(seen))?),
        all => {
            let undos = super::undo::of_plan(all.iter().map(super::undo::Step::of_ran).collect());
            Ok(serde_json::to_value(undos.into_iter().map(seen).collect::<Vec<_>>())?)
        }
    }
}

/// What happens, call by call: its sentence, then what it does to records, books and money.
async fn effects_of(cx: &mut Cx, ran: &[Ran]) -> Result<Vec<PreviewEffect>> {
    let mut all = Vec::new();
    for ran in ran.iter().filter(|ran| ran.effect != Effect::Read) {
        let record = ran.output.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        all.push(PreviewEffect {
            kind: crate::EffectKind::Record,
            text: ran.sentence.clone(),
            record,
            before: None,
            after: Some(json!({"operation": ran.name})),
        });
        all.extend(effects::describe(cx, &ran.changes).await?);
    }
    Ok(all)
}

pub(super) fn at_step(error: Error, step: usize, single: bool) -> Error {
    match error {
        Error::Refused(mut refusal) if !single => {
            refusal.step = Some(step);
            Error::Refused(refusal)
        }
        other => other,
    }
}
