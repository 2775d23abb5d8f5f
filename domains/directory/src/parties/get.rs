//! `directory.parties.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Custom, Cx, Effect, Operation, Ref, Refusal, Result};
use uuid::Uuid;

use super::{Party, PartyView};

/// Show one party: number, name, what it is to us, and how to reach it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The party: its id, number or name.
    pub id: Ref<Party>,
}

impl Operation for Get {
    const NAME: &'static str = "directory.parties.get";
    const EFFECT: Effect = Effect::Read;
    type Output = PartyView;

    async fn run(self, cx: &mut Cx) -> Result<PartyView> {
        view(cx, self.id.id).await
    }
}

/// The party as it is now; absent and foreign are the same.
pub(super) async fn view(cx: &mut Cx, id: Uuid) -> Result<PartyView> {
    let org = cx.org();
    sqlx::query_as!(
        PartyView,
        r#"select id, version, number, name, kinds, email, phone, tags, custom as "custom: Custom<Party>" from parties where org_id = $1 and id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("party").into())
}
