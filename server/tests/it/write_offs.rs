//! Write-offs: never more than is open, the controller's or within a limit, with or without tax, and back again.

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Decision, Options, Plan, Verdict};

use crate::exchange::ask;
use crate::support::World;
use crate::terms::{balance, customer, done, invoice, sound};

async fn open(world: &World, me: &Caller, of: &Value) -> String {
    let read = done(world, me, "accounting.invoices.get", json!({"id": of["id"]})).await;
    read["totals"]["open"]["amount"].as_str().unwrap().to_owned()
}

async fn tax_difference(world: &World, me: &Caller) -> (String, String) {
    let year = json!({"from": "2026-01-01", "to": "2026-12-31"});
    let report = done(world, me, "accounting.reports.tax_report", year).await;
    let of = |value: &Value| value["amount"].as_str().unwrap().to_owned();
    (of(&report["totals"]["payable"]), of(&report["ledger"]["difference"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accountant_asks_a_controller_unless_a_limit_is_set() {
    let world = World::new().await;
    let (me, controller) = (world.person("accountant").await, world.person("controller").await);
    let who = customer(&world, &me).await;
    let sold = invoice(&world, &me, &who, "NET30", "2026-03-01", &[("100", "STD")]).await;
    let asked = json!({"id": sold["id"], "amount": "20.00", "reason": "insolvent"});
    let plan = || Plan::one(Call { name: "accounting.invoices.write_off".into(), arguments: asked.clone() });
    let answer = world.gate.submit(&me, plan(), Options::default()).await.unwrap();
    let Answer::NeedsApproval { approval } = answer else { panic!("{answer:?}") };
    assert_eq!(approval.approver, "role:controller");
    assert_eq!(open(&world, &me, &sold).await, "120.00", "nothing happened yet");
    let yes = Decision { decision: Verdict::Approve, note: None };
    world.gate.decide(&controller, approval.id, yes).await.unwrap();
    assert_eq!(open(&world, &me, &sold).await, "100.00");
    // a controller needs nobody where there is no limit
    done(&world, &controller, "accounting.invoices.write_off", asked.clone()).await;
    assert_eq!(open(&world, &me, &sold).await, "80.00");
    let read = done(&world, &me, "accounting.invoices.get", json!({"id": sold["id"]})).await;
    assert_eq!(read["totals"]["written_off"]["amount"], "40.00");
    // within a limit an accountant needs nobody, above it a controller
    let admin = world.person("admin").await;
    let organization = done(&world, &admin, "directory.organizations.list", json!({})).await["items"][0].clone();
    let mut limits = json!({"written_off": "20.00"});
    for (kind, limit) in organization["limits"].as_object().unwrap() {
        limits[kind] = limit["amount"].clone();
    }
    let update = json!({"id": organization["id"], "limits": limits});
    done(&world, &admin, "directory.organizations.update", update).await;
    let me = world.person("accountant").await;
    done(&world, &me, "accounting.invoices.write_off", asked.clone()).await;
    let above = json!({"id": sold["id"], "amount": "20.01", "reason": "insolvent"});
    let above = Plan::one(Call { name: "accounting.invoices.write_off".into(), arguments: above });
    let answer = world.gate.submit(&me, above, Options::default()).await.unwrap();
    assert!(matches!(answer, Answer::NeedsApproval { .. }), "{answer:?}");
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_off_is_open_again_when_it_is_reversed() {
    let world = World::new().await;
    let me = world.person("controller").await;
    let who = customer(&world, &me).await;
    let sold = invoice(&world, &me, &who, "NET30", "2026-03-01", &[("100", "STD"), ("50", "RED")]).await;
    let (lost, owed) = (balance(&world, "bad_debt").await, balance(&world, "receivable").await);
    let taxes = tax_difference(&world, &me).await;
    let off = |amount: &str, relief: bool| json!({"id": sold["id"], "amount": amount, "reason": "insolvent", "tax_relief": relief, "date": "2026-03-15"});
    let name = "accounting.invoices.write_off";
    assert_eq!(ask(&world, &me, name, off("175.01", false)).await.unwrap_err(), "more_than_open");
    let first = done(&world, &me, name, off("75.00", false)).await;
    assert_eq!((first["number"].as_str(), first["open"]["amount"].as_str()), (Some("WO-2026-00001"), Some("100.00")));
    assert_eq!(balance(&world, "bad_debt").await - lost, 7_500);
    assert_eq!(tax_difference(&world, &me).await, taxes);
    // the rest with its tax: of 175.00 there are 25.00 tax, of 100.00 14.29
    let rest = json!({"id": sold["id"], "reason": "insolvent", "tax_relief": true});
    let second = done(&world, &me, name, rest.clone()).await;
    assert_eq!(second["tax"]["amount"], "14.29", "11.43 and 2.86 by code, to the cent of each");
    assert_eq!(ask(&world, &me, name, rest).await.unwrap_err(), "nothing_open");
    let (_, difference) = tax_difference(&world, &me).await;
    assert_eq!(difference, "0.00");
    assert_eq!(balance(&world, "receivable").await - owed, -17_500);
    sound(&world).await;
    let listed = done(&world, &me, "accounting.write_offs.list", json!({"party": who["id"]})).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let back = json!({"id": "WO-2026-00002", "reason": "paid after all"});
    let back = done(&world, &me, "accounting.write_offs.reverse", back).await;
    assert_eq!(back["status"], "reversed");
    assert_eq!(open(&world, &me, &sold).await, "100.00");
    assert_eq!(tax_difference(&world, &me).await, taxes);
    let again = json!({"id": "WO-2026-00002", "reason": "twice"});
    assert_eq!(ask(&world, &me, "accounting.write_offs.reverse", again).await.unwrap_err(), "already_reversed");
    let entry = json!({"id": first["entry"], "reason": "by hand"});
    assert_eq!(ask(&world, &me, "accounting.entries.reverse", entry).await.unwrap_err(), "not_manual");
    let shown = done(&world, &me, "accounting.write_offs.get", json!({"id": first["id"]})).await;
    assert_eq!(shown["status"], "posted");
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_will_not_get_is_a_gain_and_foreign_amounts_go_in_proportion() {
    let world = World::new().await;
    let me = world.person("controller").await;
    let who = customer(&world, &me).await;
    done(&world, &me, "accounting.currencies.create", json!({"code": "USD"})).await;
    let rate = json!({"currency": "USD", "date": "2026-01-01", "rate": "0.9371"});
    done(&world, &me, "accounting.rates.create", rate).await;
    let line = |code: &str| json!([{"description": "Work", "quantity": "1", "unit_price": "99.99", "tax_code": code}]);
    let draft = json!({"customer": who["id"], "currency": "USD", "lines": line("STD")});
    let draft = done(&world, &me, "accounting.invoices.create", draft).await;
    let sold = done(&world, &me, "accounting.invoices.post", json!({"id": draft["id"]})).await;
    assert_eq!(sold["company_gross"]["amount"], "112.44");
    let lost = balance(&world, "bad_debt").await;
    for amount in ["33.33", "0.01", "50.00"] {
        let off = json!({"id": sold["id"], "amount": amount, "reason": "lost", "tax_relief": amount == "50.00"});
        done(&world, &me, "accounting.invoices.write_off", off).await;
    }
    let rest = done(&world, &me, "accounting.invoices.write_off", json!({"id": sold["id"], "reason": "lost"})).await;
    assert_eq!(rest["open"]["amount"], "0.00");
    let relief = 781; // of 50.00 USD there are 8.33 tax
    assert_eq!(balance(&world, "bad_debt").await - lost, 11_244 - relief);
    assert_eq!(tax_difference(&world, &me).await.1, "0.00");
    sound(&world).await;
    let gain = balance(&world, "write_off_gain").await;
    let bill = json!({"vendor": who["id"], "vendor_number": "V1", "lines": line("ZERO")});
    let bill = done(&world, &me, "accounting.bills.create", bill).await;
    let approver = world.person("admin").await;
    done(&world, &approver, "accounting.bills.approve", json!({"id": bill["id"]})).await;
    done(&world, &me, "accounting.bills.post", json!({"id": bill["id"]})).await;
    let off = done(&world, &me, "accounting.bills.write_off", json!({"id": bill["id"], "reason": "time-barred"})).await;
    assert_eq!(balance(&world, "write_off_gain").await - gain, -9_999);
    let back = json!({"id": off["id"], "reason": "not yet"});
    done(&world, &me, "accounting.write_offs.reverse", back).await;
    assert_eq!(balance(&world, "write_off_gain").await, gain);
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_let_go_settles_its_document_until_it_is_taken_back() {
    let world = World::new().await;
    let me = world.person("controller").await;
    let who = customer(&world, &me).await;
    let sold = invoice(&world, &me, &who, "NET30", "2026-03-01", &[("100", "ZERO")]).await;
    let off = json!({"id": sold["id"], "amount": "40.00", "reason": "lost"});
    let off = done(&world, &me, "accounting.invoices.write_off", off).await;
    // its allocation alone cannot be taken back
    let mut tx = world.owner.begin().await.unwrap();
    sqlx::query("select set_config('steward.call', gen_random_uuid()::text, true)").execute(&mut *tx).await.unwrap();
    let alone = "insert into allocations (org_id, id, invoice_id, adjustment_id, party_id, date, amount, reverses, created_at, company_amount, source_company_amount)
        select org_id, gen_random_uuid(), invoice_id, adjustment_id, party_id, date, -amount, id, created_at, -company_amount, -source_company_amount
        from allocations where adjustment_id = $1::uuid";
    sqlx::query(alone).bind(off["id"].as_str().unwrap()).execute(&mut *tx).await.unwrap();
    let error = tx.commit().await.unwrap_err();
    let refused = error.as_database_error().and_then(|e| e.constraint()).map(str::to_owned);
    assert_eq!(refused.as_deref(), Some("adjustment_settles"));
}

/// What reads paid and was let go says so; a discount for paying early is no write-off, and a reversed one is none any more.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_off_is_seen_on_its_document() {
    let world = World::new().await;
    let (me, controller) = (world.person("accountant").await, world.person("controller").await);
    let who = customer(&world, &me).await;
    let sold = invoice(&world, &me, &who, "2/10-NET30", "2026-03-10", &[("100", "ZERO")]).await;
    let early = json!({"customer": who["id"], "amount": "98", "allocations": [{"invoice": sold["number"]}]});
    done(&world, &me, "accounting.payments.receive", early).await;
    let late = invoice(&world, &me, &who, "NET30", "2026-03-01", &[("100", "ZERO")]).await;
    let gone = json!({"id": late["id"], "reason": "insolvent"});
    let gone = done(&world, &controller, "accounting.invoices.write_off", gone).await;
    let listed = done(&world, &me, "accounting.invoices.list", json!({"customer": who["id"], "sort": "date"})).await;
    let row = |i: usize| (listed["items"][i]["status"].clone(), listed["items"][i]["totals"]["written_off"].clone());
    assert_eq!(row(0), (json!("paid"), json!({"amount": "100.00", "currency": "EUR"})));
    assert_eq!(row(1), (json!("paid"), Value::Null));
    let back = json!({"id": gone["number"], "reason": "It paid after all"});
    done(&world, &controller, "accounting.write_offs.reverse", back).await;
    let read = done(&world, &me, "accounting.invoices.get", json!({"id": late["id"]})).await;
    assert_eq!((&read["status"], &read["totals"]["written_off"]), (&json!("posted"), &Value::Null));
    sound(&world).await;
}
