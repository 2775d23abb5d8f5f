//! Moving in: the open invoices and bills of the system before are brought over at once, can be paid, and are taken back at once.

use insta::assert_snapshot;
use serde_json::{Value, json};
use steward_tools::Caller;

use crate::accounts::refused_by;
use crate::check::check;
use crate::exchange::ask;
use crate::properties::broken;
use crate::support::World;
use crate::terms::{done, sound};
use crate::undo::{done as step, undo};

const IMPORT: &str = "accounting.balances.import_items";

/// A company with an account of opening balances, a customer and a vendor who have done nothing here yet.
async fn moving_in() -> World {
    let world = World::new().await;
    world
        .behind_the_curtain(
            "insert into accounts (org_id, id, code, name, name_key, type, purpose, created_at, updated_at)
             select o.id, gen_random_uuid(), '3990', 'Opening balances', 'opening balances', 'equity', 'opening', now(), now() from organizations o
             where not exists (select from accounts a where a.org_id = o.id and a.purpose = 'opening')",
        )
        .await;
    let me = world.person("accountant").await;
    for (name, kind) in [("Old Customer AG", "customer"), ("Old Vendor KG", "vendor")] {
        done(&world, &me, "directory.parties.create", json!({"name": name, "kinds": [kind]})).await;
    }
    world
}

/// Balance of every account by party, debit positive, up to a day.
async fn balances(world: &World, day: &str) -> Vec<(String, Option<String>, i64)> {
    let sql = "select a.code, p.name, sum(l.debit - l.credit)::bigint from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
        join organizations o on o.id = l.org_id and o.code = 'demo' left join parties p on p.org_id = l.org_id and p.id = l.party_id
        where l.date <= $1::date group by a.code, p.name having sum(l.debit - l.credit) <> 0 order by 1, 2";
    sqlx::query_as(sql).bind(day).fetch_all(&world.owner).await.unwrap()
}

fn invoice(number: &str, amount: &str) -> Value {
    json!({"kind": "invoice", "party": "Old Customer AG", "number": number, "date": "2024-12-10", "due_date": "2024-12-31", "amount": amount})
}

