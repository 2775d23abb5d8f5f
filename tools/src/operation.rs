//! One operation: the input struct *is* the operation.

use std::fmt::Display;
use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Changes, Cx, Result};

/// What running an operation does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes records in a way that can be taken back.
    Write,
    /// Can only be compensated: what is posted stays, another document answers it.
    Final,
}

impl Effect {
    /// `read`, `write` or `final`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Final => "final",
        }
    }
}

/// A call of an operation by name, as plans, undo and approvals hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The operation's name.
    pub name: String,
    /// Its arguments; in a plan a later call may refer to an earlier result by `{"$result":[0,"/id"]}`.
    #[serde(default = "empty_object")]
    #[schemars(extend("type" = "object"))]
    pub arguments: Value,
}

fn empty_object() -> Value {
    Value::Object(serde_json::Map::new())
}

/// A call of the operation `O`, for `undo` and for tests: its name cannot be misspelt.
#[must_use]
pub fn call<O: Operation>(arguments: Value) -> Call {
    Call { name: O::NAME.to_owned(), arguments }
}

/// The way out where nothing takes a call back and its operation knows no better.
pub(crate) const CORRECT_IT: &str = "Correct it with another operation.";

/// Something the business can do. Doc comments of the struct and its fields become the description that
/// models, accountants and the API docs read; the first paragraph is at most 280 characters.
pub trait Operation: DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// `domain.entities.verb`; path, tool name, permission and event all derive from it.
    const NAME: &'static str;
    /// What running it does to the world.
    const EFFECT: Effect;
    /// The group of rights it belongs to, where it is not `domain.effect`.
    const GROUP: Option<&'static str> = None;
    /// The way out that people are told where nothing takes it back: where `undo` gives no call.
    const INSTEAD_OF_UNDO: &'static str = CORRECT_IT;
    /// What it answers. `Display` is the receipt, and the question of a preview.
    type Output: Serialize + JsonSchema + Display + Send + Sync + 'static;

    /// Does it, inside the transaction of `cx`. Touches nothing but the database.
    fn run(self, cx: &mut Cx) -> impl Future<Output = Result<Self::Output>> + Send;

    /// The call that takes this one back, where there is one. `before` has what the call changed.
    fn undo(&self, _output: &Self::Output, _before: &Changes) -> Option<Call> {
        None
    }
}
