//! Dunning: every level in its turn and once, nobody who disputes or has paid, and back again; disputes.

use serde_json::{Value, json};
use steward_tools::Caller;

use crate::check::check;
use crate::exchange::ask;
use crate::support::World;
use crate::terms::{customer, done, invoice, sound};

/// The notices of a run, as level and numbers of days overdue; or why there are none.
async fn dun(world: &World, me: &Caller, who: &Value, day: &str) -> Result<Vec<(i64, Vec<i64>)>, String> {
    let run = ask(world, me, "accounting.dunning_runs.run", json!({"as_of": day, "customer": who["id"]})).await?;
    let mut told = Vec::new();
    for notice in run["notices"].as_array().unwrap() {
        let details = done(world, me, "accounting.dunning_notices.get", json!({"id": notice["id"]})).await;
        let days = details["lines"].as_array().unwrap().iter().map(|line| line["days_overdue"].as_i64().unwrap());
        told.push((notice["level"].as_i64().unwrap(), days.collect()));
    }
    Ok(told)
}

async fn is_open(world: &World, me: &Caller, of: &Value) -> Value {
    done(world, me, "accounting.invoices.get", json!({"id": of["id"]})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_disputes_and_notices_are_told() {
    let world = World::new().await;
    let told = check(
        &world,
        "
        accounting.dunning_levels.list {}
        L = accounting.dunning_levels.create {name: Call, days_overdue: 14, text: We shall call you., fee: '5'}
        accounting.dunning_levels.create {name: Other, days_overdue: 14, text: x}
        accounting.dunning_levels.create {name: Free, days_overdue: 15, text: x, fee: '-1'}
        accounting.dunning_levels.update {id: call, days_overdue: 21}
        accounting.dunning_levels.update {id: call, fee: '0', name: Friendly call}
        accounting.dunning_levels.archive {id: L}
        accounting.dunning_levels.archive {id: L}
        accounting.dunning_levels.create {name: Letter, days_overdue: 14, text: We write to you.}
        accounting.dunning_levels.restore {id: L}
        accounting.dunning_levels.list {archived: true}
        C = directory.parties.create {name: Late Payers GmbH, kinds: [customer]}
        I = accounting.invoices.create {customer: C, date: 2026-01-05, due_date: 2026-01-15, lines: [{description: desk, quantity: '1', unit_price: '100', tax_code: ZERO}]}
        accounting.invoices.dispute {id: I, reason: Too early}
        P = accounting.invoices.post {id: I}
        accounting.invoices.dispute {id: P, reason: The desk wobbles.}
        accounting.invoices.dispute {id: P, reason: Again}
        accounting.dunning_runs.run {as_of: 2026-02-28, customer: C}
        accounting.invoices.list {disputed: true}
        accounting.invoices.settle_dispute {id: P, note: Mended}
        accounting.invoices.settle_dispute {id: P}
        accounting.dunning_runs.run {as_of: 2099-01-01}
        R = accounting.dunning_runs.run {as_of: 2026-02-28, customer: C}
        accounting.dunning_notices.get {id: DUN-2026-00001}
        accounting.dunning_runs.list {}
        accounting.dunning_runs.get {id: R}
        accounting.dunning_levels.get {id: Friendly call}
        accounting.dunning_runs.cancel {id: R}
        accounting.dunning_runs.cancel {id: R}
        accounting.dunning_notices.cancel {id: DUN-2026-00001}
        accounting.dunning_notices.list {customer: C}
        accounting.party_terms.update {id: C, no_dunning: true}
        accounting.dunning_runs.run {as_of: 2026-02-28, customer: C}
        accounting.reports.number_gaps {}
        ",
    )
    .await;
    insta::assert_snapshot!(told);
}

/// A year of one customer: three levels, each once and in turn, with the days between them at least.
#[tokio::test(flavor = "multi_thread")]
async fn each_level_comes_in_its_turn_and_once() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    let sell = async |due: &str| {
        let lines = json!([{"description": "Thing", "quantity": "1", "unit_price": "100", "tax_code": "ZERO"}]);
        let draft = json!({"customer": who["id"], "date": due, "due_date": due, "lines": lines});
        let draft = done(&world, &me, "accounting.invoices.create", draft).await;
        done(&world, &me, "accounting.invoices.post", json!({"id": draft["id"]})).await
    };
    let first = sell("2026-01-01").await;
    let dun = async |day: &str| dun(&world, &me, &who, day).await;
    let nothing = Err("nothing_to_dun".to_owned());
    assert_eq!(dun("2026-01-07").await, nothing, "six days are too few");
    assert_eq!(dun("2026-01-08").await, Ok(vec![(1, vec![7])]));
    assert_eq!(dun("2026-01-08").await, nothing, "not twice");
    assert_eq!(dun("2026-01-21").await, nothing, "thirteen days after the first notice");
    let second = sell("2026-01-10").await;
    // the second level for one, the first for the other: one notice, at the sharper level
    assert_eq!(dun("2026-01-22").await, Ok(vec![(2, vec![21, 12])]));
    // long overdue, but no level is left out, and its days are kept
    assert_eq!(dun("2026-02-04").await, nothing);
    assert_eq!(dun("2026-02-05").await, Ok(vec![(3, vec![35, 26])]));
    // the first has nothing more to come
    assert_eq!(dun("2026-02-19").await, Ok(vec![(3, vec![40])]));
    assert_eq!(dun("2026-03-10").await, nothing);
    // a notice on which a later one rests is not cancelled
    let notices = done(&world, &me, "accounting.dunning_notices.list", json!({"customer": who["id"]})).await;
    let notices = notices["items"].as_array().unwrap();
    let cancel =
        async |n: usize| ask(&world, &me, "accounting.dunning_notices.cancel", json!({"id": notices[n]["id"]})).await;
    assert_eq!(cancel(3).await.unwrap_err(), "later_notice");
    cancel(0).await.unwrap();
    assert_eq!(dun("2026-03-10").await, Ok(vec![(3, vec![59])]), "what was cancelled comes again");
    // what is paid is not asked for, nor is what an advance covers
    let pay = async |amount: &str, more: Value| {
        let mut paid = json!({"customer": who["id"], "amount": amount, "date": "2026-03-11"});
        more.as_object().unwrap().iter().for_each(|(key, value)| paid[key] = value.clone());
        done(&world, &me, "accounting.payments.receive", paid).await
    };
    let third = sell("2026-02-01").await;
    pay(
        "200",
        json!({"allocations": [{"invoice": first["id"], "amount": "100"}, {"invoice": second["id"], "amount": "100"}]}),
    )
    .await;
    assert_eq!(is_open(&world, &me, &third).await["status"], "posted");
    assert_eq!(dun("2026-03-12").await, Ok(vec![(1, vec![39])]));
    sound(&world).await;
}

/// A level that moves after it was used is not reached again, and holds nobody else's notice up.
#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_moves_holds_no_run_up() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    invoice(&world, &me, &who, "NET14", "2026-01-01", &[("100", "ZERO")]).await;
    assert_eq!(dun(&world, &me, &who, "2026-01-22").await, Ok(vec![(1, vec![7])]));
    done(&world, &me, "accounting.dunning_levels.update", json!({"id": "Reminder", "days_overdue": 10})).await;
    invoice(&world, &me, &who, "NET14", "2026-01-05", &[("100", "ZERO")]).await;
    // ten days after the first notice: nothing more for that invoice, its first notice for the other
    assert_eq!(dun(&world, &me, &who, "2026-02-01").await, Ok(vec![(1, vec![13])]));
    assert_eq!(dun(&world, &me, &who, "2026-02-05").await, Ok(vec![(2, vec![21])]));
}

