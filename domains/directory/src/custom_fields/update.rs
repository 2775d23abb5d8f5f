//! `directory.custom_fields.update`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use steward_tools::{Call, Changes, CustomType, Cx, Effect, Operation, Ref, Refusal, Result, call};

use super::{CustomField, CustomFieldView, GROUP, checked_choices, checked_label, view};

/// Change a custom field's label, choices, help, or whether it is required.
///
/// Its key and type stay. Values that are there stay too, also those of a choice that is taken away; required holds for what is made later.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The custom field: its id, or its kind of record and key (directory.parties.region).
    pub id: Ref<CustomField>,
    /// The version that was read; a newer one refuses the change.
    pub version: Option<i32>,
    /// What people call it.
    #[schemars(length(min = 1, max = 100))]
    pub label: Option<String>,
    /// The values to choose from, in place of those before.
    pub choices: Option<Vec<String>>,
    /// What it is for; empty removes it.
    #[schemars(length(max = 500))]
    pub help: Option<String>,
    /// Whether a value is required when a record is made.
    pub required: Option<bool>,
}

/// The custom field as it is now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Updated(pub CustomFieldView);

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changed custom field {}", self.0)
    }
}

impl Operation for Update {
    const NAME: &'static str = "directory.custom_fields.update";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Updated;

    async fn run(self, cx: &mut Cx) -> Result<Updated> {
        let mut field = view(cx, self.id.id).await?;
        cx.expect_version_of("custom_fields", field.id, self.version, field.version).await?;
        if let Some(label) = &self.label {
            field.label = checked_label(label)?;
        }
        if let Some(choices) = &self.choices {
            let kind = if field.kind == CustomType::Choice.as_str() { CustomType::Choice } else { CustomType::Text };
            field.choices = checked_choices(kind, choices)?;
        }
        if let Some(help) = self.help {
            field.help = Some(help.trim().to_owned()).filter(|help| !help.is_empty());
        }
        field.required = self.required.unwrap_or(field.required);
        let (org, now) = (cx.org(), cx.now());
        let version = sqlx::query_scalar!(
            "update custom_fields set label = $3, choices = $4, help = $5, required = $6, version = version + 1, updated_at = $7
             where org_id = $1 and id = $2 and version = $8 returning version",
            org,
            field.id,
            field.label,
            &field.choices,
            field.help,
            field.required,
            now,
            field.version
        )
        .fetch_optional(cx.db())
        .await?;
        field.version = version.ok_or_else(|| {
            Refusal::conflict("changed_meanwhile", "Somebody is changing this custom field.")
                .fix("Read it again and repeat.")
        })?;
        Ok(Updated(field))
    }

    /// Back to what the changed columns held before.
    fn undo(&self, output: &Updated, changes: &Changes) -> Option<Call> {
        let change = changes.of("custom_fields").next()?;
        let mut arguments = Map::from_iter([("id".to_owned(), json!(output.0.id))]);
        for (column, before, _) in change.columns() {
            if matches!(column, "label" | "choices" | "help" | "required") {
                let before = if before.is_null() { json!("") } else { before.clone() };
                arguments.insert(column.to_owned(), before);
            }
        }
        Some(call::<Self>(Value::Object(arguments)))
    }
}
