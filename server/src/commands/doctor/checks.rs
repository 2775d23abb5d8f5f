//! The installation: settings with their origins, the data folder, the database.

use std::str::FromStr as _;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, Utc};
use serde::Serialize;
use sqlx::postgres::PgConnectOptions;
use steward_tools::files::FileKey;
use uuid::Uuid;

use super::Finding;
use crate::config::{Config, Secret, Settings};
use crate::database::{Database, migrations, safety};
use crate::{Result, compose};

const STORE_ANSWERS_WITHIN: Duration = Duration::from_secs(10);

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
        shown("url", config.url.clone()),
        shown("trusted_proxies", config.trusted_proxies.clone()),
        shown("database_url", config.database_url.as_ref().map(without_password)),
        shown("app_database_url", config.app_database_url.as_ref().map(without_password)),
        shown("today", config.today.map(|day| day.to_string())),
        shown("demo_size", Some(format!("{:?}", config.demo_size).to_lowercase())),
        shown("s3_url", config.s3_url.as_ref().map(bucket)),
        shown("file_limit", Some(config.file_limit.to_string())),
        shown("metrics_token", config.metrics_token.as_ref().map(|_| "•••".to_owned())),
        shown("log_format", Some(format!("{:?}", config.log_format).to_lowercase())),
        shown("models", config.models.clone()),
        shown("model_timeout", Some(format!("{} s", config.model_timeout))),
        shown("model_tools", config.model_tools.map(|tools| format!("{tools} tokens"))),
        shown("openai_api_key", config.openai_api_key.as_ref().map(hidden)),
        shown("openai_base_url", config.openai_base_url.as_deref().map(without_user)),
        shown("anthropic_api_key", config.anthropic_api_key.as_ref().map(hidden)),
        shown("anthropic_base_url", config.anthropic_base_url.as_deref().map(without_user)),
    ]
}

/// The bucket, and whatever stands in front of an @ not.
fn bucket(url: &Secret) -> String {
    let url = url.expose();
    url.split_once('@').map_or_else(|| url.to_owned(), |(_, place)| format!("s3://{place}"))
}

/// Who, where, which database; nothing else of an address is shown.
fn without_password(url: &Secret) -> String {
    PgConnectOptions::from_str(url.expose()).map_or_else(
        |_| "not an address".to_owned(),
        |o| format!("{}@{}:{}/{}", o.get_username(), o.get_host(), o.get_port(), o.get_database().unwrap_or_default()),
    )
}

fn hidden(secret: &Secret) -> String {
    format!("{secret:?}")
}

/// An address without who signs in there.
fn without_user(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }
}

/// The bucket where files are kept, if one is named: the folder is looked at with the others.
pub(super) async fn files(config: &Config) -> Option<Finding> {
    config.s3_url.as_ref()?;
    let fix = "Check S3_URL and the AWS_ settings: the bucket must be there, and its key may read and write it.";
    let store = match compose::files(config) {
        Ok(files) => files.store,
        Err(failure) => return Some(Finding::bad("files", failure.to_string(), fix)),
    };
    // what nobody has put there: a bucket that answers says that it has none
    let absent = FileKey::of(b"steward doctor");
    Some(match tokio::time::timeout(STORE_ANSWERS_WITHIN, store.get(Uuid::nil(), &absent)).await {
        Ok(Ok(_)) => Finding::good("files", "the bucket answers"),
        Ok(Err(error)) => Finding::bad("files", error.to_string(), fix),
        Err(_) => Finding::bad("files", "the bucket does not answer", fix),
    })
}

