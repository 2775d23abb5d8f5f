//! Fields that an organisation adds to its records: [`Custom`] in an operation's input or output stands for all of them.
//!
//! The definitions come with the principal; the gate checks values against them before an operation runs, and the tool
//! list shows each organisation its own schema.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr as _;

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};
use sqlx::Postgres;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::types::Json;

use crate::{Effect, Entity, Entry, FieldError, Kind, Refusal, Result};

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

/// Checks the values of an operation's custom fields and brings them into their normal form. What takes a call back may
/// bring back values of fields and choices that are no longer offered.
pub(crate) fn check(entry: &Entry, fields: &[CustomField], input: &mut Value, takes_back: bool) -> Result<()> {
    let Some((name, entity)) = place(&entry.input_schema) else { return Ok(()) };
    let asked = use_of(entry);
    let of_entity = || fields.iter().filter(|field| field.entity == entity && (takes_back || !field.archived));
    let mut errors = Vec::new();
    if let Some(values) = input.get_mut(name).and_then(Value::as_object_mut) {
        for (key, value) in values {
            let Some(field) = of_entity().find(|field| field.key == *key) else {
                return Err(unknown(name, key, entity, of_entity()).into());
            };
            if asked == Use::Update && empty(value) && !(field.required && !takes_back) {
                continue;
            }
            match normal(field, value, takes_back || asked == Use::Filter) {
                Ok(normal) => *value = normal,
                Err(detail) => errors.push(FieldError { pointer: format!("/{name}/{key}"), detail }),
            }
        }
    }
    if let Some(first) = errors.first() {
        let mut refusal = Refusal::new(Kind::Invalid, "invalid_custom_value", first.detail.clone());
        refusal.errors = errors;
        return Err(refusal.fix("The tool list says which values the field takes.").into());
    }
    if asked == Use::Create && !takes_back {
        let has = |field: &&CustomField| input.pointer(&format!("/{name}/{}", field.key)).is_some();
        if let Some(missing) = of_entity().filter(|field| field.required).find(|field| !has(field)) {
            let pointer = format!("/{name}/{}", missing.key);
            let refusal =
                Refusal::invalid("custom_field_required", &pointer, format!("{} is required.", missing.label));
            return Err(refusal.fix(format!("Give it as {name}: {{\"{}\": …}}.", missing.key)).into());
        }
    }
    Ok(())
}

fn unknown<'a>(name: &str, key: &str, entity: &str, fields: impl Iterator<Item = &'a CustomField>) -> Refusal {
    let known: Vec<&str> = fields.map(|field| field.key.as_str()).collect();
    let pointer = format!("/{name}/{key}");
    let refusal =
        Refusal::invalid("unknown_custom_field", &pointer, format!("{entity} has no custom field called \"{key}\"."));
    refusal.fix(if known.is_empty() {
        "An administrator can add custom fields.".to_owned()
    } else {
        format!("There are: {}. An administrator can add others.", known.join(", "))
    })
}

/// A value in the form that is stored: numbers as canonical decimal texts.
fn normal(field: &CustomField, value: &Value, old_choices: bool) -> Result<Value, String> {
    let label = &field.label;
    let text = value.as_str();
    match field.kind {
        CustomType::Text => match text {
            Some("") => Err(format!("{label} is not empty.")),
            Some(text) if text.chars().count() <= MAX_TEXT => Ok(value.clone()),
            Some(_) => Err(format!("{label} has at most {MAX_TEXT} characters.")),
            None => Err(format!("{label} is a text.")),
        },
        CustomType::Number => {
            let said = if value.is_number() { value.to_string() } else { text.unwrap_or_default().to_owned() };
            let number =
                rust_decimal::Decimal::from_str(&said).or_else(|_| rust_decimal::Decimal::from_scientific(&said));
            let number = number.map_err(|_| format!("{label} is a number, as 12.5."))?.normalize();
            Ok(json!(if number.is_zero() { "0".to_owned() } else { number.to_string() }))
        }
        CustomType::Date => match text.and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()) {
            Some(day) => Ok(json!(day)),
            None => Err(format!("{label} is a date, as 2026-11-30.")),
        },
        CustomType::Boolean => match (value.as_bool(), text) {
            (Some(_), _) => Ok(value.clone()),
            _ => Err(format!("{label} is true or false.")),
        },
        CustomType::Choice => match text {
            Some(text) if old_choices || field.choices.iter().any(|choice| choice == text) => Ok(value.clone()),
            _ => Err(format!("{label} is one of: {}.", field.choices.join(", "))),
        },
    }
}

