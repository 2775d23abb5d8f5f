//! Organisations and people: signing in, and the principal of every call.

pub mod api_keys;
pub mod links;
pub mod organizations;
mod passwords;
mod random;
mod sessions;
mod throttle;
pub mod users;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use chrono_tz::Tz;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

use crate::custom::{CustomField, CustomRow};
use crate::{Caller, Error, Kind, Principal, Refusal, Result, codes};

pub use api_keys::Known as KnownKey;
pub use passwords::hash_password;
pub use sessions::{Opened, SignIn};

/// The role whose holders let others in; every organisation keeps one.
pub const ADMIN: &str = "admin";

/// The people, cached with the rights they had when read; a call whose rights version no longer holds is
/// found out by its first statement and reads them anew.
pub struct Identity {
    pool: PgPool,
    known: RwLock<HashMap<Uuid, Arc<Principal>>>,
    keys: api_keys::Cache,
    throttle: throttle::Throttle,
}

impl Identity {
    pub(crate) fn new(pool: PgPool) -> Self {
        Self { pool, known: RwLock::default(), keys: api_keys::Cache::new(), throttle: throttle::Throttle::new() }
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
        let custom = self.custom_fields(row.org_id).await?;
        let principal = Arc::new(Principal {
            custom,
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

    /// The fields that an organisation has added to its records.
    async fn custom_fields(&self, org: Uuid) -> Result<Arc<[CustomField]>> {
        let rows = sqlx::query_as!(
            CustomRow,
            r#"select entity as "entity!", key as "key!", label as "label!", type as "type!", choices as "choices!",
                   required as "required!", help, archived as "archived!"
               from find_custom_fields($1)"#,
            org
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(CustomField::from).collect())
    }

    /// Reads this person anew the next time.
    pub fn forget(&self, user: Uuid) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&user);
    }

    /// A transaction that sees what this person may see, outside of calls (approvals, conversations, attempts),
    /// with the person as they are now: rights that changed since are read anew.
    pub async fn transaction(&self, caller: &Caller) -> Result<(Transaction<'static, Postgres>, Arc<Principal>)> {
        let mut tx = self.pool.begin().await?;
        let who = &caller.principal;
        if enter(&mut tx, who, caller.pass, Uuid::nil()).await? {
            return Ok((tx, who.clone()));
        }
        self.forget(who.id);
        let who = self.principal(who.id).await?;
        if enter(&mut tx, &who, caller.pass, Uuid::nil()).await? { Ok((tx, who)) } else { Err(signed_out()) }
    }

    /// The person as they are now, if what they signed in with still holds. One statement where nothing changed.
    pub async fn current(&self, caller: &Caller) -> Result<Arc<Principal>> {
        let who = self.principal(caller.principal.id).await?;
        let mut connection = self.pool.acquire().await?;
        if enter(&mut connection, &who, caller.pass, Uuid::nil()).await? {
            return Ok(who);
        }
        self.forget(who.id);
        let who = self.principal(who.id).await?;
        if enter(&mut connection, &who, caller.pass, Uuid::nil()).await? { Ok(who) } else { Err(signed_out()) }
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

    /// Who administers an organisation, first who did so first; without a code, those of all organisations.
    pub async fn administrators(&self, organization: Option<&str>) -> Result<Vec<(String, Uuid)>> {
        let rows = sqlx::query!(
            r#"select org_code as "org_code!", user_id as "user_id!" from find_administrators($1)"#,
            organization
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (row.org_code, row.user_id)).collect())
    }
}

/// Nobody is signed in, or no longer.
pub(crate) fn signed_out() -> Error {
    Refusal::new(Kind::Unauthenticated, codes::UNAUTHENTICATED, "Nobody is signed in, or no longer.")
        .fix("Sign in.")
        .into()
}

/// Sets whose rows a transaction sees. Answers whether the rights still hold; a session or key that ended is refused.
async fn enter(connection: &mut PgConnection, who: &Principal, pass: Option<Uuid>, call: Uuid) -> Result<bool> {
    let outcome = sqlx::query_scalar!(
        r#"select outcome as "outcome!" from begin_call($1, $2, $3, $4, $5, 5000, null, null, $6)"#,
        who.org,
        who.id,
        who.scope().setting(),
        who.rights_version,
        call,
        pass,
    )
    .fetch_one(connection)
    .await?;
    match outcome.as_str() {
        "go" => Ok(true),
        "signed_out" => Err(signed_out()),
        _ => Ok(false),
    }
}
