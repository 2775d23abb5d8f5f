//! Deciding: a person's act on an approval's id, bound to the resolved calls and the hash of their effects.

use serde_json::Value;
use uuid::Uuid;

use super::approvals::{Stored, first_hand, may_decide, person, said};
use super::ask::StoredPlan;
use super::job::{Approved, Job, Start};
use super::{Answer, Decision, Gate, Inner, Verdict};
use crate::{Caller, Cx, Error, Kind, Principal, Refusal, Result, Surface, codes};

impl Gate {
    /// Carries out a person's decision. Approving answers what the calls themselves answer, or refuses with
    /// `effects_changed` and a new approval. Only a signed-in person decides, and each approval once.
    pub async fn decide(&self, caller: &Caller, id: Uuid, decision: Decision) -> Result<Answer> {
        person(caller)?;
        let note = decision.note.filter(|note| !note.trim().is_empty()).map(|note| said(&note, "/note")).transpose()?;
        let (stored, me) = self.stored(caller, id).await?;
        if stored.status != "pending" {
            return Err(decided(&stored.status));
        }
        if !may_decide(&self.inner, &me, &stored) {
            return Err(not_yours(&stored));
        }
        if !first_hand(&self.inner, &me, &stored) {
            self.still_handed(&stored).await?;
        }
        if decision.decision == Verdict::Reject {
            return self.reject(caller, &me, stored, note).await;
        }
        let job = approved_job(&self.inner, caller, stored, note).await?;
        self.spawn(job).await
    }

    /// Whoever handed it on must still be one who may decide.
    async fn still_handed(&self, stored: &Stored) -> Result<()> {
        let Some(by) = stored.delegated_by else { return Err(not_yours(stored)) };
        self.inner.identity.forget(by);
        match self.inner.identity.principal(by).await {
            Ok(by) if first_hand(&self.inner, &by, stored) => Ok(()),
            _ => Err(not_yours(stored)),
        }
    }

    async fn reject(&self, caller: &Caller, me: &Principal, stored: Stored, note: Option<String>) -> Result<Answer> {
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
            return Err(decided("approved"));
        }
        self.inner.news.approvals(me.org);
        let mut approval = stored.row(&self.inner, caller, me)?;
        (approval.may_decide, approval.status) = (false, "rejected".to_owned());
        Ok(Answer::Rejected { approval })
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
        trail: None,
    })
}

/// Locks the approval for the run that carries it out; a second run finds it decided.
pub(super) async fn lock(cx: &mut Cx, approved: &Approved) -> Result<()> {
    let row = sqlx::query!("select status from approvals where id = $1 for update", approved.approval)
        .fetch_optional(cx.db())
        .await?;
    if row.is_some_and(|row| row.status == "pending") { Ok(()) } else { Err(decided("approved")) }
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

pub(super) fn decided(status: &str) -> Error {
    let refusal = match status {
        "expired" => Refusal::conflict(codes::APPROVAL_EXPIRED, "This approval was left open too long."),
        _ => Refusal::conflict(codes::ALREADY_DECIDED, "This approval has been decided or replaced."),
    };
    refusal.fix("Ask for it again.").into()
}

pub(super) fn not_yours(stored: &Stored) -> Error {
    let detail = match stored.approver.as_str() {
        "self" => format!("This needs the yes of {}, who asked for it.", stored.maker),
        approver => format!("This needs the approval of {approver}, who is not the one who asked."),
    };
    let refusal = Refusal::new(Kind::Forbidden, codes::FORBIDDEN, detail);
    refusal.fix("Ask somebody with that role to decide.").into()
}
