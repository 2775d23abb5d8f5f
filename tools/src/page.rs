//! Lists: pages with an opaque cursor.

use std::fmt;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Entry, Refusal, Result, codes};

/// Where the next page starts: the sort key of the last row, opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl JsonSchema for Cursor {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cursor".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "maxLength": 4000})
    }
}

impl Cursor {
    /// A cursor behind the row with this sort key.
    pub fn behind(key: &impl Serialize) -> Result<Self> {
        Ok(Self(hex(&serde_json::to_vec(key)?)))
    }
    /// The sort key; a cursor that we did not make is refused.
    pub fn key<K: DeserializeOwned>(&self) -> Result<K> {
        let bytes = unhex(&self.0).ok_or_else(foreign)?;
        serde_json::from_slice(&bytes).map_err(|_| foreign().into())
    }
}

fn foreign() -> Refusal {
    let detail = "This cursor is not one of ours, or of another list, other filters or another order.";
    let refusal = Refusal::invalid(codes::INVALID_CURSOR, "/cursor", detail);
    refusal.fix("Start again without cursor, or repeat the filters and the order of the page before.")
}

/// Says which list a cursor belongs to: the operation with its arguments, those that turn pages aside.
fn mark(entry: &Entry, input: &Value) -> String {
    let mut same = input.clone();
    if let Some(arguments) = same.as_object_mut() {
        arguments.retain(|key, _| !matches!(key.as_str(), "cursor" | "limit" | "total"));
    }
    same.sort_all_objects();
    hex(&Sha256::new().chain_update(entry.name()).chain_update(same.to_string()).finalize()[..MARK / 2])
}

/// Letters of a cursor that say which list it is of.
const MARK: usize = 16;

/// The input as the operation reads it: its cursor without the mark. The cursor of another list is refused.
pub(crate) fn opened(entry: &Entry, input: &Value) -> Result<Value> {
    let mut opened = input.clone();
    if let Some(Value::String(cursor)) = opened.get_mut("cursor").filter(|_| entry.takes("cursor")) {
        let key = cursor.strip_prefix(&mark(entry, input)).ok_or_else(foreign)?;
        *cursor = key.to_owned();
    }
    Ok(opened)
}

/// The output with the mark on its cursor.
pub(crate) fn sealed(entry: &Entry, input: &Value, mut output: Value) -> Value {
    if let Some(Value::String(cursor)) = output.get_mut("next_cursor").filter(|_| entry.takes("cursor")) {
        cursor.insert_str(0, &mark(entry, input));
    }
    output
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (text.len().is_multiple_of(2) && text.is_ascii())
        .then(|| (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect())
        .flatten()
}

/// Rows asked for, within bounds: 50 unless told, 200 at most.
#[must_use]
pub fn limit(asked: Option<u16>) -> i64 {
    i64::from(asked.unwrap_or(50).clamp(1, 200))
}

/// What rows of a list are called, for its sentence.
pub trait Listed {
    /// "invoice", "invoices".
    const NOUN: (&'static str, &'static str);
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Give it as `cursor` to get the next page; absent at the end.
    #[serde(default)]
    pub next_cursor: Option<String>,
    /// How many rows there are in all, where asked for and at most 10,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// There are at least so many rows (the count stops at 10,000).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_at_least: Option<i64>,
}

impl<T> Page<T> {
    /// A page from up to `limit + 1` rows: the extra row only says that more follow.
    pub fn of<K: Serialize>(mut rows: Vec<T>, limit: i64, key: impl Fn(&T) -> K) -> Result<Self> {
        let full = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > full;
        rows.truncate(full);
        let next_cursor = match (more, rows.last()) {
            (true, Some(last)) => Some(Cursor::behind(&key(last))?.0),
            _ => None,
        };
        Ok(Self { items: rows, next_cursor, total: None, total_at_least: None })
    }
    /// Adds the total, counted to 10,000.
    #[must_use]
    pub fn counted(mut self, count: Option<i64>) -> Self {
        match count {
            Some(n) if n > 10_000 => self.total_at_least = Some(10_000),
            other => self.total = other,
        }
        self
    }
}

impl<T: Listed> fmt::Display for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, many) = T::NOUN;
        match (self.items.len(), &self.next_cursor) {
            (0, _) => write!(f, "No {many}."),
            (1, None) => write!(f, "1 {one}."),
            (n, None) => write!(f, "{n} {many}."),
            (n, Some(_)) => write!(f, "The first {n} {many}; more follow."),
        }
    }
}
