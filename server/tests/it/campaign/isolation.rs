//! One connection serves two companies in turn, while operations panic, time out, lose their connection and their callers.
//!
//! No answer may hold an id or a word of the other company, and whoever gets the connection after a call sees nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::{Executor as _, PgPool};
use steward_tools::{Answer, Caller, Decision, Effect, Error, Gate, Inbox, Options, Plan, UndoTarget, Verdict};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::dice::Dice;
use super::made_up::MadeUp;
use super::{call, dry, ids, outcome, size, stranger, stumbling_gate, tell};
use crate::properties::broken;
use crate::support::World;

/// Marks in every party's name, whose absence in the other company's answers is as telling as that of ids.
const MARKS: [(&str, &str); 2] = [("demo", "Qdemoq"), ("rival", "Qrivalq")];
/// Whoever works in the two companies; `~` is their agent.
const HANDS: [&str; 6] =
    ["accountant", "admin@rival.example", "vendor", "~admin@rival.example", "~sales", "admin@rival.example"];
const STUMBLES: [&str; 7] = ["not", "panic", "refuse", "time_out", "kill", "unbalanced", "nonsense"];

struct Hand {
    gate: Gate,
    pool: PgPool,
    caller: Caller,
    own: Arc<HashMap<String, Vec<Uuid>>>,
    foreign: Arc<HashMap<String, Vec<Uuid>>>,
    mark: &'static str,
    other: &'static str,
    nothing: Arc<String>,
    dice: Dice,
    log: Log,
}

/// What all hands saw together.
#[derive(Clone, Default)]
struct Log {
    /// Ids that were shown, by the company that was shown them.
    seen: Arc<Mutex<HashMap<Uuid, HashSet<Uuid>>>>,
    outcomes: Arc<Mutex<BTreeMap<String, usize>>>,
    left: Arc<AtomicUsize>,
    /// Failures that were provoked.
    provoked: Arc<AtomicUsize>,
}

