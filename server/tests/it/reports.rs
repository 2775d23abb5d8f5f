//! Reports say at any day, by cost centre and project, what the lines of entries say; and they agree with each other.

use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use steward_tools::Caller;

use crate::books::{cents, read};
use crate::check::check;
use crate::support::World;

/// Entries of three years on random accounts, cost centres, projects and journals, closing entries among them.
const HISTORY: &str = "do $$
declare
    org uuid;
    accounts uuid[];
    entry uuid;
    day date;
    amount bigint;
begin
    perform set_config('steward.call', gen_random_uuid()::text, true), setseed(0.42);
    select id into org from organizations where code = 'demo';
    insert into dimensions (org_id, id, kind, code, name, name_key, created_at, updated_at)
        values (org, gen_random_uuid(), 'cost_centre', 'NORTH', 'North', 'north', now(), now()),
            (org, gen_random_uuid(), 'project', 'BRIDGE', 'Bridge', 'bridge', now(), now());
    select array_agg(id order by code) into accounts from accounts where org_id = org and control is null and not heading;
    for n in 1..300 loop
        entry := gen_random_uuid();
        day := date '2023-06-15' + floor(random() * 1000)::int;
        amount := 1 + floor(random() * 1000000)::bigint;
        insert into entries (org_id, id, number, date, memo, source, source_id, created_at, journal_id)
            select org, entry, 'H-' || n, day, 'history', 'history', entry, now(), id from journals
            where org_id = org and kind = case when n % 7 = 0 then 'closing' else 'general' end;
        insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit, dimension_id, project_id)
            select org, gen_random_uuid(), entry, l, accounts[1 + floor(random() * array_length(accounts, 1))::int], day, 'EUR',
                case l when 1 then amount else 0 end, case l when 2 then amount else 0 end,
                case when random() < 0.4 then (select id from dimensions where org_id = org and code = 'NORTH') end,
                case when random() < 0.4 then (select id from dimensions where org_id = org and code = 'BRIDGE') end
            from generate_series(1, 2) l;
    end loop;
end $$";

/// Debits less credits of lines up to a day.
async fn by_lines(world: &World, condition: &str, day: &str, part: Part) -> i64 {
    let sql = format!(
        "select coalesce(sum(l.debit - l.credit), 0)::bigint from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id
         join organizations o on o.id = l.org_id and o.code = 'demo'
         join entries e on e.org_id = l.org_id and e.id = l.entry_id join journals j on j.org_id = e.org_id and j.id = e.journal_id
         left join dimensions d on d.org_id = l.org_id and d.id = l.dimension_id left join dimensions p on p.org_id = l.org_id and p.id = l.project_id
         where l.date <= '{day}' and ({condition}) and (d.code = 'NORTH' or not {}) and (p.code = 'BRIDGE' or not {})",
        part.dimension, part.project
    );
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&world.owner).await.unwrap()
}

#[derive(Debug, Clone, Copy)]
struct Part {
    dimension: bool,
    project: bool,
}

impl Part {
    fn asked(self, mut asked: Value) -> Value {
        if self.dimension {
            asked["dimension"] = json!("NORTH");
        }
        if self.project {
            asked["project"] = json!("BRIDGE");
        }
        asked
    }
}

const ALL: Part = Part { dimension: false, project: false };

async fn agree(world: &World, me: &Caller, (from, to): (&str, &str), part: Part) {
    let trial =
        read(world, me, "reports.trial_balance", part.asked(json!({"as_of": to, "from": from, "compare_to": from})))
            .await;
    for row in trial["rows"].as_array().unwrap() {
        let account = format!("a.code = '{}'", row["account"]["code"].as_str().unwrap());
        assert_eq!(cents(&row["balance"]), by_lines(world, &account, to, part).await, "{row} of {to}");
        assert_eq!(cents(&row["compared"]), by_lines(world, &account, from, part).await, "{row} of {from}");
    }
    let sum: i64 = trial["rows"].as_array().unwrap().iter().map(|row| cents(&row["balance"])).sum();
    assert_eq!(sum, by_lines(world, "true", to, part).await);

    let sheet = read(world, me, "reports.balance_sheet", part.asked(json!({"as_of": to, "compare_to": from}))).await;
    for (totals, day) in [(&sheet["totals"], to), (&sheet["compared_totals"], from)] {
        let [assets, liabilities, equity, result, difference] =
            ["assets", "liabilities", "equity", "result", "difference"].map(|of| cents(&totals[of]));
        assert_eq!(assets, liabilities + equity + difference);
        assert_eq!(assets, by_lines(world, "a.type = 'asset'", day, part).await);
        assert_eq!(result, -by_lines(world, "a.type in ('income', 'expense')", day, part).await);
        assert!(part.dimension || part.project || difference == 0, "{totals} of {day}");
    }

    let earned = read(world, me, "reports.profit_and_loss", part.asked(json!({"from": from, "to": to}))).await;
    let moved = format!("a.type in ('income', 'expense') and j.kind <> 'closing' and l.date >= '{from}'");
    assert_eq!(cents(&earned["totals"]["result"]), -by_lines(world, &moved, to, part).await);
}

