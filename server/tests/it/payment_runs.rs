//! Payment runs: proposed by what is due, approved by somebody else, posted all at once, and taken back.

use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Options, Plan};

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
        (
            "payment_run_paid",
            "with paid as (
                 update payment_run_lines l set payment_id = (select p.id from payments p where p.org_id = l.org_id order by p.number limit 1)
                 from payment_runs r where r.id = l.run_id and r.status = 'approved' returning l.run_id)
             update payment_runs set status = 'posted' where id in (select run_id from paid)",
        ),
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

/// What is due later is taken as well where its discount would be gone before the next run; a discount that is used up is not.
#[tokio::test(flavor = "multi_thread")]
async fn bills_whose_discount_ends_are_paid_early() {
    let world = World::new().await;
    let (me, checker) = (world.person("accountant").await, world.person("controller").await);
    let who = vendor(&world, &me, "Copper AG").await;
    let parts = json!({"code": "HALVES", "name": "Halves", "instalments": [{"percent": "50", "days": 20}, {"percent": "50", "days": 40}], "discount_percent": "2", "discount_days": 10});
    done(&world, &me, "accounting.payment_terms.create", parts).await;
    let due = bill(&world, &me, &who, "NET14", "2026-03-02", "100").await;
    let ends = bill(&world, &me, &who, "2/10-NET30", "2026-03-08", "200").await;
    let later = bill(&world, &me, &who, "2/10-NET30", "2026-03-14", "300").await;
    let over = bill(&world, &me, &who, "2/10-NET30", "2026-03-02", "400").await;
    let halves = bill(&world, &me, &who, "HALVES", "2026-03-09", "500").await;
    let create = "accounting.payment_runs.create";
    let week = json!({"vendors": [who["id"]], "discount_until": "2026-03-22"});
    let run = done(&world, &me, create, week.clone()).await;
    assert_eq!((pays(&run, &due), pays(&run, &ends), pays(&run, &later)), (Some("100.00"), Some("196.00"), None));
    assert_eq!(
        (pays(&run, &over), pays(&run, &halves)),
        (None, Some("490.00")),
        "of instalments all, less the discount"
    );
    assert_eq!(run["discount_until"], "2026-03-22");
    done(&world, &me, "accounting.payment_runs.delete", json!({"id": run["id"]})).await;
    let past = json!({"discount_until": "2026-03-15"});
    assert_eq!(ask(&world, &me, create, past).await.unwrap_err(), "discount_over");
    let named = json!({"bills": [{"bill": due["number"]}], "discount_until": "2026-03-22"});
    assert_eq!(ask(&world, &me, create, named).await.unwrap_err(), "invalid_input");
    let run = approved(&world, &me, &checker, week).await;
    done(&world, &me, "accounting.payment_runs.post", json!({"id": run["id"]})).await;
    for bill in [&due, &ends, &halves] {
        assert_eq!(open(&world, &me, bill).await, "0.00");
    }
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bills_in_another_currency_are_a_run_of_their_own() {
    let world = World::new().await;
    let (me, checker) = (world.person("accountant").await, world.person("controller").await);
    // the small demo knows no dollars
    let known = ask(&world, &me, "accounting.currencies.create", json!({"code": "USD"})).await;
    assert!(
        known.is_ok() || known.as_ref().is_err_and(|code| code.ends_with("_taken") || code == "currency_exists"),
        "{known:?}"
    );
    let who = vendor(&world, &me, "Copper AG").await;
    let own = bill(&world, &me, &who, "NET14", "2026-03-02", "100").await;
    let line = json!({"description": "Thing", "quantity": "1", "unit_price": "100", "tax_code": "ZERO"});
    let draft = json!({"vendor": who["id"], "date": "2026-03-02", "payment_terms": "NET14", "vendor_number": "US-1", "currency": "USD", "rate": "0.9", "lines": [line]});
    let draft = done(&world, &me, "accounting.bills.create", draft).await;
    done(&world, &me, "accounting.bills.approve", json!({"id": draft["id"]})).await;
    let foreign = done(&world, &me, "accounting.bills.post", json!({"id": draft["id"]})).await;
    let rate = json!({"currency": "USD", "date": "2026-03-16", "rate": "0.95"});
    done(&world, &me, "accounting.rates.create", rate).await;
    let (payable, bank, loss) =
        (balance(&world, "payable").await, balance(&world, "bank").await, balance(&world, "exchange_loss").await);
    let run = approved(&world, &me, &checker, json!({"vendors": [who["id"]], "currency": "USD"})).await;
    assert_eq!((pays(&run, &foreign), pays(&run, &own)), (Some("100.00"), None));
    assert_eq!(run["total"]["currency"], "USD");
    done(&world, &me, "accounting.payment_runs.post", json!({"id": run["id"]})).await;
    assert_eq!(open(&world, &me, &foreign).await, "0.00");
    let moved = (
        balance(&world, "payable").await - payable,
        balance(&world, "bank").await - bank,
        balance(&world, "exchange_loss").await - loss,
    );
    assert_eq!(moved, (9_000, -9_500, 500), "owed at the rate of the bill, paid at that of the day");
    done(&world, &me, "accounting.payment_runs.reverse", json!({"id": run["id"], "reason": "Too early"})).await;
    assert_eq!((open(&world, &me, &foreign).await, balance(&world, "payable").await), ("100.00".into(), payable));
    sound(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_post_a_run_at_once_one_pays() {
    let world = World::new().await;
    let (me, checker) = (world.person("accountant").await, world.person("controller").await);
    let who = vendor(&world, &me, "Copper AG").await;
    let due = bill(&world, &me, &who, "NET14", "2026-03-02", "100").await;
    let bank = balance(&world, "bank").await;
    let run = approved(&world, &me, &checker, json!({"vendors": [who["id"]]})).await;
    let post = |by: &Caller| {
        let (by, id) = (by.clone(), run["id"].clone());
        let world = world.clone();
        async move { ask(&world, &by, "accounting.payment_runs.post", json!({"id": id})).await }
    };
    let (one, other) = tokio::join!(post(&me), post(&checker));
    let refused: Vec<&String> = [&one, &other].into_iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(refused, ["not_approved"], "{one:?} {other:?}");
    assert_eq!((open(&world, &me, &due).await, balance(&world, "bank").await - bank), ("0.00".into(), -10_000));
    sound(&world).await;
}

/// What counts against the limit of payments is the whole run, whichever vendors it is spread over.
#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_payments_holds_for_the_sum_of_a_run() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let organization = done(&world, &admin, "directory.organizations.list", json!({})).await["items"][0].clone();
    let limits = json!({"id": organization["id"], "limits": {"paid": "150"}});
    done(&world, &admin, "directory.organizations.update", limits).await;
    let (me, checker) = (world.person("accountant").await, world.person("controller").await);
    let mut vendors = Vec::new();
    for name in ["Copper AG", "Zinc KG"] {
        let who = vendor(&world, &me, name).await;
        bill(&world, &me, &who, "NET14", "2026-03-02", "100").await;
        vendors.push(who["id"].clone());
    }
    let run = approved(&world, &me, &checker, json!({"vendors": vendors})).await;
    let plan = Plan::one(Call { name: "accounting.payment_runs.post".into(), arguments: json!({"id": run["id"]}) });
    let answer = world.gate.submit(&me, plan, Options::default()).await.unwrap();
    assert!(matches!(answer, Answer::NeedsApproval { .. }), "{answer:?}");
    let alone = approved_alone(&world, &me, &checker, &vendors[0]).await;
    done(&world, &me, "accounting.payment_runs.post", json!({"id": alone})).await;
}

/// A run for one of the vendors, in the place of the one for all.
async fn approved_alone(world: &World, me: &Caller, checker: &Caller, vendor: &Value) -> Value {
    let runs = done(world, me, "accounting.payment_runs.list", json!({"status": "approved"})).await;
    let cancel = json!({"id": runs["items"][0]["id"], "reason": "One by one"});
    done(world, me, "accounting.payment_runs.cancel", cancel).await;
    approved(world, me, checker, json!({"vendors": [vendor]})).await["id"].clone()
}
