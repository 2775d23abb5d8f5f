//! Migrations: part of the binary, applied as the owner.

use std::collections::BTreeMap;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Executor as _, PgPool, Row as _};

use crate::{Failure, Result};

/// The schema, applied by the owner.
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// One migration that this binary has.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Migration {
    /// Its number.
    pub version: i64,
    /// What it brings.
    pub description: String,
    /// Whether the database has it.
    pub applied: bool,
}

/// Applies what is missing, and answers how many that were.
pub async fn run(owner: &PgPool) -> Result<usize> {
    let before = pending(owner).await?;
    MIGRATOR.run(owner).await.map_err(failed)?;
    // so that the serving role can tell whether anything is missing
    owner.execute("grant select on _sqlx_migrations to steward_app").await?;
    Ok(before)
}

/// Makes the roles that migrations expect, where the database is not the private one.
pub async fn prepare_roles(owner: &PgPool) -> Result<()> {
    owner.execute(include_str!("roles.sql")).await.map_err(|e| {
        Failure::new(format!("The database roles could not be made: {e}."))
            .fix("As a superuser: create role steward_app noinherit login; create role steward_login noinherit; create role steward_worker noinherit login; and grant steward_login, steward_app to the owner.")
    })?;
    Ok(())
}

/// What there is, and what the database has of it.
pub async fn status(pool: &PgPool) -> Result<Vec<Migration>> {
    let applied = applied(pool).await?;
    let all = MIGRATOR.iter().map(|m| Migration {
        version: m.version,
        description: m.description.to_string(),
        applied: applied.get(&m.version).is_some_and(|checksum| *checksum == *m.checksum),
    });
    Ok(all.collect())
}

/// How many are missing.
pub async fn pending(pool: &PgPool) -> Result<usize> {
    Ok(status(pool).await?.iter().filter(|m| !m.applied).count())
}

/// How many the database has that this binary does not know.
pub async fn unknown(pool: &PgPool) -> Result<usize> {
    let applied = applied(pool).await?;
    Ok(applied.keys().filter(|version| !MIGRATOR.version_exists(**version)).count())
}

/// Checked only when it runs: the table is the migrator's own, and absent at first.
async fn applied(pool: &PgPool) -> Result<BTreeMap<i64, Vec<u8>>> {
    let there: Option<bool> =
        sqlx::query_scalar("select to_regclass('public._sqlx_migrations') is not null").fetch_one(pool).await?;
    if there != Some(true) {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query("select version, checksum from _sqlx_migrations where success").fetch_all(pool).await?;
    rows.iter().map(|row| Ok((row.try_get("version")?, row.try_get("checksum")?))).collect()
}

fn failed(error: MigrateError) -> Failure {
    let failure = Failure::new(format!("The database could not be migrated: {error}."));
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            failure.fix("It was migrated by a newer Steward: use that one.")
        }
        MigrateError::VersionMismatch(_) => {
            failure.fix("A migration was changed after it had been applied: use the Steward that applied it.")
        }
        _ => failure.fix("Nothing of the failed migration was kept; correct the cause and run steward migrate again."),
    }
}
