//! The database: a private one in the data folder, or the one that is named.

pub mod migrations;
pub mod safety;

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgPool};
use steward_engines::postgres::{DATABASE, Login, PrivatePostgres};

pub use self::migrations::MIGRATOR;

use crate::config::{Config, Secret};
use crate::{Failure, Result};

/// Connections that serve; PostgreSQL's own default allows a hundred in all.
const CONNECTIONS: u32 = 20;
const ACQUIRE_WITHIN: Duration = Duration::from_secs(5);
/// Prepared statements that a connection keeps: all of ours. The driver's own hundred would have it prepare again and again.
const STATEMENTS: usize = 2_000;
/// A connection that nobody used for so long may have died.
const RESTED: Duration = Duration::from_secs(1);
/// A statement, or a transaction that does nothing, ends after this.
const LIMITS: [(&str, &str); 2] = [("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "60s")];

/// An open database.
pub struct Database {
    app: PgPool,
    owner: Option<PgPool>,
    cluster: Option<PrivatePostgres>,
}

impl Database {
    /// Opens what the settings name. The private one is started where it does not run.
    pub async fn open(config: &Config) -> Result<Self> {
        if config.is_private() {
            let cluster = PrivatePostgres::open(&config.data).await?;
            return Ok(Self {
                app: app_pool(cluster.options(Login::App, DATABASE)),
                owner: Some(owner_pool(cluster.options(Login::Owner, DATABASE))),
                cluster: Some(cluster),
            });
        }
        let owner = config.database_url.as_ref().map(|url| options(url, "DATABASE_URL")).transpose()?;
        let app = match (&config.app_database_url, &owner) {
            (Some(url), _) => options(url, "STEWARD_APP_DATABASE_URL")?,
            // for development: SQL could step back to the owner, so production names both
            (None, Some(owner)) => owner.clone().options([("role", Login::App.role())]),
            (None, None) => return Err(Failure::new("No database is named.")),
        };
        reach(owner.as_ref().unwrap_or(&app)).await?;
        Ok(Self { app: app_pool(app), owner: owner.map(owner_pool), cluster: None })
    }
    /// Connections as the application role, which serve.
    #[must_use]
    pub const fn app(&self) -> &PgPool {
        &self.app
    }
    /// Connections as the owner, where they are known.
    pub fn owner(&self) -> Result<&PgPool> {
        self.owner
            .as_ref()
            .ok_or_else(|| Failure::new("This needs the owner of the database.").fix("Name it in DATABASE_URL."))
    }
    /// Connections that may look at the state of the schema: the serving role exists only once it is there.
    #[must_use]
    pub fn inspecting(&self) -> &PgPool {
        self.owner.as_ref().unwrap_or(&self.app)
    }
    /// Whether it is the private one, which is migrated without being asked.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        self.cluster.is_some()
    }
    /// Closes the connections, and stops the private database if nobody else uses it.
    pub async fn close(self) -> Result<()> {
        self.app.close().await;
        if let Some(owner) = self.owner {
            owner.close().await;
        }
        match self.cluster {
            Some(cluster) => Ok(cluster.stop().await?),
            None => Ok(()),
        }
    }
}

fn options(url: &Secret, name: &str) -> Result<PgConnectOptions> {
    PgConnectOptions::from_str(url.expose()).map_err(|_| {
        Failure::new(format!("{name} is not the address of a PostgreSQL database."))
            .fix("Write it as postgres://USER:PASSWORD@HOST/DATABASE.")
    })
}

/// Tries once, to say what is wrong: a pool would try again until its patience ends.
async fn reach(options: &PgConnectOptions) -> Result<()> {
    let place = format!("{}:{}", options.get_host(), options.get_port());
    let failed = |why: String| {
        Failure::new(format!("The database at {place} cannot be used: {why}."))
            .fix("Check its address and password; steward doctor shows where they come from.")
    };
    match tokio::time::timeout(ACQUIRE_WITHIN, options.connect()).await {
        Ok(Ok(connection)) => connection.close().await.map_err(|e| failed(e.to_string())),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(_) => Err(failed("it does not answer".to_owned())),
    }
}

/// The pool that serves, over connections of the application role.
#[must_use]
pub fn app_pool(options: PgConnectOptions) -> PgPool {
    let options = options.application_name("steward").options(LIMITS).statement_cache_capacity(STATEMENTS);
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_WITHIN)
        // asking a connection whether it lives costs a round trip: only one that has rested is asked
        .test_before_acquire(false)
        .before_acquire(|connection, resting| {
            Box::pin(async move {
                if resting.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}

fn owner_pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(ACQUIRE_WITHIN)
        .connect_lazy_with(options.application_name("steward owner"))
}
