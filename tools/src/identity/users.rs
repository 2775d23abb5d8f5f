//! Writing people: within calls, so that every change is recorded.

use uuid::Uuid;

use super::{links, passwords, sessions};
use crate::{Cx, Kind, OnConstraint, Refusal, Result, codes};

/// Somebody to let in.
pub struct NewUser {
    /// The address they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: Vec<String>,
    /// The party they stand for.
    pub party: Option<Uuid>,
}

/// Adds somebody, who cannot sign in before they have set a password.
pub async fn create(cx: &mut Cx, new: &NewUser) -> Result<Uuid> {
    let (org, id, now) = (cx.org(), cx.id(), cx.now());
    sqlx::query!(
        "insert into users (org_id, id, email, name, roles, party_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7)",
        org,
        id,
        new.email,
        new.name,
        &new.roles,
        new.party,
        now
    )
    .execute(cx.db())
    .await
    .on_constraint("users_org_id_email_key", || {
        Refusal::conflict("email_taken", format!("Somebody signs in as {} already.", new.email))
            .fix("Look them up with directory.users.list; directory.users.enable lets them in again.")
    })?;
    Ok(id)
}

/// What of a person is to be written.
pub struct Written<'a> {
    /// Who.
    pub id: Uuid,
    /// The version that was read.
    pub version: i32,
    /// Their name.
    pub name: &'a str,
    /// Their roles.
    pub roles: &'a [String],
    /// The party they stand for.
    pub party: Option<Uuid>,
}

/// Writes name, roles and party. Answers the new version.
pub async fn update(cx: &mut Cx, user: &Written<'_>) -> Result<i32> {
    let (org, now) = (cx.org(), cx.now());
    sqlx::query_scalar!(
        "update users set name = $4, roles = $5, party_id = $6, version = version + 1, updated_at = $7
         where org_id = $1 and id = $2 and version = $3 returning version",
        org,
        user.id,
        user.version,
        user.name,
        user.roles,
        user.party,
        now
    )
    .fetch_optional(cx.db())
    .await
    .on_constraint("own_roles", own_roles)?
    .ok_or_else(|| changed_meanwhile().into())
}

/// Lets somebody in, or no longer: then their sessions end. Answers the new version.
pub async fn set_active(cx: &mut Cx, id: Uuid, active: bool) -> Result<i32> {
    let (org, now) = (cx.org(), cx.now());
    let version = sqlx::query_scalar!(
        "update users set active = $3, version = version + 1, updated_at = $4 where org_id = $1 and id = $2 returning version",
        org,
        id,
        active,
        now
    )
    .fetch_optional(cx.db())
    .await
    .on_constraint("own_account", own_account)?
    .ok_or_else(|| Refusal::not_found("user"))?;
    if !active {
        sessions::end_others(cx, id, "disabled").await?;
        sqlx::query!("delete from sign_in_links where org_id = $1 and user_id = $2 and used_at is null", org, id)
            .execute(cx.db())
            .await?;
    }
    Ok(version)
}

/// Takes somebody's password away, and ends their sessions.
pub async fn forget_password(cx: &mut Cx, id: Uuid) -> Result<()> {
    let org = cx.org();
    links::set(cx.db(), org, id, None).await?;
    sessions::end_others(cx, id, "reset").await
}

/// Sets the password of the person at work, who knows the one they had. Their other sessions end.
pub async fn change_password(cx: &mut Cx, current: &str, new: &str) -> Result<()> {
    let who = cx.who().clone();
    passwords::check(new, "/new", &[&who.email, &who.org_name, &who.org_code])?;
    // a preview must not tell whether a password is right: its refusals are not counted
    if cx.is_preview() {
        return Ok(());
    }
    too_many_failures(cx).await?;
    let hash = sqlx::query_scalar!(
        r#"select password_hash as "password_hash!" from find_login($1, $2)"#,
        who.org_code,
        who.email
    )
    .fetch_optional(cx.db())
    .await?;
    let turn = passwords::turn().await?;
    if !passwords::verify(hash, current.to_owned()).await? {
        return Err(Refusal::invalid("wrong_password", "/current", "This is not your password.").into());
    }
    let hash = passwords::hash(new.to_owned()).await?;
    drop(turn);
    links::set(cx.db(), who.org, who.id, Some(&hash)).await?;
    sessions::end_others(cx, who.id, "password").await
}

/// Whoever has found an open session must not find the password too: refused attempts are on record.
async fn too_many_failures(cx: &mut Cx) -> Result<()> {
    const MOST: i64 = 5;
    const MINUTES: i64 = 15;
    let (org, me) = (cx.org(), cx.who().id);
    let since = chrono::Utc::now() - chrono::TimeDelta::minutes(MINUTES);
    let since =
        uuid::Builder::from_unix_timestamp_millis(since.timestamp_millis().unsigned_abs(), &[0; 10]).into_uuid();
    let failed = sqlx::query_scalar!(
        r#"select count(*) as "count!" from attempts where org_id = $1 and id > $2 and actor_id = $3 and code = 'wrong_password'"#,
        org,
        since,
        me
    )
    .fetch_one(cx.db())
    .await?;
    if failed < MOST {
        return Ok(());
    }
    let mut refusal = Refusal::new(Kind::Throttled, codes::TOO_MANY_ATTEMPTS, "Too many wrong passwords.")
        .fix("Try again in a quarter of an hour, or ask an administrator for a new link.");
    refusal.extra = Some(serde_json::json!({"retry_after": MINUTES * 60, "limit": MOST}));
    Err(refusal.into())
}

/// Refuses roles that no policy knows.
pub fn known_roles(roles: &[String]) -> Result<Vec<String>> {
    let known = steward_policies::roles().map_err(|e| crate::Error::internal(e.to_string()))?;
    let mut chosen = Vec::new();
    for (i, role) in roles.iter().enumerate() {
        if !known.contains(role) {
            let detail = format!("There is no role called \"{role}\".");
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return Err(Refusal::invalid("unknown_role", &format!("/roles/{i}"), detail)
                .fix(format!("Roles are {}.", known.join(", ")))
                .into());
        }
        if !chosen.contains(role) {
            chosen.push(role.clone());
        }
    }
    if chosen.is_empty() {
        return Err(Refusal::invalid("no_role", "/roles", "Somebody without a role could do nothing.")
            .fix("Give at least one role, or disable the user.")
            .into());
    }
    Ok(chosen)
}

/// Nobody raises their own rights.
#[must_use]
pub fn own_roles() -> Refusal {
    Refusal::new(Kind::Forbidden, "own_roles", "Nobody changes their own roles or the party they stand for.")
        .fix("Ask another administrator.")
}

/// Nobody locks themselves out.
#[must_use]
pub fn own_account() -> Refusal {
    Refusal::new(Kind::Forbidden, "own_account", "Nobody disables themselves.").fix("Ask another administrator.")
}

pub(super) fn changed_meanwhile() -> Refusal {
    Refusal::conflict("changed_meanwhile", "Somebody is changing this at the same time.")
        .fix("Read it again and repeat.")
}
