//! `accounting.accounts.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, name_key};

use super::view::{heading, heading_without_purpose, purpose_free, refused, view};
use super::{Account, AccountType, AccountView, Purpose};
use crate::shared::{changed_meanwhile, checked_name};

/// Change an account of the chart: its code, name, heading or purpose.
///
/// What is left out stays as it is. What kind of account it is (type, heading, control) stays once it has been posted to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The account: its code, name or id.
    pub id: Ref<Account>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// The new code.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9.-]*$"))]
    pub code: Option<String>,
    /// The new name.
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// What it holds now.
    pub r#type: Option<AccountType>,
    /// The heading it stands under now: code, name or id.
    pub parent: Option<Ref<Account>>,
    /// Whether it stands under no heading any more.
    pub top: Option<bool>,
    /// Whether it is a heading, which gathers accounts and is not posted to.
    pub heading: Option<bool>,
    /// What postings use it for now; `none` frees its purpose for another account.
    pub purpose: Option<Purpose>,
}

/// The account as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub account: AccountView,
    #[serde(skip)]
    before: Option<AccountView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed account {}", self.account)
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.accounts.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let before = view(cx, self.id.id).await?;
        cx.expect_version_of("accounts", before.id, self.version, before.version).await?;
        let mut after = before.clone();
        self.apply(&mut after)?;
        let parent = match (self.top, self.parent) {
            (Some(true), _) => None,
            (_, Some(parent)) => Some(parent.id),
            _ => before.parent.as_ref().map(|parent| parent.id),
        };
        if let Some(parent) = parent {
            heading(cx, parent, Some(&after.r#type)).await?;
        }
        if before.purpose != after.purpose {
            purpose_free(cx, after.purpose.as_deref(), Some(before.id)).await?;
        }
        holds(cx, &before, &after, parent).await?;
        write(cx, &after, parent).await?;
        Ok(Updated { account: view(cx, before.id).await?, before: Some(before) })
    }

    /// Back to what was before, of what was given.
    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let (was, is) = (output.before.as_ref()?, &output.account);
        let mut arguments = Map::from_iter([("id".to_owned(), json!(is.id))]);
        let mut back = |differs: bool, field: &str, before: Value| {
            if differs {
                arguments.insert(field.to_owned(), before);
            }
        };
        back(was.code != is.code, "code", json!(was.code));
        back(was.name != is.name, "name", json!(was.name));
        back(was.r#type != is.r#type, "type", json!(was.r#type));
        back(was.heading != is.heading, "heading", json!(was.heading));
        back(was.purpose != is.purpose, "purpose", json!(was.purpose.as_deref().unwrap_or("none")));
        match &was.parent {
            Some(parent) => back(was.parent != is.parent, "parent", json!(parent.id)),
            None => back(is.parent.is_some(), "top", json!(true)),
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}

impl Update {
    fn apply(&self, account: &mut AccountView) -> Result<()> {
        if let Some(code) = &self.code {
            account.code.clone_from(code);
        }
        if let Some(name) = &self.name {
            account.name = checked_name(name)?;
        }
        if let Some(r#type) = self.r#type {
            account.r#type = r#type.as_str().to_owned();
        }
        if let Some(purpose) = self.purpose {
            purpose.fits(&account.r#type)?;
            account.purpose = purpose.column().map(str::to_owned);
            account.control =
                account.purpose.clone().filter(|purpose| ["receivable", "payable"].contains(&purpose.as_str()));
        }
        account.heading = self.heading.unwrap_or(account.heading);
        if account.heading && account.purpose.is_some() {
            return Err(heading_without_purpose().into());
        }
        Ok(())
    }
}

/// What the database would refuse at the end, told at once: what an account is stays once it has been posted to, what
/// stands under a heading is of its type, and nothing stands under itself.
async fn holds(cx: &mut Cx, before: &AccountView, after: &AccountView, parent: Option<uuid::Uuid>) -> Result<()> {
    let org = cx.org();
    let row = sqlx::query!(
        r#"select exists (select from entry_lines l where l.org_id = $1 and l.account_id = $2) as "posted!",
               exists (select from accounts c where c.org_id = $1 and c.parent_id = $2 and (c.type <> $3 or not $4)) as "gathers!",
               exists (with recursive above as (select p.id, p.parent_id from accounts p where p.org_id = $1 and p.id = $5
                       union select p.id, p.parent_id from accounts p join above a on p.org_id = $1 and p.id = a.parent_id)
                   select from above where id = $2) as "circle!""#,
        org,
        before.id,
        after.r#type,
        after.heading,
        parent
    )
    .fetch_one(cx.db())
    .await?;
    let label = before.label();
    let same = (&before.r#type, before.heading, &before.control) == (&after.r#type, after.heading, &after.control);
    if row.posted && !same {
        let detail =
            format!("{label} has been posted to: its type, and whether it is a heading or a control account, stay.");
        return Err(Refusal::conflict("account_kept", detail)
            .fix("Add another account, and use that from now on.")
            .into());
    }
    if row.gathers {
        let detail = format!("{label} gathers accounts, which are of its type.");
        return Err(Refusal::conflict("heading_gathers", detail).fix("Move the accounts under it away first.").into());
    }
    if row.circle {
        let detail = format!("{label} would stand under itself.");
        return Err(Refusal::invalid("account_tree", "/parent", detail)
            .fix("Name a heading that is not under it.")
            .into());
    }
    Ok(())
}

async fn write(cx: &mut Cx, account: &AccountView, parent: Option<uuid::Uuid>) -> Result<()> {
    let (org, now) = (cx.org(), cx.now());
    let done = sqlx::query!(
        "update accounts set code = $3, name = $4, name_key = $5, type = $6, parent_id = $7, heading = $8, purpose = $9, control = $10,
             version = version + 1, updated_at = $11
         where org_id = $1 and id = $2 and version = $12",
        org,
        account.id,
        account.code,
        account.name,
        name_key(&account.name),
        account.r#type,
        parent,
        account.heading,
        account.purpose,
        account.control,
        now,
        account.version
    )
    .execute(cx.db())
    .await
    .map_err(|error| refused(error, &account.code, account.purpose.as_deref()))?;
    if done.rows_affected() == 0 {
        return Err(changed_meanwhile("account").into());
    }
    Ok(())
}
