//! Payment runs: proposed by what is due, approved by somebody else, posted all at once, and taken back.

use serde_json::{Value, json};
use steward_tools::Caller;

use crate::check::check;
use crate::exchange::ask;
use crate::properties::broken;
use crate::support::World;
use crate::terms::{balance, done, sound};
use crate::undo::{done as step, undo};

async fn vendor(world: &World, me: &Caller, name: &str) -> Value {
    done(world, me, "directory.parties.create", json!({"name": name, "kinds": ["vendor"]})).await
}

/// A posted bill of one line without tax.
async fn bill(world: &World, me: &Caller, vendor: &Value, terms: &str, date: &str, price: &str) -> Value {
    let number = uuid::Uuid::new_v4().to_string();
    let line = json!({"description": "Thing", "quantity": "1", "unit_price": price, "tax_code": "ZERO"});
    let draft =
        json!({"vendor": vendor["id"], "date": date, "payment_terms": terms, "vendor_number": number, "lines": [line]});
    let draft = done(world, me, "accounting.bills.create", draft).await;
    done(world, me, "accounting.bills.approve", json!({"id": draft["id"]})).await;
    done(world, me, "accounting.bills.post", json!({"id": draft["id"]})).await
}

async fn open(world: &World, me: &Caller, bill: &Value) -> String {
    let read = done(world, me, "accounting.bills.get", json!({"id": bill["id"]})).await;
    read["totals"]["open"]["amount"].as_str().unwrap().to_owned()
}

/// What a run pays of a bill.
fn pays<'a>(run: &'a Value, bill: &Value) -> Option<&'a str> {
    let line = run["lines"].as_array().unwrap().iter().find(|line| line["bill"] == bill["number"])?;
    line["amount"]["amount"].as_str()
}

