//! What a call changed, as the database wrote it down, and how people are told.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{Cx, Result};

/// One row that was written: the database's own record, made by triggers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    /// The table.
    pub table: String,
    /// The row's id.
    pub record_id: Uuid,
    /// `insert`, `update` or `delete`.
    pub op: String,
    /// The row before, unless inserted.
    pub before: Option<Value>,
    /// The row after, unless deleted.
    pub after: Option<Value>,
    /// Whether the person at work could read the row.
    #[serde(skip)]
    pub visible: bool,
}

impl Change {
    /// The columns that differ: name, before, after. All columns of an insert or delete.
    #[must_use]
    pub fn columns(&self) -> Vec<(&str, &Value, &Value)> {
        let before = self.before.as_ref().and_then(Value::as_object);
        let after = self.after.as_ref().and_then(Value::as_object);
        (after.or(before).into_iter().flat_map(Map::keys))
            .map(|key| (key.as_str(), column(before, key), column(after, key)))
            .filter(|(_, from, to)| from != to)
            .collect()
    }
}

fn column<'a>(row: Option<&'a Map<String, Value>>, key: &str) -> &'a Value {
    row.and_then(|row| row.get(key)).unwrap_or(&Value::Null)
}

/// What one call changed, in order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Changes(pub Vec<Change>);

impl Changes {
    /// The changes of one table.
    pub fn of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Change> {
        self.0.iter().filter(move |change| change.table == table)
    }
}

/// What kind of thing an effect is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EffectKind {
    /// A record is made, changed or removed.
    Record,
    /// A line in the books.
    Ledger,
    /// Goods move.
    Stock,
    /// Money is owed, paid or settled.
    Money,
    /// Something is sent.
    Message,
}

/// One thing that happens, in words and values, as previews and approvals show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "Effect")]
pub struct PreviewEffect {
    /// What it is about.
    pub kind: EffectKind,
    /// The effect as a sentence or line.
    pub text: String,
    /// The record it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Uuid>,
    /// What was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

type Describe = for<'a> fn(&'a mut Cx, &'a [&'a Change], &'a Changes) -> BoxFuture<'a, Result<Vec<PreviewEffect>>>;

/// How the rows of one table are told to people; tables without one show the columns that change.
pub struct Describer {
    /// The table it speaks for.
    pub table: &'static str,
    /// Words the visible changes of that table within one call, in one query or none. The last are all that the viewer sees of
    /// the call: a line finds its document among them.
    pub describe: Describe,
}
