//! `directory.parties.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::Party;
use super::details::PartyDetails;

/// Show one party: number, name, what it is to us, how to reach it, contact details.
///
/// Whoever keeps the books also sees its tax ids and bank accounts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The party: its id, number or name.
    pub id: Ref<Party>,
}

impl Operation for Get {
    const NAME: &'static str = "directory.parties.get";
    const EFFECT: Effect = Effect::Read;
    type Output = PartyDetails;

    async fn run(self, cx: &mut Cx) -> Result<PartyDetails> {
        PartyDetails::load(cx, self.id.id).await
    }
}
