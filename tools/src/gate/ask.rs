//! Asking: what would happen is stored as an approval, with all that makes the same run happen again.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use steward_policies::Approver;
use uuid::Uuid;

use super::job::{Approved, Job, Key};
use super::{Answer, ApprovalRow, Inner};
use crate::{Call, Caller, Credential, Error, PreviewEffect, Refusal, Result, codes};

/// How long a question stays open.
const OPEN_FOR: TimeDelta = TimeDelta::hours(24);

/// What somebody has to say yes to.
pub(super) struct Asked {
    pub(super) approver: Approver,
    pub(super) hash: Vec<u8>,
    pub(super) title: String,
    pub(super) effects: Vec<PreviewEffect>,
    pub(super) result: Value,
    pub(super) calls: Vec<Call>,
}

/// The part of an approval that runs.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredPlan {
    pub(super) single: bool,
    pub(super) undoes: Vec<Option<Uuid>>,
    pub(super) calls: Vec<Call>,
}

/// Stores the question, and answers with it.
pub(super) async fn ask(inner: &Inner, job: &Job, caller: &Caller, asked: Asked) -> Result<Answer> {
    let approval = store(inner, job, caller, asked, None).await?;
    Ok(Answer::NeedsApproval { approval })
}

/// The effects are no longer what was approved: a new question takes the place of the old one.
pub(super) async fn ask_again(
    inner: &Inner,
    job: &Job,
    caller: &Caller,
    approved: &Approved,
    asked: Asked,
) -> Result<Error> {
    let approval = store(inner, job, caller, asked, Some(approved.approval)).await?;
    let mut refusal = Refusal::conflict(codes::EFFECTS_CHANGED, "What would happen now is not what you saw.")
        .fix("Look at the new effects and decide on the new approval.");
    refusal.extra = Some(serde_json::json!({ "approval": approval }));
    Ok(refusal.into())
}

async fn store(
    inner: &Inner,
    job: &Job,
    caller: &Caller,
    asked: Asked,
    instead_of: Option<Uuid>,
) -> Result<ApprovalRow> {
    let (mut tx, _) = inner.identity.transaction(caller).await?;
    if let Some(old) = instead_of {
        sqlx::query!("update approvals set status = 'superseded' where id = $1 and status = 'pending'", old)
            .execute(&mut *tx)
            .await?;
    }
    let (id, now) = (Uuid::now_v7(), inner.clock.now());
    let row = ApprovalRow {
        id,
        title: asked.title,
        effects: asked.effects,
        result: asked.result,
        calls: asked.calls,
        approver: asked.approver.as_text(),
        delegated_to: None,
        may_decide: asked.approver == Approver::Myself && caller.credential == Credential::Person,
        maker: caller.principal.id,
        maker_name: caller.principal.name.clone(),
        status: "pending".to_owned(),
        created_at: now,
        expires_at: now + OPEN_FOR,
        decided_by: None,
        decided_at: None,
        note: None,
        comments: Vec::new(),
    };
    sqlx::query!(
        "insert into approvals (org_id, id, maker_id, approver, status, surface, agent, conversation_id, reason, plan, seed,
             business_date, business_time, effects_hash, title, effects, result, created_at, expires_at)
         values ($1, $2, $3, $4, 'pending', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        caller.principal.org,
        id,
        caller.principal.id,
        row.approver,
        caller.surface.as_str(),
        caller.surface.is_agent(),
        caller.conversation,
        caller.reason,
        serde_json::to_value(StoredPlan { single: job.single, undoes: job.undoes.clone(), calls: row.calls.clone() })?,
        &job.start.seed[..],
        job.start.today,
        job.start.now,
        asked.hash,
        row.title,
        serde_json::to_value(&row.effects)?,
        row.result,
        row.created_at,
        row.expires_at,
    )
    .execute(&mut *tx)
    .await?;
    if let Some(key) = &job.key
        && let Some(twin) = remember(&mut tx, caller, key, &row).await?
    {
        return Ok(twin);
    }
    tx.commit().await?;
    inner.news.approvals(caller.principal.org);
    Ok(row)
}

/// Keeps the question under its idempotency key. A twin that was faster has asked it already: that one stands.
async fn remember(tx: &mut PgConnection, caller: &Caller, key: &Key, row: &ApprovalRow) -> Result<Option<ApprovalRow>> {
    let who = &caller.principal;
    let done = sqlx::query!(
        "insert into idempotency (org_id, actor_id, operation, key, body_hash, answer, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        who.org,
        who.id,
        key.operation,
        key.key,
        key.body_hash,
        serde_json::to_value(Answer::NeedsApproval { approval: row.clone() })?,
        row.created_at,
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(None);
    }
    let stored = sqlx::query_scalar!(
        "select answer from idempotency where org_id = $1 and actor_id = $2 and operation = $3 and key = $4",
        who.org,
        who.id,
        key.operation,
        key.key
    )
    .fetch_one(&mut *tx)
    .await?;
    match serde_json::from_value(stored)? {
        Answer::NeedsApproval { approval } => Ok(Some(approval)),
        _ => Err(Error::internal("a twin was answered otherwise")),
    }
}
