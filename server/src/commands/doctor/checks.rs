//! The installation: settings with their origins, the data folder, the database.

use std::str::FromStr as _;
use std::time::Duration;

use serde::Serialize;
use sqlx::postgres::PgConnectOptions;
use steward_engines::postgres::ServerLock;
use steward_models::ModelError;

use super::Finding;
use crate::Result;
use crate::config::{Config, Secret, Settings};
use crate::database::{Database, migrations, safety};
use crate::models;

/// For so long a model may think about whether it is there.
const PROBE: Duration = Duration::from_secs(5);

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
        shown("models", config.models.clone()),
        shown("model_timeout", Some(format!("{} s", config.model_timeout))),
        shown("model_tools", config.model_tools.map(|tools| format!("{tools} tokens"))),
        shown("openai_api_key", config.openai_api_key.as_ref().map(hidden)),
        shown("openai_base_url", config.openai_base_url.as_deref().map(without_user)),
        shown("anthropic_api_key", config.anthropic_api_key.as_ref().map(hidden)),
        shown("anthropic_base_url", config.anthropic_base_url.as_deref().map(without_user)),
    ]
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

/// Asks every language model whether it is there, all at once.
pub(super) async fn models(config: &Config) -> Vec<Finding> {
    let configured = match models::configured(config) {
        Ok(configured) => configured,
        Err(failure) => return vec![Finding::bad("models", failure.to_string(), MODEL_SETTINGS)],
    };
    if configured.is_empty() {
        return vec![Finding::good("models", "none; the built-in planner understands direct commands")];
    }
    let probes = configured.iter().map(|model| async move {
        match tokio::time::timeout(PROBE, model.probe()).await {
            Ok(Ok(how)) => Finding::good("models", format!("{}: {how}", model.name())),
            Ok(Err(error)) => Finding::bad("models", error.to_string(), fix(&error)),
            Err(_) => Finding::bad("models", format!("{} did not answer within {PROBE:?}", model.name()), MODEL_REACH),
        }
    });
    futures::future::join_all(probes).await
}

const MODEL_SETTINGS: &str =
    "Set STEWARD_MODELS to openai:NAME or anthropic:NAME (several with commas between them), or to none.";
const MODEL_REACH: &str = "Check that it runs, and its address in OPENAI_BASE_URL or ANTHROPIC_BASE_URL.";

const fn fix(error: &ModelError) -> &'static str {
    match error {
        ModelError::Unreachable { .. } => MODEL_REACH,
        ModelError::Busy { .. } => "Wait, or name a second model in STEWARD_MODELS that is asked meanwhile.",
        ModelError::Refused { status: 401 | 403, .. } => "Check the key in OPENAI_API_KEY or ANTHROPIC_API_KEY.",
        ModelError::Refused { .. } => "Check the name of the model in STEWARD_MODELS.",
        ModelError::Broken { .. } => {
            "Check that the address in OPENAI_BASE_URL or ANTHROPIC_BASE_URL is that of the API."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_model_that_is_not_there_is_found_with_a_way_out() {
        let mut config = Config::private(std::path::Path::new("x"));
        assert!(models(&config).await.iter().all(|finding| finding.ok));
        config.models = Some("openai:x,anthropic:y".to_owned());
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        config.openai_base_url = Some(format!("http://{free}"));
        config.anthropic_base_url = Some(format!("http://{free}"));
        let found = models(&config).await;
        assert!(found.len() == 2 && found.iter().all(|finding| !finding.ok && finding.fix == Some(MODEL_REACH)));
        config.models = Some("x:y".to_owned());
        assert_eq!(models(&config).await[0].fix, Some(MODEL_SETTINGS));
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
