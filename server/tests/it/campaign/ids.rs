//! Whose ids are whose.

use std::collections::HashMap;

use sqlx::PgPool;
use uuid::Uuid;

/// Every table that has rows of organisations, with whether its rows have ids.
async fn tables(owner: &PgPool) -> Vec<(String, bool)> {
    sqlx::query_as(
        "select c.relname::text, exists (select from pg_attribute i where i.attrelid = c.oid and i.attname = 'id' and i.atttypid = 'uuid'::regtype)
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1",
    )
    .fetch_all(owner)
    .await
    .unwrap()
}

/// The organisation of every id in the database.
pub async fn owners(owner: &PgPool) -> HashMap<Uuid, Uuid> {
    let mut all = HashMap::new();
    for (table, has_id) in tables(owner).await {
        if has_id {
            let sql = format!("select id, org_id from {table}");
            let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(owner).await.unwrap();
            all.extend(rows);
        }
    }
    all
}

/// The ids of one organisation, by table.
pub async fn by_table(owner: &PgPool, org: Uuid) -> HashMap<String, Vec<Uuid>> {
    let mut all = HashMap::new();
    for (table, has_id) in tables(owner).await {
        if has_id {
            let sql = format!("select id from {table} where org_id = $1 order by id limit 400");
            let rows: Vec<Uuid> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(org).fetch_all(owner).await.unwrap();
            all.insert(table, rows);
        }
    }
    all
}

/// A statement that tells how many tables show anything to whoever runs it.
pub async fn visible(owner: &PgPool) -> String {
    let readable: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
             and has_any_column_privilege('steward_app', c.oid, 'select') order by 1",
    )
    .fetch_all(owner)
    .await
    .unwrap();
    assert!(readable.len() > 10);
    let counted: Vec<String> =
        readable.iter().map(|table| format!("(select count(*) from (select from {table} limit 1) x)")).collect();
    format!("select {}, coalesce(current_setting('steward.org', true), '')", counted.join(" + "))
}

/// How many rows each table has, numbers drawn and a fingerprint of every row: what a refusal must leave as it was.
pub async fn fingerprint(owner: &PgPool, without: &[&str]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (table, _) in tables(owner).await {
        if !without.contains(&table.as_str()) {
            let sql = format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t");
            let print: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(owner).await.unwrap();
            all.push((table, print));
        }
    }
    all
}

/// Every id in a text.
pub fn in_text(text: &str) -> Vec<Uuid> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at + 36 <= bytes.len() {
        let part = &bytes[at..at + 36];
        if part[8] == b'-'
            && part[13] == b'-'
            && part[18] == b'-'
            && part[23] == b'-'
            && let Ok(id) = Uuid::try_parse_ascii(part)
        {
            found.push(id);
            at += 36;
        } else {
            at += 1;
        }
    }
    found
}
