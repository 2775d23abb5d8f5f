//! The installation: settings with their origins, the data folder, the database.

use std::str::FromStr as _;

use serde::Serialize;
use sqlx::postgres::PgConnectOptions;
use steward_engines::postgres::ServerLock;

use super::Finding;
use crate::Result;
use crate::config::{Config, Secret, Settings};
use crate::database::{Database, migrations, safety};

/// A setting as it may be shown.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) from: String,
}

pub(super) fn settings(settings: &Settings) -> Vec<Shown> {
    let config = &settings.config;
    let shown = |name: &'static str, value: Option<String>| Shown {
        name,
        value: value.unwrap_or_else(|| "–".to_owned()),
        from: settings.origins.get(name).cloned().unwrap_or_else(|| "default".to_owned()),
    };
    vec![
        shown("data", Some(config.data.display().to_string())),
        shown("listen", Some(config.listen.to_string())),
        shown("database_url", config.database_url.as_ref().map(without_password)),
        shown("app_database_url", config.app_database_url.as_ref().map(without_password)),
        shown("today", config.today.map(|day| day.to_string())),
        shown("log_format", Some(format!("{:?}", config.log_format).to_lowercase())),
    ]
}

/// Who, where, which database; nothing else of an address is shown.
fn without_password(url: &Secret) -> String {
    PgConnectOptions::from_str(url.expose()).map_or_else(
        |_| "not an address".to_owned(),
        |o| format!("{}@{}:{}/{}", o.get_username(), o.get_host(), o.get_port(), o.get_database().unwrap_or_default()),
    )
}

pub(super) fn data_folder(config: &Config) -> Vec<Finding> {
    let folder = config.data.display();
    let there = if config.data.is_dir() {
        format!("{folder} is there")
    } else {
        format!("{folder} will be made at the first start")
    };
    let serving = ServerLock::holder(&config.data).map_or_else(
        || "nobody serves it now".to_owned(),
        |holder| format!("process {} serves it on {}", holder.pid, holder.address),
    );
    vec![Finding::good("data folder", format!("{there}; {serving}"))]
}

pub(super) async fn database(database: &Database) -> Result<Vec<Finding>> {
    let version = sqlx::query_scalar!(r#"select current_setting('server_version') as "version!""#)
        .fetch_one(database.inspecting())
        .await?;
    let kind = if database.is_private() { "private" } else { "named" };
    let mut findings = vec![Finding::good("database", format!("PostgreSQL {version}, {kind}"))];
    let missing = migrations::pending(database.inspecting()).await?;
    if missing > 0 {
        findings.push(Finding::bad("migrations", format!("{missing} missing"), "Run steward migrate."));
        return Ok(findings);
    }
    findings.push(Finding::good("migrations", "all applied"));
    let faults = safety::faults(database.app()).await?;
    findings.push(if faults.is_empty() {
        Finding::good("serving role", "owns nothing, and cannot step around row-level security")
    } else {
        Finding::bad("serving role", faults.join("; "), "Name a role without these rights in STEWARD_APP_DATABASE_URL.")
    });
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown =
            without_password(&Secret::new("postgres://owner:hunter2@db.example:5433/steward?application_name=x"));
        assert_eq!(shown, "owner@db.example:5433/steward");
    }
}
