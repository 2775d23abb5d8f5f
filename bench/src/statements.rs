//! What a turn says to the database: its statements as PostgreSQL counted them, its round trips as a proxy did.

use serde::Serialize;
use sqlx::{Executor as _, PgConnection};
use steward_engines::postgres::{DATABASE, Login};

use crate::Result;
use crate::proxy::Proxy;
use crate::scenarios::{Scenario, Side, World};

/// Turns that are counted.
const TURNS: u32 = 20;

/// One statement, by turn.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Statement {
    /// How often in a turn.
    pub(crate) calls: f64,
    /// How long each takes in the database, in microseconds.
    pub(crate) mean: f64,
    /// Whether it is the gate's own and not of the operation's `run`.
    pub(crate) of_gate: bool,
    pub(crate) text: String,
}

/// What one scenario says.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Said {
    pub(crate) measure: &'static str,
    pub(crate) statements: Vec<Statement>,
    /// Round trips of a turn.
    pub(crate) trips: f64,
    /// Those beside what `run` does, each statement of which is one.
    pub(crate) beside_run: f64,
    /// Microseconds in the database, of a turn.
    pub(crate) in_database: f64,
}

/// What the gate says, whatever the operation: parts of its statements.
const GATE: [&str; 13] = [
    "begin_call",
    "settle_call",
    "steward.call",
    "insert into calls",
    "into idempotency",
    "from idempotency",
    "insert into accesses",
    "record_done",
    "commit_call",
    "find_principal",
    "as scope",
    "find_custom_fields",
    "insert into attempts",
];

fn of_gate(text: &str) -> bool {
    let text = text.to_lowercase();
    matches!(text.trim_end_matches(';'), "begin" | "commit" | "rollback") || GATE.iter().any(|part| text.contains(part))
}

/// Counts what a server behind the proxy says while one client does it.
pub(crate) async fn count(world: &mut World<'_>, proxy: &Proxy, scenario: Scenario) -> Result<Said> {
    let mut crew = world.crew(scenario, Side::Steward, 1).await?;
    for _ in 0..8 {
        crew[0].turn().await?;
    }
    // reads that are written down a little later are not of these turns
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    world.cluster.set("pg_stat_statements.track", "top").await?;
    let mut admin = world.cluster.connect(Login::Superuser, "postgres").await?;
    admin.execute("select pg_stat_statements_reset()").await?;
    let before = proxy.trips();
    for _ in 0..TURNS {
        crew[0].turn().await?;
    }
    let trips = (proxy.trips() - before) as f64 / f64::from(TURNS);
    let statements = statements(&mut admin).await?;
    world.cluster.set("pg_stat_statements.track", "none").await?;
    let sum = |each: fn(&Statement) -> f64| statements.iter().map(each).sum::<f64>();
    Ok(Said {
        measure: scenario.name(),
        trips,
        beside_run: trips - sum(|s| if s.of_gate { 0.0 } else { s.calls }),
        in_database: sum(|s| s.calls * s.mean),
        statements,
    })
}

async fn statements(admin: &mut PgConnection) -> Result<Vec<Statement>> {
    let rows: Vec<(i64, f64, String)> = sqlx::query_as(
        "select s.calls, s.mean_exec_time, s.query from pg_stat_statements s join pg_database d on d.oid = s.dbid
         join pg_roles r on r.oid = s.userid where d.datname = $1 and r.rolname = 'steward_app' order by s.total_exec_time desc",
    )
    .bind(DATABASE)
    .fetch_all(admin)
    .await?;
    let statement = |(calls, mean, text): (i64, f64, String)| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Statement { calls: calls as f64 / f64::from(TURNS), mean: mean * 1000.0, of_gate: of_gate(&text), text }
    };
    Ok(rows.into_iter().map(statement).collect())
}
