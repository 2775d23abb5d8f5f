//! How often the gate and the database wait for each other: counted between them, so that a trip too many is noticed.
//! Counts, not times: they are the same on a busy machine.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::postgres::PgPoolOptions;
use steward_tools::{Answer, Call, Caller, Gate, Options, Plan};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use crate::support::World;

/// What the server has answered: one tag for each message of ours that it was asked to answer.
#[derive(Clone, Default)]
struct Trips(Arc<Mutex<Vec<String>>>);

impl Trips {
    /// Reads what the server says: a trip ends with "ready for query", and one in which nothing was said is a ping.
    async fn listen(self, mut from: tokio::net::unix::OwnedReadHalf, mut to: tokio::net::unix::OwnedWriteHalf) {
        let mut said: Vec<String> = Vec::new();
        let mut head = [0_u8; 5];
        while from.read_exact(&mut head).await.is_ok() {
            let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
            let mut body = vec![0; length - 4];
            from.read_exact(&mut body).await.unwrap();
            match head[0] {
                b'Z' if !said.is_empty() => {
                    self.0.lock().unwrap_or_else(PoisonError::into_inner).push(said.join(", "));
                    said.clear();
                }
                b'C' => said.push(String::from_utf8_lossy(&body[..body.len() - 1]).into_owned()),
                b'1' => said.push("parsed".to_owned()),
                b'E' => said.push("error".to_owned()),
                _ => {}
            }
            to.write_all(&head).await.unwrap();
            if to.write_all(&body).await.is_err() {
                return;
            }
        }
    }
    /// Everything since the last time. What nobody waits for is waited for here.
    async fn take(&self) -> Vec<String> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A gate whose connections are listened to.
async fn overheard(world: &World) -> (Gate, Trips) {
    static HERE: AtomicUsize = AtomicUsize::new(0);
    let options = world.app.connect_options();
    let socket = options.get_socket().unwrap().join(".s.PGSQL.5432");
    let here = std::env::temp_dir().join(format!("steward-it-{}", std::process::id()));
    let here = here.join(format!("trips-{}", HERE.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir_all(&here).unwrap();
    let trips = Trips::default();
    tokio::spawn(relay(UnixListener::bind(here.join(".s.PGSQL.5432")).unwrap(), socket, trips.clone()));
    let options = options.as_ref().clone().socket(&here).statement_cache_capacity(2_000);
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    (world.gate_over(pool), trips)
}

async fn relay(listener: UnixListener, socket: impl AsRef<Path>, trips: Trips) {
    while let Ok((client, _)) = listener.accept().await {
        let server = UnixStream::connect(&socket).await.unwrap();
        let (mut from_client, to_client) = client.into_split();
        let (from_server, mut to_server) = server.into_split();
        tokio::spawn(trips.clone().listen(from_server, to_client));
        tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    }
}

/// Runs a plan until everything is prepared, then once more, and tells the trips of that.
async fn trips_of(gate: &Gate, trips: &Trips, caller: &Caller, dry_run: bool, calls: Value) -> Vec<String> {
    for round in 0.. {
        trips.take().await;
        let calls: Vec<Call> = serde_json::from_value(calls.clone()).unwrap();
        let plan = match <[Call; 1]>::try_from(calls) {
            Ok([only]) => Plan::one(only),
            Err(calls) => Plan::of(calls),
        };
        let key = Some(format!("trips-{round}")).filter(|_| !dry_run);
        let answer = gate.submit(caller, plan, Options { dry_run, idempotency_key: key }).await.unwrap();
        assert!(matches!(answer, Answer::Done { .. } | Answer::Preview { .. }), "{answer:?}");
        let said = trips.take().await;
        if round > 0 && !said.iter().any(|trip| trip.contains("parsed")) {
            return said;
        }
        assert!(round < 10, "something is prepared anew each time: {said:?}");
    }
    Vec::new()
}

fn create() -> Value {
    let line = |text: &str| json!({"description": text, "quantity": "2", "unit_price": "10.50"});
    json!({"name": "accounting.invoices.create", "arguments": {
        "customer": "Globex Industries SE", "lines": [line("Desk"), line("Chair"), line("Lamp")],
    }})
}

#[tokio::test(flavor = "multi_thread")]
async fn hot_paths_take_few_round_trips() {
    let world = World::new().await;
    let (gate, trips) = overheard(&world).await;
    let accountant = world.person("accountant").await;
    let post = json!({"name": "accounting.invoices.post", "arguments": {"id": {"$result": [0, "/id"]}}});
    let party = |name: &str| json!({"name": "directory.parties.get", "arguments": {"id": name}});
    let id = {
        let all =
            gate.submit(&accountant, Plan::one(serde_json::from_value(party("P-00001")).unwrap()), Options::default());
        let Answer::Done { result, .. } = all.await.unwrap() else { panic!("a read is done") };
        result["id"].as_str().unwrap().to_owned()
    };
    // beside what the operation itself asks: the beginning, settling each call, and the record with the commit.
    // Reads end with a roll-back that nobody waits for
    for (what, dry_run, most, calls) in [
        ("point read", false, 3, json!([party(&id)])),
        ("list", false, 3, json!([{"name": "accounting.invoices.list", "arguments": {"status": "posted"}}])),
        ("draft", false, 6, json!([create()])),
        ("draft and post", false, 11, json!([create(), post])),
        ("preview of draft and post", true, 12, json!([create(), post])),
    ] {
        let said = trips_of(&gate, &trips, &accountant, dry_run, calls).await;
        assert!(said.len() <= most, "{what} takes {} round trips, {most} were enough: {said:#?}", said.len());
    }
}
