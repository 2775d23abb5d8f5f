//! Fiscal years and periods: what closes, in which order, and that nothing gets into what is closed.

use insta::assert_snapshot;
use serde_json::{Value, json};
use sqlx::Executor as _;
use steward_server::faults_in_books;
use steward_tools::{Answer, Call, Caller, Decision, Options, Plan, UndoTarget, Verdict};
use uuid::Uuid;

use crate::check::check;
use crate::support::World;

/// Everything up to the end of January 2026.
pub const CLOSED_TO_JANUARY: &str = "controller: accounting.fiscal_years.close {id: '2025'}
     controller: accounting.periods.close {id: 2026-01}";

async fn submit(world: &World, who: &Caller, name: &str, arguments: Value) -> Result<Answer, String> {
    let plan = Plan::one(Call { name: name.into(), arguments });
    told(world.gate.submit(who, plan, Options::default()).await)
}

fn told(answer: steward_tools::Result<Answer>) -> Result<Answer, String> {
    answer.map_err(|error| error.refusal().unwrap_or_else(|| panic!("{error}")).code.clone())
}

async fn done(world: &World, who: &Caller, name: &str, arguments: Value) -> (Uuid, Value) {
    match submit(world, who, name, arguments).await {
        Ok(Answer::Done { call_id: Some(call), result, .. }) => (call, result),
        other => panic!("{name}: {other:?}"),
    }
}

async fn undo(world: &World, who: &Caller, call: Uuid) -> Result<Answer, String> {
    told(world.gate.undo(who, UndoTarget::Call(call), Options::default()).await)
}

