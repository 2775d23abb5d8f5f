//! The chart of accounts.

pub mod list;

use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use steward_tools::{Cx, Entity, Match, Result, name_key};
use uuid::Uuid;

/// An account, by id, code or name.
pub struct Account;

/// An account as documents and reports name it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(extend("x-ref" = Account::NAME))]
pub struct AccountName {
    /// Its id.
    pub id: Uuid,
    /// Its code in the chart.
    pub code: String,
    /// Its name.
    pub name: String,
}

impl Entity for Account {
    const NAME: &'static str = "accounting.accounts";
    const NOUN: &'static str = "account";

    fn find<'a>(cx: &'a mut Cx, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Match>>> {
        Box::pin(async move {
            let org = cx.org();
            let keys: Vec<String> = texts.iter().map(|text| name_key(text)).collect();
            let rows = sqlx::query!(
                r#"select a.i as "i!", c.id as "id!", c.code as "code!", c.name as "name!", (c.code = a.text or c.name_key = a.key) as "exact!"
                   from unnest($2::text[], $3::text[]) with ordinality as a (text, key, i)
                   join accounts c on c.org_id = $1
                       and (c.code = a.text or c.name_key = a.key or word_similarity(a.key, c.name_key) > 0.4 or starts_with(c.code, a.text))
                   order by 1, word_similarity(a.key, c.name_key) desc, c.code"#,
                org, texts, &keys
            )
            .fetch_all(cx.db())
            .await?;
            let found =
                rows.into_iter().map(|row| Match::of(row.i, row.id, format!("{} {}", row.code, row.name), row.exact));
            Ok(found.collect())
        })
    }
}