async fn cash_ties(world: &World, me: &Caller, (from, to): (&str, &str)) {
    let flow = read(world, me, "reports.cash_flow", json!({"from": from, "to": to})).await;
    let [operating, investing, financing, change, opening, closing] =
        ["operating", "investing", "financing", "change", "opening", "closing"].map(|of| cents(&flow["totals"][of]));
    assert_eq!(operating + investing + financing, change);
    assert_eq!(opening + change, closing, "{flow}");
    let cash = format!("a.code in ('1000', '1010') and j.kind <> 'closing' and l.date >= '{from}'");
    assert_eq!(change, by_lines(world, &cash, to, ALL).await);
    let rows: i64 = flow["rows"].as_array().unwrap().iter().map(|row| cents(&row["amount"])).sum();
    assert_eq!(rows, change);
}

#[test]
fn reports_say_what_the_lines_say() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::new());
    runtime.block_on(async { sqlx::raw_sql(HISTORY).execute(&world.owner).await.unwrap() });
    let me = runtime.block_on(world.person("accountant"));
    let mut runner =
        TestRunner::new(Config { cases: 24, max_shrink_iters: 20, failure_persistence: None, ..Config::default() });
    let day =
        |days: u32| (chrono::NaiveDate::from_ymd_opt(2023, 6, 1).unwrap() + chrono::Days::new(days.into())).to_string();
    runner
        .run(&(0_u32..1000, 0_u32..400, any::<bool>(), any::<bool>()), |(from, long, dimension, project)| {
            let days = (day(from), day(from + long));
            let days = (days.0.as_str(), days.1.as_str());
            runtime.block_on(async {
                agree(&world, &me, days, Part { dimension, project }).await;
                cash_ties(&world, &me, days).await;
            });
            Ok(())
        })
        .unwrap();
}

/// A13: a report of the past stays as it was, unless it names what was written into the past since.
#[tokio::test(flavor = "multi_thread")]
async fn what_changes_a_report_of_the_past_is_named() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let since = "2026-03-16T23:59:59Z";
    let asked = json!({"as_of": "2026-03-01", "unchanged_since": since});
    let before = read(&world, &me, "reports.balance_sheet", asked.clone()).await;
    let told = check(
        &world,
        "E1 = accounting.entries.create {date: 2026-02-10, memo: forgotten rent, lines: [{account: '6100', debit: '500'}, {account: '1010', credit: '500'}]}
         accounting.entries.post {id: E1}
         E2 = accounting.entries.create {date: 2026-03-10, memo: after the report, lines: [{account: '6100', debit: '70'}, {account: '1010', credit: '70'}]}
         accounting.entries.post {id: E2}",
    )
    .await;
    assert!(!told.contains("refused"), "{told}");
    let asked = json!({"as_of": "2026-03-01", "unchanged_since": "2020-01-01T00:00:00Z"});
    let after = read(&world, &me, "reports.balance_sheet", asked).await;
    let named: Vec<&Value> = after["back_dated"].as_array().unwrap().iter().map(|entry| &entry["memo"]).collect();
    assert!(named.contains(&&json!("forgotten rent")) && !named.contains(&&json!("after the report")), "{named:?}");
    assert_eq!(cents(&before["totals"]["assets"]) - 50_000, cents(&after["totals"]["assets"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_told_in_a_sentence() {
    let world = World::new().await;
    let told = check(
        &world,
        "accounting.reports.balance_sheet {as_of: 2026-03-16, levels: true}
         accounting.reports.profit_and_loss {from: 2026-01-01, to: 2026-03-16, compare_from: 2025-01-01, compare_to: 2025-12-31}
         accounting.reports.profit_and_loss {compare_from: 2025-01-01}
         accounting.reports.cash_flow {from: 2026-01-01, to: 2026-03-16}
         accounting.reports.journal {journal: SAL, from: 2026-01-01, limit: 2}
         accounting.reports.journal {journal: NONE}
         accounting.reports.party_ledger {party: Zephyr Marine SRL}
         accounting.reports.number_gaps {}
         accounting.reports.tie_outs {}
         accounting.reports.invoice_register {from: 2026-01-01}
         accounting.reports.trial_balance {dimension: NOWHERE}
         sales: accounting.reports.balance_sheet {}",
    )
    .await;
    assert_snapshot!(told);
}
