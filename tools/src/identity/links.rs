//! Links by which people set a password: at their first time, and when they have lost it.

use std::net::IpAddr;
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::sessions::{after, end_all, open};
use super::throttle::Keys;
use super::{Identity, Opened, passwords, random};
use crate::{Cx, Kind, Refusal, Result};

/// Why somebody gets a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// They are new.
    Setup,
    /// They cannot sign in any more.
    Reset,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Reset => "reset",
        }
    }
    /// An invitation waits while people are away; a lost password is wanted back now.
    const fn holds_for(self) -> TimeDelta {
        match self {
            Self::Setup => TimeDelta::days(7),
            Self::Reset => TimeDelta::days(1),
        }
    }
}

/// A link: shown once, good once.
#[derive(Debug, Clone)]
pub struct Link {
    /// The address with the token.
    pub url: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

fn base() -> &'static RwLock<String> {
    static BASE: OnceLock<RwLock<String>> = OnceLock::new();
    BASE.get_or_init(|| RwLock::new("http://127.0.0.1:8080".to_owned()))
}

/// Where people reach this installation; links begin with it. One a process, since one process is one installation.
pub fn set_base_url(url: &str) {
    url.trim_end_matches('/').clone_into(&mut base().write().unwrap_or_else(PoisonError::into_inner));
}

/// Makes a link for a person, from within an operation. Older ones end.
pub async fn invite(cx: &mut Cx, user: Uuid, purpose: Purpose) -> Result<Link> {
    let org = cx.org();
    create(cx.db(), org, user, purpose).await
}

/// The same where no operation can run yet: for the first person of an organisation.
pub async fn create(connection: &mut PgConnection, org: Uuid, user: Uuid, purpose: Purpose) -> Result<Link> {
    let (token, expires_at) = (random::secret()?, after(purpose.holds_for()));
    sqlx::query!(
        "delete from sign_in_links where org_id = $1 and ((user_id = $2 and used_at is null) or expires_at < now() - interval '30 days')",
        org,
        user
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into sign_in_links (org_id, id, user_id, purpose, hash, expires_at) values ($1, $2, $3, $4, $5, $6)",
        org,
        Uuid::now_v7(),
        user,
        purpose.as_str(),
        random::hashed(&token),
        expires_at
    )
    .execute(&mut *connection)
    .await?;
    let base = base().read().unwrap_or_else(PoisonError::into_inner);
    Ok(Link { url: format!("{base}/setup#token={token}"), expires_at })
}

impl Identity {
    /// Sets a password by a link, signs the person in, and ends every session they had. The link is good once.
    pub async fn redeem(&self, token: &str, password: String, from: Option<IpAddr>) -> Result<Opened> {
        let keys = Keys::of(None, from);
        let turn = passwords::turn().await?;
        self.throttle.admit(&keys, Instant::now())?;
        let found = sqlx::query!(
            r#"select link_id as "link_id!", user_id as "user_id!" from find_sign_in_link($1)"#,
            random::hashed(token_of(token))
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(found) = found else {
            self.throttle.failed(&keys, Instant::now());
            return Err(no_such_link());
        };
        self.forget(found.user_id);
        let who = self.principal(found.user_id).await?;
        passwords::check(&password, "/password", &[&who.email, &who.org_name, &who.org_code])?;
        let hash = passwords::hash(password).await?;
        drop(turn);
        let call = Uuid::now_v7();
        let mut tx = self.as_person(&who, call).await?;
        let used = sqlx::query!(
            "update sign_in_links set used_at = now() where org_id = $1 and id = $2 and used_at is null",
            who.org,
            found.link_id
        )
        .execute(&mut *tx)
        .await?;
        if used.rows_affected() == 0 {
            return Err(no_such_link());
        }
        set(&mut tx, who.org, who.id, Some(&hash)).await?;
        end_all(&mut tx, who.org, who.id, "password").await?;
        sqlx::query!(
            "insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, created_at)
             values ($1, $2, $2, 0, $3, 'rest', false, 'redeem', 'system.set_password', 'final', '{}', '{}', $4, now())",
            who.org, call, who.id, format!("{} has set a password by a one-time link.", who.name)
        )
        .execute(&mut *tx)
        .await?;
        let opened = open(&mut tx, who).await?;
        tx.commit().await?;
        Ok(opened)
    }
}

/// People may paste the whole link.
fn token_of(text: &str) -> &str {
    text.rsplit_once("token=").map_or(text, |(_, token)| token).trim()
}

/// Writes a password's hash, or takes it away.
pub(super) async fn set(connection: &mut PgConnection, org: Uuid, user: Uuid, hash: Option<&str>) -> Result<()> {
    sqlx::query!(
        "update users set password_hash = $3, version = version + 1, updated_at = now() where org_id = $1 and id = $2",
        org,
        user,
        hash
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn no_such_link() -> crate::Error {
    Refusal::new(Kind::Unauthenticated, "invalid_link", "This link has been used, has expired, or never was.")
        .fix("Ask an administrator for a new one: steward user reset, or directory.users.reset_password.")
        .into()
}
