//! Deciding: a person's act on an approval's id, bound to the resolved calls and the hash of their effects.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use steward_policies::Approver;
use uuid::Uuid;

use super::ask::StoredPlan;
use super::job::{Approved, Job, Start};
use super::{Answer, ApprovalRow, Decision, Gate, Inner, Verdict};
use crate::{Caller, Credential, Cx, Error, Kind, PreviewEffect, Principal, Refusal, Result, Surface, codes};

struct Stored {
    id: Uuid,
    maker_id: Uuid,
    approver: String,
    status: String,
    surface: String,
    conversation_id: Option<Uuid>,
    reason: Option<String>,
    plan: Json<StoredPlan>,
    seed: Vec<u8>,
    business_date: chrono::NaiveDate,
    business_time: DateTime<Utc>,
    effects_hash: Vec<u8>,
    title: String,
    effects: Json<Vec<PreviewEffect>>,
    result: Value,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl Stored {
    fn row(self) -> ApprovalRow {
        ApprovalRow {
            id: self.id,
            title: self.title,
            effects: self.effects.0,
            result: self.result,
            calls: self.plan.0.calls,
            approver: self.approver,
            maker: self.maker_id,
            status: self.status,
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }
}

impl Gate {
    /// Approvals that this person may decide or has asked for, waiting ones first.
    pub async fn approvals(&self, caller: &Caller) -> Result<Vec<ApprovalRow>> {
        let (mut tx, me) = self.inner.identity.transaction(caller).await?;
        let rows = sqlx::query_as!(
            Stored,
            r#"select id, maker_id, approver, status, surface, conversation_id, reason, plan as "plan: Json<StoredPlan>", seed,
                   business_date, business_time, effects_hash, title, effects as "effects: Json<Vec<PreviewEffect>>", result,
                   created_at, expires_at
               from approvals where status = 'pending' and expires_at > $1 order by created_at limit 200"#,
            self.inner.clock.now()
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(rows
            .into_iter()
            .filter(|row| row.maker_id == me.id || may_decide(&self.inner, &me, row))
            .map(Stored::row)
            .collect())
    }

    /// One approval that this person may decide or has asked for.
    pub async fn approval(&self, caller: &Caller, id: Uuid) -> Result<ApprovalRow> {
        Ok(self.stored(caller, id).await?.0.row())
    }

    /// The approval, and the person who looks at it as they are now.
    async fn stored(&self, caller: &Caller, id: Uuid) -> Result<(Stored, Arc<Principal>)> {
        let (mut tx, me) = self.inner.identity.transaction(caller).await?;
        let row = sqlx::query_as!(
            Stored,
            r#"select id, maker_id, approver, status, surface, conversation_id, reason, plan as "plan: Json<StoredPlan>", seed,
                   business_date, business_time, effects_hash, title, effects as "effects: Json<Vec<PreviewEffect>>", result,
                   created_at, expires_at
               from approvals where id = $1"#,
            id
        )
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        row.filter(|row| row.maker_id == me.id || may_decide(&self.inner, &me, row))
            .map(|row| (row, me))
            .ok_or_else(|| Refusal::not_found("approval").into())
    }

    /// Carries out a person's decision. Approving answers what the calls themselves answer, or refuses with
    /// `effects_changed` and a new approval. Only a signed-in person decides, and each approval once.
    pub async fn decide(&self, caller: &Caller, id: Uuid, decision: Decision) -> Result<Answer> {
        if caller.credential != Credential::Person {
            let refusal =
                Refusal::new(Kind::Forbidden, codes::NEEDS_PERSON, "Only a signed-in person decides on approvals.");
            return Err(refusal.fix("Sign in and decide there.").into());
        }
        let (stored, me) = self.stored(caller, id).await?;
        if stored.status != "pending" || stored.expires_at <= self.inner.clock.now() {
            return Err(decided());
        }
        if !may_decide(&self.inner, &me, &stored) {
            let refusal = Refusal::new(
                Kind::Forbidden,
                codes::FORBIDDEN,
                format!("This needs the approval of {}, who is not the one who asked.", stored.approver),
            );
            return Err(refusal.fix("Ask somebody with that role to decide.").into());
        }
        if decision.decision == Verdict::Reject {
            return self.reject(caller, stored, decision.note).await;
        }
        let job = approved_job(&self.inner, caller, stored, decision.note).await?;
        self.spawn(job).await
    }

    async fn reject(&self, caller: &Caller, stored: Stored, note: Option<String>) -> Result<Answer> {
        let (mut tx, _) = self.inner.identity.transaction(caller).await?;
        let done = sqlx::query!(
            "update approvals set status = 'rejected', decided_by = $2, decided_at = $3, note = $4 where id = $1 and status = 'pending'",
            stored.id,
            caller.principal.id,
            self.inner.clock.now(),
            note
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        if done.rows_affected() == 0 {
            return Err(decided());
        }
        let mut approval = stored.row();
        "rejected".clone_into(&mut approval.status);
        Ok(Answer::Rejected { approval })
    }
}

/// Under `self` the checker is the maker; under `role:` it is somebody else who holds the role.
fn may_decide(inner: &Inner, who: &Principal, stored: &Stored) -> bool {
    match stored.approver.parse::<Approver>() {
        Ok(Approver::Myself) => who.id == stored.maker_id,
        Ok(Approver::Role(role)) => who.id != stored.maker_id && inner.policies.holds(&who.roles, &role),
        Err(_) => false,
    }
}

/// The same calls again, as their maker, from the same moment and dice.
async fn approved_job(inner: &Inner, decider: &Caller, stored: Stored, note: Option<String>) -> Result<Job> {
    let maker = inner.identity.principal(stored.maker_id).await?;
    let seed = stored.seed.as_slice().try_into().map_err(|_| Error::internal("an approval's seed is not 32 bytes"))?;
    let StoredPlan { single, undoes, calls } = stored.plan.0;
    Ok(Job {
        caller: Caller {
            principal: maker,
            credential: decider.credential,
            pass: None,
            scopes: None,
            surface: serde_json::from_value::<Surface>(Value::String(stored.surface))?,
            conversation: stored.conversation_id,
            request_id: decider.request_id.clone(),
            reason: stored.reason,
        },
        calls,
        single,
        dry_run: false,
        key: None,
        start: Start { seed, now: stored.business_time, today: stored.business_date },
        approved: Some(Approved {
            approval: stored.id,
            by: decider.principal.id,
            approver: stored.approver.parse().map_err(super::policy_failure)?,
            hash: stored.effects_hash,
            note,
        }),
        undoes,
    })
}

/// Locks the approval for the run that carries it out; a second run finds it decided.
pub(super) async fn lock(cx: &mut Cx, approved: &Approved) -> Result<()> {
    let row = sqlx::query!("select status from approvals where id = $1 for update", approved.approval)
        .fetch_optional(cx.db())
        .await?;
    if row.is_some_and(|row| row.status == "pending") { Ok(()) } else { Err(decided()) }
}

/// The decision and what came of it, in the transaction that did it.
pub(super) async fn settle(cx: &mut Cx, approved: &Approved, answer: &Answer) -> Result<()> {
    sqlx::query!(
        "update approvals set status = 'approved', decided_by = $2, decided_at = now(), note = $3, answer = $4 where id = $1",
        approved.approval,
        approved.by,
        approved.note,
        serde_json::to_value(answer)?
    )
    .execute(cx.db())
    .await?;
    Ok(())
}

fn decided() -> Error {
    Refusal::conflict(codes::ALREADY_DECIDED, "This approval has been decided, replaced, or has expired.")
        .fix("Ask for it again.")
        .into()
}