impl Hand {
    async fn work(mut self) {
        while self.log.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            let mut asked = HashSet::new();
            let answer = self.one(&mut asked).await;
            let text = match &answer {
                Ok(answer) => {
                    let mut answer = serde_json::to_value(answer).unwrap();
                    without_what_was_asked(&mut answer);
                    answer.to_string()
                }
                Err(error) => {
                    error.refusal().map_or_else(|| error.to_string(), |no| serde_json::to_string(no).unwrap())
                }
            };
            assert!(!text.contains(self.other), "{} was told: {text}", self.caller.principal.email);
            let shown = ids::in_text(&text).into_iter().filter(|id| !asked.contains(id));
            self.log.seen.lock().await.entry(self.caller.principal.org).or_default().extend(shown);
            *self.log.outcomes.lock().await.entry(outcome(&answer)).or_default() += 1;
            if self.dice.chance(20) {
                self.sees_nothing().await;
            }
        }
    }

    /// The connection between two calls belongs to nobody.
    async fn sees_nothing(&self) {
        let rows: Result<(i64, String), sqlx::Error> =
            sqlx::query_as(sqlx::AssertSqlSafe(self.nothing.to_string())).fetch_one(&self.pool).await;
        match rows {
            Ok((rows, org)) => assert_eq!((rows, org.as_str()), (0, ""), "somebody's rows after a call"),
            // its connection was ended meanwhile
            Err(error) => assert!(matches!(error, sqlx::Error::Io(_) | sqlx::Error::Database(_)), "{error}"),
        }
    }

    /// One request of any kind.
    async fn one(&mut self, asked: &mut HashSet<Uuid>) -> Result<Answer, Error> {
        match self.dice.below(100) {
            0..40 => self.anything(Effect::Read, asked).await,
            40..55 => self.anything(Effect::Write, asked).await,
            55..72 => self.write().await,
            72..80 => self.meddle(asked).await,
            80..91 => self.stumble(asked).await,
            91..96 => self.hang_up().await,
            _ => self.decide(asked).await,
        }
    }

    fn some_id(of: &HashMap<String, Vec<Uuid>>, dice: &mut Dice, entity: Option<&str>) -> Uuid {
        let table = entity.and_then(|entity| entity.rsplit('.').next()).unwrap_or("calls");
        let rows = of.get(table).filter(|rows| !rows.is_empty());
        rows.map_or_else(Uuid::now_v7, |rows| *dice.pick(rows))
    }

    /// Any operation of the catalogue with made-up arguments: reads for real, everything else as a preview.
    async fn anything(&mut self, effect: Effect, asked: &mut HashSet<Uuid>) -> Result<Answer, Error> {
        let reads = effect == Effect::Read;
        let catalogue = self.gate.catalogue();
        // mostly what they may, now and then what they may not
        let mine = if self.dice.chance(90) { self.gate.tools(&self.caller)? } else { catalogue.iter().collect() };
        let mut all: Vec<_> = mine
            .into_iter()
            .filter(|entry| (entry.op.effect() == Effect::Read) == reads && !entry.name().ends_with("stumble"))
            .collect();
        if all.is_empty() {
            all.extend(catalogue.iter().filter(|entry| entry.op.effect() == Effect::Read));
        }
        let entry = *self.dice.pick(&all);
        let of = if self.dice.chance(25) { self.foreign.clone() } else { self.own.clone() };
        let (mut dice, mut ids) = (self.dice.clone(), Vec::new());
        let mut id = |entity: Option<&str>| {
            let id = Self::some_id(&of, &mut dice, entity);
            ids.push(id);
            id
        };
        let arguments = MadeUp { id: &mut id, optional: 25, dice: &mut self.dice }.arguments(&entry.input_schema);
        asked.extend(ids);
        self.dice.below(2);
        let options = if reads { Options::default() } else { dry() };
        self.gate.submit(&self.caller, Plan::one(call(entry.name(), arguments)), options).await
    }

    /// Work as people do it, in their own company.
    async fn write(&mut self) -> Result<Answer, Error> {
        let party = Self::some_id(&self.own, &mut self.dice, Some("directory.parties"));
        let invoice = Self::some_id(&self.own, &mut self.dice, Some("accounting.invoices"));
        let lines =
            json!([{"description": "thing", "quantity": "1", "unit_price": format!("{}.5", self.dice.below(900))}]);
        let name = format!("{} {}", self.mark, Uuid::now_v7());
        let plan = match self.dice.below(6) {
            0 => Plan::one(call("directory.parties.create", json!({"name": name, "kinds": ["customer"]}))),
            1 => Plan::one(call(
                "directory.parties.update",
                json!({"id": party, "phone": self.dice.below(99).to_string()}),
            )),
            2 => Plan::of(vec![
                call("accounting.invoices.create", json!({"customer": party, "lines": lines})),
                call("accounting.invoices.post", json!({"id": {"$result": [0, "/id"]}})),
            ]),
            3 => Plan::one(call("accounting.payments.receive", json!({"customer": party, "amount": "3"}))),
            4 => Plan::one(call("accounting.invoices.credit", json!({"id": invoice, "reason": "random"}))),
            _ => Plan::one(call("accounting.invoices.post", json!({"id": invoice}))),
        };
        let idempotency_key = self.dice.chance(30).then(|| self.dice.below(40).to_string());
        self.gate.submit(&self.caller, plan, Options { dry_run: self.dice.chance(25), idempotency_key }).await
    }

    /// For real, with the other company's ids.
    async fn meddle(&mut self, asked: &mut HashSet<Uuid>) -> Result<Answer, Error> {
        let party = Self::some_id(&self.foreign, &mut self.dice, Some("directory.parties"));
        let invoice = Self::some_id(&self.foreign, &mut self.dice, Some("accounting.invoices"));
        asked.extend([party, invoice]);
        let lines = json!([{"description": "thing", "quantity": "1", "unit_price": "1"}]);
        let one = match self.dice.below(6) {
            0 => call("directory.parties.update", json!({"id": party, "name": self.mark})),
            1 => call("directory.parties.delete", json!({"id": party})),
            2 => call("accounting.invoices.post", json!({"id": invoice})),
            3 => call("accounting.invoices.credit", json!({"id": invoice, "reason": "mine now"})),
            4 => call("accounting.invoices.create", json!({"customer": party, "lines": lines})),
            _ => call(
                "accounting.payments.receive",
                json!({"customer": party, "amount": "1", "allocations": [{"invoice": invoice}]}),
            ),
        };
        let answer = self.gate.submit(&self.caller, Plan::one(one.clone()), Options::default()).await;
        assert!(!matches!(answer, Ok(Answer::Done { .. })), "{one:?} was done to another company: {answer:?}");
        answer
    }

    async fn stumble(&mut self, asked: &mut HashSet<Uuid>) -> Result<Answer, Error> {
        let foreign = self.dice.chance(20);
        let of = if foreign { &self.foreign } else { &self.own };
        let id = Self::some_id(of, &mut self.dice, Some("directory.parties"));
        if foreign {
            asked.insert(id);
        }
        let how = *self.dice.pick(&STUMBLES);
        if matches!(how, "panic" | "time_out" | "kill" | "nonsense") {
            self.log.provoked.fetch_add(1, Ordering::SeqCst);
        }
        let options = Options { dry_run: self.dice.chance(30), ..Options::default() };
        let stumble = call("directory.parties.stumble", json!({"id": id, "how": how}));
        self.gate.submit(&self.caller, Plan::one(stumble), options).await
    }

    /// A caller who does not wait for the end.
    async fn hang_up(&mut self) -> Result<Answer, Error> {
        let id = Self::some_id(&self.own, &mut self.dice, Some("directory.parties"));
        let stumble = call("directory.parties.stumble", json!({"id": id, "how": "not", "ms": self.dice.below(3)}));
        let patience = Duration::from_micros(self.dice.below(60_000));
        let submitted = self.gate.submit(&self.caller, Plan::one(stumble), Options::default());
        tokio::time::timeout(patience, submitted)
            .await
            .unwrap_or_else(|_| Err(steward_tools::Refusal::new(steward_tools::Kind::Busy, "hung_up", "Gone.").into()))
    }

    /// What waits for a yes, what is undone: one's own and the other company's.
    async fn decide(&mut self, asked: &mut HashSet<Uuid>) -> Result<Answer, Error> {
        let theirs = Self::some_id(&self.foreign, &mut self.dice, None);
        if self.dice.chance(40) {
            asked.insert(theirs);
            return self.gate.undo(&self.caller, UndoTarget::Call(theirs), Options::default()).await;
        }
        let waiting = self.gate.approvals(&self.caller, &Inbox::default()).await?;
        let mut listed = serde_json::to_string(&waiting).unwrap();
        // what an approval was asked to do may name the ids that were asked with
        listed.retain(|c| c != '\u{0}');
        assert!(!listed.contains(self.other), "{listed}");
        match waiting.first() {
            Some(row) => {
                asked.extend(ids::in_text(&serde_json::to_string(&row.calls).unwrap()));
                let decision = if self.dice.chance(50) { Verdict::Approve } else { Verdict::Reject };
                self.gate.decide(&self.caller, row.id, Decision { decision, note: None }).await
            }
            None => {
                asked.insert(theirs);
                let yes = Decision { decision: Verdict::Approve, note: None };
                self.gate.decide(&self.caller, theirs, yes).await
            }
        }
    }
}

