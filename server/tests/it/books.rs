//! Random bookkeeping through the gate: whatever is done, the reports agree with each other and with the ledger.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Options, Plan, UndoTarget};
use uuid::Uuid;

use crate::properties::{broken, posted};
use crate::support::World;

const CUSTOMER: &str = "Zephyr Marine SRL";

/// One step of a random life; indices are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Entry {
        cents: u32,
        parts: u8,
        accounts: u8,
    },
    PostEntry(usize),
    ReverseEntry(usize),
    DeleteEntry(usize),
    Invoice {
        cents: u32,
        lines: u8,
    },
    Post(usize),
    CreditPart {
        of: usize,
        cents: u32,
    },
    Credit(usize),
    Pay {
        cents: u32,
    },
    Unallocate {
        of: usize,
        cents: Option<u32>,
    },
    Allocate(usize),
    Reverse(usize),
    /// Takes the last call back.
    Undo,
}

fn step() -> impl Strategy<Value = Step> {
    let some = any::<usize>;
    prop_oneof![
        3 => (1_u32..90_000, 1_u8..4, any::<u8>()).prop_map(|(cents, parts, accounts)| Step::Entry { cents, parts, accounts }),
        3 => some().prop_map(Step::PostEntry),
        2 => some().prop_map(Step::ReverseEntry),
        1 => some().prop_map(Step::DeleteEntry),
        3 => (1_u32..30_000, 1_u8..4).prop_map(|(cents, lines)| Step::Invoice { cents, lines }),
        3 => some().prop_map(Step::Post),
        3 => (some(), 1_u32..20_000).prop_map(|(of, cents)| Step::CreditPart { of, cents }),
        1 => some().prop_map(Step::Credit),
        2 => (1_u32..60_000).prop_map(|cents| Step::Pay { cents }),
        3 => (some(), proptest::option::of(1_u32..9_000)).prop_map(|(of, cents)| Step::Unallocate { of, cents }),
        3 => some().prop_map(Step::Allocate),
        1 => some().prop_map(Step::Reverse),
        2 => Just(Step::Undo),
    ]
}

#[derive(Default)]
struct Life {
    entries: Vec<Value>,
    invoices: Vec<Value>,
    payments: Vec<Value>,
    last: Option<Uuid>,
}

