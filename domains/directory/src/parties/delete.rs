//! `directory.parties.delete`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint, Operation, Ref, Refusal, Result, call};

use super::{Party, PartyView, create, get};

/// Delete a party that nothing uses yet.
///
/// A party that stands on a document stays: the books must be able to name it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The party: its id, number or name.
    pub id: Ref<Party>,
}

/// The party that was.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Deleted(pub PartyView);

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deleted party {} {}.", self.0.number, self.0.name)
    }
}

impl Operation for Delete {
    const NAME: &'static str = "directory.parties.delete";
    const EFFECT: Effect = Effect::Write;
    type Output = Deleted;

    async fn run(self, cx: &mut Cx) -> Result<Deleted> {
        let party = get::view(cx, self.id.id).await?;
        let org = cx.org();
        sqlx::query!("delete from parties where org_id = $1 and id = $2", org, party.id)
            .execute(cx.db())
            .await
            .on_reference(|| {
                Refusal::conflict("in_use", format!("{} stands on documents and stays.", party.name)) // X8
            })?;
        Ok(Deleted(party))
    }

    /// The same party again, under a new number.
    fn undo(&self, output: &Deleted, _: &Changes) -> Option<Call> {
        let party = serde_json::to_value(&output.0).ok()?;
        let keep = ["name", "kinds", "email", "phone", "custom"];
        let arguments: Map<String, Value> = party
            .as_object()?
            .iter()
            .filter(|(key, _)| keep.contains(&key.as_str()))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        Some(call::<create::Create>(Value::Object(arguments)))
    }
}
