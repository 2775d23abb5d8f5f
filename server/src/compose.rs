//! The product, put together.

use std::sync::Arc;

use chrono::NaiveDate;
use sqlx::PgPool;
use steward_agent::{Agent, Trained};
use steward_engines::files::{Folder, S3};
use steward_surfaces::{App, Tokens};
use steward_tools::{Catalogue, Clock, FileStore, Files, Gate, GateOptions, Result};

use crate::Failure;
use crate::config::Config;
use crate::files::Kept;
use crate::models;

/// Every operation there is.
pub fn catalogue() -> Result<Catalogue> {
    Catalogue::new(&[&steward_directory::DOMAIN, &steward_accounting::DOMAIN, &steward_audit::DOMAIN])
}

/// The gate before a database. `today` is the demo's business day.
pub fn gate(app: PgPool, files: Files, today: Option<NaiveDate>) -> Result<Gate> {
    let (catalogue, clock) = (catalogue()?, Clock::fixed(today));
    Gate::new(GateOptions { pool: app, catalogue, clock, policies: Vec::new(), files })
}

/// Where files are kept: the bucket that is named, else a folder beside the other data.
pub fn files(config: &Config) -> crate::Result<Files> {
    let store: Arc<dyn FileStore> = match &config.s3_url {
        Some(url) => {
            let bucket = S3::open(url.expose()).map_err(|e| {
                Failure::new(format!("S3_URL names no file store that can be used: {e}."))
                    .fix("Write it s3://BUCKET, and set AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
            })?;
            Arc::new(Kept(bucket))
        }
        None => Arc::new(Kept(Folder::new(config.data.join("files")))),
    };
    Ok(Files { store, limit: config.file_limit })
}

/// The agent: the models that are configured, with the built-in planner behind them, or the planner alone.
pub fn agent(gate: Gate, config: &Config) -> crate::Result<Agent> {
    Ok(match models::model_chain(config)? {
        Some(model) => Agent::with_model(gate, Arc::new(Trained::new(model, models::tools(config)))),
        None => Agent::new(gate),
    })
}

/// What the surfaces serve, with the built-in planner alone.
#[must_use]
pub fn app(gate: Gate, tokens: Tokens) -> App {
    let agent = Agent::new(gate.clone());
    app_with(gate, tokens, agent)
}

/// What the surfaces serve, with this agent.
#[must_use]
pub fn app_with(gate: Gate, tokens: Tokens, agent: Agent) -> App {
    App {
        agent: Arc::new(agent),
        gate,
        tokens,
        proxies: steward_surfaces::Proxies::default(),
        metrics: steward_surfaces::Metrics::default(),
        web: steward_surfaces::Web::embedded(),
        stopping: tokio_util::sync::CancellationToken::new(),
        tasks: tokio_util::task::TaskTracker::new(),
    }
}