fn euros(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn pick(all: &[Value], i: usize) -> Option<&Value> {
    all.get(i.checked_rem(all.len())?)
}

impl Life {
    fn call(&self, step: &Step) -> Option<Call> {
        let of = |name: &str, arguments: Value| Some(Call { name: format!("accounting.{name}"), arguments });
        let id = |all: &[Value], i: usize| pick(all, i).map(|row| row["id"].clone());
        match step {
            Step::Entry { cents, parts, accounts } => of("entries.create", entry(*cents, *parts, *accounts)),
            Step::PostEntry(i) => of("entries.post", json!({"id": id(&self.entries, *i)?})),
            Step::ReverseEntry(i) => of("entries.reverse", json!({"id": id(&self.entries, *i)?, "reason": "random"})),
            Step::DeleteEntry(i) => of("entries.delete", json!({"id": id(&self.entries, *i)?})),
            Step::Invoice { cents, lines } => {
                let line = |i: u8| json!({"description": format!("thing {}", i % 2), "quantity": "1", "unit_price": euros(cents + u32::from(i) * 7), "tax_code": if i.is_multiple_of(2) { "STD" } else { "RED" }});
                let lines: Vec<Value> = (0..*lines).map(line).collect();
                of("invoices.create", json!({"customer": CUSTOMER, "lines": lines}))
            }
            Step::Post(i) => of("invoices.post", json!({"id": id(&self.invoices, *i)?})),
            Step::CreditPart { of: i, cents } => {
                let lines = json!([{"description": format!("thing {}", cents % 3), "quantity": "1", "unit_price": euros(*cents), "tax_code": if cents % 4 == 0 { "RED" } else { "STD" }}]);
                of("invoices.credit", json!({"id": id(&self.invoices, *i)?, "reason": "part", "lines": lines}))
            }
            Step::Credit(i) => of("invoices.credit", json!({"id": id(&self.invoices, *i)?, "reason": "rest"})),
            Step::Pay { cents } => of("payments.receive", json!({"customer": CUSTOMER, "amount": euros(*cents)})),
            Step::Unallocate { of: i, cents } => {
                let payment = pick(&self.payments, *i)?;
                let invoice = payment["allocations"].get(0).map(|settled| settled["invoice"].clone());
                match (cents, invoice) {
                    (Some(cents), Some(invoice)) => of(
                        "payments.unallocate",
                        json!({"id": payment["id"], "allocations": [{"invoice": invoice, "amount": euros(*cents)}]}),
                    ),
                    _ => of("payments.unallocate", json!({"id": payment["id"]})),
                }
            }
            Step::Allocate(i) => of("payments.allocate", json!({"id": id(&self.payments, *i)?})),
            Step::Reverse(i) => of("payments.reverse", json!({"id": id(&self.payments, *i)?, "reason": "random"})),
            Step::Undo => None,
        }
    }

    fn remember(&mut self, name: &str, result: &Value) {
        match name {
            "accounting.entries.create" => self.entries.push(result.clone()),
            "accounting.entries.reverse" => self.entries.push(result["reversal"].clone()),
            "accounting.invoices.create" => self.invoices.push(result.clone()),
            "accounting.payments.receive" => self.payments.push(result.clone()),
            _ => {}
        }
    }
}

/// An amount in debit of one account, and in credit of up to three.
fn entry(cents: u32, parts: u8, accounts: u8) -> Value {
    let chart = ["1000", "1010", "1400", "2300", "3000", "4100", "5000", "6000", "6100", "6900"];
    let account = |i: u8| chart[usize::from(accounts.wrapping_add(i)) % chart.len()];
    let parts = u32::from(parts).min(cents);
    let share = |i: u32| if i == 0 { cents - cents / parts * (parts - 1) } else { cents / parts };
    let mut lines = vec![json!({"account": account(0), "debit": euros(cents), "memo": "all", "party": CUSTOMER})];
    lines.extend(
        (0..parts).map(|i| json!({"account": account(u8::try_from(i).unwrap() + 1), "credit": euros(share(i))})),
    );
    let day = u32::from(accounts % 28) + 1;
    json!({"date": format!("2026-02-{day:02}"), "memo": "random", "lines": lines})
}

pub async fn read(world: &World, me: &Caller, name: &str, arguments: Value) -> Value {
    let call = Call { name: format!("accounting.{name}"), arguments };
    match world.gate.submit(me, Plan::one(call), Options::default()).await.unwrap() {
        Answer::Done { result, .. } => result,
        other => panic!("{other:?}"),
    }
}

pub fn cents(money: &Value) -> i64 {
    money["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

/// What is open of every invoice, and what is left of every payment.
async fn residuals(world: &World) -> Vec<(String, i64)> {
    let sql = "select number, open from invoice_states where number is not null
               union all select number, unallocated from payment_states order by 1";
    sqlx::query_as(sql).fetch_all(&world.owner).await.unwrap()
}

async fn live(world: &World, steps: &[Step]) {
    let me = world.person("controller").await;
    let mut life = Life::default();
    let mut frozen: Vec<(String, String)> = Vec::new();
    let mut before = residuals(world).await;
    let mut settled_by_hand = false;
    for step in steps {
        let now = residuals(world).await;
        let answer = match (life.call(step), life.last) {
            (Some(call), _) => {
                let name = call.name.clone();
                (name, world.gate.submit(&me, Plan::one(call), Options::default()).await)
            }
            (None, Some(last)) if matches!(step, Step::Undo) => {
                ("undo".to_owned(), world.gate.undo(&me, UndoTarget::Call(last), Options::default()).await)
            }
            _ => continue,
        };
        match answer {
            (name, Ok(Answer::Done { call_id, result, .. })) => {
                life.remember(&name, &result);
                if name == "undo" && settled_by_hand {
                    assert_eq!(residuals(world).await, before, "{step:?} is not undone exactly");
                }
                // what is refused in between is nothing to go back behind
                before = now;
                settled_by_hand = name.ends_with("allocate");
                life.last = call_id.filter(|_| name != "undo");
            }
            (name, Ok(other)) => panic!("{name}: {other:?}"),
            (name, Err(error)) => assert!(error.refusal().is_some(), "{name} failed: {error}"),
        }
        let now = posted(&world.owner).await;
        assert!(frozen.iter().all(|row| now.binary_search(row).is_ok()), "what is posted has changed after {step:?}");
        frozen = now;
    }
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
    agree(world, &me).await;
}

/// The reports agree with each other and with the ledger.
async fn agree(world: &World, me: &Caller) {
    let faults = steward_server::faults_in_books(&world.owner).await.unwrap();
    assert!(faults.iter().all(|(_, faults)| faults.is_empty()), "{faults:?}");
    let trial = read(world, me, "reports.trial_balance", json!({"as_of": "2026-12-31"})).await;
    assert_eq!(cents(&trial["totals"]["balance"]), 0);
    let ledger =
        read(world, me, "reports.general_ledger", json!({"from": "2026-02-01", "to": "2026-12-31", "limit": 1000}))
            .await;
    assert!(ledger.get("next_cursor").is_none(), "the ledger of the test fits one page");
    let rows = trial["rows"].as_array().unwrap();
    assert_eq!(rows.len(), ledger["accounts"].as_array().unwrap().len());
    for (row, account) in rows.iter().zip(ledger["accounts"].as_array().unwrap()) {
        assert_eq!((&row["account"], &row["balance"]), (&account["account"], &account["closing"]));
        let last = account["lines"].as_array().unwrap().last().map_or(&account["opening"], |line| &line["balance"]);
        assert_eq!(last, &account["closing"], "the running balance ends at the closing balance");
    }
    for day in ["2025-12-31", "2026-02-20", "2026-03-15", "2026-03-16", "2026-12-31"] {
        let ties = read(world, me, "reports.tie_outs", json!({"as_of": day})).await;
        assert_eq!(ties["ties"], true, "{ties}");
        let aged = read(world, me, "reports.aged_receivables", json!({"as_of": day})).await;
        assert_eq!(aged["totals"]["total"], ties["rows"][0]["ledger"], "{day}");
    }
    let sql = "select coalesce(sum(l.debit - l.credit), 0)::bigint from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
               join parties p on p.org_id = l.org_id and p.id = l.party_id where a.purpose = 'receivable' and p.name = $1";
    let owed: i64 = sqlx::query_scalar(sql).bind(CUSTOMER).fetch_one(&world.owner).await.unwrap();
    let statement = read(
        world,
        me,
        "reports.customer_statement",
        json!({"customer": CUSTOMER, "from": "2026-02-01", "to": "2026-12-31"}),
    )
    .await;
    let open: i64 = statement["open_items"].as_array().unwrap().iter().map(|item| cents(&item["open"])).sum();
    let last = statement["documents"].as_array().unwrap().last().map_or(owed, |line| cents(&line["balance"]));
    assert_eq!([cents(&statement["closing"]), open, cents(&statement["ageing"]["total"]), last], [owed; 4]);
}

#[test]
fn random_books_tie() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    let mut runner =
        TestRunner::new(Config { cases: 8, max_shrink_iters: 20, failure_persistence: None, ..Config::default() });
    let lives = proptest::collection::vec(step(), 10..40);
    runner
        .run(&lives, |steps| {
            runtime.block_on(live(&world, &steps));
            Ok(())
        })
        .unwrap();
}

/// Pages of the general ledger, however small, are the whole of it.
#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_ledger_are_the_ledger() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let days = json!({"from": "2026-03-09"});
    let whole = read(&world, &me, "reports.general_ledger", days.clone()).await;
    let mut lines: Vec<(String, Value)> = Vec::new();
    let mut accounts: Vec<String> = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut asked = days.clone();
        asked["limit"] = json!(3);
        if !cursor.is_null() {
            asked["cursor"] = cursor;
        }
        let page = read(&world, &me, "reports.general_ledger", asked).await;
        for account in page["accounts"].as_array().unwrap() {
            let code = account["account"]["code"].as_str().unwrap().to_owned();
            lines.extend(account["lines"].as_array().unwrap().iter().map(|line| (code.clone(), line.clone())));
            if accounts.last() != Some(&code) {
                accounts.push(code);
            }
        }
        cursor = page.get("next_cursor").cloned().unwrap_or_default();
        if cursor.is_null() {
            break;
        }
    }
    let all = whole["accounts"].as_array().unwrap();
    let codes: Vec<&str> = all.iter().map(|account| account["account"]["code"].as_str().unwrap()).collect();
    assert_eq!(accounts, codes);
    let of_whole = all.iter().flat_map(|account| {
        let code = account["account"]["code"].as_str().unwrap().to_owned();
        account["lines"].as_array().unwrap().iter().map(move |line| (code.clone(), line.clone()))
    });
    assert!(lines.len() > 6);
    assert_eq!(lines, of_whole.collect::<Vec<_>>());
}

