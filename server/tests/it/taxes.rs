//! Taxes: rates by date, codes by position, prices that include tax, reverse charge, and the report over them.

use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use steward_server::faults_in_books;
use steward_tools::Caller;

use crate::exchange::ask;
use crate::support::World;

async fn done(world: &World, me: &Caller, name: &str, arguments: Value) -> Value {
    ask(world, me, name, arguments.clone()).await.unwrap_or_else(|code| panic!("{name} {arguments}: {code}"))
}

fn line(price: &str, tax_code: Option<&str>) -> Value {
    let mut line = json!({"description": "Thing", "quantity": "1", "unit_price": price});
    if let Some(code) = tax_code {
        line["tax_code"] = json!(code);
    }
    line
}

async fn customer(world: &World, me: &Caller) -> Value {
    done(world, me, "directory.parties.create", json!({"name": "Taxed GmbH", "kinds": ["customer", "vendor"]})).await
}

async fn draft(world: &World, me: &Caller, who: &Value, date: &str, lines: Value) -> Value {
    let invoice = json!({"customer": who["id"], "date": date, "lines": lines});
    done(world, me, "accounting.invoices.create", invoice).await
}

async fn post(world: &World, me: &Caller, draft: &Value) -> Value {
    done(world, me, "accounting.invoices.post", json!({"id": draft["id"]})).await
}

