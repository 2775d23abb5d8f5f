//! The demo company: the same for the same day, without a fault on any day, and taken away without a trace.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::NaiveDate;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};
use steward_server::{demo, faults_in_books};
use steward_tools::{Answer, Call, Caller, Options, Plan};
use uuid::Uuid;

use crate::support::{TODAY, World};

const THIRD: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0003);

/// What the books and the records say, without ids and the times of recording; a line for each kind.
const DIGEST: &str = "
with o as (select id, code from organizations), rows as (
    select 'parties' as part, concat_ws('|', o.code, number, name, kinds, email, phone, credit_limit, custom, archived_at is null) as row
        from parties p join o on o.id = p.org_id
    union all select 'addresses', concat_ws('|', o.code, p.number, a.line_no, a.kind, a.lines, a.postal_code, a.city, a.country)
        from party_addresses a join o on o.id = a.org_id join parties p on p.org_id = a.org_id and p.id = a.party_id
    union all select 'contacts', concat_ws('|', o.code, p.number, a.line_no, a.name, a.position, a.email)
        from party_contacts a join o on o.id = a.org_id join parties p on p.org_id = a.org_id and p.id = a.party_id
    union all select 'tax ids', concat_ws('|', o.code, p.number, a.country, a.value)
        from party_tax_ids a join o on o.id = a.org_id join parties p on p.org_id = a.org_id and p.id = a.party_id
    union all select 'bank accounts', concat_ws('|', o.code, p.number, a.iban, a.bic)
        from party_bank_accounts a join o on o.id = a.org_id join parties p on p.org_id = a.org_id and p.id = a.party_id
    union all select 'invoices', concat_ws('|', o.code, i.number, p.number, i.status, i.date, i.due_date, i.reference, i.memo, l.line_no,
            l.description, l.quantity, l.unit_price, l.discount_percent, l.tax_rate, l.net, a.code)
        from invoices i join o on o.id = i.org_id join parties p on p.org_id = i.org_id and p.id = i.customer_id
        join invoice_lines l on l.org_id = i.org_id and l.invoice_id = i.id join accounts a on a.org_id = l.org_id and a.id = l.account_id
    union all select 'payments', concat_ws('|', o.code, y.number, p.number, y.date, y.amount, y.reference)
        from payments y join o on o.id = y.org_id join parties p on p.org_id = y.org_id and p.id = y.party_id
    union all select 'credit notes', concat_ws('|', o.code, c.number, i.number, c.date, c.reason, c.net, c.tax)
        from credit_notes c join o on o.id = c.org_id join invoices i on i.org_id = c.org_id and i.id = c.invoice_id
    union all select 'allocations', concat_ws('|', o.code, i.number, y.number, c.number, a.date, a.amount)
        from allocations a join o on o.id = a.org_id join invoices i on i.org_id = a.org_id and i.id = a.invoice_id
        left join payments y on y.org_id = a.org_id and y.id = a.payment_id left join credit_notes c on c.org_id = a.org_id and c.id = a.credit_note_id
    union all select 'entries', concat_ws('|', o.code, e.number, e.date, e.memo, e.reference, a.code, l.debit, l.credit, p.number)
        from entry_states e join o on o.id = e.org_id join entry_sides l on l.org_id = e.org_id and l.entry_id = e.id
        join accounts a on a.org_id = l.org_id and a.id = l.account_id left join parties p on p.org_id = l.org_id and p.id = l.party_id
    union all select 'comments', concat_ws('|', o.code, u.email, c.text) from comments c join o on o.id = c.org_id
        join users u on u.org_id = c.org_id and u.id = c.author_id
    union all select 'attachments', concat_ws('|', o.code, a.name, a.media_type, a.sha256) from attachments a join o on o.id = a.org_id
    union all select 'approvals', concat_ws('|', o.code, a.status, a.approver, a.title) from approvals a join o on o.id = a.org_id)
