//! The search for records: read as the person who types, over the kinds of record that they may use.

use serde_json::json;
use uuid::Uuid;

use super::job::Start;
use super::{Gate, Inner, Rights, accesses, record, shape};
use crate::cx::{CxStart, first_id, new_seed};
use crate::lookup::{Found, FoundRecord, Typed};
use crate::{Caller, Cx, EntityDef, Error, FieldError, Kind, Refusal, Result, codes};

/// Characters of a text that somebody looks for.
const MAX_TEXT: usize = 200;
/// Records of one answer: how many unless told, and at most.
const USUAL: u16 = 10;
const MOST: u16 = 50;
/// A search holds nobody up, and waits for nobody.
const LOCK_MS: i32 = 300;
/// What the record of reads calls it.
const NAME: &str = "records";

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct Lookup {
    /// The beginning or a part of a number, code or name; what comes first where it is empty.
    pub q: String,
    /// Only records of this kind; of all kinds unless told.
    pub entity: Option<String>,
    /// How many: 10 unless told, 50 at most.
    pub limit: Option<u16>,
}

impl Gate {
    /// The records that a typed text may mean, the most useful first. A person finds those kinds of record that some
    /// operation of theirs opens or takes, and of them the rows that they meet.
    pub async fn records(&self, caller: &Caller, lookup: &Lookup) -> Result<Vec<FoundRecord>> {
        let q = shape::clean(lookup.q.trim(), "/q")?;
        if q.chars().count() > MAX_TEXT {
            let detail = format!("It has at most {MAX_TEXT} characters.");
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/q", detail).fix("Look for a part of it.").into());
        }
        let most = lookup.limit.unwrap_or(USUAL).clamp(1, MOST);
        let typed = Typed::of(&q, i32::from(most));
        match self.inner.look_up(caller, lookup, &typed).await {
            Err(Error::StaleRights) => {
                self.inner.identity.forget(caller.principal.id);
                let principal = self.inner.identity.principal(caller.principal.id).await?;
                self.inner.look_up(&Caller { principal, ..caller.clone() }, lookup, &typed).await
            }
            other => other,
        }
    }
}

impl Inner {
    async fn look_up(&self, caller: &Caller, lookup: &Lookup, typed: &Typed) -> Result<Vec<FoundRecord>> {
        let entities = match lookup.entity.as_deref() {
            Some(name) => vec![self.usable_entity(caller, name)?],
            None => self.usable_entities(caller)?,
        };
        let most = usize::try_from(typed.most).unwrap_or_default();
        let mut cx = self.reading(caller).await?;
        let mut found: Vec<(usize, EntityDef, Found)> = Vec::new();
        for entity in entities {
            let of_kind = (entity.search)(&mut cx, typed).await?;
            found.extend(of_kind.into_iter().take(most).enumerate().map(|(place, found)| (place, entity, found)));
        }
        // of several kinds, the nearest of each before the next of any
        found.sort_by_key(|(place, _, found)| (found.rank, *place));
        found.truncate(most);
        let (org, now) = (cx.org(), cx.now());
        drop(cx);
        let shown: Vec<Uuid> = found.iter().map(|(.., found)| found.id).collect();
        let row = json!({
            "id": Uuid::now_v7(), "actor_id": caller.principal.id, "surface": caller.surface.as_str(),
            "agent": caller.surface.is_agent(), "conversation_id": caller.conversation, "request_id": caller.request_id,
            "operation": NAME, "input": {"q": lookup.q, "entity": lookup.entity}, "records": shown, "masks": [], "created_at": now,
        });
        accesses::soon(&self.reads, org, vec![row]).await;
        let record = |(_, entity, found): (usize, EntityDef, Found)| FoundRecord {
            r#type: entity.name,
            id: found.id,
            label: found.label,
            noun: entity.noun,
        };
        Ok(found.into_iter().map(record).collect())
    }

    /// A transaction that reads as this person, outside of calls.
    async fn reading(&self, caller: &Caller) -> Result<Cx> {
        let now = self.clock.now();
        let start = Start { seed: new_seed(), now, today: self.clock.today(caller.principal.zone) };
        let call = first_id(now, &start.seed);
        let record::Begun::Open(tx) = record::begin(self, caller, None, call, LOCK_MS).await? else {
            return Err(Error::internal("a search has no earlier answer"));
        };
        let (who, catalogue) = (caller.principal.clone(), self.catalogue.clone());
        let (rights, sees) = (Rights::of(self, caller), self.sight(caller)?);
        let Start { seed, now, today } = start;
        Ok(Cx::new(tx, CxStart { who, catalogue, rights, sees, call, preview: true, now, today, seed }))
    }

    fn usable_entities(&self, caller: &Caller) -> Result<Vec<EntityDef>> {
        let mut usable = Vec::new();
        for entity in self.catalogue.entities() {
            if self.may_use(caller, entity.name)? {
                usable.push(*entity);
            }
        }
        Ok(usable)
    }

    fn usable_entity(&self, caller: &Caller, name: &str) -> Result<EntityDef> {
        let Some(entity) = self.catalogue.entity(name) else {
            let detail = format!("There is no kind of record called \"{name}\".");
            let mut refusal = Refusal::new(Kind::Invalid, codes::INVALID_INPUT, &detail);
            refusal.errors.push(FieldError { pointer: "/entity".to_owned(), detail });
            let known: Vec<&str> = self.catalogue.entities().map(|entity| entity.name).collect();
            return Err(refusal.fix(format!("There are {}.", known.join(", "))).into());
        };
        if self.may_use(caller, name)? {
            return Ok(*entity);
        }
        let detail = format!("{} may use no operation on {name}.", caller.principal.email);
        Err(Refusal::new(Kind::Forbidden, codes::FORBIDDEN, detail).fix("Ask an administrator for it.").into())
    }

    /// Whether some operation that the person may use opens records of this kind, or takes one.
    fn may_use(&self, caller: &Caller, entity: &str) -> Result<bool> {
        for entry in self.catalogue.iter().filter(|entry| entry.opens(entity) || entry.refers_to(entity)) {
            if self.may(caller, entry)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