pub(super) async fn database(database: &Database) -> Result<Vec<Finding>> {
    let found = sqlx::query!(
        r#"select current_setting('server_version') as "version!", current_setting('server_version_num')::int as "number!",
               clock_timestamp() as "now!""#
    )
    .fetch_one(database.inspecting())
    .await?;
    let kind = if database.is_private() { "private" } else { "named" };
    let mut findings = vec![version(found.number, format!("PostgreSQL {}, {kind}", found.version))];
    findings.push(clock(Utc::now(), found.now));
    let missing = migrations::pending(database.inspecting()).await?;
    if missing > 0 {
        findings.push(Finding::bad("migrations", format!("{missing} missing"), "steward migrate"));
        return Ok(findings);
    }
    let newer = migrations::unknown(database.inspecting()).await?;
    findings.push(match newer {
        0 => Finding::good("migrations", "all applied"),
        more => Finding::bad(
            "migrations",
            format!("{more} that this program does not know"),
            "A newer Steward has migrated it: use that one, or restore a backup from before.",
        ),
    });
    let faults = safety::faults(database.app()).await?;
    findings.push(if faults.is_empty() {
        Finding::good("serving role", "owns nothing, and cannot step around row-level security")
    } else {
        let fix =
            "Name a role without these rights in STEWARD_APP_DATABASE_URL; steward migrate makes steward_app for it.";
        Finding::bad("serving role", faults.join("; "), fix)
    });
    Ok(findings)
}

/// Row-level security can be looked around in versions before these (CVE-2025-8713 and others).
fn version(number: i32, told: String) -> Finding {
    const MENDED: [(i32, i32); 3] = [(15, 14), (16, 10), (17, 6)];
    let (major, minor) = (number / 10_000, number % 10_000);
    if major < 15 {
        return Finding::bad("database", told, "Steward needs PostgreSQL 15 or newer.");
    }
    match MENDED.iter().find(|(of, _)| *of == major) {
        Some((_, mended)) if minor < *mended => Finding::warning(
            "database",
            format!("{told}, which has known holes (CVE-2025-8713 to 8715)"),
            format!(
                "Upgrade to {major}.{mended} or newer (apt-get install --only-upgrade postgresql-{major}), and restart."
            ),
        ),
        _ => Finding::good("database", told),
    }
}

/// Tokens, approvals and business days hang on the clock.
fn clock(here: DateTime<Utc>, there: DateTime<Utc>) -> Finding {
    const APART: i64 = 30;
    let fix = "Set the clock: timedatectl set-ntp true keeps it right.";
    let apart = (here - there).num_seconds().abs();
    if here.year() < 2026 {
        return Finding::bad("clock", format!("it says {}", here.format("%Y-%m-%d")), fix);
    }
    if apart > APART {
        return Finding::warning("clock", format!("this machine and the database are {apart} s apart"), fix);
    }
    Finding::good("clock", here.format("%Y-%m-%d %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::config::SETTINGS;

    #[test]
    fn every_setting_is_shown() {
        let config = Config::private(std::path::Path::new("x"));
        let shown = settings(&Settings { config, origins: std::collections::BTreeMap::new() });
        for &(key, _) in SETTINGS {
            assert!(shown.iter().any(|setting| setting.name == key), "{key}");
        }
    }

    #[test]
    fn versions_with_holes_are_pointed_out() {
        let state = |number| version(number, String::new()).state;
        for (number, wanted) in [
            (140_020, State::Bad),
            (150_013, State::Warning),
            (150_014, State::Ok),
            (160_009, State::Warning),
            (170_006, State::Ok),
            (180_000, State::Ok),
        ] {
            assert_eq!(state(number), wanted, "{number}");
        }
    }

    #[test]
    fn a_clock_that_is_off_is_noticed() {
        let now = Utc::now();
        assert_eq!(clock(now, now).state, State::Ok);
        assert_eq!(clock(now, now - chrono::TimeDelta::minutes(5)).state, State::Warning);
        assert_eq!(clock(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH).state, State::Bad);
    }

    #[test]
    fn an_address_of_a_model_is_shown_without_who_signs_in() {
        assert_eq!(without_user("https://me:hunter2@models.example/v1"), "https://models.example/v1");
        assert_eq!(without_user("http://127.0.0.1:8000"), "http://127.0.0.1:8000");
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown =
            without_password(&Secret::new("postgres://owner:hunter2@db.example:5433/steward?application_name=x"));
        assert_eq!(shown, "owner@db.example:5433/steward");
    }
}
