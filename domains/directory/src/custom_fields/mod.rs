//! Custom fields: what an organisation wants to know about its records beyond what every organisation does.

pub mod archive;
pub mod create;
mod entity;
pub mod list;
pub mod restore;
pub mod update;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use steward_tools::{CustomType, Cx, Refusal, Result, codes};
use uuid::Uuid;

pub use entity::CustomField;

/// Its own group of rights: which fields records have is an administrator's to say.
const GROUP: &str = "directory.settings";
/// Choices that one field may have.
const MAX_CHOICES: usize = 200;

/// A custom field as people inside see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CustomFieldView {
    /// Its id.
    pub id: Uuid,
    /// Counts changes; an update says which version it means.
    pub version: i32,
    /// The kind of record that has it (`directory.parties`).
    pub entity: String,
    /// What programs call it: the key in `custom`.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// text, number, date, boolean or choice.
    #[serde(rename = "type")]
    #[schemars(with = "steward_tools::CustomType")]
    pub kind: String,
    /// The values to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Whether a new record must have a value.
    pub required: bool,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Whether it is no longer offered.
    pub archived: bool,
}

impl fmt::Display for CustomFieldView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} of {}, {})", self.label, self.key, self.entity, self.kind)?;
        if !self.choices.is_empty() {
            write!(f, ": {}", self.choices.join(", "))?;
        }
        if self.required {
            write!(f, "; required")?;
        }
        write!(f, ".")
    }
}

/// The custom field as it is now; absent and foreign are the same.
async fn view(cx: &mut Cx, id: Uuid) -> Result<CustomFieldView> {
    let org = cx.org();
    sqlx::query_as!(
        CustomFieldView,
        r#"select id, version, entity, key, label, type as kind, choices, required, help, archived_at is not null as "archived!"
           from custom_fields where org_id = $1 and id = $2"#,
        org,
        id
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or_else(|| Refusal::not_found("custom field").into())
}

/// Hides or offers a field.
async fn set_archived(cx: &mut Cx, id: Uuid, archived: bool) -> Result<CustomFieldView> {
    let before = view(cx, id).await?;
    if before.archived == archived {
        let (code, state) = if archived { ("already_archived", "archived") } else { ("not_archived", "not archived") };
        return Err(Refusal::conflict(code, format!("{} is {state}.", before.label)).into());
    }
    let (org, now) = (cx.org(), cx.now());
    sqlx::query!(
        "update custom_fields set archived_at = case when $3 then $4::timestamptz end, version = version + 1, updated_at = $4
         where org_id = $1 and id = $2",
        org,
        id,
        archived,
        now
    )
    .execute(cx.db())
    .await?;
    view(cx, id).await
}

/// Choices as they are stored: each once, none empty; there are some exactly where one chooses.
fn checked_choices(kind: CustomType, choices: &[String]) -> Result<Vec<String>> {
    let refuse = |detail: &str| -> Result<Vec<String>> {
        Err(Refusal::invalid(codes::INVALID_INPUT, "/choices", detail).into())
    };
    let mut checked: Vec<String> = Vec::with_capacity(choices.len());
    for choice in choices.iter().map(|choice| choice.trim()) {
        if choice.is_empty() || choice.chars().count() > 100 {
            return refuse("A choice has 1 to 100 characters.");
        }
        if !checked.iter().any(|have| have == choice) {
            checked.push(choice.to_owned());
        }
    }
    match (kind, checked.len()) {
        (CustomType::Choice, 0) => refuse("Say what there is to choose from."),
        (CustomType::Choice, n) if n > MAX_CHOICES => refuse("There are too many choices."),
        (CustomType::Choice, _) | (_, 0) => Ok(checked),
        _ => refuse("Only a field of type choice has choices."),
    }
}

/// A label or help with something in it.
fn checked_label(label: &str) -> Result<String> {
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    if label.is_empty() {
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/label", "A label says something.").into());
    }
    Ok(label)
}