async fn approved(world: &World, me: &Caller, checker: &Caller, of: Value) -> Value {
    let run = done(world, me, "accounting.payment_runs.create", of).await;
    done(world, checker, "accounting.payment_runs.approve", json!({"id": run["id"]})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_run_tells_what_it_does() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let (first, second) = (vendor(&world, &me, "Copper AG").await, vendor(&world, &me, "Zinc KG").await);
    bill(&world, &me, &first, "NET14", "2026-03-02", "100").await;
    bill(&world, &me, &first, "2/10-NET30", "2026-03-10", "200").await;
    bill(&world, &me, &second, "NET14", "2026-03-05", "50.50").await;
    let told = check(
        &world,
        "
        R = accounting.payment_runs.create {vendors: [Copper AG, Zinc KG], due_until: 2026-04-30}
        accounting.payment_runs.create {vendors: [Copper AG, Zinc KG], due_until: 2026-04-30}
        accounting.payment_runs.post {id: R}
        accounting.payment_runs.approve {id: R}
        accounting.payment_runs.reverse {id: R, reason: Never}
        controller: accounting.payment_runs.approve {id: R}
        accounting.payment_runs.update {id: R, date: 2026-03-17}
        accounting.payment_runs.delete {id: R}
        accounting.payment_runs.post {id: R}
        accounting.payment_runs.post {id: R}
        accounting.payment_runs.cancel {id: R, reason: Too late}
        accounting.payment_runs.get {id: R}
        accounting.payment_runs.list {status: posted}
        accounting.payment_runs.reverse {id: R, reason: The bank sent it all back}
        accounting.payment_runs.get {id: R}
        accounting.reports.number_gaps {year: 2026}
        ",
    )
    .await;
    insta::assert_snapshot!(told);
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_pays_what_is_due_and_is_taken_back_as_a_whole() {
    let world = World::new().await;
    let (me, checker) = (world.person("accountant").await, world.person("controller").await);
    let (first, second) = (vendor(&world, &me, "Copper AG").await, vendor(&world, &me, "Zinc KG").await);
    let soon = bill(&world, &me, &first, "NET14", "2026-03-02", "100").await;
    let early = bill(&world, &me, &first, "2/10-NET30", "2026-03-10", "200").await;
    let other = bill(&world, &me, &second, "NET14", "2026-03-05", "50.50").await;
    let halves = bill(&world, &me, &second, "50/50", "2026-03-12", "80").await;
    let only = json!([first["id"], second["id"]]);
    // by default what is due within a week; of instalments those
    let week = json!({"vendors": only});
    let run = done(&world, &me, "accounting.payment_runs.create", week).await;
    assert_eq!((pays(&run, &soon), pays(&run, &early)), (Some("100.00"), None));
    assert_eq!((pays(&run, &other), pays(&run, &halves)), (Some("50.50"), Some("40.00")));
    done(&world, &me, "accounting.payment_runs.delete", json!({"id": run["id"]})).await;
    let payable = balance(&world, "payable").await;
    let (bank, gained) = (balance(&world, "bank").await, balance(&world, "discount_received").await);
    let run = approved(&world, &me, &checker, json!({"vendors": only, "due_until": "2026-04-30"})).await;
    assert_eq!(run["number"], "PR-2026-00001");
    assert_eq!((pays(&run, &early), pays(&run, &halves)), (Some("196.00"), Some("80.00")));
    assert_eq!(run["total"]["amount"], "426.50");
    let posted = done(&world, &me, "accounting.payment_runs.post", json!({"id": run["id"]})).await;
    assert_eq!((posted["status"].as_str(), posted["vendors"].as_array().unwrap().len()), (Some("posted"), 2));
    let numbers: std::collections::BTreeSet<_> =
        posted["lines"].as_array().unwrap().iter().map(|line| line["payment"].as_str().unwrap()).collect();
    assert_eq!(numbers.len(), 2, "one payment for each vendor");
    for bill in [&soon, &early, &other, &halves] {
        assert_eq!(open(&world, &me, bill).await, "0.00");
    }
    assert_eq!(balance(&world, "bank").await - bank, -42_650);
    assert_eq!(balance(&world, "discount_received").await - gained, -400);
    sound(&world).await;
    // a payment that bounced by itself is left as it is
    let bounced = posted["lines"][0]["payment"].clone();
    done(&world, &me, "accounting.payments.reverse", json!({"id": bounced, "reason": "It bounced"})).await;
    let back = json!({"id": run["number"], "reason": "Wrong account"});
    let back = done(&world, &me, "accounting.payment_runs.reverse", back).await;
    assert_eq!(back["status"], "reversed");
    assert_eq!((open(&world, &me, &soon).await, open(&world, &me, &early).await), ("100.00".into(), "200.00".into()));
    assert_eq!((open(&world, &me, &other).await, open(&world, &me, &halves).await), ("50.50".into(), "80.00".into()));
    assert_eq!((balance(&world, "payable").await, balance(&world, "bank").await), (payable, bank));
    sound(&world).await;
    done(&world, &me, "accounting.payment_runs.create", json!({"vendors": only})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_changed_by_hand_and_approved_by_somebody_else() {
    let world = World::new().await;
    let (me, checker) = (world.person("accountant").await, world.person("controller").await);
    let who = vendor(&world, &me, "Copper AG").await;
    let soon = bill(&world, &me, &who, "NET14", "2026-03-02", "100").await;
    let early = bill(&world, &me, &who, "2/10-NET30", "2026-03-10", "200").await;
    let run = done(&world, &me, "accounting.payment_runs.create", json!({"vendors": [who["id"]]})).await;
    let update = |change: Value| {
        let mut change = change;
        change["id"] = run["id"].clone();
        change
    };
    let name = "accounting.payment_runs.update";
    let more = done(&world, &me, name, update(json!({"add": [{"bill": early["number"]}], "version": 1}))).await;
    assert_eq!(pays(&more, &early), Some("196.00"));
    let stale = update(json!({"remove": [{"bill": soon["number"]}], "version": 1}));
    assert_eq!(ask(&world, &me, name, stale).await.unwrap_err(), "stale_version");
    let part = update(json!({"amounts": [{"bill": soon["number"], "amount": "60"}], "date": "2026-03-25"}));
    let part = done(&world, &me, name, part).await;
    assert_eq!((pays(&part, &early), pays(&part, &soon)), (Some("200.00"), Some("60.00")), "too late for a discount");
    let much = update(json!({"amounts": [{"bill": soon["number"], "amount": "100.01"}]}));
    assert_eq!(ask(&world, &me, name, much).await.unwrap_err(), "exceeds_open");
    let twice = update(json!({"add": [{"bill": soon["number"]}]}));
    assert_eq!(ask(&world, &me, name, twice).await.unwrap_err(), "bill_in_run");
    let none = update(json!({"remove": [{"bill": soon["number"]}, {"bill": early["number"]}]}));
    assert_eq!(ask(&world, &me, name, none).await.unwrap_err(), "nothing_to_pay");
    let less = done(&world, &me, name, update(json!({"remove": [{"bill": early["number"]}]}))).await;
    assert_eq!((pays(&less, &early), pays(&less, &soon)), (None, Some("60.00")));
    let absent = update(json!({"remove": [{"bill": early["number"]}]}));
    assert_eq!(ask(&world, &me, name, absent).await.unwrap_err(), "not_in_run");
    // neither who proposed it nor who changed it approves it
    let id = json!({"id": run["id"]});
    assert_eq!(ask(&world, &me, "accounting.payment_runs.approve", id.clone()).await.unwrap_err(), "four_eyes");
    done(&world, &checker, name, update(json!({"date": "2026-03-16"}))).await;
    assert_eq!(ask(&world, &checker, "accounting.payment_runs.approve", id.clone()).await.unwrap_err(), "four_eyes");
    let third = world.person("admin").await;
    done(&world, &third, "accounting.payment_runs.approve", id.clone()).await;
    done(&world, &me, "accounting.payment_runs.post", id).await;
    assert_eq!((open(&world, &me, &soon).await, open(&world, &me, &early).await), ("40.00".into(), "200.00".into()));
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_is_paid_once_whatever_pays_it() {
    let world = World::new().await;
    let (me, checker) = (world.person("accountant").await, world.person("controller").await);
    let who = vendor(&world, &me, "Copper AG").await;
    let first = bill(&world, &me, &who, "NET14", "2026-03-02", "100").await;
    let second = bill(&world, &me, &who, "NET14", "2026-03-03", "30").await;
    let create = "accounting.payment_runs.create";
    let named = json!({"bills": [{"bill": first["number"], "amount": "90"}]});
    let run = approved(&world, &me, &checker, named.clone()).await;
    assert_eq!(ask(&world, &me, create, named).await.unwrap_err(), "bill_in_run");
    let rest = done(&world, &me, create, json!({"vendors": [who["id"]]})).await;
    assert_eq!((pays(&rest, &first), pays(&rest, &second)), (None, Some("30.00")), "what is in a run is not proposed");
    assert_eq!(ask(&world, &me, create, json!({"vendors": [who["id"]]})).await.unwrap_err(), "nothing_to_pay");
    // paid in part meanwhile: the run says so and pays nothing
    let paid = json!({"vendor": who["id"], "amount": "20", "allocations": [{"bill": first["number"]}]});
    let paid = done(&world, &me, "accounting.payments.pay", paid).await;
    let post = json!({"id": run["id"]});
    assert_eq!(ask(&world, &me, "accounting.payment_runs.post", post.clone()).await.unwrap_err(), "bill_settled");
    assert_eq!(open(&world, &me, &first).await, "80.00");
    done(&world, &me, "accounting.payments.reverse", json!({"id": paid["id"], "reason": "Twice"})).await;
    done(&world, &me, "accounting.payment_runs.cancel", json!({"id": run["id"], "reason": "Pay it all"})).await;
    assert_eq!(ask(&world, &me, "accounting.payment_runs.post", post).await.unwrap_err(), "not_approved");
    let again = approved(&world, &me, &checker, json!({"bills": [{"bill": first["number"]}]})).await;
    assert_eq!(again["number"], "PR-2026-00002");
    done(&world, &me, "accounting.payment_runs.post", json!({"id": again["id"]})).await;
    assert_eq!(open(&world, &me, &first).await, "0.00");
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn payment_runs_are_for_those_who_keep_the_books() {
    let world = World::new().await;
    let (me, sales) = (world.person("accountant").await, world.person("sales").await);
    let stranger = world.person("admin@rival.example").await;
    let who = vendor(&world, &me, "Copper AG").await;
    bill(&world, &me, &who, "NET14", "2026-03-02", "100").await;
    let run = done(&world, &me, "accounting.payment_runs.create", json!({"vendors": [who["id"]]})).await;
    let id = json!({"id": run["id"]});
    for (verb, arguments) in [("create", json!({})), ("list", json!({})), ("get", id.clone()), ("approve", id.clone())]
    {
        let name = format!("accounting.payment_runs.{verb}");
        assert_eq!(ask(&world, &sales, &name, arguments).await.unwrap_err(), "forbidden", "{name}");
    }
    for verb in ["get", "approve", "post", "delete"] {
        let name = format!("accounting.payment_runs.{verb}");
        assert_eq!(ask(&world, &stranger, &name, id.clone()).await.unwrap_err(), "not_found", "{name}");
    }
    let listed = done(&world, &me, "accounting.payment_runs.list", json!({})).await;
    assert_eq!((&listed["items"][0]["count"], &listed["items"][0]["total"]["amount"]), (&json!(1), &json!("100.00")));
    let bank = json!({"vendors": [who["id"]], "bank_account": "6900"});
    let refused = ask(&world, &me, "accounting.payment_runs.create", bank).await.unwrap_err();
    assert_eq!(refused, "wrong_account_type");
}

/// The constraint that refuses a statement, whatever code comes.
async fn refused(world: &World, sql: &'static str) -> Option<String> {
    let mut tx = world.owner.begin().await.unwrap();
    sqlx::query("select set_config('steward.call', gen_random_uuid()::text, true)").execute(&mut *tx).await.unwrap();
    let error = match sqlx::query(sql).execute(&mut *tx).await {
        Ok(_) => tx.commit().await.err()?,
        Err(error) => error,
    };
    error.as_database_error()?.constraint().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_keeps_payment_runs_straight() {
    let world = World::new().await;
    let (me, checker) = (world.person("accountant").await, world.person("controller").await);
    let who = vendor(&world, &me, "Copper AG").await;
    let first = bill(&world, &me, &who, "NET14", "2026-03-02", "100").await;
    approved(&world, &me, &checker, json!({"bills": [{"bill": first["number"]}]})).await;
    bill(&world, &me, &who, "NET14", "2026-03-03", "30").await;
    done(&world, &me, "accounting.payment_runs.create", json!({"vendors": [who["id"]]})).await;
    for (constraint, sql) in [
        (
            "payment_run_four_eyes",
            "update payment_runs set status = 'approved', number = 'PR-X', approved_by = created_by, approved_at = now() where status = 'draft'",
        ),
        (
            "payment_run_bill_once",
            "insert into payment_run_lines (org_id, id, run_id, bill_id, amount)
             select r.org_id, gen_random_uuid(), r.id, l.bill_id, 1 from payment_runs r, payment_run_lines l
             join payment_runs a on a.id = l.run_id and a.status = 'approved' where r.status = 'draft'",
        ),
        (
            "payment_run_line_kept",
            "update payment_run_lines set amount = amount + 1 where run_id in (select id from payment_runs where status = 'approved')",
        ),
        ("payment_run_steps", "update payment_runs set date = date + 1 where status = 'approved'"),
        ("payment_run_paid", "update payment_runs set status = 'posted' where status = 'approved'"),
    ] {
        assert_eq!(refused(&world, sql).await.as_deref(), Some(constraint), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_of_a_run_can_be_taken_back() {
    let world = World::new().await;
    let (me, checker) = (world.person("accountant").await, world.person("controller").await);
    let who = vendor(&world, &me, "Copper AG").await;
    let soon = bill(&world, &me, &who, "NET14", "2026-03-02", "100").await;
    let early = bill(&world, &me, &who, "2/10-NET30", "2026-03-10", "200").await;
    let op = |verb: &str| format!("accounting.payment_runs.{verb}");
    let (created, run) = step(&world, &me, &op("create"), json!({"vendors": [who["id"]]})).await;
    undo(&world, &me, created).await.unwrap();
    let bills = json!({"bills": [{"bill": soon["number"], "amount": "60"}, {"bill": early["number"]}]});
    assert_eq!(ask(&world, &me, &op("get"), json!({"id": run["id"]})).await.unwrap_err(), "not_found");
    let run = done(&world, &me, &op("create"), bills).await;
    let change = json!({"id": run["id"], "date": "2026-03-25", "remove": [{"bill": soon["number"]}]});
    let (changed, now) = step(&world, &me, &op("update"), change).await;
    assert_eq!((pays(&now, &soon), pays(&now, &early)), (None, Some("200.00")));
    let back = undo(&world, &me, changed).await.unwrap()["result"].clone();
    assert_eq!((pays(&back, &soon), pays(&back, &early)), (Some("60.00"), Some("196.00")));
    assert_eq!(back["date"], "2026-03-16");
    let (deleted, _) = step(&world, &me, &op("delete"), json!({"id": run["id"]})).await;
    let run = undo(&world, &me, deleted).await.unwrap()["result"].clone();
    assert_eq!((pays(&run, &soon), pays(&run, &early)), (Some("60.00"), Some("196.00")));
    let (approval, _) = step(&world, &checker, &op("approve"), json!({"id": run["id"]})).await;
    let gone = undo(&world, &checker, approval).await.unwrap()["result"].clone();
    assert_eq!(gone["status"], "cancelled");
    let run = approved(&world, &me, &checker, json!({"vendors": [who["id"]]})).await;
    let (cancelled, _) = step(&world, &me, &op("cancel"), json!({"id": run["id"], "reason": "Not now"})).await;
    let run = undo(&world, &me, cancelled).await.unwrap()["result"].clone();
    assert_eq!((run["status"].as_str(), pays(&run, &soon)), (Some("draft"), Some("100.00")));
    done(&world, &checker, &op("approve"), json!({"id": run["id"]})).await;
    let (posted, _) = step(&world, &me, &op("post"), json!({"id": run["id"]})).await;
    let gone = undo(&world, &me, posted).await.unwrap()["result"].clone();
    assert_eq!(gone["status"], "reversed");
    assert_eq!(open(&world, &me, &soon).await, "100.00");
    sound(&world).await;
}
