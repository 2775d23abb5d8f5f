//! The inbox: what waits for somebody's yes, what is said about it, and handing it to others.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::types::Json;
use steward_policies::Approver;
use uuid::Uuid;

use super::ask::StoredPlan;
use super::asked::{ApprovalComment, ApprovalRow, Inbox};
use super::{Gate, Inner, sight};
use crate::{Caller, Credential, FieldError, Kind, PreviewEffect, Principal, Refusal, Result, codes};

/// Characters of a comment or note.
const MAX_TEXT: usize = 2_000;

/// An approval with all that makes the same run happen again.
pub(super) struct Stored {
    pub(super) id: Uuid,
    pub(super) maker_id: Uuid,
    pub(super) maker: String,
    pub(super) approver: String,
    pub(super) delegated_to: Option<String>,
    pub(super) delegated_by: Option<Uuid>,
    /// As it is now: a question that was left open too long has expired.
    pub(super) status: String,
    pub(super) surface: String,
    pub(super) conversation_id: Option<Uuid>,
    pub(super) reason: Option<String>,
    pub(super) plan: Json<StoredPlan>,
    pub(super) seed: Vec<u8>,
    pub(super) business_date: NaiveDate,
    pub(super) business_time: DateTime<Utc>,
    pub(super) effects_hash: Vec<u8>,
    pub(super) title: String,
    pub(super) effects: Json<Vec<PreviewEffect>>,
    pub(super) result: Value,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) decided_by: Option<String>,
    pub(super) decided_at: Option<DateTime<Utc>>,
    pub(super) note: Option<String>,
    pub(super) comments: Json<Vec<ApprovalComment>>,
}

impl Stored {
    /// As this person sees it.
    pub(super) fn row(self, inner: &Inner, caller: &Caller, me: &Principal) -> Result<ApprovalRow> {
        let sees = inner.sight(caller)?;
        let may_decide =
            self.status == "pending" && caller.credential == Credential::Person && may_decide(inner, me, &self);
        let StoredPlan { single, mut calls, .. } = self.plan.0;
        let mut results = match self.result {
            Value::Array(results) if !single => results,
            only => vec![only],
        };
        for (call, result) in calls.iter_mut().zip(&mut results) {
            sight::veil_call(&inner.catalogue, call, &sees);
            if let Some(entry) = inner.catalogue.get(&call.name) {
                sight::veil_output(entry, result, &sees);
            }
        }
        Ok(ApprovalRow {
            id: self.id,
            title: self.title,
            effects: self.effects.0,
            result: super::run::shaped(single, results),
            calls,
            approver: self.approver,
            delegated_to: self.delegated_to,
            may_decide,
            maker: self.maker_id,
            maker_name: self.maker,
            status: self.status,
            created_at: self.created_at,
            expires_at: self.expires_at,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            note: self.note,
            comments: self.comments.0,
        })
    }
}

/// Under `self` the checker is the maker; under `role:` it is somebody else who holds the role, or the one that
/// somebody who holds it has handed it to. The maker of a handed one is not its checker either.
pub(super) fn may_decide(inner: &Inner, who: &Principal, stored: &Stored) -> bool {
    decides(inner, who, stored.maker_id, &stored.approver, stored.delegated_to.as_ref())
}

/// The same of an approval that is not read whole.
pub(super) fn decides(inner: &Inner, who: &Principal, maker: Uuid, approver: &str, handed_to: Option<&String>) -> bool {
    let handed = |role: &String| who.id != maker && inner.policies.holds(&who.roles, role);
    named(inner, who, maker, approver) || handed_to.is_some_and(handed)
}

/// The same without delegation.
pub(super) fn first_hand(inner: &Inner, who: &Principal, stored: &Stored) -> bool {
    named(inner, who, stored.maker_id, &stored.approver)
}

fn named(inner: &Inner, who: &Principal, maker: Uuid, approver: &str) -> bool {
    match approver.parse::<Approver>() {
        Ok(Approver::Myself) => who.id == maker,
        Ok(Approver::Role(role)) => who.id != maker && inner.policies.holds(&who.roles, &role),
        Err(_) => false,
    }
}

/// Only a signed-in person decides, hands over and comments.
pub(super) fn person(caller: &Caller) -> Result<()> {
    if caller.credential == Credential::Person {
        return Ok(());
    }
    let refusal = Refusal::new(Kind::Forbidden, codes::NEEDS_PERSON, "Only a signed-in person decides on approvals.");
    Err(refusal.fix("Sign in and decide there.").into())
}

/// A text within its bounds.
pub(super) fn said(text: &str, pointer: &str) -> Result<String> {
    let text = super::shape::clean(text.trim(), pointer)?;
    if text.is_empty() || text.chars().count() > MAX_TEXT {
        let detail = format!("It has 1 to {MAX_TEXT} characters.");
        return Err(Refusal::invalid(codes::INVALID_INPUT, pointer, detail).into());
    }
    Ok(text)
}

