//! Recurring entries: each date once, and taken back.

use insta::assert_snapshot;
use serde_json::json;
use steward_tools::{Answer, Call, Options, Plan, UndoTarget};

use crate::accounts::refused_by;
use crate::check::check;
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_recurring_entry_is_posted_once_for_each_date() {
    let world = World::new().await;
    let told = check(
        &world,
        "R = accounting.recurring.create {name: Office rent, interval: monthly, day: 31, start: 2026-01-10, memo: Rent, lines: [{account: Rent, debit: '900'}, {account: Bank, credit: '900'}]}
         accounting.recurring.create {name: office rent, interval: yearly, lines: [{account: Rent, debit: '1'}, {account: Bank, credit: '1'}]}
         accounting.recurring.create {name: Never, interval: yearly, day: 5, start: 2026-01-10, end: 2026-02-10, lines: [{account: Rent, debit: '1'}, {account: Bank, credit: '1'}]}
         accounting.recurring.create {name: By hand, interval: monthly, lines: [{account: Trade receivables, debit: '1'}, {account: Bank, credit: '1'}]}
         accounting.recurring.list {due_to: 2026-03-16}
         accounting.recurring.run {}
         accounting.recurring.run {}
         accounting.recurring.get {id: Office rent}
         accounting.recurring.update {id: R, day: 1, end: 2026-04-30, lines: [{account: Rent, debit: '950'}, {account: Bank, credit: '950'}]}
         accounting.recurring.run {id: R, as_of: 2026-12-31}
         accounting.recurring.archive {id: R}
         accounting.recurring.run {id: R}
         accounting.recurring.restore {id: R}
         sales: accounting.recurring.run {}",
    )
    .await;
    assert_snapshot!(told);
    for (sql, constraint) in [
        (
            "insert into occurrences select org_id, gen_random_uuid(), recurring_id, schedule_id, date, amount, (select id from entries e where e.source = 'accounting.invoices' limit 1), null, now() from occurrences limit 1",
            "occurrence_once",
        ),
        ("update occurrences set undone_by = entry_id", "occurrence_kept"),
    ] {
        assert_eq!(refused_by(&world, sql).await, constraint, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_taken_back_and_run_again() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let done = async |name: &str, arguments| {
        let call = Call { name: name.into(), arguments };
        match world.gate.submit(&me, Plan::one(call), Options::default()).await.unwrap() {
            Answer::Done { call_id, result, .. } => (call_id, result),
            other => panic!("not done: {other:?}"),
        }
    };
    let lines = json!([{"account": "6100", "debit": "900"}, {"account": "1010", "credit": "900"}]);
    let template = json!({"name": "Rent", "interval": "monthly", "start": "2026-01-05", "lines": lines});
    let (_, recurring) = done("accounting.recurring.create", template).await;
    let (run, first) = done("accounting.recurring.run", json!({})).await;
    assert_eq!(first["posted"].as_array().unwrap().len(), 3);
    world.gate.undo(&me, UndoTarget::Call(run.unwrap()), Options::default()).await.unwrap();
    let (_, view) = done("accounting.recurring.get", json!({"id": recurring["id"]})).await;
    assert_eq!(view["next_date"], "2026-01-05");
    assert!(view["occurrences"].as_array().unwrap().iter().all(|one| one["undone_by"].is_object()));
    // an entry of it is not reversed by hand
    let by_hand = json!({"id": first["posted"][0]["entry"]["id"], "reason": "x"});
    let call = Call { name: "accounting.entries.reverse".into(), arguments: by_hand };
    assert!(world.gate.submit(&me, Plan::one(call), Options::default()).await.is_err());
    let (_, again) = done("accounting.recurring.run", json!({})).await;
    assert_eq!(again["total"], first["total"]);
    // a prepaid year over three months, an accrual that is given back
    let spread = json!({"name": "Insurance", "kind": "prepaid_expense", "amount": "100", "months": 3, "start": "2026-01-20", "account": "6400"});
    let (_, spread) = done("accounting.schedules.create", spread).await;
    let (run, posted) = done("accounting.schedules.run", json!({"as_of": "2026-02-28"})).await;
    assert_eq!(posted["total"]["amount"], "66.66");
    world.gate.undo(&me, UndoTarget::Call(run.unwrap()), Options::default()).await.unwrap();
    let (_, view) = done("accounting.schedules.get", json!({"id": spread["id"]})).await;
    assert_eq!((&view["posted"]["amount"], &view["status"]), (&json!("0.00"), &json!("active")));
}
