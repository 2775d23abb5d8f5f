//! An account as it is kept, and how it is written.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use steward_tools::{Cx, Error, Refusal, Result};
use uuid::Uuid;

use super::{AccountName, AccountType, Purpose};
use crate::shared::code_taken;

/// An account of the chart.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AccountView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// asset, liability, equity, income or expense.
    #[schemars(with = "AccountType")]
    pub r#type: String,
    /// Whether it gathers other accounts and is not posted to.
    pub heading: bool,
    /// The heading it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<AccountName>,
    /// What postings use it for when nobody names an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Purpose>")]
    pub purpose: Option<String>,
    /// Whose documents post to it, where nobody does by hand: receivable or payable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// Whether it is out of use: not in lists, and not posted to.
    pub archived: bool,
}

impl AccountView {
    /// `4000 Sales revenue`
    pub(super) fn label(&self) -> String {
        format!("{} {}", self.code, self.name)
    }
}

impl fmt::Display for AccountView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.heading { " heading" } else { "" };
        write!(f, "{} {} ({}{what}", self.code, self.name, self.r#type)?;
        if let Some(purpose) = &self.purpose {
            write!(f, ", for {}", purpose.replace('_', " "))?;
        }
        if let Some(parent) = &self.parent {
            write!(f, ", under {} {}", parent.code, parent.name)?;
        }
        f.write_str(if self.archived { ", archived)." } else { ")." })
    }
}

/// The account as it is now; absent and foreign are the same.
pub(super) async fn view(cx: &mut Cx, id: Uuid) -> Result<AccountView> {
    let org = cx.org();
    let row = sqlx::query!(
        r#"select a.id, a.version, a.code, a.name, a.type as "type", a.heading, a.purpose, a.control, a.archived_at is not null as "archived!",
               p.id as "parent?", p.code as "parent_code?", p.name as "parent_name?"
           from accounts a left join accounts p on p.org_id = a.org_id and p.id = a.parent_id
           where a.org_id = $1 and a.id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("account"))?;
    let parent = row.parent.zip(row.parent_code).zip(row.parent_name);
    Ok(AccountView {
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
}

/// The heading that an account shall stand under: one, in use, of its type.
pub(super) async fn heading(cx: &mut Cx, id: Uuid, r#type: Option<&str>) -> Result<AccountView> {
    let parent = view(cx, id).await?;
    let label = parent.label();
    if !parent.heading {
        return Err(Refusal::invalid("not_a_heading", "/parent", format!("{label} is not a heading."))
            .fix("Name a heading, or make it one while nothing is posted to it.")
            .into());
    }
    if parent.archived {
        return Err(crate::shared::archived(&label, "/parent").into());
    }
    if let Some(r#type) = r#type.filter(|r#type| *r#type != parent.r#type) {
        let detail = format!("{label} gathers accounts of type {}, not {type}.", parent.r#type);
        return Err(Refusal::invalid("heading_of_another_type", "/parent", detail)
            .fix(format!("Name a heading of type {type}, or give the account the type {}.", parent.r#type))
            .into());
    }
    Ok(parent)
}

/// What postings use stands for itself: a heading is not posted to.
pub(super) fn heading_without_purpose() -> Refusal {
    let detail = "A heading gathers accounts and is not posted to, so that it serves no purpose.";
    Refusal::invalid("heading_without_purpose", "/purpose", detail).fix("Give the purpose to an account under it.")
}

/// Who has the purpose already.
pub(super) async fn purpose_free(cx: &mut Cx, purpose: Option<&str>, id: Option<Uuid>) -> Result<()> {
    let org = cx.org();
    let holder = sqlx::query_scalar!(
        r#"select code || ' ' || name as "label!" from accounts where org_id = $1 and purpose = $2 and id is distinct from $3"#,
        org,
        purpose,
        id
    )
    .fetch_optional(cx.db())
    .await?;
    match holder {
        Some(holder) => Err(purpose_taken(purpose, &format!("{holder} has")).into()),
        None => Ok(()),
    }
}

fn purpose_taken(purpose: Option<&str>, holder: &str) -> Refusal {
    let detail = format!("{holder} the purpose {} already.", purpose.unwrap_or_default());
    Refusal::conflict("purpose_taken", detail).fix("Give that account the purpose none first.")
}

/// What the database refuses of an account, by name.
pub(super) fn refused(error: sqlx::Error, code: &str, purpose: Option<&str>) -> Error {
    match error.as_database_error().and_then(|e| e.constraint()) {
        Some("account_code_unique") => code_taken("an account", code).into(),
        Some("account_purpose_unique") => purpose_taken(purpose, "Another account has").into(),
        _ => error.into(),
    }
}