impl Gate {
    /// Approvals that this person may decide or has asked for, oldest first; the waiting ones unless told otherwise.
    pub async fn approvals(&self, caller: &Caller, inbox: &Inbox) -> Result<Vec<ApprovalRow>> {
        let status = inbox.status.as_deref().unwrap_or("pending");
        let (rows, me) = self.select(caller, None, Some(status).filter(|status| *status != "all")).await?;
        let rows = rows.into_iter().filter(|row| match inbox.r#for.as_deref() {
            Some("decision") => row.status == "pending" && may_decide(&self.inner, &me, row),
            Some(_) => row.maker_id == me.id,
            None => true,
        });
        rows.map(|row| row.row(&self.inner, caller, &me)).collect()
    }

    /// One approval that this person may decide or has asked for.
    pub async fn approval(&self, caller: &Caller, id: Uuid) -> Result<ApprovalRow> {
        let (stored, me) = self.stored(caller, id).await?;
        stored.row(&self.inner, caller, &me)
    }

    /// The approval, and the person who looks at it as they are now.
    pub(super) async fn stored(&self, caller: &Caller, id: Uuid) -> Result<(Stored, Arc<Principal>)> {
        let (rows, me) = self.select(caller, Some(id), None).await?;
        let row = rows.into_iter().next().ok_or_else(|| Refusal::not_found("approval"))?;
        Ok((row, me))
    }

    async fn select(
        &self,
        caller: &Caller,
        id: Option<Uuid>,
        status: Option<&str>,
    ) -> Result<(Vec<Stored>, Arc<Principal>)> {
        let (mut tx, me) = self.inner.identity.transaction(caller).await?;
        let policies = &self.inner.policies;
        let held: Vec<String> = policies.roles().into_iter().filter(|role| policies.holds(&me.roles, role)).collect();
        let asked: Vec<String> = held.iter().map(|role| Approver::Role(role.clone()).as_text()).collect();
        let rows = sqlx::query_as!(
            Stored,
            r#"with a as (select *, case when status = 'pending' and expires_at <= $1 then 'expired' else status end as standing
                   from approvals where org_id = $2)
               select a.id, maker_id, m.name as maker, approver, delegated_to, delegated_by, standing as "status!", surface, conversation_id,
                   reason, plan as "plan: Json<StoredPlan>", seed, business_date, business_time, effects_hash, title,
                   effects as "effects: Json<Vec<PreviewEffect>>", result, a.created_at, expires_at, d.name as "decided_by?", decided_at, note,
                   coalesce((select jsonb_agg(jsonb_build_object('author', u.name, 'text', c.text, 'created_at', c.created_at) order by c.id)
                       from approval_comments c join users u on u.org_id = c.org_id and u.id = c.author_id
                       where c.org_id = a.org_id and c.approval_id = a.id), '[]') as "comments!: Json<Vec<ApprovalComment>>"
               from a join users m on m.org_id = a.org_id and m.id = a.maker_id
                   left join users d on d.org_id = a.org_id and d.id = a.decided_by
               where ($3::uuid is null or a.id = $3) and ($4::text is null or standing = $4)
                   and (maker_id = $5 or approver = any ($6) or delegated_to = any ($7))
               order by a.created_at, a.id limit 200"#,
            self.inner.clock.now(),
            me.org,
            id,
            status,
            me.id,
            &asked,
            &held
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok((rows, me))
    }

    /// Says something about an approval, to whoever asked and whoever decides.
    pub async fn comment(&self, caller: &Caller, id: Uuid, text: &str) -> Result<ApprovalRow> {
        person(caller)?;
        let text = said(text, "/text")?;
        let (stored, me) = self.stored(caller, id).await?;
        let (mut tx, _) = self.inner.identity.transaction(caller).await?;
        sqlx::query!(
            "insert into approval_comments (org_id, id, approval_id, author_id, text, created_at) values ($1, $2, $3, $4, $5, $6)",
            me.org,
            Uuid::now_v7(),
            stored.id,
            me.id,
            text,
            self.inner.clock.now()
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.approval(caller, id).await
    }

    /// Hands a waiting approval to another role: whoever holds it may decide too, except the one who asked. Only who
    /// may decide themselves can hand it on, and only while they may.
    pub async fn delegate(&self, caller: &Caller, id: Uuid, role: &str) -> Result<ApprovalRow> {
        person(caller)?;
        let (stored, me) = self.stored(caller, id).await?;
        if stored.status != "pending" {
            return Err(super::decide::decided(&stored.status));
        }
        if !first_hand(&self.inner, &me, &stored) {
            return Err(super::decide::not_yours(&stored));
        }
        let roles = self.inner.policies.roles();
        if !roles.contains(role) {
            let detail = format!("There is no role \"{role}\".");
            let known: Vec<String> = roles.into_iter().collect();
            let mut refusal = Refusal::new(Kind::Invalid, codes::INVALID_INPUT, &detail);
            refusal.errors.push(FieldError { pointer: "/role".into(), detail });
            return Err(refusal.fix(format!("The roles are {}.", known.join(", "))).into());
        }
        let (mut tx, _) = self.inner.identity.transaction(caller).await?;
        let done = sqlx::query!(
            "update approvals set delegated_to = $2, delegated_by = $3 where org_id = $4 and id = $1 and status = 'pending'",
            stored.id,
            role,
            me.id,
            me.org
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        if done.rows_affected() == 0 {
            return Err(super::decide::decided("approved"));
        }
        self.inner.news.approvals(me.org);
        self.approval(caller, id).await
    }
}
