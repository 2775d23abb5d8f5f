//! What an operation has at hand: the transaction, the person, the business date, ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::custom::{CustomField, CustomRow};
use crate::gate::{Rights, Sight};
use crate::tx::Tx;
use crate::{Catalogue, Principal, Refusal, Result};

/// Something an operation states about itself that a policy may oblige to: "this posts 551.76".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What happened: `posted`, `credited`, `received`.
    pub kind: &'static str,
    /// How much, in minor units of the company's currency.
    pub amount: Option<i64>,
}

/// The context of one running call. It lives inside the gate's transaction and cannot commit it.
pub struct Cx {
    pub(crate) tx: Tx,
    pub(crate) who: Arc<Principal>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) rights: Rights,
    pub(crate) sees: Sight,
    pub(crate) call: Uuid,
    pub(crate) preview: bool,
    pub(crate) now: DateTime<Utc>,
    pub(crate) today: NaiveDate,
    pub(crate) seed: [u8; 32],
    pub(crate) ids: u32,
    pub(crate) facts: Vec<Fact>,
    pub(crate) numbers: Vec<String>,
    provisional: BTreeMap<(String, i32), i64>,
}

/// What a context starts from; the same start draws the same ids and times again.
pub(crate) struct CxStart {
    pub(crate) who: Arc<Principal>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) rights: Rights,
    pub(crate) sees: Sight,
    pub(crate) call: Uuid,
    pub(crate) preview: bool,
    pub(crate) now: DateTime<Utc>,
    pub(crate) today: NaiveDate,
    pub(crate) seed: [u8; 32],
}

impl Cx {
    pub(crate) fn new(tx: Tx, start: CxStart) -> Self {
        let CxStart { who, catalogue, rights, sees, call, preview, now, today, seed } = start;
        Self {
            tx,
            who,
            catalogue,
            rights,
            sees,
            call,
            preview,
            now,
            today,
            seed,
            // the first is the call's
            ids: 1,
            facts: Vec::new(),
            numbers: Vec::new(),
            provisional: BTreeMap::new(),
        }
    }
    /// The connection, inside the transaction.
    pub fn db(&mut self) -> &mut PgConnection {
        self.tx.connection()
    }
    /// The organisation.
    #[must_use]
    pub fn org(&self) -> Uuid {
        self.who.org
    }
    /// The person at work.
    #[must_use]
    pub fn who(&self) -> &Principal {
        &self.who
    }
    /// The company's currency.
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.who.currency
    }
    /// The business date in the company's zone.
    #[must_use]
    pub const fn today(&self) -> NaiveDate {
        self.today
    }
    /// The time of the call, the same for all of it.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }
    /// The id of the running call.
    #[must_use]
    pub const fn call_id(&self) -> Uuid {
        self.call
    }
    /// Whether this run will be rolled back.
    #[must_use]
    pub const fn is_preview(&self) -> bool {
        self.preview
    }
    /// A new id (`UUIDv7` of the call's time), the same when an approved call runs again from its seed.
    pub fn id(&mut self) -> Uuid {
        let id = seeded_id(self.now, &self.seed, self.ids);
        self.ids += 1;
        id
    }
    /// States a fact that obligations look at, also when reached through another domain's operation.
    pub fn fact(&mut self, fact: Fact) {
        self.facts.push(fact);
    }
    /// In a preview, how many numbers of a series this run has shown already; counts one more.
    pub fn next_provisional(&mut self, series: &str, year: i32) -> i64 {
        let shown = self.provisional.entry((series.to_owned(), year)).or_default();
        *shown += 1;
        *shown
    }
    /// Notes a number drawn from a series: an approval's hash ignores which one it was.
    pub fn drew_number(&mut self, number: &str) {
        self.numbers.push(number.to_owned());
    }
    /// The record of whatever kind that a text names exactly: an id, or the number, code or name of one.
    pub async fn find_record(&mut self, text: &str) -> Result<Uuid> {
        if let Ok(id) = Uuid::parse_str(text) {
            return Ok(id);
        }
        let catalogue = self.catalogue.clone();
        let texts = [text.to_owned()];
        for entity in catalogue.entities() {
            let found = (entity.find)(self, &texts).await?;
            let mut exact = found.into_iter().filter(|found| found.exact);
            if let (Some(only), None) = (exact.next(), exact.next()) {
                return Ok(only.id);
            }
        }
        Err(Refusal::not_found("record").fix("Give its id or number.").into())
    }
    /// The kinds of record that take custom fields: those that some operation takes them for.
    #[must_use]
    pub fn customisable(&self) -> Vec<String> {
        let mut entities: Vec<String> =
            self.catalogue.iter().filter_map(|entry| crate::custom::entity_of(entry).map(str::to_owned)).collect();
        entities.sort();
        entities.dedup();
        entities
    }
    /// Reads the custom fields anew, after this very plan has changed them.
    pub(crate) async fn renew_custom(&mut self) -> Result<()> {
        let org = self.org();
        let rows = sqlx::query_as!(
            CustomRow,
            r#"select entity, key, label, type, choices, required, help, archived_at is not null as "archived!"
               from custom_fields where org_id = $1 order by entity, created_at, id"#,
            org
        )
        .fetch_all(self.db())
        .await?;
        Arc::make_mut(&mut self.who).custom = rows.into_iter().map(CustomField::from).collect();
        Ok(())
    }
    /// Whether the person at work may look behind a mask.
    #[must_use]
    pub fn sees(&self, mask: &str) -> bool {
        self.sees.contains(mask)
    }
    /// A changed row as far as the person at work may see its columns.
    pub fn veil(&self, change: &mut crate::Change) {
        crate::gate::veil_change(&self.catalogue, change, &self.sees);
    }
    /// What a recorded call was given and answered, and what takes it back, as far as the person at work may see it.
    pub fn veil_call(&self, operation: &str, input: &mut Value, output: &mut Value, undo: &mut Option<Value>) {
        crate::gate::veil_recorded(&self.catalogue, operation, (input, output), &self.sees);
        if let Some(Ok(mut call)) = undo.take().map(serde_json::from_value::<crate::Call>) {
            crate::gate::veil_call(&self.catalogue, &mut call, &self.sees);
            *undo = serde_json::to_value(call).ok();
        }
    }
    /// Words the changes of a call for people (see [`crate::Describer`]).
    pub async fn describe(&mut self, changes: &crate::Changes) -> Result<Vec<crate::PreviewEffect>> {
        crate::gate::describe(self, changes).await
    }
}

/// The first id that a run draws: its first call's.
pub(crate) fn first_id(now: DateTime<Utc>, seed: &[u8; 32]) -> Uuid {
    seeded_id(now, seed, 0)
}

/// `UUIDv7`: the time, a counter that keeps the order within it, and bits from the seed.
fn seeded_id(now: DateTime<Utc>, seed: &[u8; 32], counter: u32) -> Uuid {
    let digest = Sha256::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
    let mut random = [0_u8; 10];
    random.copy_from_slice(&digest[..10]);
    let [_, _, high, low] = counter.to_be_bytes();
    random[0] = high & 0x0f;
    random[1] = low;
    uuid::Builder::from_unix_timestamp_millis(now.timestamp_millis().unsigned_abs(), &random).into_uuid()
}

/// A fresh seed.
pub(crate) fn new_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    seed[16..].copy_from_slice(Uuid::new_v4().as_bytes());
    seed
}
