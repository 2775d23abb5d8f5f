//! `audit.calls.get`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steward_tools::{Change, Changes, Cx, Effect, Operation, PreviewEffect, Refusal, Result};
use uuid::Uuid;

use super::{Actor, CallRow};

/// Show one recorded call: who, through what, with which input, what came out, and every row it changed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The call's id.
    pub id: Uuid,
}

/// One row that the call changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeView {
    /// The table.
    pub table: String,
    /// The row.
    pub record_id: Uuid,
    /// insert, update or delete.
    #[schemars(with = "crate::changes::list::RowChange")]
    pub op: String,
    /// The row before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The row after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// A recorded call with all that belongs to it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CallView {
    /// The call.
    #[serde(flatten)]
    pub row: CallRow,
    /// The request it came with.
    pub request_id: String,
    /// Its place in the plan.
    pub position: i32,
    /// What was asked; names resolved to ids.
    pub input: Value,
    /// What was answered.
    pub output: Value,
    /// The call that would take it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<Value>,
    /// The approval it ran under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_id: Option<Uuid>,
    /// What it did, line by line.
    pub effects: Vec<PreviewEffect>,
    /// Every row it changed, before and after.
    pub changes: Vec<ChangeView>,
}

impl fmt::Display for CallView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.row.fmt(f)
    }
}

impl Operation for Get {
    const NAME: &'static str = "audit.calls.get";
    const EFFECT: Effect = Effect::Read;
    type Output = CallView;

    async fn run(self, cx: &mut Cx) -> Result<CallView> {
        let org = cx.org();
        let row = sqlx::query!(
            "select c.id, c.plan_id, c.position, c.created_at, c.actor_id, u.email, u.name, c.surface, c.agent, c.conversation_id, c.reason,
                 c.operation, c.sentence, c.undoes, c.request_id, c.input, c.output, c.undo, c.approval_id
             from calls c join users u on u.org_id = c.org_id and u.id = c.actor_id
             where c.org_id = $1 and c.id = $2",
            org, self.id
        )
        .fetch_optional(cx.db())
        .await?
        .ok_or_else(|| Refusal::not_found("call"))?;
        let mut changes = changes(cx, self.id).await?;
        changes.0.iter_mut().for_each(|change| cx.veil(change));
        let (mut input, mut output, mut undo) = (row.input, row.output, row.undo);
        cx.veil_call(&row.operation, &mut input, &mut output, &mut undo);
        let effects = cx.describe(&changes).await?;
        let changes = changes.0.into_iter().map(|c| ChangeView {
            table: c.table,
            record_id: c.record_id,
            op: c.op,
            before: c.before,
            after: c.after,
        });
        Ok(CallView {
            request_id: row.request_id,
            position: row.position,
            input,
            output,
            undo,
            approval_id: row.approval_id,
            effects,
            changes: changes.collect(),
            row: CallRow {
                id: row.id,
                plan_id: row.plan_id,
                created_at: row.created_at,
                actor: Actor { id: row.actor_id, email: row.email, name: row.name },
                surface: row.surface,
                agent: row.agent,
                conversation_id: row.conversation_id,
                reason: row.reason,
                operation: row.operation,
                sentence: row.sentence,
                undoes: row.undoes,
            },
        })
    }
}

async fn changes(cx: &mut Cx, call: Uuid) -> Result<Changes> {
    let org = cx.org();
    let rows = sqlx::query!(
        "select table_name, record_id, op, before, after from changes where org_id = $1 and call_id = $2 order by id",
        org,
        call
    )
    .fetch_all(cx.db())
    .await?;
    let change = rows.into_iter().map(|row| Change {
        table: row.table_name,
        record_id: row.record_id,
        op: row.op,
        before: row.before,
        after: row.after,
        visible: true,
    });
    Ok(Changes(change.collect()))
}