#[tokio::test(flavor = "multi_thread")]
async fn open_items_are_brought_over_and_paid() {
    let world = moving_in().await;
    let told = check(
        &world,
        "accounting.balances.import {date: 2024-12-31, lines: [{account: Trade receivables, debit: '5', party: Old Customer AG}]}
         I = accounting.balances.import_items {date: 2024-12-31, memo: From the former system, items: [{kind: invoice, party: Old Customer AG, number: R-77, date: 2024-11-20, amount: '119'}, {kind: invoice, party: Old Customer AG, number: R-81, date: 2024-12-10, due_date: 2024-12-24, amount: '200', currency: USD, rate: '0.9', memo: Disputed once}, {kind: bill, party: Old Vendor KG, number: V-9, date: 2024-12-01, due_date: 2025-01-15, amount: '50'}]}
         accounting.reports.import_tie_out {date: 2024-12-31}
         accounting.balances.import {date: 2024-12-31, lines: [{account: Bank, debit: '100'}, {account: Share capital, credit: '349'}], balance_to_opening: true}
         accounting.reports.import_tie_out {date: 2024-12-31}
         accounting.invoices.get {id: INV-2024-00002}
         accounting.reports.aged_receivables {as_of: 2025-01-31, customer: Old Customer AG}
         accounting.reports.customer_statement {customer: Old Customer AG, from: 2025-01-01, to: 2025-01-31}
         accounting.dunning_runs.run {as_of: 2025-03-01, customer: Old Customer AG}
         accounting.payments.receive {customer: Old Customer AG, amount: '119', date: 2025-02-03, allocations: [{invoice: INV-2024-00001}]}
         accounting.payments.pay {vendor: Old Vendor KG, amount: '50', date: 2025-01-14}
         accounting.reports.tax_report {from: 2024-01-01, to: 2024-12-31}
         accounting.reports.tie_outs {as_of: 2025-02-28}
         accounting.balances.reverse_items {id: I, reason: Entered with the wrong amounts}
         accounting.balances.reverse_items {id: I, reason: Again}",
    )
    .await;
    assert_snapshot!(told);
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_open_items_is_said_of_the_row() {
    let world = moving_in().await;
    let good = "{kind: invoice, party: Old Customer AG, number: R-1, date: 2024-12-01, amount: '10'}";
    let bill = "{kind: bill, party: Old Vendor KG, number: V-1, date: 2024-12-01, amount: '10'}";
    let second = |row: &str| format!("accounting.balances.import_items {{date: 2024-12-31, items: [{good}, {row}]}}\n");
    let mut script = String::new();
    for row in [
        "{kind: invoice, party: Old Custmer, number: R-2, date: 2024-12-01, amount: '10'}",
        "{kind: bill, party: Old Customer AG, number: R-2, date: 2024-12-01, amount: '10'}",
        "{kind: invoice, party: Old Customer AG, number: 'r 1', date: 2024-12-02, amount: '20'}",
        "{kind: invoice, party: Old Customer AG, number: '--', date: 2024-12-01, amount: '10'}",
        "{kind: invoice, party: Old Customer AG, number: R-2, date: 2025-01-01, amount: '10'}",
        "{kind: invoice, party: Old Customer AG, number: R-2, date: 2024-12-01, due_date: 2024-11-30, amount: '10'}",
        "{kind: invoice, party: Old Customer AG, number: R-2, date: 2024-12-01, amount: '-10'}",
        "{kind: invoice, party: Old Customer AG, number: R-2, date: 2024-12-01, amount: '10.001'}",
        "{kind: invoice, party: Old Customer AG, number: R-2, date: 2024-12-01, amount: '10', currency: XXQ}",
        "{kind: invoice, party: Old Customer AG, number: R-2, date: 2024-12-01, amount: '10', rate: '1'}",
        "{kind: invoice, party: Old Customer AG, number: R-2, date: 1999-12-01, amount: '10', currency: JPY}",
        "{kind: invoice, party: Old Customer AG, number: R-2, date: 2024-12-01, amount: '0.01', currency: USD, rate: '0.01'}",
    ] {
        script.push_str(&second(row));
    }
    script.push_str(&format!(
        "accounting.balances.import_items {{date: 2024-12-31, items: [{good}, {bill}]}}
         accounting.balances.import_items {{date: 2024-12-31, items: [{good}]}}
         accounting.balances.import_items {{date: 2024-12-31, items: [{}, {bill}]}}
         O = directory.parties.create {{name: Meridian Wholesale GmbH, kinds: [vendor]}}
         accounting.balances.import_items {{date: 2024-12-31, items: [{{kind: bill, party: O, number: V-2, date: 2024-12-01, amount: '10'}}]}}
         controller: accounting.periods.close {{id: 2025-01}}
         accounting.balances.import_items {{date: 2024-12-31, items: [{}]}}
         sales: accounting.balances.import_items {{date: 2024-12-31, items: [{good}]}}",
        good.replace("R-1", "R-5"),
        good.replace("R-1", "R-6")
    ));
    assert_snapshot!(check(&world, &script).await);
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_taken_back_as_a_whole() {
    let world = moving_in().await;
    let me = world.person("accountant").await;
    let (before, now) = (balances(&world, "2024-12-31").await, balances(&world, "9999-12-31").await);
    let bill = json!({"kind": "bill", "party": "Old Vendor KG", "number": "V-9", "date": "2024-11-30", "amount": "77.70", "currency": "GBP", "rate": "1.1999"});
    let dollars = json!({"kind": "invoice", "party": "Old Customer AG", "number": "U-1", "date": "2023-12-10", "amount": "33.33", "currency": "USD", "rate": "0.9173"});
    let items = json!({"date": "2024-12-31", "items": [invoice("R-1", "11.90"), bill, dollars, invoice("R-2", "5")]});
    let (call, imported) = step(&world, &me, IMPORT, items.clone()).await;
    let numbers: Vec<&str> =
        imported["documents"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["INV-2024-00001", "BILL-2024-00001", "INV-2023-00001", "INV-2024-00002"]);
    assert_ne!(balances(&world, "2024-12-31").await, before);
    undo(&world, &me, call).await.unwrap();
    assert_eq!(balances(&world, "2024-12-31").await, before, "on the day of the opening balances");
    assert_eq!(balances(&world, "9999-12-31").await, now, "and ever after");
    let tie_out = done(&world, &me, "accounting.reports.import_tie_out", json!({"date": "2024-12-31"})).await;
    assert_eq!(tie_out["tied_out"], true);
    sound(&world).await;
    // what was taken back can be brought again
    done(&world, &me, IMPORT, items).await;
    sound(&world).await;
}

/// What was credited or paid meanwhile is not taken back twice.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_settled_meanwhile_stays() {
    let world = moving_in().await;
    let me = world.person("accountant").await;
    let items =
        json!({"date": "2024-12-31", "items": [invoice("R-1", "100"), invoice("R-2", "50"), invoice("R-3", "30")]});
    let imported = done(&world, &me, IMPORT, items).await;
    let number = |row: usize| imported["documents"][row]["number"].clone();
    done(&world, &me, "accounting.invoices.credit", json!({"id": number(0), "reason": "Never sent"})).await;
    let line = json!({"description": "Part", "quantity": "1", "unit_price": "20"});
    let paid = json!({"customer": "Old Customer AG", "amount": "30", "allocations": [{"invoice": number(2)}]});
    done(&world, &me, "accounting.payments.receive", paid).await;
    let part = json!({"id": number(1), "reason": "A part", "lines": [line]});
    assert_eq!(ask(&world, &me, "accounting.invoices.credit", part).await.unwrap_err(), "tax_not_on_invoice");
    let back = json!({"id": "2024-12-31", "reason": "Wrong"});
    let back = done(&world, &me, "accounting.balances.reverse_items", back).await;
    assert_eq!((&back["invoices"], &back["receivable"]["amount"]), (&json!(2), &json!("80.00")));
    let left: Vec<_> = balances(&world, "9999-12-31").await;
    let left = left.into_iter().find(|(_, party, _)| party.as_deref() == Some("Old Customer AG"));
    assert_eq!(left.map(|left| left.2), Some(-3_000), "what was paid is the customer's");
    sound(&world).await;
}

async fn import(world: &World, me: &Caller, items: &[Value]) -> Result<Value, String> {
    ask(world, me, IMPORT, json!({"date": "2024-12-31", "items": items})).await
}

/// Of two who bring the same over at once, one does.
#[tokio::test(flavor = "multi_thread")]
async fn open_items_are_brought_over_once() {
    let world = moving_in().await;
    let me = world.person("accountant").await;
    let items = [invoice("R-1", "100"), invoice("R-2", "50")];
    let (one, other) = tokio::join!(import(&world, &me, &items), import(&world, &me, &items[..1]));
    let refused = [&one, &other].into_iter().filter_map(|answer| answer.as_ref().err()).collect::<Vec<_>>();
    assert_eq!(refused, ["duplicate_item"], "{one:?} {other:?}");
    let line = json!({"description": "Desk", "quantity": "1", "unit_price": "1"});
    done(&world, &me, "accounting.invoices.create", json!({"customer": "Old Customer AG", "lines": [line]})).await;
    for (sql, constraint) in [
        ("update invoices set opening_import_id = null where opening_import_id is not null", "invoice_immutable"),
        (
            "update invoices set tax = tax + 1, gross = gross + 1, opening_import_id = (select id from opening_imports limit 1) where status = 'draft'",
            "opening_item_untaxed",
        ),
    ] {
        assert_eq!(refused_by(&world, sql).await, constraint, "{sql}");
    }
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_open_items_take_one_call() {
    let world = moving_in().await;
    let me = world.person("controller").await;
    let items: Vec<Value> = (0..1000).map(|n| invoice(&format!("R-{n}"), "1.19")).collect();
    let imported = import(&world, &me, &items).await.unwrap();
    assert_eq!((&imported["invoices"], &imported["receivable"]["amount"]), (&json!(1000), &json!("1190.00")));
    sound(&world).await;
}
