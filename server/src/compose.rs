//! The product, put together.

use std::sync::Arc;

use chrono::NaiveDate;
use sqlx::PgPool;
use steward_agent::Agent;
use steward_surfaces::{App, Tokens};
use steward_tools::{Catalogue, Clock, Gate, GateOptions, Result};

/// Every operation there is.
pub fn catalogue() -> Result<Catalogue> {
    Catalogue::new(&[&steward_directory::DOMAIN, &steward_accounting::DOMAIN, &steward_audit::DOMAIN])
}

/// The gate before a database. `today` is the demo's business day.
pub fn gate(app: PgPool, today: Option<NaiveDate>) -> Result<Gate> {
    Gate::new(GateOptions { pool: app, catalogue: catalogue()?, clock: Clock::fixed(today), policies: Vec::new() })
}

/// What the surfaces serve.
#[must_use]
pub fn app(gate: Gate, tokens: Tokens) -> App {
    App {
        agent: Arc::new(Agent::new(gate.clone())),
        gate,
        tokens,
        proxies: steward_surfaces::Proxies::default(),
        stopping: tokio_util::sync::CancellationToken::new(),
        tasks: tokio_util::task::TaskTracker::new(),
    }
}
