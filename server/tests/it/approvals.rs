//! What needs a yes, from whom, and that a yes is for exactly what was seen.

use serde_json::json;
use steward_tools::{Answer, ApprovalRow, Call, Caller, Credential, Decision, Options, Plan, Verdict};

use crate::support::World;

const LIMIT: &str = r#"@id("big-postings") @approve("role:controller")
    forbid (principal, action in Action::"final", resource)
    when { context has fact && context.fact has amount && context.fact.amount > 100000 }
    unless { context.approved_by.contains("role:controller") };"#;

fn party(name: &str) -> Plan {
    Plan::one(Call { name: "directory.parties.create".into(), arguments: json!({"name": name, "kinds": ["customer"]}) })
}

fn invoice(price: &str) -> Plan {
    let lines = json!([{"description": "desk", "quantity": "1", "unit_price": price}]);
    Plan::of(vec![
        Call {
            name: "accounting.invoices.create".into(),
            arguments: json!({"customer": "Globex Industries SE", "lines": lines}),
        },
        Call { name: "accounting.invoices.post".into(), arguments: json!({"id": {"$result": [0, "/id"]}}) },
    ])
}

async fn asked(world: &World, caller: &Caller, plan: Plan) -> ApprovalRow {
    match world.gate.submit(caller, plan, Options::default()).await.unwrap() {
        Answer::NeedsApproval { approval } => approval,
        other => panic!("not asked: {other:?}"),
    }
}

fn yes() -> Decision {
    Decision { decision: Verdict::Approve, note: None }
}

async fn code(world: &World, caller: &Caller, approval: &ApprovalRow, decision: Decision) -> String {
    let error = world.gate.decide(caller, approval.id, decision).await.unwrap_err();
    error.refusal().unwrap_or_else(|| panic!("{error}")).code.clone()
}

async fn count(world: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&world.owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agents_write_waits_for_its_person_and_happens_once() {
    let world = World::new().await;
    let agent = world.agent_of("accountant").await;
    let before = count(&world, "select count(*) from parties").await;
    let approval = asked(&world, &agent, party("Neukunde GmbH")).await;
    assert_eq!(approval.approver, "self");
    assert_eq!(count(&world, "select count(*) from parties").await, before, "a preview leaves nothing");

    let other = world.person("sales").await;
    assert_eq!(code(&world, &other, &approval, yes()).await, "not_found", "another's approval is not theirs to see");
    let key = Caller { credential: Credential::Operator, scopes: None, ..world.person("accountant").await };
    assert_eq!(code(&world, &key, &approval, yes()).await, "needs_person");

    let me = world.person("accountant").await;
    let done = world.gate.decide(&me, approval.id, yes()).await.unwrap();
    let Answer::Done { call_id: Some(_), result, .. } = done else { panic!("{done:?}") };
    assert_eq!(result["id"], approval.result["id"], "what was seen is what was made");
    assert_eq!(count(&world, "select count(*) from parties").await, before + 1);
    assert_eq!(code(&world, &me, &approval, yes()).await, "already_decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_approval_does_nothing() {
    let world = World::new().await;
    let agent = world.agent_of("accountant").await;
    let approval = asked(&world, &agent, party("Neukunde GmbH")).await;
    let before = count(&world, "select count(*) from parties").await;
    let me = world.person("accountant").await;
    world
        .gate
        .decide(&me, approval.id, Decision { decision: Verdict::Reject, note: Some("not now".into()) })
        .await
        .unwrap();
    assert_eq!(count(&world, "select count(*) from parties").await, before);
    assert_eq!(code(&world, &me, &approval, yes()).await, "already_decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_effects_are_asked_about_again() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let agent = world.agent_of("accountant").await;
    let rename = |to: &str| {
        Plan::one(Call {
            name: "directory.parties.update".into(),
            arguments: json!({"id": "Bank Street Books", "phone": to}),
        })
    };
    let approval = asked(&world, &agent, rename("+49 1")).await;
    world.gate.submit(&me, rename("+49 2"), Options::default()).await.unwrap();
    let error = world.gate.decide(&me, approval.id, yes()).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.code, "effects_changed");
    let renewed: ApprovalRow = serde_json::from_value(refusal.extra.as_ref().unwrap()["approval"].clone()).unwrap();
    assert_ne!(renewed.id, approval.id);
    assert_eq!(code(&world, &me, &approval, yes()).await, "already_decided", "the old one is gone");
    world.gate.decide(&me, renewed.id, yes()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_moved_on_do_not_change_what_was_decided() {
    let world = World::new().await;
    let (me, agent) = (world.person("accountant").await, world.agent_of("accountant").await);
    let approval = asked(&world, &agent, invoice("10")).await;
    let shown = approval.result[1]["number"].as_str().unwrap().to_owned();
    world.gate.submit(&me, invoice("20"), Options::default()).await.unwrap();
    let Answer::Done { result, .. } = world.gate.decide(&me, approval.id, yes()).await.unwrap() else { panic!() };
    assert_ne!(result[1]["number"], json!(shown), "somebody else took the provisional number");
    assert_eq!(result[1]["totals"], approval.result[1]["totals"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn four_eyes_above_a_limit() {
    let world = World::with_policies(&[LIMIT]).await;
    let maker = world.person("controller").await;
    assert!(matches!(
        world.gate.submit(&maker, invoice("800"), Options::default()).await.unwrap(),
        Answer::Done { .. }
    ));
    let approval = asked(&world, &maker, invoice("1000")).await;
    assert_eq!(approval.approver, "role:controller");
    assert_eq!(code(&world, &maker, &approval, yes()).await, "forbidden", "the maker is never the checker");
    let accountant = world.person("accountant").await;
    assert_eq!(code(&world, &accountant, &approval, yes()).await, "not_found");
    let admin = world.person("admin").await;
    assert!(matches!(world.gate.decide(&admin, approval.id, yes()).await.unwrap(), Answer::Done { .. }));
    let by: String = sqlx::query_scalar(
        "select u.email from calls c join users u on u.id = c.actor_id where c.approval_id = $1 limit 1",
    )
    .bind(approval.id)
    .fetch_one(&world.owner)
    .await
    .unwrap();
    assert_eq!(by, "controller@demo.example", "it runs as its maker");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_that_is_no_longer_enough_is_asked_for_anew() {
    let world = World::new().await;
    let (me, agent) = (world.person("accountant").await, world.agent_of("accountant").await);
    let approval = asked(&world, &agent, invoice("1000")).await;
    assert_eq!(approval.approver, "self");
    let error = world.gate_with(&[LIMIT]).decide(&me, approval.id, yes()).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.code, "effects_changed");
    assert_eq!(refusal.extra.as_ref().unwrap()["approval"]["approver"], "role:controller");
    assert_eq!(code(&world, &me, &approval, yes()).await, "already_decided", "the weaker one is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maker_who_lost_the_right_cannot_be_approved() {
    let world = World::new().await;
    let agent = world.agent_of("sales").await;
    let approval = asked(&world, &agent, party("Neukunde GmbH")).await;
    world.behind_the_curtain("update users set roles = '{staff}' where email = 'sales@demo.example'").await;
    let me = world.person("sales").await;
    assert_eq!(code(&world, &me, &approval, yes()).await, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_rights_end_at_the_next_call() {
    let world = World::new().await;
    let me = world.person("sales").await;
    world.gate.submit(&me, party("Erste GmbH"), Options::default()).await.unwrap();
    world.behind_the_curtain("update users set active = false where email = 'sales@demo.example'").await;
    let error = world.gate.submit(&me, party("Zweite GmbH"), Options::default()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code, "unauthenticated");
}
