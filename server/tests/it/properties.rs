//! Random work through the gate, and what must hold after it.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use sqlx::PgPool;
use steward_tools::{Answer, Call, Options, Plan};

use crate::support::World;

/// One step of a random life; indices are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Draft { cents: u32, quantity: u8, lines: u8 },
    Post(usize),
    Delete(usize),
    Credit(usize),
    Pay { of: usize, percent: u8 },
    PayOnAccount { cents: u32 },
    Reverse(usize),
    Preview(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1_u32..200_000, 1_u8..9, 1_u8..4).prop_map(|(cents, quantity, lines)| Step::Draft { cents, quantity, lines }),
        4 => any::<usize>().prop_map(Step::Post),
        1 => any::<usize>().prop_map(Step::Delete),
        2 => any::<usize>().prop_map(Step::Credit),
        3 => (any::<usize>(), 1_u8..150).prop_map(|(of, percent)| Step::Pay { of, percent }),
        1 => (1_u32..500_000).prop_map(|cents| Step::PayOnAccount { cents }),
        2 => any::<usize>().prop_map(Step::Reverse),
        1 => any::<usize>().prop_map(Step::Preview),
    ]
}

#[derive(Default)]
struct Life {
    invoices: Vec<Value>,
    payments: Vec<Value>,
}

impl Life {
    fn call(&self, step: &Step) -> Option<Call> {
        let of = |name: &str, arguments: Value| Some(Call { name: name.into(), arguments });
        let pick = |all: &[Value], i: usize| all.get(i.checked_rem(all.len())?).map(|row| row["id"].clone());
        let money = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
        match step {
            Step::Draft { cents, quantity, lines } => {
                let line = |i: u8| json!({"description": format!("thing {i}"), "quantity": quantity.to_string(), "unit_price": money(cents + u32::from(i) * 7), "tax_code": if i.is_multiple_of(2) { "STD" } else { "RED" }});
                of(
                    "accounting.invoices.create",
                    json!({"customer": "Zephyr Marine SRL", "lines": (0..*lines).map(line).collect::<Vec<_>>()}),
                )
            }
            Step::Post(i) | Step::Preview(i) => {
                of("accounting.invoices.post", json!({"id": pick(&self.invoices, *i)?}))
            }
            Step::Delete(i) => of("accounting.invoices.delete", json!({"id": pick(&self.invoices, *i)?})),
            Step::Credit(i) => {
                of("accounting.invoices.credit", json!({"id": pick(&self.invoices, *i)?, "reason": "random"}))
            }
            Step::Pay { of: i, percent } => {
                let invoice = self.invoices.get(i.checked_rem(self.invoices.len())?)?;
                let gross: rust_decimal::Decimal = invoice["totals"]["gross"]["amount"].as_str()?.parse().ok()?;
                let amount = (gross * rust_decimal::Decimal::new(i64::from(*percent), 2))
                    .round_dp(2)
                    .max(rust_decimal::Decimal::new(1, 2));
                of(
                    "accounting.payments.receive",
                    json!({"customer": "Zephyr Marine SRL", "amount": amount.to_string(), "allocations": [{"invoice": invoice["id"]}]}),
                )
            }
            Step::PayOnAccount { cents } => {
                of("accounting.payments.receive", json!({"customer": "Zephyr Marine SRL", "amount": money(*cents)}))
            }
            Step::Reverse(i) => {
                of("accounting.payments.reverse", json!({"id": pick(&self.payments, *i)?, "reason": "random"}))
            }
        }
    }
}

