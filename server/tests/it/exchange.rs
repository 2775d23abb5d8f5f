//! Foreign currency: documents keep their rate and amounts, what rates differ by is posted with the settlement, and open
//! amounts are restated at the end of a period and back on the day after (A7).

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use steward_server::faults_in_books;
use steward_tools::{Answer, Call, Caller, Options, Plan};

use crate::support::World;

/// The accounts of differences, as far as the chart lacks them.
pub const DIFFERENCES: &str = "
    insert into accounts (org_id, id, code, name, name_key, type, purpose, created_at, updated_at)
    select o.id, gen_random_uuid(), a.code, a.name, lower(a.name), a.type, a.purpose, now(), now()
    from organizations o cross join (values ('4990', 'Exchange gains', 'income', 'exchange_gain'), ('6990', 'Exchange losses', 'expense', 'exchange_loss'),
        ('4991', 'Unrealised exchange gains', 'income', 'unrealised_gain'), ('6991', 'Unrealised exchange losses', 'expense', 'unrealised_loss'))
        as a (code, name, type, purpose)
    where not exists (select from accounts b where b.org_id = o.id and b.purpose = a.purpose)
    on conflict do nothing";

/// What an operation answers, or the code of its refusal.
pub async fn ask(world: &World, me: &Caller, name: &str, arguments: Value) -> Result<Value, String> {
    let call = Call { name: name.to_owned(), arguments };
    match world.gate.submit(me, Plan::one(call), Options::default()).await {
        Ok(Answer::Done { result, .. }) => Ok(result),
        Ok(other) => panic!("{name}: {other:?}"),
        Err(error) => Err(error.refusal().unwrap_or_else(|| panic!("{name}: {error}")).code.clone()),
    }
}

async fn done(world: &World, me: &Caller, name: &str, arguments: Value) -> Value {
    ask(world, me, name, arguments.clone()).await.unwrap_or_else(|code| panic!("{name} {arguments}: {code}"))
}

/// Debit less credit of an account up to a day, in minor units.
async fn balance(world: &World, org: &str, purpose: &str, day: &str) -> i64 {
    let sql = "select coalesce(sum(l.debit - l.credit), 0)::bigint from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
        join organizations o on o.id = l.org_id where o.code = $1 and (a.purpose = $2 or a.name = $2) and l.date <= $3::date";
    sqlx::query_scalar(sql).bind(org).bind(purpose).bind(day).fetch_one(&world.owner).await.unwrap()
}

/// What a party's documents come to on the control accounts, in minor units.
async fn owed(world: &World, party: &Value) -> i64 {
    let sql = "select coalesce(sum(l.debit - l.credit), 0)::bigint from entry_lines l where l.party_id = $1::uuid";
    sqlx::query_scalar(sql).bind(party["id"].as_str().unwrap()).fetch_one(&world.owner).await.unwrap()
}

