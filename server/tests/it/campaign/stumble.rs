//! `directory.parties.stumble`: an operation that writes and then goes wrong, in every way that an operation can.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_directory::parties::Party;
use steward_tools::{Cx, Effect, Kind, Operation, Ref, Refusal, Result};
use uuid::Uuid;

/// Tag a party and then stumble, for tests only.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stumble {
    /// The party to tag first.
    pub id: Ref<Party>,
    /// What goes wrong then.
    pub how: How,
    /// How long it dawdles before, in milliseconds.
    pub ms: Option<u64>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Nothing.
    Not,
    /// The code panics.
    Panic,
    /// It is refused.
    Refuse,
    /// A statement takes too long.
    TimeOut,
    /// The database ends the connection.
    Kill,
    /// It posts an entry whose debits are not its credits.
    Unbalanced,
    /// It asks for a table that is not there.
    Nonsense,
}

/// The party.
#[derive(Serialize, JsonSchema)]
pub struct Stumbled {
    /// Its id.
    pub id: Uuid,
}

impl fmt::Display for Stumbled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stumbled over {}.", self.id)
    }
}

const UNBALANCED: &str = "with e as (insert into entries (org_id, id, number, date, memo, source, source_id, created_at)
        values (current_org(), gen_random_uuid(), 'JE-' || gen_random_uuid(), '2026-03-16', '', 's', gen_random_uuid(), now()) returning id)
    insert into entry_lines (org_id, id, entry_id, line_no, account_id, date, currency, debit, credit)
    select current_org(), gen_random_uuid(), e.id, n, (select id from accounts where not heading limit 1), '2026-03-16', 'EUR', 100 * (2 - n), 90 * (n - 1)
    from e, generate_series(1, 2) n";

impl Operation for Stumble {
    const NAME: &'static str = "directory.parties.stumble";
    const EFFECT: Effect = Effect::Write;
    type Output = Stumbled;

    async fn run(self, cx: &mut Cx) -> Result<Stumbled> {
        let id = self.id.id;
        sqlx::query(
            "update parties set tags = array[$3], version = version + 1 where org_id = $1 and id = $2 returning id",
        )
        .bind(cx.org())
        .bind(id)
        .bind(cx.call_id().to_string())
        .fetch_optional(cx.db())
        .await?
        .ok_or_else(|| Refusal::not_found("party"))?;
        if let Some(ms) = self.ms {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        let statements: &[&str] = match self.how {
            How::Not => &[],
            // as a panic, without the noise
            How::Panic => std::panic::resume_unwind(Box::new("an operation stumbled")),
            How::Refuse => return Err(Refusal::new(Kind::Conflict, "stumbled", "It stumbled.").into()),
            How::TimeOut => &["set local statement_timeout = 1", "select pg_sleep(5)"],
            How::Kill => &["select pg_terminate_backend(pg_backend_pid())"],
            How::Unbalanced => &[UNBALANCED],
            How::Nonsense => &["select * from nowhere"],
        };
        for statement in statements {
            sqlx::query(*statement).execute(cx.db()).await?;
        }
        Ok(Stumbled { id })
    }
}
