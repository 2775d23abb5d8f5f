//! Where tests play: a fresh company each, made by whoever runs the suites.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::Result;

/// Gives companies to tests.
pub trait Stage: Send + Sync {
    /// A copy of the sample company that nobody else uses, with a server before it.
    fn company(&self) -> BoxFuture<'_, Result<Box<dyn Company>>>;
}

/// A company that one test plays with.
pub trait Company: Send + Sync {
    /// How to reach it.
    fn place(&self) -> &Place;
    /// What language models cost since it was opened.
    fn usage(&self) -> Usage;
    /// Takes it down.
    fn close(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// How to reach a company.
#[derive(Debug, Clone)]
pub struct Place {
    /// The address of the server, such as `http://127.0.0.1:8080`.
    pub base: String,
    /// The organisation's code.
    pub organization: String,
    /// What follows a role in the e-mail of its demo user: `demo.example`.
    pub domain: String,
    /// Everybody's password.
    pub password: String,
}

impl Place {
    /// The e-mail of a role's demo user; one that is written out stays.
    #[must_use]
    pub fn email(&self, who: &str) -> String {
        if who.contains('@') { who.to_owned() } else { format!("{who}@{}", self.domain) }
    }
}

/// What language models cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Times that a model was asked.
    #[serde(rename = "model_calls")]
    pub calls: u64,
    /// Tokens read and written.
    pub tokens: u64,
    /// Times that no model answered, for no fault of its own: not reachable, busy, or refused by its server.
    pub failures: u64,
}

impl Usage {
    /// What was added since.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(before.calls),
            tokens: self.tokens.saturating_sub(before.tokens),
            failures: self.failures.saturating_sub(before.failures),
        }
    }
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            tokens: self.tokens + other.tokens,
            failures: self.failures + other.failures,
        }
    }
}

/// What is tested: written into every record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The model, as it was asked for.
    pub model: String,
    /// The version of the product.
    pub version: String,
    /// The commit it was built from, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
    /// The agent's prompt.
    pub prompt: String,
    /// The day of the run.
    pub date: String,
}
