//! The same request many times at once, and requests that stand in each other's way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::Executor as _;
use steward_tools::{Answer, Caller, Decision, Options, Plan, Verdict};
use uuid::Uuid;

use super::{Served, call, dry, outcome, size, tell, together};
use crate::support::{World, superuser};

fn invoice(price: usize) -> Value {
    json!({"calls": [
        {"name": "accounting.invoices.create", "arguments": {"customer": "Globex Industries SE",
            "lines": [{"description": "desk", "quantity": "1", "unit_price": price.to_string()}]}},
        {"name": "accounting.invoices.post", "arguments": {"id": {"$result": [0, "/id"]}}},
    ]})
}

async fn count(world: &World, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&world.owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn twins_have_one_effect_and_equal_answers() {
    let world = World::new().await;
    let served = Arc::new(Served::before(world.gate.clone()).await);
    let token = served.token("accountant").await;
    let before = count(&world, "entries").await;
    let rounds = size(2, 40);
    for round in 0..rounds {
        let key = format!("twin-{round}");
        let post = |body: Value| {
            let (served, token, key) = (served.clone(), token.clone(), key.clone());
            async move {
                let request = served.client.post(format!("{}/api/v1/plans", served.url)).bearer_auth(token);
                let answer = request.header("Idempotency-Key", key).json(&body).send().await.unwrap();
                (answer.status(), answer.json::<Value>().await.unwrap())
            }
        };
        let answers = together((0..64).map(|_| post(invoice(100 + round)))).await;
        assert_eq!(answers[0].0, StatusCode::OK, "{answers:?}");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "all twins get the same answer");
        let (status, problem) = post(invoice(7)).await;
        assert_eq!((status.as_u16(), &problem["code"]), (422, &json!("idempotency_mismatch")));
    }
    let made = count(&world, "entries").await - before;
    assert_eq!(usize::try_from(made).unwrap(), rounds, "one effect a key");
    tell(&format!("{rounds} rounds of 64 twins"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_said_many_times_at_once_is_carried_out_once() {
    let world = World::new().await;
    let (agent, me) = (world.agent_of("accountant").await, Arc::new(world.person("accountant").await));
    for round in 0..size(3, 60) {
        let before = count(&world, "parties").await;
        let plan = Plan::one(call(
            "directory.parties.create",
            json!({"name": format!("Once {round} GmbH"), "kinds": ["customer"]}),
        ));
        let Answer::NeedsApproval { approval } = world.gate.submit(&agent, plan, Options::default()).await.unwrap()
        else {
            panic!("an agent's write asks")
        };
        let yes = (0..16).map(|_| {
            let (gate, me, id) = (world.gate.clone(), me.clone(), approval.id);
            async move { outcome(&gate.decide(&me, id, Decision { decision: Verdict::Approve, note: None }).await) }
        });
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for came in together(yes).await {
            *told.entry(came).or_default() += 1;
        }
        assert_eq!(told, BTreeMap::from([("already_decided".to_owned(), 15), ("done".to_owned(), 1)]));
        assert_eq!(count(&world, "parties").await, before + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_remembered_however_much_is_done_after_it() {
    let world = World::new().await;
    let me = world.person("sales").await;
    let keyed = |key: String| {
        let plan = Plan::one(call("directory.parties.tag", json!({"id": "P-00010", "tags": [key.clone()]})));
        world.gate.submit(&me, plan, Options { idempotency_key: Some(key), ..Options::default() })
    };
    let first = serde_json::to_value(keyed("first".into()).await.unwrap()).unwrap();
    for i in 0..size(250, 4_000) {
        keyed(i.to_string()).await.unwrap();
    }
    assert_eq!(serde_json::to_value(keyed("first".into()).await.unwrap()).unwrap(), first);
}

/// Deadlocks are found out sooner in this database than PostgreSQL's second.
async fn find_deadlocks_soon(world: &World) {
    let sql =
        format!("alter database {} set deadlock_timeout = '30ms'", world.app.connect_options().get_database().unwrap());
    superuser().await.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
}

/// How many deadlocks the database has met; its sessions report them within a second or so.
async fn deadlocks(world: &World) -> i64 {
    let sql = "select deadlocks from pg_stat_database where datname = current_database()";
    for _ in 0..30 {
        let met: i64 = sqlx::query_scalar(sql).fetch_one(&world.owner).await.unwrap();
        if met > 0 {
            return met;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    0
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlocks_are_run_again_inside() {
    let world = World::new().await;
    find_deadlocks_soon(&world).await;
    // connections that were opened after the setting
    let (gate, _) = super::stumbling_gate(&world, 10, &[]).await;
    let served = Arc::new(Served::before(gate).await);
    let token = served.token("sales").await;
    let pairs = ["Bank Street Books", "Globex Industries SE"];
    let plan = |from: usize, tag: String| {
        let step = |i: usize| json!({"name": "directory.parties.stumble", "arguments": {"id": pairs[i % 2], "how": "not", "ms": 10}});
        (json!({"calls": [step(from), step(from + 1)]}), tag)
    };
    let (rounds, since) = (size(6, 200), Instant::now());
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    for round in 0..rounds {
        let hands = (0..4).map(|hand| {
            let (served, token, (plan, key)) = (served.clone(), token.clone(), plan(hand, format!("{round}-{hand}")));
            async move {
                let request = served.client.post(format!("{}/api/v1/plans", served.url)).bearer_auth(token);
                let answer = request.header("Idempotency-Key", key).json(&plan).send().await.unwrap();
                (answer.status(), answer.headers().contains_key("retry-after"), answer.json::<Value>().await.unwrap())
            }
        });
        for (status, retry, answer) in together(hands).await {
            let busy = status == StatusCode::SERVICE_UNAVAILABLE
                && answer["code"] == "busy"
                && answer["retryable"] == true
                && retry;
            assert!(status == StatusCode::OK || busy, "{status} {answer}");
            *told.entry(status.to_string()).or_default() += 1;
        }
    }
    let met = deadlocks(&world).await;
    tell(&format!("{} plans in {:.1?}, {met} deadlocks: {told:?}", rounds * 4, since.elapsed()));
    assert!(met > 0, "no deadlock was met");
    assert!(told["200 OK"] * 10 >= rounds * 4 * 9, "most are carried out in the end: {told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_lock_is_told_to_come_back() {
    let world = World::new().await;
    let served = Served::before(world.gate.clone()).await;
    let token = served.token("sales").await;
    let mut holder = world.owner.begin().await.unwrap();
    let id: Uuid = sqlx::query_scalar("select id from parties where name = 'Bank Street Books' for update")
        .fetch_one(&mut *holder)
        .await
        .unwrap();
    let tag = |query: &str| {
        let request = served.client.post(format!("{}/api/v1/tools/directory.parties.tag{query}", served.url));
        request.bearer_auth(&token).header("Idempotency-Key", "lock").json(&json!({"id": id, "tags": ["x"]})).send()
    };
    let mut waits = vec!["?dry_run=true"];
    if super::soaking() {
        waits.push("");
    }
    for query in waits {
        let since = Instant::now();
        let answer = tokio::time::timeout(Duration::from_secs(25), tag(query)).await.unwrap().unwrap();
        let (status, retry) = (answer.status(), answer.headers().get("retry-after").cloned());
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(
            (status.as_u16(), &problem["code"], &problem["retryable"]),
            (503, &json!("busy"), &json!(true)),
            "{problem}"
        );
        assert!(retry.is_some());
        tell(&format!("{query:?} waited {:.1?}", since.elapsed()));
    }
    holder.rollback().await.unwrap();
    assert_eq!(tag("").await.unwrap().status(), StatusCode::OK, "a refusal is not remembered under the key");
    let again = world
        .gate
        .submit(
            &caller(&world).await,
            Plan::one(call("directory.parties.tag", json!({"id": id, "tags": ["y"]}))),
            dry(),
        )
        .await;
    assert_eq!(outcome(&again), "preview");
}

async fn caller(world: &World) -> Caller {
    world.person("sales").await
}