/// An operation's input and output schemas as one organisation sees them: its own fields stand where they go.
pub(crate) fn expand(entry: &Entry, fields: &[CustomField]) -> (Value, Value) {
    let (mut input, mut output) = (entry.input_schema.clone(), entry.output_schema.clone());
    if let Some((name, entity)) = place(&entry.input_schema) {
        let (own, required) = own_schema(fields, entity, use_of(entry));
        fill(&mut input, MARK, &own);
        if required && let Some(names) = input.as_object_mut().map(|o| o.entry("required").or_insert_with(|| json!([])))
        {
            names.as_array_mut().into_iter().for_each(|names| names.push(json!(name)));
        }
    }
    let mut entities = Vec::new();
    marked(&output, &mut entities);
    for entity in entities {
        let (own, _) = own_schema(fields, &entity, Use::Filter);
        fill_entity(&mut output, &entity, &own);
    }
    (input, output)
}

fn own_schema(fields: &[CustomField], entity: &str, asked: Use) -> (Map<String, Value>, bool) {
    let offered: Vec<&CustomField> = fields.iter().filter(|field| field.entity == entity && !field.archived).collect();
    let properties: Map<String, Value> =
        offered.iter().map(|field| (field.key.clone(), field_schema(field, asked))).collect();
    let required: Vec<&str> = match asked {
        Use::Create => offered.iter().filter(|field| field.required).map(|field| field.key.as_str()).collect(),
        Use::Update | Use::Filter => Vec::new(),
    };
    let mut schema = Map::from_iter([("properties".to_owned(), Value::Object(properties))]);
    schema.insert("additionalProperties".to_owned(), json!(false));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    (schema, !required.is_empty())
}

fn field_schema(field: &CustomField, asked: Use) -> Value {
    let mut schema = match field.kind {
        CustomType::Text => json!({"type": "string", "minLength": 1, "maxLength": MAX_TEXT}),
        CustomType::Number => json!({"type": ["string", "number"], "format": "decimal"}),
        CustomType::Date => json!({"type": "string", "format": "date"}),
        CustomType::Boolean => json!({"type": "boolean"}),
        CustomType::Choice => json!({"type": "string", "enum": field.choices}),
    };
    if asked == Use::Update && !field.required {
        schema = json!({"anyOf": [schema, {"const": ""}]});
    }
    let help = field.help.as_deref().map(|help| format!(". {help}")).unwrap_or_default();
    let removes = if asked == Use::Update && !field.required { " Empty removes it." } else { "" };
    let text = format!("{}{help}", field.label);
    schema["description"] =
        json!(if removes.is_empty() { text } else { format!("{}.{removes}", text.trim_end_matches('.')) });
    schema["title"] = json!(field.label);
    schema
}

fn marked(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(entity) = object.get(MARK).and_then(Value::as_str)
                && !found.iter().any(|have| have == entity)
            {
                found.push(entity.to_owned());
            }
            object.values().for_each(|value| marked(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| marked(value, found)),
        _ => {}
    }
}

fn fill(schema: &mut Value, mark: &str, own: &Map<String, Value>) {
    match schema {
        Value::Object(object) if object.contains_key(mark) => object.extend(own.clone()),
        Value::Object(object) => object.values_mut().for_each(|value| fill(value, mark, own)),
        Value::Array(items) => items.iter_mut().for_each(|value| fill(value, mark, own)),
        _ => {}
    }
}

fn fill_entity(schema: &mut Value, entity: &str, own: &Map<String, Value>) {
    match schema {
        Value::Object(object) if object.get(MARK).and_then(Value::as_str) == Some(entity) => {
            // archived fields may still have values
            object.extend(own.iter().filter(|(key, _)| *key == "properties").map(|(k, v)| (k.clone(), v.clone())));
        }
        Value::Object(object) => object.values_mut().for_each(|value| fill_entity(value, entity, own)),
        Value::Array(items) => items.iter_mut().for_each(|value| fill_entity(value, entity, own)),
        _ => {}
    }
}
