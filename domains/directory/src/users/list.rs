//! `directory.users.list`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};
use uuid::Uuid;

use super::{Row, UserStatus, UserView};

/// List user accounts with their roles.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the user's name or sign-in address.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only users with this role.
    #[schemars(length(max = 50))]
    pub role: Option<String>,
    /// Only invited, active or disabled users.
    pub status: Option<UserStatus>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
    /// Also count all rows (to 10,000).
    pub total: Option<bool>,
}

impl Listed for UserView {
    const NOUN: (&'static str, &'static str) = ("user", "users");
}

impl Operation for List {
    const NAME: &'static str = "directory.users.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<UserView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<UserView>> {
        let (org, rows_wanted) = (cx.org(), limit(self.limit));
        let after: Option<(String, Uuid)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_name, after_id) = after.unzip();
        let status = self.status.map(UserStatus::as_str);
        let rows = sqlx::query_as!(
            Row,
            r#"select u.id, u.version, u.email, u.name, u.roles, u.active, u.has_password as "has_password!", u.party_id,
                   p.number as "party_number?", p.name as "party_name?"
               from users u left join parties p on p.org_id = u.org_id and p.id = u.party_id
               where u.org_id = $1
                 and ($2::text is null or position(lower($2) in lower(u.name)) > 0 or position(lower($2) in u.email) > 0)
                 and ($3::text is null or $3 = any (u.roles))
                 and ($4::text is null or $4 = case when not u.active then 'disabled' when u.has_password then 'active' else 'invited' end)
                 and ($5::text is null or (u.name, u.id) > ($5, $6))
               order by u.name, u.id limit $7"#,
            org, self.q, self.role, status, after_name, after_id, rows_wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        let count = if self.total == Some(true) {
            sqlx::query_scalar!(
                "select count(*) from (select from users u
                 where u.org_id = $1
                   and ($2::text is null or position(lower($2) in lower(u.name)) > 0 or position(lower($2) in u.email) > 0)
                   and ($3::text is null or $3 = any (u.roles))
                   and ($4::text is null or $4 = case when not u.active then 'disabled' when u.has_password then 'active' else 'invited' end)
                 limit 10001) c",
                org, self.q, self.role, status
            )
            .fetch_one(cx.db())
            .await?
        } else {
            None
        };
        let rows: Vec<UserView> = rows.into_iter().map(UserView::from).collect();
        Ok(Page::of(rows, rows_wanted, |row| (row.name.clone(), row.id))?.counted(count))
    }
}
