//! `directory.api_keys.list`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use super::{ApiKeyView, sees_all};
use crate::KEYS;

/// List API keys: your own, or all of them for administrators.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only your own.
    pub mine: Option<bool>,
    /// Also revoked ones.
    pub revoked: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for ApiKeyView {
    const NOUN: (&'static str, &'static str) = ("API key", "API keys");
}

impl Operation for List {
    const NAME: &'static str = "directory.api_keys.list";
    const EFFECT: Effect = Effect::Read;
    const GROUP: Option<&'static str> = Some(KEYS);
    type Output = Page<ApiKeyView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<ApiKeyView>> {
        let (org, me, rows_wanted) = (cx.org(), cx.who().id, limit(self.limit));
        let all = sees_all(cx) && self.mine != Some(true);
        let before: Option<Uuid> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = sqlx::query_as!(
            ApiKeyView,
            r#"select k.id, k.name, k.prefix, u.email as owner, k.scopes, k.expires_on, s.last_used_at as "last_used_at?", k.revoked_at
               from api_keys k join users u on u.org_id = k.org_id and u.id = k.user_id
                   left join api_key_uses s on s.org_id = k.org_id and s.id = k.id
               where k.org_id = $1 and (k.user_id = $2 or $3) and ($4 or k.revoked_at is null) and ($5::uuid is null or k.id < $5)
               order by k.id desc limit $6"#,
            org, me, all, self.revoked == Some(true), before, rows_wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        Page::of(rows, rows_wanted, |row| row.id)
    }
}
