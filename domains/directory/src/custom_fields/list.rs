//! `directory.custom_fields.list`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};

use super::CustomFieldView;

/// List the fields that the organisation has added to its records.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only those of this kind of record, such as directory.parties.
    #[schemars(length(max = 100))]
    pub entity: Option<String>,
    /// Only archived ones, or only those that are not.
    pub archived: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for CustomFieldView {
    const NOUN: (&'static str, &'static str) = ("custom field", "custom fields");
}

impl Operation for List {
    const NAME: &'static str = "directory.custom_fields.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<CustomFieldView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<CustomFieldView>> {
        let org = cx.org();
        let rows_wanted = limit(self.limit);
        let after: Option<(String, String)> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let (after_entity, after_key) = after.unzip();
        let rows = sqlx::query_as!(
            CustomFieldView,
            r#"select id, version, entity, key, label, type as kind, choices, required, help, archived_at is not null as "archived!"
               from custom_fields
               where org_id = $1 and ($2::text is null or entity = $2) and ($3::bool is null or (archived_at is not null) = $3)
                 and ($4::text is null or (entity, key) > ($4, $5))
               order by entity, key limit $6"#,
            org,
            self.entity,
            self.archived,
            after_entity,
            after_key,
            rows_wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        Page::of(rows, rows_wanted, |row| (row.entity.clone(), row.key.clone()))
    }
}
