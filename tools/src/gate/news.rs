//! What has just happened, for those who listen: which kinds of record were touched, and that approvals came or went.
//!
//! The gate announces after the commit, in this process; a slow look beside it finds what other processes committed.
//! Where nobody listens nothing is gathered, and who listens too slowly holds nobody up.

mod touched;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::json;
use steward_policies::Approver;
use tokio::sync::broadcast;
use uuid::Uuid;

use super::approvals::decides;
use super::run::Ran;
use super::{Gate, Inner};
use crate::{Caller, Catalogue, Credential, Kind, Refusal, Result, Scope};

pub use touched::Touched;
use touched::entity_of;

/// News that wait for whoever is slow; more are told as "everything".
const AHEAD: usize = 256;
/// Streams that one person may have open at once.
const STREAMS: usize = 8;
/// How often an organisation is looked at, however many of its people listen.
const EVERY: Duration = Duration::from_secs(15);
/// After so long without a look nobody knows what was told.
const FORGOTTEN: Duration = Duration::from_secs(60);
/// How far back a look goes: calls commit in another order than they began.
const WINDOW: TimeDelta = TimeDelta::seconds(90);

/// Something that listeners may want to know.
#[derive(Debug, Clone)]
pub enum News {
    /// Calls were committed.
    Changed(Arc<Touched>),
    /// Approvals of this organisation came, went, or were handed on.
    Approvals(Uuid),
}

/// What waits for somebody, and what came of what they asked for.
#[derive(Debug, Default)]
pub struct Waiting {
    /// Approvals that they may decide now.
    pub count: usize,
    /// What they have asked for and nobody has decided.
    pub asked: Vec<Uuid>,
    /// What others have decided, or nobody in time, of what they had asked for.
    pub decided: Vec<Outcome>,
}

/// What came of an approval.
#[derive(Debug)]
pub struct Outcome {
    /// The approval.
    pub id: Uuid,
    /// What it was about, in a sentence.
    pub title: String,
    /// `approved`, `rejected` or `expired`.
    pub status: String,
}

/// Who listens, and what an organisation was last seen to have done.
pub(super) struct Newsroom {
    to: broadcast::Sender<News>,
    open: AtomicUsize,
    people: Mutex<HashMap<Uuid, usize>>,
    looks: Mutex<HashMap<Uuid, Look>>,
}

/// The last look at an organisation.
struct Look {
    at: Instant,
    /// Calls of the window that have been told.
    calls: HashSet<Uuid>,
    approvals: Option<String>,
}

