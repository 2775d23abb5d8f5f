//! `directory.organizations.list`

use schemars::JsonSchema;
use serde::Deserialize;
use steward_tools::{Cx, Effect, Operation, Page, Result};

use super::{OrganizationView, view};

/// List your organisations: the one you signed in to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct List {}

impl Operation for List {
    const NAME: &'static str = "directory.organizations.list";
    const EFFECT: Effect = Effect::Read;
    type Output = Page<OrganizationView>;

    async fn run(self, cx: &mut Cx) -> Result<Page<OrganizationView>> {
        let own = view(cx, None).await?;
        Page::of(vec![own], 1, |row| row.id)
    }
}
