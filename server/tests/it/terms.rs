//! Payment terms: due dates, instalments to the cent and their ages, and the discount for paying early with its tax.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use steward_server::faults_in_books;
use steward_tools::Caller;

use crate::check::check;
use crate::exchange::ask;
use crate::support::World;

pub async fn done(world: &World, me: &Caller, name: &str, arguments: Value) -> Value {
    ask(world, me, name, arguments.clone()).await.unwrap_or_else(|code| panic!("{name} {arguments}: {code}"))
}

pub async fn customer(world: &World, me: &Caller) -> Value {
    done(world, me, "directory.parties.create", json!({"name": "Punctual AG", "kinds": ["customer", "vendor"]})).await
}

pub async fn sound(world: &World) {
    let faults = faults_in_books(&world.owner).await.unwrap();
    let wrong: Vec<_> = faults.into_iter().filter(|(_, faults)| !faults.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn line(price: &str, tax_code: &str) -> Value {
    json!({"description": "Thing", "quantity": "1", "unit_price": price, "tax_code": tax_code})
}

/// A posted invoice of lines, due by these terms.
pub async fn invoice(
    world: &World,
    me: &Caller,
    who: &Value,
    terms: &str,
    date: &str,
    lines: &[(&str, &str)],
) -> Value {
    let lines: Vec<Value> = lines.iter().map(|(price, code)| line(price, code)).collect();
    let draft = json!({"customer": who["id"], "date": date, "payment_terms": terms, "lines": lines});
    let draft = done(world, me, "accounting.invoices.create", draft).await;
    done(world, me, "accounting.invoices.post", json!({"id": draft["id"]})).await
}

async fn bill(world: &World, me: &Caller, who: &Value, terms: &str, date: &str, price: &str, code: &str) -> Value {
    let number = uuid::Uuid::new_v4().to_string();
    let draft = json!({"vendor": who["id"], "date": date, "payment_terms": terms, "vendor_number": number, "lines": [line(price, code)]});
    let draft = done(world, me, "accounting.bills.create", draft).await;
    done(world, me, "accounting.bills.approve", json!({"id": draft["id"]})).await;
    done(world, me, "accounting.bills.post", json!({"id": draft["id"]})).await
}

fn open(document: &Value) -> &str {
    document["totals"]["open"]["amount"].as_str().unwrap()
}

/// Debit less credit of the account of a purpose, in minor units.
pub async fn balance(world: &World, purpose: &str) -> i64 {
    let sql = "select coalesce(sum(l.debit - l.credit), 0)::bigint from entry_lines l
        join accounts a on a.org_id = l.org_id and a.id = l.account_id join organizations o on o.id = l.org_id
        where o.code = 'demo' and a.purpose = $1";
    sqlx::query_scalar(sql).bind(purpose).fetch_one(&world.owner).await.unwrap()
}

async fn tax(world: &World, me: &Caller) -> (i64, Value) {
    let year = json!({"from": "2026-01-01", "to": "2026-12-31"});
    let report = done(world, me, "accounting.reports.tax_report", year).await;
    assert_eq!(report["ledger"]["difference"]["amount"], "0.00", "the report and the tax accounts agree");
    let minor = |of: &str| report["totals"][of]["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    (minor("payable"), report)
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_are_kept_and_one_of_them_is_the_default() {
    let world = World::new().await;
    let told = check(
        &world,
        "
        accounting.payment_terms.get {id: net 30}
        T = accounting.payment_terms.create {code: net60, name: Sixty days, days: 60, end_of_month: true, discount_percent: '3', discount_days: 14}
        accounting.payment_terms.create {code: NET60, name: Again, days: 1}
        accounting.payment_terms.create {code: BAD, name: Bad, instalments: [{percent: '50', days: 0}, {percent: '49.99', days: 30}]}
        accounting.payment_terms.create {code: BAD, name: Bad, instalments: [{percent: '50', days: 30}, {percent: '50', days: 30}]}
        accounting.payment_terms.create {code: BAD, name: Bad, days: 3, discount_percent: '3'}
        accounting.payment_terms.create {code: BAD, name: Bad}
        accounting.payment_terms.update {id: T, instalments: [{percent: '33.33', days: 0}, {percent: '66.67', days: 30}], without_discount: true, end_of_month: false}
        accounting.payment_terms.archive {id: NET30}
        accounting.payment_terms.set_default {id: NET14}
        accounting.payment_terms.set_default {id: NET14}
        accounting.payment_terms.archive {id: NET30}
        accounting.payment_terms.set_default {id: NET30}
        accounting.payment_terms.restore {id: NET30}
        accounting.payment_terms.set_default {id: NET30}
        accounting.payment_terms.archive {id: T}
        accounting.invoices.create {customer: Globex Industries SE, payment_terms: NET60, lines: [{description: x, quantity: '1', unit_price: '1'}]}
        accounting.invoices.create {customer: Globex Industries SE, payment_terms: NET14, due_date: 2026-04-01, lines: [{description: x, quantity: '1', unit_price: '1'}]}
        accounting.invoices.create {customer: Globex Industries SE, payment_terms: 50/50, lines: [{description: x, quantity: '1', unit_price: '1'}]}
        accounting.payment_terms.list {}
        ",
    )
    .await;
    insta::assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_due_as_told_as_agreed_or_by_default() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    let draft = |more: Value| {
        let mut draft = json!({"customer": who["id"], "date": "2026-03-01", "lines": [line("100", "STD")]});
        more.as_object().unwrap().iter().for_each(|(key, value)| draft[key] = value.clone());
        draft
    };
    let create = |more: Value| done(&world, &me, "accounting.invoices.create", draft(more));
    assert_eq!(create(json!({})).await["due_date"], "2026-03-31", "the default is 30 days");
    let agreed = json!({"id": who["id"], "payment_terms": "NET14"});
    let agreed = done(&world, &me, "accounting.party_terms.update", agreed).await;
    assert_eq!(agreed["payment_terms"], "NET14");
    let usual = create(json!({})).await;
    assert_eq!((usual["due_date"].as_str(), usual["payment_terms"].as_str()), (Some("2026-03-15"), Some("NET14")));
    let told = create(json!({"due_date": "2026-05-05"})).await;
    assert_eq!((told["due_date"].as_str(), told["payment_terms"].as_str()), (Some("2026-05-05"), None));
    let update = |more: Value| {
        let mut change = json!({"id": usual["id"]});
        more.as_object().unwrap().iter().for_each(|(key, value)| change[key] = value.clone());
        done(&world, &me, "accounting.invoices.update", change)
    };
    assert_eq!(update(json!({"date": "2026-03-02"})).await["due_date"], "2026-03-16", "it moves with its date");
    assert_eq!(update(json!({"payment_terms": "NET30"})).await["due_date"], "2026-04-01");
    assert_eq!(update(json!({"due_date": "2026-03-20"})).await["payment_terms"], Value::Null);
    update(json!({"payment_terms": "NET14"})).await;
    let both = json!({"id": usual["id"], "payment_terms": "NET14", "due_date": "2026-03-20"});
    assert_eq!(ask(&world, &me, "accounting.invoices.update", both).await.unwrap_err(), "two_due_dates");
    let post = json!({"id": usual["id"], "date": "2026-03-10"});
    let posted = done(&world, &me, "accounting.invoices.post", post).await;
    assert_eq!((posted["date"].as_str(), posted["due_date"].as_str()), (Some("2026-03-10"), Some("2026-03-24")));
    let forget = json!({"id": who["id"], "without_payment_terms": true});
    done(&world, &me, "accounting.party_terms.update", forget).await;
    assert_eq!(create(json!({})).await["payment_terms"], "NET30");
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instalments_age_each_by_itself() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    // due 2026-02-01 and 2026-03-03; today is the 16th of March
    let sold = invoice(&world, &me, &who, "50/50", "2026-02-01", &[("83.35", "STD")]).await;
    assert_eq!(sold["due_date"], "2026-03-03");
    let parts = |document: &Value| -> Vec<(String, String)> {
        let part = |part: &Value, of: &str| part[of]["amount"].as_str().unwrap().to_owned();
        document["instalments"].as_array().unwrap().iter().map(|p| (part(p, "amount"), part(p, "open"))).collect()
    };
    assert_eq!(parts(&sold), [("50.01".into(), "50.01".into()), ("50.01".into(), "50.01".into())]);
    let ages = async |as_of: &str| -> Vec<String> {
        let asked = json!({"customer": who["id"], "as_of": as_of});
        let report = done(&world, &me, "accounting.reports.aged_receivables", asked).await;
        let of = |age: &str| report["totals"][age]["amount"].as_str().unwrap().to_owned();
        ["total", "not_due", "days_1_30", "days_31_60"].map(of).to_vec()
    };
    assert_eq!(ages("2026-02-15").await, ["100.02", "50.01", "50.01", "0.00"]);
    assert_eq!(ages("2026-03-16").await, ["100.02", "0.00", "50.01", "50.01"]);
    let overdue = async || {
        let asked = json!({"customer": who["id"], "overdue": true});
        done(&world, &me, "accounting.invoices.list", asked).await["items"].as_array().unwrap().len()
    };
    let later = invoice(&world, &me, &who, "50/50", "2026-03-10", &[("100", "ZERO")]).await;
    assert_eq!(overdue().await, 2, "a part of the later one is late too");
    let pay = |amount: &str, of: &Value| json!({"customer": who["id"], "amount": amount, "allocations": [{"invoice": of["id"]}]});
    done(&world, &me, "accounting.payments.receive", pay("60.00", &sold)).await;
    done(&world, &me, "accounting.payments.receive", pay("50.00", &later)).await;
    assert_eq!(overdue().await, 1, "its late part is paid");
    let sold = done(&world, &me, "accounting.invoices.get", json!({"id": sold["id"]})).await;
    assert_eq!(parts(&sold), [("50.01".into(), "0.00".into()), ("50.01".into(), "40.02".into())]);
    assert_eq!(ages("2026-03-16").await, ["90.02", "50.00", "40.02", "0.00"]);
    // a day before the payment, it was open as it was
    assert_eq!(ages("2026-03-15").await, ["200.02", "50.00", "100.01", "50.01"]);
    let bought = bill(&world, &me, &who, "50/50", "2026-03-01", "10.01", "ZERO").await;
    let payables = done(&world, &me, "accounting.reports.aged_payables", json!({"vendor": who["id"]})).await;
    assert_eq!(payables["totals"]["not_due"]["amount"], "5.00");
    assert_eq!(payables["totals"]["days_1_30"]["amount"], "5.01");
    assert_eq!(bought["instalments"].as_array().unwrap().len(), 2);
    sound(&world).await;
}

/// Whatever the terms and amounts, instalments come to their document in both currencies, and so do their ages.
#[test]
fn instalments_come_to_their_document() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let me = runtime.block_on(world.person("accountant"));
    let who = runtime.block_on(customer(&world, &me));
    let setup = async {
        done(&world, &me, "accounting.currencies.create", json!({"code": "USD"})).await;
        let rate = json!({"currency": "USD", "date": "2026-01-01", "rate": "0.9371"});
        done(&world, &me, "accounting.rates.create", rate).await;
    };
    runtime.block_on(setup);
    let mut runner =
        TestRunner::new(Config { cases: 16, max_shrink_iters: 20, failure_persistence: None, ..Config::default() });
    let cases = (proptest::collection::vec(1_u32..1_000, 1..6), 1_u32..500_000, any::<bool>(), 1_u32..120);
    let n = std::sync::atomic::AtomicU32::new(0);
    runner
        .run(&cases, |(weights, cents, foreign, paid)| {
            let n = n.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            // percents with two digits that add up to 100
            let sum: u32 = weights.iter().sum();
            let mut percents: Vec<u32> = weights.iter().map(|w| (w * 10_000 / sum).max(1)).collect();
            let rest: u32 = percents.iter().skip(1).sum();
            percents[0] = 10_000 - rest;
            let money = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
            let parts = percents.iter().enumerate();
            let parts: Vec<Value> = parts.map(|(i, p)| json!({"percent": money(*p), "days": i * 10})).collect();
            runtime.block_on(async {
                let code = format!("P{n}");
                let terms = json!({"code": code, "name": code, "instalments": parts});
                done(&world, &me, "accounting.payment_terms.create", terms).await;
                let currency = if foreign { "USD" } else { "EUR" };
                let mut draft = json!({"customer": who["id"], "payment_terms": code, "lines": [line(&money(cents), "STD")]});
                draft["currency"] = json!(currency);
                let draft = done(&world, &me, "accounting.invoices.create", draft).await;
                let posted = done(&world, &me, "accounting.invoices.post", json!({"id": draft["id"]})).await;
                let gross: u32 = posted["totals"]["gross"]["amount"].as_str().unwrap().replace('.', "").parse().unwrap();
                let part = (u64::from(gross) * u64::from(paid) / 120).clamp(1, u64::from(gross));
                let pay = json!({"customer": who["id"], "currency": currency, "amount": money(u32::try_from(part).unwrap()),
                    "allocations": [{"invoice": posted["id"]}]});
                done(&world, &me, "accounting.payments.receive", pay).await;
                let read = done(&world, &me, "accounting.invoices.get", json!({"id": posted["id"]})).await;
                if let Some(parts) = read["instalments"].as_array() {
                    let sum = |of: &str| -> u32 {
                        let minor = |p: &Value| p[of]["amount"].as_str().unwrap().replace('.', "").parse::<u32>().unwrap();
                        parts.iter().map(minor).sum()
                    };
                    assert_eq!(sum("amount"), gross);
                    assert_eq!(money(sum("open")), open(&read));
                }
                let aged = done(&world, &me, "accounting.reports.aged_receivables", json!({"customer": who["id"]})).await;
                let sql = "select coalesce(sum(l.debit - l.credit), 0)::bigint from entry_lines l where l.party_id = $1::uuid";
                let owed: i64 =
                    sqlx::query_scalar(sql).bind(who["id"].as_str().unwrap()).fetch_one(&world.owner).await.unwrap();
                assert_eq!(aged["totals"]["total"]["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap(), owed);
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(sound(&world));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_instalments_that_do_not_add_up() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    let sold = invoice(&world, &me, &who, "50/50", "2026-03-01", &[("100", "ZERO")]).await;
    let late = "insert into document_instalments (org_id, id, invoice_id, part_no, due_date, amount, company_amount)
        select org_id, gen_random_uuid(), id, 3, due_date, 100, 100 from invoices where id = $1::uuid";
    let mut tx = world.owner.begin().await.unwrap();
    sqlx::query("select set_config('steward.call', gen_random_uuid()::text, true)").execute(&mut *tx).await.unwrap();
    sqlx::query(late).bind(sold["id"].as_str().unwrap()).execute(&mut *tx).await.unwrap();
    let error = tx.commit().await.unwrap_err();
    let refused = error.as_database_error().and_then(|e| e.constraint()).map(str::to_owned);
    assert_eq!(refused.as_deref(), Some("instalments_add_up"));
    let crooked = "insert into payment_terms (org_id, id, code, name, percents, days, created_at, updated_at)
        select id, gen_random_uuid(), 'X', 'X', '{50,49}', '{0,30}', now(), now() from organizations where code = 'demo'";
    let mut tx = world.owner.begin().await.unwrap();
    sqlx::query("select set_config('steward.call', gen_random_uuid()::text, true)").execute(&mut *tx).await.unwrap();
    let error = sqlx::query(crooked).execute(&mut *tx).await.unwrap_err();
    let refused = error.as_database_error().and_then(|e| e.constraint()).map(str::to_owned);
    assert_eq!(refused.as_deref(), Some("payment_term_adds_up"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_is_given_in_time_with_its_tax_and_goes_with_its_payment() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    let (tax_before, _) = tax(&world, &me).await;
    let cost = balance(&world, "discount_allowed").await;
    // 100 at 20 %, 100 at 10 %: 230 gross, 4.60 off by the 11th
    let sold = invoice(&world, &me, &who, "2/10 NET30", "2026-03-01", &[("100", "STD"), ("100", "RED")]).await;
    assert_eq!(sold["discount"], json!({"amount": {"amount": "4.60", "currency": "EUR"}, "until": "2026-03-11"}));
    let (tax_posted, _) = tax(&world, &me).await;
    assert_eq!(tax_posted - tax_before, 3_000);
    let get = |of: &Value| done(&world, &me, "accounting.invoices.get", json!({"id": of["id"]}));
    let pay = |amount: &str, date: &str| json!({"customer": who["id"], "amount": amount, "date": date});
    // a day late: what is missing stays open
    let late = done(&world, &me, "accounting.payments.receive", pay("225.40", "2026-03-12")).await;
    assert_eq!(open(&get(&sold).await), "4.60");
    done(&world, &me, "accounting.payments.reverse", json!({"id": late["id"], "reason": "recorded on the wrong day"}))
        .await;
    // in time, but told not to
    let mut plain = pay("225.40", "2026-03-11");
    plain["without_discount"] = json!(true);
    let plain = done(&world, &me, "accounting.payments.receive", plain).await;
    assert_eq!(open(&get(&sold).await), "4.60");
    done(&world, &me, "accounting.payments.reverse", json!({"id": plain["id"], "reason": "again"})).await;
    // too little
    let little = done(&world, &me, "accounting.payments.receive", pay("225.39", "2026-03-11")).await;
    assert_eq!(open(&get(&sold).await), "4.61");
    done(&world, &me, "accounting.payments.reverse", json!({"id": little["id"], "reason": "again"})).await;
    // in time: 2.40 with 0.40 tax, 2.20 with 0.20 tax
    let paid = done(&world, &me, "accounting.payments.receive", pay("225.40", "2026-03-11")).await;
    assert_eq!(paid["allocations"][0]["discount"]["amount"], "4.60");
    let settled = get(&sold).await;
    assert_eq!((open(&settled), settled["status"].as_str()), ("0.00", Some("paid")));
    assert_eq!(balance(&world, "discount_allowed").await - cost, 400);
    let (tax_taken, _) = tax(&world, &me).await;
    assert_eq!(tax_taken - tax_posted, -60);
    sound(&world).await;
    let shown = done(&world, &me, "accounting.payments.get", json!({"id": paid["id"]})).await;
    assert_eq!(shown["allocations"][0]["discount"]["amount"], "4.60");
    // taken off and put on again, the discount goes and comes
    done(&world, &me, "accounting.payments.unallocate", json!({"id": paid["id"]})).await;
    assert_eq!((open(&get(&sold).await), balance(&world, "discount_allowed").await - cost), ("230.00", 0));
    done(&world, &me, "accounting.payments.allocate", json!({"id": paid["id"]})).await;
    assert_eq!((open(&get(&sold).await), balance(&world, "discount_allowed").await - cost), ("0.00", 400));
    // with its payment it goes for good
    done(&world, &me, "accounting.payments.reverse", json!({"id": paid["id"], "reason": "bounced"})).await;
    assert_eq!((open(&get(&sold).await), balance(&world, "discount_allowed").await - cost), ("230.00", 0));
    assert_eq!(tax(&world, &me).await.0, tax_posted);
    let statement = json!({"customer": who["id"]});
    let statement = done(&world, &me, "accounting.reports.customer_statement", statement).await;
    assert_eq!(statement["closing"]["amount"], "230.00");
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_documents_are_paid_with_their_discounts_and_a_full_payment_has_none() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    let sell = || invoice(&world, &me, &who, "2/10 NET30", "2026-03-10", &[("100", "ZERO")]);
    let (one, two) = (sell().await, sell().await);
    let pay = |amount: &str| json!({"customer": who["id"], "amount": amount});
    let both = done(&world, &me, "accounting.payments.receive", pay("196.00")).await;
    let given = |payment: &Value| {
        payment["allocations"].as_array().unwrap().iter().filter(|a| a["discount"].is_object()).count()
    };
    assert_eq!((given(&both), both["unallocated"]["amount"].as_str()), (2, Some("0.00")));
    done(&world, &me, "accounting.payments.reverse", json!({"id": both["id"], "reason": "again"})).await;
    let full = done(&world, &me, "accounting.payments.receive", pay("200.00")).await;
    assert_eq!((given(&full), full["unallocated"]["amount"].as_str()), (0, Some("0.00")));
    done(&world, &me, "accounting.payments.reverse", json!({"id": full["id"], "reason": "again"})).await;
    // half is credited: half of the discount is left
    let half = json!({"id": one["id"], "reason": "half", "lines": [line("50", "ZERO")]});
    done(&world, &me, "accounting.invoices.credit", half).await;
    let named =
        json!({"customer": who["id"], "amount": "49.00", "allocations": [{"invoice": one["id"], "amount": "49.00"}]});
    let named = done(&world, &me, "accounting.payments.receive", named).await;
    assert_eq!(named["allocations"][0]["discount"]["amount"], "1.00");
    let less =
        json!({"customer": who["id"], "amount": "98.00", "allocations": [{"invoice": two["id"], "amount": "97.99"}]});
    assert_eq!(given(&done(&world, &me, "accounting.payments.receive", less).await), 0);
    // what we take of a vendor: net of it is a gain, the tax is given back
    let gain = balance(&world, "discount_received").await;
    let input = balance(&world, "input_tax").await;
    let bought = bill(&world, &me, &who, "2/10 NET30", "2026-03-10", "100", "STD").await;
    let paid = json!({"vendor": who["id"], "amount": "117.60"});
    let paid = done(&world, &me, "accounting.payments.pay", paid).await;
    assert_eq!(paid["allocations"][0]["discount"]["amount"], "2.40");
    assert_eq!(balance(&world, "discount_received").await - gain, -200);
    assert_eq!(balance(&world, "input_tax").await - input, 2_000 - 40);
    let read = done(&world, &me, "accounting.bills.get", json!({"id": bought["id"]})).await;
    assert_eq!(open(&read), "0.00");
    tax(&world, &me).await;
    sound(&world).await;
}