impl Newsroom {
    pub(super) fn new() -> Self {
        let (to, _) = broadcast::channel(AHEAD);
        Self { to, open: AtomicUsize::new(0), people: Mutex::default(), looks: Mutex::default() }
    }
    fn nobody(&self) -> bool {
        self.open.load(Ordering::Relaxed) == 0
    }
    /// Calls were committed.
    pub(super) fn changed(&self, catalogue: &Catalogue, org: Uuid, ran: &[Ran]) {
        if self.nobody() {
            return;
        }
        if let Some(look) = locked(&self.looks).get_mut(&org) {
            look.calls.extend(ran.iter().map(|ran| ran.id));
        }
        self.tell(News::Changed(Arc::new(Touched::by(catalogue, org, ran))));
    }
    /// Approvals came or went.
    pub(super) fn approvals(&self, org: Uuid) {
        if !self.nobody() {
            self.tell(News::Approvals(org));
        }
    }
    fn tell(&self, news: News) {
        // whoever listened may just have left
        let _ = self.to.send(news);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody who listens, until it is dropped.
pub struct Listening {
    inner: Arc<Inner>,
    person: Uuid,
    news: broadcast::Receiver<News>,
}

impl Listening {
    /// The next news; none where so many came that some were missed.
    pub async fn next(&mut self) -> Option<News> {
        // it cannot be closed: this keeps the gate, and the gate the sender
        self.news.recv().await.ok()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let room = &self.inner.news;
        room.open.fetch_sub(1, Ordering::Relaxed);
        let mut people = locked(&room.people);
        if let Some(open) = people.get_mut(&self.person) {
            *open -= 1;
            if *open == 0 {
                people.remove(&self.person);
            }
        }
    }
}

impl Gate {
    /// Begins to listen. A person listens through a few streams at once, not through any number.
    pub fn listen(&self, caller: &Caller) -> Result<Listening> {
        let room = &self.inner.news;
        let person = caller.principal.id;
        let mut people = locked(&room.people);
        let open = people.entry(person).or_default();
        if *open >= STREAMS {
            let detail = format!("You have {STREAMS} streams of events open already.");
            let mut refusal = Refusal::new(Kind::Throttled, "too_many_streams", detail)
                .fix("Close a page, and try again in a few seconds.");
            refusal.extra = Some(json!({"retry_after": 5, "limit": STREAMS}));
            return Err(refusal.into());
        }
        *open += 1;
        room.open.fetch_add(1, Ordering::Relaxed);
        Ok(Listening { inner: Arc::clone(&self.inner), person, news: room.to.subscribe() })
    }

    /// The kinds of record that this caller may list or get: of others they hear nothing.
    pub fn audible(&self, caller: &Caller) -> Result<BTreeSet<String>> {
        let reads = self.tools(caller)?.into_iter().filter(|entry| matches!(entry.parts().2, "list" | "get"));
        Ok(reads.map(|entry| entity_of(entry.name())).collect())
    }

    /// What waits for this person; and what came of the approvals that they had asked for before.
    pub async fn waiting(&self, caller: &Caller, asked_before: &[Uuid]) -> Result<Waiting> {
        let (mut tx, me) = self.inner.identity.transaction(caller).await?;
        let policies = &self.inner.policies;
        let held: Vec<String> = policies.roles().into_iter().filter(|role| policies.holds(&me.roles, role)).collect();
        let asked: Vec<String> = held.iter().map(|role| Approver::Role(role.clone()).as_text()).collect();
        let rows = sqlx::query!(
            r#"with a as (select *, case when status = 'pending' and expires_at <= $1 then 'expired' else status end as standing
                   from approvals where org_id = $2)
               select id, maker_id, approver, delegated_to, title, decided_by, standing as "standing!"
               from a where id = any ($3)
                   or (standing = 'pending' and (maker_id = $4 or approver = any ($5) or delegated_to = any ($6)))
               order by created_at limit 1000"#,
            self.inner.clock.now(),
            me.org,
            asked_before,
            me.id,
            &asked,
            &held
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let mut waiting = Waiting::default();
        for row in rows {
            let pending = row.standing == "pending";
            if pending && row.maker_id == me.id {
                waiting.asked.push(row.id);
            }
            let decides = || decides(&self.inner, &me, row.maker_id, &row.approver, row.delegated_to.as_ref());
            if pending && caller.credential == Credential::Person && decides() {
                waiting.count += 1;
            }
            let told = matches!(row.standing.as_str(), "approved" | "rejected" | "expired");
            if told && row.maker_id == me.id && row.decided_by != Some(me.id) {
                waiting.decided.push(Outcome { id: row.id, title: row.title, status: row.standing });
            }
        }
        Ok(waiting)
    }

    /// Looks at what was committed elsewhere, and tells all who listen. One query an organisation and a quarter of a minute,
    /// with the eyes of whoever comes first; whoever sees only what concerns a party does not look for others.
    pub async fn look_around(&self, caller: &Caller) -> Result<()> {
        let (room, org) = (&self.inner.news, caller.principal.org);
        if caller.principal.scope() != Scope::Organization || !room.may_look(org) {
            return Ok(());
        }
        let (mut tx, _) = self.inner.identity.transaction(caller).await?;
        let now = self.inner.clock.now();
        let seen = sqlx::query!(
            r#"select (select coalesce(jsonb_object_agg(id, operation), '{}') from (select id, operation from calls
                       where org_id = $1 and created_at > $2 order by created_at desc limit 500) c)
                   as "calls!: sqlx::types::Json<HashMap<Uuid, String>>",
                   (select md5(string_agg(concat_ws(' ', id, delegated_to, expires_at <= $3), ',' order by id)) from approvals
                       where org_id = $1 and status = 'pending') as approvals"#,
            org,
            now - WINDOW,
            now
        )
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        room.seen(org, seen.calls.0, seen.approvals);
        Ok(())
    }
}

impl Newsroom {
    /// Whether it is time; then it is this caller's turn.
    fn may_look(&self, org: Uuid) -> bool {
        let mut looks = locked(&self.looks);
        match looks.get_mut(&org) {
            Some(look) if look.at.elapsed() < EVERY => false,
            Some(look) if look.at.elapsed() < FORGOTTEN => {
                look.at = Instant::now();
                true
            }
            _ => {
                looks.remove(&org);
                true
            }
        }
    }

    /// Tells what was not known. The first look only finds out where things stand.
    fn seen(&self, org: Uuid, calls: HashMap<Uuid, String>, approvals: Option<String>) {
        let mut looks = locked(&self.looks);
        let before = looks.remove(&org);
        let ids = calls.keys().copied().collect();
        let (at, same) = (Instant::now(), before.as_ref().is_none_or(|look| look.approvals == approvals));
        looks.insert(org, Look { at, calls: ids, approvals });
        drop(looks);
        let Some(before) = before else { return };
        let mut fresh = calls.iter().filter(|(id, _)| !before.calls.contains(id)).map(|(_, name)| name).peekable();
        if fresh.peek().is_some() {
            self.tell(News::Changed(Arc::new(Touched::elsewhere(org, fresh))));
        }
        if !same {
            self.tell(News::Approvals(org));
        }
    }
}
