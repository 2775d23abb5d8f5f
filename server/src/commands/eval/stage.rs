//! Companies for tests: a copy of the sample company each, with a server before it on a port of this machine.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::NaiveDate;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgPool};
use steward_agent::{Agent, BuiltIn, Trained, llm};
use steward_engines::postgres::{Login, PrivatePostgres};
use steward_evals::stub::{Script, Stub};
use steward_evals::{Company, EvalError, Place, Stage, Usage};
use steward_models::LanguageModel;
use steward_surfaces::Tokens;
use steward_tools::{Files, Gate};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::metered::{Meter, Metered};
use crate::config::Config;
use crate::{Failure, Result, compose, database, demo, models};

/// Whoever answers in the companies of a stage.
pub struct Played {
    /// What it learns of the tools holds in every company.
    planner: BuiltIn,
    model: Option<(Arc<dyn LanguageModel>, usize)>,
    /// A scripted model lives as long as it is played.
    _stub: Option<Stub>,
}

impl Played {
    /// By its name: `planner`, `openai:NAME`, `anthropic:NAME`, or one of the scripts.
    pub async fn named(name: &str, config: &Config) -> Result<Self> {
        let mut config = Config { models: Some(name.to_owned()), ..config.clone() };
        if name == "planner" {
            return Ok(Self { planner: BuiltIn::default(), model: None, _stub: None });
        }
        let mut stub = None;
        if let Some(script) = Script::named(name) {
            let started = Stub::start(script).await?;
            config.openai_base_url = Some(started.base.clone());
            config.models = Some("openai:scripted".to_owned());
            // a script reads all it is given: what a large model sees is the harder test
            config.model_tools = Some(llm::LARGE);
            stub = Some(started);
        } else if !name.contains(':') {
            return Err(Failure::Usage(format!(
                "{name} is no model: name planner, openai:NAME, anthropic:NAME, saboteur or obedient."
            )));
        }
        let model = models::model_chain(&config)?.map(|model| (model, models::tools(&config)));
        Ok(Self { planner: BuiltIn::default(), model, _stub: stub })
    }

    fn agent(&self, gate: Gate, meter: &Arc<Meter>) -> Agent {
        match &self.model {
            None => Agent::with_model(gate, Arc::new(self.planner.clone())),
            Some((model, tools)) => {
                let metered = Metered { model: Arc::clone(model), meter: Arc::clone(meter) };
                Agent::with_model(gate, Arc::new(Trained::before(self.planner.clone(), Arc::new(metered), *tools)))
            }
        }
    }
}

/// Gives copies of a seeded database, with servers in this process.
pub struct LocalStage {
    /// The cluster that the template is in.
    pub cluster: Arc<PrivatePostgres>,
    /// The database to copy.
    pub template: String,
    /// Where attached files are.
    pub files: Files,
    /// The business day.
    pub today: NaiveDate,
    /// Whoever answers.
    pub played: Played,
}

impl Stage for LocalStage {
    fn company(&self) -> BoxFuture<'_, steward_evals::Result<Box<dyn Company>>> {
        let opened = async { Ok(Box::new(self.open().await?) as Box<dyn Company>) };
        opened.map(|opened: Result<_>| opened.map_err(|e| EvalError::Infrastructure(e.to_string()))).boxed()
    }
}

impl LocalStage {
    async fn open(&self) -> Result<Opened> {
        let name = format!("eval_{}", Uuid::now_v7().simple());
        let copy = format!(
            "create database {name} template {} owner {} strategy file_copy",
            self.template,
            Login::Owner.role()
        );
        self.administer(&copy).await?;
        let pool = database::app_pool(self.cluster.options(Login::App, &name));
        let gate = compose::gate(pool.clone(), self.files.clone(), Some(self.today))?;
        let meter = Arc::new(Meter::default());
        let agent = self.played.agent(gate.clone(), &meter);
        let mut key = [0; 32];
        key[..16].copy_from_slice(Uuid::new_v4().as_bytes());
        key[16..].copy_from_slice(Uuid::new_v4().as_bytes());
        let app = compose::app_with(gate.clone(), Tokens::with_key(&key), agent);
        let unable = |error: std::io::Error| Failure::new(format!("No port can be listened on: {error}."));
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(unable)?;
        let place = Place {
            base: format!("http://{}", listener.local_addr().map_err(unable)?),
            organization: "demo".to_owned(),
            domain: "demo.example".to_owned(),
            password: demo::PASSWORD.to_owned(),
        };
        let router = steward_surfaces::router(app).into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!(%error, "the server of a test ended");
            }
        });
        Ok(Opened { place, pool, gate, meter, name, serving, cluster: Arc::clone(&self.cluster) })
    }

    async fn administer(&self, sql: &str) -> Result<()> {
        administer(&self.cluster, sql).await
    }
}

async fn administer(cluster: &PrivatePostgres, sql: &str) -> Result<()> {
    // a machine at work copies slowly, which is nobody's concern
    let mut admin = cluster.options(Login::Superuser, "postgres").disable_statement_logging().connect().await?;
    admin.execute(AssertSqlSafe(sql.to_owned())).await?;
    Ok(admin.close().await?)
}

/// A company that is played with.
struct Opened {
    place: Place,
    pool: PgPool,
    gate: Gate,
    meter: Arc<Meter>,
    name: String,
    serving: tokio::task::JoinHandle<()>,
    cluster: Arc<PrivatePostgres>,
}

impl Company for Opened {
    fn place(&self) -> &Place {
        &self.place
    }
    fn usage(&self) -> Usage {
        self.meter.usage()
    }
    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        async move {
            self.serving.abort();
            self.gate.flush().await;
            self.pool.close().await;
            let gone = administer(&self.cluster, &format!("drop database if exists {} with (force)", self.name)).await;
            if let Err(error) = gone {
                tracing::warn!(%error, "the company of a test is left behind");
            }
        }
        .boxed()
    }
}
