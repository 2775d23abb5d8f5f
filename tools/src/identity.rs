//! Organisations and people: signing in, and the principal of every call.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use chrono_tz::Tz;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

use crate::{Error, Kind, Principal, Refusal, Result, codes};

/// The people, cached with the rights they had when read; a call whose rights version no longer holds is
/// found out by its first statement and reads them anew.
pub struct Identity {
    pool: PgPool,
    known: RwLock<HashMap<Uuid, Arc<Principal>>>,
}

impl Identity {
    pub(crate) fn new(pool: PgPool) -> Self {
        Self { pool, known: RwLock::default() }
    }

    /// The person with this id; gone or disabled is unauthenticated.
    pub async fn principal(&self, user: Uuid) -> Result<Arc<Principal>> {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&user) {
            return Ok(known.clone());
        }
        let row = sqlx::query!(
            r#"select org_id as "org_id!", org_code as "org_code!", org_name as "org_name!", currency as "currency!", zone as "zone!", limits as "limits!: Json<BTreeMap<String, i64>>",
                   id as "id!", email as "email!", name as "name!", roles as "roles!", party_id, rights_version as "rights_version!"
               from find_principal($1)"#,
            user
        )
        .fetch_optional(&self.pool)
        .await?
        .ok_or_else(signed_out)?;
        let principal = Arc::new(Principal {
            zone: row.zone.parse::<Tz>().map_err(|e| Error::internal(format!("zone {}: {e}", row.zone)))?,
            org: row.org_id,
            org_code: row.org_code,
            org_name: row.org_name,
            currency: row.currency,
            id: row.id,
            email: row.email,
            name: row.name,
            roles: row.roles,
            party: row.party_id,
            limits: row.limits.0,
            rights_version: row.rights_version,
        });
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(user, principal.clone());
        Ok(principal)
    }

    /// Reads this person anew the next time.
    pub fn forget(&self, user: Uuid) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&user);
    }

    /// Signs a person in. Unknown organisation, e-mail and wrong password answer alike, and take as long.
    pub async fn sign_in(&self, organization: &str, email: &str, password: String) -> Result<Arc<Principal>> {
        let row = sqlx::query!(
            r#"select user_id as "user_id!", password_hash as "password_hash!" from find_login($1, $2)"#,
            organization,
            email.to_lowercase()
        )
        .fetch_optional(&self.pool)
        .await?;
        let (user, hash) = row.map_or((None, None), |row| (Some(row.user_id), Some(row.password_hash)));
        let verified = tokio::task::spawn_blocking(move || verify(hash.as_deref(), &password))
            .await
            .map_err(|e| Error::internal(format!("password check: {e}")))?;
        match user.filter(|_| verified) {
            Some(user) => {
                self.forget(user);
                self.principal(user).await
            }
            None => Err(Refusal::new(
                Kind::Unauthenticated,
                "wrong_credentials",
                "Organisation, e-mail or password is wrong.",
            )
            .into()),
        }
    }

    /// A transaction that sees what this person may see, outside of calls (approvals, conversations, attempts),
    /// with the person as they are now: rights that changed since are read anew.
    pub async fn transaction(&self, who: &Arc<Principal>) -> Result<(Transaction<'static, Postgres>, Arc<Principal>)> {
        let mut tx = self.pool.begin().await?;
        if enter(&mut tx, who).await? {
            return Ok((tx, who.clone()));
        }
        self.forget(who.id);
        let who = self.principal(who.id).await?;
        if enter(&mut tx, &who).await? { Ok((tx, who)) } else { Err(signed_out()) }
    }

    /// The organisations in which an e-mail is known, with the person's id there: for the local operator.
    pub async fn memberships(&self, email: &str) -> Result<Vec<(String, Uuid)>> {
        let rows = sqlx::query!(
            r#"select org_code as "org_code!", user_id as "user_id!" from find_memberships($1)"#,
            email.to_lowercase()
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (row.org_code, row.user_id)).collect())
    }
}

fn signed_out() -> Error {
    Refusal::new(Kind::Unauthenticated, codes::UNAUTHENTICATED, "Nobody is signed in.").fix("Sign in.").into()
}

/// Sets whose rows a transaction sees. Answers whether the rights still hold.
async fn enter(connection: &mut PgConnection, who: &Principal) -> Result<bool> {
    let row = sqlx::query!(
        r#"select outcome as "outcome!" from begin_call($1, $2, $3, $4, $5, 5000, null, null)"#,
        who.org,
        who.id,
        who.scope().setting(),
        who.rights_version,
        Uuid::nil(),
    )
    .fetch_one(connection)
    .await?;
    Ok(row.outcome == "go")
}

/// Argon2id with the crate's recommended cost, as a PHC string.
pub fn hash_password(password: &str) -> Result<String> {
    let hash =
        Argon2::default().hash_password(password.as_bytes()).map_err(|e| Error::internal(format!("argon2: {e}")))?;
    Ok(hash.to_string())
}

/// Without a stored hash the same work is done on a hash that nothing matches.
fn verify(hash: Option<&str>, password: &str) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$dGhpcyBpcyBubyBoYXNoIG9mIGFueSBwYXNzd29yZCE";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}
