//! `directory.parties.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::{Party, PartyKind, PartyView, checked_email, checked_name, get, kind_texts};

/// Change a party's name, kinds, e-mail or phone.
///
/// What is left out stays as it is; an empty e-mail or phone removes it. Documents made before keep their numbers and amounts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The party: its id, number or name.
    pub id: Ref<Party>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// The new name.
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
    /// What it is to us now: customer, vendor, or both.
    pub kinds: Option<Vec<PartyKind>>,
    /// The new e-mail address; empty removes it.
    #[schemars(length(max = 200))]
    pub email: Option<String>,
    /// The new phone number; empty removes it.
    #[schemars(length(max = 50))]
    pub phone: Option<String>,
}

/// The party as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Updated(pub PartyView);

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed party {}", self.0)
    }
}

impl Operation for Update {
    const NAME: &'static str = "directory.parties.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let mut party = get::view(cx, self.id.id).await?;
        cx.expect_version_of("parties", party.id, self.version, party.version).await?;
        if let Some(kinds) = &self.kinds {
            party.kinds = kind_texts(kinds)?;
        }
        if let Some(email) = &self.email {
            party.email = (!email.is_empty()).then(|| checked_email(email)).transpose()?;
        }
        if let Some(phone) = self.phone {
            party.phone = (!phone.is_empty()).then_some(phone);
        }
        let (name, key) = checked_name(self.name.as_deref().unwrap_or(&party.name))?;
        party.name = name;
        let (org, now) = (cx.org(), cx.now());
        let version = sqlx::query_scalar!(
            "update parties set name = $3, name_key = $4, kinds = $5, email = $6, phone = $7, version = version + 1, updated_at = $8
             where org_id = $1 and id = $2 and version = $9 returning version",
            org, party.id, party.name, key, &party.kinds, party.email, party.phone, now, party.version
        )
        .fetch_optional(cx.db())
        .await?;
        party.version = version.ok_or_else(|| {
            Refusal::conflict("changed_meanwhile", "Somebody is changing this party.").fix("Read it again and repeat.")
        })?;
        Ok(Updated(party))
    }

    /// Back to what the changed columns held before.
    fn undo(&self, output: &Updated, changes: &Changes) -> Option<Call> {
        let change = changes.of("parties").next()?;
        let mut arguments = Map::from_iter([("id".to_owned(), json!(output.0.id))]);
        for (column, before, _) in change.columns() {
            if matches!(column, "name" | "kinds" | "email" | "phone") {
                let before = if before.is_null() { json!("") } else { before.clone() };
                arguments.insert(column.to_owned(), before);
            }
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}
