//! The transaction of a call. Round trips decide how fast a call is, so its ends take one each: the message that begins it
//! also sets whose rows are seen and answers whether the call may go on; the one that ends it also writes the record.
//!
//! Such a message is text, with its values in it: this is the one place that formats SQL. Values are ids, numbers, and
//! texts that [`quoted`] has quoted; everything else in the product is checked when it is compiled.

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Postgres};

use crate::measure::{COMMIT, GATE};

/// How many connections that turn out to be dead a call puts aside before it gives up.
const DEAD: u32 = 3;

/// An open transaction. Dropped without an end it is rolled back, and nobody waits for that.
pub(crate) struct Tx {
    held: Option<PoolConnection<Postgres>>,
}

impl Tx {
    /// Begins with this statement (a `select … from …`) in the same message, and answers its row. A connection that died
    /// while nobody used it is replaced: nothing has happened on it. So is one on which a transaction is open already: to
    /// begin would go on with somebody else's.
    pub(crate) async fn begin(pool: &PgPool, first: &str) -> sqlx::Result<(Self, PgRow)> {
        let mut dead = 0;
        loop {
            let mut tx = Self { held: Some(pool.acquire().await?) };
            let message = AssertSqlSafe(format!("begin; {first} where now() = statement_timestamp()"));
            match sqlx::raw_sql(message).fetch_one(tx.connection()).await {
                Ok(row) => return Ok((tx, row)),
                Err(error) if dead < DEAD && is_dead(&error) => {
                    dead += 1;
                    tx.forget();
                }
                Err(error) => return Err(error),
            }
        }
    }
    /// The connection.
    #[expect(clippy::expect_used, reason = "it is taken out only where the transaction ends, and goes with it")]
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.held.as_mut().expect("a transaction that has not ended")
    }
    /// Commits, with this statement before it in the same message. What it says stays out of logs: slow statements are
    /// logged with their text, and here the values are in the text.
    #[tracing::instrument(name = COMMIT, target = GATE, level = "debug", skip_all)]
    pub(crate) async fn commit_with(mut self, last: &str) -> sqlx::Result<()> {
        let message = AssertSqlSafe(format!("{last}; commit"));
        // the one way to send a text that is not logged. It is made for beginnings, so it complains where no transaction
        // is open afterwards: that is how an end looks
        match self.connection().begin_with(message).await {
            Err(sqlx::Error::BeginFailed) => {}
            Err(error) => return Err(error),
            Ok(still_open) => {
                still_open.rollback().await?;
                return Err(sqlx::Error::Protocol("a transaction was open after its end".to_owned()));
            }
        }
        drop(self.held.take());
        Ok(())
    }
    /// Rolls back, and waits for it.
    pub(crate) async fn rollback(mut self) -> sqlx::Result<()> {
        self.connection().execute("rollback").await?;
        drop(self.held.take());
        Ok(())
    }
    /// Closes the connection instead of giving it back.
    fn forget(mut self) {
        if let Some(mut connection) = self.held.take() {
            connection.close_on_drop();
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut connection) = self.held.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return connection.close_on_drop() };
        // in full, before the pool has it again: what was under way on it may still have to end
        runtime.spawn(async move {
            if connection.execute("rollback").await.is_err() {
                connection.close_on_drop();
            }
        });
    }
}

/// Whether the connection is of no use: the server has hung up, or a transaction was left open on it. What was sent last
/// has not been begun.
fn is_dead(error: &sqlx::Error) -> bool {
    match error {
        // no row comes where the transaction began before this message
        sqlx::Error::Io(_) | sqlx::Error::RowNotFound => true,
        // terminated by an administrator, crashed, or shutting down; or one that was left open had failed
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P0") || code == "25P02"),
        _ => false,
    }
}

/// A text as a literal, whatever it contains and however the server is set up to read backslashes.
pub(crate) fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + text.len() / 16 + 3);
    literal.push_str("e'");
    for c in text.chars() {
        if matches!(c, '\'' | '\\') {
            literal.push(c);
        }
        literal.push(c);
    }
    literal.push('\'');
    literal
}

/// A value that may be absent.
pub(crate) fn quoted_or_null(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_quotes() {
        assert_eq!(quoted("plain"), "e'plain'");
        assert_eq!(quoted("it's"), "e'it''s'");
        assert_eq!(quoted(r"a\"), r"e'a\\'");
        assert_eq!(quoted(r"\'; commit; --"), r"e'\\''; commit; --'");
        assert_eq!(quoted_or_null(None), "null");
    }
}
