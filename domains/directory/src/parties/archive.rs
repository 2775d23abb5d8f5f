//! `directory.parties.archive`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::details::PartyDetails;
use super::{Party, PartyView, restore};

/// Archive a party that is no longer dealt with.
///
/// It leaves the lists and cannot be put on new documents; what it has stays, can be read, and can still be paid.
/// Restoring it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The party: its id, number or name.
    pub id: Ref<Party>,
}

/// The party that is out of use now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Archived(pub PartyView);

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archived party {} {}: no new documents; what it has stays.", self.0.number, self.0.name)
    }
}

impl Operation for Archive {
    const NAME: &'static str = "directory.parties.archive";
    const EFFECT: Effect = Effect::Write;
    type Output = Archived;

    async fn run(self, cx: &mut Cx) -> Result<Archived> {
        let party = PartyDetails::load(cx, self.id.id).await?.party;
        if party.archived {
            let detail = format!("{} {} is archived already.", party.number, party.name);
            return Err(Refusal::conflict("already_archived", detail).into());
        }
        Ok(Archived(set(cx, party, true).await?))
    }

    fn undo(&self, output: &Archived, _: &Changes) -> Option<Call> {
        Some(call::<restore::Restore>(json!({ "id": output.0.id })))
    }
}

/// Takes the party out of use, or back.
pub(super) async fn set(cx: &mut Cx, mut party: PartyView, archived: bool) -> Result<PartyView> {
    let (org, now) = (cx.org(), cx.now());
    let version = sqlx::query_scalar!(
        "update parties set archived_at = $3, version = version + 1, updated_at = $4
         where org_id = $1 and id = $2 and version = $5 returning version",
        org,
        party.id,
        archived.then_some(now),
        now,
        party.version
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| {
        Refusal::conflict("changed_meanwhile", "Somebody is changing this party.").fix("Read it again and repeat.")
    })?;
    (party.version, party.archived) = (version, archived);
    Ok(party)
}
