//! Journals, dimensions, and entries that name them.

use insta::assert_snapshot;
use serde_json::json;
use steward_tools::{Answer, Call, Options, Plan, UndoTarget};

use crate::check::check;
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn entries_name_journals_cost_centres_and_projects() {
    let world = World::new().await;
    let told = check(
        &world,
        "J = accounting.journals.create {code: cor, name: Corrections, type: general}
         accounting.journals.create {code: COR, name: Again, type: bank}
         accounting.journals.create {code: X, name: Closing too, type: closing}
         accounting.journals.update {id: J, name: Corrections of the auditor}
         accounting.journals.archive {id: GEN}
         C = accounting.dimensions.create {code: north, name: Northern branch, kind: cost_centre}
         P = accounting.dimensions.create {code: ERP, name: New software, kind: project}
         accounting.dimensions.create {code: erp, name: Again, kind: project}
         accounting.dimensions.list {}
         accounting.dimensions.get {id: northern branch}
         accounting.entries.create {lines: [{account: Rent, debit: '1', dimension: ERP}, {account: Bank, credit: '1'}]}
         accounting.entries.create {journal: CLS, lines: [{account: Rent, debit: '1'}, {account: Bank, credit: '1'}]}
         E = accounting.entries.create {memo: Rent, lines: [{account: Rent, debit: '100'}, {account: Bank, credit: '100'}]}
         accounting.entries.update {id: E, version: 1, journal: J, memo: Rent of the north, lines: [{account: Rent, debit: '60', dimension: NORTH, project: ERP}, {account: Rent, debit: '30'}, {account: Bank, credit: '90'}]}
         accounting.entries.update {id: E, version: 1, memo: stale}
         accounting.entries.update {id: E, lines: [{account: Rent, debit: '60'}]}
         accounting.entries.get {id: E}
         accounting.dimensions.archive {id: ERP}
         accounting.entries.post {id: E}
         accounting.dimensions.restore {id: ERP}
         accounting.entries.post {id: E}
         accounting.entries.update {id: E, memo: late}
         accounting.entries.list {journal: COR}
         accounting.entries.list {dimension: ERP}
         accounting.entries.reverse {id: E, reason: wrong}
         accounting.journals.archive {id: J}
         accounting.entries.create {journal: J, lines: [{account: Rent, debit: '1'}, {account: Bank, credit: '1'}]}
         accounting.journals.list {}
         sales: accounting.dimensions.create {code: mine, name: Mine, kind: project}",
    )
    .await;
    assert_snapshot!(told);
    a_changed_draft_is_changed_back(&world).await;
}

async fn a_changed_draft_is_changed_back(world: &World) {
    let me = world.person("accountant").await;
    let done = async |name: &str, arguments| {
        let call = Call { name: name.into(), arguments };
        match world.gate.submit(&me, Plan::one(call), Options::default()).await.unwrap() {
            Answer::Done { call_id, result, .. } => (call_id, result),
            other => panic!("not done: {other:?}"),
        }
    };
    let lines = json!([{"account": "6100", "debit": "5", "dimension": "NORTH"}, {"account": "1010", "credit": "5"}]);
    let (_, was) = done("accounting.entries.create", json!({"lines": lines, "reference": "R"})).await;
    let other = json!([{"account": "6200", "debit": "7"}, {"account": "1010", "credit": "7"}]);
    let change = json!({"id": was["id"], "lines": other, "reference": "", "memo": "x", "date": "2026-03-01"});
    let (call, _) = done("accounting.entries.update", change).await;
    world.gate.undo(&me, UndoTarget::Call(call.unwrap()), Options::default()).await.unwrap();
    let (_, mut now) = done("accounting.entries.get", json!({"id": was["id"]})).await;
    now["version"] = was["version"].clone();
    assert_eq!(now, was);
}
