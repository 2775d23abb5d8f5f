//! Fields that an organisation adds to its records: [`Custom`] in an operation's input or output stands for all of them.
//!
//! The definitions come with the principal; the gate checks values against them before an operation runs, and the tool
//! list shows each organisation its own schema.

mod check;
mod schema;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};
use sqlx::Postgres;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::types::Json;

use crate::{Effect, Entity, Entry};

pub(crate) use check::check;
pub(crate) use schema::expand;

/// What schemas say where an organisation's own fields go: the kind of record.
const MARK: &str = "x-custom";
/// How long a text of theirs may be.
const MAX_TEXT: usize = 2000;

/// What a value of a custom field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum CustomType {
    /// Words.
    Text,
    /// A decimal number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Boolean,
    /// One of the choices.
    Choice,
}

impl CustomType {
    /// As the table holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Choice => "choice",
        }
    }
    fn of(text: &str) -> Self {
        match text {
            "number" => Self::Number,
            "date" => Self::Date,
            "boolean" => Self::Boolean,
            "choice" => Self::Choice,
            _ => Self::Text,
        }
    }
}

/// A field that an organisation has added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// The kind of record that has it.
    pub entity: String,
    /// What programs call it.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What its values are.
    pub kind: CustomType,
    /// The values to choose from.
    pub choices: Vec<String>,
    /// Whether a new record must have one.
    pub required: bool,
    /// What it is for.
    pub help: Option<String>,
    /// No longer offered; values that are there stay.
    pub archived: bool,
}

/// A row of `find_custom_fields`, and of the table itself.
pub(crate) struct CustomRow {
    pub(crate) entity: String,
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) r#type: String,
    pub(crate) choices: Vec<String>,
    pub(crate) required: bool,
    pub(crate) help: Option<String>,
    pub(crate) archived: bool,
}

impl From<CustomRow> for CustomField {
    fn from(row: CustomRow) -> Self {
        Self {
            entity: row.entity,
            key: row.key,
            label: row.label,
            kind: CustomType::of(&row.r#type),
            choices: row.choices,
            required: row.required,
            help: row.help,
            archived: row.archived,
        }
    }
}

/// Values of the organisation's own fields of `E`, by key. In an input the gate has checked them; in a list they are
/// what rows must have.
pub struct Custom<E> {
    values: Map<String, Value>,
    entity: PhantomData<fn() -> E>,
}

impl<E> Custom<E> {
    /// The values.
    #[must_use]
    pub const fn values(&self) -> &Map<String, Value> {
        &self.values
    }
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// As the column of a new record: nothing is stored for what is empty.
    #[must_use]
    pub fn to_column(&self) -> Value {
        Value::Object(
            self.values.iter().filter(|(_, value)| !empty(value)).map(|(k, v)| (k.clone(), v.clone())).collect(),
        )
    }
    /// These values over the ones there are: what is left out stays, what is empty is removed.
    #[must_use]
    pub fn over(&self, before: &Self) -> Self {
        let mut values = before.values.clone();
        for (key, value) in &self.values {
            if empty(value) {
                values.remove(key);
            } else {
                values.insert(key.clone(), value.clone());
            }
        }
        Self { values, entity: PhantomData }
    }
    /// The values that take a change of the column back.
    #[must_use]
    pub fn undoing(before: &Value, after: &Value) -> Value {
        let none = Map::new();
        let (before, after) = (before.as_object().unwrap_or(&none), after.as_object().unwrap_or(&none));
        let changed = before.keys().chain(after.keys()).filter(|key| before.get(*key) != after.get(*key));
        Value::Object(changed.map(|key| (key.clone(), before.get(key).cloned().unwrap_or_else(|| json!("")))).collect())
    }
}

fn empty(value: &Value) -> bool {
    value.as_str() == Some("")
}

impl<E> Default for Custom<E> {
    fn default() -> Self {
        Self { values: Map::new(), entity: PhantomData }
    }
}

impl<E> Clone for Custom<E> {
    fn clone(&self) -> Self {
        Self { values: self.values.clone(), entity: PhantomData }
    }
}

impl<E> fmt::Debug for Custom<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

/// For sentences: `region north, credit_checked true`.
impl<E> fmt::Display for Custom<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (key, value)) in self.values.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            match value.as_str() {
                Some(text) => write!(f, "{comma}{key} {text}")?,
                None => write!(f, "{comma}{key} {value}")?,
            }
        }
        Ok(())
    }
}

impl<E> Serialize for Custom<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.values.serialize(serializer)
    }
}

impl<'de, E> Deserialize<'de> for Custom<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { values: Map::deserialize(deserializer)?, entity: PhantomData })
    }
}

impl<E: Entity> JsonSchema for Custom<E> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("Custom_{}", E::NAME).into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": "object", MARK: E::NAME})
    }
}

impl<E> sqlx::Type<Postgres> for Custom<E> {
    fn type_info() -> PgTypeInfo {
        <Json<Map<String, Value>> as sqlx::Type<Postgres>>::type_info()
    }
    fn compatible(other: &PgTypeInfo) -> bool {
        <Json<Map<String, Value>> as sqlx::Type<Postgres>>::compatible(other)
    }
}

impl<'r, E> sqlx::Decode<'r, Postgres> for Custom<E> {
    fn decode(value: PgValueRef<'r>) -> std::result::Result<Self, sqlx::error::BoxDynError> {
        let Json(values) = <Json<Map<String, Value>> as sqlx::Decode<'r, Postgres>>::decode(value)?;
        Ok(Self { values, entity: PhantomData })
    }
}

/// Which use of custom fields an operation makes of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A new record: what is required must be there.
    Create,
    /// A change: what is empty is removed.
    Update,
    /// A question: rows that have these values.
    Filter,
}

fn use_of(entry: &Entry) -> Use {
    match (entry.op.effect(), entry.parts().2) {
        (Effect::Read, _) => Use::Filter,
        (_, "create") => Use::Create,
        _ => Use::Update,
    }
}

/// Where an operation takes custom fields: the name of its argument and the kind of record.
fn place(schema: &Value) -> Option<(&str, &str)> {
    let properties = schema.get("properties")?.as_object()?;
    properties.iter().find_map(|(name, field)| Some((name.as_str(), field.get(MARK)?.as_str()?)))
}

/// The kind of record whose custom fields an operation takes.
pub(crate) fn entity_of(entry: &Entry) -> Option<&str> {
    place(&entry.input_schema).map(|(_, entity)| entity)
}