/// Every name of a party says whose it is.
async fn mark_names(owner: &PgPool) {
    for (org, mark) in MARKS {
        let mut tx = owner.begin().await.unwrap();
        tx.execute("select set_config('steward.call', gen_random_uuid()::text, true)").await.unwrap();
        sqlx::query("update parties set name = $2 || ' ' || name, name_key = lower($2 || ' ' || name) where org_id = (select id from organizations where code = $1)")
            .bind(org)
            .bind(mark)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.execute("delete from changes where call_id = current_call()").await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Ends the connection of whoever is in the middle of something, now and then.
async fn kill_connections(world: World, log: Log, kills: usize) {
    let mut knife = stranger(&world).await;
    for _ in 0..kills {
        tokio::time::sleep(Duration::from_millis(40)).await;
        if log.left.load(Ordering::SeqCst) == 0 {
            break;
        }
        let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                   where usename = 'steward_app' and datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'";
        let ended: i64 = sqlx::query_scalar(sql).fetch_one(&mut knife).await.unwrap();
        // whoever waited for the connection, and whoever had it
        log.provoked.fetch_add(2 * usize::try_from(ended).unwrap(), Ordering::SeqCst);
    }
}

async fn count(owner: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_serves_two_companies_and_shows_neither_the_other() {
    let world = World::new().await;
    mark_names(&world.owner).await;
    let (gate, pool) = stumbling_gate(&world, 1, &[]).await;
    let requests = size(1_500, 100_000);
    let log = Log::default();
    log.left.store(requests, Ordering::SeqCst);
    let nothing = Arc::new(ids::visible(&world.owner).await);
    let mut sides = HashMap::new();
    for (code, _) in MARKS {
        let org: Uuid = sqlx::query_scalar("select id from organizations where code = $1")
            .bind(code)
            .fetch_one(&world.owner)
            .await
            .unwrap();
        sides.insert(code, Arc::new(ids::by_table(&world.owner, org).await));
    }
    let since = Instant::now();
    let mut hands = Vec::new();
    for (i, who) in HANDS.into_iter().enumerate() {
        let caller = match who.strip_prefix('~') {
            Some(who) => world.agent_of(who).await,
            None => world.person(who).await,
        };
        let mine = usize::from(caller.principal.org_code == "rival");
        hands.push(Hand {
            gate: gate.clone(),
            pool: pool.clone(),
            caller,
            own: sides[MARKS[mine].0].clone(),
            foreign: sides[MARKS[1 - mine].0].clone(),
            mark: MARKS[mine].1,
            other: MARKS[1 - mine].1,
            nothing: nothing.clone(),
            dice: Dice::of(i as u64),
            log: log.clone(),
        });
    }
    let knife = tokio::spawn(kill_connections(world.clone(), log.clone(), size(20, 2_000)));
    super::together(hands.into_iter().map(Hand::work)).await;
    knife.await.unwrap();
    settled(&world, &log).await;
    let outcomes = log.outcomes.lock().await;
    let failed: usize = ["failed", "unavailable"].iter().filter_map(|code| outcomes.get(*code)).sum();
    tell(&format!("{requests} requests in {:.1?}: {outcomes:?}", since.elapsed()));
    assert!(failed <= log.provoked.load(Ordering::SeqCst), "more failed than was provoked: {outcomes:?}");
    assert!(outcomes["done"] > requests / 5, "{outcomes:?}");
}

/// Refused tries and reads are listed with what was asked, and here people ask for what is not theirs.
fn without_what_was_asked(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("masks") || (fields.contains_key("operations") && fields.contains_key("code")) {
                fields.retain(|key, _| !matches!(key.as_str(), "input" | "detail"));
            }
            fields.values_mut().for_each(without_what_was_asked);
        }
        Value::Array(items) => items.iter_mut().for_each(without_what_was_asked),
        _ => {}
    }
}

/// Nothing foreign was shown, and whatever went wrong left no trace.
async fn settled(world: &World, log: &Log) {
    let owners = ids::owners(&world.owner).await;
    let mut foreign: Vec<Uuid> = Vec::new();
    let seen = log.seen.lock().await;
    for (org, shown) in seen.iter() {
        assert!(shown.len() > 100, "{} ids were shown", shown.len());
        foreign.extend(shown.iter().copied().filter(|id| owners.get(id).is_some_and(|owner| owner != org)));
    }
    tell(&format!("{} ids were shown", seen.values().map(HashSet::len).sum::<usize>()));
    assert!(foreign.is_empty(), "ids of the other company were shown: {foreign:?}");
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
    let orphans = "select count(*) from changes h where not exists (select from calls c where c.org_id = h.org_id and c.id = h.call_id)";
    assert_eq!(count(&world.owner, orphans).await, 0, "changes without a call");
    let halves = "select count(*) from parties p, unnest(p.tags) tag where tag like '________-____-%'
                  and not exists (select from calls c where c.org_id = p.org_id and c.id::text = tag)";
    assert_eq!(count(&world.owner, halves).await, 0, "what stumbled left something");
    let value: Option<Value> =
        sqlx::query_scalar("select jsonb_agg(distinct code) from attempts").fetch_one(&world.owner).await.unwrap();
    tell(&format!("refused attempts: {}", value.unwrap_or_default()));
}
