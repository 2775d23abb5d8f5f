//! Sessions: signing in, staying signed in, and leaving.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::throttle::Keys;
use super::{Identity, enter, passwords, random, signed_out};
use crate::{Caller, Cx, Kind, Principal, Refusal, Result};

/// A session that nobody uses ends after this,
const IDLE: TimeDelta = TimeDelta::days(30);
/// and every session after this.
const LONGEST: TimeDelta = TimeDelta::days(90);

/// Who wants to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The organisation's code.
    pub organization: String,
    /// The e-mail.
    pub email: String,
    /// The password.
    pub password: String,
}

/// A session that was opened, or goes on.
#[derive(Debug)]
pub struct Opened {
    /// The person.
    pub principal: Arc<Principal>,
    /// The session.
    pub session: Uuid,
    /// What keeps it going: shown once, good once.
    pub refresh_token: String,
}

impl Identity {
    /// Signs a person in. Unknown organisation, e-mail and wrong password answer alike, and take as long.
    pub async fn sign_in(&self, who: SignIn, from: Option<IpAddr>) -> Result<Opened> {
        let SignIn { organization, email, password } = who;
        let keys = Keys::of(Some((&organization, &email)), from);
        // counted within the turn: those who try at the same time are at most as many as there are turns
        let turn = passwords::turn().await?;
        self.throttle.admit(&keys, Instant::now())?;
        let row = sqlx::query!(
            r#"select user_id as "user_id!", password_hash as "password_hash!" from find_login($1, $2)"#,
            organization,
            email.trim().to_lowercase()
        )
        .fetch_optional(&self.pool)
        .await?;
        let (user, hash) = row.map_or((None, None), |row| (Some(row.user_id), Some(row.password_hash)));
        let verified = passwords::verify(hash, password).await?;
        let Some(user) = user.filter(|_| verified) else {
            self.throttle.failed(&keys, Instant::now());
            // not even which organisation: people write passwords into the wrong field
            tracing::info!("somebody did not sign in");
            return Err(wrong_credentials());
        };
        drop(turn);
        self.throttle.succeeded(&keys);
        self.forget(user);
        let principal = self.principal(user).await?;
        let mut tx = self.as_person(&principal, Uuid::nil()).await?;
        let opened = open(&mut tx, principal).await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// Goes on with a session: the token is good once, and answers the next. A token that is shown again was
    /// stolen from somebody, or by somebody: the session ends for both.
    pub async fn refresh(&self, token: &str, from: Option<IpAddr>) -> Result<Opened> {
        let keys = Keys::of(None, from);
        self.throttle.admit(&keys, Instant::now())?;
        let found = sqlx::query!(
            r#"select user_id as "user_id!", session_id as "session_id!", token_id as "token_id!", used as "used!" from find_refresh_token($1)"#,
            random::hashed(token)
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(found) = found else {
            self.throttle.failed(&keys, Instant::now());
            return Err(ended());
        };
        let principal = self.principal(found.user_id).await?;
        let mut tx = self.as_person(&principal, Uuid::nil()).await?;
        let used = sqlx::query!(
            "update refresh_tokens set used_at = now() where org_id = $1 and id = $2 and used_at is null",
            principal.org,
            found.token_id
        )
        .execute(&mut *tx)
        .await?;
        if used.rows_affected() == 0 {
            let (organization, actor) = (principal.org, principal.id);
            tracing::warn!(%organization, %actor, "a session was ended: a refresh token of it was used twice");
            end(&mut tx, principal.org, found.session_id, "reused").await?;
            tx.commit().await?;
            return Err(ended());
        }
        let done = sqlx::query!(
            "update sessions set used_at = now(), expires_at = least(now() + $3::interval, created_at + $4::interval)
             where org_id = $1 and id = $2 and ended_at is null and expires_at > now()",
            principal.org,
            found.session_id,
            interval(IDLE),
            interval(LONGEST)
        )
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(ended());
        }
        let refresh_token = hand_out(&mut tx, principal.org, found.session_id).await?;
        tx.commit().await?;
        Ok(Opened { principal, session: found.session_id, refresh_token })
    }

    /// The session that this caller came with is in use: it goes on, as by a refresh token.
    pub async fn prolong(&self, caller: &Caller) -> Result<()> {
        let (mut tx, who) = self.transaction(caller).await?;
        sqlx::query!(
            "update sessions set used_at = now(), expires_at = least(now() + $3::interval, created_at + $4::interval)
             where org_id = $1 and id = $2 and ended_at is null and expires_at > now()",
            who.org,
            caller.pass,
            interval(IDLE),
            interval(LONGEST)
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends the session that this caller came with: its tokens are dead at once.
    pub async fn sign_out(&self, caller: &Caller) -> Result<()> {
        let (mut tx, who) = self.transaction(caller).await?;
        if let Some(session) = caller.pass {
            end(&mut tx, who.org, session, "signed_out").await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A transaction of somebody who has just shown who they are.
    pub(super) async fn as_person(&self, who: &Principal, call: Uuid) -> Result<Transaction<'static, Postgres>> {
        let mut tx = self.pool.begin().await?;
        if enter(&mut tx, who, None, call).await? {
            return Ok(tx);
        }
        // their rights have changed since they were read
        self.forget(who.id);
        let who = self.principal(who.id).await?;
        if enter(&mut tx, &who, None, call).await? { Ok(tx) } else { Err(signed_out()) }
    }
}

/// Opens a session, and clears away those of the person's organisation that ended long ago.
pub(super) async fn open(tx: &mut PgConnection, principal: Arc<Principal>) -> Result<Opened> {
    let (org, session) = (principal.org, Uuid::now_v7());
    sqlx::query!(
        "delete from sessions where (org_id, id) in (select org_id, id from sessions where org_id = $1 and expires_at < now() limit 100)",
        org
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into sessions (org_id, id, user_id, expires_at) values ($1, $2, $3, now() + $4::interval)",
        org,
        session,
        principal.id,
        interval(IDLE)
    )
    .execute(&mut *tx)
    .await?;
    let refresh_token = hand_out(tx, org, session).await?;
    Ok(Opened { principal, session, refresh_token })
}

async fn hand_out(tx: &mut PgConnection, org: Uuid, session: Uuid) -> Result<String> {
    let token = format!("str_{}", random::secret()?);
    sqlx::query!(
        "insert into refresh_tokens (org_id, id, session_id, hash) values ($1, $2, $3, $4)",
        org,
        Uuid::now_v7(),
        session,
        random::hashed(&token)
    )
    .execute(tx)
    .await?;
    Ok(token)
}

async fn end(tx: &mut PgConnection, org: Uuid, session: Uuid, why: &str) -> Result<()> {
    sqlx::query!(
        "update sessions set ended_at = now(), ended_by = $3 where org_id = $1 and id = $2 and ended_at is null",
        org,
        session,
        why
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Ends the sessions of a person, but for the one that is at work.
pub(super) async fn end_others(cx: &mut Cx, user: Uuid, why: &str) -> Result<()> {
    let org = cx.org();
    end_all(cx.db(), org, user, why).await
}

/// The same, where no operation is running.
pub(super) async fn end_all(tx: &mut PgConnection, org: Uuid, user: Uuid, why: &str) -> Result<()> {
    sqlx::query!(
        "update sessions set ended_at = now(), ended_by = $3
         where org_id = $1 and user_id = $2 and ended_at is null and id is distinct from current_pass()",
        org,
        user,
        why
    )
    .execute(tx)
    .await?;
    Ok(())
}

fn interval(delta: TimeDelta) -> sqlx::postgres::types::PgInterval {
    sqlx::postgres::types::PgInterval { months: 0, days: 0, microseconds: delta.num_microseconds().unwrap_or(i64::MAX) }
}

pub(super) fn wrong_credentials() -> crate::Error {
    Refusal::new(Kind::Unauthenticated, "wrong_credentials", "Organisation, e-mail or password is wrong.").into()
}

fn ended() -> crate::Error {
    Refusal::new(Kind::Unauthenticated, "session_ended", "This session has ended, or never was.")
        .fix("Sign in at POST /api/v1/auth/token.")
        .into()
}

/// When a link or key that holds for so long ends.
pub(super) fn after(delta: TimeDelta) -> DateTime<Utc> {
    Utc::now() + delta
}
