//! `directory.custom_fields.create`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, CustomType, Cx, Effect, OnConstraint, Operation, Refusal, Result, call};

use super::{CustomFieldView, GROUP, archive, checked_choices, checked_label};

/// Add a field of your own to a kind of record.
///
/// Everybody in the organisation can fill it in at once, and tools and forms show it. Its key and type stay as they are; it can be archived, never deleted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The kind of record that gets it, such as directory.parties.
    #[schemars(length(min = 3, max = 100))]
    pub entity: String,
    /// What programs call it: lower-case letters, digits and underscores.
    #[schemars(length(min = 1, max = 40))]
    pub key: String,
    /// What people call it.
    #[schemars(length(min = 1, max = 100))]
    pub label: String,
    /// What its values are.
    pub r#type: CustomType,
    /// The values to choose from, where the type is choice.
    pub choices: Option<Vec<String>>,
    /// Whether a value is required when a record is made; not unless told.
    pub required: Option<bool>,
    /// What it is for, in a sentence.
    #[schemars(length(max = 500))]
    pub help: Option<String>,
}

/// The new custom field.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Created(pub CustomFieldView);

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "New custom field {}", self.0)
    }
}

impl Operation for Create {
    const NAME: &'static str = "directory.custom_fields.create";
    const EFFECT: Effect = Effect::Write;
    const GROUP: Option<&'static str> = Some(GROUP);
    type Output = Created;

    async fn run(self, cx: &mut Cx) -> Result<Created> {
        let customisable = cx.customisable();
        if !customisable.contains(&self.entity) {
            let detail = format!("{} takes no custom fields.", self.entity);
            let fix = format!("These do: {}.", customisable.join(", "));
            return Err(Refusal::invalid("no_custom_fields", "/entity", detail).fix(fix).into());
        }
        let choices = checked_choices(self.r#type, &self.choices.unwrap_or_default())?;
        let (label, required) = (checked_label(&self.label)?, self.required.unwrap_or(false));
        let help = self.help.map(|help| help.trim().to_owned()).filter(|help| !help.is_empty());
        let (org, id, now) = (cx.org(), cx.id(), cx.now());
        let (entity, key, kind) = (self.entity, self.key, self.r#type.as_str().to_owned());
        sqlx::query!(
            "insert into custom_fields (org_id, id, entity, key, label, type, choices, required, help, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
            org,
            id,
            entity,
            key,
            label,
            kind,
            &choices,
            required,
            help,
            now
        )
        .execute(cx.db())
        .await
        .map_err(|error| refused(error, &entity, &key))?;
        let (version, archived) = (1, false);
        Ok(Created(CustomFieldView { id, version, entity, key, label, kind, choices, required, help, archived }))
    }

    /// Archived, since other records may have values by then.
    fn undo(&self, output: &Created, _: &Changes) -> Option<Call> {
        Some(call::<archive::Archive>(json!({ "id": output.0.id })))
    }
}

fn refused(error: sqlx::Error, entity: &str, key: &str) -> steward_tools::Error {
    let taken = || {
        Refusal::conflict("key_taken", format!("{entity} has a custom field \"{key}\" already, or had one."))
            .fix("Change that one, restore it, or choose another key.")
    };
    let malformed = || {
        let detail =
            format!("\"{key}\" is no key: it starts with a letter and has lower-case letters, digits and underscores.");
        Refusal::invalid(steward_tools::codes::INVALID_INPUT, "/key", detail)
    };
    let error = match Err::<(), _>(error).on_constraint("custom_field_key_unique", taken) {
        Err(steward_tools::Error::Database(error)) => Err(error).on_constraint("custom_field_key", malformed),
        other => other,
    };
    error.err().unwrap_or_else(|| steward_tools::Error::Internal("a refusal was lost".to_owned()))
}
