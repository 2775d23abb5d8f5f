//! `accounting.journals.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, Cx, Effect, Operation, Ref, Result, call};

use super::{Journal, JournalView, refused, view};
use crate::shared::{changed_meanwhile, checked_name};

/// Change the code or name of a journal.
///
/// What is left out stays as it is. Its kind stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The journal: its code, name or id.
    pub id: Ref<Journal>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// The new code.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9.-]*$"))]
    pub code: Option<String>,
    /// The new name.
    #[schemars(length(min = 1, max = 200))]
    pub name: Option<String>,
}

/// The journal as it is now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Updated {
    /// As it is now.
    #[serde(flatten)]
    pub journal: JournalView,
    #[serde(skip)]
    before: Option<JournalView>,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed journal {}", self.journal)
    }
}

impl Operation for Update {
    const NAME: &'static str = "accounting.journals.update";
    const EFFECT: Effect = Effect::Write;
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let before = view(cx, self.id.id).await?;
        cx.expect_version_of("journals", before.id, self.version, before.version).await?;
        let code = self.code.as_ref().map_or_else(|| before.code.clone(), |code| code.to_uppercase());
        let name = self.name.as_deref().map(checked_name).transpose()?.unwrap_or_else(|| before.name.clone());
        let (org, now) = (cx.org(), cx.now());
        let done = sqlx::query!(
            "update journals set code = $3, name = $4, version = version + 1, updated_at = $5
             where org_id = $1 and id = $2 and version = $6",
            org,
            before.id,
            code,
            name,
            now,
            before.version
        )
        .execute(cx.db())
        .await
        .map_err(|error| refused(error, &code))?;
        if done.rows_affected() == 0 {
            return Err(changed_meanwhile("journal").into());
        }
        Ok(Updated { journal: view(cx, before.id).await?, before: Some(before) })
    }

    /// Back to what was before, of what was given.
    fn undo(&self, output: &Updated, _: &Changes) -> Option<Call> {
        let (was, is) = (output.before.as_ref()?, &output.journal);
        let mut arguments = Map::from_iter([("id".to_owned(), json!(is.id))]);
        for (field, was, is) in [("code", &was.code, &is.code), ("name", &was.name, &is.name)] {
            arguments.extend((was != is).then(|| (field.to_owned(), json!(was))));
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}
