//! Credit limits: a controller's yes or a warning, two at once, foreign limits, and what is used of them.

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Decision, Options, Plan, Verdict};

use crate::exchange::ask;
use crate::support::World;
use crate::terms::{customer, done, invoice};

async fn draft(world: &World, me: &Caller, who: &Value, price: &str) -> Value {
    let lines = json!([{"description": "Thing", "quantity": "1", "unit_price": price, "tax_code": "ZERO"}]);
    done(world, me, "accounting.invoices.create", json!({"customer": who["id"], "date": "2026-03-01", "lines": lines}))
        .await
}

async fn limited(world: &World, me: &Caller, limit: &str) -> Value {
    let who = customer(world, me).await;
    done(world, me, "directory.parties.update", json!({"id": who["id"], "credit_limit": limit})).await;
    who
}

async fn post(world: &World, me: &Caller, draft: &Value) -> Answer {
    let call = Call { name: "accounting.invoices.post".into(), arguments: json!({"id": draft["id"]}) };
    world.gate.submit(me, Plan::one(call), Options::default()).await.unwrap()
}

async fn credit(world: &World, me: &Caller, who: &Value) -> Value {
    done(world, me, "accounting.party_terms.get", json!({"id": who["id"]})).await["credit"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_limit_an_accountant_asks_a_controller() {
    let world = World::new().await;
    let (me, controller) = (world.person("accountant").await, world.person("controller").await);
    let who = limited(&world, &me, "100").await;
    let first = invoice(&world, &me, &who, "NET30", "2026-03-01", &[("60", "ZERO")]).await;
    let left = credit(&world, &me, &who).await;
    assert_eq!((&left["used"]["amount"], &left["left"]["amount"]), (&json!("60.00"), &json!("40.00")));
    // up to the limit nobody is asked
    let second = draft(&world, &me, &who, "40").await;
    assert!(matches!(post(&world, &me, &second).await, Answer::Done { .. }));
    let third = draft(&world, &me, &who, "0.01").await;
    let Answer::NeedsApproval { approval } = post(&world, &me, &third).await else {
        panic!("a cent too much is too much")
    };
    assert_eq!(approval.approver, "role:controller");
    let yes = Decision { decision: Verdict::Approve, note: None };
    world.gate.decide(&controller, approval.id, yes).await.unwrap();
    assert_eq!(credit(&world, &me, &who).await["left"]["amount"], "-0.01");
    // a payment makes room again, also one that is not allocated
    let paid = json!({"customer": who["id"], "amount": "70", "date": "2026-03-02"});
    done(&world, &me, "accounting.payments.receive", paid).await;
    assert_eq!(credit(&world, &me, &who).await["used"]["amount"], "30.01");
    // a controller needs nobody, and is told
    let fourth = draft(&world, &me, &who, "80").await;
    let told = done(&world, &controller, "accounting.invoices.post", json!({"id": fourth["id"]})).await;
    let warning = &told["warnings"][0];
    assert_eq!(warning["code"], "over_credit_limit");
    assert_eq!(
        warning["message"],
        "Punctual AG then owes 110.01 EUR, which is 10.01 EUR more than its credit limit of 100.00 EUR"
    );
    // crediting takes off what it owes
    done(&world, &me, "accounting.invoices.credit", json!({"id": first["id"], "reason": "Returned"})).await;
    assert_eq!(credit(&world, &me, &who).await["used"]["amount"], "50.01");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_only_warns_anybody_posts_and_hears_of_it() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = limited(&world, &me, "0").await;
    let agreed =
        done(&world, &me, "accounting.party_terms.update", json!({"id": who["id"], "credit_control": "warn"})).await;
    assert_eq!(agreed["credit_control"], "warn");
    let sold = draft(&world, &me, &who, "10").await;
    let told = done(&world, &me, "accounting.invoices.post", json!({"id": sold["id"]})).await;
    assert_eq!(told["warnings"].as_array().unwrap().len(), 1);
    // without a limit there is nothing to say
    done(&world, &me, "directory.parties.update", json!({"id": who["id"], "credit_limit": ""})).await;
    let more = draft(&world, &me, &who, "1000000").await;
    let told = done(&world, &me, "accounting.invoices.post", json!({"id": more["id"]})).await;
    assert_eq!((&told["warnings"], &credit(&world, &me, &who).await), (&Value::Null, &Value::Null));
    let nothing = ask(&world, &me, "accounting.party_terms.update", json!({"id": who["id"]})).await;
    assert_eq!(nothing.unwrap_err(), "invalid_input");
}

/// Each alone is within the limit, both are not: of many at once, as many go through as there is room for.
#[tokio::test(flavor = "multi_thread")]
async fn of_invoices_posted_at_once_no_two_use_the_same_room() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = limited(&world, &me, "100").await;
    let mut drafts = Vec::new();
    for _ in 0..6 {
        drafts.push(draft(&world, &me, &who, "30").await);
    }
    let posted = futures::future::join_all(drafts.iter().map(|draft| post(&world, &me, draft))).await;
    let through = posted.iter().filter(|answer| matches!(answer, Answer::Done { .. })).count();
    let asked = posted.iter().filter(|answer| matches!(answer, Answer::NeedsApproval { .. })).count();
    assert_eq!((through, asked), (3, 3));
    assert_eq!(credit(&world, &me, &who).await["used"]["amount"], "90.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_in_another_currency_counts_at_the_rate_of_the_day() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    done(&world, &me, "accounting.currencies.create", json!({"code": "USD"})).await;
    let who = customer(&world, &me).await;
    done(&world, &me, "directory.parties.update", json!({"id": who["id"], "currency": "USD", "credit_limit": "100"}))
        .await;
    let sold = draft(&world, &me, &who, "80.01").await;
    let answer = ask(&world, &me, "accounting.invoices.post", json!({"id": sold["id"]})).await;
    assert_eq!(answer.unwrap_err(), "rate_missing");
    done(&world, &me, "accounting.rates.create", json!({"currency": "USD", "date": "2026-02-01", "rate": "0.8"})).await;
    let left = credit(&world, &me, &who).await;
    assert_eq!((&left["limit"]["currency"], &left["left"]["amount"]), (&json!("USD"), &json!("80.00")));
    assert!(matches!(post(&world, &me, &sold).await, Answer::NeedsApproval { .. }));
}