/// Named conditions that are zero while the books are in order.
const HOLD: [(&str, &str); 8] = [
    ("A1 debits equal credits in every entry", "select count(*) from (select entry_id from entry_lines group by org_id, entry_id having sum(debit) <> sum(credit)) x"),
    ("A2 a reversal mirrors its entry", "select count(*) from entries r join lateral (select coalesce(sum(l.debit - l.credit), 0) as s, l.account_id from entry_lines l where l.org_id = r.org_id and l.entry_id in (r.id, r.reverses) group by l.account_id) x on x.s <> 0 where r.reverses is not null"),
    ("A4 the trial balance is zero", "select coalesce(abs(sum(debit - credit)), 0)::bigint from entry_lines"),
    ("A4 receivables and payables equal their control accounts", "select coalesce(sum(abs(d)), 0)::bigint from (
        select k.org_id, k.control, (select coalesce(sum(case k.control when 'receivable' then l.debit - l.credit else l.credit - l.debit end), 0)
                from entry_lines l where l.org_id = k.org_id and l.account_id = k.id)
            - coalesce((select sum(i.company_open) from invoice_states i where i.org_id = k.org_id and i.status = 'posted' and i.side = s.side), 0)
            + coalesce((select sum(p.company_unallocated) from payment_states p where p.org_id = k.org_id and p.direction = s.direction), 0)
            + coalesce((select sum(c.company_gross) from credit_notes c where c.org_id = k.org_id and c.side = s.side), 0)
            - coalesce((select sum(a.source_company_amount) from allocations a join credit_notes c on c.org_id = a.org_id and c.id = a.credit_note_id
                where a.org_id = k.org_id and c.side = s.side), 0) as d
        from accounts k join (values ('receivable', 'sale', 'in'), ('payable', 'purchase', 'out')) as s (control, side, direction) on s.control = k.control) x"),
    ("A5 what is open lies between nothing and the total", "select count(*) from invoice_states where open < 0 or open > gross"),
    ("X4 no gap and no double number", "select count(*) from (
        select org_id, split_part(number, '-', 1) as series, split_part(number, '-', 2) as year, count(*) as n, count(distinct number) as d, max(split_part(number, '-', 3)::bigint) as top
        from (select org_id, number from invoices where number is not null union all select org_id, number from credit_notes
              union all select org_id, number from payments union all select org_id, number from entries) x group by 1, 2, 3) y where n <> top or d <> n"),
    ("X5 what is posted has number and entry, a draft has neither", "select count(*) from invoices where (status = 'posted') <> (number is not null) or (status = 'posted') <> (entry_id is not null)"),
    ("X2 a document is the sum of its lines", "select count(*) from invoices i where net <> (select coalesce(sum(net), 0) from invoice_lines l where l.org_id = i.org_id and l.invoice_id = i.id)"),
];

pub async fn broken(owner: &PgPool) -> Vec<&'static str> {
    let mut broken = Vec::new();
    for (name, sql) in HOLD {
        let n: i64 = sqlx::query_scalar(sql).fetch_one(owner).await.unwrap();
        if n != 0 {
            broken.push(name);
        }
    }
    broken
}

/// What can never change again: entries and posted invoices as they were first seen.
pub async fn posted(owner: &PgPool) -> Vec<(String, String)> {
    sqlx::query_as(
        "select id::text, md5(to_jsonb(e)::text) from entries e union all select id::text, md5(to_jsonb(l)::text) from entry_lines l
         union all select id::text, md5(to_jsonb(i)::text) from invoices i where status = 'posted' order by 1",
    )
    .fetch_all(owner)
    .await
    .unwrap()
}

async fn live(world: &World, steps: &[Step]) {
    let me = world.person("accountant").await;
    let mut life = Life::default();
    let mut frozen: Vec<(String, String)> = Vec::new();
    for step in steps {
        let Some(call) = life.call(step) else { continue };
        let name = call.name.clone();
        let options = Options { dry_run: matches!(step, Step::Preview(_)), ..Options::default() };
        match world.gate.submit(&me, Plan::one(call), options).await {
            Ok(Answer::Done { result, .. }) if name.ends_with("create") => life.invoices.push(result),
            Ok(Answer::Done { result, .. }) if name.ends_with("receive") => life.payments.push(result),
            Ok(_) => {}
            Err(error) => assert!(error.refusal().is_some(), "{name} failed: {error}"),
        }
        let now = posted(&world.owner).await;
        assert!(
            frozen.iter().all(|row| now.binary_search(row).is_ok()),
            "X3: what is posted has changed after {step:?}"
        );
        frozen = now;
    }
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
}

