//! A published accounting cycle, kept through the gate from the first entry to the post-closing trial balance, meets every
//! figure that its book prints. Source and address stand in the fixture.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Options, Plan};

use crate::support::World;

/// A company with nothing but its currency, journals and two people.
async fn founded(world: &World, currency: &str) -> (Caller, Caller) {
    const ORG: &str = "01990000-0000-7000-8000-0000000c11ff";
    world
        .behind_the_curtain(&format!(
            "insert into organizations (id, code, name, currency, zone, created_at)
                 values ('{ORG}', 'cliff', 'Clip''em Cliff', '{currency}', 'America/Chicago', now());
             insert into users (org_id, id, email, name, roles, created_at)
                 values ('{ORG}', gen_random_uuid(), 'books@cliff.example', 'Cleo', '{{accountant}}', now()),
                        ('{ORG}', gen_random_uuid(), 'closes@cliff.example', 'Cyril', '{{controller}}', now());
             call found_journals('{ORG}', now())"
        ))
        .await;
    (world.person("books@cliff.example").await, world.person("closes@cliff.example").await)
}

async fn done(world: &World, who: &Caller, name: &str, arguments: Value) -> Value {
    let call = Call { name: name.to_owned(), arguments };
    match world.gate.submit(who, Plan::one(call), Options::default()).await {
        Ok(Answer::Done { result, .. }) => result,
        other => panic!("{name}: {other:?}"),
    }
}

fn decimal(text: &Value) -> Decimal {
    text.as_str().unwrap_or("0").parse().unwrap()
}

/// Account → debit (positive) or credit (negative), without those that are zero.
fn balances(report: &Value) -> BTreeMap<String, Decimal> {
    let rows = report["rows"].as_array().unwrap().iter();
    let rows = rows.map(|row| (row["account"]["name"].as_str().unwrap().to_owned(), decimal(&row["balance"]["amount"])));
    rows.filter(|(_, balance)| !balance.is_zero()).collect()
}

/// As the book prints a trial balance.
fn printed(book: &Value) -> BTreeMap<String, Decimal> {
    let rows = book.as_object().unwrap().iter();
    rows.map(|(name, sides)| (name.clone(), decimal(&sides["debit"]) - decimal(&sides["credit"]))).collect()
}

/// Posts the entries of a kind as the book has them.
async fn keep(world: &World, who: &Caller, book: &Value, kind: &str) {
    for entry in book["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == kind) {
        let draft = json!({"date": entry["date"], "memo": entry["memo"], "lines": entry["lines"]});
        let draft = done(world, who, "accounting.entries.create", draft).await;
        done(world, who, "accounting.entries.post", json!({"id": draft["id"]})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_cycle_comes_out_as_printed() {
    let world = World::new().await;
    let book: Value = serde_json::from_str(include_str!("fixtures/accounting_cycle.json")).unwrap();
    let (accountant, controller) = founded(&world, book["currency"].as_str().unwrap()).await;
    for (i, account) in book["accounts"].as_array().unwrap().iter().enumerate() {
        let mut new = json!({"code": (1000 + i).to_string(), "name": account["name"], "type": account["type"]});
        if account["name"] == "Retained Earnings" {
            new["purpose"] = json!("retained_earnings");
        }
        done(&world, &accountant, "accounting.accounts.create", new).await;
    }
    done(&world, &controller, "accounting.fiscal_years.create", json!({"start": "2019-08-01", "months": 1, "code": "2019"}))
        .await;
    let to = &book["period"]["to"];
    let trial = async || balances(&done(&world, &accountant, "accounting.reports.trial_balance", json!({"as_of": to})).await);

    keep(&world, &accountant, &book, "transaction").await;
    assert_eq!(trial().await, printed(&book["unadjusted_trial_balance"]));

    keep(&world, &accountant, &book, "adjusting").await;
    assert_eq!(trial().await, printed(&book["adjusted_trial_balance"]));

    let income = done(
        &world,
        &accountant,
        "accounting.reports.profit_and_loss",
        json!({"from": book["period"]["from"], "to": to}),
    )
    .await;
    assert_eq!(decimal(&income["totals"]["profit"]["amount"]), decimal(&book["income_statement"]["net_income"]));
    assert_eq!(decimal(&income["totals"]["income"]["amount"]), decimal(&book["income_statement"]["total_revenues"]));
    assert_eq!(decimal(&income["totals"]["expense"]["amount"]), decimal(&book["income_statement"]["total_expenses"]));

    let sheet = done(&world, &accountant, "accounting.reports.balance_sheet", json!({"as_of": to})).await;
    assert_eq!(decimal(&sheet["totals"]["assets"]["amount"]), decimal(&book["balance_sheet"]["total_assets"]));
    assert_eq!(decimal(&sheet["totals"]["liabilities"]["amount"]), decimal(&book["balance_sheet"]["total_liabilities"]));
    assert_eq!(decimal(&sheet["totals"]["equity"]["amount"]), decimal(&book["balance_sheet"]["total_equity"]));

    // the book closes dividends to retained earnings by hand; income and expense are the year end's
    let dividends = json!({"date": to, "memo": "Dividends of the month", "lines": [
        {"account": "Retained Earnings", "debit": book["retained_earnings_statement"]["dividends"]},
        {"account": "Dividends", "credit": book["retained_earnings_statement"]["dividends"]}]});
    let dividends = done(&world, &accountant, "accounting.entries.create", dividends).await;
    done(&world, &accountant, "accounting.entries.post", json!({"id": dividends["id"]})).await;
    done(&world, &controller, "accounting.fiscal_years.close", json!({"id": "2019"})).await;
    assert_eq!(trial().await, printed(&book["post_closing_trial_balance"]));

    // a closed year still tells its profit
    let income = done(
        &world,
        &accountant,
        "accounting.reports.profit_and_loss",
        json!({"from": book["period"]["from"], "to": to}),
    )
    .await;
    assert_eq!(decimal(&income["totals"]["profit"]["amount"]), decimal(&book["income_statement"]["net_income"]));
}
