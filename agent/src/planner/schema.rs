//! What the planner makes of an operation's input schema: named fields with a shape, nothing else.

use serde_json::Value;

use super::lexicon::{ROLES, Role};
use super::text::{Kind, stem, tokens};

/// One argument of an operation, or of an item in a list of them.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// The words of its name, stemmed.
    pub(crate) label: Vec<String>,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    /// Its description.
    pub(crate) help: String,
    /// The words of its description, stemmed.
    pub(crate) about: Vec<String>,
    roles: u32,
}

/// What a value must look like.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// Names a record of this entity.
    Ref(String),
    Decimal,
    Integer,
    Date,
    Enum(Vec<String>),
    Bool,
    Text,
    Email,
    /// A list of plain values.
    Many(Box<Shape>),
    /// A list of objects.
    Lines(Vec<Field>),
    /// Something the planner does not fill.
    Other,
}

impl Field {
    /// Whether the field's name gives it this role.
    pub(crate) fn is(&self, role: Role) -> bool {
        self.roles & 1 << (role as u32) != 0
    }

    /// The entity it refers to.
    pub(crate) fn entity(&self) -> Option<&str> {
        match &self.shape {
            Shape::Ref(entity) => Some(entity),
            Shape::Many(inner) => match inner.as_ref() {
                Shape::Ref(entity) => Some(entity),
                _ => None,
            },
            _ => None,
        }
    }

    /// The values it may take, when they are listed.
    pub(crate) fn choices(&self) -> &[String] {
        match &self.shape {
            Shape::Enum(values) => values,
            Shape::Many(inner) => match inner.as_ref() {
                Shape::Enum(values) => values,
                _ => &[],
            },
            _ => &[],
        }
    }

    /// Its name as people read it.
    pub(crate) fn words(&self) -> String {
        self.name.replace('_', " ")
    }
}

/// The fields of an object schema, required ones first, each group in the order of the schema.
pub(crate) fn fields(schema: &Value) -> Vec<Field> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut out: Vec<Field> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, property)| field(name, property, required.contains(&name.as_str())))
        .collect();
    out.sort_by_key(|f| !f.required);
    out
}

fn field(name: &str, property: &Value, required: bool) -> Field {
    let help = property["description"].as_str().unwrap_or_default().to_owned();
    let label: Vec<String> = name.split('_').map(stem).collect();
    let roles = ROLES.iter().fold(0, |bits, (role, words)| {
        let named = name.split('_').any(|part| words.split_ascii_whitespace().any(|w| w == part));
        if named { bits | 1 << (*role as u32) } else { bits }
    });
    let about = words(&help);
    Field { name: name.to_owned(), label, shape: shape(property), required, help, about, roles }
}

/// The stems of the words of a description.
pub(crate) fn words(help: &str) -> Vec<String> {
    tokens(help).into_iter().filter(|t| t.kind == Kind::Word).map(|t| t.stem).collect()
}

fn shape(property: &Value) -> Shape {
    if let Some(branch) = ["anyOf", "oneOf"]
        .iter()
        .find_map(|k| property[k].as_array())
        .and_then(|all| all.iter().find(|b| b["type"] != "null"))
    {
        return shape(branch);
    }
    // a record of whatever kind is found by the operation, from the words themselves
    if let Some(entity) = property["x-ref"].as_str().filter(|entity| *entity != "*") {
        return Shape::Ref(entity.to_owned());
    }
    if let Some(values) = property["enum"].as_array() {
        return Shape::Enum(values.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    }
    let kind = property["type"]
        .as_str()
        .or_else(|| property["type"].as_array()?.iter().filter_map(Value::as_str).find(|t| *t != "null"));
    match (kind, property["format"].as_str()) {
        (Some("boolean"), _) => Shape::Bool,
        (Some("integer"), _) => Shape::Integer,
        (Some("number"), _) | (_, Some("decimal")) => Shape::Decimal,
        (_, Some("date")) => Shape::Date,
        (_, Some("email")) => Shape::Email,
        (Some("string"), None) => Shape::Text,
        (Some("array"), _) => match &property["items"] {
            items if items["properties"].is_object() => Shape::Lines(fields(items)),
            items => Shape::Many(Box::new(shape(items))),
        },
        _ => Shape::Other,
    }
}
