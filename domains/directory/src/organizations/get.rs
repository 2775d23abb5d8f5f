//! `directory.organizations.get`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Ref, Result};

use super::{Organization, OrganizationView, view};

/// Show the organisation you work in: its code, name, currency, time zone and limits.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Get {
    /// The organisation: its id, code or name. Your own unless told.
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