/// The database itself refuses, whatever code comes: each statement as the application role inside its organisation.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_what_nobody_may_book_by_hand() {
    let world = World::new().await;
    let me = world.person("admin").await;
    let sides =
        "insert into entry_lines (org_id, id, entry_id, line_no, account_id, party_id, date, currency, debit, credit)
        select current_org(), gen_random_uuid(), e.id, n, a.id, p.id, '2026-03-16', 'EUR', 100 * (2 - n), 100 * (n - 1)
        from e, generate_series(1, 2) n, accounts a";
    let entry = |source: &str, of: &str| {
        format!(
            "with e as (insert into entries (org_id, id, number, date, memo, source, source_id, created_at)
             values (current_org(), gen_random_uuid(), 'JE-X', '2026-03-16', '', '{source}', gen_random_uuid(), now()) returning id) {sides}
             left join (select id from parties limit 1) p on {of} where a.purpose = 'receivable'"
        )
    };
    let reversed =
        "insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, reverses, created_at, company_amount, source_company_amount)
        select a.org_id, gen_random_uuid(), a.invoice_id, a.payment_id, a.party_id, ";
    let reversal = "with p as (select y.* from payment_states y where y.allocated > 0 limit 1),
        e as (insert into entries (org_id, id, number, date, memo, source, source_id, reverses, created_at)
            select p.org_id, gen_random_uuid(), 'JE-X', p.date, '', 'accounting.payments', p.id, p.entry_id, now() from p returning id, reverses, date)
        insert into entry_lines (org_id, id, entry_id, line_no, account_id, party_id, date, currency, debit, credit)
        select l.org_id, gen_random_uuid(), e.id, l.line_no, l.account_id, l.party_id, e.date, l.currency, l.credit, l.debit
        from e join entry_lines l on l.entry_id = e.reverses";
    let refusals = [
        ("A4", "control_account", entry("accounting.entries", "true")),
        ("A4", "control_account_party", entry("accounting.invoices", "false")),
        ("A5", "allocation_reversal_mirrors", format!("{reversed} a.date, -a.amount + 1, a.id, now(), -a.amount, -a.amount from allocations a where a.amount > 1 and a.payment_id is not null limit 1")),
        ("A5", "allocation_reversal_mirrors", format!("{reversed} a.date - 1, -a.amount, a.id, now(), -a.amount, -a.amount from allocations a where a.payment_id is not null limit 1")),
        ("A5", "reversed_payment_settles_nothing", reversal.to_owned()),
        ("X5", "entry_draft_or_posted", "insert into entry_drafts (org_id, id, date, created_at) select org_id, id, date, now() from entries limit 1".to_owned()),
        ("A1", "entry_draft_line_one_side", "with d as (insert into entry_drafts (org_id, id, date, created_at) values (current_org(), gen_random_uuid(), '2026-03-16', now()) returning id)
            insert into entry_draft_lines (org_id, id, draft_id, line_no, account_id, debit, credit) select current_org(), gen_random_uuid(), d.id, 1, a.id, 1, 1 from d, accounts a limit 1".to_owned()),
        ("X4", "payment_entry_unique", "insert into payments (org_id, id, number, party_id, date, amount, company_amount, currency, account_id, entry_id, created_at) select org_id, gen_random_uuid(), 'PAY-X', party_id, date, amount, amount, currency, account_id, entry_id, now() from payments limit 1".to_owned()),
        ("X3", "permission", "update entry_draft_lines set debit = debit + 1".to_owned()),
        ("X3", "permission", "update entry_lines set memo = 'x'".to_owned()),
    ];
    for (invariant, constraint, sql) in refusals {
        let (mut tx, _) = world.gate.identity().transaction(&me).await.unwrap();
        let ran = async {
            sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&mut *tx).await?;
            sqlx::query("set constraints all immediate").execute(&mut *tx).await
        };
        let error = ran.await.expect_err(&format!("{invariant}: {sql}")).into_database_error().unwrap();
        let by = error
            .constraint()
            .unwrap_or(if error.code().as_deref() == Some("42501") { "permission" } else { "?" })
            .to_owned();
        assert_eq!(by, constraint, "{invariant}: {sql}: {error}");
    }
}
