//! `accounting.accounts.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, codes, name_key};

use super::view::{heading, heading_without_purpose, purpose_free, refused, view};
use super::{Account, AccountType, AccountView, Purpose, archive};
use crate::shared::checked_name;

/// Add an account to the chart, or a heading that gathers accounts.
///
/// It can be posted to at once; a heading is not posted to. Archiving it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Its code in the chart: letters, digits, points and hyphens.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9.-]*$"))]
    pub code: String,
    /// Its name.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// What it holds. That of its heading unless told.
    pub r#type: Option<AccountType>,
    /// The heading it stands under: code, name or id.
    pub parent: Option<Ref<Account>>,
    /// Whether it is a heading, which gathers accounts and is not posted to.
    pub heading: Option<bool>,
    /// What postings use it for when nobody names an account; each purpose has one account. Those for receivable and payable are control accounts.
    pub purpose: Option<Purpose>,
}

/// The new account.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub AccountView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New account {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.accounts.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let (name, told) = (checked_name(&self.name)?, self.r#type.map(AccountType::as_str));
        let parent = match self.parent {
            Some(parent) => Some(heading(cx, parent.id, told).await?),
            None => None,
        };
        let of_parent = parent.as_ref().map(|parent| parent.r#type.clone());
        let r#type = told.map(str::to_owned).or(of_parent).ok_or_else(|| {
            Refusal::invalid(codes::INVALID_INPUT, "/type", "An account has a type.")
                .fix("Say what it holds, or name the heading it stands under.")
        })?;
        let (purpose, gathers) = (self.purpose.unwrap_or(Purpose::None), self.heading == Some(true));
        purpose.fits(&r#type)?;
        let purpose = purpose.column();
        if gathers && purpose.is_some() {
            return Err(heading_without_purpose().into());
        }
        purpose_free(cx, purpose, None).await?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into accounts (org_id, id, code, name, name_key, type, parent_id, heading, purpose, control, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $9 in ('receivable', 'payable') then $9 end, $10, $10)",
            org,
            id,
            self.code,
            name,
            name_key(&name),
            r#type,
            parent.map(|parent| parent.id),
            gathers,
            purpose,
            now
        )
        .execute(cx.db())
        .await
        .map_err(|error| refused(error, &self.code, purpose))?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
