//! Plans, undo, idempotency.

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Options, Plan, UndoTarget};
use uuid::Uuid;

use crate::support::World;

fn of(name: &str, arguments: Value) -> Call {
    Call { name: name.into(), arguments }
}

fn created_and_posted() -> Plan {
    let lines = json!([{"description": "desk", "quantity": "1", "unit_price": "100"}]);
    Plan::of(vec![
        of("accounting.invoices.create", json!({"customer": "Globex Industries SE", "lines": lines})),
        of("accounting.invoices.post", json!({"id": {"$result": [0, "/id"]}})),
    ])
}

async fn done(world: &World, caller: &Caller, plan: Plan, options: Options) -> (Uuid, Value, Value) {
    match world.gate.submit(caller, plan, options).await.unwrap() {
        Answer::Done { plan_id: Some(plan), result, undo, .. } => (plan, result, undo),
        other => panic!("not done: {other:?}"),
    }
}

async fn count(world: &World, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&world.owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_undone_by_what_stands_for_all_of_it() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let (plan, result, undo) = done(&world, &me, created_and_posted(), Options::default()).await;
    let names = |calls: &Value| -> Vec<String> {
        calls.as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&undo), ["accounting.invoices.credit"], "the credit note stands for posting and creating");

    let previewed =
        world.gate.undo(&me, UndoTarget::Plan(plan), Options { dry_run: true, ..Options::default() }).await.unwrap();
    assert!(matches!(previewed, Answer::Preview { .. }));
    world.gate.undo(&me, UndoTarget::Plan(plan), Options::default()).await.unwrap();
    let id = result[0]["id"].clone();
    let Answer::Done { result, .. } = world
        .gate
        .submit(&me, Plan::one(of("accounting.invoices.get", json!({"id": id}))), Options::default())
        .await
        .unwrap()
    else {
        panic!()
    };
    assert_eq!(result["status"], "credited");
    let again = world.gate.undo(&me, UndoTarget::Plan(plan), Options::default()).await.unwrap_err();
    assert_eq!(again.refusal().unwrap().code, "already_undone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_books_name_stays_when_a_plan_is_undone() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let plan = Plan::of(vec![
        of("directory.parties.create", json!({"name": "Neu GmbH", "kinds": ["customer"]})),
        of(
            "accounting.invoices.create",
            json!({"customer": {"$result": [0, "/id"]}, "lines": [{"description": "x", "quantity": "1", "unit_price": "1"}]}),
        ),
        of("accounting.invoices.post", json!({"id": {"$result": [1, "/id"]}})),
        of("directory.parties.update", json!({"id": {"$result": [0, "/id"]}, "phone": "1"})),
    ]);
    let (plan, result, undo) = done(&world, &me, plan, Options::default()).await;
    let names: Vec<&Value> = undo.as_array().unwrap().iter().map(|call| &call["name"]).collect();
    assert_eq!(names, ["directory.parties.update", "accounting.invoices.credit"]);
    world.gate.undo(&me, UndoTarget::Plan(plan), Options::default()).await.unwrap();
    let party = Plan::one(of("directory.parties.get", json!({"id": result[0]["id"]})));
    let Answer::Done { result, .. } = world.gate.submit(&me, party, Options::default()).await.unwrap() else {
        panic!()
    };
    assert_eq!(result.get("phone"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_step_takes_the_whole_plan_back() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let before = (count(&world, "invoices").await, count(&world, "calls").await);
    let plan = Plan::of(vec![
        of("directory.parties.create", json!({"name": "Neu GmbH", "kinds": ["vendor"]})),
        of(
            "accounting.invoices.create",
            json!({"customer": {"$result": [0, "/id"]}, "lines": [{"description": "x", "quantity": "1", "unit_price": "1"}]}),
        ),
    ]);
    let error = world.gate.submit(&me, plan, Options::default()).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!((refusal.code.as_str(), refusal.step), ("wrong_party_kind", Some(1)));
    assert_eq!((count(&world, "invoices").await, count(&world, "calls").await), before);
    assert_eq!(count(&world, "attempts").await, 1, "what was refused is written down");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reversible_call_is_undone_to_what_was() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let row = "select jsonb_agg(to_jsonb(p) - '{version,updated_at}'::text[] order by p.id) from parties p";
    let parties = async || -> Value { sqlx::query_scalar(row).fetch_one(&world.owner).await.unwrap() };
    let start = parties().await;
    for call in [
        of("directory.parties.create", json!({"name": "Kurz GmbH", "kinds": ["customer"]})),
        of("directory.parties.update", json!({"id": "Bank Street Books", "phone": "", "email": "new@books.example"})),
        of("directory.parties.tag", json!({"id": "Bank Street Books", "tags": ["vip"]})),
    ] {
        let (_, _, _) = done(&world, &me, Plan::one(call.clone()), Options::default()).await;
        let call: Uuid =
            sqlx::query_scalar("select id from calls order by seq desc limit 1").fetch_one(&world.owner).await.unwrap();
        assert_ne!(parties().await, start);
        world.gate.undo(&me, UndoTarget::Call(call), Options::default()).await.unwrap();
        assert_eq!(parties().await, start);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_drafts_come_back_with_their_lines() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let lines = json!([{"description": "desk", "quantity": "1.5", "unit": "m", "unit_price": "99.99", "discount_percent": "5", "tax_code": "RED"}]);
    let draft =
        of("accounting.invoices.create", json!({"customer": "Globex Industries SE", "lines": lines, "memo": "hello"}));
    let (_, first, _) = done(&world, &me, Plan::one(draft), Options::default()).await;
    let (plan, _, _) =
        done(&world, &me, Plan::one(of("accounting.invoices.delete", json!({"id": first["id"]}))), Options::default())
            .await;
    let Answer::Done { result, .. } = world.gate.undo(&me, UndoTarget::Plan(plan), Options::default()).await.unwrap()
    else {
        panic!()
    };
    for same in ["customer", "date", "due_date", "memo", "lines", "totals"] {
        assert_eq!(result[0][same], first[same], "{same}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_has_one_effect_however_often_it_comes() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let before = count(&world, "invoices").await;
    let with_key = || Options { idempotency_key: Some("k-1".into()), ..Options::default() };
    let twins = (0..16).map(|_| done(&world, &me, created_and_posted(), with_key()));
    let answers = futures::future::join_all(twins).await;
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "all get the same answer");
    assert_eq!(count(&world, "invoices").await, before + 1);
    let other = Plan::of(vec![of("directory.parties.create", json!({"name": "Neu GmbH", "kinds": ["vendor"]}))]);
    let error = world.gate.submit(&me, other, with_key()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code, "idempotency_mismatch");
}

#[tokio::test(flavor = "multi_thread")]
async fn twins_that_need_a_yes_ask_once() {
    let world = World::new().await;
    let agent = world.agent_of("accountant").await;
    let with_key = || Options { idempotency_key: Some("k-2".into()), ..Options::default() };
    let twins = (0..8).map(|_| world.gate.submit(&agent, created_and_posted(), with_key()));
    let before = count(&world, "approvals").await;
    let asked: Vec<Uuid> = futures::future::join_all(twins)
        .await
        .into_iter()
        .map(|answer| match answer.unwrap() {
            Answer::NeedsApproval { approval } => approval.id,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(asked.windows(2).all(|pair| pair[0] == pair[1]), "{asked:?}");
    assert_eq!(count(&world, "approvals").await, before + 1);
}
