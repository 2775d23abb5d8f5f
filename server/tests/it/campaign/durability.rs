//! The real server with its private PostgreSQL, killed in the middle of work: what was acknowledged is there, what was
//! not is there whole or not at all, and the same key gets the same answer after the restart.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use steward_engines::postgres::{DATABASE, Login, PrivatePostgres};
use tokio::sync::watch;

use super::dice::Dice;
use super::{size, tell};
use crate::properties::broken;

/// A server that is killed and started again.
struct Mortal {
    folder: PathBuf,
    child: Child,
    address: String,
}

impl Mortal {
    fn born(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_steward"))
            .args(["serve", "--demo", "--json", "--listen", "127.0.0.1:0"])
            .env_clear()
            .envs(["PATH", "STEWARD_POSTGRES_BIN"].iter().filter_map(|key| Some((key, std::env::var_os(key)?))))
            .env("HOME", folder)
            .env("RUST_LOG", "off")
            .env("STEWARD_DATA", folder)
            .env("STEWARD_TODAY", "2026-03-16")
            .env("STEWARD_DEMO_SIZE", "small")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = serde_json::Deserializer::from_reader(child.stdout.take().unwrap());
        let announced = said.into_iter::<Value>().next().unwrap().unwrap();
        Self { folder: folder.to_owned(), child, address: announced["address"].as_str().unwrap().to_owned() }
    }