#[tokio::test(flavor = "multi_thread")]
async fn instalments_are_dunned_by_what_of_them_was_due() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    invoice(&world, &me, &who, "50/50", "2026-01-01", &[("100", "ZERO")]).await;
    let run = json!({"as_of": "2026-01-20", "customer": who["id"]});
    let run = done(&world, &me, "accounting.dunning_runs.run", run).await;
    assert_eq!(run["total"]["amount"], "50.00");
    let paid = json!({"customer": who["id"], "amount": "50", "date": "2026-01-21"});
    done(&world, &me, "accounting.payments.receive", paid).await;
    assert_eq!(dun(&world, &me, &who, "2026-02-05").await.unwrap_err(), "nothing_to_dun");
    let later =
        done(&world, &me, "accounting.dunning_runs.run", json!({"as_of": "2026-03-10", "customer": who["id"]})).await;
    assert_eq!((&later["total"]["amount"], &later["notices"][0]["level"]), (&json!("50.00"), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_keeps_notices_and_disputes_as_they_are() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    let sold = invoice(&world, &me, &who, "NET14", "2026-01-01", &[("100", "ZERO")]).await;
    done(&world, &me, "accounting.invoices.dispute", json!({"id": sold["id"], "reason": "Broken"})).await;
    done(&world, &me, "accounting.invoices.settle_dispute", json!({"id": sold["id"]})).await;
    dun(&world, &me, &who, "2026-02-01").await.unwrap();
    let again = "insert into dunning_notice_lines (org_id, id, notice_id, invoice_id, level_id, level_days, due_date, amount, company_amount)
        select org_id, gen_random_uuid(), notice_id, invoice_id, level_id, level_days, due_date, amount, company_amount from dunning_notice_lines limit 1";
    let disputes = "insert into invoice_disputes (org_id, id, invoice_id, reason, created_at)
        select org_id, gen_random_uuid(), id, 'twice', now() from (select * from invoices where status = 'posted' limit 1) i, generate_series(1, 2)";
    for (name, sql) in [
        ("dunned_once_a_level", again),
        ("dunning_notice_stays", "update dunning_notices set total = total + 1"),
        ("dispute_open_once", disputes),
        ("dispute_stays", "update invoice_disputes set reason = 'another'"),
    ] {
        let (mut tx, _) = world.gate.identity().transaction(&me).await.unwrap();
        let error = sqlx::query(sql).execute(&mut *tx).await.expect_err(sql).into_database_error().unwrap();
        assert_eq!(error.constraint(), Some(name), "{sql}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_is_disputed_no_longer() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let who = customer(&world, &me).await;
    let sold = invoice(&world, &me, &who, "NET14", "2026-01-01", &[("100", "ZERO")]).await;
    let disputed =
        done(&world, &me, "accounting.invoices.dispute", json!({"id": sold["id"], "reason": "Broken"})).await;
    assert_eq!(disputed["disputed"], "Broken");
    let listed = async || {
        let asked = json!({"customer": who["id"], "disputed": true});
        done(&world, &me, "accounting.invoices.list", asked).await["items"].as_array().unwrap().len()
    };
    assert_eq!(listed().await, 1);
    done(&world, &me, "accounting.payments.receive", json!({"customer": who["id"], "amount": "100"})).await;
    assert_eq!((listed().await, &is_open(&world, &me, &sold).await["disputed"]), (0, &Value::Null));
}

/// Whoever sells may see whom we have asked to pay, and asks nobody.
#[tokio::test(flavor = "multi_thread")]
async fn sales_sees_notices_and_does_not_dun() {
    let world = World::new().await;
    let (me, sales) = (world.person("accountant").await, world.person("sales").await);
    let who = customer(&world, &me).await;
    let late = invoice(&world, &me, &who, "NET14", "2026-01-05", &[("100", "ZERO")]).await;
    let op = |of: &str| format!("accounting.{of}");
    let run = json!({"customer": who["id"]});
    let answer = ask(&world, &sales, &op("dunning_runs.run"), run.clone()).await;
    assert_eq!(answer, Err("forbidden".to_owned()));
    done(&world, &me, &op("dunning_runs.run"), run).await;
    let listed = done(&world, &sales, &op("dunning_notices.list"), json!({"customer": who["id"]})).await;
    let notice = listed["items"][0].clone();
    assert_eq!((&notice["invoices"], &notice["total"]), (&json!(1), &late["totals"]["gross"]));
    for (name, arguments) in [
        ("dunning_notices.cancel", json!({"id": notice["id"]})),
        ("dunning_runs.cancel", json!({"id": "2026-03-16"})),
        ("dunning_levels.create", json!({"name": "x", "days_overdue": 99, "text": "x"})),
    ] {
        assert_eq!(ask(&world, &sales, &op(name), arguments).await, Err("forbidden".to_owned()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_asks_everybody_who_is_late_under_numbers_in_a_row() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    for name in ["Late One AG", "Late Two AG", "Late Three AG"] {
        let who = done(&world, &me, "directory.parties.create", json!({"name": name, "kinds": ["customer"]})).await;
        invoice(&world, &me, &who, "NET14", "2026-01-05", &[("100", "ZERO")]).await;
    }
    let run = done(&world, &me, "accounting.dunning_runs.run", json!({})).await;
    let numbers: Vec<&str> =
        run["notices"].as_array().unwrap().iter().map(|notice| notice["number"].as_str().unwrap()).collect();
    assert!(numbers.len() >= 3 && numbers[0] == "DUN-2026-00001", "{numbers:?}");
    sound(&world).await;
}
