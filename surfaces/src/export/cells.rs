//! One cell: what a value of the answer is in a file.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde_json::Value;

/// What a column holds, by its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Date,
    Time,
    Truth,
    /// An identifier: text that no program takes for a formula.
    Id,
}

impl Kind {
    pub(super) fn of(schema: &Value) -> Self {
        let text = |key: &str| schema.get(key).and_then(Value::as_str);
        let types = match schema.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        match text("format") {
            Some("date") => Self::Date,
            Some("date-time") => Self::Time,
            Some("decimal") => Self::Number,
            Some("uuid") => Self::Id,
            _ if types.iter().any(|one| matches!(*one, "integer" | "number")) => Self::Number,
            _ if types.contains(&"boolean") => Self::Truth,
            _ => Self::Text,
        }
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    /// Text that can be no formula.
    Plain(String),
    Number(Decimal),
    Date(NaiveDate),
    /// In UTC.
    Time(NaiveDateTime),
    Truth(bool),
}

impl Cell {
    /// A value in a column of this kind. What does not fit its schema is still shown, as text.
    pub(super) fn of(kind: Kind, value: &Value) -> Self {
        let text = match value {
            Value::Null => return Self::Empty,
            Value::Bool(truth) => return Self::Truth(*truth),
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Array(items) if items.iter().all(is_scalar) => joined(items),
            other => other.to_string(),
        };
        let typed = match kind {
            Kind::Number => Decimal::from_str_exact(&text).ok().map(Self::Number),
            Kind::Date => text.parse().ok().map(Self::Date),
            Kind::Time => DateTime::parse_from_rfc3339(&text).ok().map(|time| Self::Time(time.naive_utc())),
            Kind::Id => uuid::Uuid::parse_str(&text).ok().map(|_| Self::Plain(text.clone())),
            Kind::Text | Kind::Truth => None,
        };
        typed.unwrap_or(Self::Text(text))
    }
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

fn joined(items: &[Value]) -> String {
    let text = |item: &Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}