#[test]
fn random_lives_keep_the_books_in_order() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    assert_eq!(runtime.block_on(broken(&world.owner)), Vec::<&str>::new(), "the demo company itself");
    let mut runner =
        TestRunner::new(Config { cases: 12, max_shrink_iters: 20, failure_persistence: None, ..Config::default() });
    let lives = proptest::collection::vec(step(), 5..30);
    runner
        .run(&lives, |steps| {
            runtime.block_on(live(&world, &steps));
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn hands_that_work_at_once_keep_the_books_in_order() {
    let world = World::new().await;
    let mut hands = Vec::new();
    for hand in 0..6_u32 {
        let world = world.clone();
        hands.push(tokio::spawn(async move {
            let steps: Vec<Step> = (0..8)
                .flat_map(|i| {
                    [
                        Step::Draft { cents: 100 + hand * 13 + i, quantity: 2, lines: 2 },
                        Step::Post(i as usize),
                        Step::PayOnAccount { cents: 5000 },
                    ]
                })
                .collect();
            let me = world.person("accountant").await;
            let mut life = Life::default();
            for step in &steps {
                let Some(call) = life.call(step) else { continue };
                if let Ok(Answer::Done { result, .. }) =
                    world.gate.submit(&me, Plan::one(call.clone()), Options::default()).await
                    && call.name.ends_with("create")
                {
                    life.invoices.push(result);
                }
            }
        }));
    }
    for hand in hands {
        hand.await.unwrap();
    }
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
}

/// The database itself refuses, whatever code comes: each statement as the application role inside its organisation.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_what_the_books_must_not_hold() {
    let world = World::new().await;
    let me = world.person("admin").await;
    let refusals = [
        ("A1", "entry_balances", "with e as (insert into entries (org_id, id, number, date, memo, source, source_id, created_at) values (current_org(), gen_random_uuid(), 'JE-X', '2026-03-16', '', 's', gen_random_uuid(), now()) returning id)
            insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit)
            select current_org(), gen_random_uuid(), e.id, n, (select id from accounts where not heading limit 1), '2026-03-16', 'EUR', 100 * (2 - n), 90 * (n - 1) from e, generate_series(1, 2) n"),
        ("A1", "entry_balances", "insert into entries (org_id, id, number, date, memo, source, source_id, created_at) values (current_org(), gen_random_uuid(), 'JE-X', '2026-03-16', '', 's', gen_random_uuid(), now())"),
        ("A2", "entry_complete", "insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit) select org_id, gen_random_uuid(), entry_id, line_no + 100, account_id, date, currency, debit, credit from entry_lines where entry_id = (select id from entries limit 1)"),
        ("A2", "reversal_mirrors", "with e as (insert into entries (org_id, id, number, date, memo, source, source_id, reverses, created_at) select org_id, gen_random_uuid(), 'JE-X', '2026-03-16', '', 's', source_id, id, now() from entries where number like 'JE-%' limit 1 returning id)
            insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit)
            select current_org(), gen_random_uuid(), e.id, n, (select id from accounts where not heading limit 1), '2026-03-16', 'EUR', 100 * (2 - n), 100 * (n - 1) from e, generate_series(1, 2) n"),
        ("X3", "permission", "update entries set memo = 'x'"),
        ("X3", "permission", "delete from entry_lines"),
        ("X3", "invoice_immutable", "update invoices set gross = gross + 1, net = net + 1 where status = 'posted'"),
        ("X3", "invoice_immutable", "delete from invoices where status = 'posted'"),
        ("X3", "invoice_immutable", "update invoice_lines set net = net + 1"),
        ("X5", "invoice_immutable", "update invoices set status = 'draft', number = null, entry_id = null where status = 'posted'"),
        ("X5", "invoice_numbered_at_posting", "update invoices set status = 'posted' where status = 'draft'"),
        ("X4", "invoice_number_unique", "update invoices set status = 'posted', entry_id = (select entry_id from invoices where status = 'posted' limit 1), number = (select number from invoices where status = 'posted' limit 1) where status = 'draft'"),
        ("A5", "permission", "update allocations set amount = amount + 1"),
        ("A5", "allocation_within_open", "insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, company_amount, source_company_amount, created_at) select a.org_id, gen_random_uuid(), a.invoice_id, a.payment_id, a.party_id, a.date, a.amount, a.amount, a.amount, now() from allocations a join invoice_states i on i.id = a.invoice_id where i.open = 0 and a.payment_id is not null limit 1"),
        ("audit", "permission", "update calls set sentence = 'x'"),
        ("audit", "permission", "insert into changes (org_id, call_id, table_name, record_id, op) values (current_org(), gen_random_uuid(), 't', gen_random_uuid(), 'insert')"),
    ];
    for (invariant, constraint, sql) in refusals {
        let (mut tx, _) = world.gate.identity().transaction(&me).await.unwrap();
        let ran = async {
            sqlx::query(sql).execute(&mut *tx).await?;
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