select part, count(*), md5(string_agg(row, chr(10) order by row collate \"C\")) from rows group by part order by part";

async fn digest(pool: &PgPool) -> Vec<(String, i64, String)> {
    sqlx::query_as(DIGEST).fetch_all(pool).await.unwrap()
}

/// A world in which the demo was seeded anew, on another day and with all there is to tell.
async fn seeded(today: NaiveDate) -> World {
    let world = World::new().await;
    demo::reset(&world.owner).await.unwrap().unwrap();
    let gate = world.gate_on(today);
    assert!(demo::seed(&world.owner, &gate, today, demo::Size::Sample, &|_, _, _| {}).await.unwrap());
    World { gate, ..world }
}

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

/// The least that is ever on the bank account.
const LEAST: &str = "select min(balance)::bigint from (select sum(l.debit - l.credit) over (order by l.date) as balance
    from entry_lines l join accounts a on a.org_id = l.org_id and a.id = l.account_id and a.purpose = 'bank'
    join organizations o on o.id = l.org_id where o.code = 'demo') b";

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_the_same_for_the_same_day_and_holds_on_any() {
    let leap = day(2024, 2, 29);
    let (one, two, new_year, last) =
        tokio::join!(seeded(leap), seeded(leap), seeded(day(2025, 1, 1)), seeded(day(2026, 12, 31)));
    assert_eq!(digest(&one.owner).await, digest(&two.owner).await);
    for world in [&one, &new_year, &last] {
        let faults: Vec<_> =
            faults_in_books(&world.owner).await.unwrap().into_iter().filter(|(_, f)| !f.is_empty()).collect();
        assert!(faults.is_empty(), "{faults:?}");
        let least: i64 = sqlx::query_scalar(LEAST).fetch_one(&world.owner).await.unwrap();
        assert!(least >= 0, "the bank account went down to {least}");
    }
    let parts: BTreeSet<String> = digest(&last.owner).await.into_iter().map(|(part, ..)| part).collect();
    assert_eq!(parts.len(), 13, "{parts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_something_to_decide_to_read_and_to_finish() {
    let world = seeded(TODAY).await;
    let controller = world.person("controller").await;
    let waiting = world.gate.approvals(&controller, &steward_tools::Inbox::default()).await.unwrap();
    let waiting: Vec<&str> = waiting.iter().filter(|a| a.may_decide).map(|a| a.title.as_str()).collect();
    assert_eq!(waiting.len(), 2, "{waiting:?}");
    let ask = async |name: &str, arguments: Value| done(&world, &controller, name, arguments).await;
    let disputed =
        ask("accounting.invoices.list", json!({"customer": "Castle Rock Hotels plc", "status": "partly_paid"})).await;
    let disputed = &disputed["items"][0]["id"];
    assert_eq!(ask("directory.comments.list", json!({"record": disputed})).await["items"].as_array().unwrap().len(), 4);
    assert_eq!(
        ask("directory.attachments.list", json!({"record": disputed})).await["items"].as_array().unwrap().len(),
        2
    );
    let drafts = ask("accounting.invoices.list", json!({"status": "draft"})).await;
    assert_eq!(drafts["items"].as_array().unwrap().len(), 4);
    let party = ask("directory.parties.get", json!({"id": "Vega Robotics GmbH"})).await;
    assert_eq!(party["custom"]["region"], "Austria East");
    let vendor = world.person("vendor").await;
    let own = done(&world, &vendor, "accounting.invoices.list", json!({})).await;
    assert!(own["items"].as_array().unwrap().len() >= 3);
}

async fn done(world: &World, who: &Caller, name: &str, arguments: Value) -> Value {
    let plan = Plan::one(Call { name: name.into(), arguments });
    match world.gate.submit(who, plan, Options::default()).await {
        Ok(Answer::Done { result, .. }) => result,
        other => panic!("{name}: {other:?}"),
    }
}

/// All rows of an organisation, table by table, as one text.
async fn rows_of(owner: &PgPool, which: &str) -> Vec<(String, String)> {
    let sql =
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(owner).await.unwrap();
    assert!(tables.len() > 30, "{tables:?}");
    let mut all = Vec::new();
    for table in tables {
        let sql = format!(
            "select coalesce(string_agg(t::text, chr(10) order by t::text), '') from {table} t where org_id {which} $1"
        );
        all.push((table, sqlx::query_scalar(AssertSqlSafe(sql)).bind(THIRD).fetch_one(owner).await.unwrap()));
    }
    all
}

/// A company of somebody's own beside the demo, with an invoice in its books.
async fn third(world: &World) {
    world
        .behind_the_curtain(
            "insert into organizations (id, code, name, currency, zone, created_at)
                 values ('01990000-0000-7000-8000-000000000003', 'third', 'Third & Sons', 'EUR', 'Europe/Vienna', now());
             insert into users (org_id, id, email, name, roles, created_at)
                 values ('01990000-0000-7000-8000-000000000003', gen_random_uuid(), 'ada@third.example', 'Ada', '{admin}', now());
             call found_journals('01990000-0000-7000-8000-000000000003', now());
             insert into accounts (org_id, id, code, name, name_key, type, purpose, control, created_at)
                 select '01990000-0000-7000-8000-000000000003', gen_random_uuid(), a.code, a.name, a.name_key, a.type, a.purpose, a.control, a.created_at
                 from accounts a join organizations o on o.id = a.org_id where o.code = 'rival' and not a.heading;
             insert into tax_codes (org_id, id, code, name, account_id, is_default, created_at)
                 select a.org_id, gen_random_uuid(), t.code, t.name, a.id, t.is_default, t.created_at
                 from tax_codes t join organizations o on o.id = t.org_id and o.code = 'rival'
                 join accounts a on a.purpose = 'tax' and a.org_id = '01990000-0000-7000-8000-000000000003';
             insert into tax_rates (org_id, id, tax_code_id, valid_from, rate, created_at)
                 select org_id, gen_random_uuid(), id, '1900-01-01', 20, created_at from tax_codes
                 where org_id = '01990000-0000-7000-8000-000000000003'",
        )
        .await;
    let ada = world.person("ada@third.example").await;
    done(world, &ada, "directory.parties.create", json!({"name": "Nordwind Handels GmbH", "kinds": ["customer"]}))
        .await;
    let lines = json!([{"description": "Desk", "quantity": "2", "unit_price": "549"}]);
    let draft =
        done(world, &ada, "accounting.invoices.create", json!({"customer": "Nordwind Handels GmbH", "lines": lines}))
            .await;
    done(world, &ada, "accounting.invoices.post", json!({"id": draft["id"]})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_takes_the_demo_away_and_nothing_else() {
    let world = World::new().await;
    third(&world).await;
    let (before, all) = (rows_of(&world.owner, "=").await, digest(&world.owner).await);
    // while somebody serves, nothing happens
    let options: PgConnectOptions = (*world.app.connect_options()).clone();
    let server = PgConnection::connect_with(&options.application_name("steward")).await.unwrap();
    assert_eq!(demo::reset(&world.owner).await.unwrap(), Err(demo::Refused::InUse));
    server.close().await.unwrap();
    let serving =
        "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'steward'";
    while sqlx::query_scalar::<_, i64>(serving).fetch_one(&world.owner).await.unwrap() > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // an organisation of that name that is somebody's own stays
    world.behind_the_curtain("update users set email = 'eva@rival.example' where email = 'admin@rival.example'").await;
    assert_eq!(demo::reset(&world.owner).await.unwrap(), Err(demo::Refused::Own("rival")));
    world.behind_the_curtain("update users set email = 'admin@rival.example' where email = 'eva@rival.example'").await;
    assert_eq!(digest(&world.owner).await, all);

    assert_eq!(demo::reset(&world.owner).await.unwrap().map(|gone| gone.len()), Ok(2));
    assert_eq!(rows_of(&world.owner, "=").await, before);
    assert!(rows_of(&world.owner, "<>").await.iter().all(|(_, rows)| rows.is_empty()), "something of the demo is left");
    let moved = sqlx::query("update entries set memo = 'x' where org_id = $1").bind(THIRD).execute(&world.owner).await;
    assert!(moved.unwrap_err().to_string().contains("a posted entry never changes"), "the triggers hold again");
    let asleep = "select count(*) from pg_trigger where tgenabled = 'D' and not tgisinternal";
    assert_eq!(sqlx::query_scalar::<_, i64>(asleep).fetch_one(&world.owner).await.unwrap(), 0);

    assert!(demo::seed(&world.owner, &world.gate, TODAY, demo::Size::Small, &|_, _, _| {}).await.unwrap());
    assert_eq!(digest(&world.owner).await, all, "and it is as it was");
}
