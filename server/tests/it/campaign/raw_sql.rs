//! What if somebody could run SQL of their own as the application role? The database itself holds the books: nothing of
//! what is tried here commits, and afterwards not one row differs. Long, because it is one table of attempts.
//!
//! What row-level security cannot hold: the role may set `steward.org` itself, and then reads and writes as that company
//! does. It keeps honest code from mistakes; against code that was taken over it holds only what the constraints hold, in
//! whichever company. The same goes for approvals and balanced entries that follow no operation: the gate is what makes
//! those, and no other code has a connection.
//!
//! The file is long because it is a table: one entry an attack, in one place so that a missing one is seen.

use std::collections::BTreeMap;
use std::time::Instant;

use sqlx::{Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

use super::dice::Dice;
use super::{ids, size, stranger, tell};
use crate::support::World;

/// Name of the attack, what stops it (any of these), the statements. Words in braces become rows of the two companies.
type Attack = (&'static str, &'static [&'static str], &'static str);

const DENIED: &[&str] = &["denied"];
const NOTHING: &[&str] = &["no rows"];
const FOREIGN_KEY: &[&str] = &["foreign key"];
const FROZEN: &[&str] = &["denied", "entry_immutable"];
const POSTED: &[&str] = &["invoice_immutable"];
const ALLOCATED: &[&str] = &["allocation_within_open", "allocation_within_source", "allocation_same_party"];

const ENTRIES: &[Attack] = &[
    (
        "unbalanced entry",
        &["entry_balances", "control_account", "control_account_party"],
        "{entry 'JE-{u}' {u}}; {line {u} 1 {account} {n} 0}; {line {u} 2 {account} 0 {n}+1}",
    ),
    ("entry without lines", &["entry_balances", "control_account", "control_account_party"], "{entry 'JE-{u}' {u}}"),
    (
        "entry with one line",
        &["entry_balances", "control_account", "control_account_party"],
        "{entry 'JE-{u}' {u}}; {line {u} 1 {account} {n} 0}",
    ),
    (
        "entry of three lines that is one off",
        &["entry_balances", "control_account", "control_account_party"],
        "{entry 'JE-{u}' {u}}; {line {u} 1 {account} {n} 0}; {line {u} 2 {account} {n} 0}; {line {u} 3 {account} 0 2*{n}-1}",
    ),
    ("line on both sides", &["entry_line_one_side"], "{entry 'JE-{u}' {u}}; {line {u} 1 {account} {n} {n}}"),
    ("line on no side", &["entry_line_one_side"], "{entry 'JE-{u}' {u}}; {line {u} 1 {account} 0 0}"),
    ("negative debit", &["entry_lines_debit_check"], "{entry 'JE-{u}' {u}}; {line {u} 1 {account} -{n} 0}"),
    ("negative credit", &["entry_lines_credit_check"], "{entry 'JE-{u}' {u}}; {line {u} 1 {account} 0 -{n}}"),
    (
        "number of another entry",
        &["entry_number_unique"],
        "{entry (select number from entries where id = '{posting}') {u}}",
    ),
    ("late line", &["entry_complete"], "{line {posting} 91 {account} {n} 0}"),
    (
        "late lines that balance",
        &["entry_complete"],
        "{line {posting} 91 {account} {n} 0}; {line {posting} 92 {account} 0 {n}}",
    ),
    (
        "reversal that mirrors nothing",
        &["reversal_mirrors", "entry_reversed_once", "control_account", "control_account_party"],
        "insert into entries (org_id, id, number, date, memo, source, source_id, reverses, created_at) values ('{org}', '{u}', 'JE-{u}', '2026-03-16', '', 's', '{u}', '{posting}', now()); {line {u} 1 {account} {n} 0}; {line {u} 2 {account} 0 {n}}",
    ),
    ("edited posting", FROZEN, "update entry_lines set debit = debit + {n} where id = '{entry_line}'"),
    (
        "posting moved to another account",
        FROZEN,
        "update entry_lines set account_id = '{account}' where id = '{entry_line}'",
    ),
    ("deleted posting", FROZEN, "delete from entry_lines where id = '{entry_line}'"),
    ("entry with another date", FROZEN, "update entries set date = date - 1 where id = '{posting}'"),
    ("entry that says it is new", FROZEN, "update entries set txid = pg_current_xact_id() where id = '{posting}'"),
    ("deleted entry", FROZEN, "delete from entries where id = '{posting}'"),
];

const DOCUMENTS: &[Attack] = &[
    (
        "posted invoice with more",
        POSTED,
        "update invoices set net = net + {n}, gross = gross + {n} where id = '{invoice}'",
    ),
    ("posted invoice to somebody else", POSTED, "update invoices set customer_id = '{party}' where id = '{invoice}'"),
    ("posted invoice due later", POSTED, "update invoices set due_date = due_date + 30 where id = '{invoice}'"),
    (
        "posted invoice back to a draft",
        POSTED,
        "update invoices set status = 'draft', number = null, entry_id = null where id = '{invoice}'",
    ),
    ("deleted posted invoice", POSTED, "delete from invoices where id = '{invoice}'"),
    (
        "edited line of a posted invoice",
        POSTED,
        "update invoice_lines set unit_price = {n} where invoice_id = '{invoice}'",
    ),
    ("deleted line of a posted invoice", POSTED, "delete from invoice_lines where invoice_id = '{invoice}'"),
    (
        "line moved into a posted invoice",
        POSTED,
        "update invoice_lines set invoice_id = '{invoice}', line_no = 90 + line_no where invoice_id = '{draft}'",
    ),
    (
        "posted without a number",
        &["invoice_numbered_at_posting"],
        "update invoices set status = 'posted' where id = '{draft}'",
    ),
    (
        "numbered without being posted",
        &["invoice_numbered_at_posting"],
        "update invoices set number = 'INV-{u}' where id = '{draft}'",
    ),
    (
        "number of another invoice",
        &["invoice_number_unique"],
        "update invoices set status = 'posted', entry_id = '{posting}', number = (select number from invoices where id = '{invoice}') where id = '{draft}'",
    ),
    (
        "invoice that does not add up",
        &["invoice_adds_up"],
        "update invoices set gross = gross + {n} where id = '{draft}'",
    ),
    (
        "negative invoice",
        &["invoices_net_check", "invoices_gross_check", "invoice_adds_up"],
        "update invoices set net = -{n}, gross = -{n} + tax where id = '{draft}'",
    ),
    (
        "negative quantity",
        &["invoice_lines_quantity_check"],
        "update invoice_lines set quantity = -{n} where invoice_id = '{draft}'",
    ),
    (
        "number of another payment",
        &["payment_number_unique"],
        "insert into payments (org_id, id, number, party_id, date, amount, company_amount, currency, account_id, entry_id, created_at) select org_id, '{u}', number, party_id, date, amount, amount, currency, account_id, entry_id, now() from payments where id = '{payment}'",
    ),
    (
        "negative payment",
        &["payments_amount_check"],
        "insert into payments (org_id, id, number, party_id, date, amount, company_amount, currency, account_id, entry_id, created_at) select org_id, '{u}', 'PAY-{u}', party_id, date, -{n}, -{n}, currency, account_id, entry_id, now() from payments where id = '{payment}'",
    ),
    ("edited payment", DENIED, "update payments set amount = amount + {n} where id = '{payment}'"),
    ("deleted payment", DENIED, "delete from payments where id = '{payment}'"),
    (
        "number of another party",
        &["party_number_unique"],
        "update parties set number = (select p.number from parties p where p.id <> parties.id limit 1) where id = '{party}'",
    ),
    (
        "party that invoices name, deleted",
        FOREIGN_KEY,
        "delete from parties where id = (select customer_id from invoices where id = '{invoice}')",
    ),
    (
        "settled beyond its total",
        ALLOCATED,
        "insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, company_amount, source_company_amount, created_at) select i.org_id, '{u}', i.id, '{payment}', i.customer_id, i.date, i.gross + {n}, i.gross + {n}, i.gross + {n}, now() from invoices i where i.id = '{invoice}'",
    ),
    (
        "given more than was paid",
        ALLOCATED,
        "insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, company_amount, source_company_amount, created_at) select p.org_id, '{u}', '{invoice}', p.id, p.party_id, p.date, p.amount + {n}, p.amount + {n}, p.amount + {n}, now() from payments p where p.id = '{payment}'",
    ),
    (
        "allocation taken back for nothing",
        &["allocation_sign"],
        "insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, company_amount, source_company_amount, created_at) select p.org_id, '{u}', '{invoice}', p.id, p.party_id, p.date, -{n}, -{n}, -{n}, now() from payments p where p.id = '{payment}'",
    ),
    (
        "edited allocation",
        &["denied", "allocation_append_only"],
        "update allocations set amount = amount + {n} where id = '{allocation}'",
    ),
    ("deleted allocation", &["denied", "allocation_append_only"], "delete from allocations where id = '{allocation}'"),
];

const COMPANIES: &[Attack] = &[
    (
        "row for another company",
        DENIED,
        "insert into parties (org_id, id, number, name, name_key, kinds, created_at, updated_at) values ('{their org}', '{u}', 'P-{u}', 'x', 'x', '{customer}', now(), now())",
    ),
    (
        "row given to another company",
        &["id_immutable", "denied"],
        "update parties set org_id = '{their org}' where id = '{party}'",
    ),
    (
        "draft given to another company",
        &["id_immutable", "denied"],
        "update invoices set org_id = '{their org}' where id = '{draft}'",
    ),
    ("row with another id", &["id_immutable"], "update parties set id = '{u}' where id = '{party}'"),
    ("row of another company", NOTHING, "update parties set name = 'mine' where id = '{their party}'"),
    ("all rows of another company", NOTHING, "update invoices set memo = 'mine' where org_id = '{their org}'"),
    ("deleted row of another company", NOTHING, "delete from invoices where id = '{their invoice}'"),
    (
        "invoice to a party of another company",
        FOREIGN_KEY,
        "update invoices set customer_id = '{their party}' where id = '{draft}'",
    ),
    (
        "posting on an account of another company",
        FOREIGN_KEY,
        "{entry 'JE-{u}' {u}}; {line {u} 1 {their account} {n} 0}; {line {u} 2 {account} 0 {n}}",
    ),
    (
        "posting into an entry of another company",
        &["foreign key", "entry_complete"],
        "{line {their posting} 91 {account} {n} 0}",
    ),
    (
        "allocation to an invoice of another company",
        FOREIGN_KEY,
        "insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, company_amount, source_company_amount, created_at) select org_id, '{u}', '{their invoice}', id, party_id, date, 1, 1, 1, now() from payments where id = '{payment}'",
    ),
    (
        "call of another company",
        DENIED,
        "insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, created_at) values ('{their org}', '{u}', '{u}', 0, '{their user}', 'rest', false, 'x', 'x', 'write', '{}', '{}', 'x', now())",
    ),
    (
        "call of somebody of another company",
        FOREIGN_KEY,
        "insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, created_at) values ('{org}', '{u}', '{u}', 0, '{their user}', 'rest', false, 'x', 'x', 'write', '{}', '{}', 'x', now())",
    ),
    (
        "company changed in between, unbalanced there",
        &["entry_balances", "control_account", "control_account_party"],
        "{switch}; insert into entries (org_id, id, number, date, memo, source, source_id, created_at) values ('{their org}', '{u}', 'JE-{u}', '2026-03-16', '', 's', '{u}', now())",
    ),
    (
        "company changed in between, postings edited there",
        FROZEN,
        "{switch}; update entry_lines set debit = debit + {n} where id = '{their entry_line}'",
    ),
    (
        "company changed in between, posted invoice edited there",
        POSTED,
        "{switch}; update invoices set memo = 'x' where id = '{their invoice}'",
    ),
    (
        "company changed in between, record edited there",
        DENIED,
        "{switch}; update calls set sentence = 'x' where org_id = '{their org}'",
    ),
    (
        "entry here, lines there",
        &["foreign key", "entry_balances", "control_account", "control_account_party"],
        "{entry 'JE-{u}' {u}}; {switch}; insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit) values ('{their org}', gen_random_uuid(), '{u}', 1, '{their account}', '2026-03-16', 'EUR', {n}, 0)",
    ),
    (
        "company forgotten, then written",
        DENIED,
        "select set_config('steward.org', '', true); insert into parties (org_id, id, number, name, name_key, kinds, created_at, updated_at) values ('{org}', '{u}', 'P-{u}', 'x', 'x', '{customer}', now(), now())",
    ),
    (
        "company forgotten, then read and written",
        NOTHING,
        "select set_config('steward.org', '', true); update parties set name = 'x'",
    ),
    (
        "scope of a party, then the rest",
        NOTHING,
        "select set_config('steward.scope', '{u}', true); update invoices set memo = 'x' where status = 'draft'",
    ),
];

const RECORD: &[Attack] = &[
    (
        "change that nobody made",
        DENIED,
        "insert into changes (org_id, call_id, table_name, record_id, op) values ('{org}', '{u}', 'parties', '{party}', 'update')",
    ),
    ("change that says otherwise", DENIED, "update changes set after = '{}' where org_id = '{org}'"),
    ("change that is gone", DENIED, "delete from changes where org_id = '{org}'"),
    ("call that says otherwise", DENIED, "update calls set sentence = 'x', actor_id = '{user}' where id = '{call}'"),
    ("call that is gone", DENIED, "delete from calls where id = '{call}'"),
    (
        "call that was twice",
        &["calls_pkey", "calls_org_id_plan_id_position_key"],
        "insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, created_at) select org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, 'x', now() from calls where id = '{call}'",
    ),
    ("attempt that is gone", DENIED, "delete from attempts"),
    (
        "write outside a call",
        &["not null"],
        "select set_config('steward.call', '', true); update parties set phone = '{n}' where id = '{party}'",
    ),
    (
        "approval without anybody",
        &["decided_once", "foreign key"],
        "insert into approvals (org_id, id, maker_id, approver, status, surface, agent, plan, seed, business_date, business_time, effects_hash, title, effects, result, created_at, expires_at) values ('{org}', '{u}', '{user}', 'self', 'approved', 'rest', false, '{}', '', '2026-03-16', now(), '', '', '[]', '{}', now(), now())",
    ),
    ("numbers forgotten", DENIED, "delete from number_series where org_id = '{org}'"),
    (
        "numbers from nothing",
        &["number_series_last_check", "number_series_steps"],
        "update number_series set last = 0 where org_id = '{org}'",
    ),
    (
        "numbers given out again",
        &["number_series_steps"],
        "update number_series set last = last - 1 where org_id = '{org}'",
    ),
    (
        "numbers left out",
        &["number_series_steps"],
        "update number_series set last = last + 1 + {n} where org_id = '{org}'",
    ),
    (
        "series that begins late",
        &["number_series_steps"],
        "insert into number_series (org_id, series, year, last) values ('{org}', '{u}', 2026, 1 + {n})",
    ),
];

const DOORS: &[Attack] = &[
    ("truncate", DENIED, "truncate {table}"),
    ("truncate with all that follows", DENIED, "truncate parties cascade"),
    ("triggers off", DENIED, "alter table {table} disable trigger all"),
    ("row-level security off", DENIED, "alter table {table} disable row level security"),
    ("row-level security not for me", DENIED, "set local row_security = off; update {table} set org_id = org_id"),
    ("policy of one's own", DENIED, "create policy mine on {table} using (true)"),
    ("policy gone", DENIED, "drop policy organisation on {table}"),
    ("trigger gone", DENIED, "drop trigger captured_insert on {captured}"),
    ("constraint gone", DENIED, "alter table entry_lines drop constraint entry_line_one_side"),
    ("table gone", DENIED, "drop table {table} cascade"),
    (
        "function put in its place",
        DENIED,
        "create or replace function current_org() returns uuid language sql as $$ select null::uuid $$",
    ),
    ("table of one's own", DENIED, "create table mine (id int)"),
    ("as the owner", DENIED, "set local role steward_owner"),
    ("as whoever signs people in", DENIED, "set local role steward_login"),
    ("as another session", DENIED, "set session authorization steward_owner"),
    ("as a replica, which fires no triggers", DENIED, "set local session_replication_role = replica"),
    ("with the owner's rights", DENIED, "grant steward_owner to steward_app"),
    ("with more rights", &["denied", "no rows"], "grant all on {table} to public"),
    ("no longer held by row-level security", DENIED, "alter role steward_app bypassrls"),
    ("own roles", &["own_roles"], "update users set roles = roles || array['controller'] where id = current_person()"),
    ("address of people", DENIED, "update users set email = 'x@y.zz' where id = '{user}'"),
    ("people that are gone", DENIED, "delete from users where id = '{user}'"),
    ("passwords of people", DENIED, "select password_hash from users"),
    (
        "company of another currency",
        &["organization_fixed"],
        "update organizations set currency = 'USD' where id = '{org}'",
    ),
    (
        "company from nothing",
        DENIED,
        "insert into organizations (id, code, name, currency, zone, created_at) values ('{u}', 'x', 'x', 'EUR', 'UTC', now())",
    ),
    ("files of the machine", DENIED, "select pg_read_file('/etc/passwd')"),
    ("programs of the machine", DENIED, "copy (select 1) to program 'cat'"),
    ("in a block", DENIED, "do $$ begin execute 'truncate ' || 'entries'; end $$"),
    (
        "later than the check",
        &["entry_balances", "control_account", "control_account_party"],
        "set constraints all deferred; {entry 'JE-{u}' {u}}; {line {u} 1 {account} {n} 0}; {line {u} 2 {account} 0 {n}+1}",
    ),
];

/// Rows to attack with.
struct Rows {
    words: BTreeMap<String, Vec<String>>,
}

impl Rows {
    async fn of(world: &World) -> Self {
        let mut words: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (whose, code) in [("", "demo"), ("their ", "rival")] {
            for (word, sql) in [
                ("org", "select id from organizations where id = $1"),
                ("user", "select id from users where org_id = $1"),
                ("party", "select id from parties where org_id = $1"),
                ("account", "select id from accounts where org_id = $1 and not heading"),
                ("posting", "select id from entries where org_id = $1"),
                ("entry_line", "select id from entry_lines where org_id = $1"),
                ("invoice", "select id from invoices where org_id = $1 and status = 'posted'"),
                ("draft", "select id from invoices where org_id = $1 and status = 'draft'"),
                ("payment", "select id from payments where org_id = $1"),
                ("allocation", "select id from allocations where org_id = $1"),
                ("call", "select id from calls where org_id = $1"),
            ] {
                let org: Uuid = sqlx::query_scalar("select id from organizations where code = $1")
                    .bind(code)
                    .fetch_one(&world.owner)
                    .await
                    .unwrap();
                let rows: Vec<Uuid> = sqlx::query_scalar(sql).bind(org).fetch_all(&world.owner).await.unwrap();
                words.insert(format!("{whose}{word}"), rows.iter().map(Uuid::to_string).collect());
            }
        }
        let tables = "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and a.attgenerated = ''
                      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'";
        words.insert("table".into(), sqlx::query_scalar(tables).fetch_all(&world.owner).await.unwrap());
        let captured = "select distinct c.relname::text from pg_class c join pg_trigger t on t.tgrelid = c.oid and t.tgname = 'captured_insert'";
        words.insert("captured".into(), sqlx::query_scalar(captured).fetch_all(&world.owner).await.unwrap());
        Self { words }
    }

    /// The statements of one attempt. Every `{u}` in it is the same new id.
    fn attempt(&self, template: &str, dice: &mut Dice) -> String {
        let mut sql =
            template.replace("{u}", &Uuid::now_v7().to_string()).replace("{n}", &(1 + dice.below(90_000)).to_string());
        sql = sql.replace("{switch}", "select set_config('steward.org', '{their org}', true)");
        for (word, rows) in &self.words {
            let token = format!("{{{word}}}");
            while sql.contains(&token) {
                sql = sql.replacen(&token, dice.pick(rows).as_str(), 1);
            }
        }
        let mut statements = String::new();
        for statement in sql.split("; ") {
            let words: Vec<&str> = statement.trim_matches(['{', '}']).split(' ').collect();
            statements.push_str(&match words.as_slice() {
                ["entry", number @ .., id] if statement.starts_with('{') => format!(
                    "insert into entries (org_id, id, number, date, memo, source, source_id, created_at) values (current_org(), '{id}', {}, '2026-03-16', '', 's', '{id}', now())",
                    number.join(" ")
                ),
                ["line", entry, no, account, debit, credit] if statement.starts_with('{') => format!(
                    "insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit) values (current_org(), gen_random_uuid(), '{entry}', {no}, '{account}', coalesce((select date from entries where id = '{entry}'), '2026-03-16'), 'EUR', {debit}, {credit})"
                ),
                _ => statement.to_owned(),
            });
            statements.push(';');
        }
        statements
    }
}

/// What came of it: the name of what stopped it, or that it committed.
pub(super) async fn attempt(connection: &mut PgConnection, enter: &str, sql: &str) -> String {
    let mut tx = connection.begin().await.unwrap();
    tx.execute(sqlx::AssertSqlSafe(enter.to_owned())).await.unwrap();
    // several statements at once: what counts is the last one
    let ran = async {
        let mut rows = 0;
        for statement in sql.split(';').filter(|statement| !statement.trim().is_empty() && !sql.contains("$$")) {
            rows = tx.execute(sqlx::AssertSqlSafe(statement.to_owned())).await?.rows_affected();
        }
        if sql.contains("$$") {
            tx.execute(sqlx::AssertSqlSafe(sql.to_owned())).await?;
        }
        tx.commit().await?;
        Ok::<_, sqlx::Error>(rows)
    };
    match ran.await {
        Ok(0) => "no rows".to_owned(),
        Ok(rows) => format!("COMMITTED {rows} rows"),
        Err(error) => {
            let error = error.into_database_error().unwrap();
            let code = error.code().unwrap_or_default().into_owned();
            match (code.as_str(), error.constraint()) {
                ("42501", _) => "denied".to_owned(),
                ("23503", _) => "foreign key".to_owned(),
                ("23502", _) => "not null".to_owned(),
                (_, Some(name)) => name.to_owned(),
                _ => format!("{code} {error}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_the_application_role_tries_in_sql_commits() {
    let world = World::new().await;
    let admin = world.person("admin").await;
    let rows = Rows::of(&world).await;
    let enter = format!(
        "select begin_call('{}', '{}', 'org', {}, gen_random_uuid(), 1000, null, null, null)",
        admin.principal.org, admin.principal.id, admin.principal.rights_version
    );
    let (before, guarded) = (ids::fingerprint(&world.owner, &[]).await, schema(&world).await);
    let mut connection = stranger(&world).await;
    let mut dice = Dice::of(4);
    let since = Instant::now();
    let (mut tried, mut unheld): (usize, BTreeMap<&str, String>) = (0, BTreeMap::new());
    let attacks: Vec<&Attack> = [ENTRIES, DOCUMENTS, COMPANIES, RECORD, DOORS].into_iter().flatten().collect();
    for (name, stopped_by, template) in &attacks {
        for _ in 0..size(10, 120) {
            let sql = rows.attempt(template, &mut dice);
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
    assert_eq!(ids::fingerprint(&world.owner, &[]).await, before, "something changed all the same");
    assert_eq!(schema(&world).await, guarded, "a guard is not what it was");
}

/// Whatever guards the rows: rights, policies, triggers, functions.
pub(super) async fn schema(world: &World) -> String {
    let sql = "select md5(string_agg(x, '|' order by x)) from (
        select c.relname::text || coalesce(c.relacl::text, '') || c.relrowsecurity::text || c.relforcerowsecurity::text || c.relowner::text from pg_class c where c.relnamespace = 'public'::regnamespace
        union all select tgname::text || tgenabled::text || tgrelid::text from pg_trigger
        union all select polname::text || polrelid::text || polroles::text || coalesce(pg_get_expr(polqual, polrelid), '') from pg_policy
        union all select proname::text || prosrc || coalesce(proacl::text, '') from pg_proc where pronamespace = 'public'::regnamespace
        union all select r.rolname::text || r.rolsuper::text || r.rolbypassrls::text || (exists (select from pg_auth_members m where m.member = r.oid))::text from pg_roles r) guards (x)";
    sqlx::query_scalar(sql).fetch_one(&world.owner).await.unwrap()
}
