//! API keys: a program's way in, with its owner's rights or fewer. Only hashes are kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate, Utc};
use sqlx::PgPool;
use tracing::Instrument as _;
use uuid::Uuid;

use super::{Identity, enter, random, signed_out};
use crate::{Caller, Cx, Kind, Logged, OnConstraint, Principal, Refusal, Result, codes};

/// How every key begins: scanners for leaked secrets know it by that.
pub const PREFIX: &str = "stw_";
/// Keys that were seen are not looked up again for so long; the first statement of every call checks them anyway.
const SEEN_FOR: Duration = Duration::from_secs(60);
const MOST: u64 = 10_000;

/// A key that was found.
#[derive(Debug)]
pub struct Known {
    /// The key.
    pub id: Uuid,
    /// Whose it is.
    pub user: Uuid,
    /// What it is limited to.
    pub scopes: Option<Arc<[String]>>,
}

/// Keys that were seen lately, by hash, and when their use was last written down.
pub(super) struct Cache {
    seen: moka::sync::Cache<Vec<u8>, Arc<Known>>,
    used: moka::sync::Cache<Uuid, Instant>,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self {
            seen: moka::sync::Cache::builder().max_capacity(MOST).time_to_live(SEEN_FOR).build(),
            used: moka::sync::Cache::builder().max_capacity(MOST).time_to_live(SEEN_FOR).build(),
        }
    }
}

impl Identity {
    /// Whose key this is. One that is not known, was revoked or has expired is unauthenticated.
    pub async fn key(&self, key: &str) -> Result<Arc<Known>> {
        let hash = random::hashed(key);
        if let Some(known) = self.keys.seen.get(&hash) {
            return Ok(known);
        }
        let row =
            sqlx::query!(r#"select key_id as "key_id!", user_id as "user_id!", scopes from find_api_key($1)"#, hash)
                .fetch_optional(&self.pool)
                .await?
                .ok_or_else(signed_out)?;
        let known = Arc::new(Known { id: row.key_id, user: row.user_id, scopes: row.scopes.map(Arc::from) });
        self.keys.seen.insert(hash, known.clone());
        Ok(known)
    }

    /// Notes that a key was used: at most once a minute, and nobody waits for it.
    pub fn key_used(&self, caller: &Caller) {
        let Some(key) = caller.pass.filter(|key| !self.keys.used.contains_key(key)) else { return };
        self.keys.used.insert(key, Instant::now());
        let (pool, who) = (self.pool.clone(), caller.principal.clone());
        let noting = async move {
            if let Err(error) = write_use(&pool, &who, key).await {
                tracing::debug!(error = %Logged(&error), "the use of a key was not written down");
            }
        };
        tokio::spawn(noting.in_current_span());
    }
}

async fn write_use(pool: &PgPool, who: &Principal, key: Uuid) -> Result<()> {
    let mut tx = pool.begin().await?;
    if enter(&mut tx, who, Some(key), Uuid::nil()).await? {
        sqlx::query!(
            "insert into api_key_uses (org_id, id, last_used_at) values ($1, $2, now())
             on conflict (org_id, id) do update set last_used_at = excluded.last_used_at",
            who.org,
            key
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A key to make.
pub struct NewKey {
    /// What people call it.
    pub name: String,
    /// What it is limited to: operations and groups of rights.
    pub scopes: Option<Vec<String>>,
    /// The last day on which it holds, in the company's zone.
    pub expires_on: Option<NaiveDate>,
}

/// A key that was made: the only time it is shown.
pub struct Made {
    /// Its id.
    pub id: Uuid,
    /// How it begins.
    pub prefix: String,
    /// The key.
    pub key: String,
}

/// Makes a key for the person at work.
pub async fn create(cx: &mut Cx, new: &NewKey) -> Result<Made> {
    if let Some(scopes) = &new.scopes {
        known_scopes(cx, scopes)?;
    }
    let expires_at = new.expires_on.map(|day| end_of(day, cx.who())).transpose()?;
    let (org, id, user, now) = (cx.org(), cx.id(), cx.who().id, cx.now());
    // from the id, so that an approved call writes the very row that was shown
    let prefix = format!("{PREFIX}{}", &id.simple().to_string()[24..]);
    let key = format!("{prefix}_{}", random::secret()?);
    sqlx::query!(
        "insert into api_keys (org_id, id, user_id, name, prefix, hash, scopes, expires_on, expires_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        org,
        id,
        user,
        new.name,
        prefix,
        random::hashed(&key),
        new.scopes.as_deref(),
        new.expires_on,
        expires_at,
        now
    )
    .execute(cx.db())
    .await
    .on_constraint("api_key_by_person", || {
        Refusal::new(Kind::Forbidden, codes::NEEDS_PERSON, "A key makes no keys: only a signed-in person does.")
            .fix("Sign in and make it there.")
    })?;
    Ok(Made { id, prefix, key })
}

/// Refuses what is neither an operation nor a group of rights.
fn known_scopes(cx: &Cx, scopes: &[String]) -> Result<()> {
    if scopes.is_empty() {
        return Err(Refusal::invalid("no_scope", "/scopes", "A key without any scope could do nothing.")
            .fix("Leave scopes out for everything you may, or name operations or groups.")
            .into());
    }
    for (i, scope) in scopes.iter().enumerate() {
        let known = cx.catalogue.iter().any(|entry| entry.name() == scope || entry.groups().iter().any(|g| g == scope));
        if !known {
            let detail = format!("There is no operation or group of rights called \"{scope}\".");
            return Err(Refusal::invalid("unknown_scope", &format!("/scopes/{i}"), detail)
                .fix("Scopes are names of operations (accounting.invoices.list) or groups (accounting.read, read).")
                .into());
        }
    }
    Ok(())
}

/// The first moment after a day, where the company is.
fn end_of(day: NaiveDate, who: &Principal) -> Result<DateTime<Utc>> {
    let too_late = || Refusal::invalid(codes::INVALID_INPUT, "/expires_on", "This date is too far away.");
    let next = day.checked_add_days(Days::new(1)).ok_or_else(too_late)?.and_time(chrono::NaiveTime::MIN);
    let end =
        next.and_local_timezone(who.zone).earliest().map_or_else(|| next.and_utc(), |end| end.with_timezone(&Utc));
    // whether a key still opens doors is a matter of the real day, whatever day it is for the business
    if end <= Utc::now() {
        return Err(Refusal::invalid("expired_already", "/expires_on", "A key that has ended already opens nothing.")
            .fix("Choose a day to come.")
            .into());
    }
    Ok(end)
}

/// Ends a key of the person at work, or with `any` of anybody, for good.
pub async fn revoke(cx: &mut Cx, id: Uuid, any: bool) -> Result<()> {
    let (org, me, now) = (cx.org(), cx.who().id, cx.now());
    let done = sqlx::query!(
        "update api_keys set revoked_at = $4 where org_id = $1 and id = $2 and (user_id = $3 or $5) and revoked_at is null",
        org,
        id,
        me,
        now,
        any
    )
    .execute(cx.db())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Refusal::not_found("API key").into());
    }
    Ok(())
}
