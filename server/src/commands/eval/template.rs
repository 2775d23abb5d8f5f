//! The sample company, seeded once and copied for each test.

use std::path::Path;
use std::time::UNIX_EPOCH;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use steward_engines::postgres::{Login, PrivatePostgres};

use crate::config::Config;
use crate::database::{self, migrations};
use crate::demo::{self, Size};
use crate::{Result, compose};

/// The business day of all suites: a Monday.
pub(super) const TODAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 3, 16) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

const PREFIX: &str = "seed_";
const MAKING: &str = "seed_in_making";

/// The database to copy, seeded unless this very program has done so before.
pub(super) async fn ready(cluster: &PrivatePostgres, config: &Config, progress: demo::Progress<'_>) -> Result<String> {
    let mut admin = PgConnection::connect_with(&cluster.options(Login::Superuser, "postgres")).await?;
    // these companies may be lost with the machine
    for setting in ["fsync", "full_page_writes"] {
        admin.execute(AssertSqlSafe(format!("alter system set {setting} = off"))).await?;
    }
    admin.execute("select pg_reload_conf()").await?;
    let name = format!("{PREFIX}{}", fingerprint());
    let there: Vec<String> = sqlx::query_scalar(
        "select datname::text from pg_database where datname like 'seed\\_%' or datname like 'eval\\_%'",
    )
    .fetch_all(&mut admin)
    .await?;
    for old in there.iter().filter(|old| **old != name) {
        admin.execute(AssertSqlSafe(format!("drop database if exists {old} with (force)"))).await?;
    }
    if !there.contains(&name) {
        admin.execute(AssertSqlSafe(format!("create database {MAKING} owner {}", Login::Owner.role()))).await?;
        seed(cluster, config, progress).await?;
        admin.execute(AssertSqlSafe(format!("alter database {MAKING} rename to {name}"))).await?;
    }
    admin.close().await?;
    Ok(name)
}

async fn seed(cluster: &PrivatePostgres, config: &Config, progress: demo::Progress<'_>) -> Result<()> {
    let owner = PgPoolOptions::new().max_connections(2).connect_with(cluster.options(Login::Owner, MAKING)).await?;
    migrations::run(&owner).await?;
    let app = database::app_pool(cluster.options(Login::App, MAKING));
    let gate = compose::gate(app.clone(), compose::files(config)?, Some(TODAY))?;
    let seeded = demo::seed(&owner, &gate, TODAY, Size::Sample, progress).await;
    gate.flush().await;
    app.close().await;
    owner.close().await;
    seeded?;
    Ok(())
}

/// Names what a template is made of: the schema, and the program that seeds it.
fn fingerprint() -> String {
    let mut digest = Sha256::new();
    for migration in database::MIGRATOR.iter() {
        digest.update(&*migration.checksum);
    }
    digest.update(env!("CARGO_PKG_VERSION"));
    if let Ok(program) = std::env::current_exe() {
        digest.update(built(&program));
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Tells one build from another without reading it.
fn built(program: &Path) -> String {
    let Ok(about) = program.metadata() else { return String::new() };
    let since = about.modified().ok().and_then(|when| when.duration_since(UNIX_EPOCH).ok());
    format!("{} {}", about.len(), since.unwrap_or_default().as_nanos())
}