fn entry(date: &str) -> Value {
    json!({"date": date, "memo": "late", "lines": [{"account": "Rent", "debit": "900"}, {"account": "Bank", "credit": "900"}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn periods_close_one_after_the_other_and_open_again() {
    let world = World::new().await;
    let told = check(
        &world,
        "accounting.fiscal_years.list {}
         accounting.periods.list {date: 2026-01-31}
         accounting.periods.close {id: 2025-01}
         controller: accounting.periods.close {id: 2025-02}
         controller: accounting.periods.close {id: 2025-02, soft: true}
         controller: accounting.periods.close {id: January 2025, soft: true}
         controller: accounting.periods.close {id: January 2025, soft: true}
         controller: accounting.periods.close {id: 2025-01}
         controller: accounting.periods.close {id: 2025-01, soft: true}
         controller: accounting.periods.close {id: 2025-02}
         controller: accounting.periods.reopen {id: 2025-01, reason: a late bill}
         controller: accounting.periods.reopen {id: 2025-02, reason: a late bill, soft: true}
         controller: accounting.periods.reopen {id: 2025-02, reason: a late bill, soft: true}
         controller: accounting.periods.reopen {id: 2025-02, reason: a late bill}
         controller: accounting.periods.reopen {id: 2025-01, reason: a late bill}
         controller: accounting.periods.reopen {id: 2025-01, reason: again}
         accounting.periods.get {id: 2025-01}
         accounting.periods.get {id: 2024-01}
         accounting.periods.get {id: 01920000-0000-7000-8000-000000000000}
         accounting.periods.list {fiscal_year: '2025', closed: true}
         admin@rival.example: accounting.periods.list {date: 2026-03-31}
         sales: accounting.periods.list {}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn fiscal_years_follow_each_other_and_go_while_nothing_is_in_them() {
    let world = World::new().await;
    let told = check(
        &world,
        "Y7 = accounting.fiscal_years.create {}
         accounting.fiscal_years.create {start: 2029-01-01}
         accounting.fiscal_years.create {start: 2027-06-01}
         accounting.fiscal_years.create {months: 6, code: '2027'}
         accounting.fiscal_years.create {months: 6, code: short}
         accounting.fiscal_years.create {}
         accounting.fiscal_years.create {start: 2024-01-01}
         accounting.fiscal_years.delete {id: short}
         accounting.fiscal_years.delete {id: 2028/29}
         accounting.fiscal_years.delete {id: short}
         accounting.fiscal_years.delete {id: '2025'}
         accounting.fiscal_years.delete {id: '2024'}
         accounting.fiscal_years.delete {id: '2025'}
         accounting.fiscal_years.get {id: Y7}
         accounting.fiscal_years.close {id: '2025'}
         controller: accounting.periods.close {id: 2025-01}
         accounting.fiscal_years.create {start: 2024-01-01}
         accounting.fiscal_years.create {start: 2024-01-01, months: 24}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_carries_its_result_and_takes_it_back() {
    let world = World::new().await;
    let told = check(
        &world,
        "E1 = accounting.entries.create {date: 2025-12-31, lines: [{account: Rent, debit: '900'}, {account: Bank, credit: '900'}]}
         controller: accounting.fiscal_years.close {id: '2026'}
         controller: accounting.fiscal_years.close {id: '2025'}
         controller: accounting.fiscal_years.close {id: '2025'}
         accounting.fiscal_years.get {id: '2025'}
         accounting.reports.trial_balance {as_of: 2025-12-31}
         accounting.entries.post {id: E1}
         controller: accounting.periods.reopen {id: 2025-12, reason: a late bill}
         controller: accounting.periods.close {id: 2026-01}
         controller: accounting.fiscal_years.reopen {id: '2025', reason: a late bill}
         controller: accounting.periods.reopen {id: 2026-01, reason: a late bill}
         accounting.fiscal_years.reopen {id: '2025', reason: a late bill}
         controller: accounting.fiscal_years.reopen {id: '2025', reason: a late bill}
         controller: accounting.fiscal_years.reopen {id: '2025', reason: a late bill}
         accounting.periods.list {fiscal_year: '2025'}
         accounting.entries.post {id: E1}
         controller: accounting.entries.post {id: E1}
         controller: accounting.fiscal_years.close {id: '2025'}
         Y7 = accounting.fiscal_years.create {start: 2027-01-01}
         controller: accounting.fiscal_years.close {id: '2026'}
         controller: accounting.fiscal_years.close {id: Y7}
         controller: accounting.fiscal_years.reopen {id: '2025', reason: too far back}",
    )
    .await;
    assert_snapshot!(told);
    clean(&world).await;
}

async fn clean(world: &World) {
    let faults: Vec<_> =
        faults_in_books(&world.owner).await.unwrap().into_iter().filter(|(_, found)| !found.is_empty()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Balance of every account, debit positive.
async fn balances(world: &World) -> Vec<(String, i64)> {
    balances_until(world, "9999-12-31").await
}

async fn balances_until(world: &World, day: &str) -> Vec<(String, i64)> {
    let sql = "select a.code, sum(l.debit - l.credit)::bigint from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
        join organizations o on o.id = l.org_id and o.code = 'demo' where l.date <= $1::date group by a.code having sum(l.debit - l.credit) <> 0 order by 1";
    sqlx::query_as(sql).bind(day).fetch_all(&world.owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_is_undone_both_ways() {
    let world = World::new().await;
    let controller = world.person("controller").await;
    let before = balances(&world).await;
    let (closing, _) = done(&world, &controller, "accounting.fiscal_years.close", json!({"id": "2025"})).await;
    let closed = balances(&world).await;
    assert_ne!(before, closed);
    let Answer::Done { call_id: Some(opening), .. } = undo(&world, &controller, closing).await.unwrap() else {
        panic!()
    };
    assert_eq!(balances(&world).await, before, "reopening takes the result back out");
    undo(&world, &controller, opening).await.unwrap();
    assert_eq!(balances(&world).await, closed, "and closing carries it again");
    for soft in [true, false] {
        let status = if soft { "soft_closed" } else { "closed" };
        let period = json!({"id": "2026-01", "soft": soft});
        let (close, _) = done(&world, &controller, "accounting.periods.close", period).await;
        let Answer::Done { call_id: Some(open), result, .. } = undo(&world, &controller, close).await.unwrap() else {
            panic!()
        };
        assert_eq!(result["status"], "open");
        let Answer::Done { result, .. } = undo(&world, &controller, open).await.unwrap() else { panic!() };
        assert_eq!(result["status"], status);
        if soft {
            done(&world, &controller, "accounting.periods.reopen", json!({"id": "2026-01", "reason": "next"})).await;
        }
    }
    // from closed to softly closed and back
    let softer = json!({"id": "2026-01", "soft": true, "reason": "a correction"});
    let (open, _) = done(&world, &controller, "accounting.periods.reopen", softer).await;
    let Answer::Done { call_id: Some(close), result, .. } = undo(&world, &controller, open).await.unwrap() else {
        panic!()
    };
    assert_eq!(result["status"], "closed");
    let Answer::Done { result, .. } = undo(&world, &controller, close).await.unwrap() else { panic!() };
    assert_eq!(result["status"], "soft_closed");
    clean(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_softly_closed_period_asks_a_controller() {
    let world = World::new().await;
    let told = check(
        &world,
        "controller: accounting.fiscal_years.close {id: '2025'}
         controller: accounting.periods.close {id: 2026-01, soft: true}
         E1 = accounting.entries.create {date: 2026-01-31, lines: [{account: Rent, debit: '900'}, {account: Bank, credit: '900'}]}
         accounting.entries.post {id: E1}
         agent of accountant: accounting.entries.post {id: E1}
         accounting.payments.receive {customer: Globex Industries SE, amount: '5', date: 2026-01-31}
         accounting.payments.receive {customer: Globex Industries SE, amount: '5', date: 2026-02-01}
         agent of controller: accounting.entries.post {id: E1}
         controller: accounting.entries.post {id: E1}",
    )
    .await;
    assert_snapshot!(told);
    // what a controller has agreed to is posted
    let (accountant, controller) = (world.person("accountant").await, world.person("controller").await);
    let asked = waiting(&world, &accountant, "2026-01-30").await;
    let answer = world.gate.decide(&controller, asked, yes()).await.unwrap();
    assert!(matches!(answer, Answer::Done { .. }), "{answer:?}");
    // unless the period has closed meanwhile
    let asked = waiting(&world, &accountant, "2026-01-29").await;
    done(&world, &controller, "accounting.periods.close", json!({"id": "2026-01"})).await;
    assert_eq!(told_by(world.gate.decide(&controller, asked, yes()).await), "period_closed");
    clean(&world).await;
}

fn yes() -> Decision {
    Decision { decision: Verdict::Approve, note: None }
}

fn told_by(answer: steward_tools::Result<Answer>) -> String {
    told(answer).unwrap_err()
}

/// A posting that waits for a controller.
async fn waiting(world: &World, who: &Caller, date: &str) -> Uuid {
    let (_, draft) = done(world, who, "accounting.entries.create", entry(date)).await;
    match submit(world, who, "accounting.entries.post", json!({"id": draft["id"]})).await {
        Ok(Answer::NeedsApproval { approval }) => approval.id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_posted_into_a_closed_period_by_whatever_door() {
    let world = World::new().await;
    let [accountant, controller, admin] =
        [world.person("accountant").await, world.person("controller").await, world.person("admin").await];
    // while January is open: what could be posted, taken back or paid there later
    let january = "2026-01-20";
    let (_, draft) = done(&world, &accountant, "accounting.entries.create", entry(january)).await;
    let (_, posted) = done(&world, &accountant, "accounting.entries.create", entry(january)).await;
    let (posting, _) = done(&world, &accountant, "accounting.entries.post", json!({"id": posted["id"]})).await;
    let customer = "Globex Industries SE";
    let invoice = json!({"customer": customer, "date": january, "lines": [{"description": "desk", "quantity": "1", "unit_price": "10"}]});
    let (_, sold) = done(&world, &accountant, "accounting.invoices.create", invoice.clone()).await;
    done(&world, &accountant, "accounting.invoices.post", json!({"id": sold["id"]})).await;
    let (_, unsold) = done(&world, &accountant, "accounting.invoices.create", invoice).await;
    let paid = json!({"customer": customer, "amount": "5", "date": january});
    let (_, payment) = done(&world, &accountant, "accounting.payments.receive", paid.clone()).await;
    let (_, closed) = done(&world, &controller, "accounting.fiscal_years.close", json!({"id": "2025"})).await;
    let closing = closed["closing_entry"]["id"].clone();
    done(&world, &controller, "accounting.periods.close", json!({"id": "2026-01"})).await;
    let before = balances_until(&world, "2026-01-31").await;
    let ways = [
        ("accounting.entries.post", json!({"id": draft["id"]})),
        ("accounting.entries.post", json!({"id": draft["id"], "date": "2025-06-30"})),
        ("accounting.entries.post", json!({"id": draft["id"], "date": "2019-06-30"})),
        ("accounting.entries.reverse", json!({"id": posted["id"], "date": january, "reason": "late"})),
        ("accounting.invoices.post", json!({"id": unsold["id"]})),
        ("accounting.invoices.credit", json!({"id": sold["id"], "date": january, "reason": "late"})),
        ("accounting.payments.receive", paid),
        ("accounting.payments.reverse", json!({"id": payment["id"], "date": january, "reason": "late"})),
        ("accounting.balances.import", json!({"date": "2025-12-31", "lines": entry("x")["lines"]})),
    ];
    for (name, arguments) in ways {
        let surfaces = [accountant.clone(), controller.clone(), admin.clone(), world.agent_of("accountant").await];
        for who in surfaces {
            let came = submit(&world, &who, name, arguments.clone()).await;
            assert_eq!(came.unwrap_err(), "period_closed", "{name} {arguments} by {}", who.principal.name);
        }
    }
    // what is taken back today is dated today
    undo(&world, &accountant, posting).await.unwrap();
    // the entry of the year goes with the year
    let alone = json!({"id": closing, "reason": "by hand"});
    assert_eq!(submit(&world, &accountant, "accounting.entries.reverse", alone).await.unwrap_err(), "not_manual");
    let late: i64 = sqlx::query_scalar(
        "select count(*) from entries e join organizations o on o.id = e.org_id and o.code = 'demo' where e.memo like 'Reversal%' and e.date < '2026-02-01' and e.source = 'accounting.entries'",
    )
    .fetch_one(&world.owner)
    .await
    .unwrap();
    assert_eq!(late, 0);
    assert_eq!(balances_until(&world, "2026-01-31").await, before, "what was closed is as it was");
    clean(&world).await;
}

/// What breaks each rule of the books, and the rule that says so. As the application role, past all operations.
const BROKEN: [(&str, &str); 17] = [
    (
        "period_closed",
        "insert into entries (org_id, id, number, date, memo, source, source_id, created_at) values (current_org(), gen_random_uuid(), 'JE-X', '2026-01-31', '', 's', gen_random_uuid(), now())",
    ),
    (
        "period_closed",
        "insert into entries (org_id, id, number, date, memo, source, source_id, created_at) values (current_org(), gen_random_uuid(), 'JE-X', '2001-01-31', '', 's', gen_random_uuid(), now())",
    ),
    ("periods_close_in_order", "update periods set status = 'closed' where code = '2026-03'"),
    (
        "fiscal_years_follow",
        "with y as (insert into fiscal_years values (current_org(), gen_random_uuid(), 'X', '2028-01-01', '2028-01-31', 'open', null, 1, now(), now()) returning *) insert into periods select org_id, gen_random_uuid(), id, 'X', start_date, end_date, 'open', 1, now(), now() from y",
    ),
    (
        "periods_cover_year",
        "insert into fiscal_years values (current_org(), gen_random_uuid(), 'X', '2027-01-01', '2027-12-31', 'open', null, 1, now(), now())",
    ),
    (
        "periods_follow",
        "with y as (insert into fiscal_years values (current_org(), gen_random_uuid(), 'X', '2027-01-01', '2027-01-31', 'open', null, 1, now(), now()) returning *) insert into periods select y.org_id, gen_random_uuid(), y.id, v.code, v.s::date, v.e::date, 'open', 1, now(), now() from y, (values ('X1', '2027-01-01', '2027-01-10'), ('X2', '2027-01-05', '2027-01-15'), ('X3', '2027-01-22', '2027-01-31')) as v (code, s, e)",
    ),
    ("fiscal_year_closes_in_order", "update periods set status = 'open' where code = '2025-12'"),
    ("closing_is_profit", "update fiscal_years set closing_entry_id = null where code = '2025'"),
    (
        "closing_is_profit",
        "update fiscal_years set closing_entry_id = (select id from entries where date = '2025-12-31' and source = 'accounting.entries' limit 1) where code = '2025'",
    ),
    (
        "closing_is_profit",
        "update periods set status = 'open' where code >= '2025-12'; update fiscal_years set status = 'open', closing_entry_id = null where code = '2025'",
    ),
    ("fiscal_year_open_carries_nothing", "update fiscal_years set status = 'open' where code = '2025'"),
    (
        "closing_entry_stays",
        "insert into entries (org_id, id, number, date, memo, source, source_id, reverses, created_at) select org_id, gen_random_uuid(), 'JE-X', '2026-03-01', '', 's', gen_random_uuid(), closing_entry_id, now() from fiscal_years where code = '2025'; insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit) select l.org_id, gen_random_uuid(), x.id, l.line_no, l.account_id, x.date, l.currency, l.credit, l.debit from entries x join entry_lines l on l.entry_id = x.reverses where x.number = 'JE-X'",
    ),
    ("period_dates_stay", "update periods set end_date = end_date - 1 where code = '2026-01'"),
    ("period_dates_stay", "update fiscal_years set start_date = start_date + 31 where code = '2026'"),
    ("fiscal_year_in_use", "delete from fiscal_years where code = '2025'"),
    ("period_goes_with_year", "delete from periods where code = '2026-01'"),
    (
        "account_takes_postings",
        "update accounts set heading = true where code = '0490'; insert into entries (org_id, id, number, date, memo, source, source_id, created_at) values (current_org(), gen_random_uuid(), 'JE-X', '2026-03-01', '', 's', gen_random_uuid(), now()); insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit) select e.org_id, gen_random_uuid(), e.id, 1, a.id, e.date, 'EUR', 1, 0 from entries e, accounts a where e.number = 'JE-X' and a.code = '0490'",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_database_keeps_years_and_periods_in_order() {
    let world = World::new().await;
    check(&world, "E = accounting.entries.create {date: 2025-12-31, lines: [{account: '1000', debit: '1'}, {account: Bank, credit: '1'}]}
        accounting.entries.post {id: E}").await;
    let told = check(&world, CLOSED_TO_JANUARY).await;
    assert!(!told.contains("refused"), "{told}");
    let admin = world.person("admin").await.principal;
    let enter = format!(
        "select begin_call('{}', '{}', 'org', {}, gen_random_uuid(), 1000, null, null, null)",
        admin.org, admin.id, admin.rights_version
    );
    let mut wrong = Vec::new();
    for (rule, sql) in BROKEN {
        let mut tx = world.app.begin().await.unwrap();
        tx.execute(sqlx::AssertSqlSafe(enter.clone())).await.unwrap();
        let came = match tx.execute(sql).await {
            Ok(_) => tx.execute("set constraints all immediate").await.map(drop),
            Err(error) => Err(error),
        };
        let held = came.err().map(|error| match error.as_database_error().and_then(|e| e.constraint()) {
            Some(name) => name.to_owned(),
            None => error.to_string(),
        });
        if held.as_deref() != Some(rule) {
            wrong.push(format!("{rule}: {held:?} {sql}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gets_past_a_closed_period_is_found_afterwards() {
    let world = World::new().await;
    check(&world, CLOSED_TO_JANUARY).await;
    clean(&world).await;
    let found = |faults: Vec<(&'static str, Vec<String>)>| -> Vec<String> {
        faults
            .into_iter()
            .filter(|(_, found)| !found.is_empty())
            .flat_map(|(check, found)| found.into_iter().map(move |found| format!("{check}: {found}")))
            .collect()
    };
    world.behind_the_curtain("alter table entries disable trigger entry_in_open_period").await;
    world.behind_the_curtain("insert into entries (org_id, id, number, date, memo, source, source_id, created_at, journal_id)
        select o.id, '0199aaaa-0000-7000-8000-000000000001', 'JE-2026-90001', '2026-01-31', '', 's', gen_random_uuid(), now(), j.id
        from organizations o join journals j on j.org_id = o.id and j.kind = 'general' where o.code = 'demo';
        insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit)
        select a.org_id, gen_random_uuid(), '0199aaaa-0000-7000-8000-000000000001', case a.code when '1000' then 1 else 2 end, a.id, '2026-01-31', 'EUR',
            case a.code when '1000' then 5 else 0 end, case a.code when '1000' then 0 else 5 end
        from accounts a join organizations o on o.id = a.org_id and o.code = 'demo' where a.code in ('1000', '1010')").await;
    world.behind_the_curtain("update account_balances set debit = debit + 7 where closing and debit > 0").await;
    world.behind_the_curtain("alter table fiscal_years disable trigger closing_is_profit; update fiscal_years set closing_entry_id = null where closing_entry_id is not null").await;
    let faults = found(faults_in_books(&world.owner).await.unwrap()).join("\n");
    assert!(faults.contains("JE-2026-90001"), "{faults}");
    assert!(faults.contains("balances that are kept"), "{faults}");
    assert!(faults.contains("closed years have carried their result"), "{faults}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kept_balances_are_the_sums_of_the_lines() {
    let world = World::new().await;
    check(
        &world,
        "E1 = accounting.entries.create {date: 2026-03-01, lines: [{account: Rent, debit: '900'}, {account: Bank, credit: '900'}]}
         accounting.entries.post {id: E1}
         accounting.entries.reverse {id: E1, reason: wrong}
         controller: accounting.fiscal_years.close {id: '2025'}
         controller: accounting.fiscal_years.reopen {id: '2025', reason: again}",
    )
    .await;
    clean(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_balances_are_posted_and_tied_out() {
    let world = World::new().await;
    world
        .behind_the_curtain(
            "insert into accounts (org_id, id, code, name, name_key, type, purpose, created_at, updated_at)
             select o.id, gen_random_uuid(), '3990', 'Opening balances', 'opening balances', 'equity', 'opening', now(), now() from organizations o
             where not exists (select from accounts a where a.org_id = o.id and a.purpose = 'opening')",
        )
        .await;
    let told = check(
        &world,
        "rival = accounting.balances.import {date: 2024-12-31, lines: []}
         accounting.balances.import {date: 2024-12-31, lines: [{account: Bank, debit: '100'}]}
         accounting.balances.import {date: 2024-12-31, lines: [{account: Bank, debit: '100'}, {account: Trade receivables, debit: '5', party: Globex Industries SE}]}
         accounting.balances.import {date: 2024-12-31, lines: [{account: Bank, debit: '100'}, {account: Share capital, credit: '60'}], memo: From the former system, balance_to_opening: true}
         accounting.reports.import_tie_out {date: 2024-12-31}
         O = accounting.balances.import {date: 2024-12-31, lines: [{account: Retained earnings, credit: '40'}], balance_to_opening: true}
         accounting.reports.import_tie_out {date: 2024-12-31}
         accounting.entries.reverse {id: O, date: 2024-12-31, reason: 'wrong account'}
         accounting.reports.import_tie_out {date: 2024-12-31}
         sales: accounting.balances.import {date: 2024-12-31, lines: [{account: Bank, debit: '100'}]}
         sales: accounting.reports.import_tie_out {date: 2024-12-31}",
    )
    .await;
    assert_snapshot!(told);
    clean(&world).await;
}

/// What a year had on an account that is out of use since goes to retained earnings like the rest; nothing else is posted there.
#[tokio::test(flavor = "multi_thread")]
async fn a_year_is_closed_over_archived_accounts() {
    let world = World::new().await;
    let told = check(
        &world,
        "A = accounting.accounts.create {code: '6777', name: Trade fair, type: expense}
         E1 = accounting.entries.create {date: 2025-06-02, memo: booth, lines: [{account: A, debit: '10'}, {account: Bank, credit: '10'}]}
         accounting.entries.post {id: E1}
         E2 = accounting.entries.create {date: 2026-02-02, memo: given back, lines: [{account: A, credit: '10'}, {account: Bank, debit: '10'}]}
         accounting.entries.post {id: E2}
         E3 = accounting.entries.create {date: 2026-02-03, memo: too late, lines: [{account: A, debit: '1'}, {account: Bank, credit: '1'}]}
         accounting.accounts.archive {id: A}
         accounting.entries.post {id: E3}
         accounting.entries.delete {id: E3}",
    )
    .await;
    assert_eq!(told.matches("refused").count(), 1, "an archived account is not posted to: {told}");
    let controller = world.person("controller").await;
    let before = balances(&world).await;
    let trade_fair = |all: &[(String, i64)]| all.iter().find(|(code, _)| code == "6777").map(|(_, balance)| *balance);
    assert_eq!(trade_fair(&balances_until(&world, "2025-12-31").await), Some(1000));
    let (closing, _) = done(&world, &controller, "accounting.fiscal_years.close", json!({"id": "2025"})).await;
    assert_eq!(trade_fair(&balances_until(&world, "2025-12-31").await), None);
    assert_eq!(trade_fair(&balances(&world).await), Some(-1000), "what is left belongs to the year after");
    clean(&world).await;
    undo(&world, &controller, closing).await.unwrap();
    assert_eq!(balances(&world).await, before);
    // whatever code comes
    let by_hand = "with entry as (
            insert into entries (org_id, id, number, date, memo, source, source_id, created_at)
            select org_id, gen_random_uuid(), 'JE-2026-99999', '2026-02-03', 'x', 'accounting.entries', gen_random_uuid(), now()
            from accounts where code = '6777' returning org_id, id)
        insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit)
        select e.org_id, gen_random_uuid(), e.id, s.n, a.id, '2026-02-03', 'EUR', s.debit, s.credit
        from entry e join accounts a on a.code = '6777', (values (1, 1, 0), (2, 0, 1)) as s (n, debit, credit)";
    assert_eq!(crate::accounts::refused_by(&world, by_hand).await, "account_archived");
}
