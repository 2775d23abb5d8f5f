//! One private cluster a run, one migrated and seeded template, one clone for each test that commits.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, Executor, PgConnection, PgPool};
use steward_engines::files::Folder;
use steward_engines::postgres::{Login, PrivatePostgres};
use steward_server::files::Kept;
use steward_server::{compose, database, demo};
use steward_tools::{Caller, Catalogue, Clock, Credential, Files, Gate, GateOptions, Op, Operation, Surface};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::tag::Tag;

/// The business day of all tests: a Monday.
pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 16).unwrap();

/// The most bytes of a file, here: more than an answer carries.
pub const FILE_LIMIT: usize = 2_000_000;

const TEMPLATE: &str = "steward_template";
static CLUSTER: OnceCell<PrivatePostgres> = OnceCell::const_new();

/// The catalogue of the product and the operation that docs/extend.md teaches to add.
pub fn catalogue() -> Catalogue {
    let product = compose::catalogue().unwrap();
    // whoever follows it has it in the product already
    if product.get(Tag::NAME).is_some() { product } else { product.with(Op::of::<Tag>()).unwrap() }
}

async fn cluster() -> &'static PrivatePostgres {
    CLUSTER
        .get_or_init(|| async {
            let cluster = PrivatePostgres::open(&data_folder()).await.unwrap();
            template(&cluster).await;
            cluster
        })
        .await
}

/// For what only the cluster's superuser may set.
pub async fn superuser() -> PgConnection {
    PgConnection::connect_with(&cluster().await.options(Login::Superuser, "postgres")).await.unwrap()
}

/// Where attached files go.
pub fn files() -> Files {
    Files { store: Arc::new(Kept(Folder::new(files_folder()))), limit: FILE_LIMIT }
}

/// A folder of this run; those of runs that ended are removed.
fn data_folder() -> PathBuf {
    let all = std::env::temp_dir();
    for entry in std::fs::read_dir(&all).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(pid) = name.strip_prefix("steward-it-").and_then(|rest| rest.split("-").next()) else { continue };
        if !PathBuf::from(format!("/proc/{pid}")).exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    all.join(format!("steward-it-{}", std::process::id()))
}

/// Where the files of all worlds of this run are: organisations are the same in each, and what is put is content.
pub fn files_folder() -> PathBuf {
    std::env::temp_dir().join(format!("steward-it-{}", std::process::id())).join("files")
}

async fn template(cluster: &PrivatePostgres) {
    let mut admin = PgConnection::connect_with(&cluster.options(Login::Superuser, "postgres")).await.unwrap();
    // tests may lose their data with the machine; what is durable is tested in the engines
    for setting in ["fsync", "full_page_writes"] {
        admin.execute(sqlx::AssertSqlSafe(format!("alter system set {setting} = off"))).await.unwrap();
    }
    admin.execute("select pg_reload_conf()").await.unwrap();
    admin.execute("create database steward_template owner steward_owner").await.unwrap();
    let owner =
        PgPoolOptions::new().max_connections(2).connect_with(cluster.options(Login::Owner, TEMPLATE)).await.unwrap();
    database::MIGRATOR.run(&owner).await.unwrap();
    let app =
        PgPoolOptions::new().max_connections(4).connect_with(cluster.options(Login::App, TEMPLATE)).await.unwrap();
    demo::seed(&owner, &gate_over(app.clone(), &[], TODAY), TODAY, demo::Size::Small, &|_, _, _| {}).await.unwrap();
    if let Some(sabotage) = std::env::var_os("STEWARD_SABOTAGE") {
        let sql = std::fs::read_to_string(sabotage).unwrap();
        if let Err(error) = owner.execute(sqlx::AssertSqlSafe(sql)).await {
            panic!("sabotage could not be applied: {error}");
        }
    }
    app.close().await;
    owner.close().await;
}

fn gate_over(pool: PgPool, policies: &[&str], today: NaiveDate) -> Gate {
    let policies = policies.iter().map(|text| (*text).to_owned()).collect();
    let files = files();
    Gate::new(GateOptions { pool, catalogue: catalogue(), clock: Clock::fixed(Some(today)), policies, files }).unwrap()
}

/// A clone of the demo company with a gate before it.
#[derive(Clone)]
pub struct World {
    pub gate: Gate,
    /// As the application role, without a gate.
    pub app: PgPool,
    /// As the owner, for looking behind the curtain.
    pub owner: PgPool,
}

impl World {
    pub async fn new() -> Self {
        Self::with_policies(&[]).await
    }

    pub async fn with_policies(policies: &[&str]) -> Self {
        let cluster = cluster().await;
        let name = format!("it_{}", Uuid::now_v7().simple());
        let mut admin = superuser().await;
        let sql = format!("create database {name} template {TEMPLATE} owner steward_owner strategy file_copy");
        admin.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        let pool = |login, most| PgPoolOptions::new().max_connections(most).connect_with(cluster.options(login, &name));
        let app = pool(Login::App, 10).await.unwrap();
        let owner = pool(Login::Owner, 2).await.unwrap();
        Self { gate: gate_over(app.clone(), policies, TODAY), app, owner }
    }

    /// Another gate before the same company, with policies beside the shipped ones.
    pub fn gate_with(&self, policies: &[&str]) -> Gate {
        gate_over(self.app.clone(), policies, TODAY)
    }

    /// A gate before the same database on another day.
    pub fn gate_on(&self, today: NaiveDate) -> Gate {
        gate_over(self.app.clone(), &[], today)
    }

    /// Another gate before the same company, over other connections.
    pub fn gate_over(&self, pool: PgPool) -> Gate {
        gate_over(pool, &[], TODAY)
    }

    /// A signed-in person of the demo company (`accountant`) or of another (`admin@rival.example`).
    pub async fn person(&self, who: &str) -> Caller {
        let email = if who.contains('@') { who.to_owned() } else { format!("{who}@demo.example") };
        let memberships = self.gate.identity().memberships(&email).await.unwrap();
        let principal = self.gate.identity().principal(memberships[0].1).await.unwrap();
        Caller {
            principal: Arc::clone(&principal),
            credential: Credential::Person,
            pass: None,
            scopes: None,
            surface: Surface::Rest,
            conversation: None,
            request_id: "test".into(),
            reason: None,
        }
    }

    /// A write as the owner, as a call of its own.
    pub async fn behind_the_curtain(&self, sql: &'static str) {
        let mut tx = self.owner.begin().await.unwrap();
        tx.execute("select set_config('steward.call', gen_random_uuid()::text, true)").await.unwrap();
        tx.execute(sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The same person, through an agent.
    pub async fn agent_of(&self, who: &str) -> Caller {
        Caller { surface: Surface::Agent, ..self.person(who).await }
    }
}
