//! Roles, database and extensions of a new cluster. Every step may be repeated, so an interrupted first start does no harm.

use std::fs;

use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, postgres::PgConnectOptions};

use super::{PostgresError, error::on, home::Home, passwords::Passwords};

/// The database that Steward serves.
pub(super) const DATABASE: &str = "steward";

/// Does what is not done yet; `login` reaches the cluster as its superuser.
pub(super) async fn once(
    home: &Home,
    connection: &mut PgConnection,
    login: &PgConnectOptions,
    passwords: &Passwords,
) -> Result<(), PostgresError> {
    let marker = home.path.join("provisioned");
    if marker.exists() {
        return Ok(());
    }
    let available = sqlx::query("select from pg_available_extensions where name = 'pg_trgm'");
    available.fetch_optional(&mut *connection).await?.ok_or(PostgresError::NoTrigrams)?;
    let settings = "select set_config('steward.owner', $1, false), set_config('steward.app', $2, false), \
                    set_config('steward.worker', $3, false)";
    let set = sqlx::query(settings).bind(&passwords.owner).bind(&passwords.app).bind(&passwords.worker);
    set.execute(&mut *connection).await?;
    connection.execute(include_str!("roles.sql")).await?;
    let there =
        sqlx::query("select from pg_database where datname = 'steward'").fetch_optional(&mut *connection).await?;
    if there.is_none() {
        connection.execute("create database steward owner steward_owner template template0").await?;
    }
    // template1 too, so that every database created later has it.
    for database in [DATABASE, "template1"] {
        let mut there = login.clone().database(database).connect().await?;
        there.execute("create extension if not exists pg_trgm").await?;
        there.close().await?;
    }
    fs::write(&marker, "1\n").map_err(on("write", &marker))
}
