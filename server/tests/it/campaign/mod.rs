//! Campaigns: the evidence that the gate is hard to break. `make test` runs them short; `make soak` runs the same tests at
//! their full size (`STEWARD_SOAK=1`) and tells what it counted. `STEWARD_SEED` rolls other dice.

mod books;
mod cells;
mod dice;
mod durability;
mod ids;
mod isolation;
mod made_up;
mod periods;
mod raw_sql;
mod sabotage;
mod steps;
mod stumble;
mod timing;
mod twins;

use sqlx::postgres::PgPoolOptions;
use sqlx::{ConnectOptions as _, PgConnection, PgPool};
use steward_tools::{Answer, Call, Caller, Clock, Error, Gate, GateOptions, Op, Options, Plan};

use crate::support::{self, TODAY, World};

/// Whether this is the long run.
fn soaking() -> bool {
    std::env::var_os("STEWARD_SOAK").is_some()
}

/// How much of something: in every run, and in the long one.
fn size(short: usize, full: usize) -> usize {
    if soaking() { full } else { short }
}

/// What was counted, for whoever reads the log of a long run (`--nocapture`).
#[expect(clippy::print_stdout, reason = "a long run tells how long and how much")]
fn tell(what: &str) {
    if soaking() {
        println!("   {what}");
    }
}

/// A gate before the same company with an operation that stumbles, over `connections` connections of its own.
async fn stumbling_gate(world: &World, connections: u32, policies: &[&str]) -> (Gate, PgPool) {
    let options = (*world.app.connect_options()).clone();
    let pool = PgPoolOptions::new().max_connections(connections).connect_with(options).await.unwrap();
    let gate = Gate::new(GateOptions {
        pool: pool.clone(),
        catalogue: support::catalogue().with(Op::of::<stumble::Stumble>()).unwrap(),
        clock: Clock::fixed(Some(TODAY)),
        policies: policies.iter().map(|text| (*text).to_owned()).collect(),
        files: support::files(),
    });
    (gate.unwrap(), pool)
}

/// Another connection to the company's database as the application role, without a gate and a pool.
async fn stranger(world: &World) -> PgConnection {
    (*world.app.connect_options()).clone().connect().await.unwrap()
}

fn call(name: &str, arguments: serde_json::Value) -> Call {
    Call { name: name.to_owned(), arguments }
}

fn dry() -> Options {
    Options { dry_run: true, ..Options::default() }
}

async fn submit(gate: &Gate, caller: &Caller, name: &str, arguments: serde_json::Value) -> Result<Answer, Error> {
    gate.submit(caller, Plan::one(call(name, arguments)), Options::default()).await
}

/// The stable name of what came: `done`, `preview`, `needs_approval`, a refusal's code, or `failed`.
fn outcome(answer: &Result<Answer, Error>) -> String {
    match answer {
        Ok(Answer::Done { .. }) => "done".to_owned(),
        Ok(Answer::Preview { .. }) => "preview".to_owned(),
        Ok(Answer::NeedsApproval { .. }) => "needs_approval".to_owned(),
        Ok(Answer::Rejected { .. }) => "rejected".to_owned(),
        Err(error) => error.refusal().map_or_else(|| "failed".to_owned(), |refusal| refusal.code.clone()),
    }
}

/// A server on a port of its own before a gate.
struct Served {
    url: String,
    client: reqwest::Client,
}

impl Served {
    async fn before(gate: Gate) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let app = steward_server::compose::app(gate, steward_surfaces::Tokens::with_key(&[7; 32]));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, steward_surfaces::router(app)).await });
        Self { url, client: reqwest::Client::new() }
    }

    async fn token(&self, who: &str) -> String {
        token(&self.client, &self.url, who).await.unwrap()
    }
}

/// Signs a person of the demo company in.
async fn token(client: &reqwest::Client, url: &str, who: &str) -> Option<String> {
    let body = serde_json::json!({"organization": "demo", "email": format!("{who}@demo.example"), "password": "demo"});
    let answer = client.post(format!("{url}/api/v1/auth/token")).json(&body).send().await.ok()?;
    let answer: serde_json::Value = answer.json().await.ok()?;
    answer["access_token"].as_str().map(str::to_owned)
}

/// All hands at once, and what each brought back.
async fn together<T: Send + 'static>(
    hands: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let hands: Vec<_> = hands.into_iter().map(tokio::spawn).collect();
    let mut brought = Vec::with_capacity(hands.len());
    for hand in hands {
        brought.push(hand.await.unwrap());
    }
    brought
}
