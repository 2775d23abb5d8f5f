//! `accounting.accounts.list`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Ref, Result, limit, name_key};

pub use super::AccountType;
use super::{Account, AccountName, AccountView};

/// List the accounts of the chart, by code.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the code or name.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only accounts of this type.
    pub r#type: Option<AccountType>,
    /// Only what stands under this heading, at whatever level: code, name or id.
    pub parent: Option<Ref<Account>>,
    /// Only headings, or only what is posted to.
    pub heading: Option<bool>,
    /// Archived ones instead of those in use.
    pub archived: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

/// An account of the chart.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct AccountRow(pub AccountView);

impl Listed for AccountRow {
    const NOUN: (&'static str, &'static str) = ("account", "accounts");
}

impl Operation for List {
    const NAME: &'static str = "accounting.accounts.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<AccountRow>;

    async fn run(self, cx: &mut Cx) -> Result<Page<AccountRow>> {
        let org = cx.org();
        let wanted = limit(self.limit);
        let after: Option<String> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = sqlx::query!(
            r#"with recursive under as (
                   select a.id from accounts a where a.org_id = $1 and a.parent_id = $5
                   union select a.id from accounts a join under u on a.org_id = $1 and a.parent_id = u.id)
               select a.id, a.version, a.code, a.name, a.type as "type", a.heading, a.purpose, a.control, a.archived_at is not null as "archived!",
                   p.id as "parent?", p.code as "parent_code?", p.name as "parent_name?"
               from accounts a left join accounts p on p.org_id = a.org_id and p.id = a.parent_id
               where a.org_id = $1 and ($2::text is null or position($2 in a.name_key) > 0 or starts_with(a.code, $2))
                 and ($3::text is null or a.type = $3) and ($4::text is null or a.code > $4)
                 and ($5::uuid is null or a.id in (select id from under)) and ($6::bool is null or a.heading = $6)
                 and (a.archived_at is not null) = $7
               order by a.code limit $8"#,
            org,
            self.q.as_deref().map(name_key),
            self.r#type.map(AccountType::as_str),
            after,
            self.parent.map(|parent| parent.id),
            self.heading,
            self.archived == Some(true),
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        let rows = rows.into_iter().map(|row| {
            let parent = row.parent.zip(row.parent_code).zip(row.parent_name);
            AccountRow(AccountView {
                id: row.id,
                version: row.version,
                code: row.code,
                name: row.name,
                r#type: row.r#type,
                heading: row.heading,
                parent: parent.map(|((id, code), name)| AccountName { id, code, name }),
                purpose: row.purpose,
                control: row.control,
                archived: row.archived,
            })
        });
        Page::of(rows.collect(), wanted, |row| row.0.code.clone())
    }
}
