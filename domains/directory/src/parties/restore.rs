//! `directory.parties.restore`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::details::PartyDetails;
use super::{Party, PartyView, archive};

/// Restore an archived party: it is in the lists and for new documents again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The archived party: its id, number or name.
    pub id: Ref<Party>,
}

/// The party that is in use again.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Restored(pub PartyView);

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Restored party {}", self.0)
    }
}

impl Operation for Restore {
    const NAME: &'static str = "directory.parties.restore";
    const EFFECT: Effect = Effect::Write;
    type Output = Restored;

    async fn run(self, cx: &mut Cx) -> Result<Restored> {
        let party = PartyDetails::load(cx, self.id.id).await?.party;
        if !party.archived {
            let detail = format!("{} {} is not archived.", party.number, party.name);
            return Err(Refusal::conflict("not_archived", detail).into());
        }
        Ok(Restored(archive::set(cx, party, false).await?))
    }

    fn undo(&self, output: &Restored, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
