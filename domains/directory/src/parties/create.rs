//! `directory.parties.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_common::series::{Series, draw};
use steward_tools::{Call, Changes, Custom, Cx, Effect, Operation, Result, call};

use super::{Party, PartyKind, PartyView, checked_email, checked_name, delete, kind_texts};

/// Add a party: a customer, a vendor, or both.
///
/// It gets a number and can be named on documents at once. Deleting it takes this back while nothing uses it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The party's name, as on its letterhead.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// What it is to us: customer, vendor, or both.
    pub kinds: Vec<PartyKind>,
    /// E-mail address for documents.
    #[schemars(length(max = 200))]
    pub email: Option<String>,
    /// Phone number.
    #[schemars(length(max = 50))]
    pub phone: Option<String>,
    /// Values of the fields that the organisation has added, by key.
    pub custom: Option<Custom<Party>>,
}

/// The new party.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub PartyView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New party {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "directory.parties.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let (name, key) = checked_name(&self.name)?;
        let kinds = kind_texts(&self.kinds)?;
        let email = self.email.as_deref().map(checked_email).transpose()?;
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        let custom = self.custom.unwrap_or_default();
        let [number] = draw(cx, [Series::Endless("P")]).await?;
        sqlx::query!(
            "insert into parties (org_id, id, number, name, name_key, kinds, email, phone, custom, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
            org,
            id,
            number,
            name,
            key,
            &kinds,
            email,
            self.phone,
            custom.to_column(),
            now
        )
        .execute(cx.db())
        .await?;
        Ok(Created(PartyView {
            id,
            version: 1,
            number,
            name,
            kinds,
            email,
            phone: self.phone,
            tags: Vec::new(),
            custom,
        }))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<delete::Delete>(json!({ "id": output.0.id })))
    }
}
