//! `accounting.party_terms.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_directory::parties::Party;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{PartyTermsView, view};

/// Show which tax position holds for a party, and whether it was agreed or found.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The party: its name, number or id.
    pub id: Ref<Party>,
}

impl Operation for Get {
    const NAME: &'static str = "accounting.party_terms.get";
    const EFFECT: Effect = Effect::Read;
    type Output = PartyTermsView;

    async fn run(self, cx: &mut Cx) -> Result<PartyTermsView> {
        view(cx, self.id.id).await
    }
}
