//! Taking back: refused where somebody changed the rows since, where it is taken back already, and where nothing
//! takes a step back.

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Options, Plan, Refusal, UndoTarget};
use uuid::Uuid;

use crate::support::World;

pub async fn done(world: &World, who: &Caller, name: &str, arguments: Value) -> (Uuid, Value) {
    let plan = Plan::one(Call { name: name.into(), arguments });
    match world.gate.submit(who, plan, Options::default()).await.unwrap() {
        Answer::Done { call_id: Some(call), result, .. } => (call, result),
        other => panic!("{other:?}"),
    }
}

pub async fn undo(world: &World, who: &Caller, call: Uuid) -> Result<Value, Refusal> {
    match world.gate.undo(who, UndoTarget::Call(call), Options::default()).await {
        Ok(Answer::Done { result, call_id, .. }) => Ok(json!({"call": call_id, "result": result})),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.refusal().unwrap_or_else(|| panic!("{error}")).clone()),
    }
}

const BOOKS: &str = "Bank Street Books";

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_since_is_not_taken_back_over() {
    let world = World::new().await;
    let (me, sales) = (world.person("accountant").await, world.person("sales").await);
    let (mine, _) = done(&world, &me, "directory.parties.update", json!({"id": BOOKS, "phone": "+49 1"})).await;
    let (theirs, _) = done(&world, &sales, "directory.parties.update", json!({"id": BOOKS, "phone": "+49 2"})).await;
    let refusal = undo(&world, &me, mine).await.unwrap_err();
    assert_eq!(refusal.code, "changed_since");
    assert!(refusal.detail.contains("Sam Rossi"), "{}", refusal.detail);
    let changed = &refusal.extra.unwrap()["changed"][0];
    assert_eq!(changed["call"], json!(theirs));
    assert_eq!(changed["columns"], json!([{"field": "phone", "from": "+49 1", "to": "+49 2"}]));
    // once the later change is taken back, nothing stands in the way
    undo(&world, &sales, theirs).await.unwrap();
    undo(&world, &me, mine).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn other_columns_do_not_stand_in_the_way() {
    let world = World::new().await;
    let (me, sales) = (world.person("accountant").await, world.person("sales").await);
    let (mine, _) = done(&world, &me, "directory.parties.update", json!({"id": BOOKS, "phone": "+49 1"})).await;
    done(&world, &sales, "directory.parties.update", json!({"id": BOOKS, "email": "a@books.example"})).await;
    let after = undo(&world, &me, mine).await.unwrap();
    assert_eq!(after["result"]["email"], "a@books.example", "what others did stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_record_that_others_changed_stays() {
    let world = World::new().await;
    let (me, sales) = (world.person("accountant").await, world.person("sales").await);
    let (mine, party) =
        done(&world, &me, "directory.parties.create", json!({"name": "Kurz GmbH", "kinds": ["customer"]})).await;
    done(&world, &sales, "directory.parties.update", json!({"id": party["id"], "phone": "+49 2"})).await;
    assert_eq!(undo(&world, &me, mine).await.unwrap_err().code, "changed_since");
}

#[tokio::test(flavor = "multi_thread")]
async fn once_is_enough_and_an_undo_can_be_undone() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let (mine, _) = done(&world, &me, "directory.parties.update", json!({"id": BOOKS, "phone": "+49 1"})).await;
    let first: Uuid = serde_json::from_value(undo(&world, &me, mine).await.unwrap()["call"].clone()).unwrap();
    assert_eq!(undo(&world, &me, mine).await.unwrap_err().code, "already_undone");
    let again = undo(&world, &me, first).await.unwrap();
    assert_eq!(again["result"]["phone"], "+49 1");
    undo(&world, &me, mine).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_taken_back_as_one_plan() {
    let world = World::new().await;
    let thread = Uuid::now_v7();
    let me = Caller { conversation: Some(thread), ..world.person("accountant").await };
    let (_, party) =
        done(&world, &me, "directory.parties.create", json!({"name": "Kurz GmbH", "kinds": ["customer"]})).await;
    let (second, _) = done(&world, &me, "directory.parties.update", json!({"id": party["id"], "phone": "1"})).await;
    undo(&world, &me, second).await.unwrap();
    done(&world, &me, "directory.parties.update", json!({"id": party["id"], "phone": "2"})).await;
    let colleague = world.person("controller").await;
    let target = UndoTarget::Conversation(thread);
    let error = world.gate.undo(&colleague, target, Options::default()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code, "not_found", "a conversation is its owner's");
    let dry = Options { dry_run: true, ..Options::default() };
    let Answer::Preview { sentences, .. } = world.gate.undo(&me, target, dry).await.unwrap() else { panic!() };
    assert_eq!(sentences.len(), 2, "what was taken back already is left out: {sentences:?}");
    let calls = world.gate.undo_plan(&me, target).await.unwrap();
    let names: Vec<&str> = calls.iter().map(|call| call.name.as_str()).collect();
    assert_eq!(names, ["directory.parties.update", "directory.parties.delete"], "backwards");
    world.gate.undo(&me, target, Options::default()).await.unwrap();
    let error = world.gate.undo(&me, target, Options::default()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code, "already_undone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_with_a_step_that_lasts_names_it() {
    let world = World::new().await;
    let thread = Uuid::now_v7();
    let me = Caller { conversation: Some(thread), ..world.person("accountant").await };
    let lines = json!([{"description": "desk", "quantity": "1", "unit_price": "10"}]);
    let (_, draft) = done(&world, &me, "accounting.invoices.create", json!({"customer": BOOKS, "lines": lines})).await;
    done(&world, &me, "accounting.invoices.post", json!({"id": draft["id"]})).await;
    done(&world, &me, "accounting.invoices.credit", json!({"id": draft["id"], "reason": "test"})).await;
    let error = world.gate.undo(&me, UndoTarget::Conversation(thread), Options::default()).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.code, "not_undoable");
    assert!(refusal.detail.contains("accounting.invoices.credit"), "{}", refusal.detail);
    assert_eq!(refusal.errors.len(), 1);
}