async fn sound(world: &World) {
    let faults = faults_in_books(&world.owner).await.unwrap();
    let wrong: Vec<_> = faults.into_iter().filter(|(_, faults)| !faults.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn total<'a>(document: &'a Value, which: &str) -> &'a str {
    document["totals"][which]["amount"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_changes_on_a_day_and_old_documents_keep_theirs() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    let code = json!({"code": "VAT", "name": "Value added tax", "rate": "20"});
    done(&world, &me, "accounting.tax_codes.create", code.clone()).await;
    assert_eq!(ask(&world, &me, "accounting.tax_codes.create", code).await.unwrap_err(), "code_taken");
    let (before, early) = (
        draft(&world, &me, &who, "2026-03-01", json!([line("100", Some("VAT")), line("50", Some("RED"))])).await,
        draft(&world, &me, &who, "2026-03-02", json!([line("100", Some("VAT"))])).await,
    );
    assert_eq!((total(&before, "tax"), total(&before, "gross")), ("25.00", "175.00"), "two rates in one document");
    let old = post(&world, &me, &before).await;
    let set = |day: &str, rate: &str| {
        ask(&world, &me, "accounting.tax_codes.set_rate", json!({"id": "VAT", "valid_from": day, "rate": rate}))
    };
    assert_eq!(set("2026-03-01", "22").await.unwrap_err(), "tax_rate_in_use");
    let changed = set("2026-03-02", "22").await.unwrap();
    assert_eq!((changed["drafts"].as_i64(), &changed["rate"]), (Some(1), &json!("22")));
    assert_eq!(set("2026-03-02", "23").await.unwrap_err(), "rate_exists");
    // a draft of the old rate is not posted as it is
    let late = json!({"id": early["id"]});
    assert_eq!(ask(&world, &me, "accounting.invoices.post", late.clone()).await.unwrap_err(), "tax_rate_changed");
    done(&world, &me, "accounting.invoices.update", json!({"id": early["id"], "date": "2026-03-02"})).await;
    let posted = done(&world, &me, "accounting.invoices.post", late).await;
    assert_eq!(total(&posted, "gross"), "122.00");
    // and posting on a day of another rate is refused
    let third = draft(&world, &me, &who, "2026-03-01", json!([line("10", Some("VAT"))])).await;
    let other_day = json!({"id": third["id"], "date": "2026-03-05"});
    assert_eq!(ask(&world, &me, "accounting.invoices.post", other_day).await.unwrap_err(), "tax_rate_changed");
    let old = done(&world, &me, "accounting.invoices.get", json!({"id": old["id"]})).await;
    assert_eq!((total(&old, "gross"), &old["lines"][0]["tax_rate"]), ("175.00", &json!("20")));
    let remove = json!({"id": "VAT", "valid_from": "2026-03-02"});
    assert_eq!(ask(&world, &me, "accounting.tax_codes.set_rate", remove).await.unwrap_err(), "tax_rate_in_use");
    sound(&world).await;
    // the database holds it too
    let (mut tx, _) = world.gate.identity().transaction(&me).await.unwrap();
    let sql = "insert into tax_rates select org_id, gen_random_uuid(), id, '2026-02-01', 1, now() from tax_codes where code = 'VAT'";
    let error = sqlx::query(sql).execute(&mut *tx).await.unwrap_err().into_database_error().unwrap();
    assert_eq!(error.constraint(), Some("tax_rate_in_use"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tax_codes_are_kept() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let ask = |name: &'static str, arguments| ask(&world, &me, name, arguments);
    assert_eq!(ask("accounting.tax_codes.archive", json!({"id": "STD"})).await.unwrap_err(), "default_tax_code");
    ask("accounting.tax_codes.set_default", json!({"id": "RED"})).await.unwrap();
    ask("accounting.tax_codes.archive", json!({"id": "STD"})).await.unwrap();
    assert_eq!(ask("accounting.tax_codes.set_default", json!({"id": "STD"})).await.unwrap_err(), "unfit_default");
    ask("accounting.tax_codes.restore", json!({"id": "STD"})).await.unwrap();
    let wrong = json!({"id": "STD", "valid_from": "2026-02-01", "valid_to": "2026-01-01"});
    assert_eq!(ask("accounting.tax_codes.update", wrong).await.unwrap_err(), "valid_to_before_valid_from");
    let receivable = json!({"id": "STD", "account": "1100"});
    assert_eq!(ask("accounting.tax_codes.update", receivable).await.unwrap_err(), "wrong_account_type");
    ask(
        "accounting.tax_codes.update",
        json!({"id": "STD", "used_on": "purchase", "valid_to": "2026-02-28", "note": "old"}),
    )
    .await
    .unwrap();
    let who = customer(&world, &me).await;
    let sale = json!({"customer": who["id"], "lines": [line("1", Some("STD"))]});
    assert_eq!(ask("accounting.invoices.create", sale).await.unwrap_err(), "tax_code_not_valid");
    let cleared =
        ask("accounting.tax_codes.update", json!({"id": "STD", "used_on": "both", "valid_to": "", "note": ""}))
            .await
            .unwrap();
    assert_eq!((&cleared["valid_to"], &cleared["note"]), (&Value::Null, &Value::Null));
    let listed = ask("accounting.tax_codes.list", json!({})).await.unwrap();
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_puts_another_code_in_place_of_the_usual_one() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let ask = |name: &'static str, arguments| ask(&world, &me, name, arguments);
    let reverse = json!({"code": "RC", "name": "Reverse charge", "rate": "20", "reverse_charge": true});
    ask("accounting.tax_codes.create", reverse).await.unwrap();
    let rules = json!([{"from": "STD", "to": "RC"}]);
    let position = json!({"code": "EU", "name": "Business in the union", "countries": ["fr", "IT"], "with_tax_id": "with", "rules": rules});
    ask("accounting.tax_positions.create", position.clone()).await.unwrap();
    assert_eq!(ask("accounting.tax_positions.create", position).await.unwrap_err(), "code_taken");
    let address = json!([{"kind": "billing", "lines": ["1 Rue"], "city": "Paris", "country": "FR"}]);
    let foreign = json!({"name": "Paris SARL", "kinds": ["customer"], "addresses": address, "tax_id": "FR40303265045"});
    let foreign = ask("directory.parties.create", foreign).await.unwrap();
    let private = json!({"name": "Madame", "kinds": ["customer"], "addresses": address});
    let private = ask("directory.parties.create", private).await.unwrap();
    let code = async |who: &Value| {
        let draft = draft(&world, &me, who, "2026-03-02", json!([line("100", None)])).await;
        (draft["lines"][0]["tax_code"].as_str().unwrap().to_owned(), total(&draft, "gross").to_owned())
    };
    assert_eq!(code(&foreign).await, ("RC".to_owned(), "100.00".to_owned()));
    assert_eq!(code(&private).await, ("STD".to_owned(), "120.00".to_owned()));
    ask("accounting.party_terms.update", json!({"id": private["id"], "tax_position": "EU"})).await.unwrap();
    assert_eq!(code(&private).await.0, "RC");
    ask("accounting.party_terms.update", json!({"id": private["id"], "without_tax_position": true})).await.unwrap();
    assert_eq!(code(&private).await.0, "STD");
    let terms = ask("accounting.party_terms.get", json!({"id": foreign["id"]})).await.unwrap();
    assert_eq!((&terms["tax_position"], &terms["holds"]), (&Value::Null, &json!("EU")));
    let everyone = json!({"id": "EU", "countries": [], "with_tax_id": "without", "note": "x"});
    ask("accounting.tax_positions.update", everyone).await.unwrap();
    assert_eq!(code(&private).await.0, "RC");
    ask("accounting.tax_positions.archive", json!({"id": "EU"})).await.unwrap();
    assert_eq!(code(&private).await.0, "STD");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_counts_both_sides_and_ties_to_the_tax_accounts() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    let code = json!({"code": "RC", "name": "Reverse charge", "rate": "20", "reverse_charge": true});
    done(&world, &me, "accounting.tax_codes.create", code).await;
    let bill =
        json!({"vendor": who["id"], "vendor_number": "A-1", "date": "2026-03-02", "lines": [line("100", Some("RC"))]});
    let bill = done(&world, &me, "accounting.bills.create", bill).await;
    done(&world, &me, "accounting.bills.approve", json!({"id": bill["id"]})).await;
    let bill = done(&world, &me, "accounting.bills.post", json!({"id": bill["id"]})).await;
    assert_eq!((total(&bill, "net"), total(&bill, "gross")), ("100.00", "100.00"));
    let moved: i64 = sqlx::query_scalar("select sum(l.debit)::bigint from entry_lines l join entries e on e.id = l.entry_id where e.source_id = $1::uuid")
        .bind(bill["id"].as_str().unwrap())
        .fetch_one(&world.owner)
        .await
        .unwrap();
    assert_eq!(moved, 12_000, "both taxes are posted");
    let sold = draft(&world, &me, &who, "2026-03-03", json!([line("200", Some("STD")), line("10", Some("RC"))])).await;
    let sold = post(&world, &me, &sold).await;
    let part = json!({"id": sold["id"], "reason": "one back", "lines": [line("50", Some("STD"))]});
    done(&world, &me, "accounting.invoices.credit", part).await;
    let manual = json!({"date": "2026-03-04", "memo": "Tax paid", "lines": [{"account": "2200", "debit": "7"}, {"account": "1010", "credit": "7"}]});
    let manual = done(&world, &me, "accounting.entries.create", manual).await;
    done(&world, &me, "accounting.entries.post", json!({"id": manual["id"]})).await;
    let march = json!({"from": "2026-03-01", "to": "2026-03-31"});
    let report = done(&world, &me, "accounting.reports.tax_report", march.clone()).await;
    assert_eq!(report["ledger"]["difference"]["amount"], "0.00");
    assert!(report["ledger"]["entries"].as_array().unwrap().iter().any(|entry| entry["amount"]["amount"] == "-7.00"));
    let rows: Vec<(&str, &str, &str)> = (report["rows"].as_array().unwrap().iter())
        .filter(|row| row["tax_code"] == "RC")
        .map(|row| {
            (
                row["direction"].as_str().unwrap(),
                row["base"]["amount"].as_str().unwrap(),
                row["tax"]["amount"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(rows, [("output", "100.00", "20.00"), ("output", "10.00", "0.00"), ("input", "100.00", "20.00")]);
    let mut asked = march;
    asked["tax_code"] = json!("STD");
    let told = done(&world, &me, "accounting.reports.tax_report", asked).await;
    let of_us: Vec<(&Value, &str)> = (told["documents"].as_array().unwrap().iter())
        .filter(|document| document["party"]["id"] == who["id"])
        .map(|document| (&document["invoice"], document["tax"]["amount"].as_str().unwrap()))
        .collect();
    assert_eq!(of_us.len(), 2, "{told}");
    assert_eq!(of_us.iter().map(|(_, tax)| *tax).collect::<Vec<_>>().len(), 2);
    assert!(of_us.iter().all(|(invoice, _)| **invoice == sold["number"]), "{of_us:?}");
    sound(&world).await;
}

/// Where prices include tax, the document comes to what was typed, to the cent, and so do its parts.
#[test]
fn prices_that_include_tax_come_to_what_was_typed() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let me = runtime.block_on(world.person("accountant"));
    let who = runtime.block_on(customer(&world, &me));
    let mut runner =
        TestRunner::new(Config { cases: 24, max_shrink_iters: 20, failure_persistence: None, ..Config::default() });
    let lines = proptest::collection::vec((1_u32..100_000, 0_usize..3), 1..8);
    runner
        .run(&lines, |lines| {
            let codes = ["STD", "RED", "ZERO"];
            let typed: u32 = lines.iter().map(|(cents, _)| cents).sum();
            let price = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
            let given: Vec<Value> =
                lines.iter().map(|(cents, code)| line(&price(*cents), Some(codes[*code]))).collect();
            let draft = json!({"customer": who["id"], "tax_inclusive": true, "lines": given});
            runtime.block_on(async {
                let draft = done(&world, &me, "accounting.invoices.create", draft).await;
                assert_eq!(total(&draft, "gross"), price(typed));
                let posted = post(&world, &me, &draft).await;
                assert_eq!(total(&posted, "gross"), price(typed), "posting changes nothing");
                let reason = json!({"id": posted["id"], "reason": "back"});
                done(&world, &me, "accounting.invoices.credit", reason).await;
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(sound(&world));
}
