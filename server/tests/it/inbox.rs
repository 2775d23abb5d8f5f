//! The inbox: who sees what waits, what is said about it, handing it on, and limits with four eyes.

use serde_json::json;
use steward_tools::{Answer, ApprovalRow, Call, Caller, Credential, Decision, Inbox, Options, Plan, Verdict};

use crate::support::World;

fn yes() -> Decision {
    Decision { decision: Verdict::Approve, note: Some("agreed".into()) }
}

fn received(amount: &str) -> Plan {
    let arguments = json!({"customer": "Globex Industries SE", "amount": amount});
    Plan::one(Call { name: "accounting.payments.receive".into(), arguments })
}

async fn asked(world: &World, caller: &Caller, plan: Plan) -> ApprovalRow {
    match world.gate.submit(caller, plan, Options::default()).await.unwrap() {
        Answer::NeedsApproval { approval } => approval,
        other => panic!("not asked: {other:?}"),
    }
}

fn code<T: std::fmt::Debug>(answer: steward_tools::Result<T>) -> String {
    answer.unwrap_err().refusal().unwrap().code.clone()
}

async fn inbox(world: &World, who: &str, status: &str, r#for: Option<&str>) -> Vec<uuid::Uuid> {
    let inbox = Inbox { status: Some(status.into()), r#for: r#for.map(str::to_owned) };
    let rows = world.gate.approvals(&world.person(who).await, &inbox).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_above_the_organisations_limit_waits_for_a_controller() {
    let world = World::new().await;
    let maker = world.person("accountant").await;
    let small = world.gate.submit(&maker, received("10000"), Options::default()).await.unwrap();
    assert!(matches!(small, Answer::Done { .. }), "the limit itself is not above it");
    let approval = asked(&world, &maker, received("10000.01")).await;
    assert_eq!(approval.approver, "role:controller");
    assert!(!approval.may_decide);
    assert_eq!(inbox(&world, "controller", "pending", Some("decision")).await, [approval.id]);
    assert_eq!(inbox(&world, "admin", "pending", Some("decision")).await, [approval.id]);
    assert_eq!(inbox(&world, "accountant", "pending", Some("decision")).await, [] as [uuid::Uuid; 0]);
    assert_eq!(inbox(&world, "accountant", "pending", Some("asked")).await, [approval.id]);
    assert_eq!(inbox(&world, "sales", "all", None).await, [] as [uuid::Uuid; 0]);
    let key = Caller { credential: Credential::Key, ..world.person("controller").await };
    assert_eq!(code(world.gate.decide(&key, approval.id, yes()).await), "needs_person");
    assert_eq!(code(world.gate.delegate(&key, approval.id, "manager").await), "needs_person");
    let done = world.gate.decide(&world.person("controller").await, approval.id, yes()).await.unwrap();
    assert!(matches!(done, Answer::Done { .. }), "{done:?}");
    let row = world.gate.approval(&maker, approval.id).await.unwrap();
    assert_eq!(
        (row.status.as_str(), row.decided_by.as_deref(), row.note.as_deref()),
        ("approved", Some("Conrad Meyer"), Some("agreed"))
    );
    assert!(inbox(&world, "accountant", "approved", None).await.contains(&approval.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_limit_holds_at_the_next_call() {
    let world = World::new().await;
    let maker = world.person("accountant").await;
    for sql in [
        r#"update organizations set limits = '{"received": 100}'"#,
        "update users set rights_version = rights_version + 1",
    ] {
        world.behind_the_curtain(sql).await;
    }
    asked(&world, &maker, received("1.01")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_left_open_too_long_has_expired() {
    let world = World::new().await;
    let approval = asked(&world, &world.person("accountant").await, received("20000")).await;
    sqlx::query("update approvals set expires_at = created_at").execute(&world.owner).await.unwrap();
    let controller = world.person("controller").await;
    assert_eq!(code(world.gate.decide(&controller, approval.id, yes()).await), "approval_expired");
    assert_eq!(code(world.gate.delegate(&controller, approval.id, "manager").await), "approval_expired");
    assert_eq!(inbox(&world, "controller", "pending", None).await, [] as [uuid::Uuid; 0]);
    assert_eq!(inbox(&world, "controller", "expired", None).await, [approval.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_talk_about_what_waits() {
    let world = World::new().await;
    let maker = world.person("accountant").await;
    let approval = asked(&world, &maker, received("20000")).await;
    world.gate.comment(&world.person("controller").await, approval.id, "  Is this the advance? ").await.unwrap();
    let row = world.gate.comment(&maker, approval.id, "Yes, for the spring order.").await.unwrap();
    let said: Vec<(&str, &str)> = row.comments.iter().map(|c| (c.author.as_str(), c.text.as_str())).collect();
    assert_eq!(said, [("Conrad Meyer", "Is this the advance?"), ("Alice Okafor", "Yes, for the spring order.")]);
    assert_eq!(code(world.gate.comment(&world.person("sales").await, approval.id, "hello").await), "not_found");
    assert_eq!(code(world.gate.comment(&maker, approval.id, " ").await), "invalid_input");
    assert_eq!(code(world.gate.comment(&maker, approval.id, "a\u{202e}b").await), "hidden_character");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_decide_may_hand_it_to_a_role() {
    let world = World::new().await;
    let (maker, controller, manager) =
        (world.person("accountant").await, world.person("controller").await, world.person("manager").await);
    let approval = asked(&world, &maker, received("20000")).await;
    assert_eq!(code(world.gate.decide(&manager, approval.id, yes()).await), "not_found");
    assert_eq!(code(world.gate.delegate(&maker, approval.id, "manager").await), "forbidden");
    assert_eq!(code(world.gate.delegate(&controller, approval.id, "king").await), "invalid_input");
    world.gate.delegate(&controller, approval.id, "accountant").await.unwrap();
    assert_eq!(code(world.gate.decide(&maker, approval.id, yes()).await), "forbidden", "handed round to its maker");
    world.gate.delegate(&controller, approval.id, "manager").await.unwrap();
    assert!(world.gate.approval(&manager, approval.id).await.unwrap().may_decide);
    assert_eq!(
        code(world.gate.delegate(&manager, approval.id, "staff").await),
        "forbidden",
        "it is not handed further"
    );
    assert!(matches!(world.gate.decide(&manager, approval.id, yes()).await.unwrap(), Answer::Done { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_on_is_worth_no_more_than_the_hand() {
    let world = World::new().await;
    let approval = asked(&world, &world.person("accountant").await, received("20000")).await;
    world.gate.delegate(&world.person("controller").await, approval.id, "manager").await.unwrap();
    world.behind_the_curtain("update users set roles = '{staff}' where email = 'controller@demo.example'").await;
    let manager = world.person("manager").await;
    assert_eq!(code(world.gate.decide(&manager, approval.id, yes()).await), "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_key_does_only_what_it_is_for() {
    let world = World::new().await;
    let key = |scopes: &[&str], who: Caller| Caller {
        credential: Credential::Key,
        scopes: Some(scopes.iter().map(|s| (*s).to_owned()).collect()),
        ..who
    };
    let reads = key(&["accounting.read"], world.person("accountant").await);
    assert_eq!(code(world.gate.submit(&reads, received("1"), Options::default()).await), "forbidden");
    let names: Vec<&str> = world.gate.tools(&reads).unwrap().into_iter().map(|entry| entry.name()).collect();
    assert!(names.contains(&"accounting.invoices.list") && names.iter().all(|name| name.starts_with("accounting.")));
    let receives = key(&["accounting.payments.receive"], world.person("accountant").await);
    assert!(world.gate.submit(&receives, received("1"), Options::default()).await.is_ok());
    let staff = key(&["accounting.payments.receive"], world.person("staff").await);
    assert_eq!(
        code(world.gate.submit(&staff, received("1"), Options::default()).await),
        "forbidden",
        "a key never widens"
    );
}
