//! `directory.parties.list`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit, name_key};
use uuid::Uuid;

use super::{PartyKind, PartyView};

/// List parties: customers and vendors, by name.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the name, number or e-mail.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only customers, or only vendors.
    pub kind: Option<PartyKind>,
    /// Those that are archived, in place of those in use.
    pub archived: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
    /// Also count all rows (to 10,000).
    pub total: Option<bool>,
}

impl Listed for PartyView {
    const NOUN: (&'static str, &'static str) = ("party", "parties");
}

impl Operation for List {
    const NAME: &'static str = "directory.parties.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<PartyView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<PartyView>> {
        let org = cx.org();
        let rows_wanted = limit(self.limit);
        let after: Option<(String, Uuid)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_key, after_id) = after.unzip();
        let key = self.q.as_deref().map(name_key);
        let kind = self.kind.map(PartyKind::as_str);
        let archived = self.archived == Some(true);
        let rows = sqlx::query_as!(
            PartyView,
            r#"select id, version, number, name, kinds, email, phone, tags, archived_at is not null as "archived!" from parties
             where org_id = $1 and (archived_at is not null) = $8
               and ($2::text is null or position($2 in name_key) > 0 or number = upper($3) or position(lower($3) in lower(email)) > 0)
               and ($4::text is null or $4 = any (kinds))
               and ($5::text is null or (name_key, id) > ($5, $6))
             order by name_key, id limit $7"#,
            org, key, self.q, kind, after_key, after_id, rows_wanted + 1, archived
        )
        .fetch_all(cx.db())
        .await?;
        let count = if self.total == Some(true) {
            sqlx::query_scalar!(
                "select count(*) from (select from parties
                 where org_id = $1 and (archived_at is not null) = $5
                   and ($2::text is null or position($2 in name_key) > 0 or number = upper($3) or position(lower($3) in lower(email)) > 0)
                   and ($4::text is null or $4 = any (kinds)) limit 10001) c",
                org, key, self.q, kind, archived
            )
            .fetch_one(cx.db())
            .await?
        } else {
            None
        };
        Ok(Page::of(rows, rows_wanted, |row| (name_key(&row.name), row.id))?.counted(count))
    }
}
