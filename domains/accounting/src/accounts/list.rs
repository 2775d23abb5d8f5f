//! `accounting.accounts.list`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit, name_key};
use uuid::Uuid;

/// What an account holds.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum AccountType {
    /// What we have.
    Asset,
    /// What we owe.
    Liability,
    /// What belongs to the owners.
    Equity,
    /// What we earn.
    Income,
    /// What we spend.
    Expense,
}

impl AccountType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Asset => "asset",
            Self::Liability => "liability",
            Self::Equity => "equity",
            Self::Income => "income",
            Self::Expense => "expense",
        }
    }
}

/// List the accounts of the chart, by code.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Part of the code or name.
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// Only accounts of this type.
    pub r#type: Option<AccountType>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

/// An account of the chart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccountRow {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// asset, liability, equity, income or expense.
    #[schemars(with = "AccountType")]
    pub r#type: String,
    /// What postings use it for when nobody names an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
}

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
        let rows = sqlx::query_as!(
            AccountRow,
            r#"select id, code, name, type as "type", purpose from accounts
               where org_id = $1 and ($2::text is null or position($2 in name_key) > 0 or starts_with(code, $2))
                 and ($3::text is null or type = $3) and ($4::text is null or code > $4)
               order by code limit $5"#,
            org,
            self.q.as_deref().map(name_key),
            self.r#type.map(AccountType::as_str),
            after,
            wanted + 1
        )
        .fetch_all(cx.db())
        .await?;
        Page::of(rows, wanted, |row| row.code.clone())
    }
}
