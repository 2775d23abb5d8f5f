//! `accounting.party_terms.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_directory::parties::Party;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Refusal, Result, call, codes};

use super::{PartyTermsView, view};
use crate::tax_positions::TaxPosition;

/// Agree on the tax position of a party, or let it be found by country and tax id again.
///
/// It holds for new lines that name no tax code; documents that are written already stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The party: its name, number or id.
    pub id: Ref<Party>,
    /// The tax position that holds for it whatever its country and tax id.
    pub tax_position: Option<Ref<TaxPosition>>,
    /// Forget the tax position that was agreed.
    pub without_tax_position: Option<bool>,
}

/// What is agreed now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub terms: PartyTermsView,
    #[serde(skip)]
    before: Box<PartyTermsView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed terms of {}", self.terms)
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.party_terms.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let party = self.id.id;
        let before = Box::new(view(cx, party).await?);
        if self.tax_position.is_some() == (self.without_tax_position == Some(true)) {
            let detail = "Name the tax position, or say that there is none any more.";
            return Err(Refusal::invalid(codes::INVALID_INPUT, "/tax_position", detail).into());
        }
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into party_terms as t (org_id, id, party_id, tax_position_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
             on conflict on constraint party_terms_once do update set tax_position_id = excluded.tax_position_id, version = t.version + 1,
                 updated_at = excluded.updated_at",
            org,
            id,
            party,
            self.tax_position.map(|position| position.id),
            now
        )
        .execute(cx.db())
        .await?;
        Ok(Updated { terms: view(cx, party).await?, before })
    }

    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let party = output.terms.party.id;
        Some(call::<Self>(match &output.before.tax_position {
            Some(position) => json!({ "id": party, "tax_position": position }),
            None => json!({ "id": party, "without_tax_position": true }),
        }))
    }
}
