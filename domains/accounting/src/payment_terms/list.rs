//! `accounting.payment_terms.list`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cursor, Cx, Effect, Listed, Operation, Page, Result, limit};

use super::{PaymentTermView, rows};

/// List the payment terms that documents can have.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Those that are archived, in place of those in use.
    pub archived: Option<bool>,
    /// Rows of a page: 50 unless told, 200 at most.
    pub limit: Option<u16>,
    /// Where the next page starts: `next_cursor` of the page before.
    pub cursor: Option<Cursor>,
}

impl Listed for PaymentTermView {
    const NOUN: (&'static str, &'static str) = ("payment term", "payment terms");
}

impl Operation for List {
    const NAME: &'static str = "accounting.payment_terms.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<PaymentTermView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<PaymentTermView>> {
        let wanted = limit(self.limit);
        let after: Option<String> = self.cursor.as_ref().map(Cursor::key).transpose()?;
        let rows = rows(cx, None, self.archived == Some(true), after, wanted + 1).await?;
        Page::of(rows, wanted, |row| row.code.clone())
    }
}
