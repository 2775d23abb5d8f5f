//! `accounting.tax_codes.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call};

use super::{TaxCode, TaxCodeView, UsedOn, day, runs, tax_account, view};
use crate::accounts::Account;
use crate::shared::{changed_meanwhile, checked_name, kept};

/// Change a tax code: its name, note, accounts, or when and where it is used.
///
/// Its rate changes with `accounting.tax_codes.set_rate`. Posted documents stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The tax code: its code or id.
    pub id: Ref<TaxCode>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// What people call it.
    #[schemars(length(min = 1, max = 100))]
    pub name: Option<String>,
    /// The documents it goes on: sale, purchase or both.
    pub used_on: Option<UsedOn>,
    /// Where the tax that we owe is posted.
    pub account: Option<Ref<Account>>,
    /// Where the tax that we get back is posted.
    pub input_account: Option<Ref<Account>>,
    /// What documents say of it; empty for nothing.
    #[schemars(length(max = 300))]
    pub note: Option<String>,
    /// The first day of documents that it goes on (YYYY-MM-DD); empty for any.
    #[schemars(length(max = 10))]
    pub valid_from: Option<String>,
    /// The last such day (YYYY-MM-DD); empty for any.
    #[schemars(length(max = 10))]
    pub valid_to: Option<String>,
}

/// The tax code as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Updated(pub TaxCodeView);

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed tax code {}", self.0)
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.tax_codes.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let (org, id, now) = (cx.org(), self.id.id, cx.now());
        let before = view(cx, id).await?;
        cx.expect_version_of("tax_codes", id, self.version, before.version).await?;
        let used_on = self.used_on.map_or(before.used_on.clone(), |used_on| used_on.as_str().to_owned());
        if before.default && used_on != "both" {
            let detail = format!("{} is the default and goes on every document.", before.code);
            return Err(Refusal::conflict("default_tax_code", detail)
                .fix("Make another one the default first.")
                .into());
        }
        let account = match self.account {
            Some(account) => Some(tax_account(cx, account.id, "/account").await?),
            None => None,
        };
        let input = match self.input_account {
            Some(account) => Some(tax_account(cx, account.id, "/input_account").await?),
            None => None,
        };
        let valid_from = self.valid_from.map_or(Ok(before.valid_from), |text| day(&text, "/valid_from"))?;
        let valid_to = self.valid_to.map_or(Ok(before.valid_to), |text| day(&text, "/valid_to"))?;
        let note = self.note.map_or(before.note, |note| kept(Some(&note)));
        let name = self.name.as_deref().map(checked_name).transpose()?.unwrap_or(before.name);
        let done = sqlx::query!(
            "update tax_codes set name = $3, used_on = $4, account_id = coalesce($5, account_id), input_account_id = coalesce($6, input_account_id),
                 note = $7, valid_from = $8, valid_to = $9, version = version + 1, updated_at = $10
             where org_id = $1 and id = $2 and version = $11",
            org,
            id,
            name,
            used_on,
            account,
            input,
            note,
            valid_from,
            valid_to,
            now,
            before.version
        )
        .execute(cx.db())
        .await
        .on_constraint("tax_code_runs", runs)?;
        if done.rows_affected() == 0 {
            return Err(changed_meanwhile("tax code").into());
        }
        Ok(Updated(view(cx, id).await?))
    }

    /// Back to what the changed columns held before.
    fn undo(&self, output: &Updated, changes: &Changes) -> Option<Call> {
        let change = changes.of("tax_codes").next()?;
        let mut arguments = Map::from_iter([("id".to_owned(), json!(output.0.id))]);
        for (column, before, _) in change.columns() {
            let field = match column {
                "account_id" => "account",
                "input_account_id" => "input_account",
                "name" | "used_on" | "note" | "valid_from" | "valid_to" => column,
                _ => continue,
            };
            let before = if before.is_null() { json!("") } else { before.clone() };
            arguments.insert(field.to_owned(), before);
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}
