//! Taking the demo companies away again, and nothing else: as the owner, in one transaction.

use sqlx::{AssertSqlSafe, Executor as _, PgConnection, PgPool};
use steward_tools::{Error, Result};
use uuid::Uuid;

use super::COMPANIES;

/// Why nothing was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Servers are using the database.
    #[error("servers are using the database")]
    InUse,
    /// An organisation of that code is somebody's own.
    #[error("the organisation called {0} is not one that was seeded")]
    Own(&'static str),
}

/// Deletes everything of the demo companies that there are, and answers their ids: files of theirs may follow. Refuses, and
/// leaves everything, where servers use the database or where an organisation of that name is not the demo's.
pub async fn reset(owner: &PgPool) -> Result<std::result::Result<Vec<Uuid>, Refused>> {
    let mut tx = owner.begin().await?;
    if served(&mut tx).await? {
        return Ok(Err(Refused::InUse));
    }
    let mut ours = Vec::new();
    for (code, admin) in COMPANIES {
        let row = sqlx::query!(
            r#"select o.id, exists (select from users u where u.org_id = o.id and u.email = $2) as "ours!"
               from organizations o where o.code = $1"#,
            code,
            admin
        )
        .fetch_optional(&mut *tx)
        .await?;
        match row {
            None => {}
            Some(row) if row.ours => ours.push(row.id),
            Some(_) => return Ok(Err(Refused::Own(code))),
        }
    }
    let tables = tables(&mut tx).await?;
    // What was posted never changes: triggers say so. The owner lets them stand still for this transaction, which no other
    // role can; the tables are locked meanwhile, so that nobody else passes by. Foreign keys hold all the while.
    switch(&mut tx, &tables, "disable").await?;
    for table in &tables {
        let key = if table == "organizations" { "id" } else { "org_id" };
        let sql = format!("delete from {table} where {key} = any ($1)");
        sqlx::query(AssertSqlSafe(sql)).bind(&ours).execute(&mut *tx).await?;
    }
    switch(&mut tx, &tables, "enable").await?;
    tx.commit().await?;
    Ok(Ok(ours))
}

/// Lets the database count what it holds: until it does so by itself, it plans as if tables were empty, and reports over two
/// years of books run into the limit of a statement.
pub(super) async fn analyse(owner: &PgPool) -> Result<()> {
    let mut connection = owner.acquire().await?;
    let tables = tables(&mut connection).await?;
    connection.execute(AssertSqlSafe(format!("analyze {}", tables.join(", ")))).await?;
    Ok(())
}

/// Whether somebody serves this database, from here or from elsewhere.
async fn served(connection: &mut PgConnection) -> Result<bool> {
    let served = sqlx::query_scalar!(
        r#"select exists (select from pg_stat_activity where datname = current_database() and application_name = 'steward'
               and pid <> pg_backend_pid()) as "served!""#
    )
    .fetch_one(connection)
    .await?;
    Ok(served)
}

async fn switch(connection: &mut PgConnection, tables: &[String], how: &str) -> Result<()> {
    for table in tables {
        connection.execute(AssertSqlSafe(format!("alter table {table} {how} trigger user"))).await?;
    }
    Ok(())
}

/// Every table that holds rows of organisations, those that refer to others before them. Quoted where it is needed.
async fn tables(connection: &mut PgConnection) -> Result<Vec<String>> {
    let rows = sqlx::query!(
        r#"select c.oid::regclass::text as "name!",
               array(select distinct f.conrelid::regclass::text from pg_constraint f
                     where f.contype = 'f' and f.confrelid = c.oid and f.conrelid <> c.oid) as "referring!: Vec<String>"
           from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
           where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1"#
    )
    .fetch_all(connection)
    .await?;
    let mut left: Vec<(String, Vec<String>)> = rows.into_iter().map(|row| (row.name, row.referring)).collect();
    let mut sorted = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let free = |(_, referring): &(String, Vec<String>)| referring.iter().all(|table| sorted.contains(table));
        let at = left.iter().position(free).ok_or_else(|| Error::internal("tables refer to each other in a circle"))?;
        sorted.push(left.remove(at).0);
    }
    Ok(sorted)
}
