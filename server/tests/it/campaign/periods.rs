//! Into a period that is closed nobody posts: not while it is being closed, and not in SQL of one's own.
//!
//! What the database allows the application role, because operations do it: to close the next period and to open the last
//! closed one again, each of which is written down as a change. What is tried here is everything else that would get an entry
//! into closed days, or the days out of their period. Long, because it is one table of attempts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use steward_tools::{Answer, Options, Plan};
use uuid::Uuid;

use super::dice::Dice;
use super::raw_sql::{attempt, schema};
use super::{call, outcome, size, stranger, submit, tell, together};
use crate::check::check;
use crate::periods::CLOSED_TO_JANUARY;
use crate::support::World;

const CLIENTS: usize = 64;

/// Differences that there must not be at any instant: of all debits and credits, and of lines and kept balances.
const APART: &str = "select coalesce((select sum(debit - credit) from entry_lines), 0)::bigint,
    (select count(*) from (
        select from (select org_id, account_id, debit, credit from entry_lines union all select org_id, account_id, -debit, -credit from account_balances) b
        group by org_id, account_id having sum(debit) <> 0 or sum(credit) <> 0) apart)";

/// Entries of the demo company in February.
async fn february(pool: &PgPool) -> i64 {
    let sql = "select count(*) from entries e join organizations o on o.id = e.org_id and o.code = 'demo' where e.date between '2026-02-01' and '2026-02-28'";
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

/// Looks at the books again and again until it has closed, and once more; answers how often.
async fn sampled(pool: PgPool, closed: Arc<AtomicBool>) -> usize {
    let mut samples = 0;
    loop {
        let last = closed.load(Ordering::SeqCst);
        let apart: (i64, i64) = sqlx::query_as(APART).fetch_one(&pool).await.unwrap();
        assert_eq!(apart, (0, 0), "after {samples} samples");
        samples += 1;
        if last {
            return samples;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_posts_into_a_period_while_it_closes() {
    let world = World::new().await;
    let told = check(&world, CLOSED_TO_JANUARY).await;
    assert!(!told.contains("refused"), "{told}");
    let options = (*world.app.connect_options()).clone();
    let pool = PgPoolOptions::new()
        .max_connections(24)
        .acquire_timeout(Duration::from_secs(60))
        .connect_with(options)
        .await
        .unwrap();
    let gate = world.gate_over(pool);
    let (posted, closed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let who = world.person("accountant").await;
    let rounds = size(5, 60);
    let since = Instant::now();
    let clients: Vec<_> = (0..CLIENTS).map(|client| {
        let (gate, who, posted, closed) = (gate.clone(), who.clone(), posted.clone(), closed.clone());
        async move {
            let mut came: BTreeMap<String, usize> = BTreeMap::new();
            for round in 0..rounds {
                // the last rounds come after it has closed
                while round + 1 == rounds && !closed.load(Ordering::SeqCst) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                let date = if (client + round) % 8 == 0 { "2026-03-02" } else { "2026-02-27" };
                let entry = json!({"date": date, "lines": [{"account": "6100", "debit": "1"}, {"account": "1010", "credit": "1"}]});
                let plan = Plan::of(vec![
                    call("accounting.entries.create", entry),
                    call("accounting.entries.post", json!({"id": {"$result": [0, "/id"]}})),
                ]);
                let answer = gate.submit(&who, plan, Options::default()).await;
                posted.fetch_add(usize::from(answer.is_ok()), Ordering::SeqCst);
                *came.entry(format!("{date} {}", outcome(&answer))).or_default() += 1;
            }
            came
        }
    }).collect();
    let clients = tokio::spawn(together(clients));
    let samples = tokio::spawn(sampled(world.owner.clone(), closed.clone()));
    while posted.load(Ordering::SeqCst) < CLIENTS {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let controller = world.person("controller").await;
    let answer = submit(&gate, &controller, "accounting.periods.close", json!({"id": "2026-02"})).await;
    assert!(matches!(answer, Ok(Answer::Done { .. })), "{answer:?}");
    let at_closing = february(&world.owner).await;
    closed.store(true, Ordering::SeqCst);
    let mut came: BTreeMap<String, usize> = BTreeMap::new();
    for of_client in clients.await.unwrap() {
        for (what, count) in of_client {
            *came.entry(what).or_default() += count;
        }
    }
    let samples = samples.await.unwrap();
    tell(&format!("{came:?}, {samples} samples in {:.1?}", since.elapsed()));
    assert_eq!(february(&world.owner).await, at_closing, "posted after the closing was answered: {came:?}");
    let expected = ["2026-02-27 done", "2026-02-27 period_closed", "2026-03-02 done"];
    assert!(came.keys().all(|what| expected.contains(&what.as_str())), "{came:?}");
    assert!(expected.iter().all(|what| came.contains_key(*what)), "some before and some after: {came:?}");
    let apart: (i64, i64) = sqlx::query_as(APART).fetch_one(&world.owner).await.unwrap();
    assert_eq!(apart, (0, 0));
    let faults = steward_server::faults_in_books(&world.owner).await.unwrap();
    assert!(faults.iter().all(|(_, found)| found.is_empty()), "{faults:?}");
}

/// Name of the attack, what stops it (any of these), the statements.
type Attack = (&'static str, &'static [&'static str], &'static str);

const DENIED: &[&str] = &["denied"];
const CLOSED: &[&str] = &["period_closed"];
const FROZEN: &[&str] = &["denied", "entry_immutable"];
const DATES: &[&str] = &["period_dates_stay"];

/// `{entry DAY}` is an entry of that date with two lines, `{row DAY}` its values alone.
const ENTRIES: &[Attack] = &[
    ("entry", CLOSED, "{entry '{day}'}"),
    ("entry of a reckoned date", CLOSED, "{entry '{day}'::date + 1 - 1}"),
    ("entry of a date in words", CLOSED, "{entry to_date('{day}', 'YYYY-MM-DD')}"),
    (
        "entry of an hour in another zone",
        CLOSED,
        "{entry ('{day} 23:59:59 UTC'::timestamptz at time zone 'UTC')::date}",
    ),
    ("entry before all years", CLOSED, "{entry '2024-12-31'::date - {n}}"),
    ("entry before all time", CLOSED, "{entry '-infinity'::date}"),
    ("entry at the edge", CLOSED, "{entry (select max(end_date) from periods where status = 'closed')}"),
    ("checks later", CLOSED, "set constraints all deferred; {entry '{day}'}"),
    ("after a savepoint", CLOSED, "savepoint s; {entry '{day}'}; release s"),
    ("locks given back first", CLOSED, "select pg_advisory_unlock_all(); {entry '{day}'}"),
    ("in a hurry", CLOSED, "set local lock_timeout = '1ms'; set local statement_timeout = '30s'; {entry '{day}'}"),
    ("prepared", CLOSED, "prepare \"p{u}\" as insert into entries {columns} values {row '{day}'}; execute \"p{u}\""),
    (
        "from another entry",
        CLOSED,
        "insert into entries {columns} select org_id, '{u}', 'JE-{u}', '{day}', memo, source, source_id, now() from entries where id = '{posting}'",
    ),
    (
        "from a record",
        CLOSED,
        "insert into entries select (jsonb_populate_record(e, jsonb_build_object('id', '{u}', 'number', 'JE-{u}', 'date', '{day}', 'reverses', null))).* from entries e where e.id = '{posting}'",
    ),
    (
        "inside of another statement",
        CLOSED,
        "with e as (insert into entries {columns} values {row '{day}'} returning *) select count(*) from e",
    ),
    (
        "as a merge",
        CLOSED,
        "merge into entries t using (select '{day}'::date as date) s on false when not matched then insert {columns} values {row s.date}",
    ),
    ("where nothing conflicts", CLOSED, "insert into entries {columns} values {row '{day}'} on conflict do nothing"),
    (
        "as the closing of a year",
        CLOSED,
        "insert into entries (org_id, id, number, date, memo, source, source_id, created_at, journal_id) select current_org(), '{u}', 'JE-{u}', '{day}', '', 'accounting.fiscal_years', '{year}', now(), id from journals where kind = 'closing' limit 1",
    ),
    (
        "as a reversal",
        CLOSED,
        "insert into entries (org_id, id, number, date, memo, source, source_id, created_at, reverses) values (current_org(), '{u}', 'JE-{u}', '{day}', '', 's', '{u}', now(), '{posting}')",
    ),
    (
        "as made long ago",
        CLOSED,
        "insert into entries {columns} values (current_org(), '{u}', 'JE-{u}', '{day}', '', 's', '{u}', '{day}')",
    ),
    (
        "with periods of one's own",
        &["period_closed", "denied"],
        "create temp table periods as select * from public.periods where false; {entry '{day}'}",
    ),
    ("with another path", CLOSED, "set local search_path = pg_temp, public; {entry '{day}'}"),
    (
        "in a block",
        CLOSED,
        "do $$ begin execute 'insert into entries (org_id, id, number, date, memo, source, source_id, created_at) values (current_org(), gen_random_uuid(), ''JE-X'', ''{day}'', '''', ''s'', gen_random_uuid(), now())'; end $$",
    ),
    (
        "in a block that hears nothing",
        &["no rows"],
        "do $$ begin begin insert into entries (org_id, id, number, date, memo, source, source_id, created_at) values (current_org(), gen_random_uuid(), 'JE-X', '{day}', '', 's', gen_random_uuid(), now()); exception when others then null; end; end $$",
    ),
    (
        "as another company's",
        &["period_closed", "denied"],
        "select set_config('steward.org', '{their org}', true); insert into entries {columns} values ('{org}', '{u}', 'JE-{u}', '{day}', '', 's', '{u}', now())",
    ),
    ("copied from a file", DENIED, "copy entries from '/tmp/{u}'"),
    ("copied from a program", DENIED, "copy entries from program 'cat'"),
    ("moved there", FROZEN, "update entries set date = '{day}' where id = '{recent}'"),
    ("moved out of there", FROZEN, "update entries set date = '2026-03-16' where id = '{posting}'"),
    ("lines moved there", FROZEN, "update entry_lines set date = '{day}' where entry_id = '{recent}'"),
    ("deleted there", FROZEN, "delete from entries where id = '{posting}'"),
    (
        "late line there",
        &["entry_complete"],
        "insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit) values (current_org(), gen_random_uuid(), '{posting}', 99, '{account}', (select date from entries where id = '{posting}'), 'EUR', {n}, 0)",
    ),
    (
        "lines of another date",
        &["foreign key", "entry_complete"],
        "{entry '2026-03-02'}; insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit) values (current_org(), gen_random_uuid(), '{u}', 9, '{account}', '{day}', 'EUR', {n}, 0)",
    ),
    ("balance of a closed month", DENIED, "update account_balances set debit = debit + {n}"),
];

const YEARS: &[Attack] = &[
    ("period that ends earlier", DATES, "update periods set end_date = end_date - 1 where id = '{period}'"),
    ("period that begins later", DATES, "update periods set start_date = start_date + 1 where id = '{period}'"),
    (
        "period of another time",
        DATES,
        "update periods set start_date = start_date + 7300, end_date = end_date + 7300 where id = '{period}'",
    ),
    (
        "period of another year",
        DATES,
        "update periods set fiscal_year_id = '{open year}' where id = '{period of the closed year}'",
    ),
    ("all periods later", DATES, "update periods set start_date = start_date + 365, end_date = end_date + 365"),
    (
        "two periods that change places",
        DATES,
        "update periods p set start_date = o.start_date, end_date = o.end_date from periods o where o.id = '{open period}' and p.id = '{period}'",
    ),
    (
        "year that ends earlier",
        DATES,
        "update fiscal_years set end_date = end_date - {day of month} where id = '{year}'",
    ),
    (
        "year that begins later",
        DATES,
        "update fiscal_years set start_date = start_date + {day of month} where id = '{year}'",
    ),
    (
        "year of another time",
        DATES,
        "update fiscal_years set start_date = start_date - 3650, end_date = end_date - 3650 where id = '{year}'",
    ),
    (
        "year and period that move together",
        DATES,
        "update fiscal_years set end_date = end_date - 31 where id = '{year}'; update periods set end_date = end_date - 31 where id = '{period}'",
    ),
    ("period with another id", &["id_immutable", "denied"], "update periods set id = '{u}' where id = '{period}'"),
    (
        "period given away",
        &["id_immutable", "denied"],
        "update periods set org_id = '{their org}' where id = '{period}'",
    ),
    (
        "year given away",
        &["id_immutable", "denied"],
        "update fiscal_years set org_id = '{their org}' where id = '{year}'",
    ),
    ("period that is gone", &["period_goes_with_year"], "delete from periods where id = '{period}'"),
    (
        "period that is gone, then an entry",
        &["period_goes_with_year"],
        "delete from periods where id = '{period}'; {entry '{day}'}",
    ),
    ("open period that is gone", &["period_goes_with_year"], "delete from periods where id = '{open period}'"),
    ("periods that are gone", &["period_goes_with_year"], "delete from periods"),
    ("year that is gone", &["fiscal_year_in_use"], "delete from fiscal_years where id = '{year}'"),
    ("year with entries that is gone", &["fiscal_year_in_use"], "delete from fiscal_years where id = '{open year}'"),
    ("years that are gone", &["fiscal_year_in_use"], "delete from fiscal_years"),
    (
        "year that is gone with its sum open",
        &["fiscal_year_in_use", "fiscal_year_open_carries_nothing"],
        "update fiscal_years set status = 'open' where id = '{year}'; delete from fiscal_years where id = '{year}'",
    ),
    (
        "period over a period",
        &[
            "periods_cover_year",
            "periods_close_in_order",
            "fiscal_year_closes_in_order",
            "period_start_unique",
            "periods_follow",
        ],
        "insert into periods values (current_org(), '{u}', '{year}', '{u}', '{same day}', '{same day}', 'open', 1, now(), now())",
    ),
    (
        "open period in a closed year",
        &[
            "periods_cover_year",
            "periods_close_in_order",
            "fiscal_year_closes_in_order",
            "period_start_unique",
            "periods_follow",
            "period_runs",
        ],
        "insert into periods select org_id, '{u}', id, '{u}', start_date + {day of month}, start_date + {day of month}, 'open', 1, now(), now() from fiscal_years where id = '{year}'",
    ),
    (
        "year over a year",
        &[
            "fiscal_years_follow",
            "periods_cover_year",
            "period_start_unique",
            "fiscal_year_start_unique",
            "periods_follow",
        ],
        "insert into fiscal_years values (current_org(), '{u}', '{u}', '{same day}', '{same day}'::date + 30, 'open', null, 1, now(), now()); insert into periods values (current_org(), gen_random_uuid(), '{u}', '{u}', '{same day}', '{same day}'::date + 30, 'open', 1, now(), now())",
    ),
    (
        "year before the closed ones",
        &["periods_close_in_order", "fiscal_year_closes_in_order"],
        "insert into fiscal_years values (current_org(), '{u}', '{u}', '2024-01-01', '2024-12-31', 'open', null, 1, now(), now()); insert into periods values (current_org(), gen_random_uuid(), '{u}', '{u}', '2024-01-01', '2024-12-31', 'open', 1, now(), now())",
    ),
    (
        "year behind a gap",
        &["fiscal_years_follow"],
        "insert into fiscal_years values (current_org(), '{u}', '{u}', '2028-01-01', '2028-12-31', 'open', null, 1, now(), now()); insert into periods values (current_org(), gen_random_uuid(), '{u}', '{u}', '2028-01-01', '2028-12-31', 'open', 1, now(), now())",
    ),
    (
        "year without periods",
        &["periods_cover_year"],
        "insert into fiscal_years values (current_org(), '{u}', '{u}', '2027-01-01', '2027-12-31', 'open', null, 1, now(), now())",
    ),
    (
        "period of a closed year opened",
        &["fiscal_year_closes_in_order", "periods_close_in_order"],
        "update periods set status = 'open' where id = '{period of the closed year}'",
    ),
    (
        "period of a closed year opened, then an entry",
        &["fiscal_year_closes_in_order", "periods_close_in_order"],
        "set constraints all deferred; update periods set status = 'open' where fiscal_year_id = '{year}'; update periods set status = 'open' where status = 'closed'; {entry '{day}'}",
    ),
    (
        "period opened before the last",
        &["periods_close_in_order", "fiscal_year_closes_in_order"],
        "update periods set status = 'soft_closed' where id = '{period of the closed year}'",
    ),
    (
        "period closed out of turn",
        &["periods_close_in_order"],
        "update periods set status = 'closed' where code = '2026-{late month}'",
    ),
    (
        "period in a state of its own",
        &["periods_status_check"],
        "update periods set status = 'ajar' where id = '{period}'",
    ),
    (
        "year opened with its result carried",
        &["fiscal_year_open_carries_nothing"],
        "update periods set status = 'open' where status = 'closed'; update fiscal_years set status = 'open' where id = '{year}'",
    ),
    (
        "year opened with its result left",
        &["closing_is_profit"],
        "update periods set status = 'open' where status = 'closed'; update fiscal_years set status = 'open', closing_entry_id = null where id = '{year}'",
    ),
    (
        "year opened with its result left, then an entry",
        &["closing_is_profit", "control_account_party", "account_archived"],
        "update periods set status = 'open' where status = 'closed'; update fiscal_years set status = 'open', closing_entry_id = null where id = '{year}'; {entry '{day}'}",
    ),
    (
        "result of a year forgotten",
        &["closing_is_profit"],
        "update fiscal_years set closing_entry_id = null where id = '{year}'",
    ),
    (
        "result of a year in another entry",
        &["closing_is_profit"],
        "update fiscal_years y set closing_entry_id = (select e.id from entries e where e.id is distinct from y.closing_entry_id limit 1) where id = '{year}'",
    ),
    ("triggers of entries off", DENIED, "alter table entries disable trigger entry_in_open_period; {entry '{day}'}"),
    ("triggers of periods off", DENIED, "alter table periods disable trigger all; delete from periods"),
    ("trigger gone", DENIED, "drop trigger entry_in_open_period on entries; {entry '{day}'}"),
    (
        "check put in its place",
        DENIED,
        "create or replace function check_period_open() returns trigger language plpgsql as $$ begin return new; end $$; {entry '{day}'}",
    ),
    (
        "lock put in its place",
        DENIED,
        "create or replace function books_lock(org uuid) returns bigint language sql as 'select 1::bigint'",
    ),
    ("rule against closing", DENIED, "create rule never as on update to periods do instead nothing"),
    ("as a replica", DENIED, "set local session_replication_role = replica; {entry '{day}'}"),
    ("as the owner", DENIED, "set local role steward_owner; {entry '{day}'}"),
    ("as another session", DENIED, "set session authorization steward_owner; {entry '{day}'}"),
    ("truncated", DENIED, "truncate periods"),
    ("truncated with its year", DENIED, "truncate fiscal_years cascade"),
];

/// What the words in braces may become.
async fn words(world: &World) -> BTreeMap<&'static str, Vec<String>> {
    let mut words: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for (word, sql) in [
        ("org", "select id::text from o"),
        ("their org", "select id::text from organizations where code = 'rival'"),
        (
            "account",
            "select a.id::text from accounts a join o on o.id = a.org_id where not a.heading and a.control is null",
        ),
        (
            "posting",
            "select e.id::text from entries e join o on o.id = e.org_id where e.date <= '2026-01-31' and not exists (select from entries r where r.reverses = e.id)",
        ),
        ("recent", "select e.id::text from entries e join o on o.id = e.org_id where e.date > '2026-01-31'"),
        ("period", "select p.id::text from periods p join o on o.id = p.org_id where p.status = 'closed'"),
        (
            "period of the closed year",
            "select p.id::text from periods p join o on o.id = p.org_id where p.code < '2026'",
        ),
        ("open period", "select p.id::text from periods p join o on o.id = p.org_id where p.status = 'open'"),
        ("year", "select y.id::text from fiscal_years y join o on o.id = y.org_id where y.status = 'closed'"),
        ("open year", "select y.id::text from fiscal_years y join o on o.id = y.org_id where y.status = 'open'"),
        (
            "day",
            "select to_char(d, 'YYYY-MM-DD') from generate_series('2025-01-01'::date, '2026-01-31'::date, '1 day') d",
        ),
        ("day of month", "select generate_series(1, 27)::text"),
        ("late month", "select to_char(generate_series(3, 12), 'FM00')"),
    ] {
        let sql = format!("with o as (select id from organizations where code = 'demo') {sql}");
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&world.owner).await.unwrap();
        assert!(!rows.is_empty(), "{word}");
        words.insert(word, rows);
    }
    words
}

const COLUMNS: &str = "(org_id, id, number, date, memo, source, source_id, created_at)";

/// One attempt: entries written out, then every `{u}` the same new id, every other word its own.
fn written(template: &str, words: &BTreeMap<&'static str, Vec<String>>, dice: &mut Dice) -> String {
    let mut sql = template.replace("{columns}", COLUMNS);
    for (mark, whole) in [("{entry ", true), ("{row ", false)] {
        while let Some(at) = sql.find(mark) {
            let from = at + mark.len();
            // up to the brace that closes this one
            let mut depth = 1;
            let end = sql[from..].char_indices().find(|(_, c)| {
                depth += i32::from(*c == '{') - i32::from(*c == '}');
                depth == 0
            });
            let end = from + end.unwrap().0;
            let date = sql[from..end].to_owned();
            let row = format!("(current_org(), '{{u}}', 'JE-{{u}}', {date}, '', 's', '{{u}}', now())");
            let line = |no: u8, sides: &str| {
                format!(
                    "insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit) select org_id, gen_random_uuid(), id, {no}, '{{account}}', date, 'EUR', {sides} from entries where id = '{{u}}'"
                )
            };
            let all = format!("insert into entries {COLUMNS} values {row}; {}; {}", line(1, "1, 0"), line(2, "0, 1"));
            sql.replace_range(at..=end, if whole { &all } else { &row });
        }
    }
    sql = sql.replace("{u}", &Uuid::now_v7().to_string()).replace("{n}", &(1 + dice.below(90_000)).to_string());
    sql = sql.replace("{same day}", dice.pick(&words["day"]).as_str());
    for (word, rows) in words {
        let token = format!("{{{word}}}");
        while sql.contains(&token) {
            sql = sql.replacen(&token, dice.pick(rows).as_str(), 1);
        }
    }
    sql
}

/// What is closed, and what is in it.
async fn closed_books(world: &World) -> String {
    let sql = "select md5(string_agg(x, '|' order by x)) from (
        select 'e' || e.org_id || e.id || e.date || e.txid from entries e
        union all select 'l' || l.entry_id || l.id || l.date || l.debit || l.credit from entry_lines l
        union all select 'p' || p.id || p.fiscal_year_id || p.start_date || p.end_date || p.status from periods p
        union all select 'y' || y.id || y.start_date || y.end_date || y.status || coalesce(y.closing_entry_id::text, '') from fiscal_years y
        union all select 'b' || b.account_id || b.month || b.debit || b.credit from account_balances b) rows (x)";
    sqlx::query_scalar(sql).fetch_one(&world.owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_attempts_across_periods_in_sql_commit_nothing() {
    let world = World::new().await;
    let told = check(&world, CLOSED_TO_JANUARY).await;
    assert!(!told.contains("refused"), "{told}");
    let admin = world.person("admin").await.principal;
    let enter = format!(
        "select begin_call('{}', '{}', 'org', {}, gen_random_uuid(), 1000, null, null, null)",
        admin.org, admin.id, admin.rights_version
    );
    let words = words(&world).await;
    let (before, guarded) = (closed_books(&world).await, schema(&world).await);
    let mut connection = stranger(&world).await;
    let mut dice = Dice::of(20);
    let since = Instant::now();
    let (mut tried, mut unheld): (usize, BTreeMap<&str, String>) = (0, BTreeMap::new());
    let attacks: Vec<&Attack> = ENTRIES.iter().chain(YEARS).collect();
    for (name, stopped_by, template) in &attacks {
        for _ in 0..size(1_000_usize.div_ceil(attacks.len()), 200) {
            let sql = written(template, &words, &mut dice);
            let came = attempt(&mut connection, &enter, &sql).await;
            tried += 1;
            if !stopped_by.contains(&came.as_str()) {
                unheld.insert(name, format!("{came}, not {stopped_by:?}: {sql}"));
            }
        }
    }
    tell(&format!("{tried} attempts of {} kinds in {:.1?}", attacks.len(), since.elapsed()));
    assert!(unheld.is_empty(), "{unheld:#?}");
    assert!(tried >= 1_000);
    assert_eq!(closed_books(&world).await, before, "something changed all the same");
    assert_eq!(schema(&world).await, guarded, "a guard is not what it was");
}