async fn sound(world: &World) {
    let faults = faults_in_books(&world.owner).await.unwrap();
    let wrong: Vec<_> = faults.into_iter().filter(|(_, faults)| !faults.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A demo world with dollars at 0.92 from January and 0.95 from March on.
async fn dollars() -> (World, Caller) {
    let world = World::new().await;
    world.behind_the_curtain(DIFFERENCES).await;
    let me = world.person("accountant").await;
    done(&world, &me, "accounting.currencies.create", json!({"code": "USD"})).await;
    for (date, rate) in [("2026-01-01", "0.92"), ("2026-03-01", "0.95")] {
        done(&world, &me, "accounting.rates.create", json!({"currency": "USD", "date": date, "rate": rate})).await;
    }
    (world, me)
}

async fn party(world: &World, me: &Caller, name: &str) -> Value {
    done(world, me, "directory.parties.create", json!({"name": name, "kinds": ["customer", "vendor"]})).await
}

/// A posted invoice or bill of one line in dollars, without tax.
async fn document(
    world: &World,
    me: &Caller,
    sale: bool,
    party: &Value,
    price: &str,
    date: &str,
    rate: Option<&str>,
) -> Value {
    let line = json!({"description": "Work", "quantity": "1", "unit_price": price, "tax_code": "ZERO"});
    let mut draft = json!({"lines": [line], "date": date, "currency": "USD"});
    if let Some(rate) = rate {
        draft["rate"] = json!(rate);
    }
    if sale {
        draft["customer"] = party["id"].clone();
        let draft = done(world, me, "accounting.invoices.create", draft).await;
        return done(world, me, "accounting.invoices.post", json!({"id": draft["id"]})).await;
    }
    draft["vendor"] = party["id"].clone();
    draft["vendor_number"] = json!(uuid::Uuid::new_v4().to_string());
    let draft = done(world, me, "accounting.bills.create", draft).await;
    done(world, me, "accounting.bills.approve", json!({"id": draft["id"]})).await;
    done(world, me, "accounting.bills.post", json!({"id": draft["id"]})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn currencies_and_rates_are_kept_by_day() {
    let (world, me) = dollars().await;
    let ask = |name: &'static str, arguments| ask(&world, &me, name, arguments);
    assert_eq!(ask("accounting.currencies.create", json!({"code": "XQZ"})).await.unwrap_err(), "unknown_currency");
    assert_eq!(ask("accounting.currencies.create", json!({"code": "EUR"})).await.unwrap_err(), "company_currency");
    assert_eq!(ask("accounting.currencies.create", json!({"code": "usd"})).await.unwrap_err(), "currency_exists");
    let march = json!({"currency": "USD", "date": "2026-03-01", "rate": "0.951"});
    assert_eq!(ask("accounting.rates.create", march.clone()).await.unwrap_err(), "rate_exists");
    let lines = json!([{"currency": "USD", "date": "2026-03-01", "rate": "0.95"}, {"currency": "USD", "date": "2026-02-01", "rate": "0.93"}]);
    let first = ask("accounting.rates.import", json!({"lines": lines})).await.unwrap();
    assert_eq!((first["added"].as_i64(), first["unchanged"].as_i64()), (Some(1), Some(1)));
    let again = ask("accounting.rates.import", json!({"lines": lines})).await.unwrap();
    assert_eq!((again["added"].as_i64(), again["unchanged"].as_i64()), (Some(0), Some(2)));
    assert_eq!(ask("accounting.rates.import", json!({"lines": [march]})).await.unwrap_err(), "rate_exists");
    let replaced = ask("accounting.rates.import", json!({"lines": [march], "replace": true})).await.unwrap();
    assert_eq!(replaced["replaced"], 1);
    let listed = ask("accounting.rates.list", json!({"currency": "USD"})).await.unwrap();
    let rates: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|row| row["rate"].as_str().unwrap()).collect();
    assert_eq!(rates, ["0.951", "0.93", "0.92"]);
    ask("accounting.rates.delete", json!({"id": "USD 2026-03-01"})).await.unwrap();
    let today = ask("accounting.currencies.list", json!({})).await.unwrap();
    assert_eq!(today["items"][0]["rate"], "0.93");
    ask("accounting.currencies.archive", json!({"id": "USD"})).await.unwrap();
    let late = json!({"currency": "USD", "date": "2026-03-02", "rate": "1"});
    assert_eq!(ask("accounting.rates.create", late).await.unwrap_err(), "archived");
    ask("accounting.currencies.restore", json!({"id": "USD"})).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_invoice_keeps_its_rate_and_what_rates_differ_by_is_posted() {
    let (world, me) = dollars().await;
    let buyer = party(&world, &me, "Yankee Trading LLC").await;
    let invoice = document(&world, &me, true, &buyer, "100.00", "2026-02-10", None).await;
    // A7: currency, amount, rate and what it comes to
    let lines: Vec<(String, i64, String, i64)> = sqlx::query_as(
        "select l.foreign_currency, l.foreign_amount, l.rate::text, l.debit - l.credit from entry_lines l join entries e on e.id = l.entry_id
         where e.source_id = $1::uuid order by l.line_no",
    )
    .bind(invoice["id"].as_str().unwrap())
    .fetch_all(&world.owner)
    .await
    .unwrap();
    let usd = |amount, company| ("USD".to_owned(), amount, "0.92".to_owned(), company);
    assert_eq!(lines, [usd(10_000, 9_200), usd(-10_000, -9_200)]);
    // a rate that changes later changes nothing of it
    let replace = json!({"currency": "USD", "date": "2026-01-01", "rate": "0.5", "replace": true});
    done(&world, &me, "accounting.rates.create", replace).await;
    assert_eq!(owed(&world, &buyer).await, 9_200);
    let gain = balance(&world, "demo", "exchange_gain", "2999-01-01").await;
    let pay = json!({"customer": buyer["id"], "amount": "40", "currency": "USD", "date": "2026-03-05"});
    let part = done(&world, &me, "accounting.payments.receive", pay).await;
    assert_eq!(balance(&world, "demo", "exchange_gain", "2999-01-01").await - gain, -120);
    done(&world, &me, "accounting.payments.unallocate", json!({"id": part["id"]})).await;
    assert_eq!(balance(&world, "demo", "exchange_gain", "2999-01-01").await, gain, "taken back with its allocation");
    done(&world, &me, "accounting.payments.allocate", json!({"id": part["id"]})).await;
    let rest = json!({"customer": buyer["id"], "amount": "60", "currency": "USD", "rate": "0.97"});
    done(&world, &me, "accounting.payments.receive", rest).await;
    assert_eq!(owed(&world, &buyer).await, 0);
    assert_eq!(balance(&world, "demo", "exchange_gain", "2999-01-01").await - gain, -120 - 300);
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_is_restated_and_taken_back_the_day_after() {
    let (world, me) = dollars().await;
    let (buyer, seller) =
        (party(&world, &me, "Yankee Trading LLC").await, party(&world, &me, "Hudson Supply Inc").await);
    document(&world, &me, true, &buyer, "100.00", "2026-02-10", None).await;
    document(&world, &me, false, &seller, "50.00", "2026-02-11", None).await;
    let run = done(&world, &me, "accounting.revaluations.run", json!({"date": "2026-03-10"})).await;
    assert_eq!((&run["gain"]["amount"], &run["loss"]["amount"]), (&json!("3.00"), &json!("1.50")));
    assert_eq!(run["lines"].as_array().unwrap().len(), 2);
    for (day, gain, loss) in [("2026-03-09", 0, 0), ("2026-03-10", -300, 150), ("2026-03-11", 0, 0)] {
        assert_eq!(balance(&world, "demo", "unrealised_gain", day).await, gain, "{day}");
        assert_eq!(balance(&world, "demo", "unrealised_loss", day).await, loss, "{day}");
    }
    let statement: i64 = sqlx::query_scalar(
        "select sum(amount)::bigint from party_documents where side = 'sale' and party_id = $1::uuid and date <= '2026-03-10'",
    )
    .bind(buyer["id"].as_str().unwrap())
    .fetch_one(&world.owner)
    .await
    .unwrap();
    assert_eq!(statement, 9_500);
    let again = |date: &str| ask(&world, &me, "accounting.revaluations.run", json!({"date": date}));
    assert_eq!(again("2026-03-10").await.unwrap_err(), "already_revalued");
    assert_eq!(again("2026-02-20").await.unwrap_err(), "nothing_to_revalue");
    assert_eq!(again("2026-12-31").await.unwrap_err(), "date_in_future");
    sound(&world).await;
    let reverse = json!({"id": "2026-03-10", "reason": "wrong rate"});
    done(&world, &me, "accounting.revaluations.reverse", reverse).await;
    for day in ["2026-03-10", "2026-03-11"] {
        assert_eq!(balance(&world, "demo", "unrealised_gain", day).await, 0, "{day}");
    }
    let twice = json!({"id": run["id"], "reason": "again"});
    assert_eq!(ask(&world, &me, "accounting.revaluations.reverse", twice).await.unwrap_err(), "already_reversed");
    again("2026-03-10").await.unwrap();
    sound(&world).await;
    // the database: one a day, and it stays as it was posted
    for (constraint, sql) in [
        (
            "revaluation_once_a_day",
            "update revaluations set reversed_at = null, id = id where reversed_at is null and false; insert into revaluations select org_id, gen_random_uuid(), date, gain, loss, reversal_entry_id, entry_id, null, null, now() from revaluations where reversed_at is null",
        ),
        ("revaluation_stays", "update revaluations set gain = gain + 1"),
    ] {
        let (mut tx, _) = world.gate.identity().transaction(&me).await.unwrap();
        let mut met = None;
        for sql in sql.split("; ") {
            if let Err(error) = sqlx::query(sql).execute(&mut *tx).await {
                met = error.into_database_error().unwrap().constraint().map(str::to_owned);
            }
        }
        assert_eq!(met.as_deref(), Some(constraint));
    }
}

/// Whatever the rates and however it is paid, a settled document leaves nothing on its control account.
#[test]
fn settled_documents_leave_nothing_behind() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (world, me) = runtime.block_on(dollars());
    let mut runner =
        TestRunner::new(Config { cases: 8, max_shrink_iters: 10, failure_persistence: None, ..Config::default() });
    let lives = (
        any::<bool>(),
        100_u32..100_000,
        1_000_u32..3_000_000,
        proptest::collection::vec((1_u32..60, 1_000_u32..3_000_000, any::<bool>()), 1..5),
    );
    runner
        .run(&lives, |(sale, cents, rate, parts)| {
            runtime.block_on(settle(&world, &me, sale, (cents, rate), &parts));
            Ok(())
        })
        .unwrap();
    runtime.block_on(sound(&world));
}

async fn settle(world: &World, me: &Caller, sale: bool, (cents, rate): (u32, u32), parts: &[(u32, u32, bool)]) {
    let other = party(world, me, &format!("Party {}", uuid::Uuid::new_v4())).await;
    let money = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
    let rated = |rate: u32| format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000);
    document(world, me, sale, &other, &money(cents), "2026-02-10", Some(&rated(rate))).await;
    let mut left = cents;
    let last = [(100_u32, rate / 2 + 1_000, false)];
    for (percent, rate, undone) in parts.iter().chain(&last) {
        let amount = if *percent == 100 { left } else { (cents * percent / 100).clamp(1.min(left), left) };
        if left == 0 {
            break;
        }
        let (name, who) =
            if sale { ("accounting.payments.receive", "customer") } else { ("accounting.payments.pay", "vendor") };
        let mut pay = json!({"amount": money(amount), "currency": "USD", "rate": rated(*rate)});
        pay[who] = other["id"].clone();
        let payment = match ask(world, me, name, pay).await {
            Ok(payment) => payment,
            // less than a cent of ours
            Err(code) if code == "nothing_to_post" => continue,
            Err(code) => panic!("{code}"),
        };
        if *undone {
            let before = owed(world, &other).await;
            done(world, me, "accounting.payments.unallocate", json!({"id": payment["id"]})).await;
            done(world, me, "accounting.payments.allocate", json!({"id": payment["id"]})).await;
            assert_eq!(owed(world, &other).await, before, "taken off and put on again");
        }
        left -= amount;
    }
    if left == 0 {
        assert_eq!(owed(world, &other).await, 0, "{sale} {cents} at {rate}: {parts:?}");
    }
}

/// A company that keeps its books in dollars.
const YANKEE: &str = "
    insert into organizations (id, code, name, currency, zone, created_at)
        values ('01990000-0000-7000-8000-00000000000b', 'yankee', 'Yankee Corporation', 'USD', 'America/New_York', now());
    insert into users (org_id, id, email, name, roles, created_at)
        values ('01990000-0000-7000-8000-00000000000b', gen_random_uuid(), 'ada@yankee.example', 'Ada', '{admin}', now());
    call found_journals('01990000-0000-7000-8000-00000000000b', now());
    insert into accounts (org_id, id, code, name, name_key, type, purpose, control, created_at)
        select '01990000-0000-7000-8000-00000000000b', gen_random_uuid(), a.code, a.name, a.name_key, a.type, a.purpose, a.control, a.created_at
        from accounts a join organizations o on o.id = a.org_id where o.code = 'demo' and not a.heading;
    insert into tax_codes (org_id, id, code, name, account_id, is_default, created_at)
        select a.org_id, gen_random_uuid(), 'NONE', 'No tax', a.id, true, now() from accounts a
        where a.purpose = 'tax' and a.org_id = '01990000-0000-7000-8000-00000000000b';
    insert into tax_rates (org_id, id, tax_code_id, valid_from, rate, created_at)
        select org_id, gen_random_uuid(), id, '1900-01-01', 0, created_at from tax_codes where org_id = '01990000-0000-7000-8000-00000000000b'";

/// Minor units of a printed figure.
fn minor(figure: &Value) -> i64 {
    figure.as_str().unwrap().replace('.', "").parse().unwrap()
}

/// Published worked examples, figure by figure (fixtures/foreign_currency.json names them). The first prints no year: 2015
/// here. The second carries the restated balance forward and books 250 at settlement; here the revaluation of 125 is taken
/// back on the day after and 375 are booked at settlement: the same on each day that the source prints, and in all.
#[tokio::test(flavor = "multi_thread")]
async fn published_examples_come_out_figure_by_figure() {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/foreign_currency.json")).unwrap();
    let (sale, purchase) = (&fixture["examples"][0], &fixture["examples"][1]);
    let world = World::new().await;
    world.behind_the_curtain(YANKEE).await;
    world.behind_the_curtain(DIFFERENCES).await;
    let ada = world.person("ada@yankee.example").await;
    let at = |purpose: &'static str, day: &'static str| balance(&world, "yankee", purpose, day);
    for code in ["EUR", "GBP"] {
        done(&world, &ada, "accounting.currencies.create", json!({"code": code})).await;
    }
    let rates = |example: &Value, days: &[&str]| -> Vec<Value> {
        let printed = example["rates"].as_array().unwrap();
        assert_eq!(printed.len(), days.len());
        let currency = &example["foreign_currency"];
        printed
            .iter()
            .zip(days)
            .map(|(rate, day)| json!({"currency": currency, "date": day, "rate": rate["rate"]}))
            .collect()
    };
    let mut lines = rates(sale, &["2015-12-01", "2015-12-20"]);
    lines.extend(rates(purchase, &["2014-11-01", "2014-12-31", "2015-02-01"]));
    done(&world, &ada, "accounting.rates.import", json!({"lines": lines})).await;

    // the purchase in pounds
    let wales = party(&world, &ada, "Wales Corporation").await;
    let line =
        json!({"description": "Machine", "quantity": "1", "unit_price": purchase["foreign_amount"], "account": "0400"});
    let bill =
        json!({"vendor": wales["id"], "vendor_number": "1", "currency": "GBP", "date": "2014-11-01", "lines": [line]});
    let bill = done(&world, &ada, "accounting.bills.create", bill).await;
    done(&world, &ada, "accounting.bills.approve", json!({"id": bill["id"]})).await;
    done(&world, &ada, "accounting.bills.post", json!({"id": bill["id"]})).await;
    let figures = &purchase["functional_amounts"];
    assert_eq!(at("payable", "2014-11-01").await, -minor(&figures["invoice"]));
    assert_eq!(at("Furniture and equipment", "2014-11-01").await, minor(&figures["invoice"]));
    done(&world, &ada, "accounting.revaluations.run", json!({"date": "2014-12-31"})).await;
    assert_eq!(at("payable", "2014-12-31").await, -minor(&figures["balance_sheet"]));
    assert_eq!(at("unrealised_loss", "2014-12-31").await, minor(&purchase["unrealised"]["loss"]));
    let pay =
        json!({"vendor": wales["id"], "amount": purchase["foreign_amount"], "currency": "GBP", "date": "2015-02-01"});
    done(&world, &ada, "accounting.payments.pay", pay).await;
    assert_eq!(at("payable", "2015-02-01").await, 0);
    assert_eq!(at("bank", "2015-02-01").await, -minor(&figures["settlement"]));
    let (unrealised, realised) = (at("unrealised_loss", "2015-02-01").await, at("exchange_loss", "2015-02-01").await);
    assert_eq!((unrealised, realised), (0, minor(&purchase["total"]["loss"])));
    assert_eq!(realised, minor(&purchase["unrealised"]["loss"]) + minor(&purchase["realised"]["loss"]));

    // the sale in euros
    let buyer = party(&world, &ada, "A buyer").await;
    let line = json!({"description": "Goods", "quantity": "1", "unit_price": sale["foreign_amount"]});
    let invoice = json!({"customer": buyer["id"], "currency": "EUR", "date": "2015-12-01", "lines": [line]});
    let invoice = done(&world, &ada, "accounting.invoices.create", invoice).await;
    done(&world, &ada, "accounting.invoices.post", json!({"id": invoice["id"]})).await;
    let figures = &sale["functional_amounts"];
    assert_eq!(at("receivable", "2015-12-01").await, minor(&figures["invoice"]));
    assert_eq!(at("revenue", "2015-12-01").await, -minor(&figures["invoice"]));
    let bank = at("bank", "2015-12-01").await;
    let pay =
        json!({"customer": buyer["id"], "amount": sale["foreign_amount"], "currency": "EUR", "date": "2015-12-20"});
    done(&world, &ada, "accounting.payments.receive", pay).await;
    assert_eq!(at("bank", "2015-12-20").await - bank, minor(&figures["settlement"]));
    assert_eq!(at("receivable", "2015-12-20").await, 0);
    assert_eq!(at("exchange_gain", "2015-12-20").await, -minor(&sale["realised"]["gain"]));
    sound(&world).await;
}
