//! `accounting.journals.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, Operation, Refusal, Result, call};

use super::{JournalKind, JournalView, archive, refused, view};
use crate::shared::checked_name;

/// Add a journal, in which journal entries are written.
///
/// Entries name it; archiving it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Its code: letters, digits, points and hyphens; kept in capitals.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^[A-Za-z0-9][A-Za-z0-9.-]*$"))]
    pub code: String,
    /// Its name.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// What entries it has.
    pub r#type: JournalKind,
}

/// The new journal.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub JournalView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New journal {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "accounting.journals.create";
    const EFFECT: Effect = Effect::Write;
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let (code, name) = (self.code.to_uppercase(), checked_name(&self.name)?);
        if matches!(self.r#type, JournalKind::Opening | JournalKind::Closing) {
            let detail = "A company has one journal for opening balances and one for closing a year.";
            return Err(Refusal::invalid("journal_kind", "/type", detail).fix("Choose another type.").into());
        }
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        sqlx::query!(
            "insert into journals (org_id, id, code, name, kind, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)",
            org,
            id,
            code,
            name,
            self.r#type.as_str(),
            now
        )
        .execute(cx.db())
        .await
        .map_err(|error| refused(error, &code))?;
        Ok(Created(view(cx, id).await?))
    }

    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}
