//! `directory.organizations.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{Organization, OrganizationView, view};

/// Show your own organisation: its settings and limits.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The organisation; your own unless told.
    pub id: Option<Ref<Organization>>,
}

impl Operation for Get {
    const NAME: &'static str = "directory.organizations.get";
    const EFFECT: Effect = Effect::Read;
    type Output = OrganizationView;

    async fn run(self, cx: &mut Cx) -> Result<OrganizationView> {
        view(cx, self.id.map(|id| id.id)).await
    }
}