    /// The process of its PostgreSQL.
    fn postmaster(&self) -> Pid {
        let elsewhere = std::fs::read_to_string(self.folder.join("postgres-location"));
        let home = elsewhere.map_or_else(|_| self.folder.join("postgres"), |path| PathBuf::from(path.trim_end()));
        let lock = std::fs::read_to_string(home.join("cluster/postmaster.pid")).unwrap();
        Pid::from_raw(lock.lines().next().unwrap().trim().parse().unwrap())
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn stop(&mut self) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), Signal::SIGINT).unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Mortal {
    /// What fails leaves nothing running.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the clients did, together.
#[derive(Default)]
struct Tally {
    stop: AtomicBool,
    lost: AtomicUsize,
    busy: AtomicUsize,
    errors: AtomicUsize,
}

/// One client's memory: which key was acknowledged with which answer, and which plans were refused.
#[derive(Default)]
struct Memory {
    done: BTreeMap<String, Value>,
    refused: Vec<String>,
}

struct Client {
    http: reqwest::Client,
    address: watch::Receiver<String>,
    token: String,
    tally: Arc<Tally>,
}

fn plan(key: &str, refused: bool) -> Value {
    let mut calls = vec![
        json!({"name": "accounting.invoices.create", "arguments": {"customer": "Globex Industries SE", "reference": key,
            "lines": [{"description": "desk", "quantity": "2", "unit_price": "9.99"}]}}),
        json!({"name": "accounting.invoices.post", "arguments": {"id": {"$result": [0, "/id"]}}}),
    ];
    if refused {
        // its number is drawn by then
        calls.push(calls[1].clone());
    }
    json!({ "calls": calls })
}

impl Client {
    /// Until it is told what came of it, as a client does that knows the key to be safe to repeat.
    async fn insist(&self, key: &str, refused: bool) -> (u16, Value) {
        let since = Instant::now();
        loop {
            assert!(since.elapsed() < Duration::from_secs(120), "{key} was never answered");
            let url = format!("{}/api/v1/plans", *self.address.borrow());
            let request = self.http.post(url).bearer_auth(&self.token).header("Idempotency-Key", key);
            let answered = async {
                let answer = request.json(&plan(key, refused)).send().await?;
                Ok::<_, reqwest::Error>((answer.status().as_u16(), answer.json::<Value>().await?))
            };
            match answered.await {
                Ok((200, body)) => return (200, body),
                Ok((503, _)) => self.tally.busy.fetch_add(1, Ordering::Relaxed),
                Ok((500, _)) => self.tally.errors.fetch_add(1, Ordering::Relaxed),
                Ok(other) => return other,
                Err(_) => self.tally.lost.fetch_add(1, Ordering::Relaxed),
            };
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    async fn work(self, number: u64) -> (Self, Memory) {
        let (mut dice, mut memory) = (Dice::of(number), Memory::default());
        while !self.tally.stop.load(Ordering::Relaxed) {
            let key = format!("K{number}-{}", memory.done.len() + memory.refused.len());
            let refused = dice.chance(30);
            let (status, body) = self.insist(&key, refused).await;
            match (status, refused) {
                (200, false) => drop(memory.done.insert(key, body)),
                (409, true) if body["code"] == "not_draft" => memory.refused.push(key),
                _ => panic!("{key}: {status} {body}"),
            }
        }
        (self, memory)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Blow {
    Server,
    Postmaster,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_every_death() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = std::env::temp_dir().join(format!("steward-it-{}-deaths", std::process::id()));
    let mut server = Mortal::born(&folder);
    let (tell_address, address) = watch::channel(server.address.clone());
    let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let token = super::token(&http, &server.address, "accountant").await.unwrap();
    let tally = Arc::new(Tally::default());
    let clients = size(12, 64);
    let work = (0..clients).map(|number| {
        let client =
            Client { http: http.clone(), address: address.clone(), token: token.clone(), tally: tally.clone() };
        tokio::spawn(client.work(number as u64))
    });
    let work: Vec<_> = work.collect();
    let since = Instant::now();
    let mut dice = Dice::of(99);
    let mut away = Duration::ZERO;
    for blow in [Blow::Server, Blow::Postmaster].repeat(size(1, 8)) {
        tokio::time::sleep(Duration::from_millis(700 + dice.below(400) + if super::soaking() { 2_000 } else { 0 }))
            .await;
        let dead = Instant::now();
        if blow == Blow::Postmaster {
            kill(server.postmaster(), Signal::SIGKILL).unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        server.kill();
        server = tokio::task::block_in_place(|| Mortal::born(&folder));
        away += dead.elapsed();
        tell_address.send_replace(server.address.clone());
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    tally.stop.store(true, Ordering::Relaxed);
    let (mut done, mut refused) = (BTreeMap::new(), Vec::new());
    let mut last = None;
    for client in work {
        let (client, memory) = client.await.unwrap();
        done.extend(memory.done);
        refused.extend(memory.refused);
        last = Some(client);
    }
    let took = since.elapsed();
    let client = last.unwrap();
    for (key, body) in done.iter().step_by((done.len() / 200).max(1)) {
        assert_eq!(client.insist(key, false).await, (200, body.clone()), "the stored answer of {key}");
    }
    let cluster = PrivatePostgres::open(&folder).await.unwrap();
    let owner =
        PgPoolOptions::new().max_connections(2).connect_with(cluster.options(Login::Owner, DATABASE)).await.unwrap();
    books(&owner, &done, &refused).await;
    owner.close().await;
    cluster.stop().await.unwrap();
    server.stop();
    std::fs::remove_dir_all(&folder).unwrap();
    tell(&format!(
        "{clients} clients, {} posted, {} refused in {took:.1?} of which {away:.1?} away; {} lost answers, {} busy, {} failed",
        done.len(),
        refused.len(),
        tally.lost.load(Ordering::Relaxed),
        tally.busy.load(Ordering::Relaxed),
        tally.errors.load(Ordering::Relaxed),
    ));
    assert!(done.len() > clients && !refused.is_empty());
    assert_eq!(tally.errors.load(Ordering::Relaxed), 0, "a death is answered with 503, not with 500");
}

/// Every acknowledged plan is there once and whole, every refused one not at all, and no number is missing.
async fn books(owner: &PgPool, done: &BTreeMap<String, Value>, refused: &[String]) {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let value: String =
            sqlx::query_scalar("select current_setting($1)").bind(setting).fetch_one(owner).await.unwrap();
        assert_eq!(value, "on", "{setting}");
    }
    let rows: Vec<(String, String, Option<String>)> =
        sqlx::query_as("select reference, id::text, number from invoices where reference like 'K%'")
            .fetch_all(owner)
            .await
            .unwrap();
    let mut there: BTreeMap<String, (String, Option<String>)> = BTreeMap::new();
    for (key, id, number) in rows {
        assert!(there.insert(key.clone(), (id, number)).is_none(), "{key} happened twice");
    }
    for (key, body) in done {
        let (id, number) = there.remove(key).unwrap_or_else(|| panic!("{key} was acknowledged and is gone"));
        assert_eq!(body["result"][0]["id"], json!(id), "{key}");
        assert_eq!(body["result"][1]["number"], json!(number), "{key}");
        let calls: i64 = sqlx::query_scalar("select count(*) from calls where plan_id = $1::uuid")
            .bind(body["plan_id"].as_str())
            .fetch_one(owner)
            .await
            .unwrap();
        assert_eq!(calls, 2, "{key} is recorded");
    }
    assert!(refused.iter().all(|key| !there.contains_key(key)), "a refused plan left an invoice");
    assert!(there.is_empty(), "nobody was told of {there:?}");
    assert_eq!(broken(owner).await, Vec::<&str>::new());
}
