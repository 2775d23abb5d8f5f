//! Who read what. Data behind a mask is written down in the transaction that reads it, before the answer leaves;
//! other reads follow in batches.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::run::Ran;
use super::{Inner, record};
use crate::measure::{ACCESSES_LOST, ACCESSES_WAITING};
use crate::{Caller, Cx, Effect, LoggedSql, Result};

/// Records that one row of `accesses` names.
const MOST_RECORDS: usize = 200;
/// Reads that wait to be written; beyond that each is written at once.
const QUEUE: usize = 10_000;
const PAUSE: Duration = Duration::from_millis(500);

enum Item {
    Read(Uuid, Value),
    Flush(oneshot::Sender<()>),
}

/// Writes ordinary reads down, a little later.
pub(super) struct Later {
    pool: PgPool,
    queue: OnceLock<mpsc::Sender<Item>>,
}

impl Later {
    pub(super) const fn new(pool: PgPool) -> Self {
        Self { pool, queue: OnceLock::new() }
    }
    fn queue(&self) -> &mpsc::Sender<Item> {
        self.queue.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(QUEUE);
            tokio::spawn(follow(self.pool.clone(), receiver));
            sender
        })
    }
    /// Everything that waits is written when this returns.
    pub(super) async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.queue.get().is_some() && self.queue().send(Item::Flush(done)).await.is_ok() {
            drop(written.await);
        }
    }
    async fn read(&self, org: Uuid, row: Value) {
        ACCESSES_WAITING.inc();
        if let Err(full) = self.queue().try_send(Item::Read(org, row))
            && let Item::Read(org, row) = full.into_inner()
        {
            write_batch(&self.pool, org, vec![row]).await;
        }
    }
}

/// The reads that looked behind a mask: they are written down in the transaction that read.
pub(super) fn masked(inner: &Inner, cx: &Cx, caller: &Caller, ran: &[Ran]) -> Vec<Value> {
    rows(inner, caller, cx, ran, true)
}

/// Ends a run that is only shown: what it shows from behind a mask is written down before the preview leaves. The
/// connection is given back first, since whoever holds one while waiting for another may wait for themselves.
pub(super) async fn rolled_back(inner: &Inner, cx: Cx, caller: &Caller, ran: &[Ran]) -> Result<()> {
    let (org, rows) = (cx.org(), masked(inner, &cx, caller, ran));
    if rows.is_empty() {
        drop(cx);
        return Ok(());
    }
    cx.tx.rollback().await?;
    Ok(batch(&inner.pool, org, rows).await?)
}

/// The reads of a job that showed nothing masked.
pub(super) fn others(inner: &Inner, caller: &Caller, cx: &Cx, ran: &[Ran]) -> Vec<Value> {
    rows(inner, caller, cx, ran, false)
}

/// Hands reads over to be written soon.
pub(super) async fn soon(later: &Later, org: Uuid, rows: Vec<Value>) {
    for row in rows {
        later.read(org, row).await;
    }
}

fn rows(inner: &Inner, caller: &Caller, cx: &Cx, ran: &[Ran], masked: bool) -> Vec<Value> {
    let reads = ran.iter().filter(|ran| ran.masks.is_empty() != masked && (masked || ran.effect == Effect::Read));
    reads
        .map(|ran| {
            json!({
                "id": Uuid::now_v7(), "actor_id": caller.principal.id, "surface": caller.surface.as_str(),
                "agent": caller.surface.is_agent(), "conversation_id": caller.conversation, "request_id": caller.request_id,
                "operation": ran.name, "input": record::input(inner, ran), "records": records(&ran.output), "masks": ran.masks,
                "created_at": cx.now(),
            })
        })
        .collect()
}

/// The records that an answer shows: its own, or those of its list.
fn records(output: &Value) -> Vec<Uuid> {
    let id = |value: &Value| value.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let items = output.get("items").and_then(Value::as_array).into_iter().flatten().filter_map(id);
    id(output).into_iter().chain(items).take(MOST_RECORDS).collect()
}

async fn insert(connection: &mut PgConnection, org: Uuid, rows: Vec<Value>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into accesses (org_id, id, actor_id, surface, agent, conversation_id, request_id, operation, input, records,
             masks, created_at)
         select $1, r.* from jsonb_to_recordset($2) as r (id uuid, actor_id uuid, surface text, agent boolean,
             conversation_id uuid, request_id text, operation text, input jsonb, records uuid[], masks text[],
             created_at timestamptz)",
        org,
        Value::Array(rows)
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn follow(pool: PgPool, mut queue: mpsc::Receiver<Item>) {
    let mut items = Vec::new();
    while queue.recv_many(&mut items, QUEUE).await > 0 {
        let mut waiting = Vec::new();
        let mut of_org: BTreeMap<Uuid, Vec<Value>> = BTreeMap::new();
        for item in items.drain(..) {
            match item {
                Item::Read(org, row) => of_org.entry(org).or_default().push(row),
                Item::Flush(done) => waiting.push(done),
            }
        }
        for (org, rows) in of_org {
            write_batch(&pool, org, rows).await;
        }
        let asked = !waiting.is_empty();
        for done in waiting {
            let _nobody_waits = done.send(());
        }
        if !asked {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn write_batch(pool: &PgPool, org: Uuid, rows: Vec<Value>) {
    let count = rows.len();
    if let Err(error) = batch(pool, org, rows).await {
        ACCESSES_LOST.inc_by(u64::try_from(count).unwrap_or(u64::MAX));
        tracing::error!(error = %LoggedSql(&error), count, "reads could not be written down");
    }
    ACCESSES_WAITING.sub(i64::try_from(count).unwrap_or(i64::MAX));
}

async fn batch(pool: &PgPool, org: Uuid, rows: Vec<Value>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "select set_config('steward.org', $1, true) as org, set_config('steward.scope', 'org', true) as scope",
        org.to_string()
    )
    .fetch_one(&mut *tx)
    .await?;
    insert(&mut tx, org, rows).await?;
    tx.commit().await
}
